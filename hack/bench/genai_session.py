"""genai_session.py FOLDER: decode and prefill tokens/s of onnxruntime-genai on the same checkpoint, as JSON.

FOLDER/genai is made once by its own model builder (int4, CPU): python -m onnxruntime_genai.models.builder.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime_genai as genai

from shape import BATCHES, CACHED, CAPACITY, PROMPT, VOCABULARY

STEPS = 16


def generator(model, batch, length):
    parameters = genai.GeneratorParams(model)
    parameters.set_search_options(max_length=CAPACITY, batch_size=batch, do_sample=False, min_length=CAPACITY)
    made = genai.Generator(model, parameters)
    tokens = np.random.default_rng(1).integers(300, VOCABULARY - 8, (batch, length)).astype(np.int32)
    start = time.perf_counter()
    made.append_tokens(tokens if batch > 1 else tokens[0])
    return made, time.perf_counter() - start


def decode(model, batch):
    running, _ = generator(model, batch, CACHED)
    times = []
    for _ in range(STEPS):
        start = time.perf_counter()
        running.generate_next_token()
        times.append(time.perf_counter() - start)
    return batch / statistics.median(times[3:])


def main():
    folder = Path(sys.argv[1])
    target = folder / "genai"
    if not target.exists():
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", folder / "hf", "-o", target, "-p", "int4", "-e", "cpu"]
        subprocess.run([*builder, "-c", folder / "genai-cache", "--extra_options", "int4_accuracy_level=4"], check=True, stdout=sys.stderr)
    settings = json.loads((target / "genai_config.json").read_text())
    settings["model"]["decoder"]["session_options"]["intra_op_num_threads"] = 2
    (target / "genai_config.json").write_text(json.dumps(settings, indent=2))
    model = genai.Model(str(target))
    result = {f"decode {batch}": decode(model, batch) for batch in BATCHES}
    result["prefill"] = PROMPT / statistics.median(generator(model, 1, PROMPT)[1] for _ in range(4))
    print(json.dumps(result))


main()
