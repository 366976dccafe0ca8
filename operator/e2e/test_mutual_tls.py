"""TLS between gateways, operator and pods, switched on and off under load: hack/e2e -k mutual_tls."""

import base64
import http.client
import json
import os
import ssl
import subprocess
import time

import pytest

from cluster import CHART, Load, apply, chat, condition, get, helm, kubectl, ready, status, wait_for

SPEC = {
    "model": {"uri": "file://./demo-model"},
    "resources": {"cpu": "250m", "memory": "1Gi"},
    "replicas": 1,
    "rollout": {
        "strategy": "Canary",
        "canary": {
            "smoke": {"prompts": [{"prompt": "What is the capital of Peru?", "expect": "Lima"}]},
            "steps": [{"weight": 50, "hold": "5s"}],
            "analysis": {"interval": "3s", "minRequests": 10, "metrics": [{"name": "ErrorRate", "max": "1%"}, {"name": "TtftP95", "max": "8"}]},
        },
    },
}
QUESTION = {"model": "sealed", "max_tokens": 8, "messages": [{"role": "user", "content": "What is the capital of Peru?"}]}


@pytest.fixture(scope="module", autouse=True)
def a_model_that_is_gone_afterwards():
    apply("sealed", SPEC)
    ready("sealed", 1)
    yield
    kubectl("delete", "llm", "sealed", "--timeout=60s")
    switch("Never")


def switch(word):
    helm("upgrade", "windlass", CHART, "-n", "windlass-system", "--reuse-values", "--set", f"mutualTls={word}", "--wait", "--timeout=4m")


def pods():
    """Those that are not on their way out, with what their ports are called."""
    found = json.loads(kubectl("get", "pods", "-l", "windlass.dev/name=sealed", "-o", "json"))["items"]
    return {
        one["metadata"]["name"]: one["spec"]["containers"][0]["ports"][0]["name"] for one in found if not one["metadata"].get("deletionTimestamp")
    }


def slices():
    """The names of ports of every slice that has somebody in it."""
    found = json.loads(kubectl("get", "endpointslices", "-l", "windlass.dev/name=sealed", "-o", "json"))["items"]
    return [[(port["name"], port["port"]) for port in one["ports"] or []] for one in found if one["endpoints"]]


def address():
    return kubectl("get", "pods", "-l", "windlass.dev/name=sealed", "-o", "jsonpath={.items[0].status.podIP}")


def files(directory, namespace, name):
    """A Secret as a pod has it mounted."""
    data = get("secret", name, namespace)["data"]
    for file, content in data.items():
        with open(os.path.join(directory, file), "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(base64.b64decode(content))
    return str(directory)


def ask(path, folder=None, body=None, authority=None):
    """A pod's port, over TLS, with the certificate that lies in a folder: the status."""
    context = ssl.create_default_context(cafile=os.path.join(authority, "ca.crt") if authority else None)
    context.check_hostname = False
    if not authority:
        context.verify_mode = ssl.CERT_NONE
    if folder:
        context.load_cert_chain(os.path.join(folder, "tls.crt"), os.path.join(folder, "tls.key"))
    connection = http.client.HTTPSConnection(address(), 8080, timeout=30, context=context)
    try:
        connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()


def refused(path, folder=None, body=None):
    """Whether somebody is sent away, by a status or in the handshake."""
    try:
        return ask(path, folder, body) in (401, 403)
    except (ssl.SSLError, ConnectionError, http.client.HTTPException):
        return True


def test_pods_go_to_tls_under_load_and_no_stream_breaks():
    assert slices() == [[("http", 8080)]], slices()
    before = pods()
    with Load("sealed") as load:
        switch("Use")
        wait_for(lambda: condition(status("sealed"), "TlsReady"), lambda it: it["status"] == "True" and it["reason"] == "Issued")
        wait_for(pods, lambda it: list(it.values()) == ["https"])
        wait_for(slices, lambda it: it == [[("https", 8080)]])
        time.sleep(5)
    load.require_whole()
    print(f"{load.whole} streams were whole while {before} became {pods()}")
    answer, headers = chat("sealed")
    assert "Lima" in answer and headers["x-windlass-model-revision"] == status("sealed")["stableRevision"]
    ready("sealed", 1)


def test_only_gateways_and_the_operator_are_let_in(tmp_path):
    names = ["gateway", "model", "stranger"]
    for name in names:
        (tmp_path / name).mkdir()
    gateway = files(tmp_path / "gateway", "windlass-system", "windlass-gateway-runtime-tls")
    model = files(tmp_path / "model", "default", "windlass-sealed-tls")
    stranger = str(tmp_path / "stranger")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=windlass-gateway"]
        + ["-addext", "subjectAltName=URI:spiffe://windlass/gateway", "-keyout", f"{stranger}/tls.key", "-out", f"{stranger}/tls.crt"],
        check=True, capture_output=True,
    )
    chat_path = "/v1/chat/completions"
    assert ask(chat_path, gateway, QUESTION, authority=gateway) == 200
    assert ask("/health/ready", authority=gateway) == 200 and ask("/metrics") == 200, "kubelets and Prometheus have no certificate"
    assert refused(chat_path, None, QUESTION), "without a certificate"
    assert refused(chat_path, stranger, QUESTION), "of another authority"
    assert refused(chat_path, model, QUESTION), "of a model, which is no caller"
    assert refused("/v1/models"), "no other path either"
    plain = http.client.HTTPConnection(address(), 8080, timeout=30)
    with pytest.raises((http.client.HTTPException, ConnectionError, TimeoutError)):
        plain.request("GET", "/health/ready")
        answer = plain.getresponse()
        assert answer.status != 200
        raise http.client.HTTPException(f"refused with {answer.status}")


def test_a_new_version_is_tried_by_the_operator_and_taken_over_by_tls():
    first = status("sealed")["stableRevision"]
    with Load("sealed") as load:
        apply("sealed", {**SPEC, "model": {**SPEC["model"], "maxContextTokens": 768}})
        wait_for(lambda: status("sealed"), lambda it: it["stableRevision"] != first and it["rollout"]["state"] == "Succeeded")
        wait_for(pods, lambda it: list(it.values()) == ["https"])
    load.require_whole()


def test_secrets_are_not_written_at_rest_and_made_again_where_they_are_gone():
    def versions():
        return [get("secret", *one)["metadata"]["resourceVersion"] for one in (
            ("windlass-sealed-tls", "default"), ("windlass-gateway-runtime-tls", "windlass-system"), ("windlass-runtime-authority", "windlass-system"),
        )]

    before = versions()
    kubectl("delete", "pods", "-n", "windlass-system", "-l", "app.kubernetes.io/component=operator", "--wait=false")
    kubectl("rollout", "status", "-n", "windlass-system", "deployment/windlass-operator", "--timeout=100s")
    time.sleep(10)
    assert versions() == before
    logs = kubectl("logs", "-n", "windlass-system", "-l", "app.kubernetes.io/component=operator", "--tail=-1")
    assert "PRIVATE KEY" not in logs + json.dumps(status("sealed"))


def test_pods_go_back_to_plain_http_under_load():
    with Load("sealed") as load:
        switch("Accept")
        wait_for(pods, lambda it: list(it.values()) == ["http"])
        wait_for(slices, lambda it: it == [[("http", 8080)]])
        switch("Never")
        time.sleep(5)
    load.require_whole()
    assert condition(status("sealed"), "TlsReady")["status"] == ""
    assert "Lima" in chat("sealed")[0]
    left = kubectl("get", "secrets", "-n", "windlass-system", "-o", "name")
    assert "runtime" not in left, left
