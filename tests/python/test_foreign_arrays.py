"""Arrays and tensors of other packages: the numbers that they hold, or a refusal in words."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from rdeep import Sequential
from rdeep.errors import ArgumentError, DataError
from rdeep.layers import Dense

X = np.random.default_rng(3).normal(size=(8, 3)).astype("float32")
Y = X.sum(1)


@pytest.fixture(scope="module")
def held():
    """Return the same numbers as other packages hold them."""
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    torch = pytest.importorskip("torch")
    rounded = torch.tensor(X).bfloat16()
    return {
        "traced by autograd": (torch.tensor(X, requires_grad=True), X),
        "a parameter": (torch.nn.Parameter(torch.tensor(X)), X),
        "bfloat16 of torch": (rounded, rounded.float().numpy()),
        "bfloat16 of TensorFlow": (tf.cast(X, "bfloat16"), rounded.float().numpy()),
        "float16": (X.astype("float16"), X.astype("float16")),
        "turned over": (torch.complex(0 * torch.tensor(X), torch.tensor(X)).conj().imag, -X),
        "a variable of TensorFlow": (tf.Variable(X), X),
        "a variable of Keras": (keras.Variable(X), X),
        "nothing masked": (np.ma.masked_array(X, mask=False), X),
        "the other order of bytes": (X.astype(">f8"), X),
    }


def compiled(backend):
    model = Sequential([Dense(1)], input_shape=(3,), backend=backend, seed=2)
    model.compile("sgd", "mse")
    return model


def test_numbers_are_taken_whoever_holds_them(backend, held):
    model = compiled(backend)
    for what, (data, numbers) in held.items():
        assert np.array_equal(model.predict(data), model.predict(numbers)), what
        column = data[:, 0]
        expected = model.evaluate(numbers, numbers[:, 0], sample_weight=abs(numbers[:, 0]))
        weights = abs(column) if what != "a parameter" else abs(column.detach())
        assert model.evaluate(data, column, sample_weight=weights) == expected, what
        model.fit(data, column, validation_data=(data, column), sample_weight=weights, verbose=0)
        kernel = data[:3, :1]
        model.set_weights([kernel, np.zeros(1)])
        assert np.array_equal(model.get_weights()[0], np.asarray(numbers[:3, :1], "float32")), what


def test_what_holds_no_array_of_numbers_is_refused_in_words(backend):
    tf, torch = pytest.importorskip("tensorflow"), pytest.importorskip("torch")
    model = compiled(backend)
    hidden = np.zeros(X.shape, bool)
    hidden[3, 1:] = True
    refused = {
        "sparse tensor of torch": torch.tensor(X).to_sparse(),
        "SparseTensor": tf.sparse.from_dense(X),
        "RaggedTensor": tf.ragged.constant([[1.0, 2.0], [3.0]]),
        "no values": torch.empty(8, 3, device="meta"),
        "hides 2 values .the first in sample 4": np.ma.masked_array(X, mask=hidden),
        "24 missing values": np.full((8, 3), np.nan),
        "complex numbers": torch.tensor(X + 1j).conj(),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for words, data in refused.items():
            with pytest.raises(DataError, match=words):
                model.predict(data)
            with pytest.raises(DataError, match=words):
                model.fit(data, Y, verbose=0)
    with pytest.raises(DataError, match="must hold numbers"):
        model.set_weights([np.full((3, 1), "a"), np.zeros(1)])
    with pytest.raises(DataError, match="too large for float32"):
        model.set_weights([np.full((3, 1), 1e300), np.zeros(1)])


def test_what_belongs_to_an_engine_is_refused_when_it_is_named(backend):
    tf, torch = pytest.importorskip("tensorflow"), pytest.importorskip("torch")
    losses = [torch.nn.MSELoss(), torch.nn.functional.mse_loss, tf.keras.losses.MeanSquaredError()]
    for loss in losses:
        for options in ({"loss": loss}, {"loss": "mse", "metrics": [loss]}):
            model = Sequential([Dense(1)], input_shape=(3,), backend=backend)
            with pytest.raises(ArgumentError, match=r"of rdeep, but of (torch|keras)"):
                model.compile("sgd", **options)
    with pytest.raises(ArgumentError, match="but of torch"):
        model.compile(torch.optim.SGD, "mse")
    with pytest.raises(ArgumentError, match="but of torch"):
        Dense(1, activation=torch.nn.ReLU())
