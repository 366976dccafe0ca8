"""Exported models, judged by others: ONNX's own checker, ONNX Runtime from PyPI, and logits that transformers computed."""

import json
import re

import numpy
import onnx
import onnxruntime
import pytest
from conftest import ROOT, windlass

GOLDEN = ROOT / "runtime/model/src/test/resources/golden"


def export(source, folder, *options):
    file = folder / "model.onnx"
    done = windlass("export", source, "--out", file, *options)
    assert done.returncode == 0, done.stderr
    return file, done.stdout


class Decoder:
    """An exported file, run a few tokens at a time."""

    def __init__(self, file):
        onnx.checker.check_model(str(file), full_check=True)
        standard = {"", "ai.onnx"}
        assert {node.domain for node in onnx.load(file, load_external_data=False).graph.node} <= standard
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self.past = None

    def run(self, tokens):
        """The logits of a batch's next tokens, (batch, tokens, vocabulary); keys and values are kept for the next call."""
        batch, count = tokens.shape
        inputs = {each.name: each for each in self.session.get_inputs()}
        if self.past is None:
            self.past = {
                name: numpy.zeros((batch, each.shape[1], 0, each.shape[3]), numpy.float32)
                for name, each in inputs.items()
                if name.startswith("past_key_values.")
            }
        done = next(iter(self.past.values())).shape[2]
        positions = numpy.arange(done, done + count, dtype=numpy.int64)
        feeds = {
            "input_ids": tokens.astype(numpy.int64),
            "position_ids": numpy.tile(positions, (batch, 1)),
            "attention_mask": numpy.ones((batch, done + count), numpy.int64),
        } | self.past
        outputs = [each.name for each in self.session.get_outputs()]
        results = dict(zip(outputs, self.session.run(outputs, {name: feeds[name] for name in inputs})))
        self.past = {name: results[name.replace("past_key_values", "present")] for name in self.past}
        return results["logits"]


@pytest.mark.parametrize("case", ["llama-llama3", "qwen3-tied", "gemma2", "gpt2"])
def test_every_runtime_computes_what_transformers_does(case, tmp_path):
    file, _ = export(GOLDEN / case, tmp_path)
    golden = json.loads((GOLDEN / case / "golden.json").read_text())
    floats = numpy.fromfile(GOLDEN / case / "logits.bin", "<f4")
    vocabulary, length = golden["vocabulary"], min(len(prompt["tokens"]) for prompt in golden["prompts"])
    tokens = numpy.array([prompt["tokens"][:length] for prompt in golden["prompts"]])
    starts = [prompt["logitsOffset"] for prompt in golden["prompts"]]
    expected = numpy.stack([floats[start : start + length * vocabulary].reshape(length, vocabulary) for start in starts])

    decoder = Decoder(file)
    parts = [tokens[:, :15], tokens[:, 15:16], tokens[:, 16:]]
    computed = numpy.concatenate([decoder.run(part) for part in parts], axis=1)
    numpy.testing.assert_allclose(computed, expected, atol=2e-3, rtol=1e-3)


def test_the_demo_exports_as_it_is_served(server, client, tmp_path):
    file, printed = export(ROOT / "examples/demo-model", tmp_path, "--validate")
    difference = float(re.search(r"difference of a logit over \d+ tokens: (\S+);", printed)[1])
    assert difference < 1e-2

    prompt = list(range(40, 60))
    served = client.completions.create(model="demo", prompt=prompt, max_tokens=1, temperature=0, logprobs=1)
    logits = Decoder(file).run(numpy.array([prompt, prompt[::-1]]))[0, -1].astype(numpy.float64)
    most_likely = logits.max() - numpy.log(numpy.exp(logits - logits.max()).sum()) - logits.max()
    # The server's weights have 8 bits, the exported ones 32.
    assert served.choices[0].logprobs.token_logprobs[0] == pytest.approx(most_likely, abs=0.2)
