"""What is said of matrices that cannot be computed with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.errors import ArgumentError, ShapeError, format_shape, operation_call


def check_matrix(shape: Sequence[Any], where: str, square: bool) -> None:
    """Refuse what is no matrix, or not a square one.

    Parameters
    ----------
    shape : sequence of int
        The shape that came.
    where : str
        The operation.
    square : bool
        Whether the matrix must be square.
    """
    if len(shape) < 2 or (square and shape[-1] != shape[-2]):
        kind = "a square matrix" if square else "a matrix"
        raise ShapeError(
            f"{operation_call(where)} needs {kind}, or several, not a tensor of shape "
            f"{format_shape(shape)}.",
            received=tuple(shape),
        )


def check_system(a: Sequence[Any], b: Sequence[Any], where: str) -> None:
    """Refuse a right-hand side that does not fit a matrix.

    Parameters
    ----------
    a, b : sequence of int
        The shapes of the matrix and of the right-hand side.
    where : str
        The operation.
    """
    vector = len(b) == len(a) - 1
    if not b or len(b) < len(a) - 1 or b[-1 if vector else -2] != a[-2]:
        raise ShapeError(
            f"{operation_call(where)}: 'b' of shape {format_shape(b)} does not fit a matrix 'a' "
            f"of shape {format_shape(a)}.",
            argument="b",
            received=tuple(b),
        )


def not_definite() -> ArgumentError:
    """Return the error of a matrix without a Cholesky factor."""
    return ArgumentError(
        f"{operation_call('cholesky')}: 'x' must be positive definite.", argument="x"
    )


def singular(where: str) -> ArgumentError:
    """Return the error of a matrix without an inverse.

    Parameters
    ----------
    where : str
        The operation.
    """
    return ArgumentError(f"{operation_call(where)}: the matrix is singular: it has no inverse.")


def check_vectors(x: Sequence[Any], y: Sequence[Any], where: str) -> None:
    """Refuse vectors that have no distance from each other.

    Parameters
    ----------
    x, y : sequence of int
        The shapes that came: vectors in the last axis, several before.
    where : str
        The operation.
    """
    if len(x) < 2 or len(y) < 2 or x[-1] != y[-1]:
        raise ShapeError(
            f"{operation_call(where)} needs vectors of one length, in the last axes of tensors of "
            f"two or more dimensions, not shapes {format_shape(x)} and {format_shape(y)}.",
            received=[tuple(x), tuple(y)],
        )
