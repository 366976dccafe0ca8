"""compare.py FOLDER --llama BUILD [--rounds N]: one model, one machine, one run, the contestants in turn.

Engines (tokens/s decoding at several batch sizes, and prefill): a bare ONNX Runtime session, the engine of Windlass,
llama.cpp (llama-batched-bench), onnxruntime-genai. Servers (200-token prompts, 64 tokens out, streaming, closed loop): Windlass
and llama-server, measured by `windlass bench`. Prints medians over the rounds and the ratios that matter.

  python hack/bench/make_model.py FOLDER        makes the model (2 GB)
  BUILD is a llama.cpp build folder with bin/llama-batched-bench, llama-server and llama-quantize; its sources are in the
  llama-cpp-python package on PyPI (vendor/llama.cpp), built with cmake -DCMAKE_BUILD_TYPE=Release. Contestants that
  are not there are left out and named.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from pathlib import Path

from shape import BATCHES, CACHED, CAPACITY, PROMPT

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
THREADS, CLIENTS = 2, (1, 8, 16)


def output(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


def engine(folder):
    return last_json(output(ROOT / "hack/bench/engine", folder / "hf"))


def llama_engine(folder, build):
    """llama-batched-bench decodes for several batch sizes; its prefill is the longest prompt's."""
    result = {}
    for batch in BATCHES:
        text = output(
            build / "bin/llama-batched-bench", "-m", folder / "q4_0.gguf", "-c", CAPACITY * batch, "-b", 2048, "-ub", 512, "-t", THREADS,
            "-npp", CACHED - 16, "-ntg", 32, "-npl", batch, "--output-format", "jsonl",
        )
        result[f"decode {batch}"] = next(json.loads(line)["speed_tg"] for line in text.splitlines() if line.startswith("{"))
    text = output(
        build / "bin/llama-batched-bench", "-m", folder / "q4_0.gguf", "-c", CAPACITY, "-b", 2048, "-ub", 512, "-t", THREADS,
        "-npp", PROMPT, "-ntg", 1, "-npl", 1, "--output-format", "jsonl",
    )
    result["prefill"] = next(json.loads(line)["speed_pp"] for line in text.splitlines() if line.startswith("{"))
    return result


class Server:
    """A server process that is ready when /health says so."""

    def __init__(self, command, port):
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + "/health", timeout=1).read()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"{command[0]} ended with {self.process.returncode}")
                time.sleep(0.1)
        raise SystemExit(f"{command[0]} did not become ready")

    def measure(self):
        report = Path("/tmp") / f"windlass-compare-{self.process.pid}.json"
        result = {}
        for clients in CLIENTS:
            output(
                ROOT / "windlass", "bench", "--url", self.url, "--concurrency", clients, "--requests", max(8, 3 * clients),
                "--prompt-tokens", 200, "--output-tokens", 64, "--json", report,
            )
            level = json.loads(report.read_text())[0]
            result[f"{clients} clients, tokens/s"] = level["output_tokens_per_second"]
            result[f"{clients} clients, first token ms"] = level["time_to_first_token_ms"]["p50"]
            result[f"{clients} clients, p99 between tokens ms"] = level["inter_token_latency_ms"]["p99"]
        report.unlink()
        return result

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)


def windlass_server(folder):
    model = ["--model", folder / "hf", "--quantization", "int4", "--context", CAPACITY, "--max-sequences", 16, "--threads", THREADS]
    with Server([ROOT / "windlass", "serve", *model, "--port", 18081], 18081) as server:
        return server.measure()


def llama_server(folder, build):
    options = ["-c", CAPACITY * 16, "-np", 16, "-t", THREADS, "-b", 2048, "-ub", 512, "--no-webui", "--port", 18082, "--host", "127.0.0.1"]
    with Server([build / "bin/llama-server", "-m", folder / "q4_0.gguf", *options], 18082) as server:
        return server.measure()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--llama", type=Path, help="llama.cpp's build folder")
    parser.add_argument("--bare-python", default=sys.executable, help="a Python whose onnxruntime is the version in pom.xml")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="a regular expression over the contestants' names")
    options = parser.parse_args()
    folder = options.folder.resolve()
    contestants = {
        "bare session": lambda: last_json(output(options.bare_python, HERE / "bare_session.py", folder)),
        "windlass engine": lambda: engine(folder),
        "genai": lambda: last_json(output(sys.executable, HERE / "genai_session.py", folder)),
        "windlass server": lambda: windlass_server(folder),
    }
    if options.llama:
        if not (folder / "q4_0.gguf").exists():
            output(options.llama / "bin/llama-quantize", folder / "f16.gguf", folder / "q4_0.gguf", "Q4_0")
        contestants["llama.cpp"] = lambda: llama_engine(folder, options.llama)
        contestants["llama-server"] = lambda: llama_server(folder, options.llama)
    contestants = {name: run for name, run in contestants.items() if re.search(options.only, name)}
    measured = defaultdict(lambda: defaultdict(list))
    for round_number in range(options.rounds):
        for name, run in contestants.items():
            try:
                for figure, value in run().items():
                    measured[name][figure].append(value)
            except subprocess.CalledProcessError as problem:
                print(f"{name} failed: {problem.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            print(f"round {round_number + 1}: {name} done", file=sys.stderr)
    medians = {name: {figure: statistics.median(values) for figure, values in figures.items()} for name, figures in measured.items()}
    for name, figures in medians.items():
        print(f"\n{name}")
        for figure, value in figures.items():
            print(f"  {figure:32} {value:9.1f}   (" + ", ".join(f"{one:.1f}" for one in measured[name][figure]) + ")")
    print("\nratios")
    for left, right in (
        ("windlass engine", "bare session"), ("windlass engine", "llama.cpp"), ("windlass engine", "genai"), ("windlass server", "llama-server")
    ):
        for figure in medians.get(left, {}):
            if figure in medians.get(right, {}):
                print(f"  {left} / {right}, {figure:32} {medians[left][figure] / medians[right][figure]:6.2f}")


main()
