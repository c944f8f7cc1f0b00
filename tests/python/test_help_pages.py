"""What docstrings say stands on R's help pages, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

import rdeep.layers  # noqa: F401  the catalogue's families refer to these
from r_generator import operations as op_functions
from r_generator import records as record_functions
from r_generator.families import families
from r_generator.literals import prose
from r_generator.names import is_generated, operation_name, ours, record_name
from r_generator.roxygen import HEADER, title_of
from rdeep.catalogue.docstrings import documented as docstring
from rdeep.catalogue.operations import operations
from rdeep.catalogue.registry import kinds

ROOT = Path(__file__).resolve().parents[2]
CITATION = re.compile(r"\b(?:1[89]|20)\d{2}\b")


def page(name: str) -> str:
    """Return the source of a help page."""
    path = ROOT / "man" / f"{name}.Rd"
    assert path.exists(), f"There is no man/{path.name}: `make document` writes it."
    return path.read_text(encoding="utf-8")


def rendered(name: str) -> str:
    """Return a page's text as a reader sees it, on one line, without the usage and the examples."""
    source = page(name)
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
            docs = [option.doc for option in cls.options.values()]
            texts = [*title_of(found.summary), found.details, *docs]
            yield from ((name, prose(text, kind)) for text in texts)
            yield from ((name, text) for text in record_functions.sections(cls).values())
            yield name, found.sections.get("References", "")
    for operation in operations().values():
        if "by_hand" not in op_functions.added(operation):
            name = operation_name(operation)
            texts = [*title_of(operation.summary), operation.details, operation.returns]
            yield from ((name, prose(text)) for text in texts)
            yield name, operation.references


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The text of every generated page."""
    names = {name for name, _ in documented()}
    return {name: rendered(name) for name in names}


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


SECTIONS = ("Call arguments", "Input shape", "Output shape")
# What people search for, where the words of the function's name are others.
TERMS = {
    "layer_activation_parametric_relu": "Parametric ReLU",
    "layer_append_parameter": "parameter",
    "layer_category_tokens": "Embedding layer of categorical",
    "layer_feature_tokens": "embedding",
    "layer_lstm": "Long short-term memory (LSTM)",
    "layer_gru": "Gated recurrent unit (GRU)",
    "layer_simple_rnn": "recurrent layer",
    "layer_rnn": "Recurrent layer",
    "layer_members": "Ensemble",
    "layer_member_dense": "Dense layer of an ensemble",
    "layer_group_query_attention": "Grouped-query attention",
    "layer_max_num_bounding_boxes": "Bounding-box",
    "layer_mix_up": "MixUp",
    "layer_cut_mix": "CutMix",
    "layer_random_elastic_transform": "elastic deformation",
    "layer_rms_normalization": "RMSNorm",
    "layer_add": "Addition",
    "layer_subtract": "Subtraction",
    "layer_multiply": "Multiplication",
    "layer_average": "Averaging",
    "layer_permute": "Permutation",
    "layer_stft_spectrogram": "STFT",
}


def layers() -> list[str]:
    return [record_name(cls) for cls in filter(is_generated, ours("layer"))]


@pytest.mark.parametrize("name", layers())
def test_a_layer_page_is_whole(name: str) -> None:
    source = page(name)
    for section in SECTIONS:
        assert f"\\section{{{section}}}" in source, f"{name} has no section {section!r}"
    example = source[source.index("\\examples{") :]
    assert re.search(rf"\b{name}\(", example), f"the example of {name} does not call it"
    assert re.search("(?m)^#> .", example), (
        f"the example of {name} shows no result: scripts/show_results.R writes what it prints"
    )


@pytest.mark.parametrize("name", layers())
def test_a_layer_title_holds_the_term_that_is_searched_for(name: str) -> None:
    source = page(name)
    title = re.search(r"(?m)^\\title\{(.*(?:\n.*?)?)\}$", source)[1].lower()
    wanted = TERMS.get(name)
    if wanted is None:
        words = re.sub("^layer_(activation_)?", "", name).split("_")
        wanted = max(words, key=len)
    # Singular and plural, `normalization` and `normalize`.
    assert wanted.lower()[:8] in title, f"{name}: {title!r} does not say {wanted!r}"


def test_every_page_is_in_an_index_and_links_it(pages: dict[str, str]) -> None:
    for family in families().values():
        index = page(family.topic)
        for name in family.pages:
            assert f"{name}()" in index, f"{family.topic} does not list {name}()"
            assert name not in pages or family.topic in pages[name], f"{name}: {family.topic}"


def test_the_pages_are_no_longer_than_they_need_be() -> None:
    lines = sum(p.read_text(encoding="utf-8").count("\n") for p in (ROOT / "man").glob("*.Rd"))
    assert lines < 55_000


def test_reviewers_are_told_what_is_generated() -> None:
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    patterns = [rule.split()[0] for rule in rules if rule.endswith("linguist-generated=true")]
    for path in [*(ROOT / "R").glob("*.R"), *(ROOT / "man").glob("*.Rd")]:
        name = path.relative_to(ROOT).as_posix()
        generated = path.suffix == ".Rd" or path.read_text(encoding="utf-8").startswith(HEADER)
        assert any(fnmatch(name, each) for each in patterns) == generated, name
