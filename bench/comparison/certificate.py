"""A certificate for a run."""

import subprocess


def make_certificate(work, *kind):
    """Certificate and key in one file. All servers can use RSA-2048."""
    files = [work / "key.pem", work / "certificate.pem"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", *(kind or ["rsa:2048"]), "-nodes", "-days", "7", "-subj", "/CN=localhost",
                    "-keyout", files[0], "-out", files[1]], check=True, stderr=subprocess.DEVNULL)
    both = work / f"certificate-{kind[0] if kind else 'rsa'}.pem"
    both.write_text("".join(file.read_text() for file in files))
    return both
