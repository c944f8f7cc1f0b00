"""What every loss has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue import dispatch
from rdeep.catalogue.losses.domains import Domain
from rdeep.catalogue.options import Choice, Reduction, Text, option
from rdeep.catalogue.record import Record
from rdeep.catalogue.weighing import aligned, spans_batch
from rdeep.errors import ArgumentError, ShapeError, class_name, constructor

# Keras's bound on probabilities before a logarithm.
EPSILON = 1e-7


FLOATS = Choice("float16", "bfloat16", "float32", "float64")
"""The types that losses and metrics can be computed in."""


class Loss(Record, kind="loss", abstract=True):
    """A measure of how far predictions are from the truth, to be minimised."""

    targets: ClassVar[str] = "values"
    """What the truth looks like.

    `"values"` are shaped as the predictions, `"indices"` are class numbers that the last axis has
    places for, `"classes"` either of the two; `"labels"` are any whole numbers, one for a sample,
    and `"sequences"` rows of them.
    """
    folds: ClassVar[str | None] = None
    """The activation that this loss can take over from the model's last layer."""
    ndim: ClassVar[int | None] = None
    """The rank of the predictions, batch included, where only one will do."""
    by_element: ClassVar[bool] = False
    """Whether a sample's loss is the mean of what each of its numbers loses."""
    domain: ClassVar[Domain | None] = None
    """Which numbers the truth may be, where not all have a meaning."""
    across: ClassVar[bool] = False
    """Whether the last axis belongs together, such as classes do: a vector is then one sample."""

    reduction: str = option(
        Reduction(),
        "sum_over_batch_size",
        'The reduction of the samples\' losses to one number; `"mean_with_sample_weight"` '
        "divides by the sum of the weights rather than the number of samples.",
        keyword_only=True,
    )
    name: str | None = option(Text(), None, "A name for logs.", keyword_only=True)
    computes_in: str | None = option(
        FLOATS,
        None,
        "The data type to compute in; that of the predictions by default.",
        keyword_only=True,
        given_as="dtype",
    )

    @property
    def dtype(self) -> str:
        """The type that it counts as computing in, as Keras's losses say it."""
        return self.computes_in or "float32"

    @property
    def by_sample(self) -> bool:
        """Whether a sample's loss depends on that sample alone."""
        return not spans_batch(getattr(self, "axis", -1))

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the loss by its `reduction`: a tensor, of arrays one of the default backend.

        Parameters
        ----------
        y_true, y_pred : array or tensor
            The truth and the predictions.
        sample_weight : array or tensor, optional
            A weight for each sample, or for each value.

        Examples
        --------
        >>> from rdeep.losses import MeanSquaredError
        >>> MeanSquaredError()([[1.0], [2.0]], [[1.0], [4.0]])
        tensor(2.)
        """
        return dispatch.calls().call_loss(self, y_true, y_pred, sample_weight)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample: the predictions' shape without its last axis."""
        raise NotImplementedError

    def typed(self, y_true: Any, y_pred: Any, ops: Any) -> tuple[Any, Any]:
        """Return targets and predictions in the type to compute in."""
        if self.computes_in is None:
            return y_true, y_pred
        numbers = self.targets in ("values", "columns")
        return ops.cast(y_true, self.dtype) if numbers else y_true, ops.cast(y_pred, self.dtype)

    def counted(self, y_true: Any, values: Any, ops: Any) -> Any:
        """Return a mask of the samples that count; `None` if all do."""
        return None

    def weigh(self, y_true: Any, values: Any, weights: Any, mask: Any, ops: Any) -> Any:
        """Return the weights to reduce by: those of the samples, and of the masks.

        Where the reduction is a mean, a mask is scaled so that it is one over what is left.

        Parameters
        ----------
        y_true, values : tensor
            The targets and the samples' losses.
        weights, mask : tensor or None
            A weight for each sample, and the output's mask of time steps.
        ops : module
            The engine's array functions.
        """
        rank = len(values.shape)
        if mask is not None and 0 < rank < len(mask.shape):
            raise ShapeError(
                f"{class_name(self)} has one value for all time steps, so that it cannot leave "
                "masked ones out.",
                hint="Make the model without masks.",
            )
        if weights is not None:
            weights = aligned(weights, values, ops, type(self).__name__)
        shares = [m for m in (mask, self.counted(y_true, values, ops)) if m is not None]
        if shares:
            share = self._shares(shares, values, ops)
            weights = share if weights is None else weights * share
        as_they_are = weights is None or self.computes_in is None
        return weights if as_they_are else ops.cast(weights, self.dtype)

    def _shares(self, masks: list[Any], values: Any, ops: Any) -> Any:
        share = ops.as_float(masks[0])
        for mask in masks[1:]:
            share = share * ops.as_float(mask)
        if self.reduction in ("sum_over_batch_size", "mean"):
            share = share * (ops.count(share) / (ops.sum(share) + EPSILON))
        return ops.spread(share, values) if len(values.shape) > len(share.shape) else share

    def on_scores(self) -> Loss:
        """Return this loss for predictions before the activation that it folds."""
        return self.replace(from_logits=True)

    def reduce(self, values: Any, weights: Any, ops: Any) -> Any:
        """Return the samples' losses as one number.

        Parameters
        ----------
        values : tensor
            What `values` returned.
        weights : tensor or None
            Of the shape of `values`.
        ops : module
            The engine's array functions.
        """
        weighted = values if weights is None else values * weights
        if self.reduction == "none":
            return weighted
        if self.reduction == "sum":
            return ops.sum(weighted)
        if self.reduction == "mean_with_sample_weight" and weights is not None:
            return ops.sum(weighted) / (ops.sum(weights) + EPSILON)
        return ops.mean(weighted)


def check_trainable(loss: Loss) -> None:
    """Refuse a loss that does not come to one number.

    Parameters
    ----------
    loss : Loss
        The loss to train with.

    Raises
    ------
    ArgumentError
        If its reduction is `"none"`.
    """
    if loss.reduction == "none":
        raise ArgumentError(
            f"{constructor(loss, reduction='none')} cannot be trained with: it is not a number.",
            argument="reduction",
            received="none",
            hint="Leave `reduction` out.",
        )


class NoLoss(Loss):
    """Stands for the loss of an output that has none: nothing is wanted of its targets."""

    internal = True
    targets = "free"
