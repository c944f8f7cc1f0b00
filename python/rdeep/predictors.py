"""Any fitted model, asked for what all of them give: probabilities of classes, or numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue import activations as A
from rdeep.errors import ArgumentError, DataError, StateError, listing, show
from rdeep.graph.ends import end_of
from rdeep.models import Model
from rdeep.ready import ReadyModel
from rdeep.tabular import Tabular

CLASS, NUMBER = "class", "number"

_FEW = 5


@dataclass(frozen=True)
class Predictor:
    """A fitted model, whatever it is.

    Attributes
    ----------
    model : object
        The model itself.
    type : {"class", "number"}
        What it predicts.
    predict : function
        Of samples as the model takes them: probabilities `(rows, classes)`, or numbers `(rows,)`,
        as float64.
    levels : tuple of str, optional
        The classes by name, in order; `None` where the model knows their numbers alone.
    """

    model: Any
    type: str
    predict: Callable[[Any], np.ndarray]
    levels: tuple[str, ...] | None = None

    def encode(self, y: Any, classes: int) -> np.ndarray:
        """Return an outcome as numbers: classes' places from 0, or float64.

        Parameters
        ----------
        y : array
            The outcome: names of classes, their numbers from 0 or one-hot rows; or numbers.
        classes : int
            How many classes are predicted.

        Raises
        ------
        DataError
            If it is no such outcome.
        """
        values = np.asarray(y)
        if self.type == NUMBER:
            return _numbers(values)
        if values.ndim == 2 and values.shape[1] == classes and classes > 1:
            return np.asarray(values.argmax(axis=1))
        values = values.reshape(len(values), -1)
        if values.shape[1] != 1:
            raise DataError(
                f"'y' must hold a class for each sample, or {classes} columns, "
                f"not {values.shape[1]}.",
                argument="y",
            )
        names = self.levels
        if names is not None and values.dtype.kind not in "fiub":
            return _places(values[:, 0], names)
        return _class_numbers(values[:, 0], classes)


def _numbers(values: np.ndarray) -> np.ndarray:
    try:
        found = values.astype(np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"'y' must be numbers, not {show(values.ravel()[0])}.", argument="y"
        ) from None
    return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


def _places(values: np.ndarray, names: Sequence[str]) -> np.ndarray:
    places = {name: number for number, name in enumerate(names)}
    unknown = sorted({str(each) for each in values} - places.keys())
    if unknown:
        raise DataError(
            f"'y' has {listing(unknown[:_FEW], 'and')}, which the model does not predict.",
            argument="y",
            expected=f"one of {listing(names)}",
        )
    return np.array([places[str(each)] for each in values], dtype=np.int64)


def _class_numbers(values: np.ndarray, classes: int) -> np.ndarray:
    numbers = values.astype(np.float64) if values.dtype.kind in "fiub" else None
    if numbers is None or np.any((numbers != np.floor(numbers)) | (numbers < 0)):
        raise DataError("'y' must hold the numbers of classes, from 0.", argument="y")
    if np.any(numbers >= classes):
        raise DataError(
            f"'y' has the class {int(numbers.max())}, and the model predicts {classes} classes, "
            "which are counted from 0.",
            argument="y",
        )
    return np.asarray(numbers, dtype=np.int64)


def as_predictor(model: Any, sample: Any = None, argument: str = "model") -> Predictor:
    """Return a fitted model as what it predicts.

    Parameters
    ----------
    model : Model, Tabular, ReadyModel, function, or fitted estimator
        A network of one output that ends in a softmax (or is compiled with a loss of logits)
        predicts classes, and so does one with one unit and a sigmoid; any other numbers. What has
        a method `predictor` is asked. Estimators are those of scikit-learn's interface: classes
        where there is `predict_proba`. A function returns numbers, or rows of probabilities.
    sample : object, optional
        Some samples, which show what a function returns.
    argument : str
        What the user calls it, for messages.

    Raises
    ------
    ArgumentError
        If it predicts neither one class nor numbers for a sample.
    StateError
        If it is not fitted.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.predictors import as_predictor
    >>> predictor = as_predictor(lambda x: x.sum(axis=1), sample=np.ones((2, 3)))
    >>> predictor.type, predictor.predict(np.ones((2, 3)))
    ('number', array([3., 3.]))
    """
    if isinstance(model, Predictor):
        return model
    if isinstance(model, Model):
        return _of_network(model, argument)
    if isinstance(model, Tabular):
        return _of_table(model, argument)
    if hasattr(model, "predictor"):
        found = model.predictor()
        if isinstance(found, Predictor):
            return found
    if isinstance(model, ReadyModel):
        return _of_ready(model, argument)
    if callable(getattr(model, "predict", None)):
        return _of_estimator(model)
    if callable(model):
        return _of_function(model, sample, argument)
    raise ArgumentError(
        f"'{argument}' must be a fitted model or a function that predicts, not {show(model)}.",
        argument=argument,
        received=model,
    )


# Networks -----------------------------------------------------------------------------------------


def _of_network(model: Model, argument: str) -> Predictor:
    scale, units = prediction_scale(model, argument), model.output_shapes[0][-1]

    def predict(x: Any) -> np.ndarray:
        values = np.asarray(model.predict(x), dtype=np.float64)
        if scale == "sigmoid":
            values = 1.0 / (1.0 + np.exp(-values))
        if scale == "softmax":
            values = softmax(values)
        if scale == "numbers":
            return values[:, 0] if units == 1 else values
        return np.hstack([1.0 - values, values]) if units == 1 else values

    return Predictor(model, NUMBER if scale == "numbers" else CLASS, predict)


def prediction_scale(model: Model, argument: str = "model") -> str:
    """Return what a network predicts.

    Parameters
    ----------
    model : Model
        The network.
    argument : str
        What the user calls it, for messages.

    Returns
    -------
    str
        `"probabilities"` of classes (with one unit, of the second class), `"softmax"` or
        `"sigmoid"` for logits of which these make such, or `"numbers"`.

    Raises
    ------
    ArgumentError
        If it has several outputs, or predicts several outcomes that do not exclude each other.
    StateError
        If it has no weights yet.
    """
    if not model.is_built:
        raise StateError(
            f"'{argument}' has no weights yet: it is not known what it takes.",
            argument=argument,
            hint="Fit it, or give its first layer an input shape.",
        )
    if len(model.outputs) != 1 or len(model.output_shapes[0]) != 2:
        raise ArgumentError(
            f"'{argument}' must have one output, a vector for each sample.",
            argument=argument,
            received=listing(model.output_shapes),
        )
    units = model.output_shapes[0][-1]
    end = end_of(model.outputs[0])
    if isinstance(end, (A.Softmax, A.Sparsemax)) and units != 1:
        return "probabilities"
    judged = model.is_compiled and model.trainer.compiled.loss is not None
    loss: Any = model.output_losses()[0] if judged else None
    if isinstance(end, (A.Sigmoid, A.HardSigmoid, A.SparseSigmoid)):
        scale = "probabilities"
    elif getattr(loss, "from_logits", False):
        scale = str(loss.folds).lower()
    else:
        return "numbers"
    if units != 1 and scale != "softmax":
        raise ArgumentError(
            f"'{argument}' gives {units} probabilities that do not exclude each other: it "
            "predicts several outcomes, not one class.",
            argument=argument,
        )
    return scale


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities of logits, along the last axis.

    Parameters
    ----------
    logits : numpy.ndarray
        The logits.
    """
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


# Ready-made models --------------------------------------------------------------------------------


def _of_table(model: Tabular, argument: str) -> Predictor:
    name = model.family_name
    if name in ("cox", "discrete_time", "quantile"):
        raise ArgumentError(
            f"'{argument}' is a model of the family {show(name)}, which predicts neither a class "
            "nor a mean.",
            argument=argument,
        )

    def predict(x: Any) -> np.ndarray:
        given = x if isinstance(x, tuple) else (x,)
        values = np.asarray(model.predict(*given), dtype=np.float64)
        if name == "binomial":
            return np.hstack([1.0 - values, values])
        return values if name == "multinomial" else values[:, 0]

    return Predictor(model, CLASS if name in ("binomial", "multinomial") else NUMBER, predict)


def _of_ready(model: ReadyModel, argument: str) -> Predictor:
    _ = model.network
    outcome = getattr(model.learned, "outcome", None)
    if outcome is None:
        raise ArgumentError(
            f"'{argument}' is a model of the kind {show(model.kind)}, which predicts no class or "
            "number for each sample.",
            argument=argument,
        )
    wanted = "prob" if outcome.is_class else "response"
    asked: Any = model

    def predict(x: Any) -> np.ndarray:
        return np.asarray(asked.predict(x, type=wanted), dtype=np.float64)

    if outcome.is_class:
        return Predictor(model, CLASS, predict, tuple(outcome.levels))
    return Predictor(model, NUMBER, predict)


# Models of others ---------------------------------------------------------------------------------


def _of_estimator(model: Any) -> Predictor:
    if not hasattr(model, "predict_proba"):
        return Predictor(model, NUMBER, lambda x: _numbers(np.asarray(model.predict(x))))
    classes = getattr(model, "classes_", None)
    levels = None if classes is None else tuple(str(each) for each in classes)
    return Predictor(
        model, CLASS, lambda x: np.asarray(model.predict_proba(x), dtype=np.float64), levels
    )


def _of_function(function: Callable[[Any], Any], sample: Any, argument: str) -> Predictor:
    if sample is None:
        raise ArgumentError(
            f"'{argument}' is a function, and only data shows what it predicts.",
            argument=argument,
            hint="Give data.",
        )

    def predict(x: Any) -> np.ndarray:
        return _numbers(np.asarray(function(x)))

    found = predict(sample)
    of_classes = found.ndim == 2 and is_probabilities(found)
    return Predictor(function, CLASS if of_classes else NUMBER, predict)


def is_probabilities(values: np.ndarray) -> bool:
    """Return whether rows of two numbers or more are probabilities that add up to 1.

    Parameters
    ----------
    values : numpy.ndarray
        `(rows, columns)`.
    """
    if values.ndim != 2 or values.shape[1] < 2:
        return False
    sums = np.abs(values.sum(axis=1) - 1.0) < 1e-3
    return bool(np.all((values > -1e-6) & (values < 1 + 1e-6)) and np.all(sums))


# Losses -------------------------------------------------------------------------------------------


def row_losses(type: str, y: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Return the loss of each prediction: log loss of classes, squared error of numbers.

    Parameters
    ----------
    type : {"class", "number"}
        What is predicted.
    y : numpy.ndarray
        Classes' places from 0, or numbers, as `Predictor.encode` returns them.
    predictions : numpy.ndarray
        As `Predictor.predict` returns them.

    Examples
    --------
    >>> import numpy as np
    >>> row_losses("class", np.array([0, 1]), np.array([[1.0, 0.0], [0.5, 0.5]])).round(2)
    array([0.  , 0.69])
    """
    if type == CLASS:
        found = np.take_along_axis(predictions, y[:, None], axis=1)[:, 0]
        return np.asarray(0.0 - np.log(np.clip(found, 1e-15, 1.0)))
    squares = np.square(predictions - y)
    return squares if squares.ndim == 1 else np.asarray(squares.mean(axis=1))
