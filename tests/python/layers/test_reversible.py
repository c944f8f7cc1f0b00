"""Embeddings that are used backwards agree with Keras's, in one model and by themselves."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

import rdeep
from families import check_compared
from rdeep import layers
from rdeep.errors import RdeepError
from rdeep.models.layer_calls import layer_model

LAYER_FAMILIES = ("reversible",)
CODES = np.array([[1, 4, 2], [0, 0, 5]])
RNG = np.random.default_rng(1)
VECTORS = RNG.normal(size=(2, 3, 4)).astype("float32")
OPTIONS = [
    {},
    {"tie_weights": False, "logit_soft_cap": 0.5},
    {"mask_zero": True, "reverse_dtype": "float16"},
]


def test_every_layer_is_compared():
    check_compared({"ReversibleEmbedding"}, LAYER_FAMILIES)


def keras_layer(options):
    layer = keras.layers.ReversibleEmbedding(6, 4, **options)
    layer(CODES)
    layer.set_weights([RNG.normal(size=w.shape).astype("float32") for w in layer.get_weights()])
    return layer


def close(found, wanted):
    found = found.detach() if isinstance(found, torch.Tensor) else found
    assert np.asarray(found).dtype == np.asarray(wanted).dtype
    tolerance = 1e-2 if np.asarray(wanted).dtype == np.float16 else 1e-5
    np.testing.assert_allclose(found, wanted, atol=tolerance)


@pytest.mark.parametrize("options", OPTIONS)
def test_both_directions_on_data(backend, options):
    made = torch.tensor if backend == "torch" else tf.constant
    theirs, ours = keras_layer(options), layers.ReversibleEmbedding(6, 4, **options)
    ours(made(CODES))
    layer_model(ours).set_weights(theirs.get_weights())
    close(ours(made(CODES)), theirs(CODES))
    close(ours(made(VECTORS), reverse=True), theirs(VECTORS, reverse=True))
    close(ours(made(CODES)), theirs(CODES))


@pytest.mark.parametrize("engine", ["torch", "tensorflow", "numpy"])
@pytest.mark.parametrize("options", OPTIONS[:2])
def test_both_directions_in_a_model(engine, options, tmp_path):
    theirs, ours = keras_layer(options), layers.ReversibleEmbedding(6, 4, **options)
    entry = rdeep.Input((3,), dtype="int32")
    model = rdeep.Model(entry, ours(ours(entry), reverse=True), backend=engine)
    assert model.graph.outputs[0].shape == (None, 3, 6)
    model.set_weights(theirs.get_weights())
    wanted = theirs(theirs(CODES), reverse=True)
    np.testing.assert_allclose(model.predict(CODES), wanted, atol=1e-5)
    model.save(tmp_path / "model.rdeep")
    again = rdeep.load_model(tmp_path / "model.rdeep")
    np.testing.assert_allclose(again.predict(CODES), wanted, atol=1e-5)


def test_tied_weights_are_trained_by_both_uses(backend):
    entry = rdeep.Input((3,), dtype="int32")
    layer = layers.ReversibleEmbedding(6, 4)
    model = rdeep.Model(entry, layer(layer(entry), reverse=True), backend=backend)
    loss = rdeep.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(rdeep.optimizers.Adam(0.05), loss)
    losses = model.fit(CODES, CODES, epochs=12, verbose=0).history["loss"]
    assert losses[-1] < 0.8 * losses[0]
    assert [w.shape for w in model.get_weights()] == [(6, 4)]


def test_other_vectors_are_refused():
    layer = layers.ReversibleEmbedding(6, 4)
    with pytest.raises(RdeepError, match="turns vectors of 4 values into logits, not of 5"):
        layer(rdeep.Input((3, 5)), reverse=True)
