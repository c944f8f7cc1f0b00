"""What docstrings say stands on R's help pages, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rdeep.layers  # noqa: F401  the catalogue's families refer to these
from r_generator import operations as op_functions
from r_generator import records as record_functions
from r_generator.literals import prose
from r_generator.names import is_generated, operation_name, ours, record_name
from rdeep.catalogue.docstrings import documented as docstring
from rdeep.catalogue.operations import operations
from rdeep.catalogue.registry import kinds

ROOT = Path(__file__).resolve().parents[2]
CITATION = re.compile(r"\b(?:1[89]|20)\d{2}\b")


def rendered(path: Path) -> str:
    """Return a page's text as a reader sees it, on one line, without the usage and the examples."""
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"(?m)^\\(usage|examples)\{(?:.*\n)*?\}$", "", source)
    source = re.sub(r"\\(?:link|href)\[[^]]*\]\{", "{", source)
    source = re.sub(
        r"(?<!\\)\\(?:code|verb|emph|strong|link|href|url|dots|item|title)\b", "", source
    )
    return one_line(re.sub(r"\\([\\%{}])", r"\1", re.sub(r"(?<!\\)[{}]", "", source)))


def one_line(text: str) -> str:
    """Return a text without line breaks, backticks, braces and the brackets of links."""
    text = re.sub(r"\[(\w+\(\))\]", r"\1", text)
    return " ".join(re.sub(r"[`{}]", "", text).split())


def documented() -> Iterator[tuple[str, str]]:
    """Return the name of each generated page, with a text that must be on it."""
    for kind in kinds():
        for cls in filter(is_generated, ours(kind)):
            name, found = record_name(cls), docstring(cls)
            texts = [found.summary, found.details, *(each.doc for each in cls.options.values())]
            for text in texts:
                yield name, prose(text, kind)
            yield from ((name, text) for text in record_functions.sections(cls).values())
            yield name, found.sections.get("References", "")
    for operation in operations().values():
        if "by_hand" not in op_functions.added(operation):
            for text in (operation.summary, operation.details, operation.returns):
                yield operation_name(operation), prose(text)
            yield operation_name(operation), operation.references


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The text of every generated page."""
    names = {name for name, _ in documented()}
    return {name: rendered(ROOT / "man" / f"{name}.Rd") for name in names}


def test_sentences_of_docstrings_stand_on_their_pages(pages: dict[str, str]) -> None:
    missing = [
        f"{name}: {sentence}"
        for name, text in documented()
        for sentence in re.split(r"(?<=[.:;])\s+", one_line(text))
        if sentence.rstrip(".:;") not in pages[name]
    ]
    assert missing == []


def test_citations_of_docstrings_stand_on_their_pages(pages: dict[str, str]) -> None:
    cited = [(name, text) for name, text in documented() if CITATION.search(text)]
    assert len(cited) > 50
    for name, text in cited:
        for year in CITATION.findall(text):
            assert year in pages[name], f"{name}: {text}"


def test_no_code_is_cut_by_a_list(pages: dict[str, str]) -> None:
    for path in sorted((ROOT / "man").glob("*.Rd")):
        source = path.read_text(encoding="utf-8")
        body = re.sub(r"(?m)^\\(usage|examples)\{(?:.*\n)*?\}$", "", source)
        assert "`" not in body, path.name
        # What is generated has no lists of its own.
        generated = path.stem in pages
        assert not (generated and re.search(r"\\(itemize|enumerate)\b", body)), path.name
