"""What the servers that models are fetched from here have in common: they note who asked for what, and can break off in the middle."""

import http.server
import threading


class DownloadServer(http.server.ThreadingHTTPServer):
    """On loopback, as long as it is entered."""

    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), answers)
        self.requests = []
        self.ranges = []
        self.broken_off = False

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return super().__enter__()

    def __exit__(self, *problem):
        self.shutdown()
        super().__exit__(*problem)


class DownloadAnswers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, headers=None, sent=None):
        """`sent`: only so many bytes of the body, and then the connection ends."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:sent])
        if sent is not None:
            self.close_connection = True

    def log_message(self, *_):
        pass
