"""The cluster under test, by kubectl alone, and load that a gateway gets."""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request

KUBECTL = os.environ["WINDLASS_KUBECTL"]
HELM = os.environ["WINDLASS_HELM"]
CHART = os.path.join(os.path.dirname(__file__), "..", "..", "charts", "windlass")
NAMESPACE = "default"


def kubectl(*arguments, stdin=None, check=True):
    done = subprocess.run([KUBECTL, *arguments], input=stdin, capture_output=True, text=True, timeout=120)
    if check and done.returncode != 0:
        raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout if check else done.stdout + done.stderr


def helm(*arguments, stdin=None, check=True):
    """Standard output, or all that was said where it may fail."""
    done = subprocess.run([HELM, *arguments], input=stdin, capture_output=True, text=True, timeout=300)
    if check and done.returncode != 0:
        raise AssertionError(f"helm {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout if check else done.stdout + done.stderr


def apply(name, spec):
    resource = {"apiVersion": "windlass.dev/v1alpha1", "kind": "LlmDeployment", "metadata": {"name": name}, "spec": spec}
    kubectl("apply", "-f", "-", stdin=json.dumps(resource))


def get(kind, name, namespace=NAMESPACE):
    return json.loads(kubectl("get", kind, name, "-n", namespace, "-o", "json"))


def status(name):
    return get("llm", name).get("status", {})


def condition(found, kind):
    return next((one for one in found.get("conditions", []) if one["type"] == kind), {"status": "", "reason": ""})


def wait_for(what, holds, patience=240):
    end = time.monotonic() + patience
    while True:
        found = what()
        if holds(found):
            return found
        if time.monotonic() > end:
            raise AssertionError(f"did not come within {patience} s; the last look: {json.dumps(found, indent=1)[:4000]}")
        time.sleep(0.5)


def ready(name, replicas):
    return wait_for(
        lambda: status(name),
        lambda it: condition(it, "Ready")["status"] == "True"
        and it.get("readyOfDesired") == f"{replicas}/{replicas}"
        and it.get("rollout", {}).get("state") in ("Succeeded", "Aborted"),
    )


def events(name):
    return kubectl("get", "events", "--field-selector", f"involvedObject.name={name}", "-o", "jsonpath={range .items[*]}{.reason}: {.message}{'\\n'}{end}")


def gateway():
    address = kubectl("get", "service", "windlass-gateway", "-n", "windlass-system", "-o", "jsonpath={.spec.clusterIP}")
    return f"http://{address}"


def chat(model, prompt="What is the capital of Peru?", timeout=120, headers=None, **more):
    body = {"model": model, "temperature": 0, "messages": [{"role": "user", "content": prompt}], **more}
    request = urllib.request.Request(
        gateway() + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)["choices"][0]["message"]["content"], dict(response.headers)


def refusal(key=None, prompt="What is the capital of Peru?"):
    """The status of an answer to whoever shows this key, and its body."""
    try:
        chat("demo", prompt, headers={"Authorization": f"Bearer {key}"} if key else None)
        return 200, {}
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def mirrored(revision):
    """How many copies of requests the gateways sent to a revision."""
    pods = kubectl("get", "pods", "-n", "windlass-system", "-l", "app.kubernetes.io/component=gateway", "-o", "jsonpath={.items[*].metadata.name}")
    lines = [
        line
        for pod in pods.split()
        for line in kubectl("get", "--raw", f"/api/v1/namespaces/windlass-system/pods/{pod}:9000/proxy/metrics").splitlines()
    ]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("windlass_gateway_mirrored_requests_total") and f'revision="{revision}"' in line)


class Load:
    """Streams that begin one after another until the block ends; each is read to its last event."""

    def __init__(self, model, streams=2, pause=0.2):
        self.url, self.model, self.streams, self.pause = gateway() + "/v1/chat/completions", model, streams, pause
        self.whole, self.failures, self.revisions = 0, [], {}
        self.lock, self.stopped = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(streams)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(120)

    def run(self):
        while not self.stopped.is_set():
            try:
                revision = self.stream()
                with self.lock:
                    self.whole += 1
                    self.revisions[revision] = self.revisions.get(revision, 0) + 1
            except Exception as problem:  # Whatever a client sees is a failure.
                with self.lock:
                    self.failures.append(f"{time.strftime('%H:%M:%S')} {problem!r}")
            time.sleep(self.pause)

    def stream(self):
        body = {"model": self.model, "stream": True, "messages": [{"role": "user", "content": "What is Windlass?"}]}
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as response:
            last = ""
            for line in response:
                text = line.decode().strip()
                if text.startswith("data:"):
                    last = text
                    if '"error"' in text:
                        raise AssertionError(text)
            if last != "data: [DONE]":
                raise AssertionError(f"the stream ended with {last!r}")
            return response.headers.get("x-windlass-model-revision", "")

    def require_whole(self, at_least=10):
        assert not self.failures, f"{len(self.failures)} of {self.whole + len(self.failures)} failed: {self.failures[:5]}"
        assert self.whole >= at_least, f"expected at least {at_least} streams, got {self.whole}"
