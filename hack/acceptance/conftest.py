"""Starts ./windlass on the demo model, once for all tests, on a port that is free; leaves no process behind."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import openai
import pytest

# Who starts the tests in the background may have told them to ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"NO_COLOR": "1"}
started = []


class Server:
    """A running `./windlass serve`: its URL and what it printed up to the line that shows how to ask it."""

    def __init__(self, *arguments, environment=None, deadline=300):
        self.process = subprocess.Popen(
            [ROOT / "windlass", "serve", *arguments, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=ENVIRONMENT | (environment or {}),
        )
        started.append(self)
        watchdog = threading.Timer(deadline, self.process.kill)
        watchdog.start()
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if "curl " in line:
                break
        watchdog.cancel()
        printed = "".join(self.lines)
        found = re.search(r"https?://[\d.]+:\d+", printed)
        assert found and self.process.poll() is None, f"windlass serve printed no URL:\n{printed}"
        self.url = found.group()
        self.rest = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.rest.start()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def stop(self, deadline=60):
        """Ctrl-C; returns the exit status."""
        self.interrupt()
        return self.process.wait(deadline)


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_behind():
    yield
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="session")
def server():
    running = Server("examples/demo.yaml")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def client(server):
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        yield client


def windlass(*arguments, environment=None, timeout=120, **options):
    """Runs the command line to its end."""
    return subprocess.run(
        [ROOT / "windlass", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=ENVIRONMENT | (environment or {}),
        **options,
    )
