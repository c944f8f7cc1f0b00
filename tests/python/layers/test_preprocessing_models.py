"""Models that begin with text, and feature spaces, on both backends and in files."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Input, Model, Sequential, load_model
from rdeep import layers as L
from rdeep.catalogue import features as F
from rdeep.catalogue.registry import from_config, records
from rdeep.errors import ArgumentError, DataError, StateError

TEXTS = np.array(["the cat sat", "a dog sat down", "the end", ""] * 4, object)
Y = np.arange(16.0)


def vectorizer(**options):
    layer = L.TextVectorization(max_tokens=12, output_sequence_length=5, **options)
    layer.adapt(TEXTS)
    return layer


def text_model(backend, layer=None):
    layers = [layer or vectorizer(), L.Embedding(12, 4), L.GlobalAveragePooling1D(), L.Dense(1)]
    return Sequential(layers, input_shape=(1,), input_dtype="string", backend=backend)


def test_a_model_of_text_trains_and_comes_back_from_a_file(backend, tmp_path):
    model = text_model(backend)
    model.compile("adam", "mse")
    model.fit(TEXTS, Y, epochs=2, validation_split=0.25, verbose=0)
    expected = model.predict(TEXTS)
    assert expected.shape == (16, 1)
    np.testing.assert_allclose(model.predict(TEXTS[:, None]), expected, atol=1e-6)
    batches = [(TEXTS[:6], Y[:6]), (TEXTS[6:], Y[6:])]
    np.testing.assert_allclose(model.predict(iter(batches)), expected, atol=1e-6)
    model.fit(lambda: iter(batches), epochs=1, verbose=0)
    scores = model.evaluate(TEXTS, Y)
    assert model.evaluate(iter(batches))["loss"] == pytest.approx(scores["loss"], rel=1e-5)
    expected = model.predict(TEXTS)
    model.save(str(tmp_path / "model.rdeep"))
    for engine in ("torch", "tensorflow"):
        again = load_model(str(tmp_path / "model.rdeep"), backend=engine)
        np.testing.assert_allclose(again.predict(TEXTS), expected, atol=1e-5)
    assert model.input_dtypes == ["string"]


def test_the_shape_and_type_of_text_is_found_in_data(backend):
    layers = [vectorizer(output_mode="int"), L.Embedding(12, 2), L.Flatten(), L.Dense(1)]
    model = Sequential(layers, backend=backend)
    model.compile("sgd", "mse")
    model.fit(TEXTS, Y, verbose=0)
    assert model.input_dtypes == ["string"]


def test_text_beside_numbers_and_as_output(backend):
    kind, size = Input((1,), "string", "kind"), Input((1,), "int32", "size")
    crossed = L.HashedCrossing(7)([kind, size])
    place = L.StringLookup(vocabulary=["a", "b"])(kind)
    joined = L.Concatenate()([L.CategoryEncoding(7, "one_hot")(crossed), L.Rescaling(0.5)(size)])
    model = Model([kind, size], [joined, place], backend=backend)
    x = {"kind": np.array(["a", "b", "c"]), "size": np.array([3, 4, 3])}
    first, second = model.predict(x)
    bins = L.HashedCrossing(7)([x["kind"], x["size"]])
    np.testing.assert_allclose(first[:, :7], np.eye(7)[bins])
    np.testing.assert_allclose(first[:, 7], [1.5, 2.0, 1.5])
    assert second.tolist() == [[1.0], [2.0], [0.0]]
    assert model.output_shapes == [(None, 8), (None, 1)]


@pytest.mark.parametrize("mode", ["int", "count"])
def test_no_text_at_all(backend, mode):
    cut = L.TextVectorization(output_mode=mode, output_sequence_length=2 if mode == "int" else None)
    cut.adapt(["a b", "b c"])
    x = Input((), "string")
    y = L.Flatten()(L.Embedding(9, 2)(cut(x))) if mode == "int" else cut(x)
    model = Model(x, L.Dense(1)(y), backend=backend)
    with pytest.raises(DataError, match=r"'x' is empty: it has shape \(0,\)"):
        model.predict(np.array([], "U3"))


def test_a_vocabulary_may_be_learned_after_the_model_is_made(backend):
    layer = L.TextVectorization(max_tokens=12, output_sequence_length=5)
    model = text_model(backend, layer)
    with pytest.raises(StateError, match="learned no vocabulary yet"):
        model.predict(TEXTS)
    layer.adapt(TEXTS[:1])
    before = model.predict(TEXTS)
    layer.adapt(TEXTS)
    assert np.abs(model.predict(TEXTS) - before).max() > 0
    numbers, i = L.IntegerLookup(max_tokens=5), Input((1,), "int32")
    model = Model(i, numbers(i), backend=backend)
    with pytest.raises(StateError, match="learned no vocabulary yet"):
        model.predict(np.array([5, 6]))
    numbers.adapt([5, 5, 6])
    assert model.predict(np.array([5, 6])).ravel().tolist() == [1.0, 2.0]


def test_what_changes_shapes_must_be_learned_before(backend):
    layer, i = L.IntegerLookup(output_mode="count"), Input((2,), "int32")
    with pytest.raises(StateError, match="no vocabulary yet"):
        layer(i)
    layer.adapt([1, 2])
    model = Model(i, L.Dense(1)(layer(i)), backend=backend)
    layer.adapt([1, 2, 3])
    with pytest.raises(StateError, match="learned something of another size"):
        model.predict(np.ones((2, 2)))


def test_text_where_numbers_belong_and_the_other_way_round(backend):
    text = Input((1,), "string")
    with pytest.raises(ArgumentError, match="takes numbers, not text"):
        L.Dense(1)(text)
    with pytest.raises(DataError, match="must hold text, not"):
        text_model(backend).predict(np.ones((3, 1)))
    i = Input((1,))
    late = L.StringLookup(vocabulary=["a"], invert=True)(L.Dense(1)(i))
    with pytest.raises(ArgumentError, match="computed before the network"):
        Model(i, late, backend=backend).predict(np.ones((3, 1)))
    back = L.StringLookup(vocabulary=["a"], invert=True)(i)
    with pytest.raises(ArgumentError, match="returns text"):
        Model(i, back, backend=backend).predict(np.ones((3, 1)))


def test_functions_stay_behind_when_a_model_is_saved(tmp_path):
    layer = vectorizer(standardize=lambda x: np.char.lower(x))
    model = text_model("torch", layer)
    expected = model.predict(TEXTS)
    np.testing.assert_allclose(model.copy().predict(TEXTS), expected)
    model.save(str(tmp_path / "model.rdeep"))
    again = load_model(str(tmp_path / "model.rdeep"))
    with pytest.raises(StateError, match="was not saved with the model"):
        again.predict(TEXTS)


@pytest.mark.parametrize("name", ["Normalization", "Discretization", "StringLookup"])
def test_what_was_learned_is_saved_with_the_layer(name, rng):
    options = {"Discretization": {"num_bins": 3}}.get(name, {})
    data = TEXTS if name == "StringLookup" else rng.normal(size=(30, 2))
    layer = getattr(L, name)(**options)
    layer.adapt(data)
    again = from_config("layer", layer.to_data())
    assert again(data).tolist() == layer(data).tolist()


# Feature spaces ----------------------------------------------------------------------------------

TABLE = {
    "plain": np.linspace(0, 3, 40),
    "scaled": np.linspace(-1, 1, 40),
    "normal": np.sin(np.arange(40.0)),
    "binned": np.cos(np.arange(40.0) / 5),
    "known": np.arange(40) % 5,
    "hashed": np.arange(40) % 7,
    "word": np.array(["x", "y", "zz", "w"] * 10),
    "other": np.array(["p", "q"] * 20),
}


def features(space):
    """Return the same features for both; `space` is a class with Keras's constructors."""
    return {
        "plain": "float",
        "scaled": space.float_rescaled(scale=2.0, offset=1.0),
        "normal": "float_normalized",
        "binned": space.float_discretized(num_bins=4),
        "known": space.integer_categorical(max_tokens=4),
        "hashed": "integer_hashed",
        "word": space.string_categorical(num_oov_indices=2),
        "other": space.string_hashed(num_bins=3),
    }


def spaces(**options):
    Keras = keras.utils.FeatureSpace
    both = []
    for cls in (L.FeatureSpace, Keras):
        cross = cls.cross(("known", "other"), crossing_dim=6)
        space = cls(features(cls), crosses=[("word", "other"), cross], crossing_dim=9, **options)
        space.adapt(TABLE)
        both.append(space)
    return both


def test_every_feature_is_tested():
    assert {cls.key for cls in records("feature").values()} == {
        *("float", "float_rescaled", "float_normalized", "float_discretized", "custom", "cross"),
        *("integer_categorical", "integer_hashed", "string_categorical", "string_hashed"),
    }


def test_a_feature_space_agrees_with_keras(backend):
    ours, theirs = spaces()
    expected = np.asarray(theirs(TABLE))
    got = ours(TABLE)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, atol=1e-5)
    row = {name: column[3] for name, column in TABLE.items()}
    np.testing.assert_allclose(ours(row), np.asarray(theirs(row)), atol=1e-5)
    inputs, encoded = ours.get_inputs(), ours.get_encoded_features()
    model = Model(list(inputs.values()), L.Dense(1)(encoded), backend=backend)
    kernel, bias = model.get_weights()[-2:]
    np.testing.assert_allclose(model.predict(TABLE), expected @ kernel + bias, atol=1e-5)


def test_a_feature_space_keeps_features_apart():
    ours, theirs = spaces(output_mode="dict")
    expected = theirs(TABLE)
    got = ours(TABLE)
    assert set(got) == set(expected)
    for name, column in got.items():
        np.testing.assert_allclose(column, np.asarray(expected[name]), atol=1e-5)


def test_a_feature_of_ones_own_and_a_saved_space():
    layer = L.TextVectorization(output_mode="tf_idf")
    space = L.FeatureSpace(
        {"text": F.CustomFeature("string", layer, "float"), "n": "float_normalized"}
    )
    with pytest.raises(StateError, match="learned nothing of its feature 'text'"):
        space({"text": TEXTS, "n": Y})
    space.adapt({"text": TEXTS, "n": Y})
    again = from_config("layer", space.to_data())
    np.testing.assert_allclose(again({"text": TEXTS, "n": Y}), space({"text": TEXTS, "n": Y}))


def test_feature_spaces_that_cannot_be():
    with pytest.raises(ArgumentError, match="no feature named 'flot'"):
        L.FeatureSpace({"a": "flot"})
    with pytest.raises(ArgumentError, match="names 'b', which is no feature"):
        L.FeatureSpace({"a": "integer_hashed"}, crosses=[("a", "b")])
    with pytest.raises(ArgumentError, match="give 'features'"):
        L.FeatureSpace()
    space = L.FeatureSpace({"a": F.IntegerHashedFeature(3, output_mode="int")})
    with pytest.raises(ArgumentError, match="cannot be put together"):
        space({"a": [1, 2]})
    with pytest.raises(DataError, match="needs the column 'a'"):
        space({"b": [1, 2]})


def test_layers_read_texts_in_functions_that_tensorflow_traces():
    import tensorflow as tf

    texts = np.array(["the blue sky", "blue", ""])

    def lower(text):
        return tf.strings.lower(text)

    for options in ({}, {"output_mode": "multi_hot", "ngrams": 2}, {"standardize": lower}):
        layer = L.TextVectorization(**options)
        layer.adapt(texts)
        expected = layer(texts)
        batched = tf.data.Dataset.from_tensor_slices(texts).batch(3).map(layer)
        np.testing.assert_array_equal(next(iter(batched)), expected)
    alone = tf.data.Dataset.from_tensor_slices(texts).map(
        L.TextVectorization(vocabulary=["blue"], output_sequence_length=2)
    )
    assert alone.element_spec.shape == (2,)
    np.testing.assert_array_equal(next(iter(alone)), [1, 2])
    hashed = tf.data.Dataset.from_tensor_slices(texts).batch(3).map(L.Hashing(4))
    np.testing.assert_array_equal(next(iter(hashed)), L.Hashing(4)(texts))
