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
    "The encoding: a one-hot vector, or an index.",
)
NAME = option(Text(), None, "The name of its layer.")
MAX_TOKENS = option(
    Count(2), None, "The largest number of different values, unknown ones included."
)
OOV = option(Count(0), 1, "The number of indices of unknown values.")


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
    """Numeric feature, unchanged.

    Examples
    --------
    >>> FloatFeature().output
    'float'
    """

    key = "float"
    name: str | None = NAME

    def layer(self) -> Layer | None:
        """Return that there is none."""
        return None


class FloatRescaledFeature(Feature):
    """Rescaled numeric feature: `x * scale + offset`.

    Examples
    --------
    >>> FloatRescaledFeature(scale=0.01).layer()
    Rescaling(scale=0.01)
    """

    key = "float_rescaled"
    scale: float = option(Number(), 1.0, "The factor.")
    offset: float = option(Number(), 0.0, "The offset that is added.")
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a rescaling."""
        return Rescaling(self.scale, self.offset, name=self._named())


class FloatNormalizedFeature(Feature):
    """Normalized numeric feature, with mean 0 and variance 1.

    Examples
    --------
    >>> FloatNormalizedFeature().layer()
    Normalization()
    """

    key = "float_normalized"
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a normalization."""
        return Normalization(name=self._named())


class FloatDiscretizedFeature(Feature):
    """Discretized numeric feature: the bin of a number, as a category.

    Examples
    --------
    >>> FloatDiscretizedFeature(num_bins=4).layer()
    Discretization(num_bins=4)
    """

    key = "float_discretized"
    num_bins: int | None = option(Count(), doc="The number of bins to learn from data.")
    bin_boundaries: tuple[float, ...] | None = option(
        Numbers(), None, "The boundaries between bins; by default they are learned."
    )
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a discretization."""
        bins = self.num_bins if self.bin_boundaries is None else None
        return Discretization(self.bin_boundaries, bins, name=self._named())


class IntegerCategoricalFeature(Feature):
    """Categorical feature of integers, by a learned vocabulary.

    Examples
    --------
    >>> IntegerCategoricalFeature().layer()
    IntegerLookup()
    """

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
    """Categorical feature of strings, by a learned vocabulary.

    Examples
    --------
    >>> StringCategoricalFeature().layer()
    StringLookup()
    """

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
    """Hashed categorical feature of integers (the hashing trick).

    Examples
    --------
    >>> IntegerHashedFeature(8).layer()
    Hashing(num_bins=8)
    """

    key = "integer_hashed"
    value_dtype = "int32"
    num_bins: int = option(Count(), doc="The number of bins.")
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a hashing."""
        return Hashing(self.num_bins, name=self._named())


class StringHashedFeature(Feature):
    """Hashed categorical feature of strings (the hashing trick).

    Examples
    --------
    >>> StringHashedFeature(8).layer()
    Hashing(num_bins=8)
    """

    key = "string_hashed"
    value_dtype = "string"
    num_bins: int = option(Count(), doc="The number of bins.")
    output_mode: str = MODE
    name: str | None = NAME

    def layer(self) -> Layer:
        """Return a hashing."""
        return Hashing(self.num_bins, name=self._named())


_PREPROCESSOR = Ref(
    "layer", "a preprocessing layer", lambda layer: isinstance(layer, Preprocessing)
)


class CustomFeature(Feature):
    """Feature with a preprocessing layer of one's own.

    Examples
    --------
    >>> from rdeep.catalogue.layers import Rescaling
    >>> CustomFeature("float32", Rescaling(0.5), "float").layer()
    Rescaling(scale=0.5)
    """

    key = "custom"
    dtype: str = option(Choice("float32", "int32", "string"), doc="The data type of the values.")
    preprocessor: Any = option(_PREPROCESSOR, doc="The layer.")
    output_mode: str = option(
        Choice("float", "one_hot", "int"),
        doc='The output of the layer: numbers (`"float"`), or category indices that are one-hot '
        'encoded (`"one_hot"`) or not (`"int"`).',
    )

    @property
    def values(self) -> str:
        """The data type of the values."""
        return self.dtype

    def layer(self) -> Layer:
        """Return the layer itself."""
        found: Layer = self.preprocessor
        return found


class CrossFeature(Feature):
    """Cross of several categorical features, by a hash of their combination.

    Examples
    --------
    >>> CrossFeature(["a", "b"], crossing_dim=16).name
    'a_X_b'
    """

    key = "cross"
    feature_names: tuple[str, ...] = option(FeatureNames(), doc="The features to cross.")
    crossing_dim: int = option(Count(), doc="The number of bins.")
    output_mode: str = MODE

    @property
    def name(self) -> str:
        """The name of the cross."""
        return "_X_".join(self.feature_names)
