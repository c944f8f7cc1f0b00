"""A lesson: the network that is trained of a student, what it is trained on, and what is left."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue import activations as A
from rdeep.catalogue import losses, metrics, optimizers
from rdeep.distillation.features import layer_output, matched, pair, teacher_features
from rdeep.distillation.objective import SoftAccuracy, SoftAnswers, SoftLabels
from rdeep.distillation.targets import mixed_numbers, soft_targets
from rdeep.errors import ArgumentError, StateError, show
from rdeep.graph.ends import end_of
from rdeep.models import Model


class Lesson:
    """What a student is taught by, whatever the teacher is.

    Parameters
    ----------
    student : Model
        The student.
    type : {"class", "number"}
        What the teacher predicts.
    outputs : int
        How many classes, or numbers.
    temperature : float
        What softens the teacher's probabilities, and the student's.
    alpha : float
        How much what came counts, from 0 to 1.
    optimizer : str or Optimizer, optional
        By default the one that the student is compiled with, else Adam.
    teacher : Model, optional
        The network whose features are matched.
    features : sequence or dict of str, optional
        The names of the teacher's and the student's layer.
    feature_weight : float
        How much the distance of features counts.

    Attributes
    ----------
    network : Model
        What is to be trained on `targets`: the student, or a network with its layers.
    """

    def __init__(
        self,
        student: Model,
        type: str,
        outputs: int,
        temperature: float = 4.0,
        alpha: float = 0.1,
        optimizer: Any = None,
        teacher: Any = None,
        features: Any = None,
        feature_weight: float = 1.0,
    ) -> None:
        check_numbers(temperature, alpha, feature_weight)
        self.student, self.type, self.outputs = student, type, outputs
        self.temperature, self.alpha = float(temperature), float(alpha)
        self._before = student._trainer
        loss = self._loss(check_student(student, type, outputs))
        chosen = optimizer or (self._before and self._before.compiled.optimizer)
        chosen = chosen or optimizers.Adam(1e-3)
        measured: Any = [SoftAccuracy(name="accuracy")] if type == "class" else []
        self._features: Any = None
        if features is None:
            self.network = student
            student.compile(chosen, loss, metrics=measured)
            return
        names = pair(features)
        output = layer_output(teacher, names[0], "teacher")
        own, averaged = matched(student, output, names[1])
        self._features = (teacher, output, averaged)
        self._scale: float | None = None
        self.network = Model(
            student.inputs, [student.outputs[0], own], student.name, student.backend, student.device
        )
        self.network.compile(
            chosen,
            [loss, losses.MeanSquaredError()],
            metrics=[measured, []],
            loss_weights=[1.0, float(feature_weight)],
        )

    def _loss(self, end: str) -> Any:
        if self.type == "number":
            compiled = None if self._before is None else self._before.compiled.loss
            return losses.MeanSquaredError() if compiled is None else compiled
        unit = self.student.output_shapes[0][-1] == 1
        kind = SoftAnswers if unit else SoftLabels
        return kind(self.temperature, from_logits=end == "logits")

    def targets(self, predictions: np.ndarray, y: np.ndarray | None, x: Any = None) -> Any:
        """Return what the network is trained on.

        Parameters
        ----------
        predictions : numpy.ndarray
            The teacher's probabilities, or numbers.
        y : numpy.ndarray, optional
            What came: classes from 0 and -1 where it is not known, or numbers and NaN.
        x : object
            The samples as the teacher takes them, where features are matched.
        """
        if self.type == "class":
            found = soft_targets(predictions, y, self.temperature, self.alpha)
        else:
            found = mixed_numbers(predictions, y, self.alpha).astype(np.float32)
        if self._features is None:
            return found
        teacher, output, averaged = self._features
        values, self._scale = teacher_features(teacher, output, x, averaged, self._scale)
        return [found, values]

    def finish(self) -> None:
        """Leave the student compiled as it was, or for its task, with its history."""
        student = self.student
        student.history = self.network.history
        if self._before is not None:
            student._trainer = self._before
            return
        if self.type == "number":
            student.compile("adam", "mse")
            return
        logits = check_student(student, self.type, self.outputs) == "logits"
        if student.output_shapes[0][-1] == 1:
            loss: Any = losses.BinaryCrossentropy(from_logits=logits)
            student.compile("adam", loss, metrics=[metrics.BinaryAccuracy(name="accuracy")])
            return
        loss = losses.SparseCategoricalCrossentropy(from_logits=logits)
        student.compile("adam", loss, metrics=["accuracy"])


def check_numbers(temperature: Any, alpha: Any, feature_weight: Any = 1.0) -> None:
    """Refuse numbers that say nothing.

    Parameters
    ----------
    temperature, alpha, feature_weight : float
        As in `Lesson`.
    """
    for name, value, wanted, right in (
        ("temperature", temperature, "above 0", lambda v: 0 < v < np.inf),
        ("alpha", alpha, "from 0 to 1", lambda v: 0 <= v <= 1),
        ("feature_weight", feature_weight, "of at least 0", lambda v: 0 <= v < np.inf),
    ):
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not number or not right(value):
            raise ArgumentError(
                f"'{name}' must be a number {wanted}, not {show(value)}.",
                argument=name,
                received=value,
            )


def check_student(student: Any, type: str, outputs: int) -> str:
    """Return what the student's output is: `"probabilities"`, `"logits"` or `"numbers"`.

    Parameters
    ----------
    student : Model
        The student.
    type : {"class", "number"}
        What the teacher predicts.
    outputs : int
        How many classes, or numbers.

    Raises
    ------
    ArgumentError
        If it cannot learn what the teacher says.
    """
    if not isinstance(student, Model):
        raise ArgumentError(
            f"'student' must be a network, not {show(student)}.",
            argument="student",
            received=student,
        )
    if not student.is_built:
        raise StateError(
            "The student has no weights yet: it is not known what it takes.",
            argument="student",
            hint="Give its first layer an input shape.",
        )
    if len(student.outputs) != 1 or len(student.output_shapes[0]) != 2:
        raise ArgumentError(
            "The student must have one output, a vector for each sample.", argument="student"
        )
    units, end = student.output_shapes[0][-1], end_of(student.outputs[0])
    if type == "number":
        if isinstance(end, A.Softmax):
            raise ArgumentError(
                "The teacher predicts numbers, and the student ends in a softmax, which gives "
                "probabilities of classes.",
                argument="student",
            )
        if units != outputs:
            raise ArgumentError(
                f"The teacher predicts {_numbers(outputs)} for a sample, and the student gives "
                f"{units}.",
                argument="student",
            )
        return "numbers"
    alone = units == 1 and outputs == 2
    if units != outputs and not alone:
        raise ArgumentError(
            f"The teacher tells {outputs} classes apart, and the student gives "
            f"{_numbers(units)} for a sample.",
            argument="student",
            hint=f"Its last layer needs {outputs} units.",
        )
    if (alone and isinstance(end, A.Sigmoid)) or (not alone and isinstance(end, A.Softmax)):
        return "probabilities"
    if isinstance(end, A.Linear):
        return "logits"
    raise ArgumentError(
        "The teacher tells classes apart, and the student's last layer gives neither their "
        "probabilities nor logits.",
        argument="student",
        hint="End it with a softmax (with one unit, a sigmoid), or without an activation.",
    )


def _numbers(count: int) -> str:
    return f"{count} number{'' if count == 1 else 's'}"
