"""A layer that is a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.graph.custom import CustomLayer


class Lambda(CustomLayer):
    """A layer that is a function of symbolic tensors, written with `rdeep.ops` and operators.

    Parameters
    ----------
    function : function
        Takes a symbolic tensor, or a list of them, and returns one.
    output_shape, mask : object, optional
        Not needed: the shape is found by applying the function.
    arguments : dict, optional
        More arguments for the function, by name.
    name, trainable
        As for any layer.

    Examples
    --------
    >>> from rdeep import Input
    >>> from rdeep.layers import Lambda
    >>> Lambda(lambda x: x[:, :2] + 1)(Input((4,))).shape
    (None, 2)
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: object = None,
        mask: object = None,
        arguments: dict[str, Any] | None = None,
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(name=name, trainable=trainable)
        self.function, self.arguments = function, dict(arguments or {})

    def call(self, inputs: Any) -> Any:
        """Return the function's result."""
        return self.function(inputs, **self.arguments)
