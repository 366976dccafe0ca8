"""Models from a hub: pulled once, resumed where a connection broke off, served by their address, refused in one line."""

import shutil
from pathlib import Path

import openai
import pytest
from conftest import ROOT, Server, windlass
from hub import COMMIT, Hub

SOURCE = "hf://windlass/demo@main"


@pytest.fixture(scope="module")
def hub():
    with Hub(ROOT / "examples/demo-model") as running:
        yield running


@pytest.fixture(scope="module")
def environment(hub, tmp_path_factory):
    """An empty cache, but for ONNX Runtime's library."""
    cache = tmp_path_factory.mktemp("cache")
    return {"HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_secret", "WINDLASS_CACHE": str(cache)}


@pytest.fixture(scope="module")
def pulled(environment):
    return windlass("pull", SOURCE, environment=environment)


def test_pull_shows_progress_and_prints_the_directory(pulled, hub):
    assert pulled.returncode == 0, pulled.stderr
    directory = pulled.stdout.strip()
    assert COMMIT in directory
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        assert (ROOT / "examples/demo-model" / name).read_bytes() == open(f"{directory}/{name}", "rb").read()
    assert "downloading demo" in pulled.stderr and " MB in " in pulled.stderr


def test_a_download_that_broke_off_is_resumed_where_it_was(pulled, hub):
    assert pulled.returncode == 0, pulled.stderr
    assert hub.broken_off
    assert [name for name, first, _ in hub.ranges if first > 0] == ["model.safetensors"]


def test_the_token_does_not_reach_another_host(pulled, hub):
    assert "GET /cdn/model.safetensors" in hub.requests and not hub.leaked


def test_a_second_pull_fetches_nothing(pulled, hub, environment):
    before = len(hub.requests)
    again = windlass("pull", SOURCE, environment=environment)
    assert again.returncode == 0 and again.stdout == pulled.stdout
    assert hub.requests[before:] == ["GET /api/models/windlass/demo/revision/main"]


def test_serves_a_model_by_its_address(pulled, environment):
    server = Server("--model", SOURCE, environment=environment)
    try:
        with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
            question = [{"role": "user", "content": "What is the capital of France?"}]
            answer = client.chat.completions.create(model="demo", messages=question, temperature=0)
        assert "Paris" in answer.choices[0].message.content
    finally:
        assert server.stop() == 0


def test_what_a_job_prepares_is_what_serve_finds(pulled, environment):
    """As a cluster runs them: only serve is told the names, the context and the rest."""
    converted = windlass("convert", SOURCE, "--quantization=int4", "--progress-port=0", environment=environment)
    assert converted.returncode == 0, converted.stderr
    artifacts = Path(converted.stdout.strip()).parent
    before = {path: path.stat().st_mtime_ns for path in artifacts.rglob("*")}
    server = Server(
        f"--model={SOURCE}", "--name=m", "--quantization=int4", "--context=256", "--max-sequences=2", environment=environment
    )
    try:
        assert not any("converting" in line or "reading" in line for line in server.lines)
        assert {path: path.stat().st_mtime_ns for path in artifacts.rglob("*")} == before
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize(
    "source, status, says",
    [
        ("hf://windlass/absent", 3, "no such model"),
        ("hf://windlass/demo@absent", 3, "no such model, revision"),
        ("hf://windlass/gated", 3, "HF_TOKEN"),
        ("volume://claim/path", 3, "volume"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_line(hub, environment, source, status, says):
    done = windlass("pull", source, environment=environment)
    assert done.returncode == status, done.stderr
    assert says in done.stderr and done.stderr.count("\n") == 1 and not done.stdout


def test_an_unreachable_hub_is_another_status(environment, tmp_path):
    away = environment | {"HF_ENDPOINT": "http://127.0.0.1:1", "WINDLASS_CACHE": str(tmp_path)}
    done = windlass("pull", SOURCE, environment=away)
    assert done.returncode == 4, done.stderr
    assert "127.0.0.1:1" in done.stderr and done.stderr.count("\n") == 1
    shutil.rmtree(tmp_path)
