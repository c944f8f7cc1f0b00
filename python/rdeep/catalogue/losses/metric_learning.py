"""Losses for metric learning: embeddings of one class near, of different classes far."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import Loss
from rdeep.catalogue.options import Flag, Number, Rows, option
from rdeep.errors import ArgumentError, constructor

__all__ = ["Circle"]

# Its exponential is nothing; the gradient of minus infinity would not be a number.
_NEVER = -1e30


class Circle(Loss):
    """Circle loss, for metric learning.

    It pulls embeddings of a class together and those of others apart. For cosine distances `d` of
    normalized embeddings it is `log(1 + p * n)`, with `p`, the sum of
    `exp(gamma * (d + margin) * (d - margin))` over pairs of a class, and `n`, the sum of
    `exp(gamma * (1 + margin - d) * (1 - margin - d))` over the others. Targets are one class index
    for each sample, and samples are compared within their batch; a mean is over the samples whose
    loss is not zero.

    References
    ----------
    Sun, Y. et al. (2020). Circle loss: a unified perspective of pair similarity optimization.
    arXiv:2002.10857.

    Examples
    --------
    >>> round(float(Circle()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 2)
    19.2
    """

    targets = "labels"
    ndim = 2
    ref_labels: Any = option(
        Rows(), None, "The classes of the reference embeddings; those of the batch by default."
    )
    ref_embeddings: Any = option(
        Rows(), None, "Embeddings to compare with, a row each; those of the batch by default."
    )
    remove_diagonal: bool = option(
        Flag(),
        True,
        "Whether to leave out the comparison of a sample with the reference of its own index.",
    )
    gamma: float = option(Number(0.0), 80.0, "The scale of the similarities.")
    margin: float = option(Number(0.0, 1.0), 0.4, "The margin.")

    def validate(self) -> None:
        """Refuse references without classes, and the other way round."""
        if (self.ref_labels is None) != (self.ref_embeddings is None):
            raise ArgumentError(
                f"{constructor(self)}: give both 'ref_labels' and 'ref_embeddings', or neither.",
                argument="ref_embeddings" if self.ref_embeddings is None else "ref_labels",
            )
        if self.ref_labels is not None and len(self.ref_labels) != len(self.ref_embeddings):
            raise ArgumentError(
                f"{constructor(self)}: there are {len(self.ref_labels)} 'ref_labels' for "
                f"{len(self.ref_embeddings)} 'ref_embeddings'.",
                argument="ref_labels",
                received=len(self.ref_labels),
            )

    @property
    def by_sample(self) -> bool:
        """Whether the comparison is with references that stay."""
        return False

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        others, labels = y_pred, y_true
        if self.ref_embeddings is not None:
            others = ops.constant(self.ref_embeddings, y_pred)
            labels = ops.as_index(ops.constant(self.ref_labels, y_pred))
        far = ops.maximum(1.0 - ops.matmul(y_pred, ops.transpose(others)), 0.0)
        alike = y_true[:, None] == labels[None, :]
        positive = alike
        if self.remove_diagonal:
            own = _numbers(y_true, ops)[:, None] == _numbers(labels, ops)[None, :]
            positive = ops.where(own, own != own, alike)
        pulled = -self.gamma * ops.relu(self.margin + far) * (self.margin - far)
        pushed = self.gamma * ops.relu(1.0 + self.margin - far) * (1.0 - self.margin - far)
        never = ops.zeros_like(far) + _NEVER
        near = ops.logsumexp(ops.where(positive, pulled, never), axis=1)
        apart = ops.logsumexp(ops.where(alike, never, pushed), axis=1)
        return ops.softplus(near + apart)

    def counted(self, y_true: Any, values: Any, ops: Any) -> Any:
        """Return a mask of the samples that lose something."""
        return values > 0


def _numbers(x: Any, ops: Any) -> Any:
    """Return 1, 2, 3 and so on for a vector's values, on its device."""
    return ops.cumsum(ops.ones_like(x), axis=0)
