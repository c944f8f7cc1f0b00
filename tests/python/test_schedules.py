"""Learning-rate schedules against Keras's and PyTorch's, step by step."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import rdeep
from rdeep.catalogue import optimizers as O
from rdeep.catalogue import registry
from rdeep.catalogue import schedules as S
from rdeep.catalogue.options import InvalidOption, Number
from rdeep.errors import ArgumentError

# Beyond the end of each case, with every edge of a warm-up or period.
STEPS = [*range(0, 45), 59, 60, 61, 69, 70, 71, 100, 149, 150, 151, 309, 310, 311, 5000]
CASES = [
    ("ExponentialDecay", (0.1, 10, 0.5), {}),
    ("ExponentialDecay", (0.1, 7, 0.96), {"staircase": True}),
    ("ExponentialDecay", (0.1, 2000, 1.5), {}),
    ("InverseTimeDecay", (0.1, 10, 0.5), {}),
    ("InverseTimeDecay", (0.1, 7, 2.0), {"staircase": True}),
    ("PiecewiseConstantDecay", ([10, 20, 60], [0.1, 0.05, 0.5, 0.01]), {}),
    ("PiecewiseConstantDecay", ([0], [0.1, 0.2]), {}),
    ("PolynomialDecay", (0.1, 20), {}),
    ("PolynomialDecay", (0.1, 20, 0.01), {"power": 2.0}),
    ("PolynomialDecay", (0.1, 20, 0.01, 0.5), {"cycle": True}),
    ("PolynomialDecay", (0.01, 30, 0.1), {"power": 0.0}),
    ("CosineDecay", (0.1, 40), {}),
    ("CosineDecay", (0.1, 40, 0.25), {}),
    ("CosineDecay", (0.0, 40), {"warmup_target": 0.1, "warmup_steps": 20}),
    ("CosineDecay", (0.3, 40, 0.1), {"warmup_target": 0.1, "warmup_steps": 1}),
    ("CosineDecay", (0.3, 40), {"warmup_target": 0.1}),
    ("CosineDecay", (0.3, 40), {"warmup_steps": 10}),
    ("CosineDecayRestarts", (0.1, 10), {}),
    ("CosineDecayRestarts", (0.1, 10), {"t_mul": 1.0, "m_mul": 0.9, "alpha": 0.1}),
    ("CosineDecayRestarts", (0.1, 10, 3.0, 0.5), {"alpha": 0.01}),
    ("CosineDecayRestarts", (0.1, 7, 2.0), {"m_mul": 1.1}),
]
# Powers of such a factor cost Keras two digits of float32.
FINE_CASES = [*CASES, ("CosineDecayRestarts", (0.1, 7, 1.3), {"m_mul": 1.1})]
OURS = {"OneCycle", "ExponentialRange"}
EXAMPLES = [
    S.ExponentialDecay(0.1, 10, 0.5),
    S.InverseTimeDecay(0.1, 10, 0.5, True),
    S.PiecewiseConstantDecay([10, 20], [0.1, 0.05, 0.01]),
    S.PolynomialDecay(0.1, 20, cycle=True),
    S.CosineDecay(0.0, 40, 0.1, warmup_target=0.1, warmup_steps=20),
    S.CosineDecayRestarts(0.1, 10),
    S.OneCycle(0.1, 50),
    S.ExponentialRange(1e-5, 1.0, 30),
]


def names(cases):
    return [f"{name}-{number}" for number, (name, *_) in enumerate(cases)]


def test_every_schedule_is_tested():
    known = set(registry.records("schedule"))
    assert {name for name, *_ in CASES} | OURS == known
    assert {type(schedule).__name__ for schedule in EXAMPLES} == known


# Rates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "args", "options"), CASES, ids=names(CASES))
def test_rates_are_those_of_keras(name, args, options):
    ours = getattr(S, name)(*args, **options)
    theirs = getattr(keras.optimizers.schedules, name)(*args, **options)
    expected = np.array([float(theirs(step)) for step in STEPS])
    # Where a cosine ends near 0, float32 keeps digits of the whole rate only.
    atol = 2e-7 * expected.max()
    np.testing.assert_allclose(ours.rates(STEPS), expected, rtol=1e-6, atol=atol)


def in_float64(value):
    """Return an argument that keeps Keras from computing in float32."""
    if isinstance(value, list):
        return [np.float64(each) for each in value]
    return np.float64(value) if isinstance(value, float) else value


@pytest.mark.parametrize(("name", "args", "options"), FINE_CASES, ids=names(FINE_CASES))
def test_in_double_precision_they_are_the_same(name, args, options):
    ours = getattr(S, name)(*args, **options)
    theirs = getattr(keras.optimizers.schedules, name)(
        *map(in_float64, args), **{key: in_float64(value) for key, value in options.items()}
    )
    expected = [float(theirs(step)) for step in STEPS]
    # The default of an option is still float32 there.
    np.testing.assert_allclose(ours.rates(STEPS), expected, rtol=1e-7, atol=1e-16)


def test_arguments_come_in_the_order_of_keras():
    for name, cls in registry.records("schedule").items():
        if name in OURS:
            continue
        theirs = getattr(keras.optimizers.schedules, name).__init__.__code__
        order = [n for n in theirs.co_varnames[1 : theirs.co_argcount] if n != "name"]
        # By name only, wherever it stands in Keras.
        assert [n for n in cls.options if n != "name"] == order


def torch_rates(maximum, total, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, maximum, total, cycle_momentum=False, anneal_strategy="cos", **options
    )
    rates = []
    for step in range(total):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if step < total - 1:
            scheduler.step()
    return rates


@pytest.mark.parametrize(
    ("total", "share", "initial", "final"),
    [
        (100, 0.3, 25.0, 1e4),
        (97, 0.25, 10.0, 100.0),
        (100, 1.0, 25.0, 1e4),
        (10, 0.35, 4.0, 0.5),
        # The rise is shorter than a step, so the training begins beyond the top.
        (10, 0.05, 25.0, 1e4),
        (10, 0.0, 25.0, 1e4),
        (1, 0.3, 25.0, 1e4),
        (2, 0.6, 25.0, 1e4),
    ],
)
def test_one_cycle_is_that_of_torch(total, share, initial, final):
    ours = S.OneCycle(0.5, total, share, initial, final)
    theirs = torch_rates(0.5, total, pct_start=share, div_factor=initial, final_div_factor=final)
    np.testing.assert_allclose(ours.rates(range(total)), theirs, rtol=1e-7, atol=1e-12)
    # There torch ends; here the last rate stays.
    np.testing.assert_array_equal(ours.rates([total, 10 * total]), ours.rates([total - 1] * 2))


def test_one_cycle_with_a_rise_of_no_length_starts_at_the_top():
    # Here torch divides by zero.
    schedule = S.OneCycle(0.5, 10, 0.1)
    assert schedule.initial_rate == 0.5
    assert schedule.rates(1) < 0.5


def test_exponential_range_is_spaced_evenly_on_the_logarithm():
    rates = S.ExponentialRange(1e-6, 10.0, 50).rates(range(60))
    np.testing.assert_allclose(rates[:50], np.geomspace(1e-6, 10.0, 50), rtol=1e-12)
    assert (rates[0], set(rates[49:])) == (1e-6, {10.0})
    assert S.ExponentialRange(0.1, 1.0, 1).rates([0, 1]).tolist() == [0.1, 0.1]


@pytest.mark.parametrize("schedule", EXAMPLES, ids=lambda s: type(s).__name__)
def test_rates_have_the_shape_of_the_steps(schedule):
    steps = np.arange(60)
    rates = schedule.rates(steps)
    assert (rates.dtype, rates.shape) == (np.float64, (60,))
    np.testing.assert_array_equal(schedule.rates(steps.reshape(3, 20)).ravel(), rates)
    assert schedule.rates(7).shape == ()
    assert schedule.rates(7) == rates[7]
    assert schedule.rates([]).shape == (0,)
    assert steps.tolist() == list(range(60))
    assert schedule.initial_rate == rates[0]
    assert type(schedule.initial_rate) is float


def test_a_restart_is_not_missed_by_rounding():
    # log(1000) / log(10) is below 3 in floating point, and 10 * (1 + 1.1) is above 21.
    for multiple, ends in [(10.0, [1, 11, 111, 1111]), (1.1, [10, 21])]:
        first = ends[0]
        rates = S.CosineDecayRestarts(0.1, first, multiple).rates(ends)
        np.testing.assert_allclose(rates, 0.1)


# As an optimizer's learning rate ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name", sorted(set(registry.records("optimizer")) - {"LossScaleOptimizer"})
)
@pytest.mark.parametrize("schedule", EXAMPLES, ids=lambda s: type(s).__name__)
def test_an_optimizer_with_a_schedule_survives_its_configuration(name, schedule):
    optimizer = registry.find("optimizer", name)(learning_rate=schedule)
    assert optimizer.learning_rate is schedule
    assert optimizer.schedule is schedule
    assert optimizer.initial_rate == schedule.initial_rate
    config = json.loads(json.dumps(optimizer.to_data()))
    again = registry.from_config("optimizer", config)
    assert again == optimizer
    assert again.schedule == schedule
    np.testing.assert_array_equal(again.schedule.rates(STEPS), schedule.rates(STEPS))
    assert repr(again) == f"{name}(learning_rate={schedule!r})"
    assert optimizer.replace(learning_rate=0.5).schedule is None


def test_an_optimizer_with_a_number_has_no_schedule():
    optimizer = O.Adam(1)
    assert (optimizer.learning_rate, optimizer.initial_rate) == (1.0, 1.0)
    assert optimizer.schedule is None
    assert O.Adam().initial_rate == 0.001
    assert O.SGD().initial_rate == 0.01
    assert next(iter(O.Adam.options)) == "learning_rate"


def test_optimizers_are_equal_when_their_schedules_are():
    assert O.Adam(S.OneCycle(0.1, 50)) == O.Adam(S.OneCycle(0.1, 50))
    assert O.Adam(S.OneCycle(0.1, 50)) != O.Adam(S.OneCycle(0.1, 51))
    assert O.Adam(S.OneCycle(0.1, 50)) != O.Adam(0.1)
    assert O.Adam(S.OneCycle(0.1, 50)) != O.SGD(S.OneCycle(0.1, 50))


def test_a_schedule_prints_its_options():
    assert (
        repr(S.CosineDecay(0.1, 100)) == "CosineDecay(initial_learning_rate=0.1, decay_steps=100)"
    )
    assert repr(O.SGD(S.OneCycle(0.1, 50, 0.2), 0.9)) == (
        "SGD(learning_rate=OneCycle(max_learning_rate=0.1, total_steps=50, warmup_share=0.2), "
        "momentum=0.9)"
    )


def test_schedules_are_where_users_look():
    assert rdeep.schedules.CosineDecay is S.CosineDecay
    assert "schedule" in registry.kinds()


def test_the_package_and_its_optimizers_do_not_load_numpy():
    code = (
        "import sys, rdeep; from rdeep.optimizers import Adam; Adam(0.1).initial_rate; "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "argument", "message"),
    [
        (
            lambda: S.CosineDecay(-0.1, 10),
            "initial_learning_rate",
            "must be a number of at least 0, not -0.1",
        ),
        (lambda: S.CosineDecay(0.1, 0), "decay_steps", "must be a positive whole number, not 0"),
        (lambda: S.CosineDecay(0.1, 10, 1.5), "alpha", "at least 0 and at most 1, not 1.5"),
        (lambda: S.CosineDecay(0.1, 10, warmup_steps=-1), "warmup_steps", "zero or more, not -1"),
        (lambda: S.CosineDecay(0.1), "decay_steps", r"needs 'decay_steps'"),
        (lambda: S.CosineDecay(0.1, 10, 0.0, 0.5), None, "at most 3 unnamed arguments"),
        (lambda: S.CosineDecay(0.1, 10, nome="decay"), "nome", "has no option 'nome'"),
        (lambda: S.ExponentialDecay(0.1, 10, -1), "decay_rate", "at least 0, not -1"),
        (lambda: S.ExponentialDecay(0.1, 10, 1, 1), "staircase", "True or False, not 1"),
        (lambda: S.PolynomialDecay(0.1, 2.5), "decay_steps", "positive whole number, not 2.5"),
        (lambda: S.CosineDecayRestarts(0.1, 10, 0.5), "t_mul", "at least 1, not 0.5"),
        (
            lambda: S.PiecewiseConstantDecay([20, 10], [1, 2, 3]),
            "boundaries",
            "'boundaries' must increase",
        ),
        (
            lambda: S.PiecewiseConstantDecay([10, 20], [1, 2]),
            "values",
            "one more of 'values' than of 'boundaries': 3, not 2",
        ),
        (lambda: S.PiecewiseConstantDecay([-1], [1, 2]), "boundaries", "at least 0, or several"),
        (lambda: S.OneCycle(0.1, 10, 1.1), "warmup_share", "at least 0 and at most 1, not 1.1"),
        (lambda: S.OneCycle(0.1, 10, 0.3, 0), "initial_divisor", "a number above 0, not 0"),
        (lambda: S.ExponentialRange(0, 1, 10), "low", "must be a number above 0, not 0"),
        (lambda: S.ExponentialRange(1, 0.1, 10), "high", "above 'low', which is 1, not 0.1"),
        (
            lambda: O.Adam("fast"),
            "learning_rate",
            "must be a number of at least 0 or a learning-rate schedule, not 'fast'",
        ),
        (lambda: O.Adam(-1), "learning_rate", "must be a number of at least 0, not -1"),
        (lambda: O.Adam(math.nan), "learning_rate", "must be a number of at least 0, not nan"),
        (lambda: O.Adam(True), "learning_rate", "must be a number of at least 0, not True"),
        (lambda: O.Adam(S.CosineDecay), "learning_rate", "or a learning-rate schedule, not <class"),
        (lambda: O.Adam(O.SGD()), "learning_rate", r"schedule, not SGD\(\)"),
        (lambda: O.Adam({"a": 1}), "learning_rate", "or a learning-rate schedule, not"),
        (
            lambda: O.Adam({"class": "CosinDecay", "options": {}}),
            "learning_rate",
            "no schedule named 'CosinDecay'.\nDid you mean 'cosine_decay'",
        ),
    ],
)
def test_errors(make, argument, message):
    with pytest.raises(ArgumentError, match=message) as caught:
        make()
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("kind", "words", "fits", "unfit"),
    [
        (Number(0.0, open_low=True), "a number above 0", 1e-9, 0),
        (Number(0.0, 1.0, open_low=True), "a number above 0 and at most 1", 1, 0.0),
        (Number(0.0, 1.0, open_high=True), "a number of at least 0 and below 1", 0, 1),
        (Number(2.0), "a number of at least 2", 2, 1.9),
        (Number(), "a number", -3, math.nan),
    ],
)
def test_bounds_of_numbers(kind, words, fits, unfit):
    assert kind.words == words
    assert kind.check(fits) == fits
    with pytest.raises(InvalidOption):
        kind.check(unfit)


# Properties ------------------------------------------------------------------------------------

RATES = st.floats(1e-8, 10.0)
COUNTS = st.integers(1, 500)
SHARES = st.floats(0.0, 1.0)
INDICES = st.lists(st.integers(0, 10_000), min_size=1, max_size=50)


@settings(deadline=None)
@given(RATES, COUNTS, SHARES, SHARES, st.integers(0, 100), INDICES)
def test_cosine_decay_stays_between_its_ends(peak, decay, alpha, share, warmup, steps):
    schedule = S.CosineDecay(share * peak, decay, alpha, warmup_target=peak, warmup_steps=warmup)
    rates = schedule.rates(steps)
    assert np.all(rates >= min(share, alpha) * peak * (1 - 1e-12))
    assert np.all(rates <= peak * (1 + 1e-12))
    np.testing.assert_allclose(schedule.rates(warmup), peak)
    np.testing.assert_allclose(schedule.rates(warmup + decay), alpha * peak)
    assert registry.from_config("schedule", schedule.to_data()) == schedule
    rising = schedule.rates(range(warmup + 1))
    falling = schedule.rates(range(warmup, warmup + decay + 1))
    assert np.all(np.diff(rising) >= -1e-15 * peak)
    assert np.all(np.diff(falling) <= 1e-15 * peak)


@settings(deadline=None)
@given(RATES, COUNTS, st.floats(1.0, 4.0), st.floats(0.5, 1.0), SHARES, INDICES)
def test_restarts_stay_between_their_bounds(initial, first, longer, higher, alpha, steps):
    schedule = S.CosineDecayRestarts(initial, first, longer, higher, alpha)
    rates = schedule.rates(steps)
    assert np.all(rates >= alpha * initial * (1 - 1e-12))
    assert np.all(rates <= initial * (1 + 1e-12))
    np.testing.assert_allclose(schedule.rates(first), initial * (alpha + (1 - alpha) * higher))


@settings(deadline=None)
@given(RATES, st.integers(2, 300), st.floats(0.0, 1.0), st.floats(1.0, 1e3), st.floats(1.0, 1e5))
def test_one_cycle_rises_once_and_falls_once(maximum, total, share, initial, final):
    schedule = S.OneCycle(maximum, total, share, initial, final)
    rates = schedule.rates(range(total + 5))
    assert np.all(rates <= maximum * (1 + 1e-12))
    assert np.all(rates >= maximum / initial / final * (1 - 1e-9))
    signs = np.sign(np.diff(rates).round(15))
    turns = np.flatnonzero(np.diff(signs[signs != 0]))
    assert len(turns) <= 1
    assert registry.from_config("schedule", schedule.to_data()) == schedule
