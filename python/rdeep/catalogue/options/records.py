"""Types of options that are records of the catalogue: a layer, an initializer, a schedule.

They know records by their `kind` and by what the registry finds, never by class: the records'
classes declare options themselves, and so stand above this package.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping
from typing import Any

from rdeep.catalogue.dispatch import calls
from rdeep.catalogue.options.base import OptionType, elements
from rdeep.catalogue.options.numeric import Number
from rdeep.catalogue.options.texts import FeatureNames
from rdeep.catalogue.registry import resolve, restored
from rdeep.errors import ArgumentError, Wording, called, worded


def is_record(kind: str, value: Any) -> bool:
    """Return whether a value is a record of a kind.

    Parameters
    ----------
    kind : str
        Such as `"layer"`.
    value : object
        Any value.
    """
    return getattr(value, "kind", None) == kind and not isinstance(value, type)


def is_saved(value: Any) -> bool:
    """Return whether a value is the saved form of a record.

    Parameters
    ----------
    value : object
        Any value.
    """
    return isinstance(value, Mapping) and {"class", "options"} <= set(value)


class Ref(OptionType):
    """Another record of the catalogue, given as such or by its name.

    Parameters
    ----------
    kind : str
        The record's kind, such as `"layer"`.
    words : str or Wording, optional
        Which records are wanted, where not all of the kind are.
    accepts : function of a record, optional
        Whether it is one of those.
    hint : str, optional
        What is said of a record that is not.
    """

    def __init__(
        self,
        kind: str,
        words: str | Wording | None = None,
        accepts: Callable[[Any], bool] | None = None,
        hint: str | None = None,
    ) -> None:
        self.kind, self.accepts, self.hint = kind, accepts, hint
        article = "an" if kind[0] in "aeio" else "a"
        self.words = words or f"{article} {kind} or the name of one"

    def check(self, value: Any) -> Any:
        """Return the record that the value is or names."""
        found = resolve(self.kind, value)
        if self.accepts is not None and not self.accepts(found):
            raise self.refuse(self.hint)
        return found

    def restore(self, value: Any, place: str) -> Any:
        """Return the record that a file describes."""
        found = restored(self.kind, value, place)
        if self.accepts is not None and not self.accepts(found):
            raise self.damage(value, place)
        return found


_LAYER = worded(f"a layer such as {called('Dense', 'layer', {'units': 8})}")


class LayerRef(Ref):
    """A layer, given as such; the other arguments are those of `Ref`."""

    def __init__(
        self,
        words: str | Wording = _LAYER,
        accepts: Callable[[Any], bool] | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__("layer", words, accepts, hint)

    def check(self, value: Any) -> Any:
        """Return the layer; a model is one, and finds its weights when it is applied."""
        if hasattr(value, "is_built") and hasattr(value, "as_layer"):
            value = value.as_layer()
        try:
            return super().check(value)
        except ArgumentError:
            raise self.refuse() from None


class ActivationOrNone(Ref):
    """An activation, where none stands for the linear one."""

    def __init__(self) -> None:
        super().__init__("activation")

    def check(self, value: Any) -> Any:
        """Return the activation."""
        return super().check("linear" if value is None else value)


class Rate(OptionType):
    """A learning rate: a number, or a schedule of the catalogue."""

    words = "a number of at least 0 or a learning-rate schedule"

    def check(self, value: Any) -> Any:
        """Return a number as a `float`, and the schedule that the value is or describes."""
        if isinstance(value, numbers.Real):
            return Number(0.0, open_high=True).check(value)
        known = is_saved(value) or is_record("schedule", value)
        if not (known or (callable(value) and not isinstance(value, type))):
            raise self.refuse()
        return resolve("schedule", value)

    def restore(self, value: Any, place: str) -> Any:
        """Return a number as a `float`, or the schedule that a file describes."""
        if isinstance(value, dict):
            return restored("schedule", value, place)
        return super().restore(value, place)


_CELL = called("LSTMCell", "rnn_cell", {"units": 32})


class Cell(OptionType):
    """A cell; a list of them stands for `StackedRNNCells`."""

    words = worded(f"a cell such as {_CELL}, or a list of them")

    def check(self, value: Any) -> Any:
        """Return the cell."""
        if isinstance(value, (list, tuple)) and value:
            value = {"class": "StackedRNNCells", "options": {"cells": value}}
        if is_saved(value) or is_record("rnn_cell", value):
            return resolve("rnn_cell", value)
        own = calls().own_cell(value) if is_record("layer", value) else None
        if own is None:
            raise self.refuse("A cell of your own is a layer that has 'state_size'.")
        return own

    def restore(self, value: Any, place: str) -> Any:
        """Return the cell that a file describes."""
        return restored("rnn_cell", value, place)


class Cells(OptionType):
    """Several cells in a list, kept as a tuple."""

    words = worded(f"a list of cells such as {_CELL}")

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return the cells."""
        if not isinstance(value, (list, tuple)) or not value:
            raise self.refuse()
        return tuple(Cell().check(each) for each in value)

    def restore(self, value: Any, place: str) -> tuple[Any, ...]:
        """Return the cells that a file describes."""
        if not isinstance(value, list) or not value:
            raise self.damage(value, place)
        return tuple(restored("rnn_cell", v, f"{place}[{i}]") for i, v in enumerate(value))


class Features(OptionType):
    """Features by name: each a feature, or the name of a kind of them."""

    words = "features by name, each a feature or the name of one such as 'float'"

    def check(self, value: Any) -> dict[str, Any]:
        """Return them as a dict; names of kinds stay as they are."""
        if not isinstance(value, Mapping) or not value:
            raise self.refuse()
        for feature in value.values():
            saved = isinstance(feature, Mapping) and "class" in feature
            if not (isinstance(feature, str) or is_record("feature", feature) or saved):
                raise self.refuse()
        return {str(name): feature for name, feature in value.items()}

    def restore(self, value: Any, place: str) -> dict[str, Any]:
        """Return the features that a file describes."""
        if not isinstance(value, dict) or not value:
            raise self.damage(value, place)
        return {name: restored("feature", v, f"{place}[{name!r}]") for name, v in value.items()}


class Crosses(OptionType):
    """Crosses: each one a record, or the names of features."""

    words = worded(
        f"a list of crosses, each a {called('CrossFeature', 'feature')} or the names of features"
    )

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return them as a tuple."""
        several = elements(value)
        if several is None:
            raise self.refuse()
        return tuple(
            cross if self._is_cross(cross) else FeatureNames().check(cross) for cross in several
        )

    def restore(self, value: Any, place: str) -> tuple[Any, ...]:
        """Return the crosses that a file describes."""
        if not isinstance(value, list):
            raise self.damage(value, place)
        found = tuple(restored("feature", v, f"{place}[{i}]") for i, v in enumerate(value))
        if not all(map(self._is_cross, found)):
            raise self.damage(value, place)
        return found

    def _is_cross(self, value: Any) -> bool:
        crossed = is_record("feature", value) and value.key == "cross"
        return crossed or isinstance(value, Mapping)
