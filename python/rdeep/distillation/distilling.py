"""`distill`: a small network learns what a teacher predicts."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.data.streams import is_stream
from rdeep.distillation.lesson import Lesson, check_numbers, check_student
from rdeep.distillation.targets import mixed_rows
from rdeep.errors import ArgumentError, DataError, show
from rdeep.models import Model
from rdeep.predictors import Predictor, as_predictor
from rdeep.seeds import stream


def distill(
    teacher: Any,
    student: Model,
    x: Any,
    y: Any = None,
    *,
    temperature: float = 4.0,
    alpha: float = 0.1,
    features: Any = None,
    feature_weight: float = 1.0,
    mixup: int = 0,
    teacher_x: Any = None,
    optimizer: Any = None,
    epochs: int = 10,
    validation_data: Any = None,
    **arguments: Any,
) -> Model:
    """Train a network on what a teacher predicts, and return it.

    Classes: the loss is `alpha * CE(y, p) + (1 - alpha) * T^2 * KL(q_T, p_T)`, of the student's
    probabilities `p` and the teacher's `q`, in the second part at the temperature `T`. Numbers: the
    student's loss of `alpha * y + (1 - alpha) * q`. The teacher is asked once, before training.

    Parameters
    ----------
    teacher : object
        Any fitted model: a network of either engine, a ready-made model, an ensemble, an estimator
        of scikit-learn's interface, a function that returns probabilities or numbers.
    student : Model
        The network to train, in place. It ends in a softmax, in one unit with a sigmoid for two
        classes, or in logits; or in numbers.
    x : array, or list or dict of arrays
        The samples.
    y : array, optional
        What came: classes by name, number or one-hot; or numbers. `None`, NaN and missing names are
        samples of which only the teacher says something.
    temperature : float
        What evens the teacher's probabilities out, so that what it holds possible is seen.
    alpha : float
        How much `y` counts, from 0 to 1.
    features : pair of str, optional
        The names of a layer of the teacher and one of the student, whose outputs are to be alike
        (FitNets): their squared distance, in spreads of the teacher's, is added to the loss. Where
        they are not of one size, a dense layer is trained along; where places differ, both are
        averaged over them.
    feature_weight : float
        How much that counts.
    mixup : int
        How many further samples for each: random places between two samples, of which the teacher
        is asked. It helps where there are few samples.
    teacher_x : object, optional
        The samples as the teacher takes them, where it takes them otherwise than the student.
    optimizer : str or Optimizer, optional
        By default what the student is compiled with, else Adam.
    epochs : int
        How many epochs.
    validation_data : tuple, optional
        `(x, y)`, or `(x, y, teacher_x)`.
    **arguments
        Other arguments of `Model.fit`: `batch_size`, `callbacks`, `verbose` and so on.

    Returns
    -------
    Model
        The student, compiled as it was, or with the cross-entropy (squared error) of its task.

    References
    ----------
    Hinton, G., Vinyals, O. and Dean, J. (2015). Distilling the knowledge in a neural network.
    arXiv:1503.02531.

    Romero, A. et al. (2015). FitNets: hints for thin deep nets. arXiv:1412.6550.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.distillation import distill
    >>> from rdeep.layers import Dense
    >>> from rdeep.optimizers import Adam
    >>> x = np.random.default_rng(1).normal(size=(200, 2)).astype("float32")
    >>> teacher = lambda x: np.stack([x[:, 0] < 0, x[:, 0] >= 0], axis=1).astype(float)
    >>> student = Sequential([Dense(2, activation="softmax")], input_shape=(2,))
    >>> student = distill(teacher, student, x, epochs=40, optimizer=Adam(0.05), verbose=0)
    >>> np.mean(student.predict(x).argmax(axis=1) == (x[:, 0] >= 0)) > 0.9
    True
    """
    check_numbers(temperature, alpha, feature_weight)
    if is_stream(x):
        raise ArgumentError(
            "'x' must be arrays: the teacher is asked once, for all samples.",
            argument="x",
        )
    if isinstance(student, Model) and not student.is_built:
        student.build_for(x)
    seen = x if teacher_x is None else teacher_x
    predictor = as_predictor(teacher, seen, argument="teacher")
    known = np.asarray(predictor.predict(seen), dtype=np.float64)
    check_answers(known)
    outputs = known.shape[1] if known.ndim == 2 else 1
    check_student(student, predictor.type, outputs)
    codes = outcome(predictor, y, known)
    if mixup:
        further = _mixed(x, mixup, teacher_x)
        x, seen = np.concatenate([further, np.asarray(x)]), None
        known = np.concatenate([np.asarray(predictor.predict(further), np.float64), known])
        codes = _unknown_before(codes, len(further), predictor.type)
    lesson = Lesson(
        student,
        predictor.type,
        outputs,
        temperature,
        alpha,
        optimizer,
        teacher,
        features,
        feature_weight,
    )
    try:
        targets = lesson.targets(known, codes, x if seen is None else seen)
        held_out = None
        if validation_data is not None:
            held_out = _validation(lesson, predictor, validation_data)
        lesson.network.fit(x, targets, epochs=epochs, validation_data=held_out, **arguments)
    finally:
        lesson.finish()
    return student


def _validation(lesson: Lesson, predictor: Predictor, given: Any) -> tuple[Any, Any]:
    if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
        raise ArgumentError(
            f"'validation_data' must be samples and their outcome, not {show(given)}.",
            argument="validation_data",
            received=given,
        )
    seen = given[-1] if len(given) == 3 else given[0]
    known = np.asarray(predictor.predict(seen), dtype=np.float64)
    return given[0], lesson.targets(known, outcome(predictor, given[1], known), seen)


def check_answers(known: np.ndarray) -> None:
    """Refuse answers that are no numbers.

    Parameters
    ----------
    known : numpy.ndarray
        What the teacher predicts.
    """
    bad = ~np.isfinite(known).reshape(len(known), -1).all(axis=1)
    if bad.any():
        raise DataError(
            f"The teacher predicts no number for {int(bad.sum())} of {len(bad)} samples.",
            argument="teacher",
            hint="Leave samples with missing values out.",
        )


def outcome(predictor: Predictor, y: Any, known: np.ndarray) -> np.ndarray | None:
    """Return what came: classes from 0 and -1, or numbers and NaN, where it is not known.

    Parameters
    ----------
    predictor : Predictor
        The teacher.
    y : object
        The outcome, as in `distill`.
    known : numpy.ndarray
        What the teacher predicts for the same samples.
    """
    if y is None:
        return None
    values = np.asarray(y)
    if len(values) != len(known):
        raise DataError(
            f"'y' has {len(values)} values, and the teacher predicts {len(known)}.", argument="y"
        )
    if predictor.type == "number":
        numbers = np.asarray(values, dtype=np.float64)
        return numbers.reshape(known.shape)
    if values.ndim == 2 and values.shape[1] > 1:
        return predictor.encode(values, known.shape[1])
    flat = values.reshape(-1)
    missing = np.array([each is None or bool(each != each) for each in flat.tolist()], dtype=bool)
    codes = np.full(len(flat), -1, np.int64)
    if (~missing).any():
        kept = flat[~missing]
        kept = kept.astype(np.float64) if flat.dtype.kind == "f" else np.array(kept.tolist())
        codes[~missing] = predictor.encode(kept, known.shape[1])
    return codes


def _mixed(x: Any, mixup: Any, teacher_x: Any) -> np.ndarray:
    if not isinstance(mixup, (int, np.integer)) or isinstance(mixup, bool) or mixup < 0:
        raise ArgumentError(
            f"'mixup' must be a whole number, 0 or more, not {show(mixup)}.",
            argument="mixup",
            received=mixup,
        )
    array = None if isinstance(x, (list, tuple, dict)) else np.asarray(x)
    if array is None or array.dtype.kind not in "fiu" or teacher_x is not None:
        raise ArgumentError(
            "Samples can be mixed where they are one array of numbers, which both networks take.",
            argument="mixup",
            hint="Leave 'mixup' out.",
        )
    return mixed_rows(array, int(mixup), stream.next() % 2**63)


def _unknown_before(codes: np.ndarray | None, rows: int, type: str) -> np.ndarray | None:
    if codes is None:
        return None
    before = np.full((rows, *codes.shape[1:]), -1 if type == "class" else np.nan)
    return np.concatenate([before.astype(codes.dtype), codes])
