"""Which way is better: every metric says it, and what watches a log goes by it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from rdeep import Metric, Sequential, ops
from rdeep.catalogue import metrics as M
from rdeep.catalogue.layers import Dense
from rdeep.catalogue.registry import records
from rdeep.errors import ArgumentError
from rdeep.ops.custom import CustomMetric
from rdeep.training import callbacks as C

X = np.linspace(-1, 1, 24).reshape(8, 3).astype(np.float32)
Y = X @ np.array([1.0, -2.0, 0.5], np.float32)
# What has no better or worse by itself.
OPEN = {"Mean", "Sum", "MeanMetricWrapper"}


def test_every_metric_has_a_direction() -> None:
    """Metrics of the catalogue know which way is better, as Keras's do where they say it."""
    for name, record in records("metric").items():
        assert (record.direction is None) == (record.__name__ in OPEN), name
        theirs = getattr(keras.metrics, record.__name__, None)
        needed = [each for each in record.options.values() if each.required]
        if theirs is not None and record.direction is not None and not needed:
            up = {"max": "up", "min": "down"}[record.direction]
            assert getattr(theirs(), "_direction", None) in (None, up), name


class Declared(Metric):
    """A metric as Keras's users write them, with Keras's word for its direction."""

    _direction = "up"

    def __init__(self) -> None:
        super().__init__("declared")
        self.total = self.add_variable(())

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        self.total.assign_add(ops.sum(y_pred))

    def result(self) -> Any:
        """Return the total."""
        return self.total.value


def largest(y: Any, p: Any) -> Any:
    """Return a number of which nobody says which way is better."""
    return ops.max(ops.abs(y - p), axis=-1)


def model(metrics: list[Any], units: int = 1) -> Sequential:
    """Return a compiled model."""
    made = Sequential([Dense(units, name="accident")], (3,), seed=1)
    made.compile("sgd", "mse", metrics=metrics)
    return made


WATCHED: list[tuple[list[Any], str, str]] = [
    ([], "loss", "min"),
    ([], "val_loss", "min"),
    (["r2_score"], "val_r2_score", "max"),
    (["cosine_similarity"], "val_cosine_similarity", "max"),
    ([M.R2Score(name="loss_of_sorts")], "loss_of_sorts", "max"),
    ([M.MeanAbsoluteError(name="accuracy_of_means")], "val_accuracy_of_means", "min"),
    (["mae", "mae"], "mae_1", "min"),
    ([M.R2Score(name="val_r2")], "val_r2", "max"),
    ([Declared()], "val_declared", "max"),
    ([CustomMetric(function=largest, name="off", direction="min")], "val_off", "min"),
]


@pytest.mark.parametrize("at", range(len(WATCHED)))
def test_monitors_ask_the_metric(at: int, tmp_path: Any) -> None:
    """Names are not searched for words: prefixes and names of users' own change nothing."""
    metrics, monitor, direction = WATCHED[at]
    stop = C.EarlyStopping(monitor, patience=9)
    best = C.ModelCheckpoint(str(tmp_path / "m.rdeep"), monitor, save_best_only=True)
    rate = C.ReduceLROnPlateau(monitor, patience=9, min_delta=0.0)
    trained = model(metrics)
    history = trained.fit(
        X, Y, epochs=3, verbose=0, callbacks=[stop, best, rate], validation_data=(X, Y)
    ).history[monitor]
    wanted = (max if direction == "max" else min)(history)
    assert stop.best == best.best == rate.best == pytest.approx(wanted)


def test_outputs_called_like_metrics() -> None:
    """An output's name is no metric's."""
    from rdeep import Input, Model

    x = Input((3,))
    two = Model(x, [Dense(1, name="accident")(x), Dense(1, name="loss_recall")(x)])
    two.compile("sgd", "mse", metrics={"accident": ["mae"], "loss_recall": ["r2_score"]})
    assert two.log_directions() == {
        "loss": "min",
        "accident_loss": "min",
        "loss_recall_loss": "min",
        "accident_mae": "min",
        "loss_recall_r2_score": "max",
    }
    stop = C.EarlyStopping("accident_loss", patience=9)
    history = two.fit(X, [Y, Y], epochs=2, verbose=0, callbacks=stop).history
    assert stop.best == min(history["accident_loss"])


class Adding(C.Callback):
    """Adds a log."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Add it."""
        logs["added"] = float(epoch)


def test_unknown_directions(tmp_path: Any) -> None:
    """A log of unknown direction is refused, and `mode` asked for; a mode settles it."""
    makers = [
        lambda monitor, **mode: C.EarlyStopping(monitor, patience=9, **mode),
        lambda monitor, **mode: C.ReduceLROnPlateau(monitor, **mode),
        lambda monitor, **mode: C.ModelCheckpoint(
            str(tmp_path / "u.rdeep"), monitor, save_best_only=True, **mode
        ),
    ]
    for make in makers:
        for monitor in ("largest", "val_largest", "added", "learning_rate", "mean"):
            trained = model([largest, M.Mean(name="mean")])
            trained.learning_rate = 0.01
            with pytest.raises(ArgumentError, match=r"(?s)smaller.*mode='min'") as error:
                trained.fit(
                    X,
                    Y,
                    verbose=0,
                    callbacks=[Adding(), make(monitor)],
                    validation_data=(X, Y),
                )
            assert error.value.argument == "mode"
        callback = make("largest", mode="max")
        history = model([largest]).fit(X, Y, epochs=3, verbose=0, callbacks=callback).history
        assert callback.best == max(history["largest"])
        with pytest.raises(ArgumentError, match="no log named 'lss'"):
            model([]).fit(X, Y, verbose=0, callbacks=make("lss"))
    # Saving each epoch compares nothing.
    every = C.ModelCheckpoint(str(tmp_path / "all-{epoch}.rdeep"), "largest")
    model([largest]).fit(X, Y, verbose=0, callbacks=every)


def test_directions_that_are_none() -> None:
    """A declared direction is `min` or `max`, or Keras's `up` or `down`."""

    class Sideways(Declared):
        _direction = "sideways"

    with pytest.raises(ArgumentError, match="'min' or 'max'"):
        model([Sideways()])
    largest_known = lambda y, p: ops.max(ops.abs(y - p), axis=-1)  # noqa: E731
    largest_known.direction = "min"  # type: ignore[attr-defined]
    assert CustomMetric(function=largest_known).direction == "min"
