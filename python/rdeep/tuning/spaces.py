"""Spaces: several hyperparameters by name, some of which are asked for with values of others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from rdeep.errors import ArgumentError, show, suggestion
from rdeep.tuning.parameters import Choice, Drawn, Parameter, parameter_of

_LARGEST_GRID = 10_000


class Space:
    """Hyperparameters by name.

    Parameters
    ----------
    parameters : mapping of str to Parameter, optional
        The hyperparameters, or the same as plain data.
    **named
        The same, by keyword.

    Examples
    --------
    >>> from rdeep.tuning import Choice, Real, Space
    >>> space = Space(
    ...     optimizer=Choice("adam", "sgd"),
    ...     momentum=Real(0, 0.99, when={"optimizer": "sgd"}),
    ... )
    >>> space.grid(2)
    [{'optimizer': 'adam'}, {'optimizer': 'sgd', 'momentum': 0.0}, \
{'optimizer': 'sgd', 'momentum': 0.99}]
    """

    def __init__(self, parameters: Any = None, /, **named: Any) -> None:
        if isinstance(parameters, Space):
            parameters = parameters.parameters
        if parameters is not None and not isinstance(parameters, Mapping):
            raise ArgumentError(
                f"'space' must be a space or a dict of hyperparameters, not {show(parameters)}.",
                argument="space",
                received=parameters,
            )
        given = {**(parameters or {}), **named}
        if not given:
            raise ArgumentError("The space has no hyperparameters.", argument="space")
        self.parameters: dict[str, Parameter] = {}
        for name, each in given.items():
            parameter = parameter_of(each, name)
            self._check_condition(name, parameter)
            self.parameters[name] = parameter

    def _check_condition(self, name: str, parameter: Parameter) -> None:
        for other, values in parameter.when.items():
            if other not in self.parameters:
                raise ArgumentError(
                    f"The hyperparameter {show(name)} depends on {show(other)}, which does not "
                    "come before it.",
                    argument="when",
                    received=other,
                    hint=suggestion(other, list(self.parameters)),
                )
            asked = self.parameters[other]
            if isinstance(asked, Choice) and not any(v in asked.values for v in values):
                raise ArgumentError(
                    f"The hyperparameter {show(name)} is never asked for: {show(other)} is never "
                    f"{show(values[0] if len(values) == 1 else values)}.",
                    argument="when",
                    received=values,
                )

    @property
    def names(self) -> list[str]:
        """The names of the hyperparameters."""
        return list(self.parameters)

    def draw(self, trial: Any) -> dict[str, Any]:
        """Return the settings that a trial of Optuna's draws.

        Parameters
        ----------
        trial : optuna.Trial
            The trial.
        """
        settings: dict[str, Any] = {}
        for name, parameter in self.parameters.items():
            if _applies(parameter, settings):
                settings[name] = parameter.draw(trial, name)
        return settings

    def drawn(self, settings: Mapping[str, Any]) -> Drawn:
        """Return what a sampler would have drawn for settings, which may be some of them.

        Parameters
        ----------
        settings : mapping
            Values by name.

        Raises
        ------
        ArgumentError
            If the space has no such name, or not that value.
        """
        found: Drawn = {}
        for name, value in settings.items():
            if name not in self.parameters:
                raise ArgumentError(
                    f"The space has no hyperparameter {show(name)}.",
                    argument="start",
                    received=name,
                    hint=suggestion(name, self.names),
                )
            drawn = self.parameters[name].drawn(name, value)
            if drawn is None:
                raise ArgumentError(
                    f"The space has no {show(value)} for {show(name)}: it is "
                    f"{self.parameters[name]!r}.",
                    argument="start",
                    received=value,
                )
            found.update(drawn)
        return found

    def holds(self, settings: Mapping[str, Any]) -> bool:
        """Return whether settings are one of the space's points, with a value for each name."""
        for name, parameter in self.parameters.items():
            if not _applies(parameter, settings):
                continue
            if name not in settings or parameter.drawn(name, settings[name]) is None:
                return False
        return True

    def grid(self, levels: int = 3) -> list[dict[str, Any]]:
        """Return the settings of a grid.

        Parameters
        ----------
        levels : int
            How many values of each range.

        Raises
        ------
        ArgumentError
            If there are more than ten thousand.
        """
        found = list(itertools.islice(self._walk({}, self.names, levels), _LARGEST_GRID + 1))
        if len(found) > _LARGEST_GRID:
            raise ArgumentError(
                f"The grid has more than {_LARGEST_GRID} points.",
                argument="levels",
                received=levels,
                hint="Take fewer levels or hyperparameters, or the sampler 'tpe' or 'random'.",
            )
        return found

    def _walk(
        self, settings: dict[str, Any], names: list[str], levels: int
    ) -> Iterator[dict[str, Any]]:
        if not names:
            yield settings
            return
        name, *rest = names
        parameter = self.parameters[name]
        if not _applies(parameter, settings):
            yield from self._walk(settings, rest, levels)
            return
        for value in parameter.grid(levels):
            yield from self._walk({**settings, name: value}, rest, levels)

    def to_data(self) -> dict[str, Any]:
        """Return the space as plain data, which the constructor takes."""
        return {name: parameter.to_data() for name, parameter in self.parameters.items()}

    def __repr__(self) -> str:
        said = [f"    {name}={parameter!r}," for name, parameter in self.parameters.items()]
        return "\n".join(["Space(", *said, ")"])


def _applies(parameter: Parameter, settings: Mapping[str, Any]) -> bool:
    return all(settings.get(name) in values for name, values in parameter.when.items())
