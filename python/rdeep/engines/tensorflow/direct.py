"""Calling a compiled function without the looking-over that TensorFlow does at each call."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

Tensor = Any


class Direct:
    """A compiled function of one signature, called with tensors that are known to fit it.

    `tf.function` compares what it is given with its signature, which takes as long as a dozen steps
    of a small network. What is called here instead is private to TensorFlow: where it is missing,
    the function is called as usual.

    Parameters
    ----------
    function : tf.function
        A function with an `input_signature`. It is traced here.
    """

    def __init__(self, function: Any) -> None:
        self.function = function
        concrete = function.get_concrete_function()
        self._call = getattr(concrete, "_call_flat", None)
        self._captured = concrete.captured_inputs

    def __call__(self, *arguments: Any) -> Any:
        """Return what the function returns.

        Parameters
        ----------
        *arguments : Tensor or list of Tensor
            The function's arguments, tensors of the types and shapes of its signature.
        """
        if self._call is None:
            return self.function(*arguments)
        return self._call(tf.nest.flatten(arguments), self._captured)
