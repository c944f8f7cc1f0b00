"""Distillation: the loss by hand, any teacher, features, what is refused."""

import numpy as np
import pytest

import rdeep
from rdeep import Sequential
from rdeep.arrays import numpy as ops
from rdeep.distillation import distill
from rdeep.distillation.objective import SoftAccuracy, SoftAnswers, SoftLabels
from rdeep.distillation.targets import mixed_numbers, mixed_rows, soft_targets, softened
from rdeep.ensembles import Ensemble
from rdeep.errors import ArgumentError, DataError
from rdeep.layers import Conv2D, Dense, Flatten


def logs(scores):
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def data(rows=200, seed=1):
    """Return points of three classes, with their probabilities."""
    x = np.random.default_rng(seed).normal(size=(rows, 2)).astype(np.float32)
    prob = np.exp(logs(4 * np.stack([x[:, 0], x[:, 1], -x[:, 0] - x[:, 1]], axis=1)))
    return x, prob.argmax(axis=1), prob


def truth(x):
    """Return the probabilities of the classes: a teacher that knows all."""
    return np.exp(logs(4.0 * np.stack([x[:, 0], x[:, 1], -x[:, 0] - x[:, 1]], axis=1)))


def student(backend="torch", units=3, activation="softmax", width=8):
    return Sequential(
        [Dense(width, activation="relu", name="hidden"), Dense(units, activation=activation)],
        input_shape=(2,),
        backend=backend,
    )


def test_the_loss_is_hintons():
    rng = np.random.default_rng(1)
    scores, teacher = rng.normal(size=(5, 3)), np.exp(logs(rng.normal(size=(5, 3))))
    y = np.array([0, 2, 1, -1, 1])
    target = soft_targets(teacher, y, 3.0, 0.25).astype(np.float64)
    q, p = softened(teacher, 3.0), logs(scores / 3.0)
    soft = 9.0 * (q * (np.log(q) - p)).sum(axis=1)
    hard = -logs(scores)[np.arange(5), np.maximum(y, 0)]
    wanted = np.where(y < 0, soft, 0.25 * hard + 0.75 * soft)
    loss = SoftLabels(3.0, from_logits=True)
    assert np.allclose(loss.values(target, scores, ops), wanted, atol=1e-6)
    assert np.allclose(SoftLabels(3.0).values(target, np.exp(logs(scores)), ops), wanted, atol=1e-6)
    # One unit is the logit of the second of two classes.
    two = soft_targets(teacher[:, :2] / teacher[:, :2].sum(axis=1, keepdims=True), y % 2, 2.0, 0.5)
    both = np.hstack([np.zeros((5, 1)), scores[:, :1]])
    unit = SoftAnswers(2.0, from_logits=True).values(two, scores[:, :1], ops)
    assert np.allclose(unit, SoftLabels(2.0, from_logits=True).values(two, both, ops))
    right = SoftAccuracy().values(target, teacher, ops)
    assert right[3] == 1 and np.allclose(right[:3], teacher[:3].argmax(axis=1) == y[:3])


def test_arithmetic_of_targets():
    y = np.array([1.0, np.nan])
    assert np.allclose(mixed_numbers(np.array([3.0, 5.0]), y, 0.5), [2.0, 5.0])
    x = np.array([[0.0, 0.0], [1.0, 2.0]])
    mixed = mixed_rows(x, 3, 1)
    assert mixed.shape == (6, 2) and np.allclose(mixed[:, 1], 2 * mixed[:, 0])


@pytest.mark.parametrize(("units", "activation"), [(3, "softmax"), (3, None)])
def test_a_student_learns_what_a_function_says(backend, units, activation):
    rdeep.set_random_seed(1)
    x, y, _ = data()
    found = distill(
        truth,
        student(backend, units, activation),
        x,
        y,
        optimizer=rdeep.optimizers.Adam(0.02),
        epochs=20,
        validation_data=(x, y),
        verbose=0,
    )
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(found.history.history)
    judged = found.evaluate(x, y, return_dict=True)
    assert judged["accuracy"] > 0.9
    assert judged["accuracy"] == pytest.approx(found.history.history["val_accuracy"][-1], abs=1e-6)


def test_a_student_of_an_ensemble_stays_as_it_was_compiled():
    rdeep.set_random_seed(1)
    x, y, _ = data()
    members = [truth, truth]
    pupil = student(units=3)
    pupil.compile(rdeep.optimizers.Adam(0.03), "sparse_categorical_crossentropy")
    unlabelled = np.where(np.arange(len(y)) % 2, y, np.nan)
    distill(Ensemble(members, sample=x), pupil, x, unlabelled, mixup=1, epochs=10, verbose=0)
    assert type(pupil.trainer.compiled.loss).__name__ != "SoftLabels"
    assert np.mean(pupil.predict(x).argmax(axis=1) == y) > 0.85
    pupil.fit(x, y, verbose=0)


def test_two_classes_by_one_unit_and_numbers():
    rdeep.set_random_seed(1)
    x, _, _ = data()
    two = lambda x: np.stack([x[:, 0] < 0, x[:, 0] >= 0], axis=1).astype(float)  # noqa: E731
    rate = rdeep.optimizers.Adam(0.03)
    pupil = distill(two, student(units=1, activation="sigmoid"), x, optimizer=rate, verbose=0)
    assert pupil.evaluate(x, (x[:, 0] >= 0).astype(float), return_dict=True)["accuracy"] > 0.9
    line = lambda x: 2 * x[:, 0] + 1  # noqa: E731
    numbers = student(units=1, activation=None)
    distill(line, numbers, x, line(x), optimizer=rate, epochs=30, verbose=0)
    assert np.mean((numbers.predict(x)[:, 0] - line(x)) ** 2) < 0.1


def test_features_are_matched_across_widths_places_and_engines(backend):
    rdeep.set_random_seed(1)
    x = np.random.default_rng(1).normal(size=(64, 6, 6, 1)).astype(np.float32)
    y = (x.mean(axis=(1, 2, 3)) > 0).astype(int)
    other = {"torch": "tensorflow", "tensorflow": "torch"}[backend]

    def network(engine, filters, size):
        layers = [
            Conv2D(filters, size, activation="relu", name=f"conv{filters}"),
            Flatten(),
            Dense(2, activation="softmax"),
        ]
        return Sequential(layers, input_shape=(6, 6, 1), backend=engine)

    teacher = network(other, 6, 3)
    pupil = network(backend, 3, 3)
    before = pupil.get_weights()
    distill(teacher, pupil, x, y, features=("conv6", "conv3"), epochs=2, verbose=0)
    assert [w.shape for w in pupil.get_weights()] == [w.shape for w in before]
    assert np.abs(pupil.get_weights()[0] - before[0]).max() > 1e-4
    assert len(pupil.history.history["loss"]) == 2
    if backend == "torch":
        wider = network(backend, 3, 5)
        distill(
            teacher,
            wider,
            x,
            features={"teacher": "conv6", "student": "conv3"},
            epochs=1,
            verbose=0,
        )
    with pytest.raises(ArgumentError, match="The teacher has no layer 'conv'"):
        distill(teacher, pupil, x, features=("conv", "conv3"), verbose=0)
    with pytest.raises(ArgumentError, match="The student has no layer 'conv6'"):
        distill(teacher, pupil, x, features=("conv6", "conv6"), verbose=0)
    with pytest.raises(ArgumentError, match="names of two layers"):
        distill(teacher, pupil, x, features="conv6", verbose=0)


def test_teachers_and_students_that_cannot_meet():
    x, y, _ = data(20)
    pupil = student()
    for options, words in (
        ({"temperature": 0}, "'temperature' must be a number above 0, not 0"),
        ({"alpha": 1.5}, "'alpha' must be a number from 0 to 1, not 1.5"),
        ({"mixup": -1}, "'mixup' must be a whole number"),
        ({"features": ("a", "hidden")}, "Features are matched between networks"),
        ({"validation_data": x}, "'validation_data' must be samples and their outcome"),
    ):
        with pytest.raises(ArgumentError, match=words):
            distill(truth, pupil, x, y, verbose=0, **options)
    with pytest.raises(ArgumentError, match="tells 3 classes apart, and the student gives 4"):
        distill(truth, student(units=4), x)
    with pytest.raises(ArgumentError, match="neither their probabilities nor logits"):
        distill(truth, student(activation="relu"), x)
    with pytest.raises(ArgumentError, match="predicts numbers, and the student ends in a softmax"):
        distill(lambda x: x[:, 0], pupil, x)
    with pytest.raises(ArgumentError, match="predicts 1 number for a sample, and the student"):
        distill(lambda x: x[:, 0], student(units=2, activation=None), x)
    with pytest.raises(ArgumentError, match="'student' must be a network, not 'small'"):
        distill(truth, "small", x)
    with pytest.raises(DataError, match="'y' has 3 values, and the teacher predicts 20"):
        distill(truth, pupil, x, [1, 2, 0])
    with pytest.raises(DataError, match="no number for 1 of 20"):
        distill(lambda x: np.where(np.arange(20) == 3, np.nan, 1.0), student(units=1), x)
    with pytest.raises(ArgumentError, match="must be arrays"):
        distill(truth, pupil, iter([(x, y)]))
