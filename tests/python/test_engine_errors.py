"""Errors that only an engine can see, in the user's words: no traceback, no engine's names."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rdeep import Input, Model, ops
from rdeep.catalogue import layers as L
from rdeep.engines.reasons import reason
from rdeep.errors import BackendError, DataError, RdeepError

NAMES = re.compile(r"user code|Traceback|File \"|node |functional|Graph execution|\n|\x1b|Keras")


def _uses(model, x, y):
    model.compile("sgd", "mse")
    return {
        "predict": lambda: model.predict(x),
        "fit": lambda: model.fit(x, y, verbose=0),
        "evaluate": lambda: model.evaluate(x, y),
        "train_on_batch": lambda: model.train_on_batch(x, y),
        "call": lambda: model(x),
    }


def _check(model, x, kind, words):
    y = np.zeros((len(x), *model.output_shapes[0][1:]))
    for name, use in _uses(model, x, y).items():
        with pytest.raises(kind, match=words) as caught:
            use()
        assert isinstance(caught.value, RdeepError), name
        assert not NAMES.search(caught.value.message), (name, caught.value.message)


def test_codes_out_of_range_behind_an_operation(backend):
    x = Input((2,), "int32")
    model = Model(x, L.Flatten()(L.Embedding(3, 2, name="words")(x + 1)), backend=backend)
    _check(model, np.array([[1, 2], [0, 1]]), DataError, "Layer 'words' was given a .*range")


def test_positions_out_of_range(backend):
    x = Input((2,), "int32")
    table = np.arange(6, dtype="float32").reshape(3, 2)
    y = L.Dense(1)(L.Flatten()(ops.take(table, x * 2, axis=0)))
    _check(Model(x, y, backend=backend), np.array([[1, 2], [0, 1]]), DataError, "out of its range")


def test_sizes_that_do_not_fit(backend):
    x, y = Input((None, 2)), Input((None, 2))
    model = Model([x, y], L.Dense(1)(L.Add(name="sum")([x, y])), backend=backend)
    with pytest.raises(BackendError, match="cannot compute this") as caught:
        model.predict([np.ones((2, 3, 2)), np.ones((2, 4, 2))])
    assert not NAMES.search(caught.value.message)


def test_the_errors_of_a_users_stream_are_the_users(backend):
    x = Input((2,))
    model = Model(x, L.Dense(1)(x), backend=backend)
    model.compile("sgd", "mse")

    def batches():
        yield np.ones((2, 2)), np.ones(2)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        model.fit(batches(), steps_per_epoch=2, verbose=0)


@pytest.mark.parametrize(
    "text",
    [
        'in user code:\n\n    File "/a/b.py", line 3, in f  *\n        g(x)\n\n    '
        "ValueError: No.\n",
        "Exception encountered when calling Functional.call().\n\n\x1b[1mNo.\x1b[0m\n\nArguments "
        "received by Functional.call():\n  • inputs=1",
        "Graph execution error:\n\nDetected at node a/b defined at (most recent call last):\n"
        "<stack traces unavailable>\nNo.\n\t [[{{node a/b}}]] [Op:__inference_1]",
    ],
)
def test_the_reason_is_picked_out(text):
    assert reason(ValueError(text)) == "No."
