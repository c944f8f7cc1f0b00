"""Each layer against the Keras layer of its name: outputs and gradients, on both backends."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from families import check_compared, family
from oracle import check_agreement, keras_model, rdeep_model
from rdeep.catalogue import layers as L

K = keras.layers

IMAGE, SERIES, ROW = (9, 8, 3), (7, 4), (5,)

LAYER_FAMILIES = ("core", "merging")
CASES = [
    ("Dense", ROW, {"units": 3}),
    ("Dense", SERIES, {"units": 3, "activation": "tanh", "use_bias": False}),
    ("Dense", ROW, {"units": 4, "activation": "softmax"}),
    ("Activation", ROW, {"activation": "relu"}),
    ("Flatten", IMAGE, {}),
    ("Reshape", (12,), {"target_shape": (3, 4)}),
    ("Reshape", (12,), {"target_shape": (2, -1)}),
    ("BatchNormalization", ROW, {}),
    ("BatchNormalization", IMAGE, {"momentum": 0.5, "epsilon": 1e-2}),
    ("BatchNormalization", SERIES, {"axis": 1, "scale": False}),
    ("BatchNormalization", ROW, {"center": False}),
    ("LayerNormalization", ROW, {}),
    ("LayerNormalization", IMAGE, {"axis": 1, "epsilon": 1e-2}),
    ("LayerNormalization", SERIES, {"center": False}),
    ("LayerNormalization", SERIES, {"scale": False}),
    ("LayerNormalization", SERIES, {"scale": False, "center": False}),
    ("RMSNormalization", ROW, {}),
    ("RMSNormalization", SERIES, {"epsilon": 1e-2}),
    ("Conv1D", SERIES, {"filters": 5, "kernel_size": 3}),
    ("Conv1D", SERIES, {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("Conv1D", SERIES, {"filters": 5, "kernel_size": 3, "dilation_rate": 2, "padding": "causal"}),
    ("Conv1D", SERIES, {"filters": 4, "kernel_size": 2, "groups": 2}),
    ("Conv2D", IMAGE, {"filters": 4, "kernel_size": 3}),
    ("Conv2D", IMAGE, {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("Conv2D", IMAGE, {"filters": 4, "kernel_size": (2, 3), "strides": (1, 2), "padding": "same"}),
    ("Conv2D", IMAGE, {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "activation": "relu"}),
    ("Conv2D", IMAGE, {"filters": 6, "kernel_size": 2, "groups": 3, "use_bias": False}),
    ("ActivityRegularization", SERIES, {"l1": 0.1, "l2": 0.2}),
    ("MaxPooling1D", SERIES, {}),
    ("MaxPooling1D", SERIES, {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("MaxPooling2D", IMAGE, {}),
    ("MaxPooling2D", IMAGE, {"pool_size": (2, 3), "strides": (1, 2), "padding": "same"}),
    ("AveragePooling1D", SERIES, {"pool_size": 3}),
    ("AveragePooling1D", SERIES, {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("AveragePooling2D", IMAGE, {"pool_size": 3}),
    ("AveragePooling2D", IMAGE, {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("GlobalMaxPooling1D", SERIES, {}),
    ("GlobalMaxPooling2D", IMAGE, {"keepdims": True}),
    ("GlobalAveragePooling1D", SERIES, {"keepdims": True}),
    ("GlobalAveragePooling2D", IMAGE, {}),
    ("SimpleRNN", SERIES, {"units": 3}),
    ("SimpleRNN", SERIES, {"units": 3, "activation": "relu", "return_sequences": True}),
    ("SimpleRNN", SERIES, {"units": 3, "activation": "sigmoid", "use_bias": False}),
    ("LSTM", SERIES, {"units": 3}),
    ("LSTM", SERIES, {"units": 3, "return_sequences": True, "go_backwards": True}),
    ("LSTM", SERIES, {"units": 3, "activation": "relu", "recurrent_activation": "tanh"}),
    ("LSTM", SERIES, {"units": 3, "use_bias": False}),
    ("GRU", SERIES, {"units": 3}),
    ("GRU", SERIES, {"units": 3, "return_sequences": True}),
    ("GRU", SERIES, {"units": 3, "reset_after": False}),
    ("GRU", SERIES, {"units": 3, "activation": "softplus"}),
    ("GRU", SERIES, {"units": 3, "use_bias": False}),
]


def _after_dense(shape: tuple[int, ...], name: str) -> bool:
    """Whether a dense layer before the layer shows the gradient of its input too."""
    return name not in ("Flatten", "Reshape", "Activation")


@pytest.mark.parametrize(("name", "shape", "options"), CASES, ids=lambda v: str(v)[:60])
@pytest.mark.few_on_tensorflow(
    "Dense-(5,)",
    "LSTM-(7, 4)-{'units': 3}",
    "BatchNormalization-(5,)-{}",
    "Conv2D-(9, 8, 3)-{'filters': 4, 'kernel_size': 3}",
)
def test_layer_agrees_with_keras(name, shape, options, backend, rng):
    x = rng.normal(size=(6, *shape)).astype("float32")
    layer, other = getattr(L, name)(**options), getattr(K, name)(**options)
    width = shape[-1]
    ours = rdeep_model([L.Dense(width), layer], shape, backend)
    theirs = keras_model(lambda t: other(K.Dense(width)(t)), shape)
    assert ours.output_shapes[0] == theirs.output_shape
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    check_agreement(ours, theirs, x, rng)


@pytest.mark.parametrize("mode", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.few_on_tensorflow("True-concat", "False-sum")
def test_bidirectional_agrees_with_keras(mode, sequences, backend, rng):
    x = rng.normal(size=(6, *SERIES)).astype("float32")
    ours = rdeep_model(
        [L.Bidirectional(L.LSTM(3, return_sequences=sequences), mode)], SERIES, backend
    )
    theirs = keras_model(
        K.Bidirectional(K.LSTM(3, return_sequences=sequences), merge_mode=mode), SERIES
    )
    check_agreement(ours, theirs, x, rng)


@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM", "GRU"])
@pytest.mark.parametrize(
    "options", [{}, {"return_sequences": True}, {"go_backwards": True}], ids=str
)
@pytest.mark.few_on_tensorflow("return_sequences': True}-GRU", "{}-LSTM")
def test_masked_steps_are_skipped(name, options, backend, rng):
    codes = rng.integers(1, 9, size=(8, 6)).astype("int32")
    codes[0, 3:] = 0
    codes[1, :4] = 0
    codes[2, [1, 4]] = 0
    codes[3] = 0
    ours = rdeep_model(
        [L.Embedding(9, 4, mask_zero=True), getattr(L, name)(3, **options), L.Dense(2)],
        (6,),
        backend,
        "int32",
    )
    theirs = keras_model(
        lambda t: K.Dense(2)(getattr(K, name)(3, **options)(K.Embedding(9, 4, mask_zero=True)(t))),
        (6,),
        "int32",
    )
    check_agreement(ours, theirs, codes, rng)


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.few_on_tensorflow()
def test_masked_steps_of_a_bidirectional_layer(sequences, backend, rng):
    codes = rng.integers(0, 4, size=(8, 6)).astype("int32")

    def build(layers, x):
        e = layers.Embedding(4, 3, mask_zero=True)(x)
        return layers.Flatten()(layers.Bidirectional(layers.LSTM(2, return_sequences=sequences))(e))

    from rdeep import Input, Model

    x = Input((6,), "int32")
    ours = Model(x, build(L, x), backend=backend)
    check_agreement(ours, keras_model(lambda t: build(K, t), (6,), "int32"), codes, rng)


def test_masks_pass_through_bidirectional_pooling_and_merging(backend, rng):
    codes = rng.integers(0, 4, size=(8, 6)).astype("int32")
    codes[:, 0] = 1

    def build(layers, x):
        e = layers.Embedding(4, 3, mask_zero=True)(x)
        a = layers.Bidirectional(layers.GRU(2, return_sequences=True))(e)
        b = layers.Dense(4, activation="tanh")(e)
        return layers.GlobalAveragePooling1D()(layers.Add()([a, b]))

    from rdeep import Input, Model

    x = Input((6,), "int32")
    ours = Model(x, build(L, x), backend=backend)
    check_agreement(ours, keras_model(lambda t: build(K, t), (6,), "int32"), codes, rng)


def test_a_masked_output_counts_its_unmasked_steps_alone(backend, rng):
    codes = rng.integers(0, 3, size=(8, 6)).astype("int32")
    codes[:, 0] = 1
    ours = rdeep_model(
        [L.Embedding(3, 2, mask_zero=True), L.LSTM(2, return_sequences=True), L.Dense(1)],
        (6,),
        backend,
        "int32",
    )
    theirs = keras_model(
        lambda t: K.Dense(1)(
            K.LSTM(2, return_sequences=True)(K.Embedding(3, 2, mask_zero=True)(t))
        ),
        (6,),
        "int32",
    )
    check_agreement(ours, theirs, codes, rng)
    y = rng.normal(size=(8, 6, 1)).astype("float32")
    ours.compile("sgd", "mse", metrics=["mae"])
    theirs.compile("sgd", "mse", metrics=["mae"], run_eagerly=True)
    expected = theirs.evaluate(codes, y, verbose=0, return_dict=True)
    got = ours.evaluate(codes, y)
    assert got["loss"] == pytest.approx(expected["loss"], rel=1e-5)
    assert got["mae"] == pytest.approx(expected["mae"], rel=1e-5)


def test_several_inputs_and_shared_layers_agree_with_keras(backend, rng):
    from rdeep import Input, Model

    def build(layers, inputs):
        a, b = inputs
        shared = layers.Dense(4, activation="relu")
        joined = layers.Concatenate()([shared(a), shared(b), a])
        total = layers.Add()([layers.Dense(4)(joined), shared(a)])
        return layers.Dense(2)(layers.Dropout(0.0)(total))

    ins = [Input((3,)), Input((3,))]
    ours = Model(ins, build(L, ins), backend=backend)
    kins = [keras.Input((3,)), keras.Input((3,))]
    theirs = keras.Model(kins, build(K, kins))
    weights = [rng.normal(size=w.shape).astype("float32") for w in theirs.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    x = [rng.normal(size=(5, 3)).astype("float32") for _ in range(2)]
    np.testing.assert_allclose(ours.predict(x), theirs(x), atol=1e-5)


def test_the_root_mean_square_is_taken_along_any_axis(backend, rng):
    # Keras's layer takes the last axis alone, though it has the option.
    x, scale = rng.normal(size=(5, *IMAGE)), rng.uniform(0.5, 2, 8)
    model = rdeep_model([L.RMSNormalization(axis=2)], IMAGE, backend)
    model.set_weights([scale])
    size = np.sqrt(np.square(x).mean(2, keepdims=True) + 1e-6)
    np.testing.assert_allclose(model.predict(x), x / size * scale[:, None], atol=1e-5)


@pytest.mark.parametrize("name", ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"])
@pytest.mark.parametrize("widths", [(4, 4), (4, 1)], ids=str)
@pytest.mark.few_on_tensorflow("Multiply", "(4, 1)-Subtract")
def test_merging_agrees_with_keras(name, widths, backend, rng):
    from rdeep import Input, Model

    def build(layers, x):
        each = [layers.Dense(width)(x) for width in widths]
        # The second is of a lower rank: its sizes belong to the last axes.
        first = layers.Reshape((1, widths[0]))(each[0])
        third = [] if name == "Subtract" else [layers.Dense(widths[0])(x)]
        return getattr(layers, name)()([first, each[1], *third])

    x = Input(ROW)
    ours = Model(x, build(L, x), backend=backend)
    theirs = keras_model(lambda t: build(K, t), ROW)
    assert ours.output_shapes[0] == theirs.output_shape
    check_agreement(ours, theirs, rng.normal(size=(6, *ROW)).astype("float32"), rng)


def test_returned_states_are_those_of_keras(backend, rng):
    from rdeep import Input, Model

    x = rng.normal(size=(5, *SERIES)).astype("float32")
    inputs = Input(SERIES)
    ours = Model(inputs, L.LSTM(3, return_state=True)(inputs), backend=backend)
    kin = keras.Input(SERIES)
    theirs = keras.Model(kin, K.LSTM(3, return_state=True)(kin))
    ours.set_weights(theirs.get_weights())
    for mine, other in zip(ours.predict(x), theirs(x)):
        np.testing.assert_allclose(mine, other, atol=1e-6)


def test_every_layer_is_tested():
    # Those of other families are counted in the files of these.
    here = {name for name, _, _ in CASES} & family(*LAYER_FAMILIES)
    elsewhere = {"InputLayer", "Embedding", "Add", "Concatenate", "Average", "Maximum", "Minimum"}
    elsewhere |= {"Multiply", "Subtract", "Dot"}
    check_compared(here | elsewhere, LAYER_FAMILIES)
