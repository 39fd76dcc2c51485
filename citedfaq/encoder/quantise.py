"""Int8 for the matrix products of an ONNX graph, with scales fixed in advance from a sample of texts.

ONNX Runtime's own dynamic quantisation takes one scale a call from all activations, so that a text's vector depends on
what else is in its batch. Here the scales are fixed: a text has the same vector alone, in any batch, and on any
processor. What is lost by fixing them is more than won back by sharing the range of each channel between activations
and weights before rounding (Xiao et al. 2023, "SmoothQuant", equation 4), with the share chosen for each product by
its error on the sample.

Activations take 8 bits and weights 7: x86 processors without VNNI add two products of a pair in 16 bits, which
255 * 63 * 2 just fits, so that those round nothing that others do not.

The table of the pieces' own vectors, the larger part of a small model, is rounded row by row, to 8 bits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Floats = NDArray[np.float32]
Feed = Mapping[str, NDArray[np.int64]]

_SHARES = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0)
"""Of the range of a channel, how much the weights take over: SmoothQuant's alpha."""

_ACTIVATION_STEPS = 255
_WEIGHT_STEPS = 63
_TABLE_STEPS = 127
_SMALLEST = 1e-5

_ROWS_PER_TEXT = 6
"""Tokens of a text whose activations are kept to choose by; more change no choice."""

_TABLE_ROWS = 1000
"""A table with more rows is rounded; that of positions, which is read for every text, has fewer."""

_ONE = "quantised_one"


@dataclass(frozen=True, slots=True)
class _Activations:
    """What a product's input looked like on the sample: shape (channels,) each, and some of its rows."""

    low: Floats
    high: Floats
    rows: Floats


@dataclass(frozen=True, slots=True)
class _Steps:
    """How an input is rounded: divided by `size` of shape (channels,), and `zero` added."""

    size: Floats
    zero: int


def quantise(model: onnx.ModelProto, sample: Sequence[Feed]) -> onnx.ModelProto:
    """Return the model with each product of activations and constant weights in int8.

    Args:
        model: of 32-bit floats; it is not changed.
        sample: what the model is fed for some hundred texts.

    Raises:
        ValueError: the model has no such product.
    """
    weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights and weights[node.input[1]].ndim == 2:
            products.setdefault(node.input[0], []).append(node)
    if not products:
        raise ValueError("the model has no product with constant weights")
    seen = _observe(model, list(products), sample)
    steps = {name: _best_steps(seen[name], [weights[node.input[1]] for node in products[name]]) for name in products}
    return _rewritten(model, steps, weights)


def _observe(model: onnx.ModelProto, names: list[str], sample: Sequence[Feed]) -> dict[str, _Activations]:
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    session = ort.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    low: dict[str, list[Floats]] = {name: [] for name in names}
    high: dict[str, list[Floats]] = {name: [] for name in names}
    rows: dict[str, list[Floats]] = {name: [] for name in names}
    for feed in sample:
        for name, output in zip(names, session.run(names, dict(feed)), strict=True):
            of_tokens = output.reshape(-1, output.shape[-1])
            low[name].append(of_tokens.min(axis=0))
            high[name].append(of_tokens.max(axis=0))
            rows[name].append(of_tokens[:: max(1, len(of_tokens) // _ROWS_PER_TEXT)])
    return {
        name: _Activations(np.min(low[name], axis=0), np.max(high[name], axis=0), np.concatenate(rows[name]))
        for name in names
    }


def _best_steps(seen: _Activations, weights: Sequence[Floats]) -> _Steps:
    """Return the steps whose products on the sample are nearest to the float ones."""
    every = np.concatenate(weights, axis=1)
    exact = seen.rows @ every

    def error(steps: _Steps) -> float:
        levels = np.clip(np.rint(seen.rows / steps.size) + steps.zero, 0, _ACTIVATION_STEPS) - steps.zero
        rounded, scale = _rounded(every, steps)
        return float(np.square((levels @ rounded.astype(np.float32)) * scale - exact).mean())

    return min(_choices(seen, every), key=error)


def _choices(seen: _Activations, weights: Floats) -> Iterable[_Steps]:
    reach = np.maximum(np.maximum(-seen.low, seen.high), _SMALLEST)
    of_weights = np.maximum(np.abs(weights).max(axis=1), _SMALLEST)
    for share in _SHARES:
        size = reach**share / of_weights ** (1 - share)
        lowest, highest = min(0.0, float((seen.low / size).min())), max(0.0, float((seen.high / size).max()))
        step = (highest - lowest) / _ACTIVATION_STEPS
        yield _Steps((size * step).astype(np.float32), round(-lowest / step))


def _rounded(weights: Floats, steps: _Steps) -> tuple[NDArray[np.int8], Floats]:
    """Return weights that take rounded activations, shape (channels, outputs), and each output's scale."""
    scaled = weights * steps.size[:, np.newaxis]
    scale = (np.maximum(np.abs(scaled).max(axis=0), _SMALLEST**2) / _WEIGHT_STEPS).astype(np.float32)
    return np.rint(scaled / scale).astype(np.int8), scale


def _rewritten(model: onnx.ModelProto, steps: Mapping[str, _Steps], weights: Mapping[str, Floats]) -> onnx.ModelProto:
    new = onnx.ModelProto()
    new.CopyFrom(model)
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, NDArray[np.generic]] = {_ONE: np.array(1, np.float32)}
    replaced = set()
    rounded_inputs = set()
    for node in model.graph.node:
        name = node.input[0] if node.input else ""
        if node.op_type == "Gather" and name in weights and _is_table(weights[name]):
            replaced.add(name)
            constants[f"{name}_int8"], constants[f"{name}_scale"] = _rounded_table(weights[name])
            nodes += _read_table(node)
            continue
        if node.op_type != "MatMul" or name not in steps or node.input[1] not in weights:
            nodes.append(node)
            continue
        own, product = steps[name], node.input[1]
        if name not in rounded_inputs:
            rounded_inputs.add(name)
            constants[f"{name}_per_step"] = (1 / own.size).astype(np.float32)
            constants[f"{name}_zero"] = np.array(own.zero, np.uint8)
            # A scale for each channel of QuantizeLinear itself is three times as slow as the whole product.
            nodes.append(helper.make_node("Mul", [name, f"{name}_per_step"], [f"{name}_steps"]))
            nodes.append(helper.make_node("QuantizeLinear", [f"{name}_steps", _ONE, f"{name}_zero"], [f"{name}_int8"]))
        replaced.add(product)
        constants[f"{product}_int8"], constants[f"{product}_scale"] = _rounded(weights[product], own)
        inputs = [f"{name}_int8", f"{product}_int8", _ONE, f"{product}_scale", f"{name}_zero"]
        nodes.append(helper.make_node("MatMulIntegerToFloat", inputs, list(node.output), domain="com.microsoft"))
    kept = [each for each in model.graph.initializer if each.name not in replaced]
    del new.graph.node[:], new.graph.initializer[:]
    new.graph.node.extend(nodes)
    new.graph.initializer.extend(kept)
    new.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    new.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return new


def _is_table(weights: Floats) -> bool:
    return weights.ndim == 2 and len(weights) > _TABLE_ROWS


def _rounded_table(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return the rows as steps, and each row's step: shape (rows, 1)."""
    largest = np.maximum(np.abs(weights).max(axis=1, keepdims=True), _SMALLEST)
    scale = (largest / _TABLE_STEPS).astype(np.float32)
    return np.rint(weights / scale).astype(np.int8), scale


def _read_table(node: onnx.NodeProto) -> list[onnx.NodeProto]:
    name, wanted = node.input
    rows, scales, numbers = (f"{node.output[0]}_{part}" for part in ("rows", "scales", "numbers"))
    return [
        helper.make_node("Gather", [f"{name}_int8", wanted], [rows]),
        helper.make_node("Gather", [f"{name}_scale", wanted], [scales]),
        helper.make_node("Cast", [rows], [numbers], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [numbers, scales], list(node.output)),
    ]
