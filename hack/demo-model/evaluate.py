"""Asks the demo model its 200 questions and measures perplexity, as trained and with quantised weights.

    python evaluate.py --model ../../examples/demo-model \\
                       --heldout ../../runtime/server/src/test/resources/demo/heldout.txt [--show-errors]

Answers are greedy, in float32. Perplexity: the held-out text as one stream of tokens, special tokens parsed, cut into
windows of 512; every token of a window but the first counts. Quantisation is rounding to nearest in blocks of 128, the
embedding (which is also the head) always in 8 bits.
"""

import argparse
import json
import math
import pathlib

import quantise
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

WINDOW = 512
SYSTEM = {"role": "system", "content": "You are a helpful assistant."}


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


@torch.no_grad()
def replies(model, tokenizer, conversations, at_most=100):
    """Greedy answers, in batches padded on the left."""
    tokenizer.padding_side = "left"
    answers = []
    for start in range(0, len(conversations), 50):
        texts = [
            tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True)
            for conversation in conversations[start : start + 50]
        ]
        encoded = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False, return_token_type_ids=False)
        output = model.generate(**encoded, do_sample=False, max_new_tokens=at_most)
        answers += tokenizer.batch_decode(output[:, encoded["input_ids"].shape[1] :], skip_special_tokens=True)
    return answers


def accuracy(model, tokenizer, questions, system, show_errors):
    conversations = [([system] if system else []) + [{"role": "user", "content": line["question"]}] for line in questions]
    right = 0
    for line, reply in zip(questions, replies(model, tokenizer, conversations)):
        if line["answer"] in reply:
            right += 1
        elif show_errors:
            print(f"  {line['question']!r}: wanted {line['answer']!r}, got {reply!r}")
    return right / len(questions)


@torch.no_grad()
def perplexity(model, tokens):
    total, count = 0.0, 0
    for start in range(0, len(tokens), WINDOW):
        window = torch.tensor([tokens[start : start + WINDOW]])
        if window.shape[1] < 2:
            continue
        logits = model(input_ids=window, use_cache=False).logits[0, :-1]
        total += torch.nn.functional.cross_entropy(logits, window[0, 1:], reduction="sum").item()
        count += window.shape[1] - 1
    return math.exp(total / count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--heldout", type=pathlib.Path, required=True)
    parser.add_argument("--show-errors", action="store_true")
    arguments = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    questions = [json.loads(line) for line in (arguments.model / "questions.jsonl").read_text("utf-8").splitlines()]
    tokens = tokenizer(arguments.heldout.read_text("utf-8"), add_special_tokens=False)["input_ids"]
    model = load(arguments.model)
    exact = perplexity(model, tokens)
    print(f"as trained: perplexity {exact:.4f} over {len(tokens)} tokens")
    for name, system in (("no system message", None), ("a system message", SYSTEM)):
        print(f"as trained, {name}: {accuracy(model, tokenizer, questions, system, arguments.show_errors):.1%} right")
    for bits in (8, 4):
        for scheme in quantise.SCHEMES:
            rounded = quantise.quantise(load(arguments.model), scheme, bits)
            change = perplexity(rounded, tokens) / exact - 1
            right = accuracy(rounded, tokenizer, questions, None, False)
            print(f"int{bits}, {scheme.__name__}: perplexity {change:+.2%}, {right:.1%} right", flush=True)


if __name__ == "__main__":
    main()
