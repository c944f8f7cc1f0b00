"""Turn what users pass as `x` and `y` into a feed, with every check that bad data needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers import CategoryEncoding, Embedding
from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.losses import CategoricalCrossentropy, Loss
from rdeep.catalogue.losses.base import NoLoss
from rdeep.catalogue.losses.likelihoods import Likelihood, check_columns
from rdeep.data.arrays import ArrayFeed, all_finite
from rdeep.data.class_numbers import class_numbers, whole_numbers
from rdeep.data.domains import refuse_outside, warn_outside
from rdeep.data.exact import check_whole, held_as
from rdeep.data.foreign import on_host
from rdeep.data.sparse import as_sparse
from rdeep.data.weights import by_class, sample_weights
from rdeep.errors import (
    ArgumentError,
    DataError,
    ShapeError,
    called,
    class_name,
    format_shape,
    listing,
    show,
    suggestion,
    worded,
)
from rdeep.graph.network import Graph
from rdeep.preprocessing.texts import as_texts

Kept = Callable[[Any, str, bool], Any]
"""Returns what is passed on as it is, of a type and perhaps holding ids; `None` for data."""


def inputs(graph: Graph, x: object, argument: str = "x", keep: Kept | None = None) -> list[Any]:
    """Return an array for each input of a network, float32 or int32 in C order, or kept sparse.

    Where the model begins with layers on text, these are computed here, and the network's inputs
    are what comes out of them.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    x : array, sparse matrix, sequence of these or dict
        The data; several inputs take a sequence in the model's order or a dict by name.
    argument : str
        The argument's name, for messages.
    keep : callable, optional
        Says which tensors of the engine are passed on, so that gradients flow through them.

    Raises
    ------
    DataError
        If there is text for an input of numbers, a missing or an infinite value, or nothing.
    ShapeError
        If a shape does not fit its input.
    """
    graph.check_learned()
    arrays: list[Any] = []
    dtypes, ids = graph.input_dtypes, graph.holds_ids
    parts = _parts(graph.flat_inputs(x), graph.input_names, argument, "input")
    for name, tensor, part in zip(graph.input_names, graph.inputs, parts):
        label = argument if len(parts) == 1 else f"{argument}[{name!r}]"
        at = len(arrays)
        kept = None if keep is None or graph.host else keep(part, dtypes[at], ids[at])
        if kept is not None:
            arrays.append(_fitted(kept, tensor.shape, label, f"input {name!r}"))
            continue
        if tensor.dtype == "string":
            texts = as_texts(part, label)
            if texts.ndim:
                _refuse_nothing(texts.shape, label)
            arrays.append(_fitted(texts, tensor.shape, label, f"input {name!r}"))
            continue
        sparse = as_sparse(part)
        if sparse is not None:
            _refuse_nothing(sparse.shape, label)
            arrays.append(_fitted(sparse, tensor.shape, label, f"input {name!r}"))
            continue
        array = _fitted(_numeric(part, label), tensor.shape, label, f"input {name!r}")
        arrays.append(held_as(array, dtypes[at], label, ids[at]))
    _same_rows([(f"{argument}[{n!r}]", a) for n, a in zip(graph.input_names, arrays)])
    if graph.host is not None:
        arrays = graph.host.run(arrays)
    _check_codes(graph.network, arrays, argument)
    return arrays


def targets(
    graph: Graph,
    losses: Sequence[Loss],
    y: object,
    argument: str = "y",
    rows: int = 0,
    said: set[str] | None = None,
) -> list[np.ndarray]:
    """Return an array for each output: float32 shaped as the output, or int64 class numbers.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    losses : sequence of Loss
        The loss of each output, which says what its targets look like.
    y : array, sequence of arrays or dict
        The data.
    argument : str
        The argument's name, for messages.
    rows : int
        The number of samples. Targets that are left out, where there is no loss, are so many rows
        of nothing.
    said : set of str, optional
        What was warned of already: targets that a loss has no meaning for are said once.

    Raises
    ------
    DataError
        If a value cannot be a target of its loss.
    ShapeError
        If a shape does not fit its output.
    """
    free = [isinstance(loss, NoLoss) for loss in losses]
    if y is None and not all(free):
        raise DataError(f"'{argument}' is missing: targets are needed.", argument=argument)
    said = set() if said is None else said
    arrays: list[Any] = []
    parts = _target_parts(graph.flat_outputs(y), graph.output_names, argument, free)
    for name, tensor, loss, part in zip(graph.output_names, graph.outputs, losses, parts):
        label = argument if len(parts) == 1 else f"{argument}[{name!r}]"
        if part is None and isinstance(loss, NoLoss):
            arrays.append(np.zeros((rows, 0), np.float32))
            continue
        array = _numeric(part, label)
        if isinstance(loss, Likelihood):
            refuse_outside(loss, array, label)
            arrays.append(check_columns(loss, array, tensor.shape[-1], label))
        elif loss.targets == "free":
            arrays.append(_as_it_is(array, tensor.shape, label))
        elif loss.targets in ("labels", "sequences"):
            arrays.append(whole_numbers(array, tensor.shape, loss, label))
        elif loss.targets == "indices" or (
            loss.targets == "classes" and _sparse(array, tensor.shape)
        ):
            arrays.append(class_numbers(array, tensor.shape, loss, label))
        else:
            arrays.append(_values(array, tensor.shape, loss, label, said))
    return arrays


def feed(
    graph: Graph,
    losses: Sequence[Loss],
    x: object,
    y: object,
    sample_weight: object = None,
    class_weight: Mapping[Any, float] | None = None,
    said: set[str] | None = None,
) -> ArrayFeed:
    """Return a feed of inputs, targets and sample weights that agree in length.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    losses : sequence of Loss
        The loss of each output.
    x, y : array, sequence of arrays or dict
        The data.
    sample_weight : array, sequence of arrays or dict, optional
        A weight for each sample; for several outputs one array stands for all.
    class_weight : mapping, optional
        A weight for each class number; multiplied with `sample_weight`. For several outputs such
        a mapping for each by the output's name, or one that stands for all.
    said : set of str, optional
        What was warned of already.

    Raises
    ------
    DataError
        If lengths differ.
    """
    y, sample_weight = graph.flat_outputs(y), graph.flat_outputs(sample_weight)
    try:
        xs = inputs(graph, x)
    except ShapeError as error:
        raise _unless_swapped(error, graph, y) from None
    # Before the targets are looked into: with lengths that differ, their values say little.
    free = [isinstance(loss, NoLoss) for loss in losses]
    parts = [] if y is None else _target_parts(y, graph.output_names, "y", free)
    _same_rows([("x", xs[0]), *[("y", p) for p in parts if isinstance(p, np.ndarray) and p.ndim]])
    ys = targets(graph, losses, y, rows=len(xs[0]), said=said)
    _same_rows([("x", xs[0]), *[("y", a) for a in ys]])
    given = _weights(graph, sample_weight, len(xs[0]))
    whole = ArrayFeed(xs, ys, [sample_weights(*each) for each in zip(given, ys, losses)])
    return whole if class_weight is None else by_class(whole, graph, losses, class_weight)


def _unless_swapped(error: ShapeError, graph: Graph, y: object) -> ShapeError:
    """Return the error, with a hint where the targets have the shape that the input wants."""
    wanted = graph.inputs[0].shape
    fits = (
        len(graph.inputs) == 1
        and isinstance(y, np.ndarray)
        and y.ndim == len(wanted)
        and all(want in (None, got) for want, got in zip(wanted, y.shape))
    )
    if not fits:
        return error
    return ShapeError(
        error.wording["message"],
        argument="x",
        received=error.received,
        hint="'y' has such samples: were 'x' and 'y' given the wrong way round?",
    )


def _parts(data: Any, names: list[str], argument: str, what: str) -> list[Any]:
    if isinstance(data, Mapping):
        unknown = [name for name in data if name not in names]
        missing = [name for name in names if name not in data]
        if unknown or missing:
            wrong = unknown[0] if unknown else missing[0]
            problem = f"has no {what} {wrong!r}" if unknown else f"needs data for {what} {wrong!r}"
            raise ArgumentError(
                f"The model {problem}: '{argument}' names {listing(data, 'and')}.",
                argument=argument,
                received=list(data),
                hint=suggestion(wrong, names) if unknown else None,
            )
        return [data[name] for name in names]
    if len(names) == 1:
        alone = isinstance(data, (list, tuple)) and len(data) == 1 and np.ndim(data[0]) > 0
        return [data[0] if alone else data]
    if not isinstance(data, (list, tuple)) or len(data) != len(names):
        several = isinstance(data, (list, tuple))
        came = (
            worded(f"{len(data)} array{'' if len(data) == 1 else 's'}") if several else show(data)
        )
        raise ArgumentError(
            f"'{argument}' must be a list of {len(names)} arrays, one for each {what} "
            f"({listing(names, 'and')}), not {came}.",
            argument=argument,
            received=came,
        )
    return list(data)


def _target_parts(y: Any, names: list[str], argument: str, free: list[bool]) -> list[Any]:
    """Return the targets of each output, `None` where none are wanted and none are given."""
    if y is None:
        return [None] * len(names)
    if isinstance(y, Mapping):
        y = {**{name: None for name, left in zip(names, free) if left}, **y}
    elif sum(free) and len(names) > 1:
        # As in Keras, targets may be those of the outputs that have a loss alone.
        wanted = [name for name, left in zip(names, free) if not left]
        listed = isinstance(y, (list, tuple)) and any(e is None or np.ndim(e) for e in y)
        if len(wanted) == 1 and not listed:
            y = [y]
        if isinstance(y, (list, tuple)) and len(y) == len(wanted):
            given = iter(y)
            return [None if left else next(given) for left in free]
    return _parts(y, names, argument, "output")


def _numeric(data: object, label: str) -> np.ndarray:
    array = on_host(data, label)
    if array.dtype.kind not in "fiub":
        raise DataError(
            f"'{label}' must hold numbers, not {_kind_name(array)}.",
            argument=label,
            received=show(array.reshape(-1)[0]) if array.size else str(array.dtype),
            expected="numbers",
            hint="Turn categories into numbers first.",
        )
    _refuse_nothing(array.shape, label)
    if array.dtype.kind == "f" and not all_finite(array):
        missing = int(np.isnan(array).sum())
        wrong = missing or int(np.isinf(array).sum())
        row = int(np.argwhere(~np.isfinite(array))[0][0])
        raise DataError(
            f"'{label}' has {wrong} {'missing' if missing else 'infinite'} "
            f"value{'s' if wrong > 1 else ''} (the first in sample {row + 1}).",
            argument=label,
            received=wrong,
            hint="Leave such samples out, or fill the values in, before training or predicting.",
        )
    return array


def _refuse_nothing(shape: tuple[int, ...], label: str) -> None:
    if not shape or 0 in shape:
        raise DataError(f"'{label}' is empty: it has shape {format_shape(shape)}.", argument=label)


def _kind_name(array: np.ndarray) -> str:
    return {"U": "text", "S": "text", "M": "dates", "c": "complex numbers"}.get(
        array.dtype.kind, "objects"
    )


def _fitted(array: Any, shape: Dims, label: str, place: str) -> Any:
    """Return the array with a last dimension of 1 added or removed if that makes it fit."""
    if array.ndim == len(shape) - 1 and shape[-1] == 1:
        array = array[..., np.newaxis]
    elif array.ndim == len(shape) + 1 and array.shape[-1] == 1:
        array = array[..., 0]
    # A tensor in a function that is traced may have open sizes.
    agrees = array.ndim == len(shape) and all(
        want is None or got in (None, want) for want, got in zip(shape[1:], array.shape[1:])
    )
    if not agrees:
        came = worded(f"samples of shape {format_shape(array.shape[1:])}")
        raise ShapeError(
            f"'{label}' has {came if array.ndim > 1 else 'one value for each sample'}; "
            f"{place} wants {format_shape(shape[1:])}.",
            argument=label,
            received=array.shape,
            expected=format_shape(shape),
            hint=_shape_hint(array.shape, shape, label),
        )
    return array


def _shape_hint(got: tuple[int, ...], wanted: Dims, label: str) -> str | None:
    if None not in wanted[1:]:
        values = int(np.prod([size for size in wanted[1:] if size is not None]))
        if len(got) == 1 and got[0] == values:
            return "A single sample is an array with one row."
        if int(np.prod(got[1:])) == values:
            return "The number of values fits: reshape the data."
    if len(got) == len(wanted) == 2:
        if got[0] == wanted[1]:
            return "Rows are samples and columns are features: transpose the array."
        if label.startswith("y"):
            return "Targets have a column for each unit of the last layer."
        return "Give the columns that the network was made for, or make it for these."
    return None


def _same_rows(named: Sequence[tuple[str, Any]]) -> None:
    first, array = named[0]
    for name, other in named[1:]:
        rows, others = array.shape[0], other.shape[0]
        if None not in (rows, others) and rows != others:
            raise DataError(
                f"'{first}' has {rows} sample{'' if rows == 1 else 's'} and '{name}' has {others}: "
                "they must have equally many.",
                argument=name.split("[")[0],
                received=others,
                expected=str(rows),
            )


def _check_codes(graph: Graph, arrays: list[Any], argument: str) -> None:
    """Refuse codes that a layer has no vector for, which engines answer differently."""
    for node in graph.nodes:
        with called_with(node.call):
            limits = node.layer.code_limits()
        for tensor, array in zip(graph.inputs, arrays):
            if limits is None or node.inputs[0] is not tensor or not isinstance(array, np.ndarray):
                continue
            columns = [array] if len(limits) == 1 else list(array.T)
            for number, (codes, limit) in enumerate(zip(columns, limits), 1):
                low, high = codes.min(), codes.max()
                check_whole(codes, argument, graph.layer_of[id(node.layer)].name)
                if low < 0 or high >= limit:
                    wrong = low if low < 0 else high
                    place = "" if len(limits) == 1 else f" in column {number}"
                    name = graph.layer_of[id(node.layer)].name
                    raise DataError(
                        f"'{argument}' holds {wrong:g}{place}, but layer {name!r} has vectors for "
                        f"0 to {limit - 1} only.",
                        argument=argument,
                        received=float(wrong),
                        layer=name,
                        hint=_codes_hint(node.layer),
                    )


def _codes_hint(layer: Layer) -> str:
    names = {Embedding: "input_dim", CategoryEncoding: "num_tokens"}
    option = names.get(type(layer), "cardinalities")
    return f"Raise {option!r} to the largest number plus one; numbers start from 0."


def _sparse(array: np.ndarray, shape: Dims) -> bool:
    """Return whether classes came as numbers rather than one-hot."""
    return array.ndim < len(shape) or array.shape[-1] == 1


def _as_it_is(array: np.ndarray, shape: Dims, label: str) -> np.ndarray:
    """Return targets for a loss of the user's own; a single column may lack its axis."""
    if array.ndim == len(shape) - 1 and shape[-1] == 1:
        array = array[..., np.newaxis]
    return held_as(array, np.int32 if array.dtype.kind in "iu" else np.float32, label)


def _values(array: np.ndarray, shape: Dims, loss: Loss, label: str, said: set[str]) -> np.ndarray:
    if isinstance(loss, CategoricalCrossentropy) and array.ndim == len(shape) - 1:
        raise ShapeError(
            f"'{label}' has shape {format_shape(array.shape)}; {class_name(loss)} wants "
            f"one-hot targets of shape {format_shape(shape)}.",
            argument=label,
            received=array.shape,
            hint="Class numbers go with 'sparse_categorical_crossentropy', or "
            f"{called('to_categorical')}.",
        )
    array = _fitted(array, shape, label, "the output")
    warn_outside(loss, array, label, said)
    return held_as(array, np.float32, label)


def _weights(graph: Graph, given: object, rows: int) -> list[np.ndarray | None]:
    """Return what was given as weights, an array for each output; one stands for all."""
    names = graph.output_names
    if given is None:
        return [None] * len(names)
    alone = not isinstance(given, (Mapping, list, tuple)) or (
        isinstance(given, (list, tuple)) and np.ndim(given) == 1 and len(given) == rows
    )
    parts = [given] * len(names) if alone else _parts(given, names, "sample_weight", "output")
    weights: list[np.ndarray | None] = []
    for part in parts:
        array = (
            None
            if part is None
            else held_as(_numeric(part, "sample_weight"), np.float32, "sample_weight")
        )
        if array is not None:
            _same_rows([("x", np.empty(rows)), ("sample_weight", array)])
        weights.append(array)
    return weights
