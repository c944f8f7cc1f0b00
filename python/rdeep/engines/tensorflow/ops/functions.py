"""TensorFlow's own functions, called with tensors that have no values yet."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from tensorflow.python.util import dispatch

__all__ = ["outside_programs", "watch_functions"]

_DISPATCHER = "op_dispatch_handler"
"""The function of TensorFlow that calls each of its functions, and asks when one refuses."""


class _Watch(dispatch.GlobalOpDispatcher):
    def __init__(self, is_ours: Callable[[Any], bool], call: Callable[..., Any]) -> None:
        self.is_ours, self.call = is_ours, call

    def handle(self, op: Any, args: Any, kwargs: Any) -> Any:
        if not self.has_ours((args, kwargs)) or self.is_within():
            return self.NOT_SUPPORTED
        return self.call("tensorflow", op, args, kwargs or {})

    def has_ours(self, value: Any) -> bool:
        return any(self.is_ours(each) for each in tf.nest.flatten(value))

    def is_within(self) -> bool:
        """Return whether another function of TensorFlow was called first: it is that one's turn."""
        frame, seen = sys._getframe(1), 0
        while frame is not None:
            if frame.f_code.co_name == _DISPATCHER:
                given = (frame.f_locals.get("args"), frame.f_locals.get("kwargs"))
                seen += self.has_ours(given)
            frame = frame.f_back  # type: ignore[assignment]
        return seen > 1


outside_programs = tf.init_scope
"""Within it TensorFlow computes at once: what users' functions make there, constants have."""


def watch_functions(is_ours: Callable[[Any], bool], call: Callable[..., Any]) -> None:
    """Have TensorFlow's functions, given such tensors, call a function instead.

    Parameters
    ----------
    is_ours : callable
        Says whether something is such a tensor.
    call : callable
        Takes the engine's name, TensorFlow's function and its arguments.
    """
    _Watch(is_ours, call).register()
