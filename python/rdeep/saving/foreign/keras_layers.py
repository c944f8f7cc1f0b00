"""Where Keras's layers and the catalogue's differ: options, arguments of calls, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.catalogue.record import Record
from rdeep.saving.faults import Damage
from rdeep.saving.foreign.keras_objects import (
    ANY,
    Plain,
    check_policy,
    class_of,
    config_of,
    made,
    options_of,
    plain_data,
    plain_value,
    record_of,
)

NEUTRAL: dict[str, Any] = {
    "quantization_config": (None,),
    **{"renorm": (False,), "renorm_clipping": ANY, "renorm_momentum": ANY},
    **{"oov_method": ("floormod",), "vocabulary_size": ANY, "ragged": (False,)},
    **{"implementation": ANY, "time_major": (False,), "input_axes": (None,), "weights": (None,)},
    **{"virtual_batch_size": (None,), "adjustment": (None,), "fused": ANY, "input_length": ANY},
    "build_input_shape": ANY,
    "output_axes": (None,),
}
"""Options of Keras's that the catalogue lacks, and the values that mean what it does."""
_WITHOUT_SALT = ("StringLookup", "IntegerLookup")
_OF_WHOLE_NUMBERS = ("float32", "int32", "int64", "string")
_MAKES_WHOLE_NUMBERS = (
    *("Hashing", "HashedCrossing", "StringLookup", "IntegerLookup", "TextVectorization"),
    *("Discretization", "CategoryEncoding"),
)

CALLS: dict[str, tuple[str, ...]] = {
    "MultiHeadAttention": (
        *("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"),
        *("return_attention_scores", "training", "use_causal_mask"),
    ),
    "GroupQueryAttention": (
        *("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"),
        *("return_attention_scores", "training", "use_causal_mask"),
    ),
    **dict.fromkeys(
        ("Attention", "AdditiveAttention"),
        ("inputs", "mask", "training", "return_attention_scores", "use_causal_mask"),
    ),
    **dict.fromkeys(
        ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
        ("sequences", "initial_state", "mask", "training"),
    ),
    "Bidirectional": ("sequences", "initial_state", "mask", "training"),
}
"""The arguments of calls in their order, of layers that take more than `inputs`."""
SIMPLE_CALL = ("inputs", "training", "mask")
OF_THE_CALL = ("use_causal_mask", "return_attention_scores")
"""What Keras gives when a layer is called, and the catalogue keeps as options."""


def layer_of(
    saved: Mapping[str, Any],
    call: Mapping[str, Any],
    place: str,
    shared: dict[int, Any] | None = None,
) -> Layer:
    """Return the catalogue's layer for what Keras wrote of one.

    Parameters
    ----------
    saved : mapping
        What Keras wrote.
    call : mapping
        Options that Keras gives when the layer is called.
    place : str
        Where it stands, for messages.
    shared : dict, optional
        Layers that stand in several places, by the numbers that Keras gives them.
    """
    name = class_of(saved, place)
    config = dict(config_of(saved, place))
    record = record_of("layer", name, place)
    allowed = _OF_WHOLE_NUMBERS if name in _MAKES_WHOLE_NUMBERS else ("float32",)
    check_policy(config.pop("dtype", None), place, allowed)
    neutral = {n: v for n, v in NEUTRAL.items() if n not in record.options or n == "weights"}
    if name in _WITHOUT_SALT:
        neutral["salt"] = (None,)
    options = options_of(record, config, place, partial(_layer_value, shared), neutral)
    for key in ("name", "trainable"):
        if key in config:
            options[key] = config[key]
    _CHANGES.get(name, lambda options: None)(options)
    layer: Layer = made(record, {**options, **call}, place)
    return layer


def _layer_value(shared: dict[int, Any] | None, name: str, value: Any, place: str) -> Any:
    if isinstance(value, Record):
        return value
    if name == "layer" and value is not None and shared is not None:
        number = value.get("shared_object_id") if isinstance(value, Mapping) else None
        if isinstance(number, int) and isinstance(shared.get(number), Layer):
            return shared[number]
        found = layer_of(_as_part(value, place), {}, place, shared)
        if isinstance(number, int):
            shared[number] = found
        return found
    if name in ("layer", "backward_layer"):
        return None if value is None else layer_of(_as_part(value, place), {}, place)
    if name == "cell":
        return _cell(value, place)
    if name == "vocabulary" and isinstance(value, str):
        raise Damage(
            "it names a file",
            place=place,
            hint="What a file names is not opened: a vocabulary is a list of tokens.",
        )
    if name in ("standardize", "split"):
        return value if value is None or isinstance(value, str) else plain_data(value, place)
    return plain_value(name, value, place)


def _as_part(saved: Any, place: str) -> Any:
    """Return a layer within another without what Keras has the outer one set."""
    if class_of(saved, place) not in ("SimpleRNN", "LSTM", "GRU"):
        return saved
    config = {k: v for k, v in config_of(saved, place).items() if k != "zero_output_for_mask"}
    return {**saved, "config": config}


def _cell(value: Any, place: str) -> Plain:
    if isinstance(value, list):
        value = {"class_name": "StackedRNNCells", "config": {"cells": value}}
    record = record_of("rnn_cell", class_of(value, place), place)
    return {"class": record.__name__, "options": cell_of(value, place)}


def cell_of(value: Any, place: str) -> Plain:
    """Return the options of the catalogue's cell for what Keras wrote of one.

    Parameters
    ----------
    value : mapping
        What Keras wrote.
    place : str
        Where it stands, for messages.
    """
    record = record_of("rnn_cell", class_of(value, place), place)
    config = dict(config_of(value, place))
    check_policy(config.pop("dtype", None), place)
    cells = config.pop("cells", None)
    options = options_of(record, config, place, plain_value, NEUTRAL)
    if cells is not None:
        if not isinstance(cells, list):
            raise Damage("it has no cells", place=place)
        options["cells"] = [e if isinstance(e, Record) else _cell(e, place) for e in cells]
    for key in ("name", "trainable"):
        options.pop(key, None)
    return options


def _one_size(options: Plain) -> None:
    if isinstance(options.get("size"), list) and len(options["size"]) == 1:
        options["size"] = options["size"][0]


def _open_sizes(options: Plain) -> None:
    sizes = options.get("target_shape")
    if isinstance(sizes, list):
        options["target_shape"] = [-1 if size is None else size for size in sizes]


def _one_axis(options: Plain) -> None:
    if isinstance(options.get("axis"), list) and len(options["axis"]) == 1:
        options["axis"] = options["axis"][0]


def _boundaries_alone(options: Plain) -> None:
    if options.get("bin_boundaries") is not None:
        options.pop("num_bins", None)


_CHANGES = {
    "Discretization": _boundaries_alone,
    "UpSampling1D": _one_size,
    "Reshape": _open_sizes,
    "LayerNormalization": _one_axis,
    "RMSNormalization": _one_axis,
    "BatchNormalization": _one_axis,
}
