"""Docstrings in their parts: numpydoc's sections, and the entries of a section."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

INHERITED = ("Call arguments", "Input shape", "Output shape", "References")
"""The sections that a class without them has from the class that it inherits from."""
_ORDER = ("Parameters", "Returns", *INHERITED, "Examples")
_WIDTH = 88


@dataclass(frozen=True)
class Docstring:
    """A docstring: its first line, the paragraphs after it, and its sections by title."""

    summary: str
    details: str = ""
    sections: dict[str, str] = field(default_factory=dict)

    def written(self) -> str:
        """Return the docstring's text, its sections in numpydoc's order."""
        ordered = sorted(self.sections.items(), key=lambda item: _place(item[0]))
        sections = [f"{title}\n{'-' * len(title)}\n{text}" for title, text in ordered]
        return "\n\n".join([part for part in (self.summary, self.details) if part] + sections)


class ComposedDocstring:
    """A class's `__doc__`, composed when it is first read.

    A catalogue of hundreds of classes would take a good part of its import for texts that few
    processes read.

    Parameters
    ----------
    written : str
        What stands in the class.
    compose : callable
        Makes the docstring of the class, whose `__doc__` is what was written meanwhile.
    """

    def __init__(self, written: str | None, compose: Callable[[type], str]) -> None:
        self._text = written
        self._compose: Callable[[type], str] | None = compose

    def __get__(self, instance: object, owner: type) -> str | None:
        if self._compose is not None:
            compose, self._compose = self._compose, None
            self._text = compose(owner)
        return self._text


@cache
def parse(text: str) -> Docstring:
    r"""Return the parts of a docstring.

    Parameters
    ----------
    text : str
        The docstring, whatever its indentation.

    Examples
    --------
    >>> parse("Dense layer.\n\nReferences\n----------\nNobody.").sections
    {'References': 'Nobody.'}
    """
    lines = inspect.cleandoc(text).splitlines()
    starts = [place for place in range(1, len(lines)) if _is_rule(lines[place], lines[place - 1])]
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    sections = {
        lines[start - 1]: "\n".join(lines[start + 1 : end]).strip("\n")
        for start, end in zip(starts, ends)
    }
    head = lines[: starts[0] - 1] if starts else lines
    summary, _, details = "\n".join(head).strip().partition("\n\n")
    return Docstring(summary, details.strip("\n"), sections)


def _is_rule(line: str, above: str) -> bool:
    return bool(above.strip()) and len(line) >= 3 and set(line) == {"-"}


def _place(title: str) -> int:
    return _ORDER.index(title) if title in _ORDER else len(_ORDER) - 2


def documented(cls: type) -> Docstring:
    """Return a class's docstring, with the sections that it inherits.

    Parameters
    ----------
    cls : type
        The class.
    """
    own = parse(cls.__doc__ or "")
    sections = dict(own.sections)
    for base in cls.__mro__[1:]:
        inherited = parse(base.__doc__ or "").sections
        for title in INHERITED:
            if title in inherited:
                sections.setdefault(title, inherited[title])
    return Docstring(own.summary, own.details, sections)


def entries(section: str) -> dict[str, tuple[str, str]]:
    r"""Return what a section of entries says: by name a type and a text.

    Parameters
    ----------
    section : str
        Such as what stands under `Parameters`.

    Examples
    --------
    >>> entries("x : tensor\n    The input.")
    {'x': ('tensor', 'The input.')}
    """
    found: dict[str, tuple[str, str]] = {}
    name = ""
    for line in section.splitlines():
        if line.startswith(" "):
            kind, text = found[name]
            found[name] = (kind, f"{text} {line.strip()}".strip())
        elif line:
            name, _, kind = line.partition(" : ")
            found[name] = (kind, "")
    return found


def as_entries(found: Iterable[tuple[str, str, str]]) -> str:
    """Write names with their types and texts as a section of entries.

    Parameters
    ----------
    found : iterable of tuple
        Name, type and text of each.
    """
    return "\n".join(
        line
        for name, kind, text in found
        for line in (f"{name} : {kind}" if kind else name, *_indented(text))
    )


def filled(text: str) -> str:
    """Return a text as paragraphs of a docstring's width.

    Parameters
    ----------
    text : str
        The text.
    """
    return "\n\n".join(textwrap.fill(part, _WIDTH) for part in text.split("\n\n"))


@cache
def _indented(text: str) -> tuple[str, ...]:
    """Options of many records have one text: it is wrapped once."""
    lines = textwrap.wrap(text, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return tuple(lines)
