"""All that can be observed without a cluster, under load, and a real Prometheus that scrapes it as the chart's monitors make it do.

There is no GPU: the library that the runtime reads GPUs with is a pretended one, and so is NVIDIA's exporter.
"""

import hashlib
import re
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
import yaml
from prometheus_client.parser import text_string_to_metric_families

from authority import GATEWAY, RUNTIME, Authority
from conftest import ROOT, Server
from process import Process
from prometheus import Prometheus, get, until

EMBEDDER = ROOT / "runtime" / "server" / "src" / "test" / "resources" / "encoders" / "embedder"
PROGRAM = ROOT / "runtime" / "gateway" / "target"
GATEWAY_SAYS = r"Gateway at (https?://\S+) \(measurements at port (\d+)"


def exposition(url):
    """Labels by the name of a sample."""
    samples = {}
    for family in text_string_to_metric_families(get(url + "/metrics")):
        for sample in family.samples:
            samples.setdefault(sample.name, set()).update(sample.labels)
    return samples


def counts(url):
    """The counters and histograms of Windlass: each one's name and labels."""
    families = text_string_to_metric_families(get(url + "/metrics"))
    samples = [one for family in families if family.type in ("counter", "histogram") for one in family.samples]
    return {(one.name, *sorted(one.labels.items())) for one in samples if re.fullmatch(r"(windlass_|vllm:)\w+_(total|count)", one.name)}


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

    def __init__(self, runtime, redis, folder):
        self.address = runtime.removeprefix("http://")
        self.routes = folder / "routes.yaml"
        self.weigh(25)
        self.authority = Authority(folder / "authority")
        shown, for_runtimes = self.authority.mount(folder / "front", RUNTIME), self.authority.mount(folder / "gateway", GATEWAY)
        keys, policies = folder / "keys.yaml", folder / "policies.yaml"
        keys.write_text(yaml.safe_dump(KEYS))
        policies.write_text(yaml.safe_dump(HOUSE))
        options = {
            "--routes": self.routes,
            "--keys": keys,
            "--filter-policies": policies,
            "--redis": redis,
            "--tls-certificate": shown / "tls.crt",
            "--tls-key": shown / "tls.key",
            "--runtime-tls": for_runtimes,
        }
        super().__init__(gateway_command(*(part for option in options.items() for part in option)), GATEWAY_SAYS)
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


def pretended_driver(folder):
    """A folder with a libnvidia-ml of two GPUs, which is that of the runtime's own tests."""
    source = ROOT / "runtime" / "nvml" / "src" / "test" / "resources" / "nvml" / "fake.c"
    folder.mkdir()
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "libnvidia-ml.so.1", source], check=True)
    return folder


class Runtime:
    """A model that is served, on a machine that seems to have GPUs where a folder has their driver."""

    def __init__(self, *model, driver=None):
        self.server = Server(*map(str, model), environment={"LD_LIBRARY_PATH": str(driver)} if driver else None)
        self.url = self.server.url

    def close(self):
        assert self.server.stop() == 0


class Redis(Process):
    """A Redis that keeps nothing."""

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        super().__init__(["redis-server", "--bind", "127.0.0.1", "--port", port, "--save", ""], "Ready to accept connections")
        self.url = f"redis://127.0.0.1:{port}"


# Of dcgm-exporter's etc/default-counters.csv, with the labels that it puts on all of them in a cluster.
DCGM = {"DCGM_FI_DEV_GPU_UTIL": 87, "DCGM_FI_DEV_FB_USED": 61440, "DCGM_FI_DEV_FB_FREE": 20480, "DCGM_FI_DEV_POWER_USAGE": 412.5, "DCGM_FI_DEV_GPU_TEMP": 63}
DCGM_LABELS = {"gpu": "0", "UUID": "GPU-0", "device": "nvidia0", "modelName": "NVIDIA H100 80GB HBM3", "Hostname": "node-0", "container": ""}


class PretendedExporter:
    """Says what NVIDIA's exporter says of one GPU, in its format."""

    def __init__(self):
        labels = ",".join(f'{name}="{value}"' for name, value in DCGM_LABELS.items())
        text = "".join(f"# TYPE {name} gauge\n{name}{{{labels}}} {value}\n" for name, value in DCGM.items()).encode()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def scrape_configs(runtime, encoder, gateway, exporter):
    """The labels of pods and the honoured ones are the chart's doing: templates/monitoring.yaml."""

    def of(job, url, honor_labels=False, **labels):
        return {"job_name": job, "honor_labels": honor_labels, "static_configs": [{"targets": [url.removeprefix("http://")], "labels": labels}]}

    return [
        of("runtime", runtime, namespace="default", pod="demo-0", name="demo", revision="demo-old"),
        of("encoder", encoder, namespace="default", pod="embedder-0", name="embedder", revision="embedder-only"),
        of("gateway", gateway, honor_labels=True, namespace="windlass-system", pod="gateway-0"),
        of("dcgm-exporter", exporter),
    ]


class Load:
    """Clients of all kinds, until it is closed: who reads, who leaves, who errs, who asks for what sleeps."""

    def __init__(self, url, encoder, authority):
        self.done = threading.Event()
        trusting = openai.DefaultHttpxClient(verify=ssl.create_default_context(cafile=authority.certificate))
        self.client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0, timeout=60, http_client=trusting)
        self.encoder = self.client.with_options(base_url=encoder + "/v1")
        self.known = self.client.with_options(api_key=KEY)
        self.threads = [threading.Thread(target=self._repeat, args=(one,), daemon=True) for one in (self._reads, self._reads, self._leaves, self._errs, self._waits, self._is_guarded, self._is_limited, self._encodes)]
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

    def _encodes(self):
        self.encoder.embeddings.create(model="embedder", input=["the capital", "what is the capital of peru"])

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

    def __init__(self, folder, rules):
        self.parts = []
        try:
            self.runtime = self._start(Runtime("examples/demo.yaml", driver=pretended_driver(folder / "driver"))).url
            self.encoder = self._start(Runtime("--model", EMBEDDER)).url
            redis, exporter = self._start(Redis()), self._start(PretendedExporter())
            self.gateway = self._start(Gateway(self.runtime, redis.url, folder))
            assert until(lambda: 'name="narrow"' in get(self.gateway.operations + "/metrics"))
            self.counted_before = self.counts()
            self.load = self._start(Load(self.gateway.url, self.encoder, self.gateway.authority))
            scraped = scrape_configs(self.runtime, self.encoder, self.gateway.operations, exporter.url)
            self.prometheus = self._start(Prometheus(folder, rules, scraped))
        except BaseException:
            self.close()
            raise

    def counts(self):
        return {url: counts(url) for url in (self.runtime, self.encoder, self.gateway.operations)}

    def _start(self, part):
        self.parts.append(part)
        return part

    def close(self):
        while self.parts:
            self.parts.pop().close()
