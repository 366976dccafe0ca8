"""The runtime and a gateway in front of it under load, and a real Prometheus that scrapes both as the chart's monitors make it do."""

import hashlib
import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import openai
import yaml
from prometheus_client.parser import text_string_to_metric_families

from conftest import ENVIRONMENT, ROOT

PROGRAM = ROOT / "runtime" / "gateway" / "target"
GATEWAY_SAYS = r"Gateway at (http://\S+) \(measurements at port (\d+)"


def get(url, accept="text/plain"):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def exposition(url):
    """Labels by the name of a sample."""
    samples = {}
    for family in text_string_to_metric_families(get(url + "/metrics")):
        for sample in family.samples:
            samples.setdefault(sample.name, set()).update(sample.labels)
    return samples


class Process:
    """A program that says where it listens, and is ended."""

    def __init__(self, command, says, deadline=120):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT
        )
        watchdog = threading.Timer(deadline, self.process.kill)
        watchdog.start()
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            self.said = re.search(says, line)
            if self.said:
                break
        watchdog.cancel()
        if not lines or not self.said:
            self.close()
            raise AssertionError(f"{command[0]} did not say {says}:\n{''.join(lines)}")
        threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def gateway_command(*arguments):
    """What starts a gateway on free ports; it is built where it is not there."""
    if not (PROGRAM / "program" / "lib").is_dir():
        build = ["hack/mvn", "-q", "-B", "-DskipTests", "-Dspotless.check.skip", "package", "-pl", "runtime/gateway", "-am"]
        subprocess.run(build, cwd=ROOT, check=True)
    java = subprocess.run([ROOT / "hack" / "java-home"], capture_output=True, text=True, check=True).stdout.strip()
    return [
        *(f"{java}/bin/java", "-Xmx256m", "-cp", f"{PROGRAM}/classes:{PROGRAM}/program/lib/*", "dev.windlass.gateway.Main"),
        *("--host", "127.0.0.1", "--port", "0", "--operations-port", "0", "--unready-seconds", "0"),
        *map(str, arguments),
    ]


KEY = "observed"
FORBIDDEN = "project bluebird"
KEYS = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "load", "labels": {"windlass.dev/keys": "load"}},
    "stringData": {"sha256": hashlib.sha256(KEY.encode()).hexdigest()},
}
HOUSE = {
    "apiVersion": "windlass.dev/v1alpha1",
    "kind": "LlmFilterPolicy",
    "metadata": {"name": "house"},
    "spec": {"rules": [{"name": "names", "keywords": {"words": [FORBIDDEN]}}]},
}


class Gateway(Process):
    """The gateway with two revisions of the demo, which are one runtime, a model that sleeps for ever, one that is suspended, and two with policies."""

    def __init__(self, runtime, folder):
        self.address = runtime.removeprefix("http://")
        self.routes = folder / "routes.yaml"
        self.weigh(25)
        keys, policies = folder / "keys.yaml", folder / "policies.yaml"
        keys.write_text(yaml.safe_dump(KEYS))
        policies.write_text(yaml.safe_dump(HOUSE))
        super().__init__(gateway_command("--routes", self.routes, "--keys", keys, "--filter-policies", policies), GATEWAY_SAYS)
        self.url = self.said[1]
        self.operations = f"http://127.0.0.1:{self.said[2]}"

    def weigh(self, canary):
        """Makes this the canary's weight."""
        revisions = [{"name": "demo-old", "weight": 100 - canary}, {"name": "demo-new", "weight": canary, "variant": "canary"}]
        demo = {
            "name": "demo",
            "revisions": revisions,
            "mirror": {"to": "canary", "percent": 50},
            "endpoints": [{"address": self.address, "revision": one["name"]} for one in revisions],
        }
        asleep = {"name": "resting", "hold": {"maxQueued": 4, "maxWait": "1s"}}
        suspended = {"name": "retired", "suspended": True}
        guarded = {
            "name": "guarded",
            "model": "demo",
            "endpoints": [{"address": self.address}],
            "auth": {"mode": "ApiKey", "selector": {"matchLabels": {"windlass.dev/keys": "load"}}},
            "contentFilter": {"policyRef": {"name": "house"}},
            "responseCache": {"ttl": "1h"},
        }
        narrow = {
            "name": "narrow",
            "model": "demo",
            "endpoints": [{"address": self.address}],
            "limits": {"total": {"requestsPerMinute": 5}},
        }
        written = self.routes.with_suffix(".new")
        written.write_text(yaml.safe_dump({"deployments": [demo, asleep, suspended, guarded, narrow]}))
        written.rename(self.routes)


class Prometheus(Process):
    """Debian's Prometheus with the rules of dashboards/, which it evaluates every second here."""

    def __init__(self, folder, rules, runtime, gateway):
        (folder / "rules").mkdir()
        for path in rules:
            (folder / "rules" / path.name).write_text(re.sub(r"interval: \d+s", "interval: 1s", path.read_text()))
        # The labels of pods and the honoured ones are the chart's doing: templates/monitoring.yaml.
        pod = {"namespace": "default", "pod": "demo-0", "name": "demo", "revision": "demo-old"}
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules" / "*.yaml")],
            "scrape_configs": [
                {"job_name": "runtime", "static_configs": [{"targets": [runtime.removeprefix("http://")], "labels": pod}]},
                {
                    "job_name": "gateway",
                    "honor_labels": True,
                    "static_configs": [{"targets": [gateway.removeprefix("http://")], "labels": {"namespace": "windlass-system", "pod": "gateway-0"}}],
                },
            ],
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

    def query(self, expression):
        """Samples that are numbers: their labels."""
        return [one["metric"] for one in self.api("query", query=expression)["result"] if one["value"][1] not in ("NaN", "+Inf", "-Inf")]


class Load:
    """Clients of all kinds, until it is closed: who reads, who leaves, who errs, who asks for what sleeps."""

    def __init__(self, url):
        self.done = threading.Event()
        self.client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0, timeout=60)
        self.known = self.client.with_options(api_key=KEY)
        self.threads = [threading.Thread(target=self._repeat, args=(one,), daemon=True) for one in (self._reads, self._reads, self._leaves, self._errs, self._waits, self._is_guarded, self._is_limited)]
        for thread in self.threads:
            thread.start()

    def _repeat(self, act):
        while not self.done.wait(0.05):
            try:
                act()
            except openai.APIError:
                self.done.wait(0.2)

    def _ask(self, model, **more):
        question = [{"role": "user", "content": "What is the capital of Portugal?"}]
        return self.client.chat.completions.create(model=model, messages=question, stream=True, **more)

    def _reads(self):
        for _ in self._ask("demo", max_tokens=24, stream_options={"include_usage": True}):
            pass

    def _leaves(self):
        with self._ask("demo", max_tokens=200) as stream:
            next(iter(stream))

    def _errs(self):
        self._ask("demo", temperature=99)

    def _waits(self):
        self._ask("resting")

    def _is_guarded(self):
        """Who has a key is answered, again from the cache, and refused for what is not to be said."""
        for question in ("What is the capital of Peru?", f"Tell me of {FORBIDDEN}."):
            self.known.chat.completions.create(model="guarded", messages=[{"role": "user", "content": question}], temperature=0, max_tokens=16)

    def _is_limited(self):
        for _ in self._ask("narrow", max_tokens=4):
            pass

    def close(self):
        self.done.set()
        for thread in self.threads:
            thread.join(60)
        self.client.close()


class Observed:
    """All of them; closed in the order that nobody misses anybody."""

    def __init__(self, runtime, folder, rules):
        self.parts = []
        try:
            self.runtime = runtime
            self.gateway = self._start(Gateway(runtime, folder))
            self.load = self._start(Load(self.gateway.url))
            self.prometheus = self._start(Prometheus(folder, rules, runtime, self.gateway.operations))
        except BaseException:
            self.close()
            raise

    def _start(self, part):
        self.parts.append(part)
        return part

    def close(self):
        while self.parts:
            self.parts.pop().close()


def until(condition, deadline=120):
    """What a condition answers when it is no longer empty, or at last."""
    end = time.monotonic() + deadline
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(1)
    return answer
