"""What metrics mean beside every kind of loss and targets, against values by hand, on both engines.

The network passes its input on, through an activation: predictions are known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Model, Sequential, ops
from rdeep import losses as L
from rdeep import metrics as M
from rdeep.catalogue.layers import Activation, Dense, Masking
from rdeep.errors import ArgumentError, DataError, RdeepError
from rdeep.ops.custom import CustomLoss
from rdeep.ops.measures import measure

ROWS = 24
RNG = np.random.default_rng(5)
NUMBERS, STEPS = RNG.integers(0, 4, ROWS), RNG.integers(0, 4, (ROWS, 3))
YES = RNG.integers(0, 2, ROWS).astype(float)
SEVERAL = RNG.integers(0, 2, (ROWS, 4)).astype(float)


def scores(shape: tuple[int, ...], hint: np.ndarray) -> np.ndarray:
    """Return scores that are often right."""
    return (RNG.normal(size=shape) + 1.2 * hint).astype(np.float32)


CLASS_X = scores((ROWS, 4), np.eye(4)[NUMBERS])
TIME_X = scores((ROWS, 3, 4), np.eye(4)[STEPS])
ONE_X = scores((ROWS, 1), 2 * YES[:, None] - 1)
SEVERAL_X = scores((ROWS, 4), 2 * SEVERAL - 1)


def network(x: np.ndarray, activation: str | None, backend: str) -> Model:
    """Return a network that passes its input on; training does not change it."""
    units = x.shape[-1]
    last = Dense(units, activation, use_bias=False, kernel_initializer="identity")
    return Sequential([last], x.shape[1:], backend=backend)


def reported(
    model: Model, loss: Any, metrics: list[Any], x: Any, y: Any, **options: Any
) -> dict[str, float]:
    """Return what an epoch of training reports; validation and evaluation have to agree."""
    model.compile(_still(), loss, metrics=metrics, jit_compile=False)
    logs = model.fit(x, y, batch_size=7, verbose=0, validation_data=(x, y), **options).history
    for name in logs:
        if not name.startswith("val_") and "loss" not in name:
            np.testing.assert_allclose(logs[name][0], logs[f"val_{name}"][0], rtol=2e-4, atol=1e-5)
    return {name: values[0] for name, values in logs.items()}


def _still() -> Any:
    from rdeep.catalogue.optimizers import SGD

    return SGD(1e-12)


def softmax(x: np.ndarray) -> np.ndarray:
    """Return probabilities of classes."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return probabilities of yes."""
    return 1 / (1 + np.exp(-x.astype(float)))


def own_sum(y: Any, p: Any) -> Any:
    """Return a loss that takes targets of any shape, and says nothing of what predictions are."""
    return ops.mean(ops.square(p), axis=-1) + 0.0 * ops.mean(ops.cast(y, "float32"))


def own_scores(y: Any, p: Any) -> Any:
    """Return a loss that takes predictions for scores of classes."""
    return -ops.mean(ops.log_softmax(p), axis=-1) + 0.0 * ops.mean(ops.cast(y, "float32"))


def own_logits(y: Any, p: Any) -> Any:
    """Return a loss that takes predictions for scores of yes."""
    return ops.mean(ops.softplus(-p) + (1.0 - ops.cast(y, "float32")) * p, axis=-1)


def own_logistic(y: Any, p: Any) -> Any:
    """Return a loss of -1 and 1 by the margin."""
    return ops.mean(ops.log(1.0 + ops.exp(-ops.cast(y, "float32") * p)), axis=-1)


def own_catalogue(y: Any, p: Any) -> Any:
    """Return a loss that hands scores on to one of the catalogue's."""
    return ops.mean(measure(L.BinaryCrossentropy(from_logits=True), y, p))


def own_squares(y: Any, p: Any) -> Any:
    """Return a squared error."""
    return ops.mean(ops.square(ops.cast(y, "float32") - p), axis=-1)


def _object(function: Any) -> CustomLoss:
    """Return a function as the object that R's `Loss()` makes."""
    return CustomLoss(function=function, name="own")


CODED = {
    "onehot": lambda numbers: np.eye(4)[numbers],
    "whole": lambda numbers: numbers,
    "floats": lambda numbers: numbers.astype(float),
    "column": lambda numbers: numbers[..., None],
}
OF_CLASSES: list[tuple[str | None, Any, tuple[str, ...]]] = [
    ("softmax", own_sum, ("onehot", "whole", "floats", "column")),
    ("softmax", _object(own_sum), ("whole", "column")),
    ("softmax", "crossentropy", ("onehot", "column")),
    ("softmax", "sparse_categorical_crossentropy", ("floats", "column")),
    ("softmax", "categorical_crossentropy", ("onehot",)),
    ("softmax", "mse", ("onehot",)),
    ("softmax", "binary_crossentropy", ("onehot",)),
    (None, own_scores, ("onehot", "whole", "column")),
    (None, L.Crossentropy(from_logits=True), ("onehot", "whole")),
    (None, L.SparseCategoricalCrossentropy(from_logits=True), ("column",)),
    (None, L.CategoricalCrossentropy(from_logits=True), ("onehot",)),
]


@pytest.mark.parametrize("at", range(len(OF_CLASSES)))
@pytest.mark.few_on_tensorflow("-3]", "-9]")
def test_classes(at: int, backend: str) -> None:
    """Names of classes' metrics mean the same beside any loss and coding, in time too."""
    activation, loss, codings = OF_CLASSES[at]
    names: list[Any] = ["accuracy", "acc", "crossentropy", "ce", M.Crossentropy(name="record")]
    for x, numbers in ((CLASS_X, NUMBERS), (TIME_X, STEPS)):
        model, p = network(x, activation, backend), softmax(x)
        right = (p.argmax(-1) == numbers).mean()
        lost = -np.log(np.take_along_axis(p, numbers[..., None], -1)).mean()
        among = np.take_along_axis(p.argsort(-1)[..., -2:], numbers[..., None] * 0, -1)
        among = (p.argsort(-1)[..., -2:] == numbers[..., None]).any(-1).mean()
        for coding in codings[: 1 if x is TIME_X and at > 1 else None]:
            own = loss is own_sum or loss is own_scores or isinstance(loss, CustomLoss)
            both = [
                "sparse_categorical_accuracy",
                "categorical_accuracy",
                M.TopKCategoricalAccuracy(k=2),
                M.SparseTopKCategoricalAccuracy(k=2),
            ]
            got = reported(model, loss, names + (both if own else []), x, CODED[coding](numbers))
            wanted = dict.fromkeys(["accuracy", "acc"], right)
            wanted |= dict.fromkeys(["crossentropy", "ce", "record"], lost)
            if own:
                wanted |= dict.fromkeys(both[:2], right)
                wanted |= dict.fromkeys([m.label() for m in both[2:]], among)
            for name, value in wanted.items():
                assert got[name] == pytest.approx(value, rel=1e-4), (coding, name)


def of_yes(p: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Return metrics of decisions by hand, from probabilities."""
    said, true = p > 0.5, truth > 0
    both, high, low = (said & true).sum(), p[true], p[~true]
    f = 2 * both / (said.sum() + true.sum())
    no = (~said & ~true).sum()
    overlap = both / (said | true).sum(), no / (~said | ~true).sum()
    return {
        "accuracy": (said == true).mean(),
        "acc": (said == true).mean(),
        "binary_accuracy": (said == true).mean(),
        "at_0.7": ((p > 0.7) == true).mean(),
        "precision": both / said.sum(),
        "recall": both / true.sum(),
        "false_negatives": (~said & true).sum(),
        "auc": (high[:, None] > low).mean(),
        "f1": f,
        "binary_iou": np.mean(overlap),
    }


DECISIONS = [
    "accuracy",
    "acc",
    "binary_accuracy",
    M.BinaryAccuracy(0.7, name="at_0.7"),
    "precision",
    "recall",
    "false_negatives",
    "auc",
    M.F1Score(threshold=0.5, average="micro", name="f1"),
    "binary_iou",
]
SIGNS = 2 * YES - 1
OF_YES: list[tuple[str | None, Any, list[np.ndarray]]] = [
    ("sigmoid", own_sum, [YES, YES[:, None] > 0, YES.astype(int)]),
    ("sigmoid", _object(own_squares), [YES]),
    ("sigmoid", "mse", [YES[:, None]]),
    ("sigmoid", "binary_crossentropy", [YES]),
    (None, L.BinaryCrossentropy(from_logits=True), [YES]),
    (None, L.BinaryFocalCrossentropy(from_logits=True), [YES]),
    (None, L.Crossentropy(from_logits=True), [YES]),
    (None, own_logits, [YES, YES.astype(int)]),
    (None, _object(own_catalogue), [YES]),
    (None, own_logistic, [SIGNS]),
    (None, "hinge", [SIGNS, YES, YES > 0]),
    (None, "squared_hinge", [SIGNS[:, None].astype(int)]),
]


@pytest.mark.parametrize("at", range(len(OF_YES)))
@pytest.mark.few_on_tensorflow("-1]", "-8]")
def test_yes_or_no(at: int, backend: str) -> None:
    """Decisions are cut where the loss and the targets' coding put it."""
    activation, loss, codings = OF_YES[at]
    model, p = network(ONE_X, activation, backend), sigmoid(ONE_X[:, 0])
    margins = loss in ("hinge", "squared_hinge")
    for y in codings:
        names = DECISIONS if margins else [*DECISIONS, "crossentropy", "binary_crossentropy"]
        got = reported(model, loss, names, ONE_X, y)
        wanted = of_yes(p, YES)
        lost = -np.log(np.where(YES > 0, p, 1 - p)).mean()
        if not margins:
            wanted |= {"crossentropy": lost, "binary_crossentropy": lost}
        for name, value in wanted.items():
            assert got[name] == pytest.approx(value, rel=1e-4), (y.shape, name)


def test_tanh_with_signs(backend: str) -> None:
    """Between -1 and 1 the middle is 0, and a threshold of 0.7 is 0.4."""
    model, p = network(ONE_X, "tanh", backend), np.tanh(ONE_X[:, 0])
    for loss in ("mse", own_squares):
        got = reported(model, loss, DECISIONS, ONE_X, SIGNS)
        for name, value in of_yes((p + 1) / 2, YES).items():
            assert got[name] == pytest.approx(value, rel=1e-4), name


def test_several_yes_or_no(backend: str) -> None:
    """Columns of yes or no are judged one by one, also before the first of them is one-hot."""
    p = sigmoid(SEVERAL_X)
    right = ((p > 0.5) == (SEVERAL > 0)).mean()
    lost = -np.log(np.where(SEVERAL > 0, p, 1 - p)).mean()
    for activation, loss, y in (
        ("sigmoid", "binary_crossentropy", SEVERAL),
        ("sigmoid", own_sum, SEVERAL.astype(int)),
        (None, L.BinaryCrossentropy(from_logits=True), SEVERAL),
        (None, "hinge", 2 * SEVERAL - 1),
    ):
        names = ["accuracy"] if loss == "hinge" else ["accuracy", "ce"]
        model = network(SEVERAL_X, activation, backend)
        got = reported(model, loss, names, SEVERAL_X, y)
        assert got["accuracy"] == pytest.approx(right, rel=1e-5)
        assert loss == "hinge" or got["ce"] == pytest.approx(lost, rel=1e-4)
    one = SEVERAL.sum(1) == 1
    again = model.evaluate(SEVERAL_X[one], 2 * SEVERAL[one] - 1)
    assert again["accuracy"] == pytest.approx(((p > 0.5) == (SEVERAL > 0))[one].mean(), rel=1e-5)


def test_weights_masks_outputs_and_streams(backend: str) -> None:
    """Weights, masks, several outputs and streams change nothing about what names mean."""
    model, right = network(CLASS_X, "softmax", backend), CLASS_X.argmax(1) == NUMBERS
    weights = np.linspace(0.5, 2, ROWS)
    model.compile(_still(), own_sum, metrics=["accuracy"], weighted_metrics=["acc"])
    got = model.evaluate(CLASS_X, NUMBERS, sample_weight=weights)
    assert got["accuracy"] == pytest.approx(right.mean())
    assert got["acc"] == pytest.approx(np.average(right, weights=weights), rel=1e-5)
    batches = [(CLASS_X[:8], NUMBERS[:8]), (CLASS_X[8:], NUMBERS[8:])]
    assert model.evaluate(iter(batches))["accuracy"] == pytest.approx(right.mean())
    model.compile(_still(), own_sum, metrics=["accuracy"])
    logs = model.fit(iter(batches), verbose=0, validation_data=lambda: iter(batches)).history
    assert logs["accuracy"][0] == logs["val_accuracy"][0] == pytest.approx(right.mean())
    assert model.train_on_batch(CLASS_X, NUMBERS[:, None])["accuracy"] == pytest.approx(
        right.mean()
    )

    x = TIME_X.copy()
    x[::2, 1:] = 0.0
    masked = Sequential([Masking(), Activation("softmax")], x.shape[1:], backend=backend)
    masked.compile(_still(), own_sum, metrics=["accuracy"])
    kept = (x != 0).any(-1)
    found = masked.evaluate(x, STEPS)["accuracy"]
    assert found == pytest.approx((x.argmax(-1) == STEPS)[kept].mean(), rel=1e-5)

    from rdeep import Input

    a, b = Input((4,)), Input((1,))
    outputs = [Activation("softmax", name="accident")(a), Activation("linear", name="b")(b)]
    two = Model([a, b], outputs, backend=backend)
    two.compile(_still(), [own_sum, "hinge"], metrics={"accident": ["accuracy"], "b": ["acc"]})
    got = two.evaluate([CLASS_X, ONE_X], [NUMBERS, SIGNS])
    assert got["accident_accuracy"] == pytest.approx(right.mean())
    assert got["b_acc"] == pytest.approx(((ONE_X[:, 0] > 0) == (YES > 0)).mean())


def test_probabilities_beside_scores(backend: str) -> None:
    """Metrics of probabilities and thresholds take the scores of a loss for what they are."""
    p, onehot = softmax(CLASS_X), np.eye(4)[NUMBERS]
    loss = L.CategoricalCrossentropy(from_logits=True)
    names = ["kl_divergence", "poisson", "precision", "categorical_crossentropy", "mse"]
    got = reported(network(CLASS_X, None, backend), loss, names, CLASS_X, onehot)
    own = p[np.arange(ROWS), NUMBERS]
    assert got["kl_divergence"] == pytest.approx(-np.log(own).mean(), rel=1e-3)
    assert got["categorical_crossentropy"] == pytest.approx(-np.log(own).mean(), rel=1e-4)
    assert got["poisson"] == pytest.approx((p - onehot * np.log(p)).mean(), rel=1e-4)
    assert got["precision"] == pytest.approx((own > 0.5).sum() / (p > 0.5).sum())
    assert got["mse"] == pytest.approx(((CLASS_X - onehot) ** 2).mean(), rel=1e-4)

    zero = [M.BinaryAccuracy(0, name="zero"), M.Precision(0, name="p")]
    got = reported(
        network(ONE_X, None, backend), L.BinaryCrossentropy(from_logits=True), zero, ONE_X, YES
    )
    said = ONE_X[:, 0] > 0
    assert got["zero"] == pytest.approx((said == (YES > 0)).mean())
    assert got["p"] == pytest.approx(YES[said].mean())


def test_likelihoods(backend: str) -> None:
    """Likelihoods of classes have an accuracy and a cross-entropy."""
    names = ["accuracy", "ce"]
    one = network(ONE_X, None, backend)
    p, got = sigmoid(ONE_X[:, 0]), reported(one, L.BinomialLikelihood(), names, ONE_X, YES)
    assert got["accuracy"] == pytest.approx(((p > 0.5) == (YES > 0)).mean())
    assert got["ce"] == pytest.approx(-np.log(np.where(YES > 0, p, 1 - p)).mean(), rel=1e-4)
    several = network(CLASS_X, None, backend)
    got = reported(several, L.MultinomialLikelihood(), names, CLASS_X, NUMBERS)
    assert got["accuracy"] == pytest.approx((CLASS_X.argmax(1) == NUMBERS).mean())


SERIES = np.linspace(-2.0, 3.0, ROWS)
REFUSED: list[tuple[np.ndarray, Any, Any, np.ndarray, type[RdeepError], str]] = [
    (ONE_X, "mse", "accuracy", SERIES, ArgumentError, "(?s)'accuracy' has no meaning.*'mae'"),
    (ONE_X, own_sum, "acc", YES + 1, ArgumentError, "has targets that are numbers"),
    (ONE_X, "hinge", "ce", SIGNS, ArgumentError, "makes no probabilities"),
    (ONE_X, own_squares, "crossentropy", SIGNS, ArgumentError, "-1 and 1"),
    (CLASS_X, own_sum, "accuracy", NUMBERS - 0.5, ArgumentError, "no class numbers"),
    (CLASS_X, own_sum, "acc", NUMBERS[:, None] + 1, ArgumentError, "which count from 0"),
    (CLASS_X, own_sum, "acc", np.eye(5)[NUMBERS], ArgumentError, "of another shape"),
    (CLASS_X, own_sum, "mse", NUMBERS, ArgumentError, "whose targets are class numbers"),
    (CLASS_X, own_sum, "precision", NUMBERS[:, None], ArgumentError, "class numbers"),
    (
        CLASS_X,
        own_sum,
        "sparse_categorical_crossentropy",
        np.eye(4)[NUMBERS],
        ArgumentError,
        "values shaped as the predictions",
    ),
]


@pytest.mark.parametrize("at", range(len(REFUSED)))
def test_refusals(at: int) -> None:
    """What cannot be decided is refused, and says what to write."""
    x, loss, metric, y, error, message = REFUSED[at]
    model = network(x, "softmax" if x is CLASS_X else None, "torch")
    with pytest.raises(error, match=message):
        model.compile(_still(), loss, metrics=[metric])
        model.fit(x, y, verbose=0)


def test_codings_that_change() -> None:
    """Batches that are coded in another way than the first are refused; other data is not."""
    model = network(CLASS_X, "sigmoid", "torch")
    model.compile(_still(), own_sum, metrics=["accuracy"])
    batches = [(CLASS_X, np.eye(4)[NUMBERS]), (SEVERAL_X, SEVERAL)]
    with pytest.raises(DataError, match=r"(?s)rows of 0 and 1; those before were one-hot"):
        model.fit(iter(batches), verbose=0)
    with pytest.raises(DataError, match=r"validation|class numbers"):
        model.fit(*batches[0], verbose=0, validation_data=(CLASS_X, NUMBERS))
    right = (CLASS_X.argmax(1) == NUMBERS).mean()
    for coded in CODED.values():
        assert model.evaluate(CLASS_X, coded(NUMBERS))["accuracy"] == pytest.approx(right)
    again = Model.from_data(model.description(), {}, {}, "torch", None)
    assert again.evaluate(CLASS_X, NUMBERS)["accuracy"] == pytest.approx(right)
