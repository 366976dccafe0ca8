"""make_model.py FOLDER: a random Qwen2-shaped checkpoint of 0.5 B, or of what SHAPE says, for measuring and nothing else.

Writes FOLDER/hf (bfloat16 safetensors, tokenizer, config: what a hub would serve) and FOLDER/f16.gguf (the same weights
for llama.cpp; quantise it with `llama-quantize FOLDER/f16.gguf FOLDER/q4_0.gguf Q4_0`). Every token id decodes to text, so
that no client waits for a token that shows nothing, and every word that `windlass bench` sends is one token.
"""

import json
import re
import sys
from pathlib import Path

import gguf
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from shape import CONTEXT, HEAD, HEADS, HIDDEN, INTERMEDIATE, KV_HEADS, LAYERS, VOCABULARY

END = "<|endoftext|>"
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def words():
    driver = Path(__file__).parents[2] / "runtime/cli/src/main/java/dev/windlass/cli/load/LoadDriver.java"
    text = driver.read_text().split("WORDS =")[1].split('.split(" ")')[0]
    return " ".join(re.findall(r'"([^"]*)"', text)).split()


def tokenizer(folder):
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=4000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    trained.train_from_iterator([" ".join(words() * 3) + " " + word for word in words() * 3], trainer)
    spec = json.loads(trained.to_str())
    vocabulary, special = spec["model"]["vocab"], [END, "<|im_start|>", "<|im_end|>"]
    for number in range(len(vocabulary), VOCABULARY - len(special)):
        vocabulary[f"Ġx{number}"] = number
    spec["added_tokens"] = [
        dict(id=VOCABULARY - len(special) + i, content=token, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
        for i, token in enumerate(special)
    ]
    spec["decoder"] = json.loads(decoders.ByteLevel().__getstate__())
    (folder / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False))
    settings = dict(tokenizer_class="PreTrainedTokenizerFast", eos_token="<|im_end|>", pad_token=END, chat_template=CHATML)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    assert len(Tokenizer.from_file(str(folder / "tokenizer.json")).encode(" " + " ".join(words())).ids) <= len(words()) + 2
    return vocabulary, special, spec["model"]["merges"]


def weights():
    generator = np.random.default_rng(0)
    random = lambda *shape: (generator.standard_normal(shape, np.float32) * 0.02).astype(ml_dtypes.bfloat16)
    ones = np.ones(HIDDEN, ml_dtypes.bfloat16)
    tensors = {"model.embed_tokens.weight": random(VOCABULARY, HIDDEN), "model.norm.weight": ones}
    for i in range(LAYERS):
        p = f"model.layers.{i}."
        for name, rows, columns in (
            ("self_attn.q_proj", HEADS * HEAD, HIDDEN), ("self_attn.k_proj", KV_HEADS * HEAD, HIDDEN),
            ("self_attn.v_proj", KV_HEADS * HEAD, HIDDEN), ("self_attn.o_proj", HIDDEN, HEADS * HEAD),
            ("mlp.gate_proj", INTERMEDIATE, HIDDEN), ("mlp.up_proj", INTERMEDIATE, HIDDEN), ("mlp.down_proj", HIDDEN, INTERMEDIATE),
        ):
            tensors[p + name + ".weight"] = random(rows, columns)
            if name[-6:] in ("q_proj", "k_proj", "v_proj"):
                tensors[p + name + ".bias"] = random(rows)
        for name in ("input_layernorm", "post_attention_layernorm"):
            tensors[p + name + ".weight"] = ones
    return tensors


def write_gguf(path, tensors, vocabulary, special, merges):
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INTERMEDIATE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(1e6)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    tokens = sorted(vocabulary, key=vocabulary.get) + special
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * len(vocabulary) + [gguf.TokenType.CONTROL] * len(special))
    writer.add_token_merges([" ".join(pair) if isinstance(pair, list) else pair for pair in merges])
    writer.add_eos_token_id(VOCABULARY - 1)
    writer.add_pad_token_id(VOCABULARY - 3)
    writer.add_chat_template(CHATML)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN2, LAYERS)
    for name, tensor in tensors.items():
        base, _, suffix = name.rpartition(".")
        kind = np.float16 if tensor.ndim == 2 else np.float32
        writer.add_tensor(f"{names.get_name(base)}.{suffix}", tensor.astype(np.float32).astype(kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    folder = Path(sys.argv[1])
    checkpoint = folder / "hf"
    checkpoint.mkdir(parents=True, exist_ok=True)
    vocabulary, special, merges = tokenizer(checkpoint)
    tensors = weights()
    save_file(tensors, checkpoint / "model.safetensors", metadata={"format": "pt"})
    config = dict(
        architectures=["Qwen2ForCausalLM"], model_type="qwen2", hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS, intermediate_size=INTERMEDIATE, vocab_size=VOCABULARY, max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-6, rope_theta=1e6, hidden_act="silu", tie_word_embeddings=True, torch_dtype="bfloat16",
        eos_token_id=VOCABULARY - 1, bos_token_id=VOCABULARY - 3, use_sliding_window=False,
    )
    (checkpoint / "config.json").write_text(json.dumps(config, indent=2))
    (checkpoint / "generation_config.json").write_text(json.dumps(dict(eos_token_id=VOCABULARY - 1)))
    write_gguf(folder / "f16.gguf", tensors, vocabulary, special, merges)
    print("wrote", checkpoint, "and", folder / "f16.gguf")


main()
