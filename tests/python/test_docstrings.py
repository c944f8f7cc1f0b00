"""Docstrings of the catalogue: their sections, their examples, and whose words they use."""

from __future__ import annotations

import ast
import doctest
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import rdeep.layers  # noqa: F401  the catalogue's families refer to these
from rdeep.catalogue.docstrings import Docstring, documented, entries, parse
from rdeep.catalogue.operations import operations
from rdeep.catalogue.options import Flag, option
from rdeep.catalogue.record import Record
from rdeep.catalogue.registry import kinds, records

CORE = Path(__file__).resolve().parents[2] / "python" / "rdeep"
# Names of persons and of factors.
INITIAL = re.compile(r"\bR\.(?=,| | and)|K\.-R\.|D\. R\.|J\. R\.|\bQ, R\b")


def texts() -> Iterator[tuple[str, str]]:
    """Return every text of the help pages, with whose it is."""
    for kind in kinds():
        for name, cls in records(kind).items():
            if not cls.__module__.startswith("rdeep."):
                continue
            found = documented(cls)
            prose = [found.summary, found.details, *(o.doc for o in cls.options.values())]
            shapes = [found.sections.get(f"{side} shape", "") for side in ("Input", "Output")]
            yield from ((name, text) for text in prose + shapes)
    for operation in operations().values():
        docs = [each.doc for each in operation.options.values()]
        for text in (operation.summary, operation.details, operation.returns, *docs):
            yield operation.name, text


def test_python_s_words_are_code() -> None:
    bare = re.compile(r"\b(?:None|True|False)\b(?! (?:positives|negatives))|(?<!\w)'\w+'")
    outside = [(name, "".join(text.split("`")[::2])) for name, text in texts()]
    assert [each for each in outside if bare.search(each[1])] == []


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda p: str(p.relative_to(CORE)))
def test_r_is_mentioned_at_its_door_alone(path: Path) -> None:
    if "bridge" in path.relative_to(CORE).parts:
        return
    source = path.read_text(encoding="utf-8")
    words = re.compile(r"\bR\b(?! squared)|reticulate|keras3|\bop_[a-z]+\(|layer_[a-z]+\(units")
    if not words.search(source):
        return
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    said = [token.string for token in tokens if token.type == tokenize.COMMENT]
    said += [
        node.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    found = [text for text in said if words.search(INITIAL.sub("", " ".join(text.split())))]
    assert not found, f"{path}: what concerns R belongs to scripts/r_overlay/ or to R/: {found}"


@pytest.mark.parametrize("name", list(operations()))
def test_an_operation_gives_what_its_example_says(name: str) -> None:
    example = doctest.DocTestParser().get_doctest(
        operations()[name].doctest, {"np": np}, name, None, 0
    )
    failures, tried = doctest.DocTestRunner().run(example)
    assert tried > 1, f"{name} has no example: give its declaration example = '[1.0] -> ...'."
    assert not failures, f"{name} does not give what its example says: see what is printed above."


def test_a_docstring_in_parts() -> None:
    text = """Title.

    Details.

    Input shape
    -----------
    `(batch, steps)`.
    """
    assert parse(text) == Docstring("Title.", "Details.", {"Input shape": "`(batch, steps)`."})
    assert parse("Title.").written() == "Title."
    assert entries("x : tensor\n    The input,\n    and more.") == {
        "x": ("tensor", "The input, and more.")
    }


def test_sections_are_inherited_and_options_listed() -> None:
    class Base(Record, kind="layer", abstract=True):
        """Base.

        Input shape
        -----------
        Any shape.

        Examples
        --------
        >>> 1
        1
        """

    class Own(Base, abstract=True):
        """Own."""

        flag: bool = option(Flag(), True, "Whether.")

    assert documented(Own).sections == {"Input shape": "Any shape."}
