"""The program as a file: what compiler and linker were told to put in against break-ins (cmake/hardening.cmake)."""

import os
import platform
import re
import subprocess
import unittest

PROGRAM = os.environ["FERRY_PROGRAM"]


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.headers = output_of("readelf", "-hlW", PROGRAM)
        cls.dynamic = output_of("readelf", "-dW", PROGRAM)
        cls.symbols = set(re.findall(r"UND (\w+)", output_of("readelf", "-sW", "--dyn-syms", PROGRAM)))

    def test_lies_at_an_address_that_is_chosen_at_the_start(self):
        self.assertRegex(self.headers, r"Type:\s+DYN")
        self.assertRegex(self.dynamic, r"FLAGS_1.*\bPIE\b")

    def test_has_tables_of_addresses_that_nobody_can_write(self):
        self.assertIn("GNU_RELRO", self.headers)
        self.assertRegex(self.dynamic, r"BIND_NOW|FLAGS_1.*\bNOW\b")

    def test_has_no_segment_that_is_written_and_executed(self):
        self.assertRegex(self.headers, r"GNU_STACK\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+RW\s")
        self.assertNotRegex(self.headers, r"\sRWE\s")
        self.assertNotIn("TEXTREL", self.dynamic)

    def test_sees_when_its_stack_was_overwritten(self):
        self.assertIn("__stack_chk_fail", self.symbols)

    # One of each room that the program has beside the library: bench, conform, user_pi.
    CLIENTS = (
        "_ZN5ferry5bench5worksEv",
        "_ZN5ferry7conform6groupsEv",
        "_ZN5ferry7user_pi10Connection3cutEv",
    )

    # Reads into a buffer that is larger than a page, and that its source leaves unset.
    READER = "_ZN5ferry17ControlConnection14read_availableEv"

    def code_of(self, function):
        code = output_of("objdump", "-d", "--no-show-raw-insn", f"--disassemble={function}", PROGRAM)
        self.assertIn(f"<{function}>:", code)
        return code

    def test_never_steps_over_the_page_that_guards_a_stack(self):
        if platform.machine() == "x86_64":
            self.assertRegex(self.code_of(self.READER), r"(or|mov)q\s+\$0x0,(0x[0-9a-f]+)?\(%rsp\)")

    def test_leaves_no_old_octets_in_buffers(self):
        if platform.machine() == "x86_64":
            self.assertRegex(self.code_of(self.READER), r"rep stos|memset")

    def test_copies_with_a_look_at_the_size(self):
        self.assertTrue({name for name in self.symbols if name.endswith("_chk")}, self.symbols)
        self.assertIn("__memcpy_chk", self.symbols)

    def test_checks_the_indices_of_the_standard_library(self):
        self.assertTrue({name for name in self.symbols if "glibcxx_assert_fail" in name}, self.symbols)

    def test_marks_where_a_jump_may_land(self):
        if platform.machine() != "x86_64":
            return  # other processors have other means
        for function in ("main", self.READER, *self.CLIENTS):
            code = self.code_of(function)
            first = re.search(rf"<{function}>:\s+[0-9a-f]+:\s+(\S+)", code)
            self.assertIsNotNone(first, code)
            self.assertEqual(first.group(1), "endbr64", function)

    def test_does_not_search_for_libraries_in_places_of_its_own(self):
        self.assertNotRegex(self.dynamic, r"R(UN)?PATH")


if __name__ == "__main__":
    unittest.main()
