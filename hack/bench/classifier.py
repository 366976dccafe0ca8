"""classifier.py FOLDER [ROUNDS]: what a toxicity classifier adds to the first token.

Makes a random classifier of toxic-bert's shape (BERT base, six labels; 440 MB in FOLDER, once) and serves it beside the demo
model in one process, as `windlass serve` does: once without a content filter, once with a rule of kind `toxicity` on what is
asked. Asks both in turns for streams, one at a time and eight at once, with prompts of some lengths, and prints medians. Its scores mean
nothing and refuse nobody; what counts is the time that they take. Needs numpy, safetensors, tokenizers; leave the machine alone meanwhile.
"""

import json
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

ROOT = Path(__file__).parents[2]
PORT = 18190
HIDDEN, LAYERS, INTERMEDIATE, VOCABULARY, POSITIONS = 768, 12, 3072, 30522, 512
LABELS = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = "time year people way day man thing woman life child world school state family student group country problem hand part".split()
LENGTHS = {"a sentence of 12 words": (1, 12), "ten of them": (10, 12)}
RESOURCES = """\
apiVersion: windlass.dev/v1alpha1
kind: LlmDeployment
metadata: {{name: plain}}
spec: {{model: {{uri: "file://{demo}"}}}}
---
apiVersion: windlass.dev/v1alpha1
kind: LlmDeployment
metadata: {{name: judged}}
spec:
  model: {{uri: "file://{demo}"}}
  contentFilter: {{policyRef: {{name: house}}, output: "Off"}}
---
apiVersion: windlass.dev/v1alpha1
kind: LlmDeployment
metadata: {{name: judge}}
spec: {{model: {{uri: "file://{judge}"}}}}
---
apiVersion: windlass.dev/v1alpha1
kind: LlmFilterPolicy
metadata: {{name: house}}
spec: {{rules: [{{name: toxic, toxicity: {{model: judge, threshold: "1.0"}}}}]}}
"""


def make(folder):
    generator = np.random.default_rng(0)
    tensors = {}

    def linear(name, rows, columns):
        tensors[name + ".weight"] = generator.standard_normal((rows, columns), np.float32) * 0.02
        tensors[name + ".bias"] = np.zeros(rows, np.float32)

    def norm(name):
        tensors[name + ".weight"], tensors[name + ".bias"] = np.ones(HIDDEN, np.float32), np.zeros(HIDDEN, np.float32)

    for name, rows in (("word", VOCABULARY), ("position", POSITIONS), ("token_type", 2)):
        tensors[f"bert.embeddings.{name}_embeddings.weight"] = generator.standard_normal((rows, HIDDEN), np.float32) * 0.02
    norm("bert.embeddings.LayerNorm")
    for layer in range(LAYERS):
        p = f"bert.encoder.layer.{layer}."
        for name in ("query", "key", "value"):
            linear(p + "attention.self." + name, HIDDEN, HIDDEN)
        linear(p + "attention.output.dense", HIDDEN, HIDDEN), norm(p + "attention.output.LayerNorm")
        linear(p + "intermediate.dense", INTERMEDIATE, HIDDEN)
        linear(p + "output.dense", HIDDEN, INTERMEDIATE), norm(p + "output.LayerNorm")
    linear("bert.pooler.dense", HIDDEN, HIDDEN), linear("classifier", len(LABELS), HIDDEN)
    save_file(tensors, folder / "model.safetensors")
    config = dict(
        model_type="bert", architectures=["BertForSequenceClassification"], hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=12,
        intermediate_size=INTERMEDIATE, hidden_act="gelu", max_position_embeddings=POSITIONS, type_vocab_size=2, layer_norm_eps=1e-12,
        vocab_size=VOCABULARY, pad_token_id=0, position_embedding_type="absolute", problem_type="multi_label_classification",
        id2label={str(i): label for i, label in enumerate(LABELS)}, label2id={label: i for i, label in enumerate(LABELS)},
    )
    (folder / "config.json").write_text(json.dumps(config))
    vocabulary = {word: i for i, word in enumerate([*SPECIAL, ".", *WORDS])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    (folder / "tokenizer_config.json").write_text(json.dumps(names))


def prompt(sentences, words):
    return " ".join(" ".join(random.choices(WORDS, k=words)) + "." for _ in range(sentences))


def first_token(model, text):
    body = dict(model=model, stream=True, max_tokens=2, temperature=0, messages=[dict(role="user", content=text)])
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        for line in answer:
            if re.search(rb'"content": ?"[^"]', line):
                took = time.perf_counter() - start
                answer.read()
                return took
    raise SystemExit(f"{model} gave no token")


def measure(clients, sentences, words, rounds):
    times = {"plain": [], "judged": []}
    with ThreadPoolExecutor(clients) as threads:
        for _ in range(rounds):
            for model, taken in times.items():
                taken += threads.map(lambda _: first_token(model, prompt(sentences, words)), range(clients))
    return [1000 * statistics.median(taken) for taken in times.values()]


def main():
    folder = Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    judge = folder / "classifier"
    if not (judge / "tokenizer_config.json").exists():
        judge.mkdir(parents=True, exist_ok=True)
        make(judge)
    file = folder / "classifier.yaml"
    file.write_text(RESOURCES.format(demo=ROOT / "examples/demo-model", judge=judge))
    server = subprocess.Popen([ROOT / "windlass", "serve", file, "--port", str(PORT)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for line in server.stdout:
            if "curl" in line:
                break
        measure(1, 1, 12, 30)
        print("first token, ms, median           without   with a classifier    added")
        for clients in (1, 8):
            for name, (sentences, words) in LENGTHS.items():
                without, with_it = measure(clients, sentences, words, max(3, rounds // clients))
                print(f"{clients} at once, {name:22} {without:9.1f} {with_it:19.1f} {with_it - without:8.1f}")
    finally:
        server.terminate()
        server.wait(timeout=60)


main()
