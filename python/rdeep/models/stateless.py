"""Models and layers as functions of their weights: methods of `Model`, written as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.dispatch import calls
from rdeep.errors import ArgumentError
from rdeep.graph.holder import value_of
from rdeep.models.interface import CalledModel
from rdeep.models.tensors import keeper
from rdeep.seeds import stream


def stateless_call(
    model: CalledModel,
    /,
    trainable_variables: Sequence[Any],
    non_trainable_variables: Sequence[Any],
    inputs: Any,
    training: bool = False,
    return_losses: bool = False,
) -> Any:
    """Return the outputs for data with other weights, and what training would make of these.

    The model's own weights stay as they are. Gradients flow to the values that are given.

    Parameters
    ----------
    trainable_variables, non_trainable_variables : list of tensor
        Values for `trainable_variables` and `non_trainable_variables` of the model, in their order.
    inputs : array or tensor, or several of them
        The data.
    training : bool
        Whether layers act as they do in training.
    return_losses : bool
        Whether what layers and penalties add to the loss is the third part.

    Returns
    -------
    tuple
        The outputs, the values of the weights that are not trained, and perhaps the losses.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1)], input_shape=(2,))
    >>> doubled = [2 * v.value for v in model.trainable_variables]
    >>> model.stateless_call(doubled, [], np.ones((3, 2)))[0].shape
    torch.Size([3, 1])
    """
    given: dict[str, Any] = {}
    names: list[list[str]] = []
    pairs = (
        ("trainable_variables", True, trainable_variables),
        ("non_trainable_variables", False, non_trainable_variables),
    )
    for argument, trainable, values in pairs:
        known = [each.path for each in calls().variables.model_variables(model, trainable)]
        if len(known) != len(values):
            raise ArgumentError(
                f"{argument!r} must have {len(known)} values, not {len(values)}.",
                argument=argument,
                received=len(values),
                expected=str(len(known)),
            )
        given.update(zip(known, map(value_of, values)))
        names.append(known)
    entering = model.inputs_of(value_of(inputs), keeper(model.backend))
    seed = stream.next() if training else 0
    outputs, losses, after = model.network.call_with(given, entering, bool(training), seed)
    found = model.graph.nested_outputs(outputs), [after[name] for name in names[1]]
    return (*found, losses) if return_losses else found
