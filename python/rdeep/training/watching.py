"""Who watches all trainings of a thread, whoever starts them: a search for hyperparameters."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rdeep.training.callbacks import Callback


class _Watchers(threading.local):
    """The callbacks that each training of a thread is given beside its own."""

    def __init__(self) -> None:
        self.callbacks: list[Callback] = []


_watchers = _Watchers()


def watchers() -> list[Callback]:
    """Return the callbacks that a training of this thread is to have beside its own."""
    return list(_watchers.callbacks)


@contextmanager
def watching(callback: Callback) -> Iterator[Callback]:
    """Have a callback follow each training that this thread opens meanwhile.

    Parameters
    ----------
    callback : Callback
        The callback; what it raises ends the training.

    Examples
    --------
    >>> from rdeep.training.callbacks import LambdaCallback
    >>> with watching(LambdaCallback(on_train_end=print)) as callback:
    ...     watchers() == [callback]
    True
    >>> watchers()
    []
    """
    begin_watching(callback)
    try:
        yield callback
    finally:
        end_watching(callback)


def begin_watching(callback: Callback) -> None:
    """Begin what `watching` does, for a host program that ends it by `end_watching`.

    Parameters
    ----------
    callback : Callback
        The callback.
    """
    _watchers.callbacks = [*_watchers.callbacks, callback]


def end_watching(callback: Callback) -> None:
    """End what `begin_watching` began.

    Parameters
    ----------
    callback : Callback
        The callback.
    """
    _watchers.callbacks = [each for each in _watchers.callbacks if each is not callback]
