"""The table of open files of the whole machine is full (ENFILE): new connections wait, running transfers go on, nothing
spins, and all is well again when there is room. A library between the server and the kernel says what the kernel would."""

import ftplib
import io
import mmap
import os
import socket
import time
import unittest

from program import PATIENCE, ProgramTest, processor_seconds

LIBRARY = os.environ["FULL_FILE_TABLE_LIBRARY"]


class FullFileTable(ProgramTest):
    def setUp(self):
        super().setUp()
        switch = self.folder / "switch"
        switch.write_bytes(b"\0")
        self.environment.update({"LD_PRELOAD": LIBRARY, "FULL_FILE_TABLE": str(switch)})
        with open(switch, "r+b") as file:
            self.switch = mmap.mmap(file.fileno(), 1)
        self.addCleanup(self.switch.close)

    def fill_table(self, full=True):
        self.switch[0] = full

    def dial(self, program):
        connection = socket.create_connection(("127.0.0.1", program.port), PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def reply_to(self, ftp, command):
        try:
            reply = ftp.sendcmd(command)
            return ftp.getresp() if reply.startswith("1") else reply
        except ftplib.Error as refusal:
            return str(refusal)

    def test_connections_wait_and_transfers_go_on(self):
        content = os.urandom(1 << 20) * 32
        (self.home / "big").write_bytes(content)
        program = self.serve("--threads", "1", "-w")
        running = self.login(program)
        running.voidcmd("TYPE I")
        download = running.transfercmd("RETR big")
        uploading = self.login(program)
        uploading.voidcmd("TYPE I")
        upload = uploading.transfercmd("STOR new")
        upload.sendall(content[:1000])
        while "1000 " not in uploading.sendcmd("STAT"):
            pass

        self.fill_table()
        waiting = [self.dial(program) for _ in range(20)]
        program.wait_for_line("err", lambda line: "No descriptors" in line)
        begun = processor_seconds(program)
        time.sleep(1)  # not to wait for anything: how busy is a server that can do nothing?
        self.assertLess(processor_seconds(program) - begun, 0.5, "it spins")

        received = bytearray()
        while octets := download.recv(1 << 20):
            received += octets
        download.close()
        self.assertRegex(running.voidresp(), "^226")
        self.assertEqual(bytes(received), content)
        upload.sendall(content[1000:])
        upload.close()
        self.assertRegex(uploading.voidresp(), "^226")

        for connection in waiting:
            connection.setblocking(False)
            self.assertRaises(BlockingIOError, connection.recv, 1)
        self.fill_table(False)
        for connection in waiting:
            connection.settimeout(PATIENCE)
            self.assertTrue(connection.recv(100).startswith(b"220"))
        self.assertEqual((self.home / "new").read_bytes(), content)
        self.assertEqual(self.retrieve(self.login(program), "hello.txt"), b"hello\n")

    def test_a_session_is_told_and_goes_on(self):
        program = self.serve("--threads", "1", "-w")
        ftp = self.login(program)
        ftp.voidcmd("TYPE I")
        old = os.urandom(1000)
        ftp.storbinary("STOR old", io.BytesIO(old))
        for _ in range(3):
            without_port = self.login(program)
            self.fill_table()
            self.assert_refused(425, without_port.sendcmd, "EPSV")
            for command in ("RETR old", "STOR old", "STOR new", "APPE old", "LIST", "MLSD", "SIZE old"):
                self.fill_table(False)
                port = ftp.makepasv()
                self.fill_table()
                # The connection waits in the kernel for the server to take it.
                with socket.create_connection(port, PATIENCE):
                    self.assertRegex(self.reply_to(ftp, command), "^4", command)
            self.assertRegex(ftp.sendcmd("NOOP"), "^200")
            self.fill_table(False)
            self.assertEqual(self.retrieve(ftp, "old"), old)
            self.assertEqual(self.retrieve(without_port, "old"), old)
            self.assertEqual(sorted(os.listdir(self.home)), ["hello.txt", "old"])
            without_port.quit()
        ftp.quit()


if __name__ == "__main__":
    unittest.main()
