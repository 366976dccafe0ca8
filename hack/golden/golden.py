"""Makes tiny random checkpoints of every model family and what transformers computes with them.

    pip install -r requirements.txt
    python golden.py [--output ../../runtime/model/src/test/resources/golden] [case ...]

Each case becomes a folder with `config.json` and `model.safetensors` as a published checkpoint has them, and
  golden.json  versions, vocabulary size and two prompts: {"tokens", "logitsOffset", "greedy", "smallestMargin"}
  logits.bin   float32, little endian: for each prompt a row of vocabulary-size logits per prompt token, the rows of one
               prompt starting at its `logitsOffset` (counted in floats)
`greedy` are the 64 tokens that follow the prompt when the most likely one is always taken, end tokens ignored. Seeds are
searched until the best token leads the second by `smallestMargin` >= 0.01 everywhere, so rounding cannot change the choice.
Everything is computed in float32 on the CPU with eager attention and without a cache; 16-bit weights are widened first.
"""

import argparse
import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

VOCABULARY = 256
PROMPT_LENGTHS = (24, 70)
GREEDY_TOKENS = 64
SMALLEST_MARGIN = 0.01

COMMON = {
    "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2, "hidden_size": 64, "initializer_range": 0.02,
    "max_position_embeddings": 256, "num_attention_heads": 4, "num_hidden_layers": 2, "torch_dtype": "float32",
    "use_cache": True, "vocab_size": VOCABULARY,
}
LLAMA = COMMON | {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "intermediate_size": 64,
    "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None, "tie_word_embeddings": False,
    "attention_bias": False, "mlp_bias": False,
}
MISTRAL = COMMON | {
    "architectures": ["MistralForCausalLM"], "model_type": "mistral", "hidden_act": "silu", "intermediate_size": 64,
    "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": False,
}
QWEN2 = COMMON | {
    "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_act": "silu", "intermediate_size": 64,
    "num_key_value_heads": 2, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "tie_word_embeddings": False,
    "use_sliding_window": False, "sliding_window": 128, "max_window_layers": 2,
}
QWEN3 = COMMON | {
    "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_act": "silu", "intermediate_size": 64, "head_dim": 32,
    "num_key_value_heads": 2, "rms_norm_eps": 1e-6, "rope_theta": 1000000, "rope_scaling": None, "tie_word_embeddings": True,
    "attention_bias": False, "use_sliding_window": False, "sliding_window": None, "max_window_layers": 2,
}
PHI3 = COMMON | {
    "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "hidden_act": "silu", "intermediate_size": 64, "attention_bias": False,
    "embd_pdrop": 0.0, "resid_pdrop": 0.0, "num_key_value_heads": 2, "original_max_position_embeddings": 256, "pad_token_id": 0,
    "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None, "sliding_window": None, "tie_word_embeddings": False,
}
GEMMA2 = COMMON | {
    "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "hidden_act": "gelu_pytorch_tanh", "attention_bias": False,
    "hidden_activation": "gelu_pytorch_tanh", "intermediate_size": 64, "head_dim": 16, "num_key_value_heads": 2, "pad_token_id": 0,
    "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "cache_implementation": "hybrid", "query_pre_attn_scalar": 24,
    "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "sliding_window": 16, "sliding_window_size": 16,
}
GEMMA3 = COMMON | {
    "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_activation": "gelu_pytorch_tanh",
    "attention_bias": False, "attn_logit_softcapping": None, "final_logit_softcapping": None, "cache_implementation": "hybrid",
    "head_dim": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 2, "num_key_value_heads": 1,
    "pad_token_id": 0, "query_pre_attn_scalar": 24, "rms_norm_eps": 1e-6, "rope_local_base_freq": 10000, "rope_scaling": None,
    "rope_theta": 1000000, "sliding_window": 16, "sliding_window_pattern": 3,
}
OLMO2 = COMMON | {
    "architectures": ["Olmo2ForCausalLM"], "model_type": "olmo2", "hidden_act": "silu", "intermediate_size": 64, "attention_bias": False,
    "num_key_value_heads": 4, "rms_norm_eps": 1e-6, "rope_theta": 500000, "rope_scaling": None, "tie_word_embeddings": False,
}
GRANITE = LLAMA | {
    "architectures": ["GraniteForCausalLM"], "model_type": "granite", "attention_multiplier": 0.125, "embedding_multiplier": 3.0,
    "logits_scaling": 0.3, "residual_multiplier": 0.85, "tie_word_embeddings": True,
}
SMOLLM3 = LLAMA | {
    "architectures": ["SmolLM3ForCausalLM"], "model_type": "smollm3", "intermediate_size": 64, "num_hidden_layers": 4,
    "no_rope_layer_interval": 4, "no_rope_layers": [1, 1, 1, 0], "rms_norm_eps": 1e-6, "rope_theta": 5000000.0,
    "sliding_window": None, "use_sliding_window": False, "tie_word_embeddings": True, "layer_types": ["full_attention"] * 4,
    "max_window_layers": 28, "pad_token_id": 0,
}
GPT2 = {
    "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "activation_function": "gelu_new", "attn_pdrop": 0.1,
    "bos_token_id": 1, "embd_pdrop": 0.1, "eos_token_id": 1, "initializer_range": 0.02, "layer_norm_epsilon": 1e-5, "n_ctx": 136,
    "n_embd": 64, "n_head": 4, "n_layer": 2, "n_positions": 136, "resid_pdrop": 0.1, "vocab_size": VOCABULARY,
}
GPT_NEOX = COMMON | {
    "architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "hidden_act": "gelu", "intermediate_size": 96,
    "layer_norm_eps": 1e-5, "num_attention_heads": 2, "rotary_emb_base": 10000, "rotary_pct": 0.25, "tie_word_embeddings": False,
    "use_parallel_residual": True,
}
LLAMA3_ROPE = {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 64, "rope_type": "llama3"}
LONG_ROPE = {"long_factor": [1.0, 1.1, 1.3, 1.8, 2.5, 4.0, 6.0, 9.0], "short_factor": [1.0, 1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 1.7], "type": "longrope"}

# A case: its config.json, and how the checkpoint is written (see write_checkpoint).
CASES = {
    "gpt2": (GPT2, {"names": "gpt2-published"}),
    "gpt2-inverse-layer": (GPT2 | {"n_inner": 64, "scale_attn_by_inverse_layer_idx": True, "tie_word_embeddings": False}, {}),
    "gpt-neox-parallel": (GPT_NEOX, {"names": "gpt-neox-published"}),
    "gpt-neox-sequential": (GPT_NEOX | {"use_parallel_residual": False, "rotary_pct": 1.0, "rotary_emb_base": 25000, "num_attention_heads": 4}, {}),
    "llama-full-heads": (LLAMA | {"num_key_value_heads": 4}, {"names": "llama-old"}),
    "llama-tied-fp16": (LLAMA | {"tie_word_embeddings": True, "torch_dtype": "float16"}, {}),
    "llama-linear": (LLAMA | {"rope_scaling": {"type": "linear", "factor": 4.0}, "tie_word_embeddings": True}, {}),
    "llama-llama3": (LLAMA | {"torch_dtype": "bfloat16", "rope_scaling": LLAMA3_ROPE, "rope_theta": 500000.0, "eos_token_id": [2, 3], "tie_word_embeddings": True}, {}),
    "llama-llama3-new-form": (
        {name: value for name, value in LLAMA.items() if name not in ("rope_theta", "rope_scaling", "torch_dtype")}
        | {"rope_parameters": LLAMA3_ROPE | {"rope_theta": 500000.0}, "dtype": "float32", "num_key_value_heads": 1, "head_dim": 32}, {}),
    "llama-yarn": (LLAMA | {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}, {}),
    "llama-biases": (LLAMA | {"attention_bias": True, "mlp_bias": True}, {}),
    "mistral-window-sharded": (MISTRAL | {"sliding_window": 32, "torch_dtype": "bfloat16"}, {"shards": 3}),
    "mistral-head-size": (MISTRAL | {"head_dim": 32, "sliding_window": None, "num_key_value_heads": 1, "rope_theta": 1000000.0}, {}),
    "qwen2-tied": (QWEN2 | {"tie_word_embeddings": True}, {}),
    "qwen2-window": (QWEN2 | {"use_sliding_window": True, "sliding_window": 24, "max_window_layers": 1, "num_key_value_heads": 4}, {}),
    "qwen2-yarn": (QWEN2 | {"rope_scaling": {"factor": 4.0, "original_max_position_embeddings": 64, "type": "yarn"}, "num_key_value_heads": 1}, {}),
    "qwen3-tied": (QWEN3 | {"torch_dtype": "bfloat16"}, {}),
    "qwen3-new-form": (
        {name: value for name, value in QWEN3.items() if name not in ("rope_theta", "rope_scaling", "torch_dtype")}
        | {"rope_parameters": {"rope_theta": 1000000, "rope_type": "default"}, "dtype": "float32", "num_key_value_heads": 4, "head_dim": 16,
           "tie_word_embeddings": False, "attention_bias": True, "layer_types": ["full_attention"] * 2}, {}),
    "phi3-window": (PHI3 | {"sliding_window": 20, "num_key_value_heads": 4}, {}),
    "phi3-longrope": (PHI3 | {"original_max_position_embeddings": 16, "rope_scaling": LONG_ROPE}, {}),
    "phi3-partial-rotary": (
        PHI3 | {"num_attention_heads": 2, "num_key_value_heads": 1, "partial_rotary_factor": 0.5, "tie_word_embeddings": True,
                "max_position_embeddings": 1024, "rope_scaling": LONG_ROPE}, {}),
    "gemma2": (GEMMA2 | {"torch_dtype": "bfloat16"}, {}),
    "gemma2-full-heads": (
        GEMMA2 | {"num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 48, "query_pre_attn_scalar": 48, "sliding_window": 40,
                  "attn_logit_softcapping": 2.0, "final_logit_softcapping": 12.0}, {}),
    "gemma3": (GEMMA3 | {"torch_dtype": "bfloat16"}, {}),
    "gemma3-linear": (GEMMA3 | {"rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "num_key_value_heads": 2, "sliding_window_pattern": 2}, {}),
    "gemma3-new-form": (
        {name: value for name, value in GEMMA3.items() if name not in
         ("rope_theta", "rope_scaling", "rope_local_base_freq", "sliding_window_pattern", "torch_dtype", "cache_implementation")}
        | {"dtype": "float32", "layer_types": ["sliding_attention", "full_attention", "sliding_attention"], "use_bidirectional_attention": False,
           "rope_parameters": {"full_attention": {"factor": 8.0, "rope_theta": 1000000, "rope_type": "linear"},
                               "sliding_attention": {"rope_theta": 10000, "rope_type": "default"}}}, {}),
    "olmo2": (OLMO2 | {"torch_dtype": "bfloat16"}, {}),
    "olmo2-grouped": (OLMO2 | {"num_key_value_heads": 2, "tie_word_embeddings": True}, {}),
    "granite": (GRANITE | {"torch_dtype": "bfloat16"}, {}),
    "granite-biases": (GRANITE | {"num_key_value_heads": 4, "tie_word_embeddings": False, "attention_bias": True, "mlp_bias": True}, {}),
    "smollm3": (SMOLLM3 | {"torch_dtype": "bfloat16"}, {}),
    "smollm3-interval": (
        {name: value for name, value in SMOLLM3.items() if name not in ("no_rope_layers", "layer_types")}
        | {"num_hidden_layers": 3, "no_rope_layer_interval": 2, "num_key_value_heads": 4, "tie_word_embeddings": False}, {}),
}


@torch.no_grad()
def randomise(model, seed):
    """Weights wide enough that every part of the model matters: norms and biases are not ones and zeros."""
    generator = torch.Generator().manual_seed(seed)
    is_gemma, is_granite = (model.config.model_type.startswith(family) for family in ("gemma", "granite"))
    embedding_width = 0.05 if is_gemma else 0.1 if is_granite else 0.5  # both multiply it, and a loud one drowns the layers
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        is_norm = "norm" in name or ".ln_" in name
        if is_norm and name.endswith("weight"):
            centre = 1.0
            if is_gemma:  # it adds one itself
                centre = 6.0 if name == "model.norm.weight" else 0.0
            parameter.copy_(centre + 0.3 * values)
        elif name.endswith("bias"):
            parameter.copy_(0.2 * values)
        elif "embed" in name or "wte" in name or "lm_head" in name:
            parameter.copy_(embedding_width * values)
        else:
            parameter.copy_(0.15 * values)


def prompts_of(seed):
    generator = torch.Generator().manual_seed(seed + 1_000_000)
    return [torch.randint(4, VOCABULARY, (length,), generator=generator).tolist() for length in PROMPT_LENGTHS]


@torch.no_grad()
def logits_of(model, tokens):
    return model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0].float()


def greedy(model, prompt):
    """The continuation and its smallest margin, or None as soon as a margin is too small."""
    tokens, smallest = list(prompt), float("inf")
    for _ in range(GREEDY_TOKENS):
        best = logits_of(model, tokens)[-1].topk(2)
        smallest = min(smallest, (best.values[0] - best.values[1]).item())
        if smallest < SMALLEST_MARGIN:
            return None
        tokens.append(best.indices[0].item())
    return tokens[len(prompt) :], smallest


def find_seed(model, dtype):
    """The first seed whose greedy paths are clear and do not repeat a few tokens."""
    for seed in range(2000):
        randomise(model, seed)
        for parameter in model.parameters():
            parameter.data = parameter.data.to(dtype).to(torch.float32)
        paths = []
        for prompt in prompts_of(seed):
            path = greedy(model, prompt)
            if path is None or len(set(path[0])) < 6:
                break
            paths.append(path)
        if len(paths) == len(PROMPT_LENGTHS):
            return seed
    raise RuntimeError("no seed has clear margins")


def tensors_of(model, dtype, names):
    """The checkpoint's tensors, named and accompanied as in the family's published files."""
    tied = model.config.tie_word_embeddings
    tensors = {
        name: tensor.to(dtype).contiguous()
        for name, tensor in model.state_dict().items()
        if not (tied and name in ("lm_head.weight", "embed_out.weight"))
    }
    layers = range(model.config.num_hidden_layers)
    if names == "gpt2-published":
        tensors = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
        mask = torch.ones(136, 136).tril()[None, None]
        tensors |= {f"h.{layer}.attn.bias": mask.clone() for layer in layers}
    if names == "gpt-neox-published":
        for layer in layers:
            tensors[f"gpt_neox.layers.{layer}.attention.bias"] = torch.ones(64, 64, dtype=torch.bool).tril()[None, None].clone()
            tensors[f"gpt_neox.layers.{layer}.attention.masked_bias"] = torch.tensor(-1e9)
            tensors[f"gpt_neox.layers.{layer}.attention.rotary_emb.inv_freq"] = torch.arange(4, dtype=torch.float32)
    if names == "llama-old":
        for layer in layers:
            tensors[f"model.layers.{layer}.self_attn.rotary_emb.inv_freq"] = torch.arange(8, dtype=torch.float32)
    return tensors


def write_checkpoint(model, dtype, folder, names=None, shards=1):
    tensors = tensors_of(model, dtype, names)
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    files = {name: f"model-{index * shards // len(tensors) + 1:05}-of-{shards:05}.safetensors" for index, name in enumerate(tensors)}
    for file in set(files.values()):
        save_file({name: tensors[name] for name in tensors if files[name] == file}, folder / file, metadata={"format": "pt"})
    total = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": files})


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def make(name, output):
    config, layout = CASES[name]
    folder = output / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_json(folder / "config.json", config)
    dtype = getattr(torch, config.get("torch_dtype", "float32"))
    parsed = AutoConfig.from_pretrained(folder)
    model = AutoModelForCausalLM.from_config(parsed, attn_implementation="eager", dtype=torch.float32).eval()
    seed = find_seed(model, dtype)
    write_checkpoint(model, dtype, folder, **layout)

    model, loading = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    if loading["missing_keys"] or loading["mismatched_keys"]:
        raise RuntimeError(f"{name}: {loading}")
    model.eval()
    prompts, rows, offset = [], [], 0
    for prompt in prompts_of(seed):
        logits = logits_of(model, prompt)
        path, margin = greedy(model, prompt)
        prompts.append({"tokens": prompt, "logitsOffset": offset, "greedy": path, "smallestMargin": round(margin, 5)})
        rows.append(logits)
        offset += logits.numel()
    (folder / "logits.bin").write_bytes(torch.cat(rows).numpy().astype("<f4").tobytes())
    versions = {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]}
    golden = json.dumps({"case": name, "madeWith": versions, "seed": seed, "vocabulary": VOCABULARY, "prompts": prompts})
    (folder / "golden.json").write_text(golden.replace('{"tokens"', '\n  {"tokens"') + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    rope = getattr(parsed, "rope_parameters", None)
    print(f"{name}: seed {seed}, {size // 1024} KiB, logits deviate by {torch.cat(rows).std():.2f}, rope {rope}", flush=True)
    return size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = pathlib.Path(__file__).parent / "../../runtime/model/src/test/resources/golden"
    parser.add_argument("--output", type=pathlib.Path, default=default)
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    total = sum(make(name, arguments.output) for name in arguments.cases or CASES)
    print(f"{total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
