"""Starts ./windlass on the demo model, once for all tests, on a port that is free."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import openai
import pytest

ROOT = Path(__file__).parents[2]


class Server:
    """A running `./windlass serve`: its URL, what it printed, how long it took to the line that says it serves."""

    def __init__(self, *arguments):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [ROOT / "windlass", "serve", *arguments, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
        )
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if "curl " in line:
                break
        printed = "".join(self.lines)
        found = re.search(r"http://[\d.]+:\d+", printed)
        assert found, f"windlass serve printed no URL:\n{printed}"
        self.url = found.group()

    def stop(self, deadline=30):
        """Ctrl-C; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(deadline)


@pytest.fixture(scope="session")
def server():
    running = Server("examples/demo.yaml")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="session")
def client(server):
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        yield client


def windlass(*arguments, timeout=120):
    """Runs the command line to its end."""
    return subprocess.run(
        [ROOT / "windlass", *map(str, arguments)], capture_output=True, text=True, timeout=timeout, env=os.environ | {"NO_COLOR": "1"}
    )
