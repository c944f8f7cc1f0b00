"""Core, activation and normalization layers against Keras's, and what is refused."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from batched import check_cases
from families import check_compared
from oracle import check_agreement, keras_model, rdeep_model
from rdeep import Input, Model, ops
from rdeep.catalogue import layers as L
from rdeep.catalogue.registry import from_config
from rdeep.catalogue.regularizers import L2
from rdeep.errors import ArgumentError, ShapeError

K = keras.layers
ROW, SERIES, IMAGE = (6,), (5, 4), (4, 3, 6)

ACTIVATIONS = [
    ("ELU", {}),
    ("ELU", {"alpha": 0.4}),
    ("LeakyReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.05}),
    ("ReLU", {}),
    ("ReLU", {"max_value": 0.6}),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.2, "threshold": 0.1}),
    ("PReLU", {}),
    ("Softmax", {}),
]
LAYER_FAMILIES = ("activation", "einsum", "normalization", "identity", "spectral")
GROUPS = [
    (
        ROW,
        [
            *ACTIVATIONS,
            ("Identity", {}),
            ("LayerNormalization", {}),
            ("RMSNormalization", {}),
            ("UnitNormalization", {}),
            ("GroupNormalization", {"groups": 3}),
            ("GroupNormalization", {"groups": -1, "epsilon": 0.1}),
            ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 4}),
            ("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y"}),
        ],
    ),
    (
        SERIES,
        [
            ("PReLU", {"shared_axes": 1}),
            ("PReLU", {"shared_axes": [1, 2]}),
            ("Softmax", {"axis": 1}),
            ("Softmax", {"axis": (1, 2)}),
            ("LayerNormalization", {"axis": [1, 2]}),
            ("LayerNormalization", {"axis": [2, 1], "scale": False}),
            ("LayerNormalization", {"axis": 1, "center": False}),
            ("UnitNormalization", {"axis": 1}),
            ("UnitNormalization", {"axis": [1, 2]}),
            ("GroupNormalization", {"groups": 2}),
            ("GroupNormalization", {"groups": 5, "axis": 1, "scale": False}),
            ("GroupNormalization", {"groups": 1, "center": False}),
            ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (5, 3)}),
            (
                "EinsumDense",
                {
                    "equation": "abc,cde->abde",
                    "output_shape": (5, 2, 3),
                    "bias_axes": "de",
                    "activation": "tanh",
                },
            ),
            (
                "EinsumDense",
                {"equation": "abc,bd->adc", "output_shape": (3, 4), "bias_axes": "d"},
            ),
            ("EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 3, "bias_axes": "c"}),
            ("EinsumDense", {"equation": "abc,bcd->ad", "output_shape": 3, "bias_axes": "d"}),
            ("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y"}),
        ],
    ),
    (
        IMAGE,
        [
            ("ReLU", {"negative_slope": 0.1}),
            ("PReLU", {"shared_axes": (1, 2)}),
            ("LayerNormalization", {"axis": (1, 3)}),
            ("LayerNormalization", {"axis": (2, 3)}),
            ("UnitNormalization", {"axis": (1, 3)}),
            ("GroupNormalization", {"groups": 3}),
            ("GroupNormalization", {"groups": 2, "axis": 1}),
            ("EinsumDense", {"equation": "abcd,cd->abd", "output_shape": (4, 6)}),
        ],
    ),
]
# Those that the batched comparison cannot take are compared below, one by one.
ALONE = {"BatchNormalization", "Masking", "SpectralNormalization"}


@pytest.mark.parametrize(("shape", "cases"), GROUPS, ids=lambda v: str(v)[:12])
@pytest.mark.few_on_tensorflow("(6,)")
def test_layers_agree_with_keras(shape, cases, backend, rng):
    check_cases(cases, shape, backend, rng)


def test_every_layer_of_these_families_is_compared():
    names = {name for _, cases in GROUPS for name, _ in cases} | ALONE
    check_compared(names, LAYER_FAMILIES)


def test_an_equation_may_leave_several_axes_open(backend, rng):
    # Keras's layer confuses the sizes of these axes when it has no data.
    x, kernel = rng.normal(size=(2, *IMAGE)), rng.normal(size=(6, 2, 2))
    model = rdeep_model([L.EinsumDense("...x,xyz->...yz", (2, 2))], IMAGE, backend)
    assert model.output_shapes[0] == (None, 4, 3, 2, 2)
    model.set_weights([kernel])
    expected = np.einsum("...x,xyz->...yz", x, kernel)
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-5)


def test_the_root_mean_square_along_several_axes(backend, rng):
    # Keras's layer multiplies by a scale that it does not spread.
    x, scale = rng.normal(size=(3, *IMAGE)), rng.uniform(0.5, 2, (4, 6))
    model = rdeep_model([L.RMSNormalization(axis=(3, 1))], IMAGE, backend)
    model.set_weights([scale])
    size = np.sqrt(np.square(x).mean((1, 3), keepdims=True) + 1e-6)
    np.testing.assert_allclose(model.predict(x), x / size * scale[:, None, :], atol=1e-5)


@pytest.mark.parametrize("axis", [-1, 1])
def test_batch_normalization_with_all_options(axis, backend, rng):
    options = {
        "axis": axis,
        "beta_initializer": "ones",
        "moving_mean_initializer": "ones",
        "gamma_regularizer": "l2",
        "synchronized": True,
    }
    ours = rdeep_model([L.Dense(4), L.BatchNormalization(**options)], SERIES, backend)
    start = [w[0] for w in ours.get_weights()[2:]]
    assert start == [1.0, 1.0, 1.0, 1.0]
    theirs = keras_model(lambda t: K.BatchNormalization(**options)(K.Dense(4)(t)), SERIES)
    check_agreement(ours, theirs, rng.normal(size=(6, *SERIES)).astype("float32"), rng)


CLIPPED = {"renorm_clipping": {"rmax": 1.2, "rmin": 0.5, "dmax": 0.3}, "renorm_momentum": 0.8}


@pytest.mark.parametrize("options", [{}, {**CLIPPED, "scale": False}], ids=["all", "clipped"])
def test_batches_are_renormalized_as_in_keras(options, backend, rng):
    x = rng.normal(2.0, 3.0, size=(8, 5, 4)).astype("float32")
    ours = rdeep_model([L.BatchNormalization(renorm=True, **options)], (5, 4), backend)
    layer, theirs = ours.layers[0].record, K.BatchNormalization(renorm=True, **options)
    for _ in range(2):
        found = ours(x, training=True)
        np.testing.assert_allclose(ops.convert_to_numpy(found), theirs(x, training=True), atol=1e-5)
    for one, other in zip(layer.variables, theirs.variables):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-5, err_msg=one.path)
    np.testing.assert_allclose(ours.predict(x), theirs(x), atol=1e-5)


def test_old_layers_keep_the_mean(backend, rng):
    x = rng.normal(2.0, 3.0, size=(3, 5, 4)).astype("float32")
    ours = rdeep_model([L.LayerNormalization(rms_scaling=True)], (5, 4), backend)
    with pytest.warns(UserWarning, match="rms_scaling"):
        expected = K.LayerNormalization(rms_scaling=True)(x)
    np.testing.assert_allclose(ours.predict(x), expected, atol=1e-5)


@pytest.mark.parametrize("value", [0.0, 2.0])
def test_masking_marks_padding(value, backend, rng):
    x = rng.normal(size=(5, 6, 3)).astype("float32")
    x[0, 4:], x[1, :2], x[2], x[3, 2, 0] = value, value, value, value

    def build(layers, t):
        h = layers.Masking(mask_value=value)(t)
        return layers.Dense(2)(layers.LSTM(3, return_sequences=True)(layers.Dense(4)(h)))

    inputs = Input((6, 3))
    ours = Model(inputs, build(L, inputs), backend=backend)
    theirs = keras_model(lambda t: build(K, t), (6, 3))
    check_agreement(ours, theirs, x, rng)
    y = rng.normal(size=(5, 6, 2)).astype("float32")
    ours.compile("sgd", "mse")
    theirs.compile("sgd", "mse", run_eagerly=True)
    expected = theirs.evaluate(x, y, verbose=0)
    assert ours.evaluate(x, y)["loss"] == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(
        rdeep_model([L.Masking(value)], (6, 3), backend).predict(x),
        np.asarray(K.Masking(value)(x)),
        atol=1e-6,
    )


def test_a_mask_leaves_scores_out_of_softmax(backend, rng):
    x = rng.normal(size=(4, 6, 1)).astype("float32")
    x[0, 2:], x[1, 0] = 0.0, 0.0

    def build(layers, t):
        h = layers.Masking()(t)
        # The mask goes on to the scores of the steps.
        scores = layers.GRU(1, return_sequences=True)(h)
        return layers.Softmax(axis=1)(scores)

    inputs = Input((6, 1))
    ours = Model(inputs, build(L, inputs), backend=backend)
    assert ours.predict(x).sum(1) == pytest.approx(np.ones((4, 1)), abs=1e-5)


@pytest.mark.parametrize("iterations", [1, 3])
@pytest.mark.parametrize(
    ("shape", "build"),
    [
        (ROW, lambda layers: layers.Dense(4, activation="tanh")),
        ((5, 6, 2), lambda layers: layers.Conv2D(3, 2)),
        (ROW, lambda layers: layers.EinsumDense("ab,bc->ac", 3)),
    ],
    ids=["dense", "convolution", "einsum"],
)
def test_kernels_are_divided_by_their_norm(iterations, shape, build, backend, rng):
    ours = rdeep_model([L.SpectralNormalization(build(L), iterations), L.Dense(2)], shape, backend)
    theirs = keras_model(
        lambda t: K.Dense(2)(K.SpectralNormalization(build(K), power_iterations=iterations)(t)),
        shape,
    )
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    check_agreement(ours, theirs, rng.normal(size=(6, *shape)).astype("float32"), rng, 2e-5)


def test_embeddings_are_divided_by_their_norm(backend, rng):
    codes = rng.integers(0, 5, (6, 4)).astype("int32")

    def build(layers, t):
        inner = layers.Embedding(5, 3, mask_zero=True)
        return layers.LSTM(2)(layers.SpectralNormalization(inner)(t))

    x = Input((4,), "int32")
    ours = Model(x, build(L, x), backend=backend)
    assert x.node is not None
    ours.compile("sgd", "mse")
    ours.fit(codes, np.ones((6, 2)), epochs=60, verbose=0)
    kernel = ours.get_weights()[1]
    assert np.linalg.norm(kernel, 2) == pytest.approx(1, abs=0.05)


def test_a_kernel_of_low_rank_is_trained_in_place_of_the_kernel(backend, rng):
    options = {"lora_rank": 2, "lora_alpha": 3.0, "bias_axes": "d"}

    def build(layers, t):
        return layers.EinsumDense("abc,cd->abd", (None, 3), **options)(t)

    inputs = Input(SERIES)
    ours = Model(inputs, build(L, inputs), backend=backend)
    theirs = keras_model(lambda t: build(K, t), SERIES)
    shapes = {tuple(w.shape) for w in theirs.get_weights()}
    assert {w.shape for w in ours.get_weights()} == shapes
    x, y = rng.normal(size=(6, *SERIES)), rng.normal(size=(6, 5, 3))
    names = ["kernel", "bias", "lora_kernel_a", "lora_kernel_b"]
    values = {n: rng.normal(0, 0.4, w.shape) for n, w in zip(names, ours.get_weights())}
    ours.set_weights(list(values.values()))
    for variable in theirs.weights:
        variable.assign(values[variable.name])
    np.testing.assert_allclose(ours.predict(x), theirs(x), atol=1e-5)
    for model in (ours, theirs):
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=6, epochs=2, shuffle=False, verbose=0)
    expected = {v.name: v.numpy() for v in theirs.weights}
    for name, found in zip(names, ours.get_weights()):
        np.testing.assert_allclose(found, expected[name], atol=1e-5)
    np.testing.assert_allclose(ours.get_weights()[0], values["kernel"], atol=1e-6)


def test_kernels_of_several_axes_start_at_the_scale_of_their_inputs():
    layer = L.EinsumDense("abc,cde->abde", (None, 30, 20))
    kernel = layer.weights((None, 5, 50))[0]
    values = kernel.initializer.draw(kernel.shape, np.random.default_rng(1))
    assert values.shape == (50, 30, 20)
    limit = np.sqrt(6 / (50 + 600))
    assert 0.99 * limit < np.abs(values).max() <= limit
    output = L.EinsumDense("abde,dec->abc", (None, 50)).weights((None, 5, 30, 20))[0]
    values = output.initializer.draw(output.shape, np.random.default_rng(1))
    assert 0.99 * limit < np.abs(values).max() <= limit


ASKED = [
    (L.PReLU, {}, (5, 4)),
    (L.EinsumDense, {"equation": "abc,cd->abd", "output_shape": (5, 3), "bias_axes": "d"}, (5, 4)),
    (L.BatchNormalization, {}, (5, 4)),
    (L.LayerNormalization, {}, (5, 4)),
    (L.GroupNormalization, {"groups": 2}, (5, 4)),
    (L.MultiHeadAttention, {"num_heads": 2, "key_dim": 3}, (5, 4)),
    (
        L.GroupQueryAttention,
        {"head_dim": 3, "num_query_heads": 2, "num_key_value_heads": 1},
        (5, 4),
    ),
]


@pytest.mark.parametrize(("kind", "options", "shape"), ASKED, ids=lambda v: str(v)[-25:-2])
def test_what_is_asked_of_weights_is_asked_of_the_right_ones(kind, options, shape):
    asked = {
        name: (L2(0.1) if name.endswith("regularizer") else (lambda w: w))
        for name in kind.options
        if name.endswith(("_regularizer", "_constraint")) and not name.startswith("activity")
    }
    layer = kind(**options, **asked)
    found = [w for w in layer.weights((None, *shape)) if not w.buffer]
    assert found
    for weight in found:
        of = weight.name.rpartition("/")[2]
        assert weight.regularizer is getattr(layer, f"{of}_regularizer")
        assert weight.constraint is getattr(layer, f"{of}_constraint")
        assert weight.regularizer is not None and weight.constraint is not None


@pytest.mark.parametrize(
    "layer",
    [
        L.EinsumDense("abc,cd->abd", (None, 8), bias_axes="d"),
        L.LayerNormalization(axis=(1, 2)),
        L.PReLU(shared_axes=(1, 2)),
        L.Masking(2.0),
        L.SpectralNormalization(L.Dense(3), 2),
        L.GroupNormalization(-1),
        L.MultiHeadAttention(2, 3, output_shape=4, attention_axes=(1, 2), use_causal_mask=True),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_saved_options_give_the_layer_again(layer):
    again = from_config("layer", json.loads(json.dumps(layer.to_data())))
    assert again.to_data() == layer.to_data()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L.GroupNormalization(0), "'groups' must be a positive whole number, or -1"),
        (lambda: L.ReLU(max_value=-1), "'max_value' must be a number of at least 0"),
        (lambda: L.EinsumDense("ab->c", 3), "'equation' must be of the form"),
        (lambda: L.EinsumDense("ab,cd->ae", 3), "has a letter that is alone"),
        (lambda: L.EinsumDense("aa,ab->ab", 3), "has a letter twice in one part"),
        (lambda: L.EinsumDense("ab,bc->ac", 3, bias_axes="b"), "must be letters of the output"),
        (
            lambda: L.EinsumDense("ab,bc->ac", 3, lora_rank=2, kernel_constraint=lambda w: w),
            "'lora_rank' does not go with",
        ),
        (lambda: L.SpectralNormalization(3), "'layer' must be a layer such as"),
        (lambda: L.SpectralNormalization(L.Dense(2), 0), "'power_iterations' must be a positive"),
        (lambda: L.Softmax("last"), "'axis' must be the number of an axis, or several"),
    ],
)
def test_options_that_do_not_fit_are_refused(build, words):
    with pytest.raises(ArgumentError) as caught:
        build()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (L.GroupNormalization(4), (6,), "cannot divide 6 channels into 4 groups"),
        (L.GroupNormalization(2, axis=3), (6,), "cannot normalize along 'axis'"),
        (L.BatchNormalization(axis=3), (6,), "cannot normalize along 'axis'"),
        (L.LayerNormalization(axis=(1, -1)), (6,), "cannot normalize along 'axis'"),
        (L.UnitNormalization(axis=0), (6,), "cannot normalize along 'axis'"),
        (L.PReLU(shared_axes=3), (5, 4), "cannot share slopes along 'shared_axes' (3,)"),
        (L.Softmax(axis=2), (6,), "finds no 'axis' 2 in its input"),
        (L.Masking(), (), "wants samples with values each"),
        (L.EinsumDense("abc,cd->abd", 4), (6,), "cannot compute 'abc,cd->abd'"),
        (L.EinsumDense("abc,cd->abd", 4), (5, 6), "cannot compute 'abc,cd->abd'"),
        (L.EinsumDense("abc,cd->abd", (3, 4)), (5, 6), "cannot compute 'abc,cd->abd'"),
        (L.EinsumDense("ab,bc->ac", 4), (None,), "needs to know the size of 'b' of the equation"),
        (L.SpectralNormalization(L.Flatten()), (6,), "a kernel or embeddings, which Flatten has"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, words):
    with pytest.raises(ShapeError) as caught:
        layer(Input(shape))
    assert words in str(caught.value)
    assert type(layer).__name__ in str(caught.value)
