"""What a call of an attention layer takes: masks, causality, scores; as in Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

import rdeep
from rdeep import layers
from rdeep.errors import RdeepError
from rdeep.models.layer_calls import layer_model

RNG = np.random.default_rng(0)
QUERY = RNG.normal(size=(2, 5, 4)).astype("float32")
VALUE = RNG.normal(size=(2, 6, 4)).astype("float32")
TRIANGLE = np.tril(np.ones((5, 6)))
QUERY_MASK = np.array([[1, 1, 0, 1, 1], [1] * 5], bool)
VALUE_MASK = np.array([[1, 1, 1, 0, 0, 0], [1] * 6], bool)
HEADS = {
    "MultiHeadAttention": {"num_heads": 4, "key_dim": 2},
    "GroupQueryAttention": {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2},
}
# Calls of one layer, one after the other: none may change what the next one gives.
CALLS = [
    {},
    {"use_causal_mask": True},
    {"attention_mask": TRIANGLE},
    {"attention_mask": RNG.random((1, 5, 6)) > 0.3},
    {"attention_mask": RNG.random((2, 5, 6)) > 0.3},
    {"attention_mask": RNG.random((2, 4, 5, 6)) > 0.3},
    {"attention_mask": RNG.random((1, 1, 5, 6)) > 0.3},
    {"value_mask": VALUE_MASK},
    {"key_mask": VALUE_MASK},
    {"return_attention_scores": True},
    {
        "attention_mask": RNG.random((2, 5, 6)) > 0.2,
        "value_mask": VALUE_MASK,
        "use_causal_mask": True,
        "return_attention_scores": True,
    },
    {},
]
DOT_CALLS = [
    {},
    {"mask": [QUERY_MASK, VALUE_MASK]},
    {"mask": [None, VALUE_MASK]},
    {"mask": [QUERY_MASK, None]},
    {"use_causal_mask": True, "return_attention_scores": True, "mask": [None, VALUE_MASK]},
    {},
]
DOTS = [("Attention", {"use_scale": True}), ("AdditiveAttention", {})]


@pytest.fixture
def made(backend):
    """Return a tensor of the engine."""
    return torch.tensor if backend == "torch" else tf.constant


def keras_layer(name, options, *inputs):
    """Keras's layer, with weights of which no two are equal."""
    layer = getattr(keras.layers, name)(**options)
    layer(*inputs)
    layer.set_weights([RNG.normal(size=w.shape).astype("float32") for w in layer.get_weights()])
    return layer


def listed(found):
    found = list(found) if isinstance(found, (list, tuple)) else [found]
    return [np.asarray(x.detach() if isinstance(x, torch.Tensor) else x) for x in found]


def alike(found, wanted):
    found, wanted = listed(found), listed(wanted)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"use_gate": True, "sliding_window": 2}, {"dropout": 0.2}])
@pytest.mark.parametrize("name", HEADS)
@pytest.mark.few_on_tensorflow("MultiHeadAttention-options1")
def test_calls_on_data(made, name, options):
    options = {**HEADS[name], **options}
    theirs = keras_layer(name, options, QUERY, VALUE)
    ours = getattr(layers, name)(**options)
    ours(made(QUERY), made(VALUE))
    layer_model(ours).set_weights(theirs.get_weights())
    # Keras's other layer does not heed the masks of queries that it is given.
    heeds = name == "GroupQueryAttention" and "dropout" not in options
    masked = [{"query_mask": QUERY_MASK}] if heeds else []
    for call in CALLS + masked:
        alike(ours(made(QUERY), made(VALUE), **call), theirs(QUERY, VALUE, **call))
    alike(ours(query=made(QUERY), value=made(VALUE), key=made(VALUE)), theirs(QUERY, VALUE))


@pytest.mark.parametrize(("name", "options"), DOTS)
def test_calls_of_layers_without_heads(made, name, options):
    theirs = keras_layer(name, options, [QUERY, VALUE])
    ours = getattr(layers, name)(**options)
    ours([made(QUERY), made(VALUE)])
    layer_model(ours).set_weights(theirs.get_weights())
    for call in DOT_CALLS:
        alike(ours([made(QUERY), made(VALUE)], **call), theirs([QUERY, VALUE], **call))


@pytest.mark.parametrize("engine", ["torch", "tensorflow", "numpy"])
def test_uses_in_a_model_keep_their_options(engine, tmp_path):
    theirs = keras_layer("MultiHeadAttention", HEADS["MultiHeadAttention"], QUERY, VALUE)
    scored = keras_layer("Attention", {"use_scale": True}, [QUERY, VALUE])
    shared = layers.MultiHeadAttention(**HEADS["MultiHeadAttention"])
    dot = layers.Attention(use_scale=True)
    query, value = rdeep.Input((5, 4)), rdeep.Input((6, 4))
    allowed, steps = rdeep.Input((5, 6)), rdeep.Input((6,))
    outputs = [
        shared(query, value),
        *shared(query, value, use_causal_mask=True, return_attention_scores=True),
        shared(query, value, attention_mask=allowed, value_mask=steps),
        shared(query, value, attention_mask=TRIANGLE),
        *dot([query, value], mask=[None, steps], return_attention_scores=True),
    ]
    model = rdeep.Model([query, value, allowed, steps], outputs, backend=engine)
    model.set_weights([*theirs.get_weights(), *scored.get_weights()])
    allow = (RNG.random((2, 5, 6)) > 0.3).astype("float32")
    x = [QUERY, VALUE, allow, VALUE_MASK.astype("float32")]
    wanted = [
        theirs(QUERY, VALUE),
        *theirs(QUERY, VALUE, use_causal_mask=True, return_attention_scores=True),
        theirs(QUERY, VALUE, attention_mask=allow, value_mask=VALUE_MASK),
        theirs(QUERY, VALUE, attention_mask=TRIANGLE),
        *scored([QUERY, VALUE], mask=[None, VALUE_MASK], return_attention_scores=True),
    ]
    alike(model.predict(x), wanted)
    model.save(tmp_path / "model.rdeep")
    alike(rdeep.load_model(tmp_path / "model.rdeep").predict(x), wanted)


def test_a_model_of_calls_is_trained(backend):
    query = rdeep.Input((5, 4))
    layer = layers.MultiHeadAttention(2, 3)
    seen = layer(query, query, use_causal_mask=True)
    model = rdeep.Model(query, layers.Dense(1)(seen), backend=backend)
    model.compile("adam", "mse")
    y = np.cumsum(QUERY.sum(-1, keepdims=True), axis=1)
    losses = model.fit(QUERY, y, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    # Later steps change nothing before them.
    changed = QUERY.copy()
    changed[:, 3:] += 1
    np.testing.assert_allclose(
        model.predict(changed)[:, :3], model.predict(QUERY)[:, :3], atol=1e-5
    )


def test_a_call_that_does_not_fit_is_refused(made):
    layer = layers.MultiHeadAttention(2, 3)
    with pytest.raises(RdeepError, match="wants a mask whose last sizes are"):
        layer(made(QUERY), made(VALUE), attention_mask=np.ones((2, 4, 6)))
    with pytest.raises(RdeepError, match="'flash_attention' does not go with"):
        layers.MultiHeadAttention(2, 3, flash_attention=True, return_attention_scores=True)
