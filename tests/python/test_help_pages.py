"""What docstrings say stands on R's help pages, word for word."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import generate_r  # noqa: E402
import generate_r_ops  # noqa: E402

import rdeep.layers  # noqa: E402, F401  the catalogue's families refer to these
from rdeep.catalogue.operations import operations  # noqa: E402
from rdeep.catalogue.registry import display_name, records  # noqa: E402

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
    for kind in generate_r.FAMILY_TITLES:
        for cls in records(kind).values():
            name = display_name(cls)
            # Classes that other tests have made are in no catalogue.
            ours = cls.__module__.startswith("rdeep.catalogue")
            if not ours or name in generate_r.BY_HAND or generate_r.runs_in_r(cls):
                continue
            for text in generate_r.description(cls):
                yield name, text
            for option in cls.options.values():
                yield name, generate_r.in_r_words(option.doc)
    for operation in operations().values():
        if operation.name not in generate_r_ops.BY_HAND:
            for text in (operation.summary, operation.details, operation.returns):
                yield operation.r_name, generate_r.in_r_words(text)


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
