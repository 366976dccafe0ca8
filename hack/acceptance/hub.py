"""A model hub that speaks as much of huggingface.co's API as a download needs, serving one folder as windlass/demo."""

import hashlib
import json
import re
from urllib.parse import urlsplit

from download_server import DownloadAnswers, DownloadServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(DownloadServer):
    """Requests are noted as "METHOD path"; the first download of the weights breaks off in the middle."""

    def __init__(self, folder):
        super().__init__(Answers)
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        self.leaked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answers(DownloadAnswers):
    def do_GET(self):
        path = urlsplit(self.path).path
        self.server.requests.append(f"{self.command} {path}")
        if path.startswith("/cdn/"):
            if "Authorization" in self.headers:
                self.server.leaked.append(path)
            return self.file(path.removeprefix("/cdn/"))
        repository = re.match(r"/(?:api/models/)?(windlass/[a-z]+)(/.*)", path)
        if repository and repository[1] == "windlass/gated":
            return self.answer(401, b'{"error": "gated"}', {"X-Error-Message": "Access to this model is restricted"})
        if not repository or repository[1] != "windlass/demo":
            return self.answer(404, b'{"error": "Repository not found"}')
        rest = repository[2]
        if rest in ("/revision/main", f"/revision/{COMMIT}"):
            return self.json({"id": "windlass/demo", "sha": COMMIT})
        if rest == f"/tree/{COMMIT}":
            return self.tree()
        name = rest.removeprefix(f"/resolve/{COMMIT}/")
        if name not in self.server.files:
            return self.answer(404, b"Entry not found")
        if name.endswith(".safetensors"):  # large files lie with another host
            return self.answer(302, b"", {"Location": f"http://localhost:{self.server.server_port}/cdn/{name}"})
        return self.file(name)

    do_HEAD = do_GET

    def tree(self):
        """The listing, in two pages."""
        entries = []
        for name, content in sorted(self.server.files.items()):
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry = {"type": "file", "oid": blob, "size": len(content), "path": name}
            if name.endswith(".safetensors"):
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 132}
            entries.append(entry)
        if "cursor=" in self.path:
            return self.json(entries[3:])
        following = f"{self.server.url}/api/models/windlass/demo/tree/{COMMIT}?cursor=3"
        self.json(entries[:3], {"Link": f'<{following}>; rel="next"'})

    def file(self, name):
        content = self.server.files[name]
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Accept-Ranges": "bytes"}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted:
            first, last = int(wanted[1]), int(wanted[2] or len(content) - 1)
            self.server.ranges.append((name, first, last))
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            return self.answer(206, content[first : last + 1], headers)
        breaks = name.endswith(".safetensors") and not self.server.broken_off and self.command == "GET"
        self.server.broken_off |= breaks
        self.answer(200, content, headers, sent=len(content) // 2 if breaks else None)

    def json(self, value, headers=None):
        self.answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"} | (headers or {}))
