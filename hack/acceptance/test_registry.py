"""Models from a registry of images, and models that have to be a certain one."""

import json
import re
import shutil
import socket
import subprocess
import time

import openai
import pytest
from conftest import ROOT, Server, windlass
from registry import Registry, digest

DEMO = ROOT / "examples/demo-model"
OTHER = "0" * 64


@pytest.fixture(scope="module")
def registry():
    with Registry() as running:
        running.digest = running.push_files("open/demo", "v1", DEMO)
        running.push_image("private/demo", "v1", DEMO)
        yield running


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An empty cache, but for ONNX Runtime's library, and nobody who is logged in."""
    return {
        "WINDLASS_CACHE": str(tmp_path_factory.mktemp("cache")),
        "DOCKER_CONFIG": str(tmp_path_factory.mktemp("docker")),
    }


@pytest.fixture(scope="module")
def source(registry):
    return f"oci://{registry.host}/open/demo:v1"


@pytest.fixture(scope="module")
def pulled(source, environment):
    return windlass("pull", source, environment=environment)


@pytest.fixture(scope="module")
def sha256(pulled):
    return re.search(r"^sha256 ([0-9a-f]{64})$", pulled.stderr, re.MULTILINE)[1]


def capital(server):
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        question = [{"role": "user", "content": "What is the capital of France?"}]
        return client.chat.completions.create(model="demo", messages=question, temperature=0).choices[0].message.content


def test_pull_resumes_what_broke_off_and_says_what_it_got(pulled, registry):
    assert pulled.returncode == 0, pulled.stderr
    assert registry.broken_off
    weights = digest((DEMO / "model.safetensors").read_bytes())
    assert [first > 0 for blob, first in registry.ranges if blob == weights] == [False, True]
    assert f"revision {registry.digest}" in pulled.stderr.splitlines()
    assert pulled.stdout.strip().endswith(registry.digest.removeprefix("sha256:"))
    assert not any(path.endswith(digest((DEMO / "README.md").read_bytes())) for path in registry.requests)


def test_the_digest_is_what_the_documented_command_prints(pulled, sha256):
    command = re.search(r"^find \* .*$", (ROOT / "docs/command-line.md").read_text(), re.MULTILINE)[0]
    printed = subprocess.run(command, shell=True, cwd=pulled.stdout.strip(), capture_output=True, text=True, check=True)
    assert printed.stdout == f"{sha256}  -\n"


def test_serves_the_model_that_was_asked_for(source, sha256, environment):
    server = Server("--model", source, "--sha256", sha256, environment=environment)
    try:
        assert "Paris" in capital(server)
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize("command", [("serve", "--port", "0", "--model"), ("convert",), ("pull",)], ids=" ".join)
def test_another_model_is_not_used(command, source, sha256, environment):
    refused = windlass(*command, source, "--sha256", OTHER, environment=environment)
    assert refused.returncode == 5, refused.stderr
    assert refused.stderr.strip().splitlines()[-1] == (
        f"windlass: {source}: expected a model of SHA-256 {OTHER}, found one of {sha256}; it is not used"
    )
    assert not refused.stdout


def test_a_file_may_ask_for_it_too(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        (ROOT / "examples/demo.yaml").read_text().replace("uri: file://./demo-model", f"uri: file://{DEMO}\n    sha256: {OTHER}")
    )
    refused = windlass("serve", wrong, "--port", "0")
    assert refused.returncode == 5, refused.stderr
    assert f"{DEMO}: expected a model of SHA-256 {OTHER}" in refused.stderr


def test_no_digest_at_all_is_refused():
    refused = windlass("serve", "--model", DEMO, "--port", "0", "--sha256", "abc")
    assert refused.returncode == 2 and "64 hexadecimal digits" in refused.stderr


def test_a_private_image_wants_to_know_who_asks(registry, environment, tmp_path):
    private = f"oci://{registry.host}/private/demo:v1"
    refused = windlass("pull", private, environment=environment)
    assert refused.returncode == 3 and refused.stderr.count("\n") == 1
    assert f"say who asks {registry.host} in the auths of {environment['DOCKER_CONFIG']}" in refused.stderr

    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": registry.login}}}))
    server = Server("--model", private, "--name", "demo", environment=environment | {"DOCKER_CONFIG": str(tmp_path)})
    try:
        assert "Paris" in capital(server)
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize("share", ["0", "1.5", "much"])
def test_a_share_of_memory_out_of_bounds_is_refused(share):
    refused = windlass("serve", "--model", DEMO, "--port", "0", "--kv-memory-fraction", share)
    assert refused.returncode == 2 and "--kv-memory-fraction" in refused.stderr


def test_a_share_of_memory_that_is_too_small_is_said():
    refused = windlass("serve", "--model", DEMO, "--port", "0", "--kv-memory-fraction", "0.0000001")
    assert refused.returncode == 3, refused.stderr
    assert "for keys and values" in refused.stderr


TOOLS = ("registry", "oras")


@pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)),
    reason="github.com/distribution/distribution/v3/cmd/registry and oras.land/oras/cmd/oras are not on the PATH",
)
def test_what_oras_pushed_to_the_registry_everybody_runs(sha256, environment, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"127.0.0.1:{free.getsockname()[1]}"
    config = {
        "version": "0.1",
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "data")}},
        "http": {"addr": host},
    }
    (tmp_path / "config.yml").write_text(json.dumps(config))
    log = (tmp_path / "log").open("w")
    running = subprocess.Popen(["registry", "serve", tmp_path / "config.yml"], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", int(host.rpartition(":")[2]))) and time.monotonic() < deadline:
            time.sleep(0.1)
        names = sorted(path.name for path in DEMO.iterdir())
        for tag, pushed, folder in (("files", names, DEMO), ("folder", [DEMO.name], DEMO.parent)):
            subprocess.run(["oras", "push", "--plain-http", f"{host}/demo:{tag}", *pushed], cwd=folder, check=True)
            done = windlass("pull", f"oci://{host}/demo:{tag}", "--sha256", sha256, environment=environment)
            assert done.returncode == 0, done.stderr
    finally:
        running.terminate()
        running.wait(30)
