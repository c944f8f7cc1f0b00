"""Every loss against Keras's: values, reductions, weights and gradients, on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from loss_engines import by_keras
from rdeep import Sequential
from rdeep.bridge import calls as bridge
from rdeep.catalogue import losses
from rdeep.catalogue.layers import LSTM, Activation, Dense, Embedding
from rdeep.catalogue.losses.likelihoods import Likelihood
from rdeep.catalogue.options import REDUCTIONS
from rdeep.catalogue.registry import find, records
from rdeep.errors import ArgumentError, DataError, ShapeError
from rdeep.testing.measures import loss_values

LOSSES = [
    ("MeanSquaredError", {}, "values"),
    ("MeanAbsoluteError", {}, "values"),
    ("MeanAbsolutePercentageError", {}, "values"),
    ("MeanSquaredLogarithmicError", {}, "yesno"),
    ("CosineSimilarity", {}, "values"),
    ("CosineSimilarity", {"axis": 1}, "images"),
    ("Huber", {}, "values"),
    ("Huber", {"delta": 0.3}, "values"),
    ("LogCosh", {}, "values"),
    ("Poisson", {}, "yesno"),
    ("KLDivergence", {}, "shares"),
    ("BinaryCrossentropy", {}, "yesno"),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, "yesno"),
    ("BinaryCrossentropy", {"from_logits": True}, "yesno"),
    ("BinaryCrossentropy", {"axis": 1}, "images"),
    ("BinaryFocalCrossentropy", {}, "yesno"),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.4}, "yesno"),
    ("BinaryFocalCrossentropy", {"gamma": 1.5, "label_smoothing": 0.1}, "yesno"),
    ("BinaryFocalCrossentropy", {"from_logits": True}, "yesno"),
    ("CategoricalCrossentropy", {}, "onehot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "onehot"),
    ("CategoricalCrossentropy", {"from_logits": True}, "onehot"),
    ("CategoricalFocalCrossentropy", {}, "onehot"),
    ("CategoricalFocalCrossentropy", {"alpha": [0.2, 0.5, 0.3], "gamma": 1.0}, "onehot"),
    ("CategoricalFocalCrossentropy", {"label_smoothing": 0.1}, "onehot"),
    ("CategoricalFocalCrossentropy", {"from_logits": True}, "onehot"),
    ("SparseCategoricalCrossentropy", {}, "indices"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "indices"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "indices"),
    ("CategoricalGeneralizedCrossEntropy", {}, "indices"),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.9}, "indices"),
    ("Hinge", {}, "yesno"),
    ("Hinge", {}, "signs"),
    ("SquaredHinge", {}, "yesno"),
    ("SquaredHinge", {}, "values"),
    ("CategoricalHinge", {}, "onehot"),
    ("Dice", {}, "yesno"),
    ("Dice", {"axis": (1, 2, 3)}, "images"),
    ("Dice", {"axis": 1}, "yesno"),
    ("Tversky", {}, "yesno"),
    ("Tversky", {"alpha": 0.3, "beta": 0.8, "axis": (1, 2)}, "images"),
    ("Circle", {}, "labels"),
    ("Circle", {"gamma": 10.0, "margin": 0.2, "remove_diagonal": False}, "labels"),
    ("CTC", {}, "sequences"),
]
# Each has a test of its own below.
NOT_IN_KERAS = {"Crossentropy"}


def test_every_loss_is_tested():
    ours = {n for n, cls in records("loss").items() if not issubclass(cls, Likelihood)}
    missing = ours - {name for name, _, _ in LOSSES} - NOT_IN_KERAS
    assert not missing, (
        f"Compare {sorted(missing)} with Keras: add a line to LOSSES for each. Where Keras has "
        "none, compare with its formula on NumPy in a test of its own, and name it in NOT_IN_KERAS."
    )
    assert {name for name, _, _ in LOSSES} | NOT_IN_KERAS == ours


@pytest.fixture
def data(rng):
    p = rng.uniform(0.05, 0.95, size=(12, 3)).astype("float32")
    p /= p.sum(1, keepdims=True)
    images = rng.uniform(0.05, 0.95, size=(12, 2, 3, 2)).astype("float32")
    embeddings = rng.normal(size=(12, 4)).astype("float32")
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    labels = rng.integers(1, 5, (12, 4))
    labels[3:, 2:] = 0
    labels[0] = [2, 2, 1, 0]
    k = rng.integers(0, 3, 12)
    given = {
        "values": rng.normal(size=(12, 3)).astype("float32"),
        "yesno": rng.integers(0, 2, (12, 3)).astype("float32"),
        "signs": rng.choice([-1.0, 1.0], (12, 3)).astype("float32"),
        "shares": rng.dirichlet(np.ones(3), 12).astype("float32"),
        "onehot": np.eye(3, dtype="float32")[k],
        "indices": k,
    }
    pairs = {kind: (y, p) for kind, y in given.items()}
    pairs["images"] = (rng.integers(0, 2, images.shape).astype("float32"), images)
    pairs["labels"] = (rng.integers(0, 3, 12), embeddings)
    pairs["sequences"] = (labels, rng.normal(size=(12, 9, 5)).astype("float32"))
    return pairs


@pytest.mark.parametrize(("name", "options", "kind"), LOSSES, ids=str)
def test_loss_agrees_with_keras(name, options, kind, data, rng, backend):
    y, p = data[kind]
    weights = rng.uniform(0.1, 2, 12).astype("float32")
    make, peer = getattr(losses, name), getattr(keras.losses, name)
    for reduction in REDUCTIONS:
        ours, theirs = make(**options, reduction=reduction), peer(**options, reduction=reduction)
        each = theirs(y, p, sample_weight=None).shape if reduction == "none" else (12,)
        for w in (None, weights) if len(each) < 2 and kind != "images" else (None,):
            if name == "Dice" and w is not None and options:
                continue  # Columns are left: there is nothing that weights of samples belong to.
            if name == "Circle" and w is not None and reduction.endswith("weight"):
                continue
            expected, slope = by_keras(theirs, y, p, w)
            value, gradient = loss_values(ours, (y, p), backend, w)
            np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-5)
            # Exponentials of 80 times a distance leave Circle fewer digits.
            digits = 1e-3 if name == "Circle" else 1e-4
            np.testing.assert_allclose(gradient, slope, rtol=digits, atol=digits)
        plain = np.asarray(theirs(y, p))
        np.testing.assert_allclose(bridge.loss_value(ours, y, p), plain, rtol=1e-5, atol=1e-5)


TRAINED = [
    *[case for case in LOSSES if case[2] != "images"][::3],
    ("Circle", {}, "labels"),
    ("CTC", {}, "sequences"),
    ("Dice", {}, "yesno"),
]


@pytest.mark.parametrize(("name", "options", "kind"), TRAINED, ids=str)
@pytest.mark.few_on_tensorflow("MeanSquaredError", "Circle", "sequences0", "SparseCat")
def test_a_model_is_evaluated_by_the_loss(name, options, kind, data, rng, backend):
    y, p = data[kind]
    weights = rng.uniform(0.1, 2, 12).astype("float32")
    loss, theirs = getattr(losses, name)(**options), getattr(keras.losses, name)(**options)
    model = Sequential([Activation("linear")], input_shape=p.shape[1:], backend=backend)
    model.compile("sgd", loss)
    assert model.evaluate(p, y)["loss"] == pytest.approx(float(theirs(y, p)), rel=1e-5)
    got = model.evaluate(p, y, sample_weight=weights)["loss"]
    assert got == pytest.approx(float(theirs(y, p, sample_weight=weights)), rel=1e-5)


def test_batches_of_losses_that_compare_samples_stay_as_they_are(data, backend):
    y, p = data["yesno"]
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    model.compile("sgd", "dice")
    theirs = keras.losses.Dice()
    expected = np.mean([float(theirs(y[i : i + 4], p[i : i + 4])) for i in (0, 4, 8)])
    assert model.evaluate(p, y, batch_size=4)["loss"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["CTC", "Circle"])
@pytest.mark.few_on_tensorflow("Circle")
def test_what_is_no_array_of_values_can_be_trained_with(name, backend, rng):
    x = rng.normal(size=(16, 6, 3)).astype("float32")
    if name == "CTC":
        layers, y = [LSTM(8, return_sequences=True), Dense(4)], rng.integers(1, 4, (16, 2))
    else:
        layers, y = [LSTM(4)], rng.integers(0, 3, 16)
    model = Sequential(layers, input_shape=(6, 3), backend=backend)
    model.compile("adam", name)
    history = model.fit(x, y, epochs=8, batch_size=8, verbose=0, shuffle=False).history["loss"]
    assert history[-1] < history[0]


def test_circle_compares_with_references(backend, data, rng):
    y, p = data["labels"]
    others, classes = p[:5][:, ::-1].copy(), np.array([0, 1, 2, 0, 1])
    expected = keras.losses.circle(y, p, classes, others, remove_diagonal=False)
    loss = losses.Circle(classes, others, remove_diagonal=False, reduction="none")
    np.testing.assert_allclose(loss_values(loss, (y, p), backend)[0], expected, rtol=1e-4)
    np.testing.assert_allclose(bridge.loss_value(loss, y, p), expected, rtol=1e-4)
    with pytest.raises(ArgumentError, match="both 'ref_labels' and 'ref_embeddings'"):
        losses.Circle(ref_labels=[0, 1])
    with pytest.raises(ArgumentError, match="2 'ref_labels' for 1"):
        losses.Circle(ref_labels=[0, 1], ref_embeddings=[[0.0, 1.0]])


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_focal_crossentropy"])
def test_a_saturated_output_keeps_its_slope(loss, backend):
    # After softmax or sigmoid in float32 the probability is 0 or 1: only the scores still know.
    activation = "softmax" if loss.startswith("cat") else "sigmoid"
    model = Sequential([Activation(activation)], input_shape=2, backend=backend)
    model.compile("sgd", loss)
    value = model.evaluate(np.array([[30.0, -30.0]]), np.array([[0.0, 1.0]]))["loss"]
    assert value == pytest.approx(60.0 if loss.startswith("cat") else 30.0, rel=1e-5)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"])
def test_masked_steps_do_not_count(reduction, backend, rng):
    x = rng.integers(1, 5, (6, 4))
    x[:2, 2:] = 0
    y, w = rng.normal(size=(6, 4, 1)).astype("float32"), rng.uniform(0.5, 2, (6, 4))
    model = Sequential([Embedding(5, 2, mask_zero=True), Dense(1)], input_shape=4, backend=backend)
    embedding = keras.layers.Embedding(5, 2, mask_zero=True)
    k = keras.Sequential([keras.Input((4,)), embedding, keras.layers.Dense(1)])
    model.set_weights(k.get_weights())
    model.compile("sgd", losses.MeanSquaredError(reduction=reduction))
    k.compile("sgd", keras.losses.MeanSquaredError(reduction=reduction))
    expected = k.evaluate(x, y, sample_weight=w, verbose=0)
    assert model.evaluate(x, y, sample_weight=w)["loss"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("units", "sparse", "like"),
    [
        (1, False, "BinaryCrossentropy"),
        (3, True, "SparseCategoricalCrossentropy"),
        (3, False, "CategoricalCrossentropy"),
    ],
)
def test_crossentropy_adapts_to_output_and_targets(units, sparse, like, backend, rng):
    x, k = rng.normal(size=(8, 2)), rng.integers(0, max(units, 2), 8)
    y = k if sparse or units == 1 else np.eye(3)[k]
    activation = "sigmoid" if units == 1 else "softmax"
    model = Sequential([Dense(units, activation)], input_shape=2, backend=backend)
    found = {}
    for loss in ("crossentropy", like):
        model.compile("sgd", loss, metrics=["accuracy", "ce"])
        found[loss] = model.evaluate(x, y)
    assert found["crossentropy"] == pytest.approx(found[like], rel=1e-5)
    assert found[like]["ce"] == pytest.approx(found[like]["loss"], rel=1e-5)


def test_a_loss_is_computed_in_its_type(backend):
    y, p = np.array([[0.0]], "float32"), np.array([[1.0 / 3.0]], "float32")
    half = loss_values(losses.MeanSquaredError(dtype="float16"), (y, p), backend)[0]
    assert half.dtype == np.float16
    model = Sequential([Activation("linear")], input_shape=1, backend=backend)
    for dtype in ("float16", "float64"):
        model.compile("sgd", losses.MeanSquaredError(dtype=dtype))
        assert model.evaluate(p, y)["loss"] == pytest.approx(1 / 9, rel=1e-3)


NAMES = """
mse mae mape msle bce kld cosine huber logcosh log_cosh MSE KLD hinge squared_hinge poisson
categorical_hinge binary_crossentropy cosine_similarity kl_divergence ctc dice tversky circle
categorical_focal_crossentropy categorical_generalized_cross_entropy ce
""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_keras_are_known(name):
    assert find("loss", name)


def test_the_string_none_is_no_reduction():
    assert losses.Huber(reduction=None).reduction == "none"
    with pytest.raises(ArgumentError, match="'reduction' must be one of"):
        losses.Huber(reduction="total")


@pytest.mark.parametrize(
    ("loss", "output", "y", "error", "match"),
    [
        ("ctc", (4,), np.ones((2, 1)), ShapeError, "CTC wants predictions with 3 dimensions"),
        ("circle", (5, 4), np.ones(2), ShapeError, "Circle wants predictions with 2"),
        ("ctc", (5, 4), np.full((2, 1), 4), DataError, "the class number 4"),
        ("ctc", (5, 4), np.full((2, 1), 0.5), DataError, "a row of whole numbers"),
        ("circle", (4,), np.ones((2, 3)), DataError, "one whole number for each sample"),
        ("categorical_generalized_cross_entropy", (3,), np.array([0, 3]), DataError, "number 3"),
    ],
)
def test_what_a_loss_cannot_take_is_said(loss, output, y, error, match):
    model = Sequential([Activation("linear")], input_shape=output)
    with pytest.raises(error, match=match):
        model.compile("sgd", loss)
        model.evaluate(np.zeros((2, *output)), y)


def test_options_out_of_range_are_refused():
    for name, options in (
        ("CategoricalGeneralizedCrossEntropy", {"q": 1.0}),
        ("Huber", {"delta": -1.0}),
        ("Tversky", {"alpha": -0.1}),
        ("Dice", {"axis": "all"}),
        ("MeanSquaredError", {"dtype": "int32"}),
        ("Circle", {"ref_labels": "a", "ref_embeddings": [[1.0]]}),
    ):
        with pytest.raises(ArgumentError, match=next(iter(options))):
            getattr(losses, name)(**options)
