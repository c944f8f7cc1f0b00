"""What users write is called as in Keras: layers with several tensors, losses with metrics."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import rdeep
from rdeep import activations, layers, metrics, ops
from rdeep.errors import ArgumentError

RNG = np.random.default_rng(0)
X, E = (RNG.random((4, 3)).astype("float32") for _ in range(2))
MASK = np.array([True, False, True, True])
SEEN = np.ones((4, 5, 5), "int32")
SEQUENCES = RNG.random((4, 5, 6)).astype("float32")


class Decoder(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(3, kernel_initializer="ones")

    def call(self, inputs, encoded, training=False, mask=None):
        y = self.dense(inputs) + encoded
        y = y * 2.0 if training else y
        return y if mask is None else y * ops.cast(mask, "float32")[:, None]


class Attending(layers.Layer):
    def __init__(self):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, 3)

    def call(self, x, seen):
        return self.attention(query=x, value=x, key=x, attention_mask=seen)


def test_own_layers_take_data_in_any_argument(backend):
    plain = X.sum(1, keepdims=True) + E
    uses = [
        (((X, E), {}), plain),
        (((X,), {"encoded": E}), plain),
        (((X, E), {"training": True}), 2 * plain),
        (((X, E), {"mask": MASK}), plain * MASK[:, None]),
        (((X,), {"encoded": E, "mask": MASK, "training": True}), 2 * plain * MASK[:, None]),
    ]
    for (args, kwargs), expected in uses:
        layer = Decoder()
        for _ in range(2):
            found = ops.convert_to_numpy(layer(*args, **kwargs))
            np.testing.assert_allclose(found, expected, rtol=1e-5)
        assert len(layer.weights) == 2


def test_attention_masks_stand_beside_three_sequences(backend):
    x, seen = rdeep.Input((5, 6)), rdeep.Input((5, 5), dtype="int32")
    attention = layers.MultiHeadAttention(2, 3)
    model = rdeep.Model([x, seen], attention(x, x, x, attention_mask=seen), backend=backend)
    assert model.predict([SEQUENCES, SEEN], verbose=0).shape == SEQUENCES.shape
    theirs = keras.layers.MultiHeadAttention(2, 3)
    theirs.build(SEQUENCES.shape, SEQUENCES.shape)
    assert [w.shape for w in attention.weights] == [tuple(w.shape) for w in theirs.weights]
    own = Attending()
    assert tuple(own(SEQUENCES, SEEN).shape) == SEQUENCES.shape
    assert len(own.weights) == len(own.attention.weights) == 8


def test_functions_of_users_call_activations(backend):
    def shifted(x):
        return activations.elu(x) + activations.softmax(x)

    model = rdeep.Sequential([layers.Dense(2, shifted)], input_shape=(3,), backend=backend)
    plain = X @ model.get_weights()[0]
    shares = np.exp(plain) / np.exp(plain).sum(-1, keepdims=True)
    expected = np.where(plain > 0, plain, np.expm1(plain)) + shares
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5)


class Tracked(rdeep.Model):
    def __init__(self, metric=None, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(3, kernel_regularizer="l2")
        self.tracker = metric or metrics.Mean(name="distance")
        self.named_so = metrics.Mean(name="loss")

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = ops.mean(ops.square(y - y_pred))
        args = (y, y_pred) if not isinstance(self.tracker, metrics.Mean) else (ops.abs(y - y_pred),)
        self.tracker.update_state(*args)
        loss += ops.sum(ops.stack(self.losses))
        self.named_so.update_state(loss)
        return loss


@pytest.mark.parametrize("metric", [None, metrics.MeanAbsoluteError(name="distance")])
def test_metrics_are_updated_by_a_loss_of_the_users(backend, metric):
    model = Tracked(metric, backend=backend)
    model.compile("sgd")
    history = model.fit(X, E, epochs=1, batch_size=4, validation_data=(X, E), verbose=0).history
    assert set(history) == {"loss", "distance", "val_loss", "val_distance"}
    found = model.evaluate(X, E, return_dict=True, verbose=0)
    kernel = model.dense.get_weights()[0]
    gap = model.predict(X, verbose=0) - E
    np.testing.assert_allclose(found["distance"], np.abs(gap).mean(), rtol=1e-4)
    expected = np.square(gap).mean() + 0.01 * np.square(kernel).sum()
    np.testing.assert_allclose(found["loss"], expected, rtol=1e-4)


def test_a_loss_of_the_users_updates_means_alone():
    model = Tracked(metrics.AUC(name="area"))
    model.compile("sgd")
    with pytest.raises(ArgumentError, match="cannot update AUC"):
        model.fit(X, E, verbose=0)
