"""The generator of R's functions and help pages: code in prose, the overlay, families of pages."""

from __future__ import annotations

import pytest

import rdeep.layers  # noqa: F401  the catalogue's families refer to these
from r_generator import overlay
from r_generator.families import Family, families
from r_generator.literals import prose
from r_generator.names import find_record, ours, record_name
from r_generator.options import coercion_of, described, words_of
from r_generator.overlay import OverlayError
from r_generator.roxygen import roxygen, title_of
from rdeep.catalogue import optimizers, schedules
from rdeep.catalogue.operations import operations
from rdeep.catalogue.options import REQUIRED, Choice, Count, Flag, OptionType, OrNone, option
from rdeep.catalogue.registry import kinds


@pytest.mark.parametrize(
    ("python", "r"),
    [
        ("`None`, `True` or `False`", "`NULL`, `TRUE` or `FALSE`"),
        ("`'same'` and `\"valid\"`", '`"same"` and `"valid"`'),
        ("`(None, 28, 28, 1)`", "`c(NA, 28, 28, 1)`"),
        ("`((1, 2), (3, 4))`", "`list(c(1, 2), c(3, 4))`"),
        ("`(batch, ..., units)`", "`(batch, ..., units)`"),
        ("`activation(x @ kernel + x**2)`", "`activation(x %*% kernel + x^2)`"),
        ("`trainable = False`", "`trainable = FALSE`"),
        ("`x[:, m] @ kernel[m]`", "`x[, m] %*% kernel[m]`"),
        ("`|x|` and `1e-7`", "`|x|` and `1e-7`"),
        ("`Dense` and `ops.softmax`", "[layer_dense()] and [op_softmax()]"),
        ('`Dense(8, activation="relu")`', '`layer_dense(units = 8, activation = "relu")`'),
        ("`losses.Huber`, `metrics.Huber`", "[loss_huber()], [metric_huber()]"),
        ("None of it is True outside of code.", "None of it is True outside of code."),
    ],
)
def test_code_between_backticks_is_r(python: str, r: str) -> None:
    assert prose(python) == r


def test_a_name_of_several_records_needs_its_family() -> None:
    with pytest.raises(OverlayError, match=r"write `losses\.Huber`"):
        prose("`Huber`")
    assert prose("`Huber`", "loss") == "[loss_huber()]"
    assert find_record("units", "layer") is None


def test_names_of_functions() -> None:
    assert record_name(schedules.OneCycle) == "learning_rate_schedule_one_cycle"
    assert record_name(optimizers.Adam) == "optimizer_adam"
    names = [record_name(cls) for kind in kinds() for cls in ours(kind)]
    assert len(names) == len(set(names))


def test_options_say_what_they_are() -> None:
    assert words_of(Flag()) == "`TRUE` or `FALSE`"
    assert words_of(Choice("a", "b")) == 'one of `"a"` or `"b"`'
    rank = option(OrNone(Count()), REQUIRED, "The rank, or `None`.")
    assert described(rank) == "The rank, or `NULL`. A positive whole number, or `NULL`."


class Unknown(OptionType):
    """A type that R knows nothing of."""


def test_a_type_without_a_conversion_is_named() -> None:
    with pytest.raises(OverlayError, match=r"Unknown has no conversion: name a function of R/"):
        coercion_of(Unknown())


def test_a_missing_example_is_named() -> None:
    with pytest.raises(OverlayError, match=r"layer_new\(\) has no example: add one to .*pooling"):
        overlay.example("layers-pooling", "layer_new")
    several = {"layers-core": ["layer_new", "layer_dense"], "op-image": ["op_new"]}
    with pytest.raises(OverlayError, match=r"layer_new\(\) .*core\.R.*\nop_new\(\) .*image\.R"):
        overlay.check_examples(several)
    with pytest.raises(OverlayError, match=r"There is no .*layers-new\.R"):
        overlay.examples("layers-new")


def test_entries_for_what_is_gone_are_named() -> None:
    with pytest.raises(OverlayError, match=r"operations\.toml has entries for .*: maximum"):
        overlay.check_table("operations", set(operations()) - {"maximum"})
    with pytest.raises(OverlayError, match="is for no family"):
        overlay.check_examples({})


def test_a_new_page_changes_few_others() -> None:
    for family in families().values():
        for place in range(len(family.pages) + 1):
            names = list(family.pages)
            names.insert(place, "op_new")
            grown = Family(family.topic, family.title, "", dict.fromkeys(names, "New"))
            changed = [n for n in family.pages if family.see_also(n) != grown.see_also(n)]
            # With the page itself and the index.
            assert len(changed) + 2 <= 16


def test_titles_end_at_a_colon() -> None:
    assert title_of("Softmax layer: probabilities of logits.") == (
        "Softmax layer",
        "Probabilities of logits.",
    )
    assert title_of("Softmax layer.") == ("Softmax layer", "")


def test_no_line_of_a_paragraph_starts_a_list() -> None:
    lines = roxygen("word " * 15 + "- more words that follow the dash of a sentence")
    assert not any(line.startswith("#' -") for line in lines)
