"""What is written to standard error while the server runs."""

import datetime
import json
import re
import unittest

from program import ProgramTest


class Logs(ProgramTest):
    def use(self, program):
        ftp = self.login(program)
        self.retrieve(ftp, "hello.txt")
        ftp.quit()
        self.assertEqual(program.stop(), 0)

    def test_json_lines_are_objects_with_time_level_event_and_text(self):
        program = self.serve("--log-format", "json")
        self.use(program)
        self.assertEqual(program.output("out"), "")
        records = [json.loads(line) for line in program.lines["err"]]
        for record in records:
            self.assertRegex(record["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            datetime.datetime.strptime(record["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
            self.assertIn(record["level"], ("debug", "info", "warning", "error"))
            self.assertTrue(record["event"])
            self.assertIn("text", record)
        login = next(record for record in records if record["event"] == "login")
        self.assertEqual(login["user"], "anonymous")
        self.assertRegex(login["peer"], r"^127\.0\.0\.1:\d+$")
        self.assertGreater(login["session"], 0)

    def test_names_that_are_not_utf_8_do_not_break_json(self):
        program = self.serve("-w", "--log-format", "json", "--log-level", "debug")
        ftp = self.login(program, encoding="latin-1")
        ftp.mkd('b\xe4d "name"')
        ftp.quit()
        self.assertEqual(program.stop(), 0)
        for line in program.lines["err"]:
            json.loads(line)

    def test_text_lines_begin_with_time_and_level(self):
        program = self.serve()
        self.use(program)
        self.assertTrue(program.lines["err"])
        for line in program.lines["err"]:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (info   |warning|error  ) ")
        self.assertTrue(any(re.search(r" \[\d+\] 127\.0\.0\.1:\d+ anonymous ", line) for line in program.lines["err"]))

    def test_the_level_chooses_what_is_written(self):
        counts = {}
        for level in ("debug", "info", "off"):
            program = self.serve("--log-level", level)
            self.use(program)
            counts[level] = len(program.lines["err"])
        self.assertEqual(counts["off"], 0)
        self.assertGreater(counts["debug"], counts["info"])
        self.assertGreater(counts["info"], 0)

    def test_a_burst_of_lines_is_written_whole_and_in_order(self):
        program = self.serve("--log-level", "debug")
        ftp = self.login(program)
        names = [f"name-{number}" for number in range(500)]
        ftp.sock.sendall("".join(f"SIZE {name}\r\n" for name in names).encode())
        for _ in names:
            self.assertEqual(ftp.file.readline()[:3], "550")
        self.assertEqual(program.stop(), 0)
        said = [match[1] for line in program.lines["err"] if (match := re.search(r" SIZE (name-\d+)$", line))]
        self.assertEqual(said, names)

    def test_debug_hides_passwords(self):
        program = self.serve("-D", "-u", "alice", "-P", "open-sesame")
        ftp = self.login(program, "alice", "open-sesame")
        ftp.quit()
        self.assertEqual(program.stop(), 0)
        self.assertNotIn("open-sesame", program.output("err"))


if __name__ == "__main__":
    unittest.main()
