"""Models that encode: the curl line that serve prints, and vectors as the official OpenAI client unpacks them."""

import json
import subprocess

import openai
import pytest
from conftest import ROOT, Server

MODELS = ROOT / "runtime/server/src/test/resources/encoders"


@pytest.fixture(scope="module", params=["embedder", "reranker", "classifier"])
def encoder(request):
    running = Server("--model", str(MODELS / request.param))
    yield request.param, running
    assert running.stop() == 0


def test_prints_what_it_is_for_and_a_curl_line_that_works(encoder):
    name, server = encoder
    route = {"embedder": "/v1/embeddings", "reranker": "/v1/rerank", "classifier": "/v1/classify"}[name]
    assert any(f"under {route}" in line for line in server.lines)
    line = next(line for line in server.lines if "curl " in line)
    answer = subprocess.run(line.strip(), shell=True, capture_output=True, text=True, timeout=30)
    body = json.loads(answer.stdout)
    assert body.get("data") or body.get("results"), answer.stdout


@pytest.mark.parametrize("encoder", ["embedder"], indirect=True)
def test_gives_openais_client_what_transformers_computes(encoder):
    name, server = encoder
    golden = json.loads((MODELS / name / "golden.json").read_text())["texts"]
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        # It asks for base64 by itself.
        answer = client.embeddings.create(
            model=name, input=[text["text"] for text in golden], extra_body={"truncate_prompt_tokens": -1}
        )
        with pytest.raises(openai.BadRequestError, match="embeds texts, under /v1/embeddings"):
            client.chat.completions.create(model=name, messages=[{"role": "user", "content": "Hello"}])
    for text, found in zip(golden, answer.data, strict=True):
        assert found.embedding == pytest.approx(text["embedding"], abs=1e-4)
