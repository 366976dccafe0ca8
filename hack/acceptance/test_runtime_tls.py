"""A runtime that only gateways may ask, and a gateway that asks it, each with a certificate, over real sockets."""

import json
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import openai
import pytest
import yaml
from authority import GATEWAY, RUNTIME, Authority
from conftest import Server, windlass
from observed import GATEWAY_SAYS, gateway_command
from process import Process

@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A runtime, gateways of it, and what they are made of."""
    folder = tmp_path_factory.mktemp("runtime-tls")
    authority = Authority(folder / "authority")
    shown = authority.mount(folder / "runtime", RUNTIME)
    runtime = Server("examples/demo.yaml", "--runtime-tls", str(shown))
    started = []

    def gateway(identity=GATEWAY, by=authority, namespace="chat", options=()):
        routes = folder / "routes.yaml"
        endpoint = {"address": runtime.url.removeprefix("https://"), "tls": True}
        routes.write_text(yaml.safe_dump({"deployments": [{"name": "demo", "namespace": namespace, "endpoints": [endpoint]}]}))
        mine = by.mount(folder / f"gateway-{len(started)}", identity)
        started.append(Process(gateway_command("--routes", routes, "--runtime-tls", mine, *options), GATEWAY_SAYS))
        return started[-1]

    yield folder, authority, runtime, gateway
    for process in started:
        process.close()
    assert runtime.stop() == 0


def ask(gateway, **more):
    with openai.OpenAI(base_url=gateway.said[1] + "/v1", api_key="none", max_retries=0) as client:
        messages = [{"role": "user", "content": "What is the capital of Chile?"}]
        return list(client.chat.completions.create(model="demo", messages=messages, temperature=0, stream=True, **more))


def test_a_chat_passes_through_while_certificates_are_renewed(places):
    folder, authority, runtime, gateway = places
    assert runtime.url.startswith("https:")
    front = gateway()
    for _ in range(3):
        assert "Santiago" in "".join(part.choices[0].delta.content or "" for part in ask(front) if part.choices)
    metrics = urllib.request.urlopen(f"http://127.0.0.1:{front.said[2]}/metrics", timeout=30).read().decode()
    name = "windlass_gateway_runtime_certificate_expiry_timestamp_seconds "
    expires = float(next(line for line in metrics.splitlines() if line.startswith(name)).removeprefix(name))
    assert 86400 < expires - time.time() < 3 * 86400

    authority.mount(folder / "runtime", RUNTIME)
    authority.mount(folder / "gateway-0", GATEWAY)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        assert ask(front, max_tokens=4)


def fetch(url, folder=None, trust=None):
    context = ssl.create_default_context(cafile=trust)
    if folder:
        context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    try:
        with urllib.request.urlopen(url, timeout=30, context=context) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_nobody_else_is_served_by_the_runtime_but_probes_and_scrapes(places):
    folder, authority, runtime, _ = places
    trust = authority.certificate
    for path in ("/health", "/health/ready", "/health/live", "/version", "/metrics"):
        assert fetch(runtime.url + path, trust=trust)[0] == 200
    status, body = fetch(runtime.url + "/v1/models", trust=trust)
    assert status == 401 and json.loads(body)["error"]["code"] == "client_certificate_required"
    stranger = authority.mount(folder / "stranger", "spiffe://windlass/ns/chat/llm/other")
    status, body = fetch(runtime.url + "/v1/models", stranger, trust)
    assert status == 401 and "spiffe://windlass/ns/chat/llm/other" in body and GATEWAY in body
    operator = authority.mount(folder / "operator", "spiffe://windlass/operator")
    assert fetch(runtime.url + "/v1/models", operator, trust)[0] == 200
    foreign = Authority(folder / "elsewhere").mount(folder / "foreign", GATEWAY)
    with pytest.raises((urllib.error.URLError, ssl.SSLError, ConnectionError)):
        fetch(runtime.url + "/health", foreign, trust)


def test_a_gateway_asks_no_runtime_of_another_namespace(places):
    with pytest.raises(openai.APIStatusError) as refused:
        ask(places[3](namespace="elsewhere"))
    assert refused.value.status_code == 502 and refused.value.code == "model_untrusted"


def test_a_gateway_of_another_installation_gets_nothing(places):
    folder, _, _, gateway = places
    with pytest.raises(openai.APIStatusError) as refused:
        ask(gateway(by=Authority(folder / "other-installation")))
    assert refused.value.status_code == 502


def test_mistakes_are_said_at_the_start(tmp_path, places):
    _, authority, _, _ = places
    said = windlass("serve", "examples/demo.yaml", "--runtime-tls", tmp_path / "nowhere", "--port", "0")
    assert said.returncode not in (0, 130) and "tls.crt" in said.stderr and "choose another address" not in said.stderr
    mine = authority.mount(tmp_path / "mine", RUNTIME)
    said = windlass("serve", "examples/policies.yaml", "--runtime-tls", mine, "--port", "0")
    assert said.returncode == 2 and "--runtime-tls is for a runtime behind gateways elsewhere" in said.stderr
    routes = tmp_path / "routes.yaml"
    routes.write_text("deployments: []")
    said = subprocess.run(gateway_command("--routes", routes, "--runtime-tls", mine), capture_output=True, text=True, timeout=60)
    assert said.returncode == 1 and f"expected one for {GATEWAY}" in said.stderr and RUNTIME in said.stderr
