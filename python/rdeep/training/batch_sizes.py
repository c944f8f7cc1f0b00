"""How many samples make a batch: what was asked for, or what the inputs were declared with."""

from __future__ import annotations

from rdeep.catalogue.options import Count, checked
from rdeep.errors import ArgumentError, DataError
from rdeep.training.model import GraphModel

DEFAULT_BATCH_SIZE = 32
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
        What was asked for; `None` if nothing was.
    argument : str
        The argument that it came as.

    Raises
    ------
    ArgumentError
        If it is none, or contradicts what the inputs were declared with.
    """
    asked, declared = count_or_none(value, argument), declared_batch_size(model)
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
