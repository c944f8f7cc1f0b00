"""Operations on matrices. All take several at once, in the last two axes."""

from __future__ import annotations

from rdeep.catalogue.operations.base import KEEPDIMS, Operation
from rdeep.catalogue.options import Axes, Choice, Flag, NormOrder, Number, Operand, option

_SQUARE = option(Operand(), doc="A square matrix, or several.")
_MATRIX = option(Operand(), doc="A matrix, or several.")
_RIGHT = option(Operand(), doc="The right-hand side: a vector or a matrix for each matrix.")
_EXAMPLE = "matrix(c(4, 1, 1, 3), 2)"


def _of_square(name: str, summary: str, returns: str = "A tensor.", details: str = "") -> Operation:
    return Operation(
        name,
        summary,
        {"x": _SQUARE},
        details=details,
        returns=returns,
        example=f"op_{name}({_EXAMPLE})",
    )


cholesky = Operation(
    "cholesky",
    "The triangular factor of a positive definite matrix.",
    {"x": _SQUARE, "upper": option(Flag(), False, "Whether the upper one is wanted.")},
    details="`x = L L'`",
    example=f"op_cholesky({_EXAMPLE})",
)
det = _of_square("det", "The determinant.")
logdet = _of_square("logdet", "The logarithm of the determinant of a positive definite matrix.")
slogdet = _of_square(
    "slogdet",
    "The determinant's sign and the logarithm of its absolute value.",
    "A list of two tensors.",
)
eig = _of_square(
    "eig",
    "Eigenvalues and eigenvectors.",
    "A list of the eigenvalues and of the eigenvectors, in columns; both are complex.",
)
eigh = _of_square(
    "eigh",
    "Eigenvalues and eigenvectors of a symmetric matrix.",
    "A list of the eigenvalues, from the smallest, and of the eigenvectors, in columns.",
)
inv = _of_square("inv", "The inverse.")
lu_factor = _of_square(
    "lu_factor",
    "A lower and an upper triangular factor.",
    "A list of both factors in one matrix (the lower one has ones in its diagonal) and of the "
    "place in their product of each row of `x`.",
)
lu_factor.positions = ("return.1",)
lstsq = Operation(
    "lstsq",
    "What solves a system of linear equations best.",
    {
        "a": _MATRIX,
        "b": _RIGHT,
        "rcond": option(
            Number(0.0),
            None,
            "Singular values below this share of the largest count as 0.",
        ),
    },
    details="Of all solutions with the smallest squares the shortest.",
    example="op_lstsq(cbind(1, c(1, 2, 3)), c(1, 2, 4))",
)
norm = Operation(
    "norm",
    "The norm of vectors or of matrices.",
    {
        "x": option(Operand(), doc="A tensor or an array."),
        "ord": option(NormOrder(), None, "Which norm; the root of the sum of squares by default."),
        "axis": option(Axes(), None, "The axis of the vectors, or the two of the matrices."),
        "keepdims": KEEPDIMS,
    },
    example="op_norm(c(3, 4))",
)
qr = Operation(
    "qr",
    "An orthogonal and an upper triangular factor.",
    {
        "x": _MATRIX,
        "mode": option(
            Choice("reduced", "complete"), "reduced", "Whether the orthogonal factor is square."
        ),
    },
    returns="A list of two tensors.",
    example=f"op_qr({_EXAMPLE})",
    r_parts=("q", "r"),
)
solve = Operation(
    "solve",
    "What solves a system of linear equations.",
    {"a": _SQUARE, "b": _RIGHT},
    example=f"op_solve({_EXAMPLE}, c(1, 2))",
)
solve_triangular = Operation(
    "solve_triangular",
    "What solves a system whose matrix is triangular.",
    {
        "a": _SQUARE,
        "b": _RIGHT,
        "lower": option(Flag(), False, "Whether the lower triangle is meant."),
    },
    example=f"op_solve_triangular({_EXAMPLE}, c(1, 2))",
)
svd = Operation(
    "svd",
    "The singular value decomposition.",
    {
        "x": _MATRIX,
        "full_matrices": option(Flag(), True, "Whether the orthogonal factors are square."),
        "compute_uv": option(Flag(), True, "Whether they are wanted."),
    },
    details="`x = U S V'`",
    returns="A list of `U`, the singular values and `V'`, or the singular values alone.",
    example=f"op_svd({_EXAMPLE})",
)
