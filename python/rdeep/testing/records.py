"""What is checked of every record: its documentation, and that its options survive copies."""

from __future__ import annotations

import copy
import pickle
from typing import Any

from rdeep.catalogue import registry
from rdeep.catalogue.docstrings import documented
from rdeep.catalogue.record import Record


def check_documentation(cls: type[Record]) -> None:
    """Assert that a record says what it is, describes its options and has an example.

    Parameters
    ----------
    cls : type
        The record's class.

    Examples
    --------
    >>> from rdeep.layers import Dense
    >>> check_documentation(Dense)
    """
    name, found = cls.__name__, documented(cls)
    assert found.summary.endswith((".", "`.")), (
        f"{name} does not say what it is: begin its docstring with a sentence, on a line of its "
        "own that ends with a full stop."
    )
    for option, declared in cls.options.items():
        assert declared.doc, f"{name}: describe {option!r} in its option(...)."
    assert ">>> " in found.sections.get("Examples", ""), (
        f"{name} has no example: give its docstring a section `Examples` (>>> ...)."
    )


def check_options(record: Record) -> None:
    """Assert that a record's options survive its configuration, `replace`, copies and `pickle`.

    Parameters
    ----------
    record : Record
        The record.

    Examples
    --------
    >>> from rdeep.layers import Dense
    >>> check_options(Dense(3))
    """
    config, cls = record.to_data(), type(record)
    ways: dict[str, Any] = {
        "to_data()": lambda: registry.from_config(cls.kind, config),
        "replace()": record.replace,
        "copy.copy()": lambda: copy.copy(record),
        "copy.deepcopy()": lambda: copy.deepcopy(record),
        "pickle": lambda: pickle.loads(pickle.dumps(record)),
    }
    for way, again in ways.items():
        try:
            made = again()
        except (pickle.PicklingError, AttributeError) as error:
            raise AssertionError(
                f"{record!r} has no copy by {way}: {error}. Define the class at the top of a "
                "module, and its options by option()."
            ) from error
        assert type(made) is cls, (
            f"{record!r} is a {type(made).__name__} after {way}: another record is registered "
            f"under the name {cls.__name__!r}; give the class a name of its own."
        )
        assert made.to_data() == config, (
            f"{record!r} is {made!r} after {way}: options are what the class declares by "
            "option(), and their types turn what was kept into the same again."
        )
