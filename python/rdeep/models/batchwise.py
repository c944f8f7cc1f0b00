"""A model and single batches: one step of training, the scores and the predictions of one."""

from __future__ import annotations

from typing import Any

from rdeep.data import prepare
from rdeep.data.arrays import ArrayFeed
from rdeep.models.trained import Trained
from rdeep.training.batch_sizes import check_batch
from rdeep.training.fitting import FitOptions, open_session


class Batchwise(Trained):
    """The part of a model that is asked batch by batch, by loops that users write themselves."""

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None
    ) -> dict[str, Any]:
        """Take one step of training.

        Parameters
        ----------
        x, y : array, list or dict of arrays
            The batch.
        sample_weight : array, optional
            A weight for each sample.
        class_weight : dict, optional
            Weights by class number.

        Returns
        -------
        dict
            The loss and the metrics of this batch, as the step saw it.

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
        feed = self._feed_of(x, y, sample_weight, class_weight)
        options = FitOptions(
            batch_size=feed.rows,
            shuffle=False,
            sample_weight=sample_weight,
            class_weight=class_weight,
        )
        history = self.history
        session = open_session(self, x, y, options, ("epoch_end",))
        try:
            while (event := session.advance()) is not None and event.kind != "epoch_end":
                pass
            logs = {} if event is None else dict(event.logs)
            session.advance()
        finally:
            # A loop of batches is no training with a history of its own.
            self.history = history
        logs.pop("learning_rate", None)
        return logs

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """Return the loss and the metrics of one batch.

        Parameters
        ----------
        x, y : array, list or dict of arrays
            The batch.
        sample_weight : array, optional
            A weight for each sample.
        """
        feed = self._feed_of(x, y, sample_weight)
        return self.evaluate(x, y, batch_size=feed.rows, sample_weight=sample_weight)

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch, computed at once.

        Parameters
        ----------
        x : array, list or dict of arrays
            The batch.
        """
        rows = len(self.inputs_of(x)[0])
        check_batch(self, rows)
        return self.predict(x, batch_size=rows)

    def _feed_of(self, x: Any, y: Any, *weights: Any) -> ArrayFeed:
        """Return a batch as arrays, which must be of the size that was declared, if one was."""
        x = self.arranged(x)
        self.build_for(x)
        feed = prepare.feed(self.graph, self.losses(), x, self.arranged(y, "y"), *weights)
        check_batch(self, feed.rows)
        return feed
