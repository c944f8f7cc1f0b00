"""Hyperparameters: what they may be, how one is drawn, and the same as plain data."""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.errors import ArgumentError, Wording, listing, show, suggestion

Drawn = dict[str, Any]
"""What the sampler has drawn, by its own names: one number or name for each axis."""


class Parameter(ABC):
    """A hyperparameter. Its axes are what a sampler draws: one, or several for a list of widths.

    Parameters
    ----------
    when : mapping of str to object, optional
        The values of other hyperparameters that it is asked for with, one or a list each.
    """

    type: ClassVar[str]

    def __init__(self, when: Mapping[str, Any] | None = None) -> None:
        self.when = {name: _listed(values) for name, values in (when or {}).items()}

    @abstractmethod
    def draw(self, trial: Any, name: str) -> Any:
        """Return a value that a trial of Optuna's draws.

        Parameters
        ----------
        trial : optuna.Trial
            The trial.
        name : str
            The hyperparameter's name.
        """

    @abstractmethod
    def drawn(self, name: str, value: Any) -> Drawn | None:
        """Return what a sampler would have drawn for a value; `None` if it never would.

        Parameters
        ----------
        name : str
            The hyperparameter's name.
        value : object
            The value.
        """

    @abstractmethod
    def grid(self, levels: int) -> list[Any]:
        """Return values that are spread over all that there are.

        Parameters
        ----------
        levels : int
            How many, of a range.
        """

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """Return what it is made of, without `when`, as plain data."""

    def to_data(self) -> dict[str, Any]:
        """Return the hyperparameter as plain data, which `parameter_of` reads."""
        when = {"when": self.when} if self.when else {}
        return {"type": self.type, **self.options(), **when}

    def __repr__(self) -> str:
        said = [f"{name}={value!r}" for name, value in self.to_data().items() if name != "type"]
        return f"{type(self).__name__}({', '.join(said)})"


class Real(Parameter):
    """A number in a range.

    Parameters
    ----------
    low, high : float
        The ends of the range, which it may be.
    log : bool
        Whether it is drawn evenly on a logarithmic scale.
    when : mapping, optional
        As for `Parameter`.

    Examples
    --------
    >>> Real(1e-4, 1e-1, log=True).grid(4)
    [0.0001, 0.001, 0.01, 0.1]
    """

    type = "real"

    def __init__(
        self, low: float, high: float, log: bool = False, when: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(when)
        self.low, self.high = _number(low, "low"), _number(high, "high")
        self.log = bool(log)
        _check_range(self.low, self.high, self.log)

    def draw(self, trial: Any, name: str) -> float:
        """Return a value that a trial draws."""
        return float(trial.suggest_float(name, self.low, self.high, log=self.log))

    def drawn(self, name: str, value: Any) -> Drawn | None:
        """Return what a sampler would have drawn for a value."""
        fits = _is_number(value) and self.low <= value <= self.high
        return {name: float(value)} if fits else None

    def grid(self, levels: int) -> list[float]:
        """Return values that are spread evenly over the range."""
        if self.low == self.high:
            return [self.low]
        space = np.geomspace if self.log else np.linspace
        # As short as they can be said.
        return [float(f"{value:.6g}") for value in space(self.low, self.high, levels)]

    def options(self) -> dict[str, Any]:
        """Return the range."""
        return {"low": self.low, "high": self.high, "log": self.log}


class Whole(Parameter):
    """A whole number in a range.

    Parameters
    ----------
    low, high : int
        The ends of the range, which it may be.
    log : bool
        Whether it is drawn evenly on a logarithmic scale.
    step : int
        How far the values are apart.
    when : mapping, optional
        As for `Parameter`.

    Examples
    --------
    >>> Whole(16, 64, step=16).grid(4)
    [16, 32, 48, 64]
    """

    type = "whole"

    def __init__(
        self,
        low: int,
        high: int,
        log: bool = False,
        step: int = 1,
        when: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(when)
        self.low, self.high = _whole(low, "low"), _whole(high, "high")
        self.step, self.log = _whole(step, "step"), bool(log)
        _check_range(self.low, self.high, self.log)
        if self.step < 1 or (self.log and self.step != 1):
            wanted = "1 on a logarithmic scale" if self.log else "1 or more"
            raise ArgumentError(
                f"'step' must be {wanted}, not {show(step)}.", argument="step", received=step
            )
        self.high -= (self.high - self.low) % self.step

    def draw(self, trial: Any, name: str) -> int:
        """Return a value that a trial draws."""
        return int(trial.suggest_int(name, self.low, self.high, step=self.step, log=self.log))

    def drawn(self, name: str, value: Any) -> Drawn | None:
        """Return what a sampler would have drawn for a value."""
        fits = _is_number(value) and float(value).is_integer() and self.low <= value <= self.high
        if not fits or (int(value) - self.low) % self.step:
            return None
        return {name: int(value)}

    def grid(self, levels: int) -> list[int]:
        """Return values that are spread evenly over the range."""
        space = np.geomspace if self.log else np.linspace
        steps = (space(self.low, self.high, levels) - self.low) / self.step
        return sorted({self.low + self.step * round(float(each)) for each in steps})

    def options(self) -> dict[str, Any]:
        """Return the range."""
        return {"low": self.low, "high": self.high, "log": self.log, "step": self.step}


class Choice(Parameter):
    """One of several values.

    Parameters
    ----------
    *values
        Text, numbers, truth values, `None`, or lists of these.
    when : mapping, optional
        As for `Parameter`.

    Examples
    --------
    >>> Choice("relu", "gelu").grid(3)
    ['relu', 'gelu']
    """

    type = "choice"

    def __init__(self, *values: Any, when: Mapping[str, Any] | None = None) -> None:
        super().__init__(when)
        if not values:
            raise ArgumentError("There is nothing to choose from.", argument="values")
        self.values = [_plain(value) for value in values]
        names = [_name(value) for value in self.values]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ArgumentError(
                f"{twice[0]} is among the values more than once.", argument="values"
            )
        self._by_name = dict(zip(names, self.values))

    def draw(self, trial: Any, name: str) -> Any:
        """Return a value that a trial draws."""
        return self._by_name[trial.suggest_categorical(name, list(self._by_name))]

    def drawn(self, name: str, value: Any) -> Drawn | None:
        """Return what a sampler would have drawn for a value."""
        named = _name(_plain(value))
        return {name: named} if named in self._by_name else None

    def grid(self, levels: int) -> list[Any]:
        """Return all values."""
        return list(self.values)

    def options(self) -> dict[str, Any]:
        """Return the values."""
        return {"values": self.values}

    def __repr__(self) -> str:
        said = [repr(value) for value in self.values]
        return f"Choice({', '.join([*said, *([f'when={self.when}'] if self.when else [])])})"


class Layers(Parameter):
    """The widths of hidden layers that are equally wide: a list of a width for each layer.

    Parameters
    ----------
    low, high : int
        The smallest and the largest width; it is drawn evenly on a logarithmic scale.
    fewest, most : int
        How many layers there are at least and at most.
    when : mapping, optional
        As for `Parameter`.

    Examples
    --------
    >>> Layers(16, 64, most=2).grid(2)
    [[16], [64], [16, 16], [64, 64]]
    """

    type = "layers"

    def __init__(
        self,
        low: int,
        high: int,
        fewest: int = 1,
        most: int = 3,
        when: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(when)
        self.width = Whole(low, high, log=True)
        self.count = Whole(fewest, most)
        if self.count.low < 1:
            raise ArgumentError(
                f"'fewest' must be 1 or more, not {show(fewest)}.",
                argument="fewest",
                received=fewest,
            )

    def draw(self, trial: Any, name: str) -> list[int]:
        """Return a value that a trial draws."""
        count = self.count.draw(trial, f"{name}.layers")
        return [self.width.draw(trial, f"{name}.width")] * count

    def drawn(self, name: str, value: Any) -> Drawn | None:
        """Return what a sampler would have drawn for a value."""
        widths = list(value) if isinstance(value, (list, tuple)) else [value]
        if len(set(widths)) != 1:
            return None
        count = self.count.drawn(f"{name}.layers", len(widths))
        width = self.width.drawn(f"{name}.width", widths[0])
        return None if count is None or width is None else {**count, **width}

    def grid(self, levels: int) -> list[list[int]]:
        """Return widths that are spread over the range, for each number of layers."""
        counts, widths = self.count.grid(levels), self.width.grid(levels)
        return [[width] * count for count in counts for width in widths]

    def options(self) -> dict[str, Any]:
        """Return both ranges."""
        return {
            "low": self.width.low,
            "high": self.width.high,
            "fewest": self.count.low,
            "most": self.count.high,
        }


_CLASSES: dict[str, type[Parameter]] = {each.type: each for each in (Real, Whole, Choice, Layers)}


def parameter_of(data: Any, name: str) -> Parameter:
    """Return a hyperparameter from plain data; one that is one already, as it is.

    Parameters
    ----------
    data : Parameter or mapping
        What `Parameter.to_data` returned.
    name : str
        The hyperparameter's name, for messages.

    Raises
    ------
    ArgumentError
        If it is something else, or its range is empty.
    """
    if isinstance(data, Parameter):
        return data
    kind = data.get("type") if isinstance(data, Mapping) else None
    if kind not in _CLASSES:
        raise ArgumentError(
            f"The hyperparameter {show(name)} must be a range or a choice, not {show(data)}.",
            argument=name,
            received=data,
            hint=f"It is one of {listing([each.__name__ for each in _CLASSES.values()])}.",
        )
    options = {key: value for key, value in data.items() if key != "type"}
    try:
        if kind == "choice":
            return Choice(*options.pop("values", ()), **options)
        return _CLASSES[kind](**options)
    except ArgumentError as error:
        raise error.inside(f"the hyperparameter {name!r}") from None


def refuse_unknown(
    names: Iterable[str], known: Sequence[str], what: str | Wording, argument: str
) -> None:
    """Refuse names that are not known.

    Parameters
    ----------
    names, known : iterable of str
        The names, and those that there are.
    what : str
        What has not got them, such as `"The function"`.
    argument : str
        The argument that they come from.
    """
    for name in names:
        if name not in known:
            raise ArgumentError(
                f"{what} has no hyperparameter {show(name)}.",
                argument=argument,
                received=name,
                hint=suggestion(name, known),
            )


def _listed(values: Any) -> list[Any]:
    return [_plain(v) for v in (values if isinstance(values, (list, tuple)) else [values])]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _number(value: Any, name: str) -> float:
    if not _is_number(value) or not math.isfinite(value):
        raise ArgumentError(
            f"{name!r} must be a number, not {show(value)}.", argument=name, received=value
        )
    return float(value)


def _whole(value: Any, name: str) -> int:
    if not _is_number(value) or not math.isfinite(value) or not float(value).is_integer():
        raise ArgumentError(
            f"{name!r} must be a whole number, not {show(value)}.", argument=name, received=value
        )
    return int(value)


def _check_range(low: float, high: float, log: bool) -> None:
    if low > high:
        raise ArgumentError(
            f"The range from {low:g} to {high:g} is empty.",
            argument="high",
            received=high,
            hint="The smaller end comes first.",
        )
    if log and low <= 0:
        raise ArgumentError(
            f"A range on a logarithmic scale must begin above 0, not at {low:g}.",
            argument="low",
            received=low,
            hint="Begin at a small number, such as 1e-6, or take the scale as it is.",
        )


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ArgumentError(
        f"A value to choose must be text, a number, a truth value, or a list of these, not "
        f"{show(value)}.",
        argument="values",
        received=value,
        hint="Choose by a name, and look up in the function what it stands for.",
    )


def _name(value: Any) -> str:
    """Return what a value is called where it is stored: text as it is."""
    return value if isinstance(value, str) else json.dumps(value)
