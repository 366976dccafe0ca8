"""The one shape that everything in this folder measures: Qwen2 0.5 B, or SHAPE=1.5B, SHAPE=3B."""

import os

HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD, INTERMEDIATE = {
    "0.5B": (896, 24, 14, 2, 64, 4864),
    "1.5B": (1536, 28, 12, 2, 128, 8960),
    "3B": (2048, 36, 16, 2, 128, 11008),
}[os.environ.get("SHAPE", "0.5B")]
VOCABULARY, CONTEXT = 151936, 4096

BATCHES = (1, 8, 16)
"""How many sequences decode at once."""
CACHED = 256
"""How many tokens each of them has behind it, in the middle of what is measured."""
CAPACITY = 1024
"""How many a cache holds."""
PROMPT = 512
"""How many tokens prefill computes."""
