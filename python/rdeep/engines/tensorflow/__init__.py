"""The TensorFlow backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdeep.engines.contract import Backend


def load() -> Backend:
    """Return the backend; loads TensorFlow and Keras at the first call.

    Raises
    ------
    BackendError
        If keras is already in use with another engine.
    DependencyError
        If TensorFlow or Keras cannot be imported.
    """
    from rdeep.engines.tensorflow.engine import import_tensorflow

    import_tensorflow()
    from rdeep.engines.tensorflow.backend import TensorFlowBackend

    return TensorFlowBackend()
