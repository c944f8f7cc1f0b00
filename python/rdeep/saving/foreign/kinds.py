"""What kind of file a file is: by its first bytes, and by its name where they say nothing."""

from __future__ import annotations

import os
import struct
from typing import Literal

from rdeep.errors import FileError, Wording, called, worded
from rdeep.saving.faults import shown_source
from rdeep.saving.foreign.hdf5 import SIGNATURE
from rdeep.saving.sources import Source, next_bytes, opened

Kind = Literal["rdeep", "keras", "hdf5", "torch", "safetensors"]

WANTED: dict[str, str] = {
    "keras": "a model that Keras saved",
    "hdf5": "a model or weights that Keras saved",
    "torch": "a state dict that torch saved",
    "safetensors": "a file of weights",
}
"""What each kind is, for messages."""

_HEAD = 256
_OF_KERAS = ("config.json", "metadata.json", "model.weights.", "assets/")
_OF_TORCH = ("/data.pkl", "/.format_version", "/version", "/byteorder", "/.data", "/data/")
_KERAS_ENDINGS, _TORCH_ENDINGS = (".keras",), (".pt", ".pth", ".bin", ".ckpt")

_STATE_DICT = worded(
    "Keep the weights alone, as a state dict that torch saves or as safetensors; "
    f"make the model with rdeep, and read them by {called('load_weights')}."
)
_PICKLE = (
    "A pickle is a program that runs when it is read. Save the weights as safetensors, or as a "
    "state dict by a torch of version 1.6 or newer."
)
_ONNX = worded(
    "Save the model's weights as safetensors, make the model with rdeep, and read them by "
    f"{called('load_weights')}."
)
_SAVED_MODEL = "Load it with TensorFlow or Keras there, and save it as a `.keras` file."
_R_OBJECT = "Read it with the program that wrote it."

_REFUSED: dict[str, tuple[str, str | Wording]] = {
    **dict.fromkeys((".onnx",), ("an ONNX file, which rdeep does not read", _ONNX)),
    **dict.fromkeys(
        (".pb", ".tflite"), ("a program of TensorFlow, which rdeep does not run", _SAVED_MODEL)
    ),
    **dict.fromkeys(
        (".pkl", ".pickle", ".joblib"), ("a pickle, which rdeep does not run", _PICKLE)
    ),
    **dict.fromkeys((".rds", ".rdata", ".rda"), ("a file of R's objects", _R_OBJECT)),
    **dict.fromkeys(
        (".npz", ".npy"),
        ("a file of NumPy's arrays", "Save the weights as safetensors, which have names."),
    ),
}


def kind_of(source: Source) -> Kind:
    """Return what kind of file something is.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        A path, or a stream that can seek.

    Returns
    -------
    str
        `"rdeep"` for what is none of the others: its own reader says what is wrong.

    Raises
    ------
    FileError
        If it is of a kind that is not read, with what to do.
    """
    path = os.fspath(source) if isinstance(source, (str, os.PathLike)) else ""
    ending = os.path.splitext(path)[1].lower()
    if path and os.path.isdir(path):
        _refuse_folder(path)
    try:
        with opened(source) as (stream, size):
            head = next_bytes(stream, min(size, _HEAD))
            stream.seek(0)
    except (FileError, OSError):
        # Whoever reads it says what is wrong.
        head, size = b"", 0
    found = _by_content(head, size)
    if found is None:
        _refuse(source, ending, head)
        if ending in _KERAS_ENDINGS:
            return "keras"
        if ending in _TORCH_ENDINGS:
            return "torch"
        found = "rdeep"
    return found


def is_keras(path: object) -> bool:
    """Return whether a path is to be one of Keras's files of models.

    Parameters
    ----------
    path : object
        The path.
    """
    return isinstance(path, (str, os.PathLike)) and os.fspath(path).lower().endswith(".keras")


def is_keras_weights(path: object) -> bool:
    """Return whether a path is to be one of Keras's files of weights.

    Parameters
    ----------
    path : object
        The path.
    """
    return isinstance(path, (str, os.PathLike)) and os.fspath(path).lower().endswith(".weights.h5")


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is a zip, as rdeep's files of models are.

    Parameters
    ----------
    path : str or os.PathLike
        The path.
    """
    try:
        with opened(path) as (stream, size):
            return next_bytes(stream, min(size, 4)) == b"PK\3\4"
    except (FileError, OSError):
        return False


def _by_content(head: bytes, size: int) -> Kind | None:
    if head.startswith(SIGNATURE):
        return "hdf5"
    if head.startswith(b"PK\3\4") and len(head) > 30:
        name = head[30 : 30 + struct.unpack_from("<H", head, 26)[0]].decode("latin-1")
        if name.startswith(_OF_KERAS):
            return "keras"
        if any(part in name for part in _OF_TORCH):
            return "torch"
        return "rdeep" if name.startswith(("model.json", "manifest.json")) else None
    if len(head) > 9 and head[8:9] == b"{" and struct.unpack_from("<Q", head)[0] < size:
        return "safetensors"
    return None


def _refuse(source: Source, ending: str, head: bytes) -> None:
    """Refuse kinds that are known and not read."""
    if ending in _REFUSED:
        what, hint = _REFUSED[ending]
    elif head.startswith(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"):
        what = (
            "a file of torch as versions before 1.6 wrote them: a pickle, which rdeep does not run"
        )
        hint = _STATE_DICT
    elif head[:1] == b"\x80" and head[1:2] in (b"\1", b"\2", b"\3", b"\4", b"\5"):
        what, hint = "a pickle, which rdeep does not run", _PICKLE
    elif head.startswith((b"RDX", b"RDA", b"X\n\0")):
        what, hint = _REFUSED[".rds"]
    else:
        return
    raise FileError(f"{shown_source(source)} is {what}.", argument="filepath", hint=hint)


def _refuse_folder(path: str) -> None:
    """Refuse a folder, with what to do about the model in it."""
    if os.path.exists(os.path.join(path, "saved_model.pb")):
        raise FileError(
            f"{shown_source(path)} is a SavedModel of TensorFlow: a program, which rdeep does not "
            "run.",
            argument="filepath",
            hint=_SAVED_MODEL,
        )


def refuse_weights_alone(source: Source, what: str) -> FileError:
    """Return the error that says that a file holds weights and no model.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        The file.
    what : str
        What it is, such as `"a state dict of torch"`.
    """
    return FileError(
        f"{shown_source(source)} is {what}: it holds weights, and not how they are used.",
        argument="filepath",
        hint=worded(f"Make the model with rdeep, and read them by {called('load_weights')}."),
    )
