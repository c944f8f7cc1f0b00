"""What the features of a feature space can be: a type of value, and how it is preprocessed."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.categories import Discretization
from rdeep.catalogue.layers.hashing import Hashing
from rdeep.catalogue.layers.lookup import IntegerLookup, StringLookup
from rdeep.catalogue.layers.preprocessing import Normalization, Rescaling
from rdeep.catalogue.layers.preprocessing_base import Preprocessing
from rdeep.catalogue.options import (
    Choice,
    Count,
    FeatureNames,
    Number,
    Numbers,
    Ref,
    Text,
    option,
)
from rdeep.catalogue.record import Record

MODE = option(
    Choice("one_hot", "int"),
    "one_hot",
    "Whether the feature becomes a vector with a one in it, or stays a number.",
)
NAME = option(Text(), None, "The name that its layer gets.")
MAX_TOKENS = option(Count(2), None, "The most different values to tell apart, unknown ones too.")
OOV = option(Count(0), 1, "How many places unknown values have.")


class Feature(Record, kind="feature", abstract=True):
    """A feature: it says what type its values have and which layer preprocesses them."""

    value_dtype: ClassVar[str] = "float32"
    mode: ClassVar[str] = "float"

    @property
    def values(self) -> str:
        """The type of the values: `"float32"`, `"int32"` or `"string"`."""
        return self.value_dtype

    @property
    def output(self) -> str:
        """What becomes of it: `"float"`, `"one_hot"` or `"int"`."""
        return getattr(self, "output_mode", self.mode)

    def layer(self) -> Layer | None:
        """Return a new layer that preprocesses the feature; `None` where it stays as it is."""
        raise NotImplementedError

    def _named(self) -> str | None:
        name = getattr(self, "name", None)
        return None if name is None else f"{name}_preprocessor"


class FloatFeature(Feature):
    """A number as it is."""

    key = "float"
    name: str | None = NAME

    def layer(self) -> Layer | None:
        """Return that there is none."""
        return None


class FloatRescaledFeature(Feature):
    """A number, multiplied and shifted."""

    key = "float_rescaled"
    scale: float = option(Number(), 1.0, "What to multiply by.")
    offset: float = option(Number(), 0.0, "What to add.")
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a rescaling."""
        return Rescaling(self.scale, self.offset, name=self._named())


class FloatNormalizedFeature(Feature):
    """A number, shifted and scaled to mean 0 and variance 1."""

    key = "float_normalized"
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a normalization."""
        return Normalization(name=self._named())


class FloatDiscretizedFeature(Feature):
    """A number, as the bin that it falls into."""

    key = "float_discretized"
    num_bins: int | None = option(Count(), doc="How many bins to learn from data.")
    bin_boundaries: tuple[float, ...] | None = option(
        Numbers(), None, "What separates the bins, if it is known; the bins are as many."
    )
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a discretization."""
        bins = self.num_bins if self.bin_boundaries is None else None
        return Discretization(self.bin_boundaries, bins, name=self._named())


class IntegerCategoricalFeature(Feature):
    """A whole number that stands for a category, by a vocabulary that is learned."""

    key = "integer_categorical"
    value_dtype = "int32"
    max_tokens: int | None = MAX_TOKENS
    num_oov_indices: int = OOV
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a lookup."""
        return IntegerLookup(self.max_tokens, self.num_oov_indices, name=self._named())


class StringCategoricalFeature(Feature):
    """Text that stands for a category, by a vocabulary that is learned."""

    key = "string_categorical"
    value_dtype = "string"
    max_tokens: int | None = MAX_TOKENS
    num_oov_indices: int = OOV
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a lookup."""
        return StringLookup(self.max_tokens, self.num_oov_indices, name=self._named())


class IntegerHashedFeature(Feature):
    """A whole number that stands for a category, by a hash."""

    key = "integer_hashed"
    value_dtype = "int32"
    num_bins: int = option(Count(), doc="How many bins.")
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a hashing."""
        return Hashing(self.num_bins, name=self._named())


class StringHashedFeature(Feature):
    """Text that stands for a category, by a hash."""

    key = "string_hashed"
    value_dtype = "string"
    num_bins: int = option(Count(), doc="How many bins.")
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a hashing."""
        return Hashing(self.num_bins, name=self._named())


_PREPROCESSOR = Ref(
    "layer", "a preprocessing layer", lambda layer: isinstance(layer, Preprocessing)
)


class CustomFeature(Feature):
    """A feature with a preprocessing layer of one's own."""

    key = "custom"
    dtype: str = option(Choice("float32", "int32", "string"), doc="The type of the values.")
    preprocessor: Any = option(_PREPROCESSOR, doc="The layer.")
    output_mode: str = option(
        Choice("float", "one_hot", "int"),
        doc='What the layer returns: numbers that stay (`"float"`), or category numbers that '
        'become vectors (`"one_hot"`) or stay (`"int"`).',
    )

    @property
    def values(self) -> str:
        """The type of the values."""
        return self.dtype

    def layer(self) -> Layer:
        """Return the layer itself."""
        found: Layer = self.preprocessor
        return found


class CrossFeature(Feature):
    """Several categories as one, by a hash of all of them."""

    key = "cross"
    feature_names: tuple[str, ...] = option(FeatureNames(), doc="The features to cross.")
    crossing_dim: int = option(Count(), doc="How many bins.")
    output_mode: str = MODE

    @property
    def name(self) -> str:
        """The name of the cross."""
        return "_X_".join(self.feature_names)
