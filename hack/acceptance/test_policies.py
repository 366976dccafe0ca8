"""Who may call a model on one machine: OpenAI's client with keys, rotation, HTTPS, and what is written down of it."""

import json
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import openai
import pytest
import yaml
from conftest import ROOT, Server, windlass


def client(url, key, **more):
    return openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, **more)


def ask(client, **more):
    messages = [{"role": "user", "content": "What is Windlass?"}]
    return client.chat.completions.create(model="demo", messages=messages, max_tokens=8, **more)


def eventually(holds, deadline=30):
    until = time.monotonic() + deadline
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    audit = tmp_path_factory.mktemp("audit") / "audit.log"
    server = Server("examples/policies.yaml", "--audit-file", str(audit))
    yield server, audit
    assert server.stop() == 0


def test_the_example_lets_in_who_has_its_key(guarded):
    server, audit = guarded
    known = client(server.url, "demo-key")
    assert ask(known).choices[0].message.content
    assert "".join(part.choices[0].delta.content or "" for part in ask(known, stream=True))
    assert [model.id for model in known.models.list()] == ["demo"]
    for key in ("wrong", "demo-key-and-more"):
        with pytest.raises(openai.AuthenticationError) as refused:
            ask(client(server.url, key))
        assert refused.value.code == "invalid_api_key"
        with pytest.raises(openai.AuthenticationError):
            client(server.url, key).models.list()
    eventually(lambda: len(audit.read_text().splitlines()) >= 4)
    lines = [json.loads(line) for line in audit.read_text().splitlines()]
    assert [line["status"] for line in lines[:4]] == [200, 200, 401, 401]
    assert lines[0]["key"] == "everybody" and lines[0]["generated_tokens"] == 8
    assert "demo-key" not in audit.read_text()


def test_the_curl_line_asks_for_a_key_and_works_with_one(guarded):
    server, _ = guarded
    line = next(line for line in server.lines if "curl " in line)
    assert line.rstrip().endswith('-H "Authorization: Bearer $KEY"')
    eventually(lambda: any("windlass keys create" in line for line in server.lines))
    for key, said in (("demo-key", '"choices"'), ("wrong", "invalid_api_key")):
        done = subprocess.run(["bash", "-c", line], env={"PATH": "/usr/bin:/bin", "KEY": key}, capture_output=True, text=True, timeout=60)
        assert said in done.stdout, done.stdout + done.stderr


def test_the_example_filters_gives_answers_again_and_says_how_a_caller_stands(guarded):
    server, _ = guarded
    known = client(server.url, "demo-key")

    def answer(text):
        messages = [{"role": "user", "content": text}]
        return known.chat.completions.with_raw_response.create(model="demo", messages=messages, temperature=0)

    first, again = answer("What is the capital of Chile?"), answer("What is the capital of Chile?")
    assert "Santiago" in first.parse().choices[0].message.content
    assert again.parse().choices[0].message.content == first.parse().choices[0].message.content
    assert (first.headers["x-windlass-cache"], again.headers["x-windlass-cache"]) == ("miss", "hit")
    assert first.headers["x-ratelimit-limit-requests"] == "120"
    assert int(again.headers["x-ratelimit-remaining-requests"]) == int(first.headers["x-ratelimit-remaining-requests"]) - 1
    with pytest.raises(openai.BadRequestError) as refused:
        answer("Tell me of PROJECT  Blue\u200bbird.")
    assert refused.value.code == "content_filter"
    with pytest.raises(openai.BadRequestError):
        ask(known, max_completion_tokens=257)
    found = known.moderations.create(model="demo", input="Write to ann@example.com").results[0]
    assert found.flagged and found.categories.model_extra["personal"] and not found.categories.model_extra["project-names"]


def test_the_sixth_of_five_a_minute_is_told_when_to_come_back(tmp_path):
    text = (ROOT / "examples" / "policies.yaml").read_text()
    file = tmp_path / "policies.yaml"
    file.write_text(text.replace("requestsPerMinute: 120", "requestsPerMinute: 5").replace("file://./", f"file://{ROOT}/examples/"))
    server = Server(str(file))
    try:
        known = client(server.url, "demo-key")
        for _ in range(5):
            assert ask(known)
        with pytest.raises(openai.RateLimitError) as refused:
            ask(known)
        assert refused.value.code == "rate_limit_exceeded"
        assert 0 < int(refused.value.response.headers["retry-after"]) <= 60
        assert refused.value.response.headers["x-ratelimit-remaining-requests"] == "0"
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize(("threshold", "blocks"), [("0.01", True), ("0.99", False)])
def test_a_classifier_of_the_same_file_judges_what_is_asked(tmp_path, threshold, blocks):
    """A tiny one that knows nothing, and whose scores mean nothing: what counts is that it is asked."""
    file = tmp_path / "models.yaml"
    resource = {"apiVersion": "windlass.dev/v1alpha1", "kind": "LlmDeployment"}
    demo = {"model": {"uri": f"file://{ROOT}/examples/demo-model"}, "contentFilter": {"policyRef": {"name": "house"}, "output": "Off"}}
    judge = {"model": {"uri": f"file://{ROOT}/runtime/server/src/test/resources/encoders/classifier"}}
    rule = {"name": "toxic", "toxicity": {"model": "judge", "threshold": threshold}}
    documents = [
        {**resource, "metadata": {"name": "demo"}, "spec": demo},
        {**resource, "metadata": {"name": "judge"}, "spec": judge},
        {**resource, "kind": "LlmFilterPolicy", "metadata": {"name": "house"}, "spec": {"rules": [rule]}},
    ]
    file.write_text(yaml.safe_dump_all(documents))
    server = Server(str(file))
    try:
        if blocks:
            with pytest.raises(openai.BadRequestError) as refused:
                ask(client(server.url, "none"))
            assert refused.value.code == "content_filter"
        else:
            assert ask(client(server.url, "none")).choices[0].message.content
    finally:
        assert server.stop() == 0


def test_what_a_runtime_serves_besides_is_served(guarded):
    server, _ = guarded

    def get(path):
        with urllib.request.urlopen(server.url + path, timeout=30) as answer:
            return answer.read().decode()

    assert json.loads(get("/health")) == {"status": "ok"}
    assert json.loads(get("/version"))["version"]
    metrics = get("/metrics")
    assert "vllm:num_requests_running" in metrics and "windlass_gateway_authentications_total" in metrics
    for path, body in {"/generate": {"prompt": "Hello", "max_tokens": 2}, "/tokenize": {"prompt": "Hello"}}.items():
        request = urllib.request.Request(server.url + path, json.dumps(body).encode())
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 401
        request.add_header("x-api-key", "demo-key")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)


def test_a_key_is_made_used_and_revoked_over_https(tmp_path):
    certificate, private = tmp_path / "tls.crt", tmp_path / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", private, "-out", certificate],
        check=True, capture_output=True,
    )
    keys = tmp_path / "keys"
    keys.mkdir()
    made = {name: windlass("keys", "create", name, "--output", keys / (name + ".yaml")).stdout.strip() for name in ("ann", "ben")}
    assert all(key.startswith("wl-") and len(key) == 52 for key in made.values()) and made["ann"] != made["ben"]
    assert not any(key in (keys / (name + ".yaml")).read_text() for name, key in made.items())

    server = Server("examples/demo.yaml", "--keys", str(keys), "--tls-certificate", str(certificate), "--tls-key", str(private))
    try:
        trust = openai.DefaultHttpxClient(verify=ssl.create_default_context(cafile=certificate))
        url = server.url
        assert url.startswith("https:")
        assert ask(client(url, made["ann"], http_client=trust)).choices
        (keys / "ann.yaml").unlink()
        eventually(lambda: refused(url, made["ann"], trust))
        assert ask(client(url, made["ben"], http_client=trust)).choices
    finally:
        assert server.stop() == 0
    assert not any(key in "".join(server.lines) for key in made.values())


def refused(url, key, trust):
    try:
        ask(client(url, key, http_client=trust))
    except openai.AuthenticationError:
        return True
    return False


def test_what_is_made_is_a_secret_for_kubectl():
    made = windlass("keys", "create", "ci", "--models", "small,tiny", "--namespace", "chat", "--label", "team=blue", "--expires", "90d",
                    "--requests-per-minute", "5")
    assert made.returncode == 0 and "wl-" in made.stderr and "wl-" not in made.stdout
    secret = yaml.safe_load(made.stdout)
    assert secret["kind"] == "Secret" and secret["metadata"] == {
        "name": "ci", "namespace": "chat", "labels": {"windlass.dev/keys": "true", "team": "blue"}}
    fields = secret["stringData"]
    assert len(fields["sha256"]) == 64 and fields["models"] == "small,tiny" and fields["requestsPerMinute"] == "5"
    assert fields["expires"].endswith("Z")


@pytest.mark.parametrize(
    "arguments, status, said",
    [
        (["keys"], 2, "create"),
        (["keys", "create", "Ann"], 2, "lower-case"),
        (["keys", "create", "ann", "--expires", "soon"], 2, "90d"),
        (["keys", "create", "ann", "--concurrent", "-1"], 3, "concurrent"),
        (["serve", "examples/demo.yaml", "--port", "0", "--tls-key", "k"], 2, "belong together"),
        (["serve", "examples/demo.yaml", "--port", "0", "--keys", "nowhere.yaml"], 1, "nowhere.yaml: no such file"),
    ],
)
def test_what_is_wrong_is_said(arguments, status, said):
    done = windlass(*arguments)
    assert done.returncode == status and said in done.stderr
