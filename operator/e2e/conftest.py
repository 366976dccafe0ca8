"""A Prometheus beside the cluster for as long as the tests run, which scrapes what the chart's monitors name."""

import sys
import time
from pathlib import Path

import pytest

from discovery import Discovery, scrape_configs

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "hack" / "acceptance"))

import promql  # noqa: E402
from prometheus import Prometheus  # noqa: E402

SECONDS = 5


@pytest.fixture(scope="session", autouse=True)
def prometheus(tmp_path_factory):
    """Since `prometheus.since`, in seconds since the epoch."""
    folder = tmp_path_factory.mktemp("prometheus")
    discovery = Discovery(folder)
    running = Prometheus(folder, promql.RULES, scrape_configs(folder), f"{SECONDS}s")
    running.since = time.time()
    yield running
    running.close()
    discovery.close()
