"""A registry that speaks as much of OCI's distribution protocol as a download needs: tokens, manifests, blobs in ranges."""

import base64
import hashlib
import io
import json
import re
import tarfile
from urllib.parse import parse_qs, urlsplit

from download_server import DownloadAnswers, DownloadServer

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Registry(DownloadServer):
    """Everybody gets a token for open/…, and for private/… who knows the password; the first big blob breaks off."""

    login = base64.b64encode(b"me:a secret").decode()

    def __init__(self):
        super().__init__(Answers)
        self.content = {}

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    def push(self, repository, tag, layers):
        """Layers are (content, media type, annotations)."""
        described = []
        for content, media_type, annotations in layers:
            self.content[f"/v2/{repository}/blobs/{digest(content)}"] = content
            described.append(
                {"mediaType": media_type, "digest": digest(content), "size": len(content), "annotations": annotations}
            )
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "layers": described}).encode()
        for reference in (tag, digest(manifest)):
            self.content[f"/v2/{repository}/manifests/{reference}"] = manifest
        return digest(manifest)

    def push_files(self, repository, tag, folder):
        """As `oras push` does: a layer for each file."""
        files = sorted(path for path in folder.iterdir() if path.is_file())
        titled = [(path.read_bytes(), LAYER, {"org.opencontainers.image.title": path.name}) for path in files]
        return self.push(repository, tag, titled)

    def push_image(self, repository, tag, folder):
        """As an image with the model under /models."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.add(folder, "models")
        return self.push(repository, tag, [(packed.getvalue(), LAYER + "+gzip", {})])


class Answers(DownloadAnswers):
    def do_GET(self):
        path = urlsplit(self.path).path
        self.server.requests.append(path)
        if path == "/token":
            return self.token()
        repository = re.match(r"/v2/(.+?)/(manifests|blobs)/", path)
        scope = f"repository:{repository[1]}:pull" if repository else ""
        if self.headers.get("Authorization") != f"Bearer for-{scope}":
            realm = f'Bearer realm="http://{self.server.host}/token",service="acceptance",scope="{scope}"'
            return self.answer(401, b"{}", {"WWW-Authenticate": realm})
        content = self.server.content.get(path)
        if content is None:
            return self.answer(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
        if repository[2] == "manifests":
            return self.answer(200, content, {"Content-Type": MANIFEST, "Docker-Content-Digest": digest(content)})
        self.blob(content)

    def token(self):
        scope = parse_qs(urlsplit(self.path).query)["scope"][0]
        known = self.headers.get("Authorization") == "Basic " + self.server.login
        if ":private/" in scope and not known:
            return self.answer(401, b"{}")
        self.answer(200, json.dumps({"token": f"for-{scope}"}).encode())

    def blob(self, content):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not wanted:
            breaks = len(content) > 1_000_000 and not self.server.broken_off
            self.server.broken_off |= breaks
            return self.answer(200, content, sent=len(content) // 2 if breaks else None)
        first, last = int(wanted[1]), min(int(wanted[2]), len(content) - 1)
        self.server.ranges.append((digest(content), first))
        self.answer(206, content[first : last + 1], {"Content-Range": f"bytes {first}-{last}/{len(content)}"})
