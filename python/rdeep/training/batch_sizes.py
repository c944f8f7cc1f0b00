"""How many samples make a batch: what was asked for, or what the inputs were declared with."""

from __future__ import annotations

from rdeep.catalogue.options import Count, checked
from rdeep.engines import registry as backends
from rdeep.engines.memory import total
from rdeep.errors import ArgumentError, DataError
from rdeep.graph.cost import training_bytes
from rdeep.training.model import GraphModel, TrainedModel

DEFAULT_BATCH_SIZE = 32
AUTO = "auto"
"""The batch size that goes by the data, the network and the memory there is."""
# With "auto", an epoch has at least so many steps, where batches are larger than the default; what
# a step holds takes at most this share of the memory; and no batch is larger than this.
_LEAST_STEPS = 50
_SHARE = 1 / 8
_MOST = 1024
# Where nobody knows how much memory there is.
_UNKNOWN_MEMORY = 4 << 30
_HINT = "Leave samples out, or declare the input without a batch size."


def count(value: object, name: str, minimum: int = 1) -> int:
    """Return an argument that must be a whole number, or refuse it by name.

    Parameters
    ----------
    value : object
        What came.
    name : str
        The argument.
    minimum : int
        The least it may be.
    """
    return int(checked(Count(minimum), value, name))


def count_or_none(value: object, name: str) -> int | None:
    """Return an argument that must be a whole number where it is given.

    Parameters
    ----------
    value : object
        What came; `None` if it was left out.
    name : str
        The argument.
    """
    return None if value is None else count(value, name)


def declared_batch_size(model: GraphModel) -> int | None:
    """Return the batch size that a model's inputs were declared with, if there is one.

    Parameters
    ----------
    model : Model
        The model, which need not be built.
    """
    return model.graph.batch_size if model.is_built else None


def batch_size_for(model: GraphModel, value: object = None, argument: str = "batch_size") -> int:
    """Return a batch size: the one that was declared, the one that was asked for, or 32.

    Parameters
    ----------
    model : Model
        The model.
    value : object
        What was asked for; `None` if nothing was. `"auto"` is 32 here: see `training_batch_size`.
    argument : str
        The argument that it came as.

    Raises
    ------
    ArgumentError
        If it is none, or contradicts what the inputs were declared with.
    """
    asked = None if value == AUTO else count_or_none(value, argument)
    declared = declared_batch_size(model)
    if asked is not None and declared is not None and asked != declared:
        raise ArgumentError(
            f"'{argument}' is {asked}, but the model's input was declared with batches of "
            f"{declared} samples.",
            argument=argument,
            received=asked,
            expected=str(declared),
            hint=f"Leave '{argument}' out, or declare the input without a batch size.",
        )
    return declared or asked or DEFAULT_BATCH_SIZE


def training_batch_size(model: TrainedModel, value: object, rows: int) -> int:
    """Return a batch size for training; `"auto"` goes by the number of samples and by memory.

    It is the largest power of two, from 32 to 1024, of which an epoch has at least 50 batches; and
    of that, whatever the data, only as much as lets a step take an eighth of the memory that the
    process can have, or of the GPU's. Nothing is timed: on a machine it is always the same.

    Parameters
    ----------
    model : Model
        The model, whose network is known.
    value : object
        What was asked for.
    rows : int
        How many samples there are.
    """
    if value != AUTO or declared_batch_size(model) is not None:
        return batch_size_for(model, value)
    size = _power_of_two(min(_MOST, max(DEFAULT_BATCH_SIZE, rows // _LEAST_STEPS)))
    room = int(_SHARE * (_memory(model) or _UNKNOWN_MEMORY))
    return min(size, _power_of_two(max(1, room // max(1, training_bytes(model.graph)))))


def _memory(model: TrainedModel) -> int | None:
    """Return the memory of the device that a model is on, all of it."""
    of_device = getattr(backends.load(model.backend), "memory", None)
    found = None if of_device is None else of_device(model.device)
    return total() if found is None else int(found)


def _power_of_two(number: int) -> int:
    """Return the largest power of two that is not larger."""
    return 1 << (number.bit_length() - 1)


def check_rows(model: GraphModel, rows: int, argument: str = "x", what: str = "") -> None:
    """Refuse data that does not make whole batches of a size that was declared.

    Parameters
    ----------
    model : Model
        The model.
    rows : int
        How many samples there are.
    argument : str
        Where they are.
    what : str, optional
        What to call them, if not by the argument.
    """
    size = declared_batch_size(model)
    if size is not None and rows % size:
        raise DataError(
            f"{what or repr(argument)} has {rows} samples, which are no whole batches: the model's "
            f"input was declared with batches of {size}.",
            argument=argument,
            received=rows,
            expected=f"a multiple of {size}",
            hint=_HINT,
        )


def check_batch(model: GraphModel, rows: int, what: str = "The batch") -> None:
    """Refuse a batch of another size than was declared.

    Parameters
    ----------
    model : Model
        The model.
    rows : int
        How many samples the batch has.
    what : str
        What to call it.
    """
    size = declared_batch_size(model)
    if size is not None and rows != size:
        raise DataError(
            f"{what} has {rows} samples, but the model's input was declared with batches of "
            f"{size}.",
            argument="x",
            received=rows,
            expected=str(size),
            hint=_HINT,
        )
