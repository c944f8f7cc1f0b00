"""The vectors that an encoder gives for texts, whether it is kept in the model or in a folder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rdeep.errors import FileError, show
from rdeep.models import Model
from rdeep.text.bert import encoder_ends, weights_by_name
from rdeep.text.folder import EncoderShape, Folder, folder_hash, read_folder
from rdeep.text.numbers import matrix

_CHUNK = 64


def encoder_network(folder: Folder, backend: str | None, device: str | None) -> Model:
    """Return an encoder as a network of one vector a text.

    Parameters
    ----------
    folder : Folder
        What was read.
    backend, device : str or None
        Where it runs.
    """
    # First, since it holds sizes that were said against those that there are.
    weights = weights_by_name(folder)
    network = Model(*encoder_ends(folder.shape), "encoder", backend, device)
    network.set_weights(weights)
    return network


def encoder_again(
    path: str, sha256: str, shape: EncoderShape, backend: str | None, device: str | None
) -> Model:
    """Return an encoder that a model's file only refers to.

    Parameters
    ----------
    path : str
        The folder.
    sha256 : str
        The hash that it must have.
    shape : EncoderShape
        What it was made of.
    backend, device : str or None
        Where it runs.

    Raises
    ------
    FileError
        If it is there no longer, or another one.
    """
    hint = (
        "Put it back, or say where it is now by the method 'find_encoder'. A model fitted with "
        "'keep_encoder' holds its encoder itself."
    )
    try:
        same = folder_hash(path) == sha256
    except OSError:
        raise FileError(
            f"The model's encoder is not in {show(path, 300)} any more.",
            argument="encoder",
            received=path,
            hint=hint,
        ) from None
    if not same:
        raise FileError(
            f"The encoder in {show(path, 300)} is not the one that the model was fitted with: its "
            "weights or its tokenizer changed.",
            argument="encoder",
            received=path,
            hint=hint,
        )
    folder = read_folder(path)
    folder.shape = shape
    return encoder_network(folder, backend, device)


def vectors_of(network: Model, rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the vector of each text: short ones together, so that little padding is read.

    Parameters
    ----------
    network : Model
        The encoder.
    rows : sequence of sequences of int
        The numbers of the texts' tokens.
    """
    order = np.argsort([len(row) for row in rows], kind="stable")
    parts = []
    for start in range(0, len(order), _CHUNK):
        chunk = [rows[place] for place in order[start : start + _CHUNK]]
        parts.append(np.asarray(network.predict(matrix(chunk, 0)), np.float32))
    found = np.concatenate(parts)
    out = np.empty_like(found)
    out[order] = found
    return out
