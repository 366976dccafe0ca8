"""Certificates as Windlass's operator gives them to gateways and runtimes, by openssl."""

import subprocess

GATEWAY = "spiffe://windlass/gateway"
RUNTIME = "spiffe://windlass/ns/chat/llm/demo"
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """An authority in a folder, which signs for whoever asks."""

    def __init__(self, folder):
        folder.mkdir()
        self.certificate, self.key = folder / "ca.crt", folder / "ca.key"
        openssl("req", "-x509", *NEW_KEY, "-days", "3", "-subj", "/CN=authority", "-keyout", self.key, "-out", self.certificate)

    def mount(self, folder, identity):
        """What a Secret's folder has: tls.crt, tls.key and ca.crt."""
        folder.mkdir(exist_ok=True)
        request, extensions = folder / "request", folder / "extensions"
        usage = "serverAuth" if identity == RUNTIME else "clientAuth"
        extensions.write_text(
            f"subjectAltName=URI:{identity},IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n"
            f"keyUsage=critical,digitalSignature\nextendedKeyUsage={usage}\n"
        )
        openssl("req", *NEW_KEY, "-subj", "/CN=leaf", "-keyout", folder / "tls.key.new", "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "2",
                "-extfile", extensions, "-out", folder / "tls.crt.new")
        (folder / "ca.crt").write_bytes(self.certificate.read_bytes())
        for name in ("tls.key", "tls.crt"):
            (folder / (name + ".new")).rename(folder / name)
        return folder
