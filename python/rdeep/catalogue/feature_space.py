"""All columns of a table, preprocessed and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue import features as F
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.categories import CategoryEncoding
from rdeep.catalogue.layers.hashing import HashedCrossing
from rdeep.catalogue.layers.merging import Concatenate
from rdeep.catalogue.layers.preprocessing import Rescaling
from rdeep.catalogue.layers.preprocessing_base import Preprocessing, as_array, holds_symbolic
from rdeep.catalogue.options import Choice, Count, Crosses, Features, option
from rdeep.catalogue.registry import find, from_config
from rdeep.errors import (
    ArgumentError,
    DataError,
    StateError,
    constructor,
    layer_title,
    plain,
    show,
    suggestion,
)
from rdeep.preprocessing.batches import batches, rows_in_batches

__all__ = ["FeatureSpace"]

# Keras reads arrays in batches of so many rows, on which estimated quantiles depend.
_ROWS = 32


class FeatureSpace(Preprocessing):
    """Feature space layer: preprocesses the columns of a table and combines them.

    Each column is a feature: numbers are scaled or binned, categories looked up or hashed, and
    crosses of several categories are categories too. It is called on columns by name, or on
    symbolic tensors by name: `get_inputs()` returns these and `get_encoded_features()` the encoded
    tensors, for a model that takes the columns as they are.

    Call arguments
    --------------
    inputs : dict of arrays or tensors
        The columns by name.

    Input shape
    -----------
    Columns by name, of the shape `(batch,)` or `(batch, 1)`.

    Output shape
    ------------
    `(batch, size)`, with all encoded features side by side; with `output_mode = "dict"` a tensor
    for each feature.

    Examples
    --------
    >>> space = FeatureSpace({"age": "float", "job": "integer_hashed"}, crosses=())
    >>> space({"age": np.array([30.0]), "job": np.array([2])}).shape
    (1, 33)
    """

    adapts = True
    takes_text = True
    features: Any = option(Features(), None, "The features by the names of the columns.")
    output_mode: str = option(
        Choice("concat", "dict"),
        "concat",
        "Whether to concatenate the features, or return one array for each.",
    )
    crosses: Any = option(
        Crosses(), None, "The crosses of features: their names, or `CrossFeature`."
    )
    crossing_dim: int = option(Count(), 32, "The number of bins of crosses.")
    hashing_dim: int = option(Count(), 32, "The number of bins of hashed features.")
    num_discretization_bins: int = option(Count(), 32, "The number of bins of discretized numbers.")
    feature_names: Any = option(Features(), None, "Another name of `features`.", keyword_only=True)

    def validate(self) -> None:
        """Make the layers of all features."""
        if (self.features is None) == (self.feature_names is None):
            raise ArgumentError(
                f"{constructor(self)}: give 'features', by the names of the columns.",
                argument="features",
                layer=self.title,
            )
        given = self.feature_names if self.features is None else self.features
        kept = {name: self._feature(name, each) for name, each in given.items()}
        self.__dict__.update(features=kept, feature_names=None)
        self.__dict__["preprocessors"] = {name: each.layer() for name, each in kept.items()}
        crosses = tuple(self._cross(each) for each in self.crosses or ())
        self.__dict__["crosses"] = crosses
        self.__dict__["crossers"] = {
            cross.name: HashedCrossing(cross.crossing_dim, name=cross.name) for cross in crosses
        }
        self.__dict__["_encoders"] = {}
        self.__dict__["_symbolic"] = {}

    preprocessors: dict[str, Any]
    crossers: dict[str, HashedCrossing]
    _encoders: dict[str, CategoryEncoding]
    _symbolic: dict[str, Any]

    def _feature(self, name: str, value: Any) -> F.Feature:
        if isinstance(value, F.Feature):
            return value
        if isinstance(value, Mapping):
            made: F.Feature = from_config("feature", value)
            return made
        cls = find("feature", value)
        defaults = {"float_discretized": self.num_discretization_bins}
        bins = defaults.get(cls.key, self.hashing_dim)
        if cls.key in ("cross", "custom"):
            raise ArgumentError(
                f"{constructor(self)}: feature {name!r} cannot be {show(value)}.",
                argument="features",
                received=value,
                layer=self.title,
            )
        feature: F.Feature = cls(**{"num_bins": bins} if "num_bins" in cls.options else {})
        return feature.replace(name=name) if "name" in cls.options else feature

    def _cross(self, value: Any) -> F.CrossFeature:
        if isinstance(value, Mapping):
            made: F.CrossFeature = from_config("feature", value)
            return made
        cross = value if isinstance(value, F.CrossFeature) else None
        names = value if cross is None else cross.feature_names
        for name in names:
            if name not in self.features:
                raise ArgumentError(
                    f"{constructor(self)}: 'crosses' names {name!r}, which is no feature.",
                    argument="crosses",
                    received=name,
                    hint=suggestion(name, self.features),
                    layer=self.title,
                )
        return F.CrossFeature(names, self.crossing_dim) if cross is None else cross

    def to_data(self) -> dict[str, Any]:
        """Return the options, and what each feature's layer learned, as plain data."""
        config = super().to_data()
        options = config["options"]
        options["features"] = {name: each.to_data() for name, each in self.features.items()}
        options["crosses"] = [cross.to_data() for cross in self.crosses] or None
        learned = {
            name: layer.adapted.to_data()
            for name, layer in self.preprocessors.items()
            if layer is not None and layer.adapted.values is not None
        }
        return {**config, "adapted": learned} if learned else config

    def check_saved(self, values: Any, place: str) -> None:
        """Refuse what the features' layers cannot have learned."""
        known = [name for name, layer in self.preprocessors.items() if layer is not None]
        plain.fields(values, (), place, known)
        for name, learned in values.items():
            self.preprocessors[name].check_saved(learned, f"{place}.{name}")

    def restore(self, values: Mapping[str, Any]) -> None:
        """Take over what each feature's layer learned."""
        for name, learned in values.items():
            self.preprocessors[name].restore(learned)

    # Keras's ways to make features.
    feature: ClassVar[Callable[..., F.Feature]] = F.CustomFeature
    cross: ClassVar[Callable[..., F.Feature]] = F.CrossFeature
    float: ClassVar[Callable[..., F.Feature]] = F.FloatFeature
    float_rescaled: ClassVar[Callable[..., F.Feature]] = F.FloatRescaledFeature
    float_normalized: ClassVar[Callable[..., F.Feature]] = F.FloatNormalizedFeature
    float_discretized: ClassVar[Callable[..., F.Feature]] = F.FloatDiscretizedFeature
    integer_categorical: ClassVar[Callable[..., F.Feature]] = F.IntegerCategoricalFeature
    integer_hashed: ClassVar[Callable[..., F.Feature]] = F.IntegerHashedFeature
    string_categorical: ClassVar[Callable[..., F.Feature]] = F.StringCategoricalFeature
    string_hashed: ClassVar[Callable[..., F.Feature]] = F.StringHashedFeature

    # Learning --------------------------------------------------------------------------------

    def _to_adapt(self) -> list[str]:
        return [
            name
            for name, layer in self.preprocessors.items()
            if layer is not None and layer.adapts and layer.may_learn()
        ]

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Let each feature's layer learn from its column.

        Parameters
        ----------
        data : mapping of str to array, or stream of these
            The columns.
        batch_size : int, optional
            How many rows are read at a time, on which estimated quantiles depend a little; 32 by
            default.
        steps : int, optional
            How many batches of a stream to read; by default all.
        """
        if isinstance(data, Mapping):
            parts: Iterable[Any] = rows_in_batches(self._columns(data), batch_size or _ROWS)
        else:
            parts = batches(data, steps)
        read = list(parts)
        for name in self._to_adapt():
            column = [_as_column(self._columns(part)[name]) for part in read]
            self.preprocessors[name].learn_from(column, whole=False)
        self._encoders.clear()
        self._symbolic.clear()

    def _columns(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise DataError(
                f"{layer_title(self)} takes columns by name, such as a dict or a data frame.",
                argument="data",
                layer=self.title,
            )
        for name in self.features:
            if name not in data:
                raise DataError(
                    f"{layer_title(self)} needs the column {name!r}.",
                    argument="data",
                    received=list(data),
                    layer=self.title,
                )
        return {name: data[name] for name in self.features}

    def _check_adapted(self) -> None:
        for name in self._to_adapt():
            if self.preprocessors[name].adapted.values is None:
                raise StateError(
                    f"{layer_title(self)} has learned nothing of its feature {name!r} yet.",
                    layer=self.title,
                    hint="Call adapt() first.",
                )

    # Encoding --------------------------------------------------------------------------------

    def __call__(  # type: ignore[override]
        self, inputs: Any, training: bool | None = None
    ) -> Any:
        """Apply the layers to columns, or to symbolic tensors, by name.

        Parameters
        ----------
        inputs : mapping of str to array or SymbolicTensor
            The columns.
        """
        if is_symbolic(inputs) or (not isinstance(inputs, Mapping) and holds_symbolic(inputs)):
            raise ArgumentError(
                f"{layer_title(self)} takes symbolic tensors by name: see get_inputs().",
                argument="inputs",
                layer=self.title,
            )
        self._check_adapted()
        columns = self._columns(inputs)
        if holds_symbolic(columns):
            return self._encoded(columns, _join_symbolic, _as_float_symbolic)
        if any(_is_to_come(column) for column in columns.values()):
            return dispatch.calls().call_preprocessing(self, columns)
        arrays = {name: as_array(column) for name, column in columns.items()}
        alone = all(array.ndim == 0 for array in arrays.values())
        found = self._encoded(
            {name: _as_column(array) for name, array in arrays.items()},
            lambda parts: np.concatenate(parts, axis=-1),
            lambda x: x.astype(np.float32),
        )
        if not alone:
            return found
        one = {name: part[0] for name, part in found.items()} if isinstance(found, dict) else None
        return found[0] if one is None else one

    def transform(self, inputs: Any) -> Any:
        """Return what becomes of columns."""
        return self(inputs)

    def _encoded(
        self,
        columns: dict[str, Any],
        join: Callable[[list[Any]], Any],
        as_float: Callable[..., Any],
    ) -> Any:
        """Return features and crosses, each sorted by name, as vectors; crosses come last."""
        done = {
            name: column if self.preprocessors[name] is None else self.preprocessors[name](column)
            for name, column in columns.items()
        }
        crossed = {
            cross.name: self.crossers[cross.name]([done[name] for name in cross.feature_names])
            for cross in self.crosses
        }
        specs: dict[str, F.Feature] = {**self.features, **{c.name: c for c in self.crosses}}
        encoded = {}
        for name, value in [*sorted(done.items()), *sorted(crossed.items())]:
            spec = specs[name]
            if spec.output == "one_hot":
                value = self._encoder(name)(value)
            elif spec.output == "int" and self.output_mode == "concat":
                raise ArgumentError(
                    f"{layer_title(self)}: feature {name!r} stays a category number, which cannot "
                    "be put together with others.",
                    argument="output_mode",
                    layer=self.title,
                    hint="Use the output mode 'dict', or 'one_hot' for the feature.",
                )
            elif self.preprocessors.get(name) is None and name in self.features:
                value = as_float(value)
            encoded[name] = value
        if self.output_mode == "dict":
            return encoded
        return join(list(encoded.values()))

    def _encoder(self, name: str) -> CategoryEncoding:
        """Return what makes vectors of a feature's category numbers."""
        if name not in self._encoders:
            depth = _cardinality(self.preprocessors.get(name) or self.crossers.get(name))
            if depth is None:
                raise ArgumentError(
                    f"{layer_title(self)}: feature {name!r} cannot be one-hot: nobody knows how "
                    "many categories its layer tells apart.",
                    argument="features",
                    layer=self.title,
                    hint="Use the output mode 'int' for the feature.",
                )
            self._encoders[name] = CategoryEncoding(depth, "multi_hot")
        return self._encoders[name]

    # In models -------------------------------------------------------------------------------

    def get_inputs(self) -> dict[str, Any]:
        """Return a symbolic tensor for each column to enter a model by."""
        if "inputs" not in self._symbolic:
            make_input = dispatch.calls().make_input
            self._symbolic["inputs"] = {
                name: make_input((1,), feature.values, name)
                for name, feature in self.features.items()
            }
        found: dict[str, Any] = self._symbolic["inputs"]
        return found

    def get_encoded_features(self) -> Any:
        """Return what becomes of the tensors of `get_inputs()`."""
        if "encoded" not in self._symbolic:
            self._symbolic["encoded"] = self(self.get_inputs())
        return self._symbolic["encoded"]


def _join_symbolic(parts: list[Any]) -> Any:
    return Concatenate()(parts) if len(parts) > 1 else parts[0]


def _as_float_symbolic(x: Any) -> Any:
    return x if x.dtype == "float32" else Rescaling(1.0)(x)


def _as_column(values: Any) -> np.ndarray:
    array = as_array(values)
    if array.ndim == 0:
        return array.reshape(1, 1)
    return array[:, np.newaxis] if array.ndim == 1 else array


def _cardinality(layer: Any) -> int | None:
    """Return how many categories a layer tells apart."""
    for name in ("num_tokens", "num_bins"):
        if getattr(layer, name, None) is not None:
            return int(getattr(layer, name))
    if hasattr(layer, "boundaries"):
        return len(layer.boundaries) + 1
    if hasattr(layer, "vocabulary_size"):
        return int(layer.vocabulary_size())
    return None


def _is_to_come(column: Any) -> bool:
    """Return whether a tensor is of a function that is traced, and has no values yet."""
    return type(column).__module__.startswith("tensorflow") and not hasattr(column, "numpy")
