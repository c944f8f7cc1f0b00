"""Encoders of the BERT family, of the catalogue's layers, with weights that others trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rdeep.catalogue import layers
from rdeep.errors import FileError, Wording, format_shape, show, worded
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.text.architectures import places
from rdeep.text.folder import WEIGHTS, EncoderShape, Folder

# The parts of a block: in rdeep, in BERT and RoBERTa, in DistilBERT.
_DENSE = (
    ("query", "attention.self.query", "attention.q_lin"),
    ("key", "attention.self.key", "attention.k_lin"),
    ("value", "attention.self.value", "attention.v_lin"),
    ("attention_output", "attention.output.dense", "attention.out_lin"),
    ("inner", "intermediate.dense", "ffn.lin1"),
    ("outer", "output.dense", "ffn.lin2"),
)
_NORMS = (
    ("attended", "attention.output.LayerNorm", "sa_layer_norm"),
    ("ended", "output.LayerNorm", "output_layer_norm"),
)


def token_vectors(shape: EncoderShape, numbers: SymbolicTensor) -> SymbolicTensor:
    """Return the vector of each token, as the encoder gives it; padding is masked.

    Parameters
    ----------
    shape : EncoderShape
        What the encoder is made of.
    numbers : SymbolicTensor
        The numbers of the tokens, `(batch, tokens)`; 0 is padding.
    """
    table = layers.Embedding(shape.vocabulary, shape.hidden, mask_zero=True, name="words")
    placed = places(numbers, shape.positions, shape.hidden)
    found = layers.Add(name="embedded")([table(numbers), placed])
    found = layers.LayerNormalization(epsilon=shape.epsilon, name="embedded_norm")(found)
    found = layers.Dropout(shape.dropout, name="embedded_dropout")(found)
    for number in range(shape.layers):
        found = _block(shape, found, f"block{number}")
    return found


def _block(shape: EncoderShape, found: SymbolicTensor, name: str) -> SymbolicTensor:
    attended = layers.MultiHeadAttention(
        shape.heads, shape.hidden // shape.heads, dropout=shape.dropout, name=f"{name}_attention"
    )(found)
    found = _added(shape, found, attended, f"{name}_attended")
    inner = layers.Dense(shape.inner, activation=shape.activation, name=f"{name}_inner")(found)
    outer = layers.Dense(shape.hidden, name=f"{name}_outer")(inner)
    return _added(shape, found, outer, f"{name}_ended")


def _added(
    shape: EncoderShape, found: SymbolicTensor, more: SymbolicTensor, name: str
) -> SymbolicTensor:
    more = layers.Dropout(shape.dropout, name=f"{name}_dropout")(more)
    both = layers.Add(name=f"{name}_sum")([found, more])
    return layers.LayerNormalization(epsilon=shape.epsilon, name=f"{name}_norm")(both)


def pooled(shape: EncoderShape, vectors: SymbolicTensor) -> SymbolicTensor:
    """Return one vector of each text.

    Parameters
    ----------
    shape : EncoderShape
        How vectors become one.
    vectors : SymbolicTensor
        Those of the tokens, `(batch, tokens, hidden)`.
    """
    if shape.pooling == "first":
        found = layers.FirstToken(name="pooled")(vectors)
    else:
        found = layers.GlobalAveragePooling1D(name="pooled")(vectors)
    return layers.UnitNormalization(name="unit")(found) if shape.normalize else found


def encoder_ends(shape: EncoderShape) -> tuple[SymbolicTensor, SymbolicTensor]:
    """Return the numbers of tokens, and the vector of the text that the encoder makes of them.

    Parameters
    ----------
    shape : EncoderShape
        What the encoder is made of.
    """
    numbers = Input((None,), dtype="int32", name="tokens")
    return numbers, pooled(shape, token_vectors(shape, numbers))


def weights_by_name(folder: Folder) -> dict[str, np.ndarray]:
    """Return an encoder's weights under the names that `token_vectors` gives them.

    Parameters
    ----------
    folder : Folder
        The encoder.

    Raises
    ------
    FileError
        If one is missing, or of another shape than the folder's `config.json` says.
    """
    return dict(_weights(folder.shape, _Given(folder.path, folder.arrays)))


class _Given:
    """Weights as others name them, whatever network the encoder was a part of."""

    def __init__(self, path: str, arrays: Mapping[str, np.ndarray]) -> None:
        self.path, self.arrays = path, arrays
        end = "embeddings.word_embeddings.weight"
        starts = sorted((name[: -len(end)] for name in arrays if name.endswith(end)), key=len)
        self.start = starts[0] if starts else ""

    def take(self, name: str, *shape: int) -> np.ndarray:
        """Return an array, of a shape."""
        found = self.arrays.get(self.start + name)
        if found is None:
            raise self._unfit(name, "is missing")
        if found.shape != shape:
            given, wanted = format_shape(found.shape), format_shape(shape)
            raise self._unfit(name, worded(f"has the shape {given}, not {wanted}"))
        if found.dtype.kind != "f":
            raise self._unfit(name, worded(f"has the type {show(str(found.dtype))}"))
        return np.ascontiguousarray(found, np.float32)

    def _unfit(self, name: str, why: str | Wording) -> FileError:
        return FileError(
            f"{show(self.path, 300)} holds no encoder that can be used: in {WEIGHTS!s} the array "
            f"{show(self.start + name)} {why}.",
            argument="encoder",
            received=self.path,
        )

    def norm(self, ours: str, name: str, size: int) -> Iterator[tuple[str, np.ndarray]]:
        """Return the weights of a normalization, whose older names are TensorFlow's."""
        old = f"{self.start}{name}.gamma" in self.arrays
        scale, shift = ("gamma", "beta") if old else ("weight", "bias")
        yield f"{ours}/gamma", self.take(f"{name}.{scale}", size)
        yield f"{ours}/beta", self.take(f"{name}.{shift}", size)


def _weights(shape: EncoderShape, given: _Given) -> Iterator[tuple[str, np.ndarray]]:
    hidden = shape.hidden
    offset = shape.padding + 1 if shape.family == "roberta" else 0
    words = given.take("embeddings.word_embeddings.weight", shape.vocabulary, hidden)
    yield "words/embeddings", exchanged(words, shape.padding)
    name = "embeddings.position_embeddings.weight"
    by_place = given.take(name, shape.positions + offset, hidden)[offset:]
    if shape.family != "distilbert":
        # All tokens are of the first type: its vector goes into those of the places.
        name = "embeddings.token_type_embeddings.weight"
        types = given.arrays.get(given.start + name)
        rows = len(types) if types is not None and types.ndim == 2 else 1
        by_place = by_place + given.take(name, rows, hidden)[0]
    unused = np.zeros((1, hidden), np.float32)
    yield "places/embeddings", np.concatenate([unused, by_place])
    yield from given.norm("embedded_norm", "embeddings.LayerNorm", hidden)
    short = shape.family == "distilbert"
    sizes = {"inner": (shape.inner, hidden), "outer": (hidden, shape.inner)}
    heads = (shape.heads, hidden // shape.heads)
    for number in range(shape.layers):
        block = f"{'transformer' if short else 'encoder'}.layer.{number}"
        for ours, bert, distilbert in _DENSE:
            theirs = f"{block}.{distilbert if short else bert}"
            size = sizes.get(ours, (hidden, hidden))
            # Others keep (outputs, inputs).
            kernel = given.take(f"{theirs}.weight", *size).T
            bias = given.take(f"{theirs}.bias", size[0])
            name = f"block{number}_{ours}"
            if ours == "attention_output":
                kernel = kernel.reshape(*heads, hidden)
                name = f"block{number}_attention/{ours}"
            elif ours not in sizes:
                kernel, bias = kernel.reshape(hidden, *heads), bias.reshape(heads)
                name = f"block{number}_attention/{ours}"
            yield f"{name}/kernel", kernel
            yield f"{name}/bias", bias
        for ours, bert, distilbert in _NORMS:
            theirs = f"{block}.{distilbert if short else bert}"
            yield from given.norm(f"block{number}_{ours}_norm", theirs, hidden)


def exchanged(rows: np.ndarray, padding: int) -> np.ndarray:
    """Return rows with that of padding first, and the first in its place.

    Parameters
    ----------
    rows : numpy.ndarray
        A row for each token.
    padding : int
        The number of the token for padding.
    """
    out = rows.copy()
    out[[0, padding]] = rows[[padding, 0]]
    return out
