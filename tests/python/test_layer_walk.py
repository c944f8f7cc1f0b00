"""Every layer of the catalogue: predict, fit, predict on NumPy too, save, load, predict, fit.

The layers that take the same kind of input stand side by side in one model, each after a layer that
is trained and before another.
"""

from __future__ import annotations

import pickle
from functools import cache

import numpy as np
import pytest

from rdeep import Input, Model, layers, load_model
from rdeep.catalogue import registry
from rdeep.errors import RdeepError

LINE, STEPS, IMAGE, VOLUME = (6,), (6, 4), (6, 6, 3), (4, 6, 6, 4)
VIDEO, SOUND = (3, 6, 6, 6, 4), (64,)
SHAPES = (LINE, STEPS, IMAGE, VOLUME, VIDEO, SOUND)
ROWS = 8

COMMON = {
    "units": 4,
    "filters": 2,
    "kernel_size": 2,
    "rate": 0.3,
    "size": 2,
    "padding": 1,
    "cropping": 1,
    "num_heads": 2,
    "key_dim": 2,
    "head_dim": 4,
    "stddev": 0.2,
    "target_shape": (-1,),
    "dims": (1,),
    "n": 2,
    "input_dim": 5,
    "output_dim": 3,
    "factor": 0.2,
    "height": 4,
    "width": 4,
    "height_factor": 0.2,
    "width_factor": 0.2,
    "scale": 0.5,
    "activation": "tanh",
    "count": 2,
    "output_size": 2,
    "axes": 1,
}
OPTIONS = {
    "STFTSpectrogram": {"fft_length": 16, "frame_length": 16, "frame_step": 8},
    "MelSpectrogram": {"fft_length": 16, "sequence_length": 16, "sequence_stride": 8},
    "RandomPosterization": {"factor": 4},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 3},
    "GroupNormalization": {"groups": 2},
    "Normalization": {"mean": 0.1, "variance": 2.0},
    "PiecewiseLinearEmbedding": {"units": 2, "edges": [[-1.0, 0.0, 1.0]] * 6},
    "GroupQueryAttention": {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1},
}
SHAPE_OF = {"STFTSpectrogram": (64, 1), "MelSpectrogram": SOUND}
WRAPPERS = {
    "RNN": (STEPS, lambda: layers.RNN(layers.LSTMCell(3))),
    "Bidirectional": (STEPS, lambda: layers.Bidirectional(layers.GRU(3))),
    "TimeDistributed": (STEPS, lambda: layers.TimeDistributed(layers.Dense(3))),
    "SpectralNormalization": (LINE, lambda: layers.SpectralNormalization(layers.Dense(3))),
}
TWO_INPUTS = (
    *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"),
    *("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"),
)
# Codes and text have models of their own below; what is inside a feature space is there too.
APART = {
    *("Embedding", "Hashing", "StringLookup", "IntegerLookup", "HashedCrossing", "FeatureSpace"),
    *("TextVectorization", "CategoryEncoding", "CategoryTokens", "OneHot", "MaxNumBoundingBoxes"),
    *("InputLayer", "Discretization"),
}


@cache
def candidates():
    """Return each layer with the shape of an input that it takes."""
    found = {}
    for name, cls in registry.records("layer").items():
        if cls.internal or name in APART or not cls.__module__.startswith("rdeep"):
            continue
        if name in WRAPPERS:
            found[name] = WRAPPERS[name]
            continue
        needed = {n: COMMON[n] for n, o in cls.options.items() if o.required and n in COMMON}
        options = OPTIONS.get(name, needed)
        shapes = (SHAPE_OF[name],) if name in SHAPE_OF else SHAPES
        found[name] = (_shape_for(cls, options, shapes), lambda c=cls, o=options: c(**o))
    return found


def _shape_for(cls, options, shapes):
    errors = []
    for shape in shapes:
        try:
            given = [Input(shape), Input(shape)] if cls.__name__ in TWO_INPUTS else Input(shape)
            cls(**options)(given)
        except RdeepError as error:
            errors.append(str(error))
        else:
            return shape
    raise AssertionError(f"{cls.__name__} takes none of the inputs: {errors}")


def side_by_side(shape, made, backend):
    x = Input(shape)
    ends = []
    for name, make in made:
        before = layers.Dense(shape[-1], name=f"before_{name}")(x)
        given = [before, before] if name in TWO_INPUTS else before
        out = make()(given)
        out = out[0] if isinstance(out, list) else out
        flat = layers.Flatten()(out) if len(out.shape) > 2 else out
        if any(size is None for size in flat.shape[1:]):
            flat = layers.GlobalAveragePooling1D()(out)
        ends.append(layers.Dense(1, name=f"after_{name}")(flat))
    return Model(x, ends[0] if len(ends) == 1 else layers.Add()(ends), backend=backend)


def go_round(model, x, tmp_path):
    y = np.linspace(-1, 1, ROWS)[:, None]
    fresh = model.predict(x)
    assert np.isfinite(fresh).all()
    model.compile("adam", "mse")
    model.fit(x, y, verbose=0)
    trained = model.predict(x)
    assert np.isfinite(trained).all() and np.abs(trained - fresh).max() > 0
    on_numpy = model.to_backend("numpy").predict(x)
    np.testing.assert_allclose(on_numpy, trained, rtol=1e-5, atol=1e-5)
    model.save(path := str(tmp_path / "model.rdeep"))
    pickled = pickle.dumps(model)
    again = load_model(path)
    np.testing.assert_allclose(again.predict(x), trained, rtol=1e-5, atol=1e-5)
    again.fit(x, y, verbose=0)
    assert np.isfinite(again.predict(x)).all()
    for old, new in zip(model.get_weights(), pickle.loads(pickled).get_weights()):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("shape", [*SHAPES, (64, 1)], ids=str)
def test_every_layer_of_numbers_goes_round(shape, walking_backend, tmp_path):
    made = [(name, make) for name, (own, make) in candidates().items() if own == shape]
    x = np.random.default_rng(1).uniform(size=(ROWS, *shape)).astype("float32")
    go_round(side_by_side(shape, made, walking_backend), x, tmp_path)


@pytest.mark.few_on_tensorflow()
def test_layers_of_codes_go_round(backend, tmp_path):
    x = Input((2,), "int32")
    known = layers.IntegerLookup(vocabulary=[0, 1, 2, 3])(x)
    tokens = layers.CategoryTokens(units=2, cardinalities=[5, 5])(x)
    parts = [
        layers.Flatten()(layers.Embedding(6, 3)(known)),
        layers.Flatten()(layers.Embedding(4, 2)(layers.Hashing(4)(x))),
        layers.CategoryEncoding(5, output_mode="multi_hot")(x),
        layers.OneHot(cardinalities=[5, 5])(x),
        layers.Flatten()(tokens),
    ]
    model = Model(x, layers.Dense(1)(layers.Concatenate()(parts)), backend=backend)
    go_round(model, np.arange(2 * ROWS).reshape(ROWS, 2) % 4, tmp_path)


def test_bins_go_round(backend, tmp_path):
    x = Input((2,))
    bins = layers.Discretization(bin_boundaries=[-0.5, 0.5])(x)
    flat = layers.Flatten()(layers.Embedding(3, 2)(bins))
    model = Model(x, layers.Dense(1)(flat), backend=backend)
    go_round(model, np.linspace(-1, 1, 2 * ROWS).reshape(ROWS, 2).astype("float32"), tmp_path)


def test_layers_of_text_go_round(backend, tmp_path):
    words = layers.TextVectorization(output_sequence_length=3)
    words.adapt(["a b c", "b c d"])
    letters = layers.StringLookup(vocabulary=["a b", "c d"])
    x = Input((1,), "string")
    parts = [layers.Embedding(8, 2)(words(x)), layers.Embedding(4, 2)(letters(x))]
    flat = layers.Concatenate()([layers.Flatten()(part) for part in parts])
    model = Model(x, layers.Dense(1)(flat), backend=backend)
    go_round(model, np.array([["a b"], ["c d"]] * (ROWS // 2)), tmp_path)
