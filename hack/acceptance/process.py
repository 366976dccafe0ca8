"""Programs that say where they listen."""

import os
import re
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"NO_COLOR": "1"}


class Process:
    """A program that has said what it says once it can be used: `said` is the match, `lines` all that it printed, and goes on to print."""

    def __init__(self, command, says, environment=None, deadline=120):
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=ENVIRONMENT | (environment or {}),
        )
        watchdog = threading.Timer(deadline, self.process.kill)
        watchdog.start()
        self.lines, self.said = [], None
        for line in self.process.stdout:
            self.lines.append(line)
            self.said = re.search(says, line)
            if self.said:
                break
        watchdog.cancel()
        if not self.said or self.process.poll() is not None:
            self.close()
            raise AssertionError(f"{command[0]} did not say {says}:\n{''.join(self.lines)}")
        self.rest = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.rest.start()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
