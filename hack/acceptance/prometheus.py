"""A real Prometheus, which says what it has seen."""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

from process import Process


def get(url, accept="text/plain"):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


NO_NUMBERS = ("NaN", "+Inf", "-Inf")


class Prometheus(Process):
    """Debian's Prometheus with the rules of dashboards/, which it evaluates here as often as it scrapes."""

    def __init__(self, folder, rules, scrape_configs, interval="1s"):
        (folder / "rules").mkdir()
        for path in rules:
            (folder / "rules" / path.name).write_text(re.sub(r"interval: \d+s", f"interval: {interval}", path.read_text()))
        config = {
            "global": {"scrape_interval": interval, "evaluation_interval": interval},
            "rule_files": [str(folder / "rules" / "*.yaml")],
            "scrape_configs": scrape_configs,
        }
        (folder / "prometheus.yaml").write_text(yaml.safe_dump(config))
        super().__init__(
            [
                *("prometheus", f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/data"),
                *("--web.listen-address=127.0.0.1:0", "--log.level=info"),
            ],
            r'"?Listening on"? address=(127\.0\.0\.1:\d+)',
        )
        self.url = "http://" + self.said[1]
        assert until(self._is_ready)

    def _is_ready(self):
        try:
            return get(self.url + "/-/ready")
        except urllib.error.HTTPError:
            return ""

    def api(self, path, **parameters):
        answer = json.loads(get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", "application/json"))
        assert answer["status"] == "success", answer
        return answer["data"]

    def seen(self, expression, start, step):
        """The values that are numbers which each of its series has had since `start`, in seconds since the epoch; looked at every `step` seconds."""
        found = self.api("query_range", query=expression, start=start, end=time.time(), step=step)["result"]
        values = [[float(value) for _, value in one["values"] if value not in NO_NUMBERS] for one in found]
        return [(one["metric"], had) for one, had in zip(found, values) if had]

    def query(self, expression):
        """Samples that are numbers: their labels."""
        return [one["metric"] for one in self.api("query", query=expression)["result"] if one["value"][1] not in NO_NUMBERS]


def until(condition, deadline=120):
    """What a condition answers when it is no longer empty, or at last."""
    end = time.monotonic() + deadline
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(1)
    return answer
