"""Sparse matrices, fed to a network a few dense rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.errors import DataError


class SparseMatrix:
    """A sparse matrix by rows.

    Parameters
    ----------
    starts : numpy.ndarray
        Where each row begins among the values, and where the last one ends.
    columns, values : numpy.ndarray
        The column and the value of each entry.
    width : int
        The number of columns.

    Examples
    --------
    >>> m = SparseMatrix.from_columns([0, 1, 2], [1, 0], [5.0, 7.0], (2, 2))
    >>> m.dense(slice(0, 2))
    array([[0., 7.],
           [5., 0.]], dtype=float32)
    """

    def __init__(
        self, starts: np.ndarray, columns: np.ndarray, values: np.ndarray, width: int
    ) -> None:
        self.starts, self.columns, self.width = starts, columns, width
        with np.errstate(over="ignore"):
            self.values = values.astype(np.float32)
        if not np.isfinite(self.values).all():
            wrong = int((~np.isfinite(self.values)).sum())
            raise DataError(
                f"'x' has {wrong} missing or infinite value{'s' if wrong > 1 else ''}.",
                argument="x",
                received=wrong,
                hint="Leave such samples out, or fill the values in, before training.",
            )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), self.width

    ndim = 2

    @property
    def nbytes(self) -> int:
        """The size of what is kept, in bytes."""
        return self.starts.nbytes + self.columns.nbytes + self.values.nbytes

    def __getitem__(self, rows: slice) -> SparseMatrix:
        first, last, _ = rows.indices(len(self))
        starts = self.starts[first : last + 1]
        entries = slice(starts[0], starts[-1])
        return SparseMatrix(
            starts - starts[0], self.columns[entries], self.values[entries], self.width
        )

    @classmethod
    def from_columns(
        cls, starts: object, rows: object, values: object, shape: tuple[int, int]
    ) -> Any:
        """Return a matrix given by columns (compressed sparse columns).

        Parameters
        ----------
        starts : array
            Where each column begins among the values, and where the last one ends.
        rows, values : array
            The row and the value of each entry.
        shape : tuple of int
            Rows and columns.
        """
        starts, rows = np.asarray(starts, np.int64), np.asarray(rows, np.int64).reshape(-1)
        columns = np.repeat(np.arange(shape[1]), np.diff(starts))
        order = np.argsort(rows, kind="stable")
        counts = np.bincount(rows, minlength=shape[0])
        by_row = np.concatenate([[0], np.cumsum(counts)])
        return cls(by_row, columns[order], np.asarray(values).reshape(-1)[order], int(shape[1]))

    def dense(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return some rows as an array, float32.

        Parameters
        ----------
        rows : slice or array of int
            Which rows.
        """
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        counts = np.diff(self.starts)[rows]
        out = np.zeros((len(rows), self.width), np.float32)
        ends = np.cumsum(counts)
        # The places of the rows' entries, one after the other.
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
            self.starts[rows] - (ends - counts), counts
        )
        out[np.repeat(np.arange(len(rows)), counts), self.columns[at]] = self.values[at]
        return out


def as_sparse(data: Any) -> SparseMatrix | None:
    """Return data as a sparse matrix, if it is one: ours, or one of SciPy's.

    Parameters
    ----------
    data : object
        What a user passed as `x`.
    """
    if isinstance(data, SparseMatrix):
        return data
    if not type(data).__module__.startswith("scipy.sparse"):
        return None
    by_row = data.tocsr()
    return SparseMatrix(by_row.indptr.astype(np.int64), by_row.indices, by_row.data, data.shape[1])
