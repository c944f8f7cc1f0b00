"""What R adds to the catalogue, as plain data in `scripts/r_overlay/`.

The core says what a layer or an operation is; the overlay says what R calls it, how R's values are
converted, and what R's help shows. Entries are checked against the catalogue: one that is missing
and one for something that is gone are both errors.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).resolve().parents[1] / "r_overlay"
_HEADING = re.compile(r"(?m)^# (\w+) -{4,}\n")


class OverlayError(Exception):
    """The overlay and the catalogue do not fit; the message says which entry, and what to do."""


@cache
def table(name: str) -> dict[str, Any]:
    """Return a file of the overlay, such as `"types"`."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def entry(file: str, *keys: str) -> dict[str, Any]:
    """Return the entry of the first key that a file has one for; an empty one without."""
    entries = table(file)
    return next((entries[key] for key in keys if key in entries), {})


@cache
def examples(family: str) -> dict[str, str]:
    """Return the examples of a family's functions, by name, from `examples/<family>.R`."""
    path = FOLDER / "examples" / f"{family}.R"
    if not path.exists():
        raise OverlayError(
            f"There is no {_shown(path)}: add it, with an example for each function."
        )
    _, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
    return {name: code.strip("\n") for name, code in zip(parts[::2], parts[1::2])}


def example(family: str, name: str) -> str:
    """Return a function's example, or say that there is none."""
    refuse_without_example({family: [name]})
    return examples(family)[name]


def refuse_without_example(families: Mapping[str, Iterable[str]]) -> None:
    """Say which functions have no example, all of them at once.

    Parameters
    ----------
    families : mapping
        The names of the functions of each family.
    """
    missing = [
        f"{name}() has no example: add one to {_shown(FOLDER / 'examples' / f'{family}.R')}, "
        f"under a line `# {name} ----`."
        for family, names in families.items()
        for name in names
        if name not in examples(family)
    ]
    if missing:
        raise OverlayError("\n".join(missing))


def check_examples(families: Mapping[str, Iterable[str]]) -> None:
    """Refuse functions without an example, and examples of functions that are gone.

    Parameters
    ----------
    families : mapping
        The names of the functions of each family.
    """
    refuse_without_example(families)
    for path in sorted((FOLDER / "examples").glob("*.R")):
        if path.stem not in families:
            raise OverlayError(f"{_shown(path)} is for no family of the catalogue: remove it.")
        gone = set(examples(path.stem)) - set(families[path.stem])
        refuse(gone, f"examples/{path.name}")


def check_table(file: str, known: Iterable[str]) -> None:
    """Refuse entries of a file for things that are gone.

    Parameters
    ----------
    file : str
        The file's name, without its ending.
    known : iterable of str
        What there may be entries for.
    """
    refuse(set(table(file)) - set(known), f"{file}.toml")


def refuse(gone: set[str], file: str) -> None:
    """Say which entries of a file are for something that is gone, if any are."""
    if gone:
        names = ", ".join(sorted(gone))
        raise OverlayError(
            f"scripts/r_overlay/{file} has entries for what the catalogue does not have: {names}. "
            "Remove or rename them."
        )


def _shown(path: Path) -> str:
    return path.relative_to(FOLDER.parents[1]).as_posix()
