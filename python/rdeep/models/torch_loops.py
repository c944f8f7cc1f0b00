"""What loops of torch's own ask of a model: its parameters, and their gradients forgotten."""

from __future__ import annotations

from typing import Any

from rdeep.errors import BackendError


def zero_grad(model: Any, /) -> None:
    """Forget the gradients that torch's `backward()` has left at the weights."""
    for variable in model.trainable_weights:
        variable.value.grad = None


def named_parameters(model: Any, /) -> list[tuple[str, Any]]:
    """Return torch's parameters of the network by their names there.

    They are the network's own: an optimizer of torch's that changes them changes the model.
    """
    if model.backend != "torch":
        raise BackendError(
            f"Parameters are torch's, and the model runs on {model.backend}.",
            hint="Take 'trainable_weights'.",
        )
    return list(model.native.named_parameters())


def parameters(model: Any, /) -> list[Any]:
    """Return torch's parameters of the network, for an optimizer of torch's own."""
    return [value for _, value in named_parameters(model)]
