"""Round-to-nearest weight quantisation, simulated in float: for training with it and for measuring what it costs."""

import torch
from torch.nn import functional

BLOCK = 128


def blocks_of(weight):
    return weight.reshape(weight.shape[0], -1, BLOCK)


def symmetric(weight, bits):
    """One scale per block of a row, levels -(2^(bits-1)-1) .. 2^(bits-1)-1."""
    blocks = blocks_of(weight)
    levels = 2 ** (bits - 1) - 1
    scale = blocks.abs().amax(-1, keepdim=True).clamp(min=1e-8) / levels
    return ((blocks / scale).round() * scale).reshape(weight.shape)


def signed_maximum(weight, bits):
    """As ONNX Runtime's MatMulNBits tools do it: the value of largest magnitude becomes exactly -2^(bits-1)."""
    blocks = blocks_of(weight)
    lowest = -(2 ** (bits - 1))
    largest = blocks.gather(-1, blocks.abs().argmax(-1, keepdim=True))
    scale = torch.where(largest.abs() < 1e-8, torch.ones_like(largest), largest / lowest)
    return ((blocks / scale).round().clamp(lowest, -lowest - 1) * scale).reshape(weight.shape)


def asymmetric(weight, bits):
    """A scale and a zero point per block."""
    blocks = blocks_of(weight)
    low, high = blocks.amin(-1, keepdim=True).clamp(max=0), blocks.amax(-1, keepdim=True).clamp(min=0)
    scale = (high - low).clamp(min=1e-8) / (2**bits - 1)
    zero = (-low / scale).round()
    return (((blocks / scale).round() + zero).clamp(0, 2**bits - 1) - zero).mul(scale).reshape(weight.shape)


SCHEMES = [symmetric, signed_maximum, asymmetric]


def projections(model):
    """The decoder's linear layers: everything but the embedding and the head."""
    return [module for module in model.model.layers.modules() if isinstance(module, torch.nn.Linear)]


def use_straight_through(model, scheme, bits=4):
    """From now on the forward pass sees quantised weights and the gradient passes them by; `scheme=None` undoes it."""
    for linear in projections(model):

        def forward(values, linear=linear):
            weight = linear.weight
            rounded = weight + (scheme(weight.detach(), bits) - weight.detach())
            return functional.linear(values, rounded, linear.bias)

        if scheme is None:
            linear.__dict__.pop("forward", None)
        else:
            linear.forward = forward


@torch.no_grad()
def quantise(model, scheme, bits, embedding_bits=8):
    """Replaces the weights by their quantised values."""
    for linear in projections(model):
        linear.weight.copy_(scheme(linear.weight, bits))
    embedding = model.get_input_embeddings().weight
    embedding.copy_(scheme(embedding, embedding_bits))
    return model
