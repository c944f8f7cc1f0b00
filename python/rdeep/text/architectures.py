"""The networks that read words, of the catalogue's layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rdeep.catalogue import layers
from rdeep.catalogue.initializers import RandomUniform
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.ops import cast, cumsum, not_equal

_WIDTHS = (2, 3, 4)

PADDED = max(_WIDTHS)
"""How much padding ends each text: convolutions then see the same end, whatever the batch."""


@dataclass(frozen=True)
class Defaults:
    """What suits an architecture, where the user says nothing.

    Attributes
    ----------
    embedding_size, units : int
        The sizes of the vectors of words, and of what reads them.
    dropout : float
        The share of values dropped before the output layer.
    learning_rate : float
        The largest size of a step.
    epochs, patience : int
        How often the data is seen at most, and how long without progress.
    longest : int
        How many words are read of long texts.
    """

    embedding_size: int
    units: int
    dropout: float
    learning_rate: float
    epochs: int
    patience: int
    longest: int


DEFAULTS = {
    # fastText (Joulin et al. 2017), with one vector a word; pairs of words are counted too.
    "bow": Defaults(64, 0, 0.5, 0.01, 60, 4, 5000),
    # Kim (2014).
    "cnn": Defaults(64, 64, 0.5, 0.002, 30, 3, 512),
    "lstm": Defaults(64, 64, 0.3, 0.003, 20, 3, 256),
    "transformer": Defaults(64, 64, 0.3, 0.002, 20, 3, 256),
    "own": Defaults(64, 64, 0.0, 0.003, 30, 4, 512),
}


def embedded(size: int, width: int) -> tuple[SymbolicTensor, SymbolicTensor]:
    """Return the numbers of words, and the vector of each; padding is masked.

    Parameters
    ----------
    size : int
        How many numbers there are.
    width : int
        The size of the vectors.
    """
    numbers = Input((None,), dtype="int32", name="words")
    start = RandomUniform(-0.05, 0.05)
    table = layers.Embedding(size, width, start, mask_zero=True, name="embedding")
    return numbers, table(numbers)


def mean_of_words(
    numbers: SymbolicTensor, vectors: SymbolicTensor, sizes: Defaults
) -> SymbolicTensor:
    """Return the mean of the vectors.

    Parameters
    ----------
    numbers, vectors : SymbolicTensor
        The words' numbers, `(batch, words)`, and vectors, `(batch, words, width)`.
    sizes : Defaults
        The sizes.
    """
    return layers.GlobalAveragePooling1D(name="mean")(vectors)


def convolutions(
    numbers: SymbolicTensor, vectors: SymbolicTensor, sizes: Defaults
) -> SymbolicTensor:
    """Return the strongest answer of filters of several widths.

    Parameters
    ----------
    numbers, vectors : SymbolicTensor
        The words' numbers, `(batch, words)`, and vectors, `(batch, words, width)`.
    sizes : Defaults
        The sizes.
    """
    dropped = layers.SpatialDropout1D(0.2, name="words_dropout")(vectors)
    found = [
        layers.GlobalMaxPooling1D(name=f"strongest_{width}")(
            layers.Conv1D(
                sizes.units, width, padding="same", activation="relu", name=f"convolution_{width}"
            )(dropped)
        )
        for width in _WIDTHS
    ]
    return layers.Concatenate(name="filters")(found)


def recurrent(numbers: SymbolicTensor, vectors: SymbolicTensor, sizes: Defaults) -> SymbolicTensor:
    """Return the mean of what an LSTM says in both directions.

    Parameters
    ----------
    numbers, vectors : SymbolicTensor
        The words' numbers, `(batch, words)`, and vectors, `(batch, words, width)`.
    sizes : Defaults
        The sizes.
    """
    dropped = layers.SpatialDropout1D(0.2, name="words_dropout")(vectors)
    lstm = layers.LSTM(sizes.units, return_sequences=True, name="lstm")
    read = layers.Bidirectional(lstm, name="both_ways")(dropped)
    return layers.GlobalAveragePooling1D(name="mean")(read)


def places(numbers: SymbolicTensor, longest: int, width: int) -> SymbolicTensor:
    """Return a trained vector for the place of each word; padding is masked.

    Parameters
    ----------
    numbers : SymbolicTensor
        The numbers of the words, `(batch, words)`; 0 is padding.
    longest : int
        How many words a text has at most.
    width : int
        The size of the vectors.
    """
    known = cast(not_equal(numbers, 0), "int32")
    # Place 0 belongs to padding.
    table = layers.Embedding(longest + 1, width, mask_zero=True, name="places")
    return table(cumsum(known, axis=1) * known)


def attending(numbers: SymbolicTensor, vectors: SymbolicTensor, sizes: Defaults) -> SymbolicTensor:
    """Return the mean of what a small transformer makes of words in their order.

    Parameters
    ----------
    numbers, vectors : SymbolicTensor
        The words' numbers, `(batch, words)`, and vectors, `(batch, words, width)`.
    sizes : Defaults
        The sizes.
    """
    width = sizes.embedding_size
    heads = next(count for count in (4, 3, 2, 1) if width % count == 0)
    found = layers.Add(name="placed")([vectors, places(numbers, sizes.longest, width)])
    found = layers.SpatialDropout1D(0.1, name="words_dropout")(found)
    for number in range(2):
        name = f"block{number}"
        normed = layers.LayerNormalization(name=f"{name}_norm")(found)
        attended = layers.MultiHeadAttention(
            heads, width // heads, dropout=0.1, name=f"{name}_attention"
        )(normed)
        found = layers.Add(name=f"{name}_attended")([found, attended])
        normed = layers.LayerNormalization(name=f"{name}_inner_norm")(found)
        inner = layers.Dense(4 * sizes.units, activation="gelu", name=f"{name}_inner")(normed)
        outer = layers.Dense(width, name=f"{name}_outer")(inner)
        found = layers.Add(name=f"{name}_ended")([found, outer])
    found = layers.LayerNormalization(name="ended_norm")(found)
    return layers.GlobalAveragePooling1D(name="mean")(found)


BODIES: dict[str, Callable[[SymbolicTensor, SymbolicTensor, Defaults], SymbolicTensor]] = {
    "bow": mean_of_words,
    "cnn": convolutions,
    "lstm": recurrent,
    "transformer": attending,
}
