"""Every metric against Keras's: by itself in batches, and in evaluation on both engines."""

from __future__ import annotations

import warnings

import keras
import numpy as np
import pytest

from rdeep import Sequential
from rdeep.bridge import calls as bridge
from rdeep.catalogue import metrics
from rdeep.catalogue.layers import Activation, Dense
from rdeep.catalogue.metrics.base import MeanMetric
from rdeep.catalogue.registry import find, records
from rdeep.errors import ArgumentError, StateError

LINES = [0.2, 0.4, 0.5]
METRICS = [
    ("MeanSquaredError", {}, "values"),
    ("MeanAbsoluteError", {}, "values"),
    ("MeanAbsolutePercentageError", {}, "values"),
    ("MeanSquaredLogarithmicError", {}, "yesno"),
    ("RootMeanSquaredError", {}, "values"),
    ("CosineSimilarity", {}, "values"),
    ("LogCoshError", {}, "values"),
    ("Poisson", {}, "yesno"),
    ("KLDivergence", {}, "onehot"),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, "yesno"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "onehot"),
    ("CategoricalCrossentropy", {"from_logits": True}, "onehot"),
    ("SparseCategoricalCrossentropy", {}, "indices"),
    ("Hinge", {}, "yesno"),
    ("SquaredHinge", {}, "yesno"),
    ("CategoricalHinge", {}, "onehot"),
    ("PearsonCorrelation", {}, "values"),
    ("ConcordanceCorrelation", {}, "values"),
    ("R2Score", {}, "values"),
    ("R2Score", {"class_aggregation": None}, "values"),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, "values"),
    ("R2Score", {"num_regressors": 2}, "values"),
    ("Accuracy", {}, "rounded"),
    ("BinaryAccuracy", {}, "yesno"),
    ("BinaryAccuracy", {"threshold": 0.3}, "yesno"),
    ("CategoricalAccuracy", {}, "onehot"),
    ("SparseCategoricalAccuracy", {}, "indices"),
    ("TopKCategoricalAccuracy", {"k": 2}, "onehot"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "indices"),
    *[
        (name, options, "yesno")
        for name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")
        for options in ({}, {"thresholds": LINES})
    ],
    *[
        (name, options, "yesno")
        for name in ("Precision", "Recall")
        for options in (
            {},
            {"thresholds": LINES},
            {"class_id": 1},
            {"top_k": 2},
            {"top_k": 2, "class_id": 0, "thresholds": [0.1, 0.4]},
        )
    ],
    *[
        (name, {what: 0.5, "num_thresholds": number}, "yesno")
        for name, what in (
            ("SensitivityAtSpecificity", "specificity"),
            ("SpecificityAtSensitivity", "sensitivity"),
            ("PrecisionAtRecall", "recall"),
            ("RecallAtPrecision", "precision"),
        )
        for number in (1, 40)
    ],
    ("RecallAtPrecision", {"precision": 0.4, "num_thresholds": 20, "class_id": 2}, "yesno"),
    *[
        ("AUC", {"num_thresholds": 30, "curve": curve, "summation_method": method}, "yesno")
        for curve in ("ROC", "PR", "PRGAIN")
        for method in ("interpolation", "minoring", "majoring")
    ],
    ("AUC", {"thresholds": [0.3, 0.1, 0.7]}, "yesno"),
    ("AUC", {"num_thresholds": 20, "from_logits": True}, "yesno"),
    ("AUC", {"num_thresholds": 20, "multi_label": True, "num_labels": 3}, "yesno"),
    ("AUC", {"thresholds": LINES, "multi_label": True, "label_weights": [1, 2, 3]}, "yesno"),
    ("AUC", {"num_thresholds": 20, "label_weights": [1, 2, 3]}, "yesno"),
    *[("F1Score", {"average": a}, "onehot") for a in (None, "micro", "macro", "weighted")],
    ("FBetaScore", {"beta": 2.0, "threshold": 0.3}, "yesno"),
    ("FBetaScore", {"beta": 0.5, "average": "macro"}, "onehot"),
    ("BinaryIoU", {}, "yesno"),
    ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, "yesno"),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2], "sparse_y_pred": False}, "indices"),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 1]}, "classes"),
    ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False, "ignore_class": 1}, "indices"),
    ("MeanIoU", {"num_classes": 4}, "classes"),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [1]}, "onehot"),
    ("OneHotMeanIoU", {"num_classes": 3}, "onehot"),
]
# Of these Keras has the function alone, which a wrapper makes a metric of.
FUNCTIONS = [
    ("Huber", {"delta": 0.4}, "values"),
    ("LogCosh", {}, "values"),
    ("BinaryFocalCrossentropy", {"gamma": 1.0}, "yesno"),
    ("CategoricalFocalCrossentropy", {}, "onehot"),
]
# Tested below, or (the last three) not in Keras.
ELSEWHERE = {"Mean", "Sum", "MeanMetricWrapper", "Crossentropy", "PooledLoss"}


def test_every_metric_is_tested():
    tested = {name for name, _, _ in METRICS + FUNCTIONS} | ELSEWHERE
    missing = set(records("metric")) - tested
    assert not missing, (
        f"Compare {sorted(missing)} with Keras: add a line to METRICS for each. Where Keras has "
        "none, compare with its formula on NumPy in a test of its own, and name it in ELSEWHERE."
    )
    assert tested == set(records("metric"))


@pytest.fixture
def data(rng):
    p = rng.uniform(0.05, 0.95, size=(12, 3)).astype("float32")
    p /= p.sum(1, keepdims=True)
    k, yes = rng.integers(0, 3, 12), rng.integers(0, 2, (12, 3)).astype("float32")
    classes = rng.integers(0, 3, (12, 3)).astype("float32")
    return {
        "values": (rng.normal(size=(12, 3)).astype("float32"), p),
        "yesno": (yes, p),
        "rounded": (yes, np.round(p)),
        "onehot": (np.eye(3, dtype="float32")[k], p),
        "indices": (k, p),
        "classes": (classes, np.roll(classes, 1, axis=0) * (rng.uniform(size=(12, 3)) < 0.5)),
    }


def peer(name, options):
    """Return Keras's metric."""
    if hasattr(keras.metrics, name):
        # Keras rounds weights of areas down to whole numbers by default.
        extra = {"dtype": "float32"} if "IoU" in name else {}
        return getattr(keras.metrics, name)(**options, **extra)
    function = getattr(keras.losses, find("loss", name).key)
    return keras.metrics.MeanMetricWrapper(function, **options)


@pytest.mark.parametrize(("name", "options", "kind"), METRICS + FUNCTIONS, ids=str)
def test_metric_agrees_with_keras(name, options, kind, data, rng):
    ours, theirs, (y, p) = getattr(metrics, name)(**options), peer(name, options), data[kind]
    weights = rng.uniform(0.1, 2, 12).astype("float32")
    counted = issubclass(type(ours), MeanMetric) or "FBeta" in name or "class_id" in options
    # Keras wants a weight for each answer where it counts them.
    spread = weights if counted or kind == "indices" else np.repeat(weights[:, None], 3, 1)
    spread = weights if kind in ("values", "onehot") else spread
    if options.get("multi_label") and "thresholds" in options:
        spread = None  # Keras cannot weigh these.
    for w in (None, spread):
        for record in (ours, theirs):
            record.reset_state()
        for rows in (slice(0, 5), slice(5, 12)):
            w_ours = None if w is None else weights[rows]
            ours.update_state(y[rows], p[rows], w_ours)
            w_rows = None if w is None else w[rows]
            w_rows = w_rows.reshape(-1) if w is not None and "IoU" in name else w_rows
            theirs.update_state(y[rows], p[rows], sample_weight=w_rows)
        np.testing.assert_allclose(ours.result(), np.asarray(theirs.result()), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["values", "yesno", "rounded", "onehot", "indices", "classes"])
@pytest.mark.few_on_tensorflow("indices", "onehot", "values")
def test_metrics_are_the_same_in_evaluation(kind, data, rng, backend):
    y, p = data[kind]
    w = rng.uniform(0.1, 2, 12).astype("float32")
    used = [
        getattr(metrics, name)(**options, name=f"m{i}")
        for i, (name, options, of) in enumerate(METRICS + FUNCTIONS)
        if of == kind
    ]
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    loss = "sparse_categorical_crossentropy" if kind == "indices" else "mse"
    model.compile("sgd", loss, metrics=used, weighted_metrics=used)
    got = model.evaluate(p, y, batch_size=5, sample_weight=w)
    for metric in used:
        for label, weights in ((metric.name, None), (f"weighted_{metric.name}", w)):
            metric.reset_state()
            metric.update_state(y, p, weights)
            np.testing.assert_allclose(
                got[label], metric.result(), rtol=2e-5, atol=1e-6, err_msg=repr(metric)
            )


@pytest.mark.parametrize("jit", [None, True])
def test_vectors_of_sums_are_kept_while_training(jit, rng):
    x, k = rng.normal(size=(40, 3)).astype("float32"), rng.integers(0, 3, 40)
    model = Sequential([Dense(3, "softmax")], input_shape=3, backend="tensorflow")
    iou = metrics.MeanIoU(3, sparse_y_pred=False)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=[iou], jit_compile=jit)
    model.learning_rate = 1e-9
    history = model.fit(x, k, batch_size=8, epochs=1, verbose=0).history
    assert history["mean_iou"][0] == pytest.approx(bridge.metric_value(iou, k, model.predict(x)))


@pytest.mark.parametrize("weighted", [False, True])
def test_sums_and_means_of_numbers(weighted, rng):
    for ours, theirs in (
        (metrics.Mean(), keras.metrics.Mean()),
        (metrics.Sum(), keras.metrics.Sum()),
    ):
        for shape in ((), (3,), (4, 2)):
            values = rng.normal(size=shape)
            w = rng.uniform(size=shape[:1]) if weighted and shape else None
            ours.update_state(values, w)
            theirs.update_state(values, w)
        assert ours.result() == pytest.approx(float(theirs.result()), rel=1e-5)
        ours.reset_state()
        assert ours.result() == 0.0


def test_mean_and_sum_of_the_output(backend, rng):
    x, w = rng.normal(size=(10, 2)).astype("float32"), rng.uniform(size=10)
    model = Sequential([Activation("linear")], input_shape=2, backend=backend)
    both = [metrics.Mean(), metrics.Sum()]
    model.compile("sgd", "mse", metrics=["mean", "sum"], weighted_metrics=both)
    got = model.evaluate(x, x, batch_size=4, sample_weight=w)
    assert got["mean"] == pytest.approx(x.mean(), rel=1e-5)
    assert got["sum"] == pytest.approx(x.sum(), rel=1e-5)
    assert got["weighted_mean"] == pytest.approx(np.average(x.mean(1), weights=w), rel=1e-5)
    assert got["weighted_sum"] == pytest.approx((x.sum(1) * w).sum(), rel=1e-5)


def test_a_function_becomes_a_metric(backend, rng, tmp_path):
    from rdeep.engines import registry

    x, y = rng.normal(size=(2, 10, 3)).astype("float32")
    ops = registry.load(backend).ops
    metric = metrics.MeanMetricWrapper(lambda t, p: ops.max(ops.abs(t - p), axis=-1), name="worst")
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    model.compile("sgd", "mse", metrics=[metric])
    assert model.evaluate(x, y, batch_size=4)["worst"] == pytest.approx(
        np.abs(x - y).max(1).mean(), rel=1e-5
    )
    with pytest.raises(StateError, match="cannot be saved"):
        model.save(tmp_path / "model.rdeep")


def test_training_leaves_a_metrics_own_state_alone(rng):
    metric = metrics.MeanSquaredError()
    metric.update_state([[1.0]], [[3.0]])
    model = Sequential([Dense(1)], input_shape=2)
    model.compile("sgd", "mse", metrics=[metric])
    model.fit(np.zeros((4, 2)), np.zeros(4), verbose=0)
    assert metric.result() == 4.0


def test_ids_in_order_are_taken_for_the_likeliest():
    y, p = np.array([3, 1, 2]), np.array([[1, 3, 2], [2, 0, 3], [0, 1, 2]])
    ours = metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)
    theirs = keras.metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)
    theirs.update_state(y, p.astype("float32"))
    assert bridge.metric_value(ours, y, p) == pytest.approx(float(theirs.result()))


def test_what_cannot_be_adjusted_is_said():
    metric = metrics.R2Score(num_regressors=5)
    metric.update_state([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    with pytest.warns(UserWarning, match="cannot be adjusted for 5"):
        assert metric.result() == pytest.approx(0.5)


def test_scores_of_large_numbers_keep_their_digits(backend):
    y = (1e4 + np.arange(20.0)).astype("float32")
    p = y + np.tile([0.5, -0.5], 10).astype("float32")
    model = Sequential([Activation("linear")], input_shape=1, backend=backend)
    model.compile("sgd", "mse", metrics=["r2_score"])
    expected = 1 - 20 * 0.25 / np.sum((y - y.mean()) ** 2)
    assert model.evaluate(p, y)["r2_score"] == pytest.approx(expected, rel=1e-5)


def test_metrics_agree_with_scikit_learn(rng):
    sk = pytest.importorskip("sklearn.metrics")
    score, w = rng.normal(size=60).round(1), rng.uniform(0.2, 2, 60)
    yes = (rng.uniform(size=60) < 0.4).astype(int)

    def ours(record, *args):
        record.reset_state()
        record.update_state(*args)
        return record.result()

    assert ours(metrics.AUC(), yes, score, w) == pytest.approx(
        sk.roc_auc_score(yes, score, sample_weight=w)
    )
    assert ours(metrics.AUC(curve="PR"), yes, score, w) == pytest.approx(
        sk.average_precision_score(yes, score, sample_weight=w)
    )
    fpr, tpr, _ = sk.roc_curve(yes, score, sample_weight=w, drop_intermediate=False)
    for least in (0.2, 0.6, 0.9):
        found = ours(metrics.SensitivityAtSpecificity(least), yes, score, w)
        assert found == pytest.approx(tpr[1 - fpr >= least].max())
        found = ours(metrics.SpecificityAtSensitivity(least), yes, score, w)
        assert found == pytest.approx((1 - fpr)[tpr >= least].max())
    precision, recall, _ = sk.precision_recall_curve(yes, score, sample_weight=w)
    assert ours(metrics.PrecisionAtRecall(0.6), yes, score, w) == pytest.approx(
        precision[recall >= 0.6].max()
    )
    assert ours(metrics.RecallAtPrecision(0.45), yes, score, w) == pytest.approx(
        recall[:-1][precision[:-1] >= 0.45].max(initial=0.0)
    )
    k, said = rng.integers(0, 3, 60), rng.integers(0, 3, 60)
    hot = np.eye(3)
    for average in ("micro", "macro", "weighted"):
        assert ours(metrics.F1Score(average), hot[k], hot[said], w) == pytest.approx(
            sk.f1_score(k, said, average=average, sample_weight=w), rel=1e-5
        )
    beta = ours(metrics.FBetaScore(beta=2.0), hot[k], hot[said])
    np.testing.assert_allclose(beta, sk.fbeta_score(k, said, beta=2.0, average=None), rtol=1e-5)
    assert ours(metrics.MeanIoU(3), k, said, w) == pytest.approx(
        sk.jaccard_score(k, said, average="macro", sample_weight=w), rel=1e-5
    )
    y, p = rng.normal(size=(2, 60, 2))
    for ours_by, theirs_by in (
        (None, "raw_values"),
        ("uniform_average", "uniform_average"),
        ("variance_weighted_average", "variance_weighted"),
    ):
        np.testing.assert_allclose(
            ours(metrics.R2Score(ours_by), y, p),
            sk.r2_score(y, p, multioutput=theirs_by),
            rtol=1e-5,
        )


NAMES = """
accuracy acc crossentropy ce mse mae mape msle bce kld cosine rmse hinge squared_hinge poisson
logcosh auc AUC precision recall f1_score fbeta_score iou mean_iou IoU r2_score
root_mean_squared_error kl_divergence true_positives binary_accuracy mean_absolute_error
MeanSquaredError cosine_similarity pearson_correlation
""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_keras_are_known(name):
    assert find("metric", name)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: metrics.AUC(num_labels=3), "'num_labels' goes with"),
        (lambda: metrics.AUC(num_thresholds=20, thresholds=[0.5]), "not both"),
        (lambda: metrics.AUC(curve="FOO"), "'curve' must be one of"),
        (lambda: metrics.IoU(2, [2]), "'target_class_ids' are from 0 to 1"),
        (lambda: metrics.BinaryIoU([2]), "'target_class_ids' are from 0 to 1"),
        (lambda: metrics.F1Score("mean"), "'average' must be one of"),
        (lambda: metrics.FBetaScore(beta=0.0), "'beta' must be a number above 0"),
        (lambda: metrics.R2Score("all"), "'class_aggregation' must be one of"),
        (lambda: metrics.SensitivityAtSpecificity(1.5), "'specificity' must be a number"),
        (lambda: metrics.MeanMetricWrapper(fn=3), "'fn' must be a function"),
    ],
)
def test_options_out_of_range_are_refused(make, match):
    with pytest.raises(ArgumentError, match=match):
        make()


@pytest.mark.parametrize(
    ("loss", "metric", "match"),
    [
        ("mse", metrics.Precision(class_id=3), "'class_id' is 3, but the classes are 0 to 2"),
        ("mse", metrics.AUC(multi_label=True, num_labels=2), "'num_labels' is for 2 columns"),
        ("mse", metrics.OneHotMeanIoU(4), "'num_classes' is 4"),
        ("sparse_categorical_crossentropy", "mse", "'mse' cannot be used with this loss"),
        ("mse", metrics.OneHotMeanIoU(4, sparse_y_pred=True), "cannot be used with this loss"),
        ("circle", "accuracy", "cannot be used with this loss"),
    ],
)
def test_what_does_not_go_together_is_said(loss, metric, match):
    model = Sequential([Dense(3)], input_shape=2)
    with pytest.raises(ArgumentError, match=match):
        model.compile("sgd", loss, metrics=[metric])


def test_batches_that_do_not_fit_are_refused():
    metric = metrics.F1Score()
    metric.update_state(np.eye(3), np.eye(3))
    with pytest.raises(ArgumentError, match="do not go with those before"):
        metric.update_state(np.eye(2), np.eye(2))
    with pytest.raises(ArgumentError, match="2 sample weights for 3 samples"):
        metric.update_state(np.eye(3), np.eye(3), [1.0, 2.0])
    with pytest.raises(ArgumentError, match="does not go with"):
        metric.update_state(np.eye(3), np.eye(2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metric.update_state(np.eye(3), np.eye(3), [1.0, 0.0, 2.0])
