"""Masks that users' layers read, pass on, make and change; masks that are given and asked for."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Input, Layer, Model, layers, ops

IDS = np.array([[3, 1, 0, 0], [2, 0, 0, 0], [1, 2, 3, 4]])
KEPT = IDS != 0


class Passing(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs):
        return ops.relu(inputs) + 1.0


class Ending(Layer):
    def call(self, inputs):
        return ops.relu(inputs) + 1.0


class Halves(Layer):
    def call(self, inputs):
        return ops.split(inputs, 2, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None if mask is None else ops.split(mask, 2, axis=1)


class Making(Layer):
    def build(self, input_shape):
        self.table = self.add_weight((5, 2), "random_normal")

    def call(self, inputs):
        return ops.take(self.table, ops.cast(inputs, "int32"), axis=0)

    def compute_mask(self, inputs, mask=None):
        return ops.not_equal(inputs, 0)


class Reading(Layer):
    def call(self, inputs, mask=None):
        if mask is None:
            return ops.mean(inputs, axis=1)
        weights = ops.expand_dims(ops.cast(mask, "float32"), -1)
        return ops.sum(inputs * weights, axis=1) / ops.sum(weights, axis=1)


def embedded():
    ids = Input((4,), "int32")
    return ids, layers.Embedding(5, 2, mask_zero=True, embeddings_initializer="random_normal")(ids)


def masks_of(tensors, ids, backend):
    from rdeep.graph.masks import MaskOf

    tensors = tensors if isinstance(tensors, list) else [tensors]
    found = Model(ids, [MaskOf()(each) for each in tensors], backend=backend).predict(IDS)
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("make", [Passing, lambda: layers.Dense(2)])
def test_a_mask_is_passed_on_to_what_reads_it(make, backend):
    ids, x = embedded()
    y = make()(x)
    assert y.masked
    np.testing.assert_array_equal(masks_of(y, ids, backend)[0], KEPT)
    read = Model(ids, [Reading()(y), y], backend=backend)
    mean, whole = read.predict(IDS)
    weights = KEPT[..., None]
    np.testing.assert_allclose(mean, (whole * weights).sum(1) / weights.sum(1), atol=1e-6)


def test_a_layer_that_says_nothing_ends_masks(backend):
    ids, x = embedded()
    y = Ending()(x)
    assert not y.masked
    mean, whole = Model(ids, [Reading()(y), y], backend=backend).predict(IDS)
    np.testing.assert_allclose(mean, whole.mean(1), atol=1e-6)


def test_compute_mask_changes_a_mask_and_makes_one(backend):
    ids, x = embedded()
    halves = Halves()(x)
    for found, wanted in zip(masks_of(halves, ids, backend), (KEPT[:, :2], KEPT[:, 2:])):
        np.testing.assert_array_equal(found, wanted)
    plain = Input((4, 2))
    assert not Halves()(plain)[0].masked
    ids = Input((4,), "int32")
    made = Making()(ids)
    np.testing.assert_array_equal(masks_of(Passing()(made), ids, backend)[0], KEPT)


def test_a_layer_is_shared_by_inputs_with_and_without_a_mask(backend):
    reading, (ids, x) = Reading(), embedded()
    plain = Input((4, 2))
    model = Model([ids, plain], [reading(plain), reading(x), x], backend=backend)
    values = np.arange(24, dtype="float32").reshape(3, 4, 2)
    without, mean, whole = model.predict([IDS, values])
    np.testing.assert_allclose(without, values.mean(1), atol=1e-6)
    weights = KEPT[..., None]
    np.testing.assert_allclose(mean, (whole * weights).sum(1) / weights.sum(1), atol=1e-6)


def test_masks_are_kept_by_files(backend, tmp_path):
    ids, x = embedded()
    model = Model(ids, layers.LSTM(2)(Passing()(x)), backend=backend)
    model.save(tmp_path / "masked.rdeep")
    again = rdeep.load_model(tmp_path / "masked.rdeep", backend=backend)
    np.testing.assert_allclose(again.predict(IDS), model.predict(IDS), atol=1e-6)
    other = IDS.copy()
    other[:, -1] = 0
    kept = IDS[:2]
    np.testing.assert_allclose(again.predict(kept), again.predict(other[:2]), atol=1e-6)


@pytest.mark.parametrize(
    "make", [lambda: layers.LSTM(2), lambda: layers.Bidirectional(layers.GRU(2)), Reading]
)
def test_a_mask_is_given(make, backend):
    x, mask = Input((4, 2)), Input((4,), "int32")
    layer = make()
    model = Model([x, mask], layer(x, mask=mask), backend=backend)
    values = np.random.default_rng(1).normal(size=(3, 4, 2)).astype("float32")
    found = model.predict([values, KEPT.astype("int32")])
    changed = np.where(KEPT[..., None], values, 7.0).astype("float32")
    np.testing.assert_allclose(found, model.predict([changed, KEPT.astype("int32")]), atol=1e-6)
    given = layer(values, mask=KEPT)
    np.testing.assert_allclose(ops.convert_to_numpy(given), found, atol=1e-5)
    assert not np.allclose(ops.convert_to_numpy(layer(values)), found)


def test_layers_say_the_mask_that_they_give():
    embedding = layers.Embedding(5, 2, mask_zero=True)
    np.testing.assert_array_equal(np.asarray(embedding.compute_mask(IDS)), KEPT)
    assert layers.Embedding(5, 2).compute_mask(IDS) is None
    assert layers.Flatten().compute_mask(IDS, KEPT) is None
    x = np.zeros((3, 4, 2), "float32")
    np.testing.assert_array_equal(layers.Dense(1).compute_mask(x, KEPT), KEPT)
    added = layers.Add().compute_mask([x, x], [KEPT, ~KEPT])
    np.testing.assert_array_equal(ops.convert_to_numpy(added), np.ones((3, 4), bool))
    np.testing.assert_array_equal(np.asarray(Making().compute_mask(IDS)), KEPT)
    assert Ending().compute_mask(x, KEPT) is None
    assert Passing().compute_mask(x, KEPT) is KEPT

    class Inside(Layer):
        def __init__(self):
            super().__init__()
            self.embedding, self.lstm = layers.Embedding(5, 2, mask_zero=True), layers.LSTM(2)

        def call(self, inputs):
            mask = self.embedding.compute_mask(inputs)
            return self.lstm(self.embedding(inputs), mask=mask)

    inside = Inside()
    found = ops.convert_to_numpy(inside(IDS))
    expected = inside.lstm(inside.embedding(IDS))
    np.testing.assert_allclose(found, ops.convert_to_numpy(expected), atol=1e-6)


def test_tensors_carry_masks_from_layer_to_layer():
    embedding, lstm = layers.Embedding(5, 2, mask_zero=True), layers.LSTM(2)
    x = embedding(IDS)
    np.testing.assert_array_equal(ops.convert_to_numpy(x._keras_mask), KEPT)
    masked = ops.convert_to_numpy(lstm(Passing()(x)))
    assert not np.allclose(masked, ops.convert_to_numpy(lstm(Ending()(x))))
    np.testing.assert_allclose(
        masked,
        ops.convert_to_numpy(lstm(ops.convert_to_numpy(Passing()(x)), mask=KEPT)),
        atol=1e-6,
    )
