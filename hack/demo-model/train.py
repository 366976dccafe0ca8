"""Trains the demo model, a Llama checkpoint of 3.4 million parameters, on one CPU in about half an hour.

    pip install -r requirements.txt
    python train.py --output ../../examples/demo-model [--steps 1600] [--minutes 30] [--threads 2]

The text comes from corpus.py, the batches depend only on the seed and the step. `--minutes` shortens the schedule on a
slow machine. A stopped run goes on from its state file. The last part of the training sees weights rounded to four
bits, so that quantising the finished model costs little.
"""

import argparse
import itertools
import json
import math
import pathlib
import random
import time

import corpus
import quantise
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM

END_OF_TEXT, START_OF_MESSAGE, END_OF_MESSAGE = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
VOCABULARY = 2560
CONTEXT = 1024
TOKENS_PER_STEP = 2048
ROW_LENGTHS = [64, 128, 256, 512, 1024]
ROW_LENGTH_WEIGHTS = [35, 25, 20, 12, 8]
LEARNING_RATE, WARM_UP_STEPS, WEIGHT_DECAY = 2.5e-3, 100, 0.1
WEIGHT_OF_QUESTIONS = 0.15
ROUNDING_STARTS = 0.65

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "head_dim": 64,
    "hidden_act": "silu",
    "hidden_size": 256,
    "initializer_range": 0.02,
    "intermediate_size": 640,
    "max_position_embeddings": CONTEXT,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 4,
    "num_hidden_layers": 4,
    "num_key_value_heads": 2,
    "pad_token_id": 0,
    "pretraining_tp": 1,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
    "torch_dtype": "float16",
    "use_cache": True,
    "vocab_size": VOCABULARY,
}


def train_tokenizer():
    """A byte-level BPE; rare characters stay in pieces, so that decoding them needs several tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        min_frequency=20,
        special_tokens=[AddedToken(text, special=True) for text in (END_OF_TEXT, START_OF_MESSAGE, END_OF_MESSAGE)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = (corpus.text_of(pieces) for pieces in itertools.islice(corpus.documents(seed=1), 12000))
    plain = (text.replace(START_OF_MESSAGE, "").replace(END_OF_MESSAGE, "") for text in texts)
    tokenizer.train_from_iterator(plain, trainer)
    return tokenizer


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_tokenizer(tokenizer, folder):
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(
        folder / "tokenizer_config.json",
        {
            "add_bos_token": False,
            "add_prefix_space": False,
            "added_tokens_decoder": {
                str(tokenizer.token_to_id(text)): {
                    "content": text, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True,
                }
                for text in (END_OF_TEXT, START_OF_MESSAGE, END_OF_MESSAGE)
            },
            "bos_token": END_OF_TEXT,
            "chat_template": CHAT_TEMPLATE,
            "clean_up_tokenization_spaces": False,
            "eos_token": END_OF_MESSAGE,
            "model_max_length": CONTEXT,
            "pad_token": END_OF_TEXT,
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )


def write_model(model, folder):
    tensors = {
        name: tensor.detach().to(torch.float16).contiguous()
        for name, tensor in model.state_dict().items()
        if name != "lm_head.weight"
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", CONFIG)
    write_json(folder / "generation_config.json", {"bos_token_id": 0, "eos_token_id": [2, 0], "pad_token_id": 0})


def new_model():
    settings = {name: value for name, value in CONFIG.items() if name not in ("architectures", "rope_scaling", "torch_dtype")}
    return LlamaForCausalLM(LlamaConfig(**settings, attn_implementation="sdpa"))


def batch(tokenizer, seed, step):
    """Rows of one length, each filled with whole documents from its start; and how much every token counts."""
    choice = random.Random(seed * 1_000_003 + step)
    length = choice.choices(ROW_LENGTHS, ROW_LENGTH_WEIGHTS)[0]
    rows, weights = [], []
    for _ in range(TOKENS_PER_STEP // length):
        row, weight = [], []
        while len(row) <= length:
            pieces = corpus.document(choice)
            for text, is_learned in pieces:
                ids = tokenizer.encode(text, add_special_tokens=False).ids
                row += ids
                weight += [1.0 if is_learned else WEIGHT_OF_QUESTIONS] * len(ids)
            row.append(0)
            weight.append(1.0 if len(pieces) == 1 else WEIGHT_OF_QUESTIONS)
        rows.append(row[: length + 1])
        weights.append(weight[: length + 1])
    return torch.tensor(rows), torch.tensor(weights)


def learning_rate(step, progress):
    cosine = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(progress, 1)))
    return LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS) * cosine


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--state", type=pathlib.Path, default=pathlib.Path("train-state.pt"))
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    arguments.output.mkdir(parents=True, exist_ok=True)

    is_resumed = arguments.state.exists()
    tokenizer = Tokenizer.from_file(str(arguments.output / "tokenizer.json")) if is_resumed else train_tokenizer()
    write_tokenizer(tokenizer, arguments.output)
    model = new_model()
    matrices = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    norms = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": norms, "weight_decay": 0.0}], betas=(0.9, 0.97), fused=True
    )
    step, spent = 0, 0.0
    if is_resumed:
        state = torch.load(arguments.state)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, spent = state["step"], state["spent"]
    print(f"{sum(parameter.numel() for parameter in model.parameters())} parameters, {tokenizer.get_vocab_size()} tokens, step {step}", flush=True)

    started, average = time.monotonic() - spent, None
    progress = 0.0
    while step < arguments.steps and progress < 1:
        spent = time.monotonic() - started
        progress = max(step / arguments.steps, spent / (arguments.minutes * 60))
        if progress > ROUNDING_STARTS:
            quantise.use_straight_through(model, quantise.SCHEMES[step % len(quantise.SCHEMES)])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, progress)
        rows, weights = batch(tokenizer, arguments.seed, step)
        logits = model(input_ids=rows[:, :-1], use_cache=False).logits
        losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten(), reduction="none")
        loss = (losses * weights[:, 1:].flatten()).sum() / weights[:, 1:].sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        step += 1
        if step % 50 == 0:
            answers = losses[(weights[:, 1:] == 1.0).flatten()].mean().item()
            print(f"step {step} loss {average:.4f} answers {answers:.4f} minutes {spent / 60:.1f} progress {progress:.2f}", flush=True)
        if step % 200 == 0:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "spent": spent}, arguments.state)
            write_model(model, arguments.output)
    write_model(model, arguments.output)
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "spent": spent}, arguments.state)


if __name__ == "__main__":
    main()
