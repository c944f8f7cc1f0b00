"""The networks of models of text: words or an encoder below, what is predicted above."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from rdeep.catalogue import layers
from rdeep.errors import ShapeError, format_shape
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.ready.own_network import apply_own
from rdeep.text.architectures import BODIES, DEFAULTS, Defaults, embedded
from rdeep.text.bert import pooled, token_vectors
from rdeep.text.folder import EncoderShape
from rdeep.text.settings import TextSettings

Ends = tuple[SymbolicTensor, SymbolicTensor]

OUTPUT = "output"
"""The layer that ends each network."""

_OF_ENCODERS = {
    # Devlin et al. (2019) fine-tune with steps of up to 5e-5 for up to 4 epochs.
    "tuned": Defaults(0, 0, 0.1, 5e-5, 4, 2, 512),
    "frozen": Defaults(0, 0, 0.5, 0.002, 100, 8, 512),
}


def architecture_of(settings: TextSettings, own_network: bool) -> str:
    """Return how texts are read: by an architecture, an encoder, or one's own layers.

    Parameters
    ----------
    settings : TextSettings
        What was asked for.
    own_network : bool
        Whether the user brought layers.
    """
    if settings.encoder is not None:
        return "frozen" if settings.freeze else "tuned"
    return "own" if own_network else settings.architecture or "bow"


def sizes_of(settings: TextSettings, architecture: str) -> Defaults:
    """Return an architecture's sizes, with those that the user asked for.

    Parameters
    ----------
    settings : TextSettings
        What was asked for.
    architecture : str
        What `architecture_of` said.
    """
    found = {**DEFAULTS, **_OF_ENCODERS}[architecture]
    fields = (field.name for field in dataclasses.fields(found) if field.name != "longest")
    asked = {name: getattr(settings, name) for name in fields}
    given = {name: value for name, value in asked.items() if value is not None}
    return dataclasses.replace(found, **given)


def word_ends(architecture: str, size: int, sizes: Defaults, own_network: Any) -> Ends:
    """Return the numbers of words, and what an architecture makes of them.

    Parameters
    ----------
    architecture : str
        What `architecture_of` said.
    size : int
        How many numbers there are.
    sizes : Defaults
        The sizes.
    own_network : object
        The user's layers, for the architecture `"own"`.
    """
    numbers, vectors = embedded(size, sizes.embedding_size)
    if architecture == "own":
        return numbers, _own(own_network, vectors)
    return numbers, BODIES[architecture](numbers, vectors, sizes)


def vector_ends(vectors: np.ndarray, own_network: Any) -> Ends:
    """Return a text's vector, and what is made of it before the output layer.

    Its numbers are brought to mean 0 and, all by one factor, to variance 1 first: encoders' are
    small, and differ little between texts of one kind.

    Parameters
    ----------
    vectors : numpy.ndarray
        Those that a frozen encoder gives for the texts to learn from.
    own_network : object
        The user's layers, if any.
    """
    mean = vectors.mean(axis=0)
    variance = np.full_like(mean, max(float(vectors.var(axis=0).mean()), 1e-12))
    vector = Input((vectors.shape[1],), name="vector")
    scaled = layers.Normalization(mean=mean.tolist(), variance=variance.tolist(), name="scaled")(
        vector
    )
    return vector, scaled if own_network is None else _own(own_network, scaled)


def tuned_ends(shape: EncoderShape, own_network: Any) -> Ends:
    """Return the numbers of tokens, and what an encoder that is trained further makes of them.

    Parameters
    ----------
    shape : EncoderShape
        What the encoder is made of.
    own_network : object
        The user's layers on the vectors of the tokens, if any.
    """
    numbers = Input((None,), dtype="int32", name="tokens")
    vectors = token_vectors(shape, numbers)
    if own_network is None:
        return numbers, pooled(shape, vectors)
    return numbers, _own(own_network, vectors)


def headed(
    inputs: SymbolicTensor, body: SymbolicTensor, sizes: Defaults, units: int, frozen: bool
) -> Ends:
    """Return the ends of a network with its output layer.

    Parameters
    ----------
    inputs, body : SymbolicTensor
        The ends without it.
    sizes : Defaults
        The sizes.
    units : int
        How many outputs there are.
    frozen : bool
        Whether it reads the vectors of a frozen encoder.
    """
    if sizes.dropout:
        body = layers.Dropout(sizes.dropout, name="dropout")(body)
    # On vectors that are good already, random weights would be noise to be unlearned.
    start = "zeros" if frozen else "glorot_uniform"
    return inputs, layers.Dense(units, kernel_initializer=start, name=OUTPUT)(body)


def _own(own_network: Any, vectors: SymbolicTensor) -> SymbolicTensor:
    """Return what the user's layers make of vectors: one vector a text."""
    found = apply_own(own_network, vectors)
    if len(found.shape) == 3:
        found = layers.GlobalAveragePooling1D(name="mean")(found)
    if len(found.shape) != 2:
        raise ShapeError(
            f"'network' must give one vector a text, not {format_shape(found.shape)}.",
            argument="network",
            received=found.shape,
            expected="(batch, units)",
        )
    return found
