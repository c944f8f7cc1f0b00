"""What every loss has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.options import Choice, Text, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError

# Keras's bound on probabilities before a logarithm.
EPSILON = 1e-7


class Loss(Record, kind="loss"):
    """A measure of how far predictions are from the truth, to be minimised."""

    targets: ClassVar[str] = "values"
    """What the truth looks like: `"values"` shaped as the predictions, or class `"indices"`."""
    folds: ClassVar[str | None] = None
    """The activation that this loss can take over from the model's last layer."""

    reduction: str = option(
        Choice("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none"),
        "sum_over_batch_size",
        "How the samples' losses become one number; `mean_with_sample_weight` divides by the sum "
        "of the weights rather than the number of samples.",
        keyword_only=True,
    )
    name: str | None = option(Text(), None, "A name for logs.", keyword_only=True)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample: the predictions' shape without its last axis."""
        raise NotImplementedError

    def counted(self, y_true: Any, ops: Any) -> Any:
        """Return a mask of the samples that count; `None` if all do."""
        return None

    def weigh(self, y_true: Any, values: Any, weights: Any, mask: Any, ops: Any) -> Any:
        """Return the weights to reduce by: those of the samples, and of the masks.

        A mask is scaled so that the mean is over what it leaves.

        Parameters
        ----------
        y_true, values : tensor
            The targets and the samples' losses.
        weights, mask : tensor or None
            A weight for each sample, and the output's mask of time steps.
        ops : module
            The engine's array functions.
        """
        if weights is not None:
            weights = ops.spread(weights, values)
        for shown in (mask, self.counted(y_true, ops)):
            if shown is not None:
                share = ops.as_float(shown)
                share = share * (ops.count(share) / (ops.sum(share) + EPSILON))
                weights = share if weights is None else weights * share
        return weights

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
            f"{type(loss).__name__}(reduction='none') cannot be trained with: it is not a number.",
            argument="reduction",
            received="none",
            hint="Leave `reduction` out.",
        )
