"""What is returned of an evaluation: the numbers as Keras gives them, which have names too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rdeep.errors import ArgumentError, show, suggestion


class _Named:
    """Numbers that also have names."""

    named: dict[str, Any]

    def keys(self) -> list[str]:
        """Return the names: the loss, then the metrics."""
        return list(self.named)

    def items(self) -> list[tuple[str, Any]]:
        """Return the names with their values."""
        return list(self.named.items())

    def _of(self, name: str) -> Any:
        if name not in self.named:
            raise ArgumentError(
                f"There is no value named {show(name)}.",
                received=name,
                hint=suggestion(name, self.named),
            )
        return self.named[name]


class Scores(_Named, list):
    """The loss and the metrics, in this order; `scores["mae"]` is one by its name.

    Parameters
    ----------
    values : mapping or iterable
        The values by name. Whoever goes through nested lists (`pytest.approx`, `tf.nest`) makes a
        list of the same class of values alone: these have no names.
    """

    def __init__(self, values: Mapping[str, Any] | Iterable[Any]) -> None:
        self.named = dict(values) if isinstance(values, Mapping) else {}
        super().__init__(values.values() if isinstance(values, Mapping) else values)

    def __getitem__(self, key: Any) -> Any:
        return self._of(key) if isinstance(key, str) else super().__getitem__(key)


class Score(_Named, float):
    """The loss alone; `score["loss"]` is the same number.

    Parameters
    ----------
    values : mapping
        The value by its name.
    """

    def __new__(cls, values: Mapping[str, Any]) -> Score:
        """Return the number, which has a name."""
        (value,) = values.values()
        found = super().__new__(cls, value)
        found.named = dict(values)
        return found

    def __getitem__(self, key: str) -> Any:
        return self._of(key)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle makes it from again."""
        return Score, (self.named,)


def as_keras(values: Mapping[str, Any], return_dict: bool = False) -> Any:
    """Return values as Keras does: a number, a list of them, or a dict where it is asked for.

    Parameters
    ----------
    values : mapping
        The values by name, the loss first.
    return_dict : bool
        Whether to return them as a dict.
    """
    if return_dict:
        return dict(values)
    alone = len(values) == 1 and isinstance(next(iter(values.values())), float)
    return Score(values) if alone else Scores(values)
