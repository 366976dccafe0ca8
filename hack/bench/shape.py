"""The one shape that everything in this folder measures: Qwen2 0.5 B."""

HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD, INTERMEDIATE, VOCABULARY, CONTEXT = 896, 24, 14, 2, 64, 4864, 151936, 4096

BATCHES = (1, 8, 16)
"""How many sequences decode at once."""
CACHED = 256
"""How many tokens each of them has behind it."""
CAPACITY = 1024
"""How many a cache holds."""
PROMPT = 512
"""How many tokens prefill computes."""
