"""Convolutions against Keras's: outputs, gradients, sizes, and what is refused."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batched import check_cases
from families import check_compared, family
from rdeep import Input, Model
from rdeep.catalogue import layers as L
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.registry import from_config
from rdeep.catalogue.regularizers import L2
from rdeep.errors import ArgumentError, ShapeError
from rdeep.graph.cost import convolves, forward_flops
from rdeep.graph.network import Graph

FIRST = {"data_format": "channels_first"}
SERIES, IMAGE, VOLUME = (9, 4), (9, 8, 4), (5, 6, 4, 2)


def conv(rank: int, **options: Any) -> tuple[str, dict[str, Any]]:
    return f"Conv{rank}D", {"filters": 4, "kernel_size": 3, **options}


def transposed(rank: int, **options: Any) -> tuple[str, dict[str, Any]]:
    return f"Conv{rank}DTranspose", {"filters": 3, "kernel_size": 3, **options}


def depthwise(rank: int, **options: Any) -> tuple[str, dict[str, Any]]:
    return f"DepthwiseConv{rank}D", {"kernel_size": 3, **options}


def separable(rank: int, **options: Any) -> tuple[str, dict[str, Any]]:
    return f"SeparableConv{rank}D", {"filters": 5, "kernel_size": 3, **options}


SAME = {"padding": "same"}
LAYER_FAMILIES = ("convolution", "convolution_transpose", "separable")
GROUPS = [
    (
        SERIES,
        [
            conv(1),
            conv(1, kernel_size=2, strides=2, **SAME),
            conv(1, strides=3, padding="causal", activation="tanh"),
            conv(1, dilation_rate=3, padding="causal", use_bias=False),
            conv(1, groups=2, dilation_rate=2, **SAME),
            transposed(1),
            transposed(1, strides=2, **SAME),
            transposed(1, kernel_size=2, strides=3, activation="softmax"),
            transposed(1, kernel_size=4, strides=3, output_padding=1),
            transposed(1, dilation_rate=2, use_bias=False, **SAME),
            depthwise(1, depth_multiplier=2),
            depthwise(1, strides=2, activation="relu", **SAME),
            depthwise(1, dilation_rate=2, use_bias=False, **SAME),
            separable(1, depth_multiplier=3),
            separable(1, kernel_size=4, strides=2, **SAME),
            separable(1, dilation_rate=2, use_bias=False, activation="softmax"),
        ],
    ),
    (
        IMAGE,
        [
            conv(2, kernel_size=(2, 4), strides=(2, 1), **SAME),
            conv(2, strides=3, **SAME),
            conv(2, dilation_rate=(2, 1), groups=2, activation="softmax"),
            transposed(2, kernel_size=(2, 5)),
            transposed(2, kernel_size=(3, 4), strides=2, **SAME),
            transposed(2, kernel_size=(4, 2), strides=(3, 4), **SAME),
            transposed(2, strides=(3, 2), output_padding=(2, 0)),
            transposed(2, kernel_size=(3, 5), strides=3, output_padding=(0, 2), **SAME),
            transposed(2, kernel_size=1, strides=2, output_padding=1),
            transposed(2, dilation_rate=(2, 3), **SAME),
            depthwise(2, kernel_size=(2, 3), depth_multiplier=2),
            depthwise(2, strides=2, activation="softmax", **SAME),
            depthwise(2, strides=(1, 2), use_bias=False, **SAME),
            depthwise(2, strides=2, dilation_rate=2, **SAME),
            depthwise(2, dilation_rate=(1, 2)),
            separable(2, kernel_size=(3, 2), depth_multiplier=2),
            separable(2, strides=2, use_bias=False, **SAME),
            separable(2, strides=(2, 1), activation="tanh"),
            separable(2, dilation_rate=2, **SAME),
        ],
    ),
    (
        VOLUME,
        [
            conv(3, kernel_size=(2, 3, 1)),
            conv(3, strides=2, **SAME),
            conv(3, kernel_size=2, dilation_rate=(2, 1, 3), activation="relu", **SAME),
            conv(3, kernel_size=2, groups=2, use_bias=False),
            transposed(3, kernel_size=2, strides=(2, 1, 2), **SAME),
            transposed(3, strides=2, output_padding=(1, 0, 1), use_bias=False),
            transposed(3, kernel_size=2, dilation_rate=2),
        ],
    ),
    (
        (4, 9),
        [
            conv(1, strides=2, activation="softmax", **SAME, **FIRST),
            conv(1, padding="causal", groups=2, **FIRST),
            transposed(1, strides=2, activation="softmax", **SAME, **FIRST),
            depthwise(1, depth_multiplier=2, activation="softmax", **FIRST),
            separable(1, strides=2, activation="softmax", **SAME, **FIRST),
        ],
    ),
    (
        (4, 9, 8),
        [
            conv(2, activation="softmax", **FIRST),
            conv(2, kernel_size=(2, 3), strides=2, use_bias=False, **SAME, **FIRST),
            transposed(2, strides=2, **SAME, **FIRST),
            depthwise(2, strides=2, **SAME, **FIRST),
            separable(2, dilation_rate=2, activation="relu", **FIRST),
        ],
    ),
    (
        (2, 5, 6, 4),
        [
            conv(3, strides=2, **SAME, **FIRST),
            transposed(3, kernel_size=2, strides=2, activation="tanh", **FIRST),
        ],
    ),
]


@pytest.mark.parametrize(("shape", "cases"), GROUPS, ids=lambda v: str(v)[:12])
@pytest.mark.few_on_tensorflow("(4, 9, 8)", "(2, 5, 6, 4)", "(4, 9)")
def test_convolutions_agree_with_keras(shape, cases, backend, rng):
    check_cases(cases, shape, backend, rng)


def test_every_convolution_is_compared_with_keras():
    compared = {name for _, cases in GROUPS for name, _ in cases}
    check_compared(compared, LAYER_FAMILIES)


@st.composite
def _windows(draw: Any, transpose: bool) -> tuple[int, dict[str, Any]]:
    rank = draw(st.integers(1, 3))
    several = st.tuples(*[st.integers(1, 5)] * rank)
    options = {
        "kernel_size": draw(several),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "data_format": draw(st.sampled_from(["channels_last", "channels_first"])),
        draw(st.sampled_from(["strides", "dilation_rate"])): draw(several),
    }
    if transpose and draw(st.booleans()):
        most = options.get("strides", (1,) * rank)
        options["output_padding"] = tuple(draw(st.integers(0, step - 1)) for step in most)
    return rank, options


def _check_shape(name: str, options: dict[str, Any], shape: tuple[int | None, ...]) -> None:
    ours = getattr(L, name)(**options)
    try:
        found: Any = ours.output_shape(shape)
    except ShapeError:
        found = None
    theirs = getattr(keras.layers, name)(**options)
    try:
        wanted: Any = tuple(theirs.compute_output_shape(shape))
    except ValueError:
        wanted = None
    # Keras lets a transposed convolution return nothing.
    assert found == (None if wanted and 0 in wanted else wanted)


@settings(max_examples=150, deadline=None)
@given(_windows(False), st.integers(1, 12))
def test_sizes_of_convolutions_are_those_of_keras(drawn, size):
    rank, options = drawn
    sizes = (size, None, size + 1)[:rank]
    first = options["data_format"] == "channels_first"
    shape = (None, 4, *sizes) if first else (None, *sizes, 4)
    _check_shape(f"Conv{rank}D", {"filters": 6, **options}, shape)
    if rank < 3:
        _check_shape(f"DepthwiseConv{rank}D", {"depth_multiplier": 2, **options}, shape)
        _check_shape(f"SeparableConv{rank}D", {"filters": 6, **options}, shape)


@settings(max_examples=150, deadline=None)
@given(_windows(True), st.integers(1, 6))
def test_sizes_of_transposed_convolutions_are_those_of_keras(drawn, size):
    rank, options = drawn
    sizes = (size, None, size + 1)[:rank]
    first = options["data_format"] == "channels_first"
    shape = (None, 4, *sizes) if first else (None, *sizes, 4)
    _check_shape(f"Conv{rank}DTranspose", {"filters": 6, **options}, shape)


def test_a_short_output_is_cut_off_as_its_formula_says(backend, rng):
    # TensorFlow, and so Keras's layer there, refuses an even window without output padding.
    options = {"kernel_size": 4, "strides": (2, 3), "padding": "same", "output_padding": (0, 1)}
    x = rng.normal(size=(2, 5, 4, 3)).astype("float32")
    weights = [rng.normal(size=(4, 4, 6, 3)), rng.normal(size=6)]
    whole = _applied(L.Conv2DTranspose(6, 4, strides=(2, 3)), x, weights, backend)
    layer = L.Conv2DTranspose(6, **options)
    assert layer.crops() == [(2, 2), (1, 2)]
    found = _applied(layer, x, weights, backend)
    np.testing.assert_allclose(found, whole[:, 2:-2, 1:-2], atol=1e-5)


def _applied(layer: Any, x: np.ndarray, weights: list[np.ndarray], backend: str) -> np.ndarray:
    inputs = Input(x.shape[1:])
    model = Model(inputs, layer(inputs), backend=backend)
    model.set_weights(weights)
    return model.predict(x)


def test_open_sizes_are_worked_out_when_data_comes(backend, rng):
    def build(shape: tuple[int | None, ...]) -> Model:
        x = Input(shape)
        y = L.Conv2D(3, 3, strides=2, padding="same")(x)
        y = L.SeparableConv2D(4, 2)(L.DepthwiseConv2D(2, data_format="channels_last")(y))
        return Model(x, L.Conv2DTranspose(2, 3, strides=2, padding="same")(y), backend=backend)

    images = rng.normal(size=(2, 11, 9, 2)).astype("float32")
    known, unknown = build((11, 9, 2)), build((None, None, 2))
    unknown.set_weights(known.get_weights())
    assert unknown.output_shapes[0] == (None, None, None, 2)
    np.testing.assert_allclose(unknown.predict(images), known.predict(images), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "options"), [case for _, cases in GROUPS for case in cases][::7], ids=str
)
def test_saved_options_give_the_layer_again(name, options):
    layer = getattr(L, name)(kernel_size=2) if "Depth" in name else getattr(L, name)(**options)
    config = layer.to_data()
    assert from_config("layer", config).to_data() == config


_OWN = {
    "bias": "bias",
    "depthwise_kernel": "depthwise",
    "pointwise_kernel": "pointwise",
}


@pytest.mark.parametrize("name", sorted(family(*LAYER_FAMILIES)))
def test_weights_carry_what_is_asked_of_them(name):
    kind = getattr(L, name)
    asked: dict[str, Any] = {
        "kernel_size": 2,
        **({"filters": 3} if "filters" in kind.options else {}),
    }
    for option in kind.options:
        if option.endswith("_constraint"):
            asked[option] = Constraint()
        elif option.endswith("_regularizer"):
            asked[option] = L2(0.1 if option.startswith("bias") else 0.2)
    layer = kind(**asked)
    for weight in layer.weights((None, *(4,) * layer.rank, 2)):
        plain = "depthwise" if name.startswith("Depthwise") else "kernel"
        prefix = _OWN.get(weight.name, plain)
        assert weight.constraint is asked[f"{prefix}_constraint"]
        assert weight.regularizer is asked[f"{prefix}_regularizer"]
    assert layer.activity_regularizer is asked["activity_regularizer"]


def _flops(layer: Any, shape: tuple[int, ...]) -> float:
    x = Input(shape)
    return forward_flops(Graph([x], [layer(x)]))


def test_the_cost_of_convolutions():
    assert _flops(L.Conv2D(4, 3), (8, 8, 2)) == 36 * (2 * 9 * 2 * 4 + 4)
    first = L.Conv2D(4, 3, data_format="channels_first")
    assert _flops(first, (2, 8, 8)) == _flops(L.Conv2D(4, 3), (8, 8, 2))
    assert _flops(L.DepthwiseConv2D(3), (8, 8, 2)) == 36 * (2 * 9 * 2 + 2)
    assert _flops(L.SeparableConv2D(4, 3), (8, 8, 2)) == 36 * (2 * (9 * 2 + 2 * 4) + 4)
    # Each value of the input spreads by the kernel.
    up = L.Conv2DTranspose(4, 3, strides=2, padding="same")
    assert _flops(up, (8, 8, 2)) == 64 * 2 * 9 * 2 * 4 + 256 * 4


@pytest.mark.parametrize("name", sorted(family("convolution", "convolution_transpose")))
def test_what_is_a_convolution_is_known_as_one(name):
    layer = getattr(L, name)(2, 2)
    x = Input((6,) * layer.rank + (2,))
    assert convolves(Graph([x], [layer(x)]))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L.Conv3D(4, 3, strides=2, dilation_rate=2), "'strides' and 'dilation_rate'"),
        (lambda: L.Conv1DTranspose(4, 3, strides=2, dilation_rate=2), "cannot both be above 1"),
        (lambda: L.Conv3D(4, (3, 3)), "'kernel_size' must be one or 3 positive whole numbers"),
        (lambda: L.Conv2D(4, 0), "'kernel_size' must be one or 2 positive whole numbers, not 0"),
        (lambda: L.Conv2D(4, 3, data_format="channels"), "'channels_last' or 'channels_first'"),
        (lambda: L.SeparableConv1D(4, 3, padding="causal"), "'padding' must be one of 'valid'"),
        (lambda: L.DepthwiseConv2D(3, depth_multiplier=0), "'depth_multiplier' must be a positive"),
        (lambda: L.Conv2D(6, 3, groups=4), "'filters' (6) must be a multiple of 'groups' (4)"),
        (
            lambda: L.Conv2DTranspose(4, 3, strides=(2, 1), output_padding=1),
            "'output_padding' must be below 'strides' (2, 1) in each dimension, not (1, 1)",
        ),
        (lambda: L.Conv1DTranspose(4, 3, output_padding=-1), "a whole number, zero or more"),
        (lambda: L.Conv1D(4, 3, kernel_constraint=3), "3 is not a constraint"),
        (lambda: L.Conv1D(4, 3, activity_regularizer="l3"), "no regularizer named 'l3'"),
    ],
)
def test_options_that_do_not_fit_are_refused(build, words):
    with pytest.raises(ArgumentError) as caught:
        build()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (L.Conv3D(2, 4), (5, 3, 5, 1), "has a window of 4 on a dimension of 3"),
        (L.DepthwiseConv1D(3, dilation_rate=3), (6, 2), "has a window of 7 on a dimension of 6"),
        (L.SeparableConv2D(2, 3, data_format="channels_first"), (5, 2, 5), "on a dimension of 2"),
        (L.Conv3D(2, 2), (5, 5, 1), "wants 4 dimensions for each sample, not 3"),
        (L.Conv2DTranspose(2, 2), (5, 1), "wants 3 dimensions for each sample, not 2"),
        (L.Conv2D(2, 2, data_format="channels_first"), (None, 5, 5), "the size of the channels"),
        (L.DepthwiseConv2D(2), (5, 5, None), "the size of the channels"),
        (L.Conv2D(4, 2, groups=2, data_format="channels_first"), (3, 4, 4), "do not divide the 3"),
        (
            L.Conv1DTranspose(2, 2, strides=2, padding="same", output_padding=0),
            (1, 3),
            "would leave nothing of its input",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, words):
    with pytest.raises(ShapeError) as caught:
        layer(Input(shape))
    assert words in str(caught.value)
    assert type(layer).__name__ in str(caught.value)


@pytest.mark.parametrize("shape", [(9, 2), (8, 7, 3), (4, 5, 4, 2)])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_windows_of_one_place_with_strides_train_alike(shape, data_format, rng):
    """TensorFlow's own gradient of these writes beyond its memory, for some sizes of a batch."""
    if data_format == "channels_first":
        shape = (shape[-1], *shape[:-1])
    kind = getattr(L, f"Conv{len(shape) - 1}D")
    x = Input(shape)
    y = kind(5, 1, strides=2, data_format=data_format)(x)
    model = Model(x, L.Flatten()(y), seed=1)
    data = rng.normal(size=(15, *shape)), rng.normal(size=(15, *model.output_shapes[0][1:]))
    found = []
    for backend in ("torch", "tensorflow"):
        trained = model.to_backend(backend)
        trained.compile("sgd", "mse")
        trained.fit(*data, batch_size=8, epochs=2, shuffle=False, verbose=0)
        found.append(trained.predict(data[0]))
    np.testing.assert_allclose(*found, atol=1e-5)
