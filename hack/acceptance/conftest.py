"""Starts ./windlass on the demo model, once for all tests, on a port that is free; leaves no process behind."""

import re
import signal
import subprocess

import openai
import pytest

from process import ENVIRONMENT, ROOT, Process

# Who starts the tests in the background may have told them to ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

started = []


class Server(Process):
    """A running `./windlass serve`: its URL, and what it printed up to the line that shows how to ask it."""

    def __init__(self, *arguments, environment=None, deadline=300):
        super().__init__([ROOT / "windlass", "serve", *arguments, "--port", "0"], "curl ", environment, deadline)
        started.append(self)
        self.url = re.search(r"https?://[\d.]+:\d+", "".join(self.lines)).group()

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
