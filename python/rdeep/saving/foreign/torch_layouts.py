"""A torch module's tensors as the weights of a layer of the catalogue, in Keras's layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rdeep.catalogue.layers import Layer

Tensors = Mapping[str, np.ndarray]
"""A module's tensors by their names in it."""
_IGNORED = ("num_batches_tracked",)


class NoFit(Exception):
    """The tensors are not those of such a layer."""


def weights_from(layer: Layer, names: Mapping[str, tuple[int, ...]], tensors: Tensors) -> Tensors:
    """Return a layer's weights by their names in it, of the tensors of a torch module.

    Parameters
    ----------
    layer : Layer
        The layer.
    names : mapping of str to tuple
        Its weights, and their shapes.
    tensors : mapping of str to numpy.ndarray
        The module's tensors.

    Raises
    ------
    NoFit
        If they are not those of such a module.
    """
    given = {name: each for name, each in tensors.items() if name not in _IGNORED}
    if set(given) == set(names) and all(given[n].shape == names[n] for n in names):
        return given
    convert = _CONVERT.get(type(layer).__name__)
    if convert is None:
        raise NoFit(f"how torch keeps the weights of {type(layer).__name__} is not known")
    try:
        found = convert(layer, names, given)
    except (KeyError, ValueError):
        raise NoFit("its tensors have other names or shapes") from None
    if set(found) != set(names):
        raise NoFit("it has more tensors, or fewer")
    for name, shape in names.items():
        if found[name].shape != shape:
            raise NoFit(f"{name} would have the shape {found[name].shape}")
    return found


def _renamed(**renamed: str) -> Callable[..., Tensors]:
    """Return a conversion that changes names alone."""

    def convert(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
        return {renamed[name]: each for name, each in given.items()}

    return convert


def _dense(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
    return {_KERNEL[name]: each.T if name == "weight" else each for name, each in given.items()}


_KERNEL = {"weight": "kernel", "bias": "bias"}


def _convolution(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
    found = {_KERNEL[name]: each for name, each in given.items()}
    kernel = found["kernel"]
    found["kernel"] = kernel.transpose(*range(2, kernel.ndim), 1, 0)
    return found


def _depthwise(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
    found = {_KERNEL[name]: each for name, each in given.items()}
    kernel = found["kernel"]
    *sizes, channels, times = names["kernel"]
    parts = kernel.reshape(channels, times, *kernel.shape[2:])
    found["kernel"] = parts.transpose(*range(2, parts.ndim), 0, 1).reshape(*sizes, channels, times)
    return found


def _gates(array: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    parts = np.split(array, len(order))
    return np.concatenate([parts[index] for index in order])


# Torch's gates in Keras's order: those of an LSTM are the same, those of a GRU are not.
_ORDER = {"LSTM": (0, 1, 2, 3), "GRU": (1, 0, 2), "SimpleRNN": (0,)}


def _recurrent(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
    return _of_direction(type(layer).__name__, names, given, "")


def _of_direction(
    kind: str, names: Mapping[str, tuple[int, ...]], given: Tensors, way: str
) -> Tensors:
    order = _ORDER[kind]
    tensors = {
        name: _gates(given[f"{name}_l0{way}"], order)
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        if f"{name}_l0{way}" in given
    }
    found = {"kernel": tensors["weight_ih"].T, "recurrent_kernel": tensors["weight_hh"].T}
    if "bias" in names:
        one, other = tensors["bias_ih"], tensors["bias_hh"]
        both = names["bias"] == (2, len(one))
        found["bias"] = np.stack([one, other]) if both else one + other
    if len(given) % (2 + 2 * ("bias" in names)):
        raise NoFit("it has several layers in one")
    return found


def _bidirectional(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
    found: dict[str, np.ndarray] = {}
    for part, inner in layer.inner_layers().items():
        own = {n.partition("/")[2]: s for n, s in names.items() if n.startswith(f"{part}/")}
        way = "_reverse" if part == "backward" else ""
        ours = {n: t for n, t in given.items() if n.endswith("_reverse") == bool(way)}
        converted = _of_direction(type(inner).__name__, own, ours, way)
        found.update({f"{part}/{name}": each for name, each in converted.items()})
    return found


def _attention(layer: Layer, names: Mapping[str, tuple[int, ...]], given: Tensors) -> Tensors:
    found: dict[str, np.ndarray] = {}
    kernels = np.split(given["in_proj_weight"], 3)
    biases = np.split(given["in_proj_bias"], 3) if "in_proj_bias" in given else []
    for index, part in enumerate(("query", "key", "value")):
        found[f"{part}/kernel"] = kernels[index].T.reshape(names[f"{part}/kernel"])
        if biases:
            found[f"{part}/bias"] = biases[index].reshape(names[f"{part}/bias"])
    shape = names["attention_output/kernel"]
    found["attention_output/kernel"] = given["out_proj.weight"].T.reshape(shape)
    if "out_proj.bias" in given:
        found["attention_output/bias"] = given["out_proj.bias"]
    return found


_SCALED = _renamed(weight="gamma", bias="beta")
_CONVERT: dict[str, Callable[..., Tensors]] = {
    "Dense": _dense,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _convolution),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _convolution),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    "Embedding": _renamed(weight="embeddings"),
    "BatchNormalization": _renamed(
        weight="gamma", bias="beta", running_mean="moving_mean", running_var="moving_variance"
    ),
    **dict.fromkeys(("LayerNormalization", "GroupNormalization"), _SCALED),
    "RMSNormalization": _renamed(weight="scale"),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _recurrent),
    "Bidirectional": _bidirectional,
    "MultiHeadAttention": _attention,
}
