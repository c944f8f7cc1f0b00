"""Attention with masks, orders, several axes and scores against Keras's, and what is refused."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from families import check_compared
from oracle import check_agreement
from rdeep import Input, Model
from rdeep.catalogue import layers as L
from rdeep.errors import ArgumentError, BackendError, ShapeError

K = keras.layers
QUERY, VALUE = (5, 4), (6, 4)
CALLS = ("use_causal_mask", "return_attention_scores")

HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
LAYER_FAMILIES = ("attention", "dot_attention")
CASES = [
    ("MultiHeadAttention", {**HEADS, "output_shape": 3}, {}),
    ("MultiHeadAttention", {**HEADS, "output_shape": (2, 3), "value_dim": 2}, {}),
    ("MultiHeadAttention", HEADS, {"use_causal_mask": True}),
    ("MultiHeadAttention", HEADS, {"return_attention_scores": True}),
    ("MultiHeadAttention", HEADS, {"use_causal_mask": True, "return_attention_scores": True}),
    ("GroupQueryAttention", GROUPS, {}),
    ("GroupQueryAttention", {**GROUPS, "use_bias": False}, {"use_causal_mask": True}),
    ("GroupQueryAttention", GROUPS, {"return_attention_scores": True}),
    ("Attention", {}, {}),
    ("Attention", {"use_scale": True}, {"use_causal_mask": True}),
    ("Attention", {"use_scale": True, "score_mode": "concat"}, {"return_attention_scores": True}),
    ("Attention", {"score_mode": "concat"}, {}),
    ("AdditiveAttention", {}, {"use_causal_mask": True, "return_attention_scores": True}),
    ("AdditiveAttention", {"use_scale": False}, {}),
]


def _applied(layers, name, options, call, tensors, own=None):
    """Apply a layer: Keras takes some of our options when it is called."""
    if layers is L:
        return getattr(L, name)(**options, **call, name=own)(tensors)
    listed = name in ("Attention", "AdditiveAttention")
    layer = getattr(K, name)(**options, name=own)
    return layer(list(tensors), **call) if listed else layer(*tensors, **call)


def _joined(layers, found):
    several = isinstance(found, (list, tuple))
    flat = [layers.Flatten()(each) for each in (found if several else [found])]
    return layers.Concatenate()(flat) if len(flat) > 1 else flat[0]


@pytest.mark.parametrize(("masked", "count"), [(False, 2), (True, 3)])
@pytest.mark.few_on_tensorflow()
def test_attention_agrees_with_keras(masked, count, backend, rng):
    def build(layers, inputs):
        found = []
        mask = layers.Masking()
        dense = layers.Dense(4, name="key")
        for i, (name, options, call) in enumerate(CASES):
            # Keras's layers take the masks off what they are applied to: each has its own.
            query, value = (mask(x) if masked else x for x in inputs)
            tensors = [query, value, dense(value)][:count]
            if name == "MultiHeadAttention" and "return_attention_scores" in call:
                # Keras expects as many values as queries here.
                tensors[0] = mask(inputs[1]) if masked else value
            found.append(_joined(layers, _applied(layers, name, options, call, tensors, f"a{i}")))
        return layers.Concatenate()(found)

    x = [rng.normal(size=(4, *shape)).astype("float32") for shape in (QUERY, VALUE)]
    x[0][0, 3:], x[1][1, :2], x[1][2, 4:] = 0.0, 0.0, 0.0
    ins, kins = [Input(QUERY), Input(VALUE)], [keras.Input(QUERY), keras.Input(VALUE)]
    ours = Model(ins, build(L, ins), backend=backend)
    theirs = keras.Model(kins, build(K, kins))
    assert ours.output_shapes[0] == theirs.output_shape
    _check_by_layer(ours, theirs, x, rng)


def _check_by_layer(ours, theirs, x, rng):
    """Compare models that list their layers in different orders."""
    by_name = {layer.name: layer for layer in theirs.layers}
    order = [by_name[layer.name] for layer in ours.layers if layer.weights]
    for layer in order:
        layer.set_weights([rng.normal(0, 0.5, w.shape) for w in layer.get_weights()])
    start = [w for layer in order for w in layer.get_weights()]
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in start]
    ours.set_weights(start)
    expected = theirs(x).numpy()
    np.testing.assert_allclose(ours.predict(x), expected, atol=1e-5)
    y = rng.normal(size=expected.shape)
    # One step each: to compile some forty layers for it takes many times as long.
    theirs.compile(keras.optimizers.SGD(1.0), "mse", run_eagerly=True)
    ours.compile("sgd", "mse", run_eagerly=True)
    ours.learning_rate = 1.0
    theirs.train_on_batch(x, y)
    ours.fit(x, y, batch_size=len(y), epochs=1, shuffle=False, verbose=0)
    trained = [(v.path, v.numpy()) for layer in order for v in layer.weights]
    for mine, (name, other) in zip(ours.get_weights(), trained):
        np.testing.assert_allclose(mine, other, atol=1e-5, err_msg=name)


def test_every_attention_is_compared():
    check_compared({name for name, _, _ in CASES}, LAYER_FAMILIES)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"attention_axes": 2},
        {"attention_axes": [1]},
        {"attention_axes": (1, 2)},
        {"dropout": 0.3},
    ],
    ids=str,
)
def test_samples_of_several_axes_are_attended(options, backend, rng):
    shape = (3, 4, 5)

    def build(layers, x):
        attention = layers.MultiHeadAttention(2, 3, **options)
        other = layers.Dense(2)(x)
        return attention([x, other]) if layers is L else attention(x, other)

    x, t = Input(shape), keras.Input(shape)
    ours = Model(x, build(L, x), backend=backend)
    theirs = keras.Model(t, build(K, t))
    data = rng.normal(size=(3, *shape)).astype("float32")
    weights = [rng.normal(0, 0.4, w.shape) for w in theirs.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    np.testing.assert_allclose(ours.predict(data), theirs(data), atol=1e-5)


def test_a_masked_sequence_may_be_attended_twice(backend, rng):
    data = rng.normal(size=(3, *QUERY)).astype("float32")
    data[0, 3:], data[1, :2] = 0.0, 0.0
    x = Input(QUERY)
    masked = L.Masking()(x)
    twice = [L.MultiHeadAttention(2, 3, name=name)(masked) for name in "ab"]
    model = Model(x, twice, backend=backend)
    model.set_weights(model.get_weights()[:8] * 2)
    one, other = model.predict(data)
    np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("kind", [("MultiHeadAttention", HEADS), ("GroupQueryAttention", GROUPS)])
@pytest.mark.parametrize("causal", [False, True])
def test_a_mask_may_be_an_input(kind, causal, backend, rng):
    name, options = kind
    call = {"use_causal_mask": causal}

    def build(layers, inputs):
        query, value, mask = inputs
        if layers is L:
            layer = getattr(L, name)(**options, **call, use_attention_mask=True)
            return layer([query, value, mask])
        return getattr(K, name)(**options)(query, value, attention_mask=mask, **call)

    shapes = (QUERY, VALUE, (5, 6))
    ins, kins = [Input(s) for s in shapes], [keras.Input(s) for s in shapes]
    ours = Model(ins, build(L, ins), backend=backend)
    theirs = keras.Model(kins, build(K, kins))
    x = [rng.normal(size=(4, *shape)).astype("float32") for shape in shapes]
    x[2] = (x[2] > 0).astype("float32")
    x[2][:, :, 0] = 1.0
    check_agreement(ours, theirs, x, rng)


@pytest.mark.parametrize(
    "layer",
    [
        lambda rate: L.Attention(dropout=rate, name="a"),
        lambda rate: L.AdditiveAttention(dropout=rate, name="a"),
        lambda rate: L.GroupQueryAttention(3, 2, 1, dropout=rate, name="a"),
        lambda rate: L.MultiHeadAttention(
            2, 3, dropout=rate, return_attention_scores=True, name="a"
        ),
    ],
)
def test_dropout_is_alike_on_both_engines(layer, rng):
    data = rng.normal(size=(6, *QUERY)).astype("float32")
    found = []
    for rate, backend in ((0.4, "torch"), (0.4, "tensorflow"), (0.0, "torch")):
        x = Input(QUERY)
        y = layer(rate)(x)
        model = Model(x, y[0] if isinstance(y, list) else y, backend=backend, seed=3)
        found.append(model.sample(data, seed=2))
    np.testing.assert_allclose(found[0], found[1], atol=1e-5)
    assert not np.allclose(found[0], found[2], atol=1e-3)


def test_a_fused_kernel_may_be_asked_for(rng):
    x = Input(QUERY)
    data = rng.normal(size=(2, *QUERY))
    y = L.MultiHeadAttention(2, 3, flash_attention=True, name="a")(x)
    plain = L.MultiHeadAttention(2, 3, name="a")(x)
    fused = Model(x, y, seed=1, backend="torch").predict(data)
    np.testing.assert_allclose(fused, Model(x, plain, seed=1).predict(data), atol=1e-6)
    with pytest.raises(BackendError, match="a kernel that TensorFlow has not"):
        Model(x, y, backend="tensorflow").predict(data)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L.MultiHeadAttention(2, 3, dropout=0.1, flash_attention=True), "with 'dropout'"),
        (lambda: L.GroupQueryAttention(2, 3, 2), "must divide the 3 heads of queries"),
        (lambda: L.Attention(score_mode="sum"), "'score_mode' must be one of"),
    ],
)
def test_options_that_do_not_fit_are_refused(build, words):
    with pytest.raises(ArgumentError) as caught:
        build()
    assert words in str(caught.value)


MASK = {"use_attention_mask": True}


@pytest.mark.parametrize(
    ("layer", "shapes", "words"),
    [
        (L.Attention(), [(5, 4), (6, 3)], "queries and keys of equal length, not of 4 and 3"),
        (L.AdditiveAttention(), [(4,)], "wants samples of shape (steps, features)"),
        (L.GroupQueryAttention(2, 2, 1), [(5, 4, 3)], "wants samples of shape (steps, features)"),
        (L.MultiHeadAttention(2, 3, **MASK), [QUERY], "has no input that is the mask"),
        (L.MultiHeadAttention(2, 3, **MASK), [QUERY, VALUE, (5, 5)], "last sizes are (5, 6)"),
        (L.MultiHeadAttention(2, 3, attention_axes=3), [(3, 4, 5)], "has no 'attention_axes' 3"),
        (
            L.MultiHeadAttention(2, 3, attention_axes=2, use_causal_mask=True),
            [(3, 4, 5)],
            "to the first axis of steps",
        ),
        (
            L.MultiHeadAttention(2, 3, attention_axes=2),
            [(3, 4, 5), (2, 4, 5)],
            "equal sizes along axes that are not looked along",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shapes, words):
    with pytest.raises(ShapeError) as caught:
        layer([Input(shape) for shape in shapes])
    assert words in str(caught.value)
