"""What a ready-made model was asked for, and what it learned of the data: records of plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue import options
from rdeep.catalogue.options import OptionType, checked, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError, plain, show, suggestion
from rdeep.errors.damage import Damage


class Asked(Record, kind="settings", abstract=True):
    """What a ready-made model is asked for. Each kind of model derives its own, with defaults.

    What is `None` is chosen from the data.
    """

    internal = True

    @classmethod
    def asked(cls, given: Mapping[str, Any]) -> Any:
        """Return the settings that a user's arguments are, or refuse one by its name.

        Parameters
        ----------
        given : mapping
            The arguments by name.
        """
        for name, value in given.items():
            if name not in cls.options:
                raise ArgumentError(
                    f"There is no argument {show(name)}.",
                    argument=name,
                    hint=suggestion(name, cls.options),
                )
            if value is not None or cls.options[name].default is not None:
                checked(cls.options[name].type, value, name)
        return cls(**given)


class Settings(Asked, abstract=True):
    """What a ready-made model that is trained epoch by epoch is asked for, whatever its kind."""

    epochs: int | None = option(
        options.OrNone(options.Count()), None, "How many times, at most, training sees the data."
    )
    batch_size: int | None = option(
        options.OrNone(options.Count()), None, "How many samples a step uses."
    )
    learning_rate: float | None = option(
        options.OrNone(options.Number(0.0, open_low=True)), None, "The largest size of a step."
    )
    weight_decay: float | None = option(
        options.OrNone(options.Number(0.0)), None, "How far weights are drawn to zero."
    )
    patience: int | None = option(
        options.OrNone(options.Count()),
        None,
        "After how many epochs without progress on held-out data training stops.",
    )
    validation: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.15, "The share of the samples that is held out."
    )


class Learned(Record, kind="learned", abstract=True):
    """What a ready-made model learned of the data it was fitted to, as plain data."""

    internal = True


class Inner(OptionType):
    """A record within another, of one class.

    Parameters
    ----------
    record : type of Record
        The class.
    """

    def __init__(self, record: type[Record]) -> None:
        self.record = record
        self.words = f"a {record.__name__}"

    def check(self, value: Any) -> Any:
        """Return the record."""
        if not isinstance(value, self.record):
            raise self.refuse()
        return value

    def restore(self, value: Any, place: str) -> Any:
        """Return the record that a file describes."""
        plain.fields(value, ("class", "options"), place)
        if value["class"] != self.record.__name__:
            raise Damage(f"it must describe {self.words}", place=place)
        return self.record.restored(value["options"], f"{place}.options")
