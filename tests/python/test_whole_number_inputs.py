"""Whole numbers that enter layers which compute in floats, on both engines as for floats."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, ops
from rdeep.catalogue import layers as L
from rdeep.errors import RdeepError

FLAT = np.array([[1, 2, 0, 5], [0, 3, 7, 2], [1, 1, 4, 9]])
FLAT_LAYERS = {
    "Dense": lambda: L.Dense(2),
    "BatchNormalization": lambda: L.BatchNormalization(),
    "LayerNormalization": lambda: L.LayerNormalization(),
    "Activation": lambda: L.Activation("sigmoid"),
    "PReLU": lambda: L.PReLU(),
    "Softmax": lambda: L.Softmax(),
    "UnitNormalization": lambda: L.UnitNormalization(),
    "EinsumDense": lambda: L.EinsumDense("ab,bc->ac", 2),
    "Dropout": lambda: L.Dropout(0.5),
    "GaussianNoise": lambda: L.GaussianNoise(1.0),
    "SpectralNormalization": lambda: L.SpectralNormalization(L.Dense(2)),
}
SERIES = np.arange(24).reshape(2, 4, 3)
SERIES_LAYERS = {
    "Conv1D": lambda: L.Conv1D(1, 2),
    "SeparableConv1D": lambda: L.SeparableConv1D(1, 2),
    "LSTM": lambda: L.LSTM(2),
    "Bidirectional": lambda: L.Bidirectional(L.GRU(2)),
    "TimeDistributed": lambda: L.TimeDistributed(L.Dense(2)),
    "GlobalAveragePooling1D": lambda: L.GlobalAveragePooling1D(),
    "MaxPooling1D": lambda: L.MaxPooling1D(2),
    "AveragePooling1D": lambda: L.AveragePooling1D(2),
    "UpSampling1D": lambda: L.UpSampling1D(2),
    "ZeroPadding1D": lambda: L.ZeroPadding1D(1),
}


def _model(layer, shape, dtype, backend):
    x = Input(shape, dtype)
    return Model(x, L.Dense(1)(L.Flatten()(layer()(x))), backend=backend, seed=1)


@pytest.mark.parametrize("name", [*FLAT_LAYERS, *SERIES_LAYERS])
@pytest.mark.few_on_tensorflow("Dense]", "LSTM", "SpectralNormalization")
def test_layers_take_whole_numbers_as_floats(name, backend):
    layer = {**FLAT_LAYERS, **SERIES_LAYERS}[name]
    data = FLAT if name in FLAT_LAYERS else SERIES
    whole = _model(layer, data.shape[1:], "int32", backend)
    floats = _model(layer, data.shape[1:], "float32", backend)
    floats.set_weights(whole.get_weights())
    np.testing.assert_allclose(whole.predict(data), floats.predict(data), rtol=1e-6)
    whole.compile("sgd", "mse")
    whole.fit(data, np.zeros((len(data), 1)), verbose=0)


def test_whole_numbers_of_a_chain_become_floats(backend):
    layers = [Input((4,)), L.Discretization([1.0, 4.0]), L.Flatten(), L.Dense(1)]
    model = Sequential(layers, backend=backend)
    model.compile("sgd", "mse")
    model.fit(FLAT, np.zeros((3, 1)), verbose=0)
    kernel, bias = model.get_weights()
    places = np.digitize(FLAT, [1.0, 4.0])
    np.testing.assert_allclose(model.predict(FLAT), places @ kernel + bias, rtol=1e-5)


@pytest.mark.parametrize(
    "wrong", [lambda x: ops.sort(x, axis=3), lambda x: ops.bitwise_and(x, 1)], ids=["sort", "bits"]
)
def test_what_an_engine_cannot_compute_is_said_in_one_line(wrong, backend):
    with pytest.raises(RdeepError) as caught:
        x = Input((4,))
        Model(x, wrong(x), backend=backend).predict(FLAT)
    assert not any(
        word in str(caught.value) for word in ("in user code", "File", "Traceback", "torch.")
    )


@pytest.mark.parametrize(
    "name", ["parameters", "modules", "buffers", "_parameters", "größe", "a/b"]
)
def test_layers_may_have_the_names_of_what_modules_hold(name, backend):
    x = Input((4,))
    model = Model(x, L.Dense(1, name=name)(x), backend=backend)
    chain = Sequential([Input((4,)), L.Dense(1, name=name)], backend=backend)
    for each in (model, chain):
        kernel, bias = each.get_weights()
        np.testing.assert_allclose(each.predict(FLAT), FLAT @ kernel + bias, rtol=1e-5)
