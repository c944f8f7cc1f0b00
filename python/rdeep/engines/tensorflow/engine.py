"""Importing TensorFlow and Keras: on the right backend, and without their start-up noise."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rdeep.errors import BackendError, DependencyError, install_command

_STDERR = 2


def import_tensorflow() -> Any:
    """Return the module `tensorflow`, imported together with Keras on top of it.

    Raises
    ------
    BackendError
        If keras is already in use with another engine.
    DependencyError
        If TensorFlow or Keras cannot be imported.
    """
    _refuse_other_engine()
    if "tensorflow" in sys.modules and "keras" in sys.modules:
        return sys.modules["tensorflow"]
    before = os.environ.get("KERAS_BACKEND")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        with _silence():
            import keras  # noqa: F401 (it must come while the stream is silent)
            import tensorflow

            # Devices are set up, with lines of their own, by the first operation.
            tensorflow.zeros(())
    except ImportError as error:
        raise DependencyError(
            f"TensorFlow cannot be imported: {error}.",
            argument="backend",
            received="tensorflow",
            hint=f"Install it: {install_command('rdeep[tensorflow]')}.",
        ) from error
    finally:
        # Keras reads it once; what the user said stands, for this package and for other processes.
        if before is None:
            del os.environ["KERAS_BACKEND"]
        else:
            os.environ["KERAS_BACKEND"] = before
    _refuse_other_engine()
    logging.getLogger("tensorflow").addFilter(_is_news)
    return tensorflow


def _is_news(record: logging.LogRecord) -> bool:
    """Keep back a warning that every new model would cause: each has functions of its own."""
    return "triggered tf.function retracing" not in record.getMessage()


def _refuse_other_engine() -> None:
    keras = sys.modules.get("keras")
    # A keras that somebody is just importing has no backend to ask yet.
    ask = getattr(getattr(keras, "backend", None), "backend", None)
    name = "tensorflow" if ask is None else ask()
    if name != "tensorflow":
        raise BackendError(
            f"The package keras already runs on {name!r} in this session, so rdeep cannot use it "
            "on TensorFlow.",
            argument="backend",
            received="tensorflow",
            hint="Start a new session and load rdeep before keras, or set the environment variable "
            "KERAS_BACKEND to 'tensorflow'.",
        )


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what native code writes to the error stream; show it only if the block fails."""
    try:
        kept = os.dup(_STDERR)
    except OSError:
        # The stream is closed: there is nothing to keep silent.
        yield
        return
    with tempfile.TemporaryFile() as noise:
        _flush()
        os.dup2(noise.fileno(), _STDERR)
        failed = True
        try:
            yield
            failed = False
        finally:
            _flush()
            os.dup2(kept, _STDERR)
            os.close(kept)
            if failed:
                noise.seek(0)
                os.write(_STDERR, noise.read())


def _flush() -> None:
    """Send what Python still holds for the stream to where it now goes."""
    # In host programs and in some servers there is no such stream, or one that cannot be flushed.
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.flush()
