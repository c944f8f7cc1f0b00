"""Models for other programs: methods of `Model`, written as functions of one."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from rdeep.engines import registry as backends
from rdeep.errors import (
    ArgumentError,
    BackendError,
    DependencyError,
    StateError,
    install_command,
    listing,
    show,
)

_NEEDS = {"onnx": ("onnx", "onnxscript")}
FORMATS = ("tf_saved_model", "torch", "onnx")


def export(model: Any, /, filepath: Any, format: str | None = None, verbose: object = None) -> None:
    """Write what the model computes, for programs that have neither rdeep nor its class.

    Parameters
    ----------
    filepath : str
        The file, or the folder of a SavedModel.
    format : {"tf_saved_model", "torch", "onnx"}, optional
        TensorFlow's SavedModel, which TensorFlow Serving reads; a program of `torch.export`; or
        ONNX, which needs the packages onnx and onnxscript. By default that of the model's engine. A
        model on another engine is copied to the one that writes the format.
    verbose : bool, optional
        Without effect: nothing is printed.

    Raises
    ------
    StateError
        If the input's shape is not known yet.
    DependencyError
        If a package that the format needs is not installed.
    """
    own = "tf_saved_model" if model.backend == "tensorflow" else "torch"
    chosen = own if format is None else format
    if chosen not in FORMATS:
        raise ArgumentError(
            f"'format' must be {listing(FORMATS)}, not {show(format)}.",
            argument="format",
            received=format,
            expected=listing(FORMATS),
        )
    if not model.is_built:
        raise StateError(
            "The model's input shape is not known yet.",
            hint="Call the model on data, or fit it to arrays first.",
        )
    missing = [name for name in _NEEDS.get(chosen, ()) if find_spec(name) is None]
    if missing:
        raise DependencyError(
            f"The format {chosen!r} needs {listing(missing, 'and')}.",
            argument="format",
            hint=f"Install it: {install_command(' '.join(missing))}.",
        )
    engine = "tensorflow" if chosen == "tf_saved_model" else "torch"
    source = model if model.backend == engine else model.to_backend(engine)
    write = getattr(backends.load(engine), "export", None)
    if write is None:
        raise BackendError(f"{engine} exports nothing.", argument="format")
    write(source.network.native, str(filepath), chosen, source.input_shapes, source.input_dtypes)
