"""Class numbers as rows of zeros and ones, sequences of one length, rows of one norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.options import Axis, Choice, Count, checked
from rdeep.data.foreign import on_host
from rdeep.errors import ArgumentError, show


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Return class numbers as rows of zeros with a one.

    Parameters
    ----------
    x : array of int
        Class numbers from 0.
    num_classes : int, optional
        How many classes there are; by default as many as the largest number says.

    Returns
    -------
    numpy.ndarray
        float32, with a further axis.

    Examples
    --------
    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    values = on_host(x, "x")
    codes = values.astype(np.int64) if values.dtype.kind in "biuf" else None
    if codes is None or (values != codes).any() or (codes < 0).any():
        raise ArgumentError(
            f"'x' must hold class numbers from 0, not {show(x)}.",
            argument="x",
            received=x,
            expected="whole numbers from 0",
        )
    if codes.ndim > 1 and codes.shape[-1] == 1:
        codes = codes[..., 0]
    top = int(codes.max(initial=-1)) + 1
    count = top if num_classes is None else checked(Count(1), num_classes, "num_classes")
    if top > count:
        raise ArgumentError(
            f"'x' has the class number {top - 1}, and there are {count} classes.",
            argument="num_classes",
            received=num_classes,
            expected=f"at least {top}",
            hint="Class numbers count from 0.",
        )
    return np.eye(count, dtype=np.float32)[codes]


def normalize(x: Any, axis: int = -1, order: int = 2) -> np.ndarray:
    """Return numbers over their norm along an axis; what has the norm 0 stays.

    Parameters
    ----------
    x : array
        The numbers.
    axis : int
        The axis.
    order : int
        The order of the norm.

    Examples
    --------
    >>> normalize([[3.0, 4.0]])
    array([[0.6, 0.8]])
    """
    values = np.atleast_1d(on_host(x, "x"))
    along = checked(Axis(), axis, "axis")
    norms = np.atleast_1d(np.linalg.norm(values, order, along))
    norms[norms == 0] = 1
    return values / np.expand_dims(norms, along)


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Return sequences as the rows of one array, cut or filled to one length.

    Parameters
    ----------
    sequences : list of sequences
        The sequences; their steps may be arrays of one shape.
    maxlen : int, optional
        The length; by default that of the longest.
    dtype : str
        The type of the result.
    padding, truncating : {"pre", "post"}
        Where to fill and where to cut.
    value : float or str
        What to fill with.

    Examples
    --------
    >>> pad_sequences([[1], [2, 3]])
    array([[0, 1],
           [2, 3]], dtype=int32)
    """
    where = checked(Choice("pre", "post"), padding, "padding")
    cut = checked(Choice("pre", "post"), truncating, "truncating")
    wrong = [each for each in _listed(sequences) if not hasattr(each, "__len__")]
    if wrong:
        raise ArgumentError(
            f"'sequences' must be a list of sequences, but holds {show(wrong[0])}.",
            argument="sequences",
            received=sequences,
        )
    lengths = [len(each) for each in sequences]
    length = max(lengths, default=0) if maxlen is None else checked(Count(0), maxlen, "maxlen")
    steps = next((np.shape(each)[1:] for each in sequences if len(each)), ())
    texts = np.issubdtype(np.dtype(dtype), np.str_) or np.dtype(dtype) == object
    if isinstance(value, str) and not texts:
        raise ArgumentError(
            f"'value' is {show(value)}, and 'dtype' is {show(dtype)}.",
            argument="dtype",
            hint="Strings are kept with the type `object`.",
        )
    found = np.full((len(lengths), length, *steps), value, dtype=dtype)
    for row, each in zip(found, sequences):
        kept = np.asarray(each[-length:] if cut == "pre" else each[:length])[: length or 0]
        if not len(kept):
            continue
        if kept.shape[1:] != steps:
            raise ArgumentError(
                f"The steps of 'sequences' have the shapes {show(steps)} and "
                f"{show(kept.shape[1:])}.",
                argument="sequences",
                received=sequences,
            )
        if where == "pre":
            row[length - len(kept) :] = kept
        else:
            row[: len(kept)] = kept
    return found


def _listed(sequences: Any) -> list[Any]:
    if not hasattr(sequences, "__len__"):
        raise ArgumentError(
            f"'sequences' must be a list of sequences, not {show(sequences)}.",
            argument="sequences",
            received=sequences,
        )
    return list(sequences)
