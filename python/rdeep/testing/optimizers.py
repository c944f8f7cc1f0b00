"""Checks of optimizers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.catalogue.layers import Dense
from rdeep.catalogue.optimizers.base import BaseOptimizer, Optimizer, ParameterInfo
from rdeep.engines import registry
from rdeep.models import Sequential, load_model
from rdeep.testing.comparing import (
    Checks,
    assert_all_close,
    engines_to_check,
    run_all,
)
from rdeep.testing.records import check_documentation, check_options

ROWS, BATCH, SIZE, UNITS = 32, 8, 4, 2
TOLERANCE = 1e-5
_FORMULA = (
    "Write update() with arithmetic and functions of `ops`, and keep what it needs in slots()."
)


def optimizer_checks(optimizer: BaseOptimizer, engines: Sequence[str] | None = None) -> Checks:
    """Return the checks of an optimizer, each by its name, for `pytest.mark.parametrize`.

    Parameters
    ----------
    optimizer : Optimizer
        The optimizer.
    engines : sequence of str, optional
        The engines that train; by default all that are installed.
    """
    yield "documentation", partial(check_documentation, type(optimizer))
    yield "options", partial(check_options, optimizer)
    for engine in engines_to_check(engines):
        if registry.trains(engine):
            yield f"steps on {engine}", partial(_check_steps, optimizer, engine)
            yield f"continued on {engine}", partial(_check_continued, optimizer, engine)


def check_optimizer(optimizer: BaseOptimizer, engines: Sequence[str] | None = None) -> list[str]:
    """Run all checks of an optimizer, and return their names.

    Parameters
    ----------
    optimizer, engines
        As for `optimizer_checks`.

    Raises
    ------
    AssertionError
        With a sentence for each check that failed.

    Examples
    --------
    >>> from rdeep.optimizers import SGD
    >>> check_optimizer(SGD(0.1), engines=[])
    ['documentation', 'options']
    """
    return run_all(optimizer_checks(optimizer, engines))


def _data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(ROWS, SIZE)).astype("float32")
    return x, rng.normal(size=(ROWS, UNITS)).astype("float32")


def _model(optimizer: BaseOptimizer, engine: str) -> Sequential:
    model = Sequential([Dense(UNITS, name="dense")], input_shape=SIZE, backend=engine)
    model.set_weights(_starts())
    model.compile(optimizer, "mse")
    return model


def _starts() -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [rng.normal(0, 0.5, shape).astype("float32") for shape in ((SIZE, UNITS), (UNITS,))]


def _fit(model: Any, epochs: int) -> list[np.ndarray]:
    model.fit(*_data(), batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0)
    return list(model.get_weights())


def _is_plain(rule: Optimizer) -> bool:
    """Return whether a step is the formula alone: no clipping, decay, average or schedule."""
    beside = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "loss_scale_factor")
    given = [getattr(rule, name) for name in (*beside, "gradient_accumulation_steps")]
    return not any(given) and not rule.use_ema and isinstance(rule.learning_rate, float)


def _by_formula(rule: Optimizer, epochs: int) -> list[np.ndarray]:
    """Return the weights of a linear regression after steps of the formula on NumPy."""
    (x, y), weights = _data(), _starts()
    of = [ParameterInfo("dense/kernel", (SIZE, UNITS)), ParameterInfo("dense/bias", (UNITS,))]
    slots = [
        {
            name: np.full(weight.shape if slot.shape is None else slot.shape, slot.start, "float32")
            for name, slot in rule.slots(subject).items()
        }
        for subject, weight in zip(of, weights)
    ]
    for step in range(epochs * ROWS // BATCH):
        rows = slice(step * BATCH % ROWS, step * BATCH % ROWS + BATCH)
        slope = 2.0 * (x[rows] @ weights[0] + weights[1] - y[rows]) / (BATCH * UNITS)
        for place, gradient in enumerate([x[rows].T @ slope, slope.sum(0)]):
            rate = rule.initial_rate
            decay = rule.decay(of[place])
            kept = weights[place] if decay is None else weights[place] * (1.0 - decay * rate)
            weights[place], slots[place] = rule.update(
                kept, gradient, slots[place], rate, step + 1, ops
            )
    return weights


def _check_steps(optimizer: BaseOptimizer, engine: str) -> None:
    """Check that training changes weights, as the formula does on NumPy."""
    found, rule = _fit(_model(optimizer, engine), 2), optimizer.rule
    assert any(np.abs(mine - start).max() > 0 for mine, start in zip(found, _starts())), (
        f"{optimizer!r} changes nothing on {engine}: update() returns the weight after the step."
    )
    if rule is optimizer and _is_plain(rule):
        what = f"{optimizer!r}: the weights after 8 steps on {engine} and by update() on NumPy"
        assert_all_close(found, _by_formula(rule, 2), TOLERANCE, what, _FORMULA)


def _check_continued(optimizer: BaseOptimizer, engine: str) -> None:
    """Check that a training that was saved goes on as if it had not stopped."""
    wanted = _fit(_model(optimizer, engine), 2)
    half = _model(optimizer, engine)
    _fit(half, 1)
    with tempfile.TemporaryDirectory() as folder:
        half.save(path := os.path.join(folder, "model.rdeep"))
        again = load_model(path, backend=engine)
    what = f"{optimizer!r}: the weights of a training on {engine} that was saved halfway"
    hint = "What a step depends on stands in its options and slots, which files keep."
    assert_all_close(_fit(again, 1), wanted, TOLERANCE, what, hint)
