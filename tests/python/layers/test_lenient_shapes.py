"""Shapes and words that Keras's layers take beside the usual ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model
from rdeep import layers as L
from rdeep.errors import ShapeError
from rdeep.optimizers import SGD

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
ENGINES = ("torch", "tensorflow", "numpy")


def computed(layer: Any, backend: str, training: bool = False, data: np.ndarray = X) -> np.ndarray:
    inputs = Input(data.shape[1:])
    return np.asarray(Model(inputs, layer(inputs), backend=backend)(data, training=training))


@pytest.mark.parametrize("backend", ENGINES)
def test_a_short_noise_shape_stands_for_the_last_axes(backend: str) -> None:
    for record in (L.Dropout, L.AlphaDropout):
        columns = computed(record(0.5, noise_shape=(4,), seed=3), backend, training=True) / X
        if record is L.Dropout:
            assert (columns.round(3) == columns[0].round(3)).all()
    kept = {
        float(computed(L.Dropout(0.5, noise_shape=(1,), seed=seed), backend, True)[0, 0] / X[0, 0])
        for seed in range(12)
    }
    assert {round(each, 3) for each in kept} == {0.0, 2.0}
    for wrong in ((3,), (1, 1, 1), (None,)):
        with pytest.raises(ShapeError, match="noise_shape"):
            L.Dropout(0.5, noise_shape=wrong)(Input((4,)))


@pytest.mark.parametrize("backend", ENGINES[:2])
def test_whole_samples_are_masked_as_in_keras(backend: str) -> None:
    keras = pytest.importorskip("keras")
    x = X.copy()
    x[[2, 5]] = 0
    y = x.sum(1, keepdims=True) + 1

    def trained(layers: Any, start: Any, make: Any, **options: Any) -> Any:
        inputs = start((4,))
        hidden = layers.Masking()(inputs)
        model = make(inputs, layers.Dense(1, kernel_initializer="ones")(hidden), **options)
        model.compile(SGD(0.1) if layers is L else keras.optimizers.SGD(0.1), "mse")
        return model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]

    expected = trained(keras.layers, keras.Input, keras.Model)
    np.testing.assert_allclose(trained(L, Input, Model, backend=backend), expected, rtol=1e-5)


@pytest.mark.parametrize("backend", ENGINES)
def test_batches_are_concatenated(backend: str) -> None:
    inputs = Input((4,))
    model = Model(inputs, L.Concatenate(axis=0)([inputs, inputs]), backend=backend)
    assert model.outputs[0].shape == (None, 4)
    np.testing.assert_array_equal(model.predict(X), np.concatenate([X, X]))


@pytest.mark.parametrize(
    ("layer", "data"),
    [
        (L.CategoryEncoding(3, output_mode="binary"), [[0], [2]]),
        (L.IntegerLookup(vocabulary=[1, 2], output_mode="binary"), [[1], [5]]),
        (L.StringLookup(vocabulary=["a", "b"], output_mode="binary"), [["a"], ["z"]]),
        (L.Hashing(3, output_mode="binary"), [["a"], ["z"]]),
    ],
)
def test_older_words_for_encodings(layer: Any, data: Any) -> None:
    assert layer.output_mode == "multi_hot"
    assert np.asarray(layer(np.array(data))).shape == (2, 3)
    assert L.TextVectorization(output_mode="tf-idf").output_mode == "tf_idf"
