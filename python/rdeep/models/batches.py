"""Single batches: one step of training, the scores and the predictions of one.

Methods of `Model`, written as functions of one, for loops that users write themselves.
"""

from __future__ import annotations

import math
from typing import Any

from rdeep.data.arrays import ArrayFeed
from rdeep.data.structured import packed, structured
from rdeep.data.weights import by_class
from rdeep.interrupts import interrupts
from rdeep.models import user_steps
from rdeep.models.evaluated import as_keras
from rdeep.models.interface import WholeModel
from rdeep.training.batch_sizes import check_batch
from rdeep.training.fitting import FitOptions, open_session


@interrupts.held()
def train_on_batch(
    model: WholeModel,
    /,
    x: object,
    y: object = None,
    sample_weight: object = None,
    class_weight: object = None,
    return_dict: bool = False,
) -> Any:
    """Take one step of training.

    Parameters
    ----------
    x, y : array, list or dict of arrays
        The batch.
    sample_weight : array, optional
        A weight for each sample.
    class_weight : dict, optional
        Weights by class number.
    return_dict : bool
        Whether to return a dict.

    Returns
    -------
    float, list or dict
        As `evaluate` returns them: the loss and the metrics of this batch, as the step saw it. A
        step that comes to no number is not taken: the loss is NaN then, and a warning says why.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1, kernel_initializer="zeros")], input_shape=(2,))
    >>> model.compile("sgd", "mse")
    >>> model.train_on_batch(np.ones((4, 2)), np.ones(4))["loss"]
    1.0
    """
    own = "train_step" in user_steps.own_steps(model)
    feed = (
        structured(packed((x, y, sample_weight)))[0]
        if own
        else _feed_of(model, x, y, sample_weight, class_weight)
    )
    options: dict[str, Any] = {
        "batch_size": feed.rows,
        "shuffle": False,
        "sample_weight": sample_weight,
        "class_weight": class_weight,
    }
    history = model.history
    if own:
        session = model.session(x, y, listen=("epoch_end",), **options)
    else:
        session = open_session(model, x, y, FitOptions(**options), ("epoch_end",))
    try:
        while (event := session.advance()) is not None and event.kind != "epoch_end":
            if event.kind == "interrupted":
                raise KeyboardInterrupt
        # No event: the step came to no number and was not taken.
        logs = {"loss": math.nan} if event is None else dict(event.logs)
        session.advance()
    finally:
        # A loop of batches is no training with a history of its own.
        model.history = history
    logs.pop("learning_rate", None)
    return as_keras(logs, return_dict)


def test_on_batch(
    model: WholeModel,
    /,
    x: object,
    y: object = None,
    sample_weight: object = None,
    return_dict: bool = False,
) -> Any:
    """Return the loss and the metrics of one batch.

    Parameters
    ----------
    x, y : array, list or dict of arrays
        The batch.
    sample_weight : array, optional
        A weight for each sample.
    return_dict : bool
        Whether to return a dict.
    """
    if user_steps.own_steps(model):
        rows = structured(packed((x, y, sample_weight)))[0].rows
    else:
        rows = _feed_of(model, x, y, sample_weight).rows
    return model.evaluate(
        x, y, batch_size=rows, sample_weight=sample_weight, return_dict=return_dict
    )


def predict_on_batch(model: WholeModel, /, x: object) -> Any:
    """Return the outputs for one batch, computed at once.

    Parameters
    ----------
    x : array, list or dict of arrays
        The batch.
    """
    if user_steps.own_steps(model):
        rows = structured(x)[0].rows
    else:
        rows = len(model.inputs_of(x)[0])
        check_batch(model, rows)
    return model.predict(x, batch_size=rows)


def _feed_of(
    model: WholeModel,
    /,
    x: object,
    y: object,
    sample_weight: object = None,
    class_weight: Any = None,
) -> ArrayFeed:
    """Return a batch as arrays, which must be of the size that was declared, if one was."""
    if model.trainer.phases is None:
        x = model.arranged(x)
        model.build_for(x)
        y = model.arranged(y, "y")
    feed = model.feed_of(x, y, sample_weight)
    if class_weight is not None:
        # Looked at here, and applied where the step is taken.
        by_class(feed, model.graph, model.output_losses(), class_weight)
    check_batch(model, feed.rows)
    return feed
