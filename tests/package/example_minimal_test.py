"""examples/minimal.cpp: it prints where to log in, serves, and ends with its input. The argument names the program."""

import ftplib
import io
import re
import subprocess
import sys

program = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
try:
    line = program.stdout.readline()
    port = int(re.search(r"ftp://127\.0\.0\.1:(\d+) ", line).group(1))
    with ftplib.FTP(timeout=60) as ftp:
        ftp.connect("127.0.0.1", port)
        ftp.login("alice", "wonderland")
        ftp.storbinary("STOR tea.txt", io.BytesIO(b"tea\n"))
        assert ftp.nlst() == ["tea.txt"], ftp.nlst()
    program.stdin.close()
    assert program.wait(60) == 0, program.returncode
finally:
    if program.poll() is None:
        program.kill()
