"""What layers with a vocabulary have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.preprocessing_base import (
    Preprocessing,
    as_array,
    host_run,
    refuse_sparse,
)
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Choice, Count, Flag, Numbers, Tokens, option
from rdeep.errors import (
    ArgumentError,
    DataError,
    StateError,
    Wording,
    constructor,
    layer_title,
    plain,
    show,
    worded,
)
from rdeep.errors.damage import Damage, making
from rdeep.preprocessing.encoding import encode, encoded_shape
from rdeep.preprocessing.vocabulary import Counts, Index, read_tokens, repeated

__all__: list[str] = []

LOOKUP_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")

OUTPUT_MODE = option(
    Choice(*LOOKUP_MODES, also={"binary": "multi_hot", "tf-idf": "tf_idf"}),
    "int",
    'The encoding of the output: indices (`"int"`), a one-hot vector for each '
    '(`"one_hot"`), or for each sample a multi-hot vector (`"multi_hot"`), counts '
    '(`"count"`), or counts times the inverse document frequencies (`"tf_idf"`).',
)
MAX_TOKENS = option(
    Count(2),
    None,
    "The largest size of the vocabulary, missing and unknown tokens included.",
)
IDF_WEIGHTS = option(
    Numbers(),
    None,
    'The inverse document frequency of each token of `vocabulary`, for the mode `"tf_idf"`.',
)
PAD = option(Flag(), False, "Whether to pad vectors with zeros to the length `max_tokens`.")


class Lookup(Preprocessing, abstract=True):
    """What both lookups have in common."""

    adapts = True
    learns = "vocabulary"
    given_by = "'vocabulary'"
    whole_numbers: ClassVar[bool]

    max_tokens: int | None
    num_oov_indices: int
    mask_token: Any
    oov_token: Any
    vocabulary: Any
    idf_weights: tuple[float, ...] | None
    invert: bool
    output_mode: str
    pad_to_max_tokens: bool
    sparse: bool

    def validate(self) -> None:
        """Refuse options that do not go together; a vocabulary that was given is taken."""
        refuse_sparse(self, self.sparse)
        self._refuse(
            self.pad_to_max_tokens and self.max_tokens is None,
            "pad_to_max_tokens",
            "with 'pad_to_max_tokens', give 'max_tokens'",
        )
        self._refuse(
            self.invert and self.output_mode != "int",
            "output_mode",
            "with 'invert', 'output_mode' must be 'int'",
        )
        self._refuse(
            self.idf_weights is not None and self.output_mode != "tf_idf",
            "idf_weights",
            "'idf_weights' go with the output mode 'tf_idf'",
        )
        if self.vocabulary is None:
            self._refuse(
                self.idf_weights is not None, "idf_weights", "'idf_weights' need a 'vocabulary'"
            )
            return
        if isinstance(self.vocabulary, str):
            # The layer, and a file that it is saved in, holds the tokens, not the path.
            self.__dict__["vocabulary"] = tuple(self._read(self.vocabulary))
        self.set_vocabulary(self.vocabulary, self.idf_weights)

    def _refuse(self, wrong: bool, argument: str, words: str | Wording) -> None:
        if wrong:
            raise ArgumentError(
                f"{constructor(self)}: {words}.",
                argument=argument,
                received=getattr(self, argument, None),
                layer=self.title,
            )

    def _read(self, path: str) -> list[Any]:
        self._refuse(
            self.output_mode == "tf_idf",
            "vocabulary",
            "the output mode 'tf_idf' needs the vocabulary itself, not a file",
        )
        return read_tokens(path, self.whole_numbers)

    # The vocabulary --------------------------------------------------------------------------

    @property
    def _oov_start(self) -> int:
        return 1 if self.mask_token is not None and self.output_mode == "int" else 0

    @property
    def token_start(self) -> int:
        """The place of the first token that is none for missing or unknown ones."""
        return self._oov_start + self.num_oov_indices

    @property
    def _special(self) -> list[Any]:
        return [self.mask_token] * self._oov_start + [self.oov_token] * self.num_oov_indices

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Put a vocabulary in the place of what the layer has.

        Parameters
        ----------
        vocabulary : sequence or str
            The tokens, or the path of a file with one a line. They may begin with those for missing
            and unknown ones, as `get_vocabulary` returns them.
        idf_weights : sequence of float, optional
            The inverse document frequency of each, with the mode `"tf_idf"`.

        Raises
        ------
        ArgumentError
            If a token comes twice, or there are too many.
        """
        if isinstance(vocabulary, str):
            vocabulary = self._read(vocabulary)
        given = list(self._tokens_type().check(vocabulary))
        count = self.token_start
        # No list of the special ones where there are more of them than tokens.
        with_special = 0 < count <= len(given) and given[:count] == self._special
        tokens = given[count:] if with_special else given
        self._check_tokens(tokens)
        self._refuse(
            (idf_weights is None) == (self.output_mode == "tf_idf"),
            "idf_weights",
            "'idf_weights' must be given with a vocabulary for the output mode 'tf_idf', and only "
            "there",
        )
        weights = None
        if idf_weights is not None:
            weights = [float(each) for each in idf_weights]
            self._refuse(
                len(weights) != len(given),
                "idf_weights",
                f"'idf_weights' has {len(weights)} values for {len(given)} tokens",
            )
            if not with_special:
                weights = [float(np.average(weights))] * self.token_start + weights
        self.adapted.learn(tokens=tokens, idf_weights=weights)

    def check_saved(self, values: Any, place: str) -> None:
        """Refuse what is no vocabulary, or weights that are not of its tokens."""
        plain.fields(values, ("tokens", "idf_weights"), place)
        kind = self._tokens_type()
        tokens = plain.items(values["tokens"], f"{place}.tokens")
        if tokens:
            kind.restore(tokens, f"{place}.tokens")
        with making(f"{place}.tokens"):
            self._check_tokens(tokens)
        weights = values["idf_weights"]
        if (weights is None) == (self.output_mode == "tf_idf"):
            raise Damage("weights go with the output mode 'tf_idf' alone", place=place)
        if weights is not None:
            plain.each(weights, plain.number, f"{place}.idf_weights")
            if len(weights) != len(tokens) + self.token_start:
                raise Damage("it must have a weight for each token", place=place)

    def _tokens_type(self) -> Tokens:
        declared: Any = self.options["vocabulary"].type
        return declared

    def _check_tokens(self, tokens: list[Any]) -> None:
        twice = repeated(tokens)
        words = worded(f"'vocabulary' holds {show(twice[0] if twice else None)} more than once")
        self._refuse(bool(twice), "vocabulary", words)
        reserved = [self.mask_token] if self.mask_token is not None else []
        reserved += [self.oov_token] if self.invert and self.oov_token is not None else []
        for token in reserved:
            self._refuse(
                token in tokens,
                "vocabulary",
                worded(
                    f"'vocabulary' may hold {show(token)}, which has another meaning, at its start "
                    f"alone: begin with {show(self._special)}, or leave them out"
                ),
            )
        size = len(tokens) + self.token_start
        self._refuse(
            self.max_tokens is not None and size > self.max_tokens,
            "vocabulary",
            f"the vocabulary has {size} tokens, with those for missing and unknown ones, and "
            f"'max_tokens' is {self.max_tokens}",
        )

    @property
    def tokens(self) -> list[Any]:
        """The vocabulary, without tokens for missing and unknown ones; empty at first."""
        return list(self.adapted.get("tokens") or [])

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """Return the vocabulary.

        Parameters
        ----------
        include_special_tokens : bool
            Whether those for missing and unknown tokens come first, so that a token's place in the
            list is its number.
        """
        return (self._special if include_special_tokens else []) + self.tokens

    def vocabulary_size(self) -> int:
        """Return how many tokens there are, those for missing and unknown ones included."""
        return self.token_start + len(self.tokens)

    def check_adaptable(self) -> None:
        """Refuse where the vocabulary was given."""
        if self.vocabulary is not None:
            raise StateError(
                f"{layer_title(self)} was given its vocabulary.",
                layer=self.title,
                hint="Leave 'vocabulary' out to learn one from data.",
            )

    def learn_from(self, parts: Iterable[Any], whole: bool) -> None:
        """Learn which tokens there are, the most frequent first."""
        counts = Counts()
        for part in parts:
            counts.add(self.documents(part, whole))
        self.learn_counts(counts)

    def learn_counts(self, counts: Counts) -> None:
        """Take the most frequent of counted tokens as vocabulary.

        Parameters
        ----------
        counts : Counts
            The counted tokens.
        """
        special = [t for t in (self.mask_token, self.oov_token) if t is not None]
        most = None if self.max_tokens is None else self.max_tokens - self.token_start
        tokens = counts.ranked(special, most)
        weights = None
        if self.output_mode == "tf_idf":
            rarity = counts.rarity(tokens)
            mean = float(np.mean(rarity)) if rarity else 0.0
            weights = [mean] * self.token_start + rarity
        self.adapted.learn(tokens=tokens, idf_weights=weights)

    def documents(self, part: Any, whole: bool) -> list[list[Any]]:
        """Return the tokens of each document in a part of the data.

        Parameters
        ----------
        part : array
            The data. In a vector that is all of it each value is a document; in a batch a vector is
            one document.
        whole : bool
            Whether it is all of it.
        """
        values = self._keys(part, "data")
        if values.ndim < 2:
            values = values.reshape((-1, 1) if whole else (1, -1))
        return [row.reshape(-1).tolist() for row in values]

    def _keys(self, data: Any, label: str) -> np.ndarray:
        """Return data as an array of what the vocabulary holds."""
        raise NotImplementedError

    # The layer -------------------------------------------------------------------------------

    def needs_host(self, *dtypes: str) -> bool:
        """Return whether tokens must be looked up outside the network."""
        return "string" in dtypes

    @property
    def depth(self) -> int:
        """How long the vectors are; a `StateError` before there is a vocabulary."""
        if self.pad_to_max_tokens:
            assert self.max_tokens is not None
            return self.max_tokens
        if self.adapted.values is None:
            raise StateError(
                f"{layer_title(self)} has no vocabulary yet, which says how long its vectors are.",
                layer=self.title,
                hint="Call adapt() first, or give 'vocabulary'; or 'max_tokens' with "
                "'pad_to_max_tokens'.",
            )
        return self.vocabulary_size()

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the output's mode gives."""
        if self.output_mode == "int":
            return shapes[0]
        return encoded_shape(shapes[0], self._encoding_mode, self.depth)

    @property
    def _encoding_mode(self) -> str:
        return "count" if self.output_mode == "tf_idf" else self.output_mode

    def output_dtype(self, dtype: str) -> str:
        """Return whole numbers' type for places."""
        return "int32" if self.output_mode == "int" else "float32"

    def transform(self, inputs: Any) -> Any:
        """Return what the layer makes of data."""
        self.check_learned()
        if self.invert:
            return self.tokens_at(as_array(inputs))
        places = self.places(self._keys(inputs, "x"))
        return places if self.output_mode == "int" else self.encoded(places, host_run())

    def places(self, keys: np.ndarray) -> np.ndarray:
        """Return tokens' places in the vocabulary; -1 for those that are to be dropped.

        Parameters
        ----------
        keys : numpy.ndarray
            The tokens.
        """
        found = Index(self.tokens, self.token_start).find(keys)
        unknown = found < 0
        if self.num_oov_indices == 1:
            found = np.where(unknown, self._oov_start, found)
        elif self.num_oov_indices > 1:
            found = np.where(unknown, self._hashed(keys) + self._oov_start, found)
        if self.mask_token is not None:
            masked = np.asarray(keys == self.mask_token, bool).reshape(keys.shape)
            unknown = unknown & ~masked
            found = np.where(masked, 0 if self.output_mode == "int" else -1, found)
        if self.num_oov_indices == 0 and unknown.any():
            wrong = keys[unknown].reshape(-1)[0]
            raise DataError(
                f"{layer_title(self)} does not know {show(wrong)}, and has no place for unknown "
                "tokens.",
                argument="x",
                received=show(wrong),
                layer=self.title,
                hint="With 'num_oov_indices' of at least 1 they have one.",
            )
        return found

    def _hashed(self, keys: np.ndarray) -> np.ndarray:
        """Return which of several places an unknown token has, from 0."""
        raise NotImplementedError

    def encoded(self, places: Any, run: Run) -> Any:
        """Return places as the output's mode wants them.

        Parameters
        ----------
        places : tensor
            Places in the vocabulary.
        run : Run
            Where the formula runs.
        """
        out = encode(places, self._encoding_mode, self.depth, run.ops)
        if self.output_mode != "tf_idf":
            return out
        weights = np.zeros(self.depth, np.float32)
        learned = self.adapted.get("idf_weights")
        if learned is None:
            raise StateError(
                f"{layer_title(self)} has no vocabulary yet.",
                layer=self.title,
                hint="Call adapt() first.",
            )
        weights[: len(learned)] = learned
        return out * run.constant("idf_weights", weights)

    def tokens_at(self, places: np.ndarray) -> np.ndarray:
        """Return the tokens at places; the one for unknown ones elsewhere.

        Parameters
        ----------
        places : numpy.ndarray
            Places in the vocabulary.
        """
        if places.dtype.kind not in "fiub":
            raise DataError("'x' must hold places in the vocabulary: numbers.", argument="x")
        table = dict(enumerate(self.tokens, self.token_start))
        if self.mask_token is not None:
            table[0] = self.mask_token
        flat = [table.get(place, self.oov_token) for place in places.astype(int).reshape(-1)]
        out = np.empty(len(flat), np.int64 if self.whole_numbers else object)
        out[:] = flat
        return out.reshape(places.shape)
