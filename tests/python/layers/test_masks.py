"""Masks against Keras's: which layers pass them on, and what layers of several inputs make of them.

Each case is an output of one model for each engine, so that few models are built. The masks have
holes, in the middle too.
"""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest

from rdeep import Input, Layer, Model, Sequential, load_model, ops
from rdeep.catalogue import layers as L

K = keras.layers
pytestmark = pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
STEPS, SIZE = 4, 4
MERGING = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Concatenate", "Dot")

SINGLE = [
    ("Activation", {"activation": "relu"}),
    ("ActivityRegularization", {}),
    ("AlphaDropout", {"rate": 0.2}),
    ("AveragePooling1D", {"pool_size": 2, "strides": 1, "padding": "same"}),
    ("BatchNormalization", {}),
    ("Bidirectional", {"layer": ("LSTM", {"units": 2, "return_sequences": True})}),
    ("Bidirectional", {"layer": ("GRU", {"units": 4})}),
    ("Conv1D", {"filters": 4, "kernel_size": 2, "padding": "same"}),
    ("Conv1DTranspose", {"filters": 4, "kernel_size": 2, "padding": "same"}),
    ("Cropping1D", {"cropping": 0}),
    ("Dense", {"units": 4}),
    ("DepthwiseConv1D", {"kernel_size": 2, "padding": "same"}),
    ("Dropout", {"rate": 0.2}),
    ("ELU", {}),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 4)}),
    ("Flatten", {}),
    ("GRU", {"units": 4, "return_sequences": True}),
    ("GaussianDropout", {"rate": 0.2}),
    ("GaussianNoise", {"stddev": 0.2}),
    ("GroupNormalization", {"groups": 2}),
    ("Identity", {}),
    ("LSTM", {"units": 4}),
    ("LSTM", {"units": 4, "return_sequences": True}),
    ("LayerNormalization", {}),
    ("LeakyReLU", {}),
    ("MaxPooling1D", {"pool_size": 2, "strides": 1, "padding": "same"}),
    ("PReLU", {"shared_axes": (1,)}),
    ("Permute", {"dims": (2, 1)}),
    ("RMSNormalization", {}),
    ("ReLU", {}),
    ("Rescaling", {"scale": 2.0}),
    ("Reshape", {"target_shape": (STEPS, SIZE)}),
    ("SeparableConv1D", {"filters": 4, "kernel_size": 2, "padding": "same"}),
    ("SimpleRNN", {"units": 4, "return_sequences": True, "go_backwards": True}),
    ("SpatialDropout1D", {"rate": 0.2}),
    ("SpectralNormalization", {"layer": ("Dense", {"units": 4})}),
    ("TimeDistributed", {"layer": ("Dense", {"units": 4})}),
    ("UnitNormalization", {}),
    ("UpSampling1D", {"size": 1}),
    ("ZeroPadding1D", {"padding": 0}),
]


def _layer(layers, name, options):
    made = {
        key: _layer(layers, *value) if key == "layer" else value for key, value in options.items()
    }
    return getattr(layers, name)(**made)


def _read(layers, tensors):
    """Return what shows the masks: means over the steps that count, beside the tensors."""
    found = []
    for tensor in tensors:
        found.append(layers.Flatten()(tensor))
        if len(tensor.shape) == 3:
            found.append(layers.GlobalAveragePooling1D()(tensor))
    return found


def _sequences(rng):
    x, y = (rng.normal(size=(5, STEPS, SIZE)).astype("float32") for _ in range(2))
    # Padding before, behind and between; steps that one of them counts; a row of padding alone.
    x[0, 2:], x[1, 1], x[2, :2], x[3, 0] = 0.0, 0.0, 0.0, 0.0
    y[0, 3:], y[1, 1:], y[2, 0], y[4, 2] = 0.0, 0.0, 0.0, 0.0
    return [x, y]


def _check(build, backend, rng):
    shapes = [(STEPS, SIZE), (STEPS, SIZE)]
    ins, kins = [Input(s) for s in shapes], [keras.Input(s) for s in shapes]
    ours = Model(ins, build(L, ins, Model), backend=backend)
    theirs = keras.Model(kins, build(K, kins, keras.Model))
    weights = [rng.uniform(0.1, 0.6, w.shape).astype("float32") for w in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    x = _sequences(rng)
    expected = theirs(x)
    for i, (found, wanted) in enumerate(zip(ours.predict(x), expected, strict=True)):
        np.testing.assert_allclose(found, wanted, atol=1e-5, err_msg=f"output {i}")


def test_every_layer_passes_the_masks_that_keras_passes(backend, rng):
    def build(layers, inputs, _):
        masked = layers.Masking()(inputs[0])
        made = [_layer(layers, name, options)(masked) for name, options in SINGLE]
        return _read(layers, [*made, inputs[1]])

    _check(build, backend, rng)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.few_on_tensorflow("2")
def test_merging_layers_join_masks_as_keras_does(count, backend, rng):
    def build(layers, inputs, _):
        found = []
        mask = layers.Masking()
        third = layers.Dense(SIZE)(inputs[1])
        for name in MERGING:
            if count == 3 and name in ("Subtract", "Dot"):
                continue
            for pattern in itertools.product([False, True], repeat=count):
                given = [*inputs, third][:count]
                given = [mask(x) if masked else x for x, masked in zip(given, pattern)]
                axes = (-1, 1) if name == "Concatenate" else (0,)
                for axis in axes:
                    options = {"axis": axis} if name == "Concatenate" else {}
                    options = {"axes": 2} if name == "Dot" else options
                    found += _read(layers, [getattr(layers, name)(**options)(given)])
        return found

    _check(build, backend, rng)


def test_the_example_of_a_sum_of_a_masked_and_an_unmasked_sequence(backend):
    i, j = Input((2, 2)), Input((2, 2))
    model = Model([i, j], L.GlobalAveragePooling1D()(L.Add()([L.Masking()(i), j])), backend=backend)
    x = np.array([[[1, 2], [0, 0]]], "float32")
    y = np.array([[[0.5, 1], [2, 4]]], "float32")
    np.testing.assert_allclose(model.predict([x, y]), [[1.75, 3.5]])


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.few_on_tensorflow()
def test_two_masked_sequences_in_turn_are_read(name, backend, rng):
    def build(layers, inputs, _):
        mask = layers.Masking()
        joined = layers.Concatenate(axis=1)([mask(x) for x in inputs])
        both = layers.Bidirectional(getattr(layers, name)(2, return_sequences=True))(joined)
        return [layers.Flatten()(both), getattr(layers, name)(3)(joined)]

    _check(build, backend, rng)


def test_masks_go_into_models_that_are_layers_and_out_of_them(backend, rng):
    def build(layers, inputs, model):
        make = Input if model is Model else keras.Input
        a, b = make((STEPS, SIZE)), make((STEPS, SIZE))
        added = layers.Add()([layers.Dense(SIZE)(a), b])
        inner = model([a, b], [added, layers.LSTM(2)(b), layers.Masking()(a)])
        mask = layers.Masking()
        found = []
        for pattern in itertools.product([False, True], repeat=2):
            given = [mask(x) if masked else x for x, masked in zip(inputs, pattern)]
            added, last, own = inner(given)
            found += _read(layers, [added, last, own])
        return found

    _check(build, backend, rng)


def test_masks_go_through_chains_within_models(backend):
    inner = Sequential([Input((None,), "int32"), L.Embedding(5, 3, mask_zero=True), L.Dense(2)])
    x = Input((None,), "int32")
    model = Model(x, L.GlobalAveragePooling1D()(inner(x)), backend=backend)
    codes = np.array([[1, 0, 2, 0], [3, 3, 4, 1]])
    seen = inner.predict(codes)
    counts = (codes != 0)[..., None]
    wanted = (seen * counts).sum(1) / counts.sum(1)
    np.testing.assert_allclose(model.predict(codes), wanted, atol=1e-6)


def test_a_layer_may_be_called_as_an_operation_on_masks_is(backend):
    i = Input((STEPS, SIZE), name="any")
    masked = L.Masking(name="not_equal")(i)
    joined = L.Concatenate(axis=1, name="concatenate")([masked, L.Dense(SIZE, name="ones_like")(i)])
    model = Model(i, L.LSTM(2, name="logical_or")(joined), backend=backend)
    assert model.predict(np.ones((2, STEPS, SIZE))).shape == (2, 2)


class Mean(Layer):
    """A mean over the steps that count, by a mask that `call` is given."""

    def call(self, inputs, mask=None):
        weights = ops.expand_dims(ops.cast(mask, "float32"), -1)
        return ops.sum(inputs * weights, axis=1) / ops.maximum(ops.sum(weights, axis=1), 1.0)


def test_a_layer_of_ones_own_is_given_the_mask(backend, rng, tmp_path):
    x = Input((STEPS, SIZE))
    shared = Mean()
    model = Model(x, [shared(L.Masking()(x)), shared(x)], backend=backend)
    data = _sequences(rng)[0]
    counts = (data != 0).any(-1, keepdims=True)
    wanted = [(data * counts).sum(1) / counts.sum(1), data.mean(1)]
    model.save(tmp_path / "m.rdeep")
    for each in (model, load_model(tmp_path / "m.rdeep")):
        for found, right in zip(each.predict(data), wanted, strict=True):
            np.testing.assert_allclose(found, right, atol=1e-6)
