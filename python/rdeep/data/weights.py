"""Sample weights, and class weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.losses import Loss
from rdeep.data.arrays import ArrayFeed, engine_array
from rdeep.data.exact import held_as
from rdeep.data.foreign import on_host
from rdeep.errors import (
    ArgumentError,
    DataError,
    ShapeError,
    class_name,
    format_shape,
    listing,
    show,
    show_rows,
    suggestion,
)
from rdeep.graph.network import Graph


def sample_weights(given: np.ndarray | None, targets: np.ndarray, loss: Loss) -> np.ndarray | None:
    """Return weights in float32, of axes that go on like those of the targets.

    Parameters
    ----------
    given : numpy.ndarray or None
        A weight for each sample, or for each place in it.
    targets : numpy.ndarray
        What the weights are for.
    loss : Loss
        The loss of these.

    Raises
    ------
    ShapeError
        If they are for other places than there are.
    """
    if given is None:
        return None
    if (given < 0).any():
        places = np.argwhere(given < 0)
        raise DataError(
            f"'sample_weight' holds {float(given[tuple(places[0])]):g} in "
            f"{show_rows(np.unique(places[:, 0]), 3)}: weights cannot be negative.",
            argument="sample_weight",
            received=float(given[tuple(places[0])]),
            expected="numbers of at least 0",
        )
    array = engine_array(given, np.float32)
    while array.ndim > 1 and array.ndim >= targets.ndim and array.shape[-1] == 1:
        array = array[..., 0]
    # What a loss of the user's own has values for, it knows itself.
    fits = loss.targets == "free" or (
        array.ndim <= targets.ndim
        and all(size in (1, place) for size, place in zip(array.shape[1:], targets.shape[1:]))
    )
    if not fits:
        raise ShapeError(
            f"'sample_weight' of shape {format_shape(given.shape)} does not go with targets of "
            f"shape {format_shape(targets.shape)}.",
            argument="sample_weight",
            received=given.shape,
            expected=f"{format_shape(targets.shape[:1])}, or a shape that goes on like that of "
            "the targets",
            hint="Give a weight for each sample, or for each value.",
        )
    return array


def by_class(
    feed: ArrayFeed, graph: Graph, losses: Sequence[Loss], class_weight: Mapping[Any, Any]
) -> ArrayFeed:
    """Return a feed whose weights are multiplied by those of the targets' classes.

    Targets in time, or pictures of them, are weighed place by place, each by its own class.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    graph : Graph
        The model's graph.
    losses : sequence of Loss
        The loss of each output.
    class_weight : mapping
        A weight for each class number; one that is not named counts once. For several outputs
        such a mapping for each by the output's name, or one that stands for all.

    Raises
    ------
    ArgumentError
        If the targets of an output have no classes.
    """
    weights = [
        weight if table is None else _times(weight, _weights_of(target, loss, table))
        for weight, target, loss, table in zip(
            feed.weights, feed.targets, losses, _tables(graph, class_weight)
        )
    ]
    return ArrayFeed(feed.inputs, feed.targets, weights)


def class_weights(targets: Any, weights: Any, class_weight: Mapping[Any, Any]) -> np.ndarray:
    """Return weights by the classes of any targets, for steps that know of no loss.

    Parameters
    ----------
    targets : array
        Class numbers, or one-hot rows.
    weights : array or None
        Weights to multiply with.
    class_weight : mapping
        A weight for each class number; one that is not named counts once.

    Raises
    ------
    ArgumentError
        If there are no targets, or several.

    Examples
    --------
    >>> class_weights([0, 1, 1], None, {1: 3.0})
    array([1., 3., 3.], dtype=float32)
    """
    if targets is None or isinstance(targets, (Mapping, tuple)):
        raise ArgumentError(
            "'class_weight' needs targets, and those of one output.",
            argument="class_weight",
            hint="Give 'sample_weight' instead.",
        )
    array = on_host(targets, "y")
    if array.ndim > 1 and array.shape[-1] == 1:
        array = array[..., 0]
    elif array.ndim > 1 and not _whole(array):
        array = array.argmax(-1)
    elif array.ndim > 1:
        rows = array.reshape(-1, array.shape[-1])
        one_hot = bool(((rows == 0) | (rows == 1)).all() and (rows.sum(-1) == 1).all())
        array = array.argmax(-1) if one_hot else array
    table = dict(_entry(name, weight) for name, weight in class_weight.items())
    present, places = np.unique(array, return_inverse=True)
    each = held_as(np.array([table.get(int(c), 1.0) for c in present]), np.float32, "class_weight")
    given = None if weights is None else on_host(weights, "sample_weight")
    return _times(given, each[places.reshape(array.shape)]).astype(np.float32)


def refuse_weightless(feed: ArrayFeed, argument: str) -> None:
    """Refuse to train where all weights are zero, which nothing can be learned by.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    argument : str
        What the weights came by.

    Raises
    ------
    DataError
        If no output has a weight above zero.
    """
    none = all(weight is not None and not weight.any() for weight in feed.weights)
    if feed.weights and none:
        raise DataError(
            f"All weights are 0 by '{argument}': there is nothing to learn from.",
            argument=argument,
            received=0.0,
            expected="a weight above 0",
        )


def _tables(graph: Graph, given: object) -> list[Mapping[Any, float] | None]:
    """Return the class weights of each output; `None` where none are given for it."""
    names = graph.output_names
    if not isinstance(given, Mapping):
        raise ArgumentError(
            f"'class_weight' must be a dict of weights by class number, not {show(given)}.",
            argument="class_weight",
            received=given,
        )
    if not any(isinstance(value, Mapping) for value in given.values()):
        return [given for _ in names]
    for name in given:
        if name not in names:
            raise ArgumentError(
                f"'class_weight' names {name!r}, but the model's outputs are "
                f"{listing(names, 'and')}.",
                argument="class_weight",
                received=name,
                hint=suggestion(str(name), names),
            )
    return [given.get(name) for name in names]


def _weights_of(target: np.ndarray, loss: Loss, class_weight: Mapping[Any, float]) -> np.ndarray:
    table = dict(_entry(name, weight) for name, weight in class_weight.items())
    classes = _classes(target, loss)
    present, places = np.unique(classes, return_inverse=True)
    # As in Keras, a class that is not named counts once.
    each = np.array([table.get(int(number), 1.0) for number in present])
    each = held_as(each, np.float32, "class_weight")
    return each[places.reshape(classes.shape)]


def _entry(name: Any, weight: Any) -> tuple[int, float]:
    try:
        number, value = float(name), float(weight)
    except (TypeError, ValueError):
        number = value = float("nan")
    if not number.is_integer() or not np.isfinite(value) or value < 0:
        raise ArgumentError(
            f"'class_weight' must give a number of at least 0 for each class number, not "
            f"{show(weight)} for {show(name)}.",
            argument="class_weight",
            received=name,
            expected=f"such as {show({0: 1.0, 1: 2.5})}",
        )
    return int(number), value


def _classes(target: np.ndarray, loss: Loss) -> np.ndarray:
    """Return the class of each sample, or of each place in it."""
    if loss.targets in ("indices", "labels") or (loss.targets == "classes" and _whole(target)):
        return target
    if loss.targets != "sequences":
        if target.ndim > 1 and target.shape[-1] == 1:
            target = target[..., 0]
        elif target.ndim > 1 and not (loss.targets == "free" and _whole(target)):
            return _largest(target, loss)
        numbers = np.rint(target)
        inside = target.size == 0 or (target.min() >= 0 and target.max() <= 1)
        # What is nearly yes or no counts as such.
        if inside or (numbers == target).all():
            return numbers.astype(np.int64)
    raise ArgumentError(
        f"'class_weight' goes with classes; the targets of {class_name(loss)} are none here.",
        argument="class_weight",
        hint="'sample_weight' weighs whatever targets there are.",
    )


def _whole(target: np.ndarray) -> bool:
    return target.dtype.kind in "iu"


def _largest(target: np.ndarray, loss: Loss) -> np.ndarray:
    """Return the classes of one-hot targets."""
    axis = getattr(loss, "axis", -1) if loss.across else -1
    one = np.allclose(target.sum(axis), 1.0, atol=1e-3) and target.min() >= 0
    if not one:
        raise ArgumentError(
            f"'class_weight' needs one class for each sample, or each place in it: targets of "
            f"shape {format_shape(target.shape)} are not one-hot.",
            argument="class_weight",
            received=target.shape,
            hint="'sample_weight' takes a weight for each value.",
        )
    return target.argmax(axis)


def _times(given: np.ndarray | None, by_class: np.ndarray) -> np.ndarray:
    """Return products of weights; those with fewer axes hold for all that follows."""
    if given is None:
        return by_class
    rank = max(given.ndim, by_class.ndim)
    a, b = (w.reshape(*w.shape, *[1] * (rank - w.ndim)) for w in (given, by_class))
    return a * b
