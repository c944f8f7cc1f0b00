"""Steps that the bridge notes, and repeats for other batches."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Sequential
from rdeep.bridge import answers, calls
from rdeep.bridge.repeating import ATTEMPTS, StepRepeater
from rdeep.layers import Dense

torch = pytest.importorskip("torch")


def batch(value, rows=2):
    return (torch.full((rows, 3), float(value)),)


def doubled(data, factor=2.0):
    arguments = {"x1": data[0], "x2": factor}
    return answers.invoke(None, "operation", {"name": "multiply", "arguments": arguments})


def noted(repeater, step, data, clean=True):
    repeater.begin(data)
    repeater.end(step(data), clean)


def test_two_steps_that_ask_for_the_same_are_repeated():
    repeater = StepRepeater(calls.DOORS)
    noted(repeater, doubled, batch(1))
    assert not repeater.knows(batch(1))
    noted(repeater, doubled, batch(2))
    assert repeater.knows(batch(5)) and not repeater.knows(batch(5, rows=1))
    np.testing.assert_array_equal(repeater.run(batch(5)), np.full((2, 3), 10.0))
    repeater.distrust()
    assert not repeater.knows(batch(5))
    noted(repeater, doubled, batch(3))
    assert repeater.knows(batch(5))


def test_a_step_that_changes_is_not_repeated():
    repeater = StepRepeater(calls.DOORS)
    for factor in range(ATTEMPTS + 2):
        data = batch(1)
        noted(repeater, lambda data, by=float(factor): doubled(data, by), data)
        assert not repeater.knows(data)


def test_a_step_that_looks_at_values_is_not_repeated():
    def looks(data):
        return {"loss": answers.invoke(None, "to_array", {"x": data[0].sum()})}

    def finds_sizes(data):
        answers.invoke(None, "tensor_sizes", {"x": data[0]})
        return doubled(data)

    def predicts(data):
        model = Sequential([Dense(1)], (3,), backend="torch")
        answers.predict_array(model, np.ones((1, 3)), None)
        return doubled(data)

    for step, repeated in ((looks, False), (finds_sizes, True), (predicts, False)):
        repeater = StepRepeater(calls.DOORS)
        for _ in range(3):
            noted(repeater, step, batch(1))
        assert repeater.knows(batch(1)) is repeated
    noted(repeater := StepRepeater(calls.DOORS), doubled, batch(1), clean=False)
    noted(repeater, doubled, batch(1), clean=False)
    assert not repeater.knows(batch(1))


def test_what_is_asked_after_a_step_is_not_noted():
    repeater = StepRepeater(calls.DOORS)
    repeater.begin(batch(1))
    repeater.cancel()
    doubled(batch(1))
    repeater.end(None, True)
    assert not repeater.knows(batch(1))
