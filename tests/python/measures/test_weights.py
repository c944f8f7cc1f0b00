"""Weights, reductions and ranks: every loss and metric against NumPy by hand, however it is used.

What a record has for each sample is taken from the record itself on NumPy (its formula is compared
with Keras's elsewhere); how it is weighed and reduced is written out here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, ops
from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue import losses, metrics
from rdeep.catalogue.layers import Activation, Dense, Masking
from rdeep.catalogue.losses.likelihoods import Likelihood
from rdeep.catalogue.metrics.base import MeanMetric
from rdeep.catalogue.options import REDUCTIONS
from rdeep.catalogue.registry import records
from rdeep.engines import registry
from rdeep.errors import ArgumentError, RdeepError, ShapeError

ROWS = 6
CLASSES = 3
# Of other shapes, or compared with what they are not alone: tested elsewhere.
OTHERS = {"CTC", "Circle", "Dice", "Tversky"}
LOSSES = sorted(
    name
    for name, cls in records("loss").items()
    if not issubclass(cls, Likelihood) and name not in OTHERS
)
OPTIONS: dict[str, dict[str, Any]] = {
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2], "sparse_y_pred": False},
    "MeanIoU": {"num_classes": 3, "sparse_y_pred": False},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [1]},
    "OneHotMeanIoU": {"num_classes": 3},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "MeanMetricWrapper": {"fn": lambda y, p: ops.mean(ops.abs(y - p), axis=-1)},
    "TopKCategoricalAccuracy": {"k": 2},
    "SparseTopKCategoricalAccuracy": {"k": 2},
}
METRICS = sorted(set(records("metric")) - {"PooledLoss"})
# What stands before the last axis: samples, samples in time, pictures.
PLACES = {"rank 2": (ROWS,), "rank 3": (ROWS, 4), "rank 4": (ROWS, 2, 3)}


def data_for(record: Any, places: tuple[int, ...], rng: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and predictions that a record takes."""
    predicted = rng.uniform(0.05, 0.95, (*places, CLASSES))
    predicted /= predicted.sum(-1, keepdims=True)
    wanted = record.wants() if record.kind == "metric" else record.targets
    numbers = rng.integers(0, CLASSES, places)
    if wanted == "indices":
        return numbers, predicted.astype("float32")
    return np.eye(CLASSES, dtype="float32")[numbers], predicted.astype("float32")


def weights_for(places: tuple[int, ...], rng: Any) -> dict[str, np.ndarray]:
    """Return weights of all shapes that go with samples, places, and numbers."""
    whole = rng.uniform(0.2, 2.0, (*places, CLASSES)).astype("float32")
    found = {
        "(n)": whole[(slice(None), *[0] * len(places))],
        "(n, 1)": whole[(slice(None), *[0] * len(places))][:, None],
        "places": whole[..., 0],
        "places, 1": whole[..., :1],
        "(n, k)": whole,
    }
    return found


def spread(weights: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return weights for values of a shape, matched from the first axis on, if they go with it."""
    while weights.ndim > len(shape) and weights.shape[-1] == 1:
        weights = weights[..., 0]
    if weights.ndim > len(shape):
        return None
    return np.broadcast_to(
        weights.reshape(*weights.shape, *[1] * (len(shape) - weights.ndim)), shape
    )


def values_of(
    record: Any, y: np.ndarray, p: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return what is weighed, and the weights; `None` for these where they cannot weigh it."""
    y = y.astype("float64") if y.dtype.kind == "f" else y
    values = np.asarray(record.values(y, p.astype("float64"), numpy_ops))
    if weights is None:
        return values, None
    found = spread(weights.astype("float64"), values.shape)
    if found is None and record.by_element and weights.shape == p.shape:
        # Number by number: the mean of a sample's numbers is its value.
        each = [
            np.asarray(record.values(y[..., i : i + 1], p[..., i : i + 1].astype(float), numpy_ops))
            for i in range(p.shape[-1])
        ]
        values = np.stack(each, -1)
        np.testing.assert_allclose(values.mean(-1), record.values(y, p, numpy_ops), rtol=1e-5)
        found = weights.astype("float64")
    return values, found


def reduced(values: np.ndarray, weights: np.ndarray | None, reduction: str) -> Any:
    """Return values by a reduction."""
    weighted = values if weights is None else values * weights
    if reduction == "none":
        return weighted
    if reduction == "sum":
        return weighted.sum()
    if reduction == "mean_with_sample_weight" and weights is not None:
        return weighted.sum() / weights.sum()
    return weighted.mean()


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_that_is_called_is_weighed_and_reduced(name, rng):
    kind = getattr(losses, name)
    for places in PLACES.values():
        y, p = data_for(kind(), places, rng)
        for label, w in {"none": None, **weights_for(places, rng)}.items():
            for reduction in REDUCTIONS if label in ("none", "(n)") else ("mean",):
                loss = kind(reduction=reduction)
                values, used = values_of(loss, y, p, w)
                calls = [(y, p, w)]
                for engine in ("torch", "tensorflow") if places == (ROWS, 4) else ():
                    tensor = registry.load(engine).ops.operand
                    calls.append((tensor(y), tensor(p), None if w is None else tensor(w)))
                for given in calls:
                    if w is not None and used is None:
                        with pytest.raises(ShapeError, match="'sample_weight' of shape"):
                            loss(*given)
                        continue
                    np.testing.assert_allclose(
                        np.asarray(loss(*given)),
                        reduced(values, used, reduction),
                        rtol=2e-4,
                        atol=1e-5,
                        err_msg=f"{name} {places} {label} {reduction}",
                    )


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
@pytest.mark.few_on_tensorflow("rank 2")
def test_losses_are_weighed_in_evaluation_as_alone(places, backend, rng):
    # An output for each loss, each with weights of another shape in turn.
    used = {name: getattr(losses, name)() for name in LOSSES}
    data = {name: data_for(loss, places, rng)[0] for name, loss in used.items()}
    p = data_for(losses.MeanSquaredError(), places, rng)[1]
    inputs = Input((*places[1:], CLASSES))
    outputs = [Activation("linear", name=name)(inputs) for name in LOSSES]
    model = Model(inputs, outputs, backend=backend)
    model.compile("sgd", used)
    shapes = list(weights_for(places, rng).values())
    for turn in range(4):
        weights, expected = {}, {}
        for i, (name, loss) in enumerate(used.items()):
            w = shapes[(i + turn) % len(shapes)] if turn else None
            values, matched = values_of(loss, data[name], p, w)
            if w is not None and matched is None:
                w = shapes[turn % 2]
                values, matched = values_of(loss, data[name], p, w)
            weights[name], expected[name] = w, reduced(values, matched, "mean")
        given = weights if turn else None
        got = model.evaluate(p, data, sample_weight=given, batch_size=4)
        for name, value in expected.items():
            np.testing.assert_allclose(
                got[f"{name}_loss"], value, rtol=2e-4, atol=1e-5, err_msg=f"{name} {turn}"
            )


def test_weights_that_do_not_go_with_a_loss_are_refused_in_training(backend, rng):
    y, p = np.eye(3)[[0, 1, 2, 0]], np.full((4, 3), 1 / 3)
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    model.compile("sgd", "categorical_crossentropy")
    for w in (np.ones((4, 3)), np.ones((4, 2)), np.ones((4, 3, 2))):
        for use in (model.evaluate, model.fit, model.train_on_batch):
            with pytest.raises(ShapeError, match="'sample_weight' of shape"):
                use(p, y, sample_weight=w)


def averaged(record: Any, y: np.ndarray, p: np.ndarray, w: np.ndarray | None) -> float | None:
    """Return the weighted mean of a metric's values; `None` where weights do not go with them."""
    values, used = values_of(record, y, p, w)
    if w is not None and used is None:
        return None
    mean = values.mean() if used is None else (values * used).sum() / used.sum()
    return float(np.sqrt(mean) if type(record).__name__ == "RootMeanSquaredError" else mean)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_weighed_by_itself(name, rng):
    record = getattr(metrics, name)(**OPTIONS.get(name, {}))
    for places in PLACES.values():
        y, p = data_for(record, places, rng)
        given = (p,) if not record.compares else (y, p)
        for label, w in {"none": None, **weights_for(places, rng)}.items():
            record.reset_state()
            message = f"{name} {places} {label}"
            mean = isinstance(record, MeanMetric) and name not in ("Sum", "MeanMetricWrapper")
            expected = averaged(record, y, p, w) if mean else None
            if mean and expected is None:
                with pytest.raises(ShapeError, match="'sample_weight' of shape"):
                    record.update_state(*given, w)
                continue
            try:
                for rows in (slice(0, 4), slice(4, None)):
                    parts = [part[rows] for part in given]
                    record.update_state(*parts, None if w is None else w[rows])
            except ShapeError as error:
                # Classes are predicted place by place: numbers of a place have no weights.
                assert error.argument == "sample_weight", message
                assert label == "(n, k)" and not mean, message
                continue
            got = record.result()
            if name == "Sum":
                expected = float(p.sum() if w is None else (p * spread(w, p.shape)).sum())
            if expected is None:
                # As if each place had come as often as its weight says, in one long row.
                expected = repeated(name, y, p, w)
            np.testing.assert_allclose(got, expected, rtol=2e-4, atol=1e-5, err_msg=message)


def repeated(name: str, y: np.ndarray, p: np.ndarray, w: np.ndarray | None) -> Any:
    """Return a metric of places as samples, each with its weights."""
    record = getattr(metrics, name)(**OPTIONS.get(name, {}))
    rows = p.reshape(-1, p.shape[-1])
    truth = y.reshape(-1) if y.ndim < p.ndim else y.reshape(rows.shape)
    if w is None:
        record.update_state(truth, rows)
    else:
        whole = spread(w, p.shape if w.shape == p.shape else p.shape[:-1])
        record.update_state(truth, rows, whole.reshape(rows.shape if w.shape == p.shape else -1))
    return record.result()


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
@pytest.mark.few_on_tensorflow("rank 2")
def test_metrics_are_weighed_in_evaluation_as_alone(places, backend, rng):
    made = {n: getattr(metrics, n)(**OPTIONS.get(n, {}), name=n) for n in METRICS}
    y, p = data_for(metrics.MeanSquaredError(), places, rng)
    numbers = y.argmax(-1)
    # Those that read class numbers go with a loss that does.
    by_loss = {
        "mse": ({n for n, m in made.items() if m.wants() in ("values", "any", "onehot")}, y),
        "sparse_categorical_crossentropy": (
            {n for n, m in made.items() if m.wants() in ("indices", "any")},
            numbers,
        ),
    }
    for loss, (names, targets) in by_loss.items():
        names = names - {"MeanMetricWrapper"}
        used = [made[n] for n in sorted(names)]
        inputs = Input((*places[1:], CLASSES))
        model = Model(inputs, Activation("linear")(inputs), backend=backend)
        model.compile("sgd", loss, metrics=used, weighted_metrics=used)
        w = weights_for(places, rng)["places"]
        got = model.evaluate(p, targets, batch_size=4, sample_weight=w)
        for metric in used:
            for label, weights in ((metric.name, None), (f"weighted_{metric.name}", w)):
                metric.reset_state()
                given = (targets, p) if metric.compares else (p,)
                metric.update_state(*given, weights)
                np.testing.assert_allclose(
                    got[label], metric.result(), rtol=2e-4, atol=1e-5, err_msg=label
                )


def test_wrong_weights_are_refused_by_name():
    for record in (metrics.MeanSquaredError(), metrics.AUC(), metrics.F1Score(), metrics.R2Score()):
        for w in (np.ones(3), np.ones((4, 3)), np.ones((4, 2, 2)), [np.nan] * 4, "heavy"):
            with pytest.raises(RdeepError) as error:
                record.update_state(np.eye(2)[[0, 1, 0, 1]], np.full((4, 2), 0.5), w)
            assert error.value.argument == "sample_weight"
    with pytest.raises(ShapeError, match="'axis' along the samples"):
        losses.CosineSimilarity(axis=0)(np.eye(2), np.eye(2), [1.0, 2.0])
    with pytest.raises(ArgumentError, match="does not go with"):
        losses.MeanSquaredError()(np.zeros((4, 2)), np.zeros((4, 3)))


def test_the_shapes_of_truth_and_predictions_are_matched(backend):
    tensor = registry.load(backend).ops.operand
    y, p = np.arange(4.0, dtype="float32"), np.array([1.0, 1, 1, 5], "float32")
    expected = ((y - p) ** 2).mean()
    loss = losses.MeanSquaredError()
    for truth in (y, y[:, None]):
        for said in (p, p[:, None]):
            assert loss(truth, said) == pytest.approx(expected)
            assert float(loss(tensor(truth), tensor(said))) == pytest.approx(expected)
    with pytest.raises(ShapeError, match="'y_true' of shape"):
        loss(tensor(y), tensor(np.zeros((4, 4), "float32")))
    # A number weighs all samples.
    assert loss(y, p, 2.0) == pytest.approx(2 * expected)
    assert float(loss(tensor(y), tensor(p), 2.0)) == pytest.approx(2 * expected)


def test_a_vector_is_one_sample_where_its_numbers_belong_together():
    y, p = [0, 1, 0, 1, 1, 0], [0.9, 0.8, 0.1, 0.2, 0.3, 0.7]
    for one in (lambda x: x, lambda x: [x]):
        assert metrics.Precision(top_k=3)(one(y), one(p)) == pytest.approx(1 / 3)
        assert metrics.Recall(top_k=3)(one(y), one(p)) == pytest.approx(1 / 3)
        assert metrics.Precision(top_k=2, thresholds=[0.1, 0.85])(one(y), one(p)) == [0.5, 0.0]
        assert metrics.Recall(class_id=1)(one(y), one(p)) == 1.0
        assert metrics.Precision(thresholds=[0.15, 0.75])(one(y), one(p)) == [3 / 5, 0.5]
    assert metrics.Precision(top_k=3)(y, p, [3, 1, 1, 1, 1, 1]) == pytest.approx(1 / 5)
    onehot, shares = [0.0, 1.0, 0.0], [0.2, 0.7, 0.1]
    assert losses.CategoricalCrossentropy()(onehot, shares) == pytest.approx(-np.log(0.7))
    assert metrics.CategoricalAccuracy()(onehot, [0.5, 0.3, 0.2]) == 0.0
    assert metrics.CosineSimilarity()(onehot, shares) == pytest.approx(0.7 / np.sqrt(0.54))


def test_a_class_to_ignore_need_not_be_a_class(backend, rng):
    p = rng.uniform(0.1, 0.9, (6, 4, 3))
    p /= p.sum(-1, keepdims=True)
    k = rng.integers(0, 3, (6, 4))
    each = -np.log(np.take_along_axis(p, k[..., None], -1)[..., 0])
    out = rng.uniform(size=k.shape) < 0.4
    for ignored in (-1, 255):
        y = np.where(out, ignored, k)
        loss = losses.SparseCategoricalCrossentropy(ignore_class=ignored)
        seen = [
            metrics.SparseCategoricalCrossentropy(ignore_class=ignored, name="ce"),
            metrics.MeanIoU(3, ignore_class=ignored, sparse_y_pred=False, name="iou"),
        ]
        assert loss(y, p) == pytest.approx(each[~out].mean(), rel=1e-5)
        model = Sequential([Activation("linear")], input_shape=(4, 3), backend=backend)
        model.compile("sgd", loss, metrics=seen)
        got = model.evaluate(p, y)
        assert got["loss"] == pytest.approx(each[~out].mean(), rel=1e-5)
        assert got["ce"] == pytest.approx(seen[0](y, p), rel=1e-5)
        without = metrics.MeanIoU(3, sparse_y_pred=False)
        assert got["iou"] == pytest.approx(without(k[~out], p[~out]), rel=1e-5)
    with pytest.raises(ArgumentError, match="'ignore_class' must be a whole number"):
        losses.SparseCategoricalCrossentropy(ignore_class=0.5)


def test_metrics_beside_a_loss_that_ignores_a_class(backend, rng):
    p = rng.uniform(0.1, 0.9, (8, 3))
    p /= p.sum(-1, keepdims=True)
    k = rng.integers(0, 3, 8)
    y = np.where(np.arange(8) < 3, -1, k)
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    top = metrics.SparseTopKCategoricalAccuracy(2, name="top")
    model.compile("sgd", losses.SparseCategoricalCrossentropy(ignore_class=-1), metrics=["ce", top])
    got = model.evaluate(p, y)
    assert got["ce"] == pytest.approx(got["loss"], rel=1e-5)
    among = (p > np.take_along_axis(p, k[:, None], 1)).sum(1) < 2
    assert got["top"] == pytest.approx((among & (y >= 0)).mean())


def test_masked_steps_do_not_count_for_metrics_that_collect(backend, rng):
    x = rng.normal(size=(8, 4, 3)).astype("float32")
    x[:5, 2:] = 0.0
    y, w = rng.integers(0, 2, (8, 4, 1)), rng.uniform(0.5, 2.0, 8)
    layers = [Masking(), Dense(1, "sigmoid")]
    model = Sequential(layers, input_shape=(4, 3), backend=backend)
    auc = metrics.AUC(name="auc")
    model.compile("sgd", "binary_crossentropy", metrics=[auc], weighted_metrics=[auc])
    got, p, kept = (
        model.evaluate(x, y, sample_weight=w, batch_size=3),
        model.predict(x),
        x[..., 0] != 0,
    )
    assert got["auc"] == pytest.approx(metrics.AUC()(y[kept], p[kept]), rel=1e-5)
    each = np.repeat(w[:, None], 4, 1)[kept]
    assert got["weighted_auc"] == pytest.approx(metrics.AUC()(y[kept], p[kept], each), rel=1e-5)
    history = model.fit(x, y, epochs=1, verbose=0, batch_size=8).history
    assert history["auc"][0] == pytest.approx(got["auc"], rel=1e-4)


@pytest.mark.parametrize("size", [32, 100, 7])
def test_a_function_has_a_value_for_each_batch(size, backend):
    x = np.arange(100.0)[:, None]
    parts = [x[i : i + size] for i in range(0, 100, size)]

    def total(y_true, y_pred):
        return ops.sum(y_true)

    def centred(y_true, y_pred):
        return ops.square(y_pred - ops.mean(y_true))

    model = Sequential([Activation("linear")], input_shape=1, backend=backend)
    model.compile("sgd", total, metrics=[total, centred])
    got = model.evaluate(x, x, batch_size=size)
    # As in Keras: one number for a batch counts once, a loss as often as there are rows.
    assert got["total"] == pytest.approx(np.mean([part.sum() for part in parts]))
    assert got["loss"] == pytest.approx(sum(part.sum() * len(part) for part in parts) / 100)
    assert got["centred"] == pytest.approx(
        np.concatenate([(part - part.mean()) ** 2 for part in parts]).mean(), rel=1e-5
    )


CODED = {
    "numbers": ("sparse_categorical_crossentropy", lambda k: k),
    "numbers in a column": ("sparse_categorical_crossentropy", lambda k: k[..., None]),
    "one-hot": ("categorical_crossentropy", lambda k: np.eye(3)[k]),
    "either": ("crossentropy", lambda k: np.eye(3)[k]),
}


@pytest.mark.parametrize(
    ("coded", "places"),
    [
        *[("numbers", places) for places in PLACES.values()],
        *[(coded, PLACES["rank 3"]) for coded in CODED if coded != "numbers"],
    ],
)
def test_classes_are_weighed_place_by_place(coded, places, backend, rng):
    loss, code = CODED[coded]
    scores = rng.normal(size=(*places, 3)).astype("float32")
    k = rng.integers(0, 3, places)
    p = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    each = -np.log(np.take_along_axis(p, k[..., None], -1)[..., 0])
    # A class that is not named counts once.
    by_class = np.array([0.5, 1.0, 4.0])[k]
    model = Sequential([Activation("softmax")], input_shape=scores.shape[1:], backend=backend)
    model.compile("sgd", loss)
    y, table = code(k), {0: 0.5, 2: 4.0}
    options = {"class_weight": table, "epochs": 1, "batch_size": 4, "verbose": 0}
    rows = rng.uniform(0.5, 2.0, ROWS)
    whole = rng.uniform(0.5, 2.0, places)
    for given in (rows, whole):
        weights = by_class * spread(given, places)
        got = model.fit(scores, y, sample_weight=given, **options).history["loss"][0]
        assert got == pytest.approx((each * weights).mean(), rel=1e-4)
    got = model.train_on_batch(scores, y, class_weight=table)["loss"]
    assert got == pytest.approx((each * by_class).mean(), rel=1e-4)
    # What is held out, or given for validation, is scored as it is.
    options = {**options, "validation_split": 0.5}
    history = model.fit(scores, y, **options).history
    assert history["loss"][0] == pytest.approx((each * by_class)[:3].mean(), rel=1e-4)
    assert history["val_loss"][0] == pytest.approx(each[3:].mean(), rel=1e-4)
    cut = ((scores[i : i + 2], y[i : i + 2]) for i in range(0, ROWS, 2))
    got = model.fit(cut, class_weight=table, verbose=0).history["loss"][0]
    assert got == pytest.approx((each * by_class).mean(), rel=1e-4)


@pytest.mark.parametrize(
    ("loss", "y", "match"),
    [
        ("binary_crossentropy", np.ones((4, 3)), "not one-hot"),
        ("mse", np.arange(12.0).reshape(4, 3), "not one-hot"),
        ("mse", np.linspace(0, 8, 4), "goes with classes"),
    ],
)
def test_what_has_no_classes_has_no_class_weights(loss, y, match):
    model = Sequential([Activation("sigmoid")], input_shape=np.shape(y)[1:] or (1,))
    model.compile("sgd", loss)
    with pytest.raises(ArgumentError, match=match):
        model.fit(np.zeros((4, *(np.shape(y)[1:] or (1,)))), y, class_weight={0: 1.0, 1: 2.0})
    for table in ({"cat": 1.0}, {0: "much"}, {0.5: 1.0}, [1.0, 2.0]):
        with pytest.raises(ArgumentError, match="'class_weight' must"):
            model.fit(np.zeros((4, *(np.shape(y)[1:] or (1,)))), y, class_weight=table)
