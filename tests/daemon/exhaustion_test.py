"""Peers that take more than their share: descriptors, handshakes, ports, connections. Others are served meanwhile, and when the
peers have gone everything that they took is there again."""

import ftplib
import io
import os
import pathlib
import resource
import socket
import struct
import subprocess
import threading
import time
import unittest

from program import PATIENCE, ProgramTest, TlsClient, processor_seconds


class Exhaustion(ProgramTest):
    def setUp(self):
        super().setUp()
        # Both ends of many connections.
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        self.connections = []
        self.addCleanup(self.hang_up)

    def hang_up(self):
        for connection in self.connections:
            connection.close()
        self.connections = []

    def dial(self, port, source="127.0.0.1"):
        connection = socket.create_connection(("127.0.0.1", port), PATIENCE, (source, 0))
        self.connections.append(connection)
        return connection

    def descriptors(self, program):
        return len(os.listdir(f"/proc/{program.process.pid}/fd"))

    def resident_octets(self, program):
        return int(pathlib.Path(f"/proc/{program.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def wait_until(self, holds, what):
        until = time.monotonic() + PATIENCE
        while not holds():
            self.assertLess(time.monotonic(), until, what)
            time.sleep(0.01)

    def assert_back_to(self, program, count):
        self.wait_until(lambda: self.descriptors(program) <= count, f"descriptors stay: {self.descriptors(program)}, {count} before")

    def test_without_descriptors_connections_wait_and_a_transfer_goes_on(self):
        (self.home / "big").write_bytes(os.urandom(1 << 20) * 32)
        program = self.serve("--threads", "1")
        before = self.descriptors(program)
        running = self.login(program)
        running.voidcmd("TYPE I")
        download = running.transfercmd("RETR big")
        resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (before + 12, before + 12))
        for _ in range(40):
            self.dial(program.port)
        program.wait_for_line("err", lambda line: "No descriptors" in line)

        begun = processor_seconds(program)
        time.sleep(1)  # not to wait for anything: how busy is a server that can do nothing?
        self.assertLess(processor_seconds(program) - begun, 0.5, "it spins")
        received = 0
        while octets := download.recv(1 << 20):
            received += len(octets)
        download.close()
        self.assertEqual(received, 32 << 20)
        self.assertRegex(running.voidresp(), "^226")

        self.hang_up()
        self.assertEqual(self.retrieve(self.login(program), "hello.txt"), b"hello\n")
        running.quit()

    def test_half_open_tls_handshakes_hold_up_nobody(self):
        program = self.start("serve", "-i", "127.0.0.1", "-p", "0", "--implicit-tls-port", "0", "--tls", "--port-file", self.port_file,
                             "--threads", "1", "--log-format", "json")
        program.wait_for_line("err", lambda line: '"event":"ready"' in line)
        program.port, implicit = map(int, self.port_file.read_text().split())
        before = self.descriptors(program)
        resident = self.resident_octets(program)
        handshakes = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500)
        for number in range(handshakes):
            # The first octets of a ClientHello of 512.
            self.dial(implicit, f"127.0.0.{2 + number % 100}").sendall(b"\x16\x03\x01\x02\x00\x01")
        self.wait_until(lambda: self.descriptors(program) >= before + handshakes * 9 // 10, "the handshakes are accepted")
        ftp = self.login(program, client=TlsClient)
        ftp.prot_p()
        self.assertEqual(self.retrieve(ftp, "hello.txt"), b"hello\n")
        self.assertLess((self.resident_octets(program) - resident) / handshakes, 200_000, "octets for each")
        ftp.quit()
        self.hang_up()
        self.assert_back_to(program, before)

    def test_ports_that_nobody_connects_to_are_given_back(self):
        program = self.serve("--threads", "1")
        before = self.descriptors(program)
        sessions = [self.login(program) for _ in range(50)]
        for _ in range(200):
            for session in sessions:
                session.putcmd("PASV")
        for session in sessions:
            for _ in range(200):
                self.assertRegex(session.getresp(), "^227")
        self.assertLessEqual(self.descriptors(program), before + 2 * len(sessions), "one port for each session")
        self.assertEqual(self.retrieve(sessions[0], "hello.txt"), b"hello\n")
        for session in sessions:
            session.close()
        self.assert_back_to(program, before)

    def test_a_flood_from_one_address_leaves_room_for_others(self):
        program = self.serve("--threads", "1", "--max-cons-per-ip", "20")
        before = self.descriptors(program)
        flooding = threading.Event()
        refused = []

        def flood():
            while not flooding.is_set():
                with socket.create_connection(("127.0.0.1", program.port), PATIENCE, ("127.0.0.2", 0)) as connection:
                    refused.append(connection.recv(100)[:3] == b"421")

        held = [self.dial(program.port, "127.0.0.2") for _ in range(20)]
        for connection in held:
            self.assertTrue(connection.recv(100).startswith(b"220"))
        threads = [threading.Thread(target=flood) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            times = []
            for _ in range(10):
                begun = time.monotonic()
                ftp = self.login(program)
                self.assertEqual(self.retrieve(ftp, "hello.txt"), b"hello\n")
                ftp.quit()
                times.append(time.monotonic() - begun)
        finally:
            flooding.set()
            for thread in threads:
                thread.join(PATIENCE)
        self.assertGreater(len(refused), 100)
        self.assertTrue(all(refused), "too many from one address are refused")
        # Well within a second, where the machine has nothing else to do.
        self.assertLess(sorted(times)[len(times) // 2], 5, "others are served")
        self.hang_up()
        self.assert_back_to(program, before)

    def test_a_reset_at_any_octet_leaves_nothing_behind(self):
        program = self.serve("--threads", "1", "-w")
        before = self.descriptors(program)
        dialogue = b"USER anonymous\r\nPASS x@\r\nTYPE I\r\nEPSV\r\nSTOR new\r\nMKD d\r\nRMD d\r\nLIST\r\nQUIT\r\n"
        for octets in range(len(dialogue) + 1):
            connection = self.dial(program.port)
            connection.sendall(dialogue[:octets])
            if octets % 3 == 0:
                connection.recv(20)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        for octets in range(0, 200_000, 9973):
            ftp = self.login(program)
            upload = ftp.transfercmd("STOR new")
            upload.sendall(b"x" * octets)
            upload.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            upload.close()
            with self.assertRaises(ftplib.error_temp):
                ftp.voidresp()
            ftp.close()
        self.assert_back_to(program, before)
        self.assertEqual([name for name in os.listdir(self.home) if name not in ("hello.txt", "d")], [])

    def test_a_full_disk_loses_nothing(self):
        disk = self.home / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=False)
        program = self.serve("--threads", "1", "-w")
        before = self.descriptors(program)
        ftp = self.login(program)
        old = os.urandom(300_000)
        ftp.storbinary("STOR disk/old", io.BytesIO(old))
        left = os.statvfs(disk).f_bfree
        for size in [*range(700_000, 760_000, 5_003), 2_000_000]:
            for name in ("old", "new"):
                try:
                    self.store(ftp, f"STOR disk/{name}", b"n" * size)
                    self.assertEqual((disk / name).read_bytes(), b"n" * size)
                    ftp.delete("disk/" + name)
                    if name == "old":
                        ftp.storbinary("STOR disk/old", io.BytesIO(old))
                except (ftplib.error_temp, ftplib.error_perm) as refusal:
                    self.assertIn(str(refusal)[:3], ("452", "552"))
                    self.assertEqual((disk / "old").read_bytes(), old)
                    self.assertEqual(os.listdir(disk), ["old"])
                self.assertEqual(os.statvfs(disk).f_bfree, left, "what was taken is given back")
        ftp.quit()
        self.assert_back_to(program, before)


if __name__ == "__main__":
    unittest.main()
