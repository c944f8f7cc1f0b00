"""Operations on matrices. All take several at once, in the last two axes."""

from __future__ import annotations

from rdeep.catalogue.operations.base import KEEPDIMS, Operation
from rdeep.catalogue.options import Axes, Choice, Flag, NormOrder, Number, Operand, option

_SQUARE = option(Operand(), doc="A square matrix, or several.")
_MATRIX = option(Operand(), doc="A matrix, or several.")
_RIGHT = option(Operand(), doc="The right-hand side: a vector or a matrix for each matrix.")


def _of_square(
    name: str, summary: str, example: str, returns: str = "A tensor.", details: str = ""
) -> Operation:
    options = {"x": _SQUARE}
    return Operation(name, summary, options, details=details, returns=returns, example=example)


cholesky = Operation(
    "cholesky",
    "Cholesky decomposition.",
    {"x": _SQUARE, "upper": option(Flag(), False, "Whether to return the upper factor.")},
    details="`x = L L'`",
    example="[[4, 2], [2, 2]] -> tensor([[2., 0.],\n        [1., 1.]])",
)
det = _of_square("det", "Determinant of matrices.", "[[4, 1], [1, 3]] -> tensor(11.)")
logdet = _of_square(
    "logdet", "Logarithm of the determinant of matrices.", "[[4, 1], [1, 3]] -> tensor(2.3979)"
)
slogdet = _of_square(
    "slogdet",
    "Sign and logarithm of the absolute determinant of matrices.",
    "[[0, 1], [1, 0]] -> (tensor(-1.), tensor(0.))",
    "A list of two tensors.",
)
eig = _of_square(
    "eig",
    "Eigenvalues and eigenvectors of square matrices.",
    "values, vectors = ops.eig([[4, 0], [0, 3]])\nvalues -> tensor([4.+0.j, 3.+0.j])",
    "A list of the eigenvalues and of the eigenvectors, in columns; both are complex.",
)
eigh = _of_square(
    "eigh",
    "Eigenvalues and eigenvectors of symmetric matrices.",
    "values, vectors = ops.eigh([[4, 1], [1, 3]])\nvalues -> tensor([2.3820, 4.6180])",
    "A list of the eigenvalues, in ascending order, and of the eigenvectors, in columns.",
)
inv = _of_square(
    "inv",
    "Inverse of matrices.",
    "[[4, 2], [2, 2]] -> tensor([[ 0.5000, -0.5000],\n        [-0.5000,  1.0000]])",
)
lu_factor = _of_square(
    "lu_factor",
    "LU decomposition with pivots.",
    (
        "lu, pivots = ops.lu_factor([[1, 1], [2, 3]])\n"
        "lu -> tensor([[ 2.0000,  3.0000],\n"
        "        [ 0.5000, -0.5000]])"
    ),
    "A list of both factors in one matrix (the lower one has ones in its diagonal) and of the "
    "place in their product of each row of `x`.",
)
lstsq = Operation(
    "lstsq",
    "Least-squares solution of a linear system.",
    {
        "a": _MATRIX,
        "b": _RIGHT,
        "rcond": option(
            Number(0.0),
            None,
            "Singular values below this fraction of the largest are treated as 0.",
        ),
    },
    details="The solution of smallest norm if there are several.",
    example="[[1, 0], [0, 2], [0, 0]], [1, 4, 0] -> tensor([1., 2.])",
)
norm = Operation(
    "norm",
    "Norm of vectors or matrices.",
    {
        "x": option(Operand(), doc="A tensor or an array."),
        "ord": option(
            NormOrder(), None, "The order of the norm; the Euclidean (Frobenius) norm by default."
        ),
        "axis": option(Axes(), None, "The axis of the vectors, or the two of the matrices."),
        "keepdims": KEEPDIMS,
    },
    example="[3, 4] -> tensor(5.)",
)
qr = Operation(
    "qr",
    "QR decomposition.",
    {
        "x": _MATRIX,
        "mode": option(
            Choice("reduced", "complete"),
            "reduced",
            'Whether the orthogonal factor is square (`"complete"`).',
        ),
    },
    returns="A list of two tensors.",
    example=(
        "q, r = ops.qr([[2, 1], [0, 3]])\n"
        "q.shape, r.shape -> (torch.Size([2, 2]), torch.Size([2, 2]))"
    ),
)
solve = Operation(
    "solve",
    "Solve a system of linear equations.",
    {"a": _SQUARE, "b": _RIGHT},
    example="[[4, 2], [2, 2]], [2, 0] -> tensor([ 1., -1.])",
)
solve_triangular = Operation(
    "solve_triangular",
    "Solve a triangular system of linear equations.",
    {
        "a": _SQUARE,
        "b": _RIGHT,
        "lower": option(Flag(), False, "Whether to use the lower triangle."),
    },
    example="[[2, 0], [1, 4]], [2, 5], lower=True -> tensor([1., 1.])",
)
svd = Operation(
    "svd",
    "Singular value decomposition (SVD).",
    {
        "x": _MATRIX,
        "full_matrices": option(Flag(), True, "Whether the orthogonal factors are square."),
        "compute_uv": option(Flag(), True, "Whether to compute the orthogonal factors."),
    },
    details="`x = U S V'`",
    returns="A list of `U`, the singular values and `V'`, or the singular values alone.",
    example="[[3, 0], [0, 4]], compute_uv=False -> tensor([4., 3.])",
)
cholesky_inverse = Operation(
    "cholesky_inverse",
    "Inverse of a matrix from its Cholesky factor.",
    {
        "x": option(Operand(), doc="The triangular factor, or several."),
        "upper": option(Flag(), False, "Whether it is the upper factor."),
    },
    details="`(L L')^-1`, or `(U' U)^-1` of the upper factor.",
    example="[[2, 0], [1, 1]] -> tensor([[ 0.5000, -0.5000],\n        [-0.5000,  1.0000]])",
)
matrix_rank = Operation(
    "matrix_rank",
    "Rank of matrices.",
    {
        "x": _MATRIX,
        "tol": option(
            Number(0.0),
            None,
            "Singular values up to it count as 0; by default the largest one times the larger "
            "size times the type's precision.",
        ),
    },
    returns="A tensor of integers.",
    example="[[1, 2], [2, 4]] -> tensor(1, dtype=torch.int32)",
)
pinv = Operation(
    "pinv",
    "Pseudoinverse of matrices (Moore-Penrose).",
    {
        "x": _MATRIX,
        "rcond": option(
            Number(0.0),
            None,
            "Singular values up to it times the largest one count as 0; by default 10 times the "
            "larger size times the type's precision.",
        ),
    },
    example="[[2, 0], [0, 4], [0, 0]] -> tensor([[0.5000, 0.0000, 0.0000],\n"
    "        [0.0000, 0.2500, 0.0000]])",
)
cdist = Operation(
    "cdist",
    "Euclidean distances between all pairs of vectors.",
    {
        "x": option(Operand(), doc="Vectors of shape `(..., m, d)`."),
        "y": option(Operand(), doc="Vectors of shape `(..., n, d)`."),
    },
    details="The result has shape `(..., m, n)`. The gradient of a distance of 0 is 0.",
    example="[[0, 0], [1, 1]], [[3, 4]] -> tensor([[5.0000],\n        [3.6056]])",
)
