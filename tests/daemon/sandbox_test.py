"""The rights that a running server has left, as the kernel tells them, and what they keep it from. Needs root."""

import ctypes
import io
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import unittest

import program as programs
from program import ProgramTest, TlsClient, make_certificate

CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, BIND = (1 << n for n in (0, 1, 2, 3, 4, 10))
NOBODY = pwd.getpwnam("nobody")


def landlock_abi():
    return max(ctypes.CDLL(None).syscall(444, None, 0, 1), 0)


def without_landlock():
    """For the process to come, this kernel has no Landlock."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p]
    context = library.seccomp_init(0x7FFF0000)  # allow
    assert library.seccomp_rule_add_array(context, 0x00050000 | 38, 444, 0, None) == 0  # ENOSYS
    assert library.seccomp_load(context) == 0


class RightsTest(ProgramTest):
    def threads(self, program):
        """For each thread the lines of its /proc/.../status."""
        found = []
        for task in pathlib.Path(f"/proc/{program.process.pid}/task").iterdir():
            try:
                lines = (task / "status").read_text().splitlines()
            except (FileNotFoundError, ProcessLookupError):  # a thread of the pool that has ended meanwhile
                continue
            found.append({name: value.strip() for name, value in (line.split(":", 1) for line in lines)})
        self.assertGreater(len(found), 1, "the event loops have threads of their own")
        return found

    def assert_rights(self, program, capabilities):
        for thread in self.threads(program):
            for name in ("CapPrm", "CapEff", "CapBnd"):
                self.assertEqual(int(thread[name], 16), capabilities, name)
            for name in ("CapInh", "CapAmb"):
                self.assertEqual(int(thread[name], 16), 0, name)
            self.assertEqual(thread["NoNewPrivs"], "1")
            self.assertEqual(thread["Seccomp"], "2")


class Rights(RightsTest):
    def test_of_reading_are_those_to_read(self):
        program = self.serve()
        ftp = self.login(program)
        self.assertEqual(self.retrieve(ftp, "hello.txt"), b"hello\n")
        self.assert_rights(program, DAC_READ_SEARCH)

    def test_of_writing_are_those_to_write(self):
        program = self.serve("-w")
        ftp = self.login(program)
        ftp.storbinary("STOR new.txt", io.BytesIO(b"new\n"))
        self.assert_rights(program, CHOWN | DAC_OVERRIDE | DAC_READ_SEARCH | FOWNER | FSETID)

    def test_of_low_passive_ports_are_those_to_bind_them(self):
        program = self.serve("-r", "700-800")
        self.assertEqual(self.retrieve(self.login(program), "hello.txt"), b"hello\n")
        self.assert_rights(program, DAC_READ_SEARCH | BIND)

    def test_of_a_tree_in_memory_are_none(self):
        program = self.serve("--memory", "-w")
        self.login(program).storbinary("STOR new.txt", io.BytesIO(b"new\n"))
        self.assert_rights(program, 0)

    def test_of_serving_the_users_of_the_machine_are_none(self):
        program = self.serve("--system-users")
        self.assert_rights(program, 0)
        program.wait_for_line("err", lambda line: "runs as root" in line)

    def test_are_told_at_the_start(self):
        program = self.serve()
        told = next(line for line in program.lines["out"] if "capabilities" in line)
        self.assertIn("capabilities: dac_read_search; no_new_privs; ", told)
        self.assertIn("seccomp", told)
        self.assertEqual("landlock (ABI" in told, landlock_abi() >= 2, told)
        program.wait_for_line("err", lambda line: "runs as root" in line)
        program.stop()
        program = self.serve("--log-format", "json")
        program.wait_for_line("err", lambda line: '"event":"sandbox"' in line and "seccomp" in line)

    def test_are_all_kept_where_the_sandbox_is_off(self):
        program = self.serve("--sandbox", "off")
        program.wait_for_line("err", lambda line: "keeps all its rights" in line)
        for thread in self.threads(program):
            self.assertEqual(thread["Seccomp"], "0")
            self.assertNotEqual(int(thread["CapEff"], 16), 0)

    def test_that_are_demanded_and_missing_keep_it_from_starting(self):
        def start(mode):
            process = subprocess.Popen(
                [programs.PROGRAM, "serve", "-p", "0", "--sandbox", mode], cwd=self.home, env=self.environment, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=without_landlock)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            return process
        for mode in ("require", "landlock", "seccomp,landlock"):
            process = start(mode)
            _, text = process.communicate(timeout=programs.PATIENCE)
            self.assertEqual(process.returncode, 1, text)
            self.assertIn("ferry: --sandbox: the layer landlock is demanded, but landlock: not in this kernel", text)
            self.assertEqual(text.count("\n"), 1, text)
        for mode in ("prefer", "capabilities,seccomp"):
            process = start(mode)
            line = next(line for line in process.stderr if "the sandbox is without" in line)
            self.assertIn("landlock: not in this kernel", line)
            process.terminate()
            process.communicate(timeout=programs.PATIENCE)
            self.assertEqual(process.returncode, 0)

    def test_do_not_reach_a_certificate_elsewhere(self):
        here, elsewhere = self.folder / "tls", self.folder / "elsewhere"
        for folder in (here, elsewhere):
            folder.mkdir()
        certificate, key = make_certificate(here, "server")
        other, other_key = make_certificate(elsewhere, "server")
        program = self.serve("--certfile", certificate, "--keyfile", key)

        def replace(path, target):
            path.unlink()
            path.symlink_to(target)
        replace(certificate, other)
        replace(key, other_key)
        program.signal(signal.SIGHUP)
        line = program.wait_for_line("err", lambda line: "read again" in line or "stays in use" in line)
        self.assertEqual("the old certificate stays in use" in line, landlock_abi() >= 2, line)

        # In the directory that the server was started with, a new one is read.
        for path in (certificate, key):
            path.unlink()
        make_certificate(here, "server", host="renewed")
        program.signal(signal.SIGHUP)
        program.wait_for_line("err", lambda line: "were read again" in line)
        self.assertIn(b"renewed", self.connect_tls(program).certificate())

    def connect_tls(self, program):
        ftp = self.connect(program, client=TlsClient)
        ftp.auth()
        return ftp

    def test_that_a_layer_takes_do_not_hinder_a_transfer_in_any_character_set(self):
        program = self.serve("-w", "--encoding", "KOI8-R", "--use-localtime", "--ebcdic-code-page", "IBM037")
        ftp = self.login(program, encoding="koi8-r")
        ftp.storbinary("STOR привет.txt", io.BytesIO(b"1"))
        lines = []
        ftp.dir(lines.append)
        self.assertIn("root", lines[0])
        self.assertIn("привет.txt", "\n".join(lines))
        ftp.set_pasv(False)
        self.assertEqual(self.retrieve(ftp, "привет.txt"), b"1")
        program.stop()
        self.assertFalse(self.port_file.exists())


class AnotherUser(RightsTest):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o711)

    def test_is_what_every_thread_is(self):
        program = self.serve("--run-as", "nobody")
        self.assertEqual(self.retrieve(self.login(program), "hello.txt"), b"hello\n")
        self.assert_rights(program, 0)
        for thread in self.threads(program):
            self.assertEqual(thread["Uid"].split(), [str(NOBODY.pw_uid)] * 4)
            self.assertEqual(thread["Gid"].split(), [str(NOBODY.pw_gid)] * 4)
            self.assertEqual(set(thread["Groups"].split()) - {str(NOBODY.pw_gid)}, set())
        program.wait_for_line("out", lambda line: line.strip() == "nobody")

    def test_owns_what_is_stored_and_is_refused_what_root_keeps(self):
        os.chown(self.home, NOBODY.pw_uid, NOBODY.pw_gid)
        secret = self.home / "secret.txt"
        secret.write_text("secret\n")
        secret.chmod(0o600)
        program = self.serve("-w", "--run-as", "nobody")
        ftp = self.login(program)
        ftp.storbinary("STOR new.txt", io.BytesIO(b"new\n"))
        self.assertEqual((self.home / "new.txt").stat().st_uid, NOBODY.pw_uid)
        self.assert_refused(550, self.retrieve, ftp, "secret.txt")
        self.assertNotIn("runs as root", program.output("err"))

    def test_serves_with_a_key_that_only_root_may_read(self):
        certificate, key = make_certificate(self.folder, "server")
        key.chmod(0o600)
        program = self.serve("--certfile", certificate, "--keyfile", key, "--run-as", "nobody")
        ftp = self.connect(program, client=TlsClient)
        ftp.login()
        ftp.prot_p()
        self.assertEqual(self.retrieve(ftp, "hello.txt"), b"hello\n")

    def test_removes_the_port_file_or_leaves_it_empty(self):
        for owner, mode, left in ((NOBODY.pw_uid, 0o755, False), (0, 0o1777, False), (0, 0o755, True)):
            with self.subTest(owner=owner, mode=mode):
                place = self.folder / f"run-{owner}-{mode:o}"
                place.mkdir()
                os.chown(place, owner, -1)
                place.chmod(mode)
                self.port_file = place / "port"
                program = self.serve("--run-as", "nobody")
                self.assertEqual(program.stop(), 0)
                self.assertEqual(self.port_file.exists(), left)
                self.assertEqual("cannot be removed: Permission denied, and is empty now" in program.output("err"), left)
                if left:
                    self.assertEqual(self.port_file.read_text(), "")

    def test_that_cannot_be_taken_on_is_a_mistake(self):
        setpriv = shutil.which("setpriv")
        self.assertIsNotNone(setpriv, "util-linux has it")
        for command in ("serve", "doctor"):
            result = subprocess.run([setpriv, "--bounding-set", "-setuid,-setgid", programs.PROGRAM, command, "-p", "0", "--run-as",
                                     "nobody"], cwd=self.home, env=self.environment, text=True, capture_output=True,
                                    timeout=programs.PATIENCE)
            self.assertEqual(result.returncode, 1, result)
            self.assertIn('--run-as: "nobody" cannot be taken on: Operation not permitted', result.stdout + result.stderr)
            self.assertIn("open files" if command == "doctor" else "", result.stdout)

    def test_that_may_not_enter_the_directory_is_a_mistake(self):
        self.home.chmod(0o700)
        status, text = self.refuse("serve", "-p", "0", "--run-as", "nobody")
        self.assertEqual(status, 1, text)
        self.assertIn("may not be read by this user", text)

    def test_is_what_somebody_without_root_cannot_choose(self):
        copy = self.folder / "ferry"
        shutil.copy(programs.PROGRAM, copy)
        result = subprocess.run([copy, "serve", "-p", "0", "--run-as", "daemon"], cwd="/", user="nobody", text=True,
                                capture_output=True, timeout=programs.PATIENCE)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn('--run-as: only root can become "daemon"', result.stderr)


if __name__ == "__main__":
    unittest.main()
