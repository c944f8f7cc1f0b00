"""Spaces: what may be drawn, grids, conditions, and what is refused."""

from __future__ import annotations

import pytest

from rdeep.errors import ArgumentError
from rdeep.ready_models import _CLASSES
from rdeep.tuning import SPACES, Choice, Layers, Real, Space, Whole, ready_space
from rdeep.tuning.objectives import has_members
from rdeep.tuning.ready_spaces import default_settings

EVERY = Space(
    rate=Real(1e-4, 1e-1, log=True),
    units=Whole(8, 64, step=8),
    kind=Choice("relu", "gelu", None, 2, [1, 2]),
    hidden=Layers(16, 64, most=2),
    share=Real(0, 0.5, when={"kind": ["relu", 2]}),
)


def test_a_space_is_the_same_again_from_plain_data():
    assert Space(EVERY.to_data()).to_data() == EVERY.to_data()
    assert Space(EVERY).names == ["rate", "units", "kind", "hidden", "share"]


def test_what_a_grid_has_is_in_the_space_and_is_drawn_by_a_sampler():
    grid = EVERY.grid(2)
    assert len(grid) == 2 * 2 * (2 * 2 + 3) * 4
    for settings in grid:
        assert EVERY.holds(settings)
        assert ("share" in settings) == (settings["kind"] in ("relu", 2))
    drawn = EVERY.drawn(grid[0])
    assert drawn == {
        "rate": 1e-4,
        "units": 8,
        "kind": "relu",
        "hidden.layers": 1,
        "hidden.width": 16,
        "share": 0.0,
    }
    assert not EVERY.holds({**grid[0], "rate": 1.0})
    assert not EVERY.holds({"rate": 1e-3})


def test_every_ready_space_has_names_that_its_model_has():
    for kind in SPACES:
        space = ready_space(kind)
        if kind != "tabular":
            known = _CLASSES[kind]().settings_class.options
            assert set(space.names) <= set(known), kind
        assert space.grid(1)
    assert has_members("tabular") and has_members("series") and not has_members("image")


@pytest.mark.parametrize("rows", [30, 600, 20_000])
def test_the_ready_space_of_tables_holds_the_default(rows):
    space = ready_space("tabular")
    usual = default_settings("tabular", rows, {})
    assert space.holds({name: usual[name] for name in space.names})


def test_a_kind_without_a_space_gets_what_it_has_of_the_common_ones():
    assert ready_space("other", ["dropout", "cost"]).names == ["dropout"]
    with pytest.raises(ArgumentError, match="There is no ready space for 'other'"):
        ready_space("other", ["cost"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Real(1, 0), "The range from 1 to 0 is empty"),
        (lambda: Real(0, 1, log=True), "must begin above 0, not at 0"),
        (lambda: Real("a", 1), "'low' must be a number"),
        (lambda: Whole(1, 2.5), "'high' must be a whole number"),
        (lambda: Whole(1, 8, step=0), "'step' must be 1 or more"),
        (lambda: Whole(1, 8, log=True, step=2), "1 on a logarithmic scale"),
        (lambda: Choice(), "nothing to choose from"),
        (lambda: Choice(1, 1), "more than once"),
        (lambda: Choice(print), "must be text, a number"),
        (lambda: Layers(8, 16, fewest=0), "'fewest' must be 1 or more"),
        (lambda: Space(), "no hyperparameters"),
        (lambda: Space([1]), "must be a space or a dict"),
        (lambda: Space(a=3), "'a' must be a range or a choice"),
        (lambda: Space(a={"type": "real", "low": 2, "high": 1}), "In the hyperparameter 'a'"),
        (lambda: Space(a=Real(0, 1, when={"b": 1})), "does not come before it"),
        (lambda: Space(a=Choice(1), b=Real(0, 1, when={"a": 2})), "'b' is never asked for"),
        (lambda: EVERY.drawn({"rat": 1}), "The space has no hyperparameter 'rat'"),
        (lambda: EVERY.drawn({"rate": 1.0}), "The space has no 1.0 for 'rate'"),
        (lambda: EVERY.grid(40), "more than 10000 points"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()
