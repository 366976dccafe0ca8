"""bare_session.py FOLDER: what ONNX Runtime alone can do with the decoder graph that Windlass runs.

Builds the graph once (the 0.5 B shape of make_model.py, random weights, int4 with an int8 head) and prints tokens/s for
decoding at several batch sizes and for prefill: the ceiling that the engine is compared with. No sampling, no scheduling,
no text: one session, two threads, caches bound in place. Needs onnx and onnxruntime of the version that pom.xml pins.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from shape import BATCHES, CACHED, CAPACITY, HEAD, HEADS, HIDDEN, INTERMEDIATE, KV_HEADS, LAYERS, PROMPT, VOCABULARY

BLOCK, MICROSOFT = 128, "com.microsoft"


class Builder:
    """Collects nodes and random weights of one graph."""

    def __init__(self):
        self.random, self.nodes, self.constants = np.random.default_rng(0), [], []

    def constant(self, name, array):
        self.constants.append(onnx.numpy_helper.from_array(array, name))
        return name

    def node(self, operator, inputs, outputs, domain="", **attributes):
        self.nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def linear(self, x, name, columns, rows, bits=4):
        blocks = columns // BLOCK
        values = self.constant(name + ".values", self.random.integers(0, 256, (rows, blocks, BLOCK * bits // 8), dtype=np.uint8))
        scales = self.constant(name + ".scales", np.full(rows * blocks, 0.02 / 2 ** (bits - 1), np.float32))
        zeros = self.constant(name + ".zeros", np.full(rows * -(-blocks * bits // 8), 0x88 if bits == 4 else 0x80, np.uint8))
        return self.node(
            "MatMulNBits", [x, values, scales, zeros], [name], MICROSOFT, K=columns, N=rows, bits=bits, block_size=BLOCK, accuracy_level=4
        )

    def norm(self, residual, x, name):
        weight = self.constant(name + ".weight", np.ones(HIDDEN, np.float32))
        self.node("SkipSimplifiedLayerNormalization", [residual, x, weight], [name, "", "", name + ".sum"], MICROSOFT, epsilon=1e-6)
        return name, name + ".sum"


def build(path):
    g = Builder()
    angles = np.arange(CAPACITY)[:, None] / 1e6 ** (np.arange(0, HEAD, 2) / HEAD)
    g.constant("cos", np.cos(angles).astype(np.float32)), g.constant("sin", np.sin(angles).astype(np.float32))
    residual = g.node("Gather", [g.constant("embedding", g.random.standard_normal((VOCABULARY, HIDDEN), np.float32)), "input_ids"], ["x"])
    x = g.node("SimplifiedLayerNormalization", [residual, g.constant("first", np.ones(HIDDEN, np.float32))], ["n"], epsilon=1e-6, axis=-1)
    caches = []
    for i in range(LAYERS):
        p = f"{i}."
        qkv = g.linear(x, p + "qkv", HIDDEN, (HEADS + 2 * KV_HEADS) * HEAD)
        qkv = g.node("Add", [qkv, g.constant(p + "bias", np.zeros((HEADS + 2 * KV_HEADS) * HEAD, np.float32))], [p + "qkv.biased"])
        caches += [f"key.{i}", f"value.{i}"]
        inputs = [qkv, "", "", f"past_key.{i}", f"past_value.{i}", "lengths", "total", "cos", "sin"]
        outputs = [p + "attention", f"present_key.{i}", f"present_value.{i}"]
        attention = g.node("GroupQueryAttention", inputs, outputs, MICROSOFT, num_heads=HEADS, kv_num_heads=KV_HEADS, do_rotary=1)
        x, residual = g.norm(residual, g.linear(attention, p + "out", HEADS * HEAD, HIDDEN), p + "norm1")
        gate, up = g.linear(x, p + "gate", HIDDEN, INTERMEDIATE), g.linear(x, p + "up", HIDDEN, INTERMEDIATE)
        gated = g.node("Mul", [g.node("QuickGelu", [gate], [p + "silu"], MICROSOFT, alpha=1.0), up], [p + "gated"])
        x, residual = g.norm(residual, g.linear(gated, p + "down", INTERMEDIATE, HIDDEN), p + "norm2")
    g.linear(g.node("GatherND", [x, "rows"], ["last"]), "logits", HIDDEN, VOCABULARY, bits=8)
    value = helper.make_tensor_value_info
    cache = lambda prefix, name: value(prefix + name, TensorProto.FLOAT, ["B", KV_HEADS, "M", HEAD])
    inputs = [value("input_ids", TensorProto.INT64, ["B", "S"]), value("lengths", TensorProto.INT32, ["B"])]
    inputs += [value("total", TensorProto.INT32, [1]), value("rows", TensorProto.INT64, ["R", 2])] + [cache("past_", c) for c in caches]
    outputs = [value("logits", TensorProto.FLOAT, ["R", VOCABULARY])] + [cache("present_", c) for c in caches]
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(helper.make_graph(g.nodes, "decoder", inputs, outputs, g.constants), opset_imports=opsets, ir_version=10)
    onnx.save_model(model, path, save_as_external_data=True, location=path.name + ".data", size_threshold=1024)


def measure(session, batch, length, past, steps):
    """Tokens/s of steps that compute `length` tokens in each of `batch` rows that hold `past` already."""
    binding, times, caches = session.io_binding(), [], []  # the binding does not keep the caches alive
    for i in range(LAYERS):
        for kind in ("key", "value"):
            cache = onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros((batch, KV_HEADS, CAPACITY, HEAD), np.float32))
            caches.append(cache)
            binding.bind_ortvalue_input(f"past_{kind}.{i}", cache), binding.bind_ortvalue_output(f"present_{kind}.{i}", cache)
    binding.bind_cpu_input("input_ids", np.random.default_rng(1).integers(0, VOCABULARY, (batch, length)))
    binding.bind_cpu_input("rows", np.stack([np.arange(batch), np.full(batch, length - 1)], 1))
    binding.bind_output("logits", "cpu")
    for _ in range(steps):
        binding.bind_cpu_input("lengths", np.full(batch, past + length - 1, np.int32))
        binding.bind_cpu_input("total", np.array([past + length], np.int32))
        start = time.perf_counter()
        session.run_with_iobinding(binding)
        times.append(time.perf_counter() - start)
        past += length == 1
    return batch * length / statistics.mean(times[2:])


def main():
    path = Path(sys.argv[1]) / "bare-int4.onnx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        build(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 2, 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    result = {f"decode {batch}": measure(session, batch, 1, CACHED - 16, 34) for batch in BATCHES}
    result["prefill"] = measure(session, 1, PROMPT, 0, 6)
    print(json.dumps(result))


main()
