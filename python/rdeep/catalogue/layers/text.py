"""Text vectorization: texts to indices of their tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.categories import SPARSE
from rdeep.catalogue.layers.lookup import StringLookup
from rdeep.catalogue.layers.preprocessing_base import Preprocessing, host_run, refuse_sparse
from rdeep.catalogue.layers.vocabularies import IDF_WEIGHTS, OUTPUT_MODE, PAD
from rdeep.catalogue.options import Characters, Count, Encoding, Flag, Step, Tokens, Widths, option
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    constructor,
    format_shape,
    layer_title,
    setting,
    show,
)
from rdeep.preprocessing.texts import Documents, as_texts, ngrams, padded, split, standardized
from rdeep.preprocessing.vocabulary import Counts

__all__ = ["TextVectorization"]


class TextVectorization(Preprocessing):
    """Text vectorization layer: turns text into the indices of its words.

    Each text is standardized and split into tokens; these are joined to n-grams and looked up in a
    vocabulary that is given or learned by `adapt`. With the mode `"int"` index 0 is padding and
    index 1 unknown tokens; with the others index 0 is unknown tokens. As in TensorFlow, only ASCII
    letters, punctuation and blanks are recognized.

    Input shape
    -----------
    `(batch,)` or `(batch, 1)`, text.

    Output shape
    ------------
    `(batch, tokens)` for `output_mode = "int"`, else `(batch, size of the vocabulary)`.

    Examples
    --------
    >>> layer = TextVectorization(vocabulary=["good", "film"])
    >>> layer(np.array(["A good film!", "film"]))
    array([[1, 2, 3],
           [3, 0, 0]])
    """

    takes_text = True
    adapts = True
    learns = "vocabulary"
    given_by = "'vocabulary'"
    max_tokens: int | None = option(
        Count(2), None, "The largest size of the vocabulary, padding and unknown tokens included."
    )
    standardize: Any = option(
        Step("lower_and_strip_punctuation", "lower", "strip_punctuation"),
        "lower_and_strip_punctuation",
        "The standardization of texts. A function takes an array of strings and returns one "
        "of its shape.",
    )
    split: Any = option(
        Step("whitespace", "character"),
        "whitespace",
        "The split into tokens. A function takes an array of strings and returns the tokens "
        "of each, in a list.",
    )
    ngrams: Any = option(
        Widths(), None, "The lengths of n-grams: one number stands for all up to it."
    )
    output_mode: str = OUTPUT_MODE
    output_sequence_length: int | None = option(
        Count(), None, 'The number of indices to return for each text, with the mode `"int"`.'
    )
    pad_to_max_tokens: bool = PAD
    vocabulary: Any = option(
        Tokens(Characters()), None, "The tokens, or a file of them; by default they are learned."
    )
    idf_weights: tuple[float, ...] | None = IDF_WEIGHTS
    sparse: bool = SPARSE
    ragged: bool = option(Flag(), False, "Must be `False`: rows are padded to one length.")
    encoding: str = option(Encoding(), "utf-8", "The encoding of text that is given as bytes.")

    def validate(self) -> None:
        """Refuse options that do not go together."""
        refuse_sparse(self, self.sparse)
        if self.ragged:
            raise ArgumentError(
                f"{constructor(self)}: 'ragged' must be {show(False)}: arrays have rows of one "
                "length.",
                argument="ragged",
                received=True,
                hint="Rows are padded with zeros; 'output_sequence_length' says how far.",
                layer=self.title,
            )
        if self.output_mode != "int" and self.output_sequence_length is not None:
            raise ArgumentError(
                f"{constructor(self)}: 'output_sequence_length' goes with the output mode 'int'.",
                argument="output_sequence_length",
                received=self.output_sequence_length,
                layer=self.title,
            )
        self.__dict__["lookup"] = self._make_lookup(self.vocabulary)
        if self.vocabulary is not None:
            # The tokens in the place of a file's path.
            self.__dict__["vocabulary"] = self.lookup.vocabulary
            self._share()

    lookup: StringLookup

    def _make_lookup(self, vocabulary: Any) -> StringLookup:
        return StringLookup(
            max_tokens=self.max_tokens,
            vocabulary=vocabulary,
            idf_weights=self.idf_weights,
            pad_to_max_tokens=self.pad_to_max_tokens,
            mask_token="",
            output_mode=self.output_mode,
            encoding=self.encoding,
            name=self.name or type(self).__name__,
        )

    def _share(self) -> None:
        """Take what the lookup knows as what the layer learned."""
        self.adapted.learn(**(self.lookup.adapted.values or {}))

    def restore(self, values: Any) -> None:
        """Take over a vocabulary."""
        self.lookup.restore(values)
        self._share()

    def check_saved(self, values: Any, place: str) -> None:
        """Refuse what is no vocabulary."""
        self.lookup.check_saved(values, place)

    # The vocabulary --------------------------------------------------------------------------

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """Return the vocabulary.

        Parameters
        ----------
        include_special_tokens : bool
            Whether those for padding and unknown tokens come first, so that a token's place in the
            list is its number.
        """
        return self.lookup.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """Return how many tokens there are, those for padding and unknown ones included."""
        return self.lookup.vocabulary_size()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Put a vocabulary in the place of what the layer has; as for `StringLookup`.

        Parameters
        ----------
        vocabulary : sequence or str
            The tokens, or the path of a file with one a line.
        idf_weights : sequence of float, optional
            The inverse document frequency of each, with the mode `"tf_idf"`.
        """
        self.lookup.set_vocabulary(vocabulary, idf_weights)
        self._share()

    def check_adaptable(self) -> None:
        """Refuse where the vocabulary was given."""
        self.lookup.check_adaptable()

    def learn_from(self, parts: Iterable[Any], whole: bool) -> None:
        """Learn which tokens there are, the most frequent first."""
        counts = Counts()
        for part in parts:
            counts.add(self.tokens(as_texts(part, "data", self.encoding)))
        self.lookup.learn_counts(counts)
        self._share()

    # The layer -------------------------------------------------------------------------------

    def tokens(self, texts: np.ndarray) -> Documents:
        """Return the tokens of texts.

        Parameters
        ----------
        texts : array of str
            The texts; where they are not split, a row of tokens for each.
        """
        texts = standardized(texts, self.standardize)
        if self.split is None:
            rows = texts.reshape(-1, 1) if texts.ndim < 2 else texts
            documents = [[str(token) for token in row.reshape(-1)] for row in rows]
        else:
            if texts.ndim > 1 and texts.shape[-1] != 1:
                raise ShapeError(
                    f"{layer_title(self)} splits one text for each sample: the data has the shape "
                    f"{format_shape(texts.shape)}.",
                    layer=self.title,
                    received=texts.shape,
                    expected="(samples, 1)",
                    hint=f"Use {setting('split', None)} for what is split already.",
                )
            documents = split(texts.reshape(-1), self.split)
        if self.ngrams is None:
            return documents
        several = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return ngrams(documents, tuple(several))

    def transform(self, inputs: Any) -> Any:
        """Return what the layer makes of texts."""
        self.check_learned()
        texts = as_texts(inputs, "x", self.encoding)
        several = texts.reshape(1) if texts.ndim == 0 else texts
        places = [self._places(tokens) for tokens in self.tokens(several)]
        if self.output_mode == "int":
            out = padded(places, self.output_sequence_length)
        else:
            # Padding of another kind: a place that counts nowhere.
            numbers = padded(places, None, -1)
            whole = numbers[:, :, np.newaxis] if self.output_mode == "one_hot" else numbers
            out = self.lookup.encoded(whole, host_run())
        return out[0] if texts.ndim == 0 else out

    def _places(self, tokens: list[str]) -> np.ndarray:
        found = np.empty(len(tokens), object)
        found[:] = tokens
        return self.lookup.places(found)

    def needs_host(self, *dtypes: str) -> bool:
        """Return that networks know no text."""
        return True

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse several texts for a sample, unless they are tokens."""
        super().check_inputs(*shapes)
        if self.split is not None and len(shapes[0]) > 1 and shapes[0][-1] not in (1, None):
            raise ShapeError(
                f"{layer_title(self)} wants one text for each sample: its input has the shape "
                f"{format_shape(shapes[0])}.",
                layer=self.title,
                received=shapes[0],
                expected="(batch, 1)",
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the length that was asked for, open without one; or the vocabulary's."""
        if self.output_mode == "int":
            return (shapes[0][0], self.output_sequence_length)
        if self.output_mode == "one_hot":
            return (shapes[0][0], None, self.lookup.depth)
        return (shapes[0][0], self.lookup.depth)

    def output_dtype(self, dtype: str) -> str:
        """Return whole numbers' type for places."""
        return "int32" if self.output_mode == "int" else "float32"
