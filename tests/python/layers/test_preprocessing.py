"""Each preprocessing layer against the Keras layer of its name: called on data, and in networks."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from families import check_compared
from rdeep import Input, Model
from rdeep.arrays import numpy as arrays
from rdeep.catalogue import layers as L
from rdeep.errors import ArgumentError, DataError, FileError, ShapeError, StateError
from rdeep.preprocessing.hashing import Decimals, bucket, fingerprints, sip_hashes

K = keras.layers

LAYER_FAMILIES = ("preprocessing", "categories", "hashing", "lookup", "text", "feature_space")
ALL = {
    *("Rescaling", "Normalization", "Discretization", "CategoryEncoding", "Hashing"),
    *("HashedCrossing", "StringLookup", "IntegerLookup", "TextVectorization", "FeatureSpace"),
}


def test_every_preprocessing_layer_is_tested():
    check_compared(ALL, LAYER_FAMILIES)


def plain(result):
    """Return what Keras gave as an array, of text too."""
    array = result.numpy() if hasattr(result, "numpy") else np.asarray(result)
    if array.dtype.kind in "SO":
        flat = [v.decode() if isinstance(v, bytes) else v for v in array.reshape(-1)]
        return np.array(flat, object).reshape(array.shape)
    return array


def same(ours, theirs, x):
    """Assert that both layers make the same of data."""
    expected = plain(theirs(x))
    got = ours(x)
    assert got.shape == expected.shape
    if expected.dtype.kind == "O":
        assert got.tolist() == expected.tolist()
    else:
        np.testing.assert_allclose(got, expected, atol=1e-5, rtol=1e-5)


def in_network(layer, x, backend, dtype):
    """Return what a layer computes inside a network, behind one that only a network computes."""
    i = Input(x.shape[1:], dtype)
    before = L.Activation("linear")(i)
    return Model(i, layer(before), backend=backend).predict(x)


# Numbers -----------------------------------------------------------------------------------------

NORMALIZED = [
    ((6, 4), {}),
    ((6, 4), {"axis": None}),
    ((5, 3, 4), {"axis": (1, 2)}),
    ((5, 3, 4), {"axis": 1}),
    ((5, 3, 4), {"axis": -1, "invert": True}),
]
GIVEN = [
    ((6, 4), {"mean": 1.5, "variance": 2.0}),
    ((6, 4), {"mean": [1.0, 2.0, 3.0, 4.0], "variance": [1.0, 4.0, 9.0, 0.0]}),
    ((5, 3, 4), {"axis": (1, 2), "mean": [1.0, 2.0, 3.0, 4.0], "variance": [1.0, 1.0, 2.0, 2.0]}),
]


@pytest.mark.parametrize(("shape", "options"), NORMALIZED + GIVEN, ids=str)
def test_normalization(shape, options, backend, rng):
    x = rng.normal(2, 3, shape).astype("float32")
    ours, theirs = L.Normalization(**options), K.Normalization(**options)
    i = Input(shape[1:])
    if "mean" not in options:
        ours.adapt(x)
        theirs.adapt(x)
    reference = keras.Sequential([keras.Input(shape[1:]), theirs])
    expected = reference.predict(x, verbose=0)
    np.testing.assert_allclose(ours(x), expected, atol=1e-5, rtol=1e-4)
    model = Model(i, ours(i), backend=backend)
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-5, rtol=1e-4)
    for mine, other in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-5, rtol=1e-5)


def test_normalization_learns_from_batches_what_it_learns_from_all(rng):
    x = rng.normal(2, 3, (20, 3)).astype("float32")
    whole, parts, theirs = L.Normalization(), L.Normalization(), K.Normalization()
    whole.adapt(x)
    parts.adapt(iter([(x[:6], 0), (x[6:], 0)]))
    theirs.adapt([x[:6], x[6:]])
    np.testing.assert_allclose(parts(x), whole(x), atol=1e-5)
    np.testing.assert_allclose(parts(x), plain(theirs(x)), atol=1e-5)
    parts.adapt(lambda: iter([x, x * 100]), steps=1)
    np.testing.assert_allclose(parts(x), whole(x), atol=1e-5)


def test_a_network_learns_what_its_layer_learns_later(backend, rng):
    x = rng.normal(2, 3, (12, 3)).astype("float32")
    layer, i = L.Normalization(), Input((3,))
    model = Model(i, L.Dense(1)(layer(i)), backend=backend)
    model.compile("adam", "mse")
    layer.adapt(2 * x)
    model.fit(x, x[:, :1], verbose=0)
    steps = model.trainer.steps_taken
    kernel, bias = model.get_weights()[-2:]
    layer.adapt(x)
    np.testing.assert_allclose(model.predict(x), layer(x) @ kernel + bias, atol=1e-5)
    model.fit(x, x[:, :1], verbose=0)
    assert model.trainer.steps_taken == steps + 1
    # What holds the numbers is the layer: a model's weights are what it learned.
    model.set_weights({"normalization/mean": np.ones(3), "normalization/variance": np.ones(3)})
    np.testing.assert_allclose(layer(x), x - 1, atol=1e-6)


@pytest.mark.parametrize(
    "options", [{"scale": 0.5}, {"scale": 2.0, "offset": -1.0}, {"scale": [1, 2, 3], "offset": 4}]
)
def test_rescaling(options, backend, rng):
    x = rng.normal(size=(4, 2, 3)).astype("float32")
    ours, theirs = L.Rescaling(**options), K.Rescaling(**options)
    same(ours, theirs, x)
    np.testing.assert_allclose(in_network(ours, x, backend, "float32"), plain(theirs(x)), atol=1e-6)


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
def test_discretization(mode, backend, rng):
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]], "float32")
    edges = [0.0, 1.0, 2.0]
    ours = L.Discretization(edges, output_mode=mode)
    theirs = K.Discretization(edges, output_mode=mode)
    same(ours, theirs, x)
    same(ours, theirs, x[:, :1])
    same(ours, theirs, x[0])
    got = in_network(ours, x, backend, "float32")
    np.testing.assert_array_equal(got, plain(theirs(x)))


@pytest.mark.parametrize("rows", [5, 400])
@pytest.mark.parametrize("epsilon", [0.01, 0.1])
def test_discretization_learns_quantiles(rows, epsilon, rng):
    x = rng.normal(size=(rows, 2)).astype("float32")
    ours = L.Discretization(num_bins=4, epsilon=epsilon)
    theirs = K.Discretization(num_bins=4, epsilon=epsilon)
    for data in (x, [x[: rows // 2], x[rows // 2 :]]):
        ours.adapt(data if data is x else iter(data))
        theirs.adapt(data)
        np.testing.assert_allclose(ours.boundaries, theirs.bin_boundaries, atol=1e-6)


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count"])
def test_category_encoding(mode, backend):
    x = np.array([[0, 1, 1], [3, 3, 3]], "int32")
    ours, theirs = L.CategoryEncoding(4, mode), K.CategoryEncoding(4, mode)
    for data in (x, x[:, :1], x[0]):
        same(ours, theirs, data)
    np.testing.assert_array_equal(in_network(ours, x, backend, "int32"), plain(theirs(x)))


def test_category_encoding_with_weights():
    x, weights = np.array([[0, 1, 1]]), np.array([[0.5, 2.0, 3.0]])
    ours = L.CategoryEncoding(3, "count")(x, count_weights=weights)
    theirs = K.CategoryEncoding(num_tokens=3, output_mode="count")(x, count_weights=weights)
    np.testing.assert_allclose(ours, plain(theirs))


# Hashes ------------------------------------------------------------------------------------------


def test_hashes_are_tensorflows(rng):
    texts = ["".join(map(chr, rng.integers(32, 900, n))) for n in [*range(70), 127, 128, 129, 300]]
    numbers = np.array([0, -1, 9, 10, -10, *(rng.integers(-(10**k), 10**k) for k in range(1, 15))])
    written = tf.strings.as_string(numbers)
    key = (133, 2**62 + 5)
    for bins in (3, 2**40 + 7):
        fast = tf.strings.to_hash_bucket_fast(texts, bins).numpy()
        strong = tf.strings.to_hash_bucket_strong(texts, bins, key).numpy()
        words = np.array(texts, object)
        np.testing.assert_array_equal(bucket(fingerprints(words), bins, arrays), fast)
        np.testing.assert_array_equal(bucket(sip_hashes(words, key), bins, arrays), strong)
        decimals = Decimals(numbers, arrays)
        fast = tf.strings.to_hash_bucket_fast(written, bins).numpy()
        strong = tf.strings.to_hash_bucket_strong(written, bins, key).numpy()
        np.testing.assert_array_equal(bucket(decimals.fingerprints(), bins, arrays), fast)
        np.testing.assert_array_equal(bucket(decimals.sip_hashes(key), bins, arrays), strong)


HASHED = [
    {},
    {"salt": 133},
    {"salt": (133, 137)},
    {"output_mode": "one_hot"},
    {"output_mode": "multi_hot"},
    {"output_mode": "count", "salt": 5},
]


@pytest.mark.parametrize("options", HASHED, ids=str)
@pytest.mark.few_on_tensorflow("{}")
def test_hashing(options, backend):
    texts = np.array([["A", "B", "", "long " * 20], ["é", "日本", "A", "B"]], object)
    numbers = np.array([[0, 7, -12345, 2147483647], [1, 10, 100, 1000]], "int32")
    for x, mask in ((texts, "A"), (numbers, 7)):
        for extra in ({}, {"mask_value": mask}):
            ours = L.Hashing(num_bins=6, **extra, **options)
            theirs = K.Hashing(num_bins=6, **extra, **options)
            same(ours, theirs, x)
            if x is numbers:
                got = in_network(ours, x, backend, "int32")
                np.testing.assert_array_equal(got, plain(theirs(x)))
    same(L.Hashing(9), K.Hashing(9), np.array([1.7, -2.2], "float32"))


@pytest.mark.parametrize("mode", ["int", "one_hot"])
def test_hashed_crossing(mode, backend):
    text = np.array(["A", "B", "A", "BB"], object)
    number = np.array([101, 101, -102, 5])
    ours, theirs = L.HashedCrossing(5, mode), K.HashedCrossing(5, mode)
    for data in ([text, number], [number, number], [text, text, number]):
        same(ours, theirs, data)
        same(ours, theirs, [each[:, None] for each in data])
    i, j = Input((1,), "int32"), Input((1,), "int32")
    inside = ours([L.Activation("linear")(i), L.Activation("linear")(j)])
    got = Model([i, j], inside, backend=backend).predict([number, number])
    expected = plain(theirs([number[:, None], number[:, None]]))
    np.testing.assert_array_equal(got.reshape(expected.shape), expected)


# Vocabularies ------------------------------------------------------------------------------------

WORDS = ["a", "c", "d", "b"]
LOOKUPS = [
    {},
    {"num_oov_indices": 3},
    {"mask_token": ""},
    {"mask_token": "", "num_oov_indices": 2},
    {"output_mode": "one_hot"},
    {"output_mode": "multi_hot", "mask_token": ""},
    {"output_mode": "count", "num_oov_indices": 2},
    {"output_mode": "multi_hot", "pad_to_max_tokens": True, "max_tokens": 9},
    {"output_mode": "tf_idf", "idf_weights": [0.25, 0.75, 0.6, 0.4]},
    {
        "output_mode": "tf_idf",
        "idf_weights": [0.25, 0.75, 0.6, 0.4],
        "pad_to_max_tokens": True,
        "max_tokens": 8,
    },
]


@pytest.mark.parametrize("options", LOOKUPS, ids=str)
def test_string_lookup(options):
    x = np.array([["a", "c", "zebra", ""], ["d", "yak", "b", "b"]], object)
    ours = L.StringLookup(vocabulary=WORDS, **options)
    theirs = K.StringLookup(vocabulary=WORDS, **options)
    assert ours.get_vocabulary() == theirs.get_vocabulary()
    assert ours.get_vocabulary(False) == theirs.get_vocabulary(False)
    assert ours.vocabulary_size() == theirs.vocabulary_size()
    same(ours, theirs, x)
    same(ours, theirs, x[0])
    same(ours, theirs, x[:, :1])


@pytest.mark.parametrize("options", LOOKUPS, ids=str)
def test_integer_lookup(options, backend):
    options = {name: 0 if value == "" else value for name, value in options.items()}
    x = np.array([[12, 1138, 999, 0], [36, -7, 42, 42]], "int32")
    vocabulary = [12, 36, 1138, 42]
    ours = L.IntegerLookup(vocabulary=vocabulary, **options)
    theirs = K.IntegerLookup(vocabulary=vocabulary, **options)
    assert ours.get_vocabulary() == theirs.get_vocabulary()
    same(ours, theirs, x)
    expected = plain(theirs(x))
    np.testing.assert_allclose(in_network(ours, x, backend, "int32"), expected, atol=1e-6)


@pytest.mark.parametrize("mask", [False, True])
def test_the_way_back(mask, backend):
    text = {"mask_token": ""} if mask else {}
    number = {"mask_token": 0} if mask else {}
    x = np.array([[0, 1, 2, 5], [3, 4, 9, 2]])
    same(
        L.StringLookup(vocabulary=WORDS, invert=True, **text),
        K.StringLookup(vocabulary=WORDS, invert=True, **text),
        x,
    )
    ours = L.IntegerLookup(vocabulary=[12, 36, 1138], invert=True, **number)
    theirs = K.IntegerLookup(vocabulary=[12, 36, 1138], invert=True, **number)
    same(ours, theirs, x)
    got = in_network(ours, x.astype("int32"), backend, "int32")
    np.testing.assert_array_equal(got, plain(theirs(x)))


@pytest.mark.parametrize("mode", ["int", "multi_hot", "tf_idf"])
@pytest.mark.parametrize("most", [None, 4])
def test_lookups_learn_vocabularies(mode, most, rng):
    texts = rng.choice(["x", "Y", "zz", "é", "w", "[UNK]"], size=(20, 3)).astype(object)
    numbers = rng.integers(-3, 4, size=(20, 3))
    for name, x in (("StringLookup", texts), ("IntegerLookup", numbers)):
        for data in (x, x[:, 0]):
            ours = getattr(L, name)(max_tokens=most, output_mode=mode)
            theirs = getattr(K, name)(max_tokens=most, output_mode=mode)
            ours.adapt(data)
            theirs.adapt(data)
            assert ours.get_vocabulary() == theirs.get_vocabulary()
            same(ours, theirs, x)
        ours.adapt(iter([x[:7], x[7:]]))
        theirs = getattr(K, name)(max_tokens=most, output_mode=mode)
        theirs.adapt(tf.data.Dataset.from_tensor_slices(x).batch(7))
        assert ours.get_vocabulary() == theirs.get_vocabulary()
        same(ours, theirs, x)


def test_vocabularies_in_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("a\nb c\n", encoding="utf-8")
    layer = L.StringLookup(vocabulary=str(path))
    assert layer.get_vocabulary() == ["[UNK]", "a", "b c"]
    # A saved layer holds the words, not the path.
    path.unlink()
    again = L.StringLookup(**layer.to_data()["options"])
    assert again.get_vocabulary() == layer.get_vocabulary()
    path.write_text("5\n-3\n", encoding="utf-8")
    assert L.IntegerLookup(vocabulary=str(path))([5, -3, 0]).tolist() == [1, 2, 0]
    with pytest.raises(FileError, match="does not exist"):
        L.StringLookup(vocabulary="nowhere.txt")


def test_set_vocabulary():
    layer = L.StringLookup(output_mode="tf_idf")
    layer.set_vocabulary(["[UNK]", "a", "b"], idf_weights=[0.5, 1.0, 2.0])
    theirs = K.StringLookup(output_mode="tf_idf")
    theirs.set_vocabulary(["[UNK]", "a", "b"], idf_weights=[0.5, 1.0, 2.0])
    same(layer, theirs, np.array([["a", "b", "zz"]], object))
    with pytest.raises(ArgumentError, match="more than once"):
        layer.set_vocabulary(["a", "a"], idf_weights=[1, 2])


# Text --------------------------------------------------------------------------------------------

TEXTS = np.array(
    ["The cat sat on THE mat!", "É tempo;\tde  café, ok?", "", "a-b c_d (e) 'f'", "the cat"], object
)
VECTORIZED = [
    {},
    {"output_sequence_length": 3},
    {"output_sequence_length": 9, "max_tokens": 6},
    {"standardize": None},
    {"standardize": "lower"},
    {"standardize": "strip_punctuation"},
    {"split": "character", "output_sequence_length": 12},
    {"ngrams": 2},
    {"ngrams": (1, 3), "output_mode": "count"},
    {"output_mode": "multi_hot"},
    {"output_mode": "multi_hot", "max_tokens": 30, "pad_to_max_tokens": True},
    {"output_mode": "tf_idf"},
    {"output_mode": "count", "max_tokens": 5},
]


@pytest.mark.parametrize("options", VECTORIZED, ids=str)
def test_text_vectorization(options):
    ours, theirs = L.TextVectorization(**options), K.TextVectorization(**options)
    ours.adapt(TEXTS)
    theirs.adapt(TEXTS)
    assert ours.get_vocabulary() == theirs.get_vocabulary()
    same(ours, theirs, TEXTS)
    same(ours, theirs, TEXTS[:, None])


def test_text_vectorization_of_tokens_and_with_functions():
    tokens = np.array([["a", "b", "zz"], ["b", "b", "a"]], object)
    for options in ({}, {"ngrams": 2}, {"output_mode": "count"}, {"output_sequence_length": 2}):
        ours = L.TextVectorization(split=None, vocabulary=["a", "b"], **options)
        theirs = K.TextVectorization(split=None, vocabulary=["a", "b"], **options)
        same(ours, theirs, tokens)
    ours = L.TextVectorization(
        standardize=lambda x: np.char.replace(x, "-", " "),
        split=lambda x: [text.split(";") for text in x],
        vocabulary=["a b", "c"],
    )
    assert ours(np.array(["a-b;c", "c;d;a b"])).tolist() == [[2, 3, 0], [3, 1, 2]]


def test_a_mean_or_a_variance_that_is_one_number_goes_with_all_positions():
    x = np.array([[3.0, 4.0]], "float32")
    assert np.array(L.Normalization(mean=[1.0, 2.0], variance=4.0)(x)).tolist() == [[1.0, 1.0]]
    assert np.array(L.Normalization(mean=1.0, variance=[4.0, 1.0])(x)).tolist() == [[1.0, 3.0]]
    with pytest.raises(ShapeError, match="needs one of shape"):
        L.Normalization(mean=1.0, variance=[4.0, 1.0, 1.0])(x)


# What cannot be ----------------------------------------------------------------------------------

WRONG = [
    (lambda: L.Discretization(), "either 'bin_boundaries' or 'num_bins'"),
    (lambda: L.Discretization([1.0, 0.0]), "from low to high"),
    (lambda: L.Discretization([1.0], sparse=True), "'sparse' must be False"),
    (lambda: L.Discretization([1.0], dtype="float32"), "'dtype' must be 'int32' or 'int64'"),
    (lambda: L.Normalization(mean=1.0), "both 'mean' and 'variance'"),
    (lambda: L.Normalization(mean=[[1.0]], variance=[[1.0]]), "at most as many dimensions"),
    (lambda: L.CategoryEncoding(), "needs 'num_tokens'"),
    (lambda: L.Hashing(0), "'num_bins' must be"),
    (lambda: L.Hashing(3, salt=[1, 2, 3]), "'salt' must be"),
    (lambda: L.StringLookup(max_tokens=1), "'max_tokens' must be"),
    (lambda: L.StringLookup(vocabulary=["a", "a"]), "holds 'a' more than once"),
    (lambda: L.StringLookup(vocabulary=["a", "", "b"], mask_token=""), "at its start alone"),
    (lambda: L.StringLookup(vocabulary=["a", "b"], max_tokens=2), "has 3 tokens"),
    (lambda: L.StringLookup(pad_to_max_tokens=True), "give 'max_tokens'"),
    (lambda: L.StringLookup(invert=True, output_mode="count"), "must be 'int'"),
    (lambda: L.StringLookup(vocabulary=["a"], output_mode="tf_idf"), "'idf_weights' must be given"),
    (lambda: L.StringLookup(vocabulary=["a"], idf_weights=[1.0]), "output mode 'tf_idf'"),
    (lambda: L.TextVectorization(standardize="upper"), "a function, or None"),
    (lambda: L.TextVectorization(ragged=True), "'ragged' must be False"),
    (
        lambda: L.TextVectorization(output_mode="count", output_sequence_length=4),
        "goes with the output mode 'int'",
    ),
]


@pytest.mark.parametrize(("make", "words"), WRONG, ids=[words for _, words in WRONG])
def test_options_that_cannot_be(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()


def test_data_that_cannot_be():
    with pytest.raises(DataError, match="must hold text, not 3"):
        L.StringLookup(vocabulary=["a"])([3])
    with pytest.raises(DataError, match="a missing value"):
        L.StringLookup(vocabulary=["a"])(["a", None])
    with pytest.raises(DataError, match="does not know 'b'"):
        L.StringLookup(vocabulary=["a"], num_oov_indices=0)(["a", "b"])
    with pytest.raises(DataError, match="places for 0 to 2"):
        L.CategoryEncoding(3)([[3]])
    with pytest.raises(StateError, match="no vocabulary yet"):
        L.StringLookup(output_mode="count")(["a"])
    with pytest.raises(StateError, match="learned no bin boundaries"):
        L.Discretization(num_bins=3)([1.0])
    with pytest.raises(StateError, match="learned no mean"):
        L.Normalization()([[1.0]])
    with pytest.raises(StateError, match="was given its vocabulary"):
        L.StringLookup(vocabulary=["a"]).adapt(["b"])
    with pytest.raises(StateError, match="learns nothing"):
        L.Rescaling(2.0).adapt([1.0])
    with pytest.raises(ArgumentError, match="'steps' counts batches"):
        L.Normalization().adapt(np.ones((3, 2)), steps=2)
    with pytest.raises(ShapeError, match="one text for each sample"):
        L.TextVectorization(vocabulary=["a"])([["a", "b"]])
    with pytest.raises(ShapeError, match="at least two inputs"):
        L.HashedCrossing(3)([["a"]])
    with pytest.raises(DataError, match="no batch at all"):
        L.Normalization().adapt(iter([]))
