"""What `windlass serve` does otherwise when it is told to."""

import openai
import pytest
from conftest import ROOT, Server, windlass

DEMO = ROOT / "examples" / "demo-model"


def prompted(server, model="demo-model"):
    """The usage of the second of two requests with one prompt."""
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        messages = [{"role": "user", "content": "What is the capital of Portugal? " * 8}]
        return [client.chat.completions.create(model=model, messages=messages, temperature=0).usage for _ in range(2)][1]


def test_a_template_of_ones_own_and_no_reuse_of_prefixes(tmp_path):
    template = tmp_path / "bare.jinja"
    template.write_text("{{ messages[-1].content }}")
    usual = Server("--model", str(DEMO), "--alias", "second")
    told = Server("--model", str(DEMO), "--chat-template", str(template), "--no-prefix-reuse", "--warmup-prompts", "0")
    try:
        by_default, otherwise = prompted(usual, "second"), prompted(told)
    finally:
        assert usual.stop() == told.stop()
    assert by_default.prompt_tokens_details.cached_tokens >= by_default.prompt_tokens - 2
    assert otherwise.prompt_tokens_details.cached_tokens == 0
    assert otherwise.prompt_tokens < by_default.prompt_tokens, "the model's own template adds turns"


@pytest.mark.parametrize(
    "content, said",
    [(b"{% for m in messages %}\n{{ m.role", "line 2"), (b"\xff\xfe{{", "not UTF-8"), (None, "no such file")],
    ids=["not valid", "not text", "missing"],
)
def test_a_template_that_cannot_be_used_is_named_before_the_model_is_loaded(tmp_path, content, said):
    template = tmp_path / "wrong.jinja"
    if content is not None:
        template.write_bytes(content)
    refused = windlass("serve", "--model", DEMO, "--port", "0", "--chat-template", template)
    assert refused.returncode == 3
    last = refused.stderr.strip().splitlines()[-1]
    assert str(template) in last and said in last


def test_a_number_of_warm_ups_out_of_bounds_is_refused():
    refused = windlass("serve", "--model", DEMO, "--port", "0", "--warmup-prompts", "101")
    assert refused.returncode == 2 and "0 to 100" in refused.stderr
