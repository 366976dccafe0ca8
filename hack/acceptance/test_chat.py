"""`windlass chat` on a terminal: Ctrl-C stops an answer, ends the program at the prompt; a server that goes away is said."""

import http.server
import json
import os
import pty
import signal
import subprocess
import threading
import time

import pytest
from conftest import ENVIRONMENT, ROOT


class EndlessServer(http.server.ThreadingHTTPServer):
    """Answers every question with words that do not end; with `dies`, it goes away after a few of them."""

    daemon_threads = True
    dies = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Endless)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Endless(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = json.dumps({"data": [{"id": "endless"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        word = b"data: " + json.dumps({"choices": [{"delta": {"content": "word "}}]}).encode() + b"\n\n"
        try:
            for count in range(3000):
                if self.server.dies and count == 5:
                    return
                self.wfile.write(b"%x\r\n%s\r\n" % (len(word), word))
                time.sleep(0.02)
        except OSError:
            pass  # the client hung up, as it should


class Chat:
    """The command on a terminal of its own, whose Ctrl-C is a key."""

    def __init__(self, server):
        pid, self.terminal = pty.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            url = f"http://127.0.0.1:{server.server_port}"
            os.chdir(ROOT)
            os.execve(ROOT / "windlass", ["windlass", "chat", "--url", url], ENVIRONMENT)
        self.pid = pid
        self.screen = ""
        self.watchdog = threading.Timer(120, os.kill, (pid, signal.SIGKILL))
        self.watchdog.start()

    def types(self, keys):
        self.screen = ""
        os.write(self.terminal, keys.encode())

    def shows(self, text):
        while text not in self.screen:
            try:
                self.screen += os.read(self.terminal, 4096).decode(errors="replace")
            except OSError as end:
                raise AssertionError(f"ended without {text!r}: {self.screen!r}") from end

    def ends(self):
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.watchdog.cancel()
        return status


@pytest.fixture
def server():
    server = EndlessServer()
    yield server
    server.shutdown()


@pytest.fixture
def chat(server):
    subprocess.run([ROOT / "windlass", "--version"], check=True, capture_output=True, timeout=600)  # builds, where that is due
    chat = Chat(server)
    chat.shows("> ")
    yield chat
    os.close(chat.terminal)


def test_ctrl_c_stops_the_answer_and_then_the_program(chat):
    for _ in range(2):
        chat.types("Go on\n")
        chat.shows("word word ")
        chat.types("\x03")
        chat.shows("\n> ")
    chat.types("\x03")
    assert chat.ends() == 130


def test_ctrl_d_ends_it(chat):
    chat.types("\x04")
    assert chat.ends() == 0


def test_a_server_that_goes_away_is_said_and_may_come_back(chat, server):
    server.dies = True
    chat.types("Go on\n")
    chat.shows("went away in the middle of an answer")
    chat.shows("\n> ")
    server.dies = False
    chat.types("Go on\n")
    chat.shows("word word word word word word ")
    chat.types("\x03")
    chat.shows("\n> ")
    chat.types("/exit\n")
    assert chat.ends() == 0
