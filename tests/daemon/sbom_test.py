"""The bill of materials that the build makes of the program, beside what the program really loads."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import unittest

PROGRAM = os.environ["FERRY_PROGRAM"]


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class BillOfMaterials(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bill = json.loads(pathlib.Path(os.environ["FERRY_SBOM"]).read_text())

    def test_has_the_structure_of_cyclonedx(self):
        bill = self.bill
        self.assertEqual((bill["bomFormat"], bill["specVersion"], bill["version"]), ("CycloneDX", "1.5", 1))
        self.assertRegex(bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        subject = bill["metadata"]["component"]
        self.assertEqual((subject["type"], subject["name"]), ("application", "ferry"))
        self.assertIn(subject["version"], output_of(PROGRAM, "--version"))
        references = [component["bom-ref"] for component in bill["components"]]
        self.assertEqual(len(set(references)), len(references))
        for component in bill["components"]:
            self.assertEqual(component["type"], "library")
            self.assertTrue(component["name"] and component["version"], component)
        self.assertEqual(bill["dependencies"], [{"ref": subject["bom-ref"], "dependsOn": references}])

    def test_is_that_of_this_program(self):
        digest = hashlib.sha256(pathlib.Path(PROGRAM).read_bytes()).hexdigest()
        self.assertEqual(self.bill["metadata"]["component"]["hashes"], [{"alg": "SHA-256", "content": digest}])

    def test_names_each_library_that_the_program_loads_with_its_version(self):
        needed = set(re.findall(r"\(NEEDED\)\s+Shared library: \[(.+?)\]", output_of("readelf", "-dW", PROGRAM)))
        named = {prop["value"] for component in self.bill["components"] for prop in component["properties"]
                 if prop["name"] == "ferry:soname" and component["version"] != "unknown"}
        self.assertTrue(needed)
        self.assertEqual(named, needed)

    def test_names_the_libraries_that_are_headers_only(self):
        named = {component["name"] for component in self.bill["components"]}
        self.assertLessEqual({"libcli11-dev", "nlohmann-json3-dev"}, named)


if __name__ == "__main__":
    unittest.main()
