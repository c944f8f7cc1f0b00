"""Keras as its users use it: `model.fit` and `model.predict`. The argument says on which engine."""

from __future__ import annotations

import os
import sys

import numpy as np
from serving import serve
from workloads import Data, Workload


class KerasFit:
    """Keras's own loop."""

    def load(self) -> None:
        """Import Keras."""
        global keras_models, networks
        import keras_models
        import networks

    def build(self, workload: Workload, data: Data) -> None:
        """Make and compile the model."""
        self._workload = workload
        self._x = data.inputs if len(data.inputs) > 1 else data.inputs[0]
        self._y = data.target
        self._model = keras_models.build(workload)
        self._model.compile("adam", networks.LOSSES[workload.loss])

    def train(self) -> float:
        """Train for the workload's epochs."""
        workload = self._workload
        history = self._model.fit(
            self._x, self._y, batch_size=workload.batch, epochs=workload.epochs, verbose=0
        )
        return float(history.history["loss"][-1])

    def predict(self, rows: int) -> np.ndarray:
        """Predict the first rows, with the default batch size."""
        return self._model.predict(self._x[:rows], verbose=0)

    def predict_one(self, row: int) -> np.ndarray:
        """Predict one row."""
        return self._model.predict(self._x[row : row + 1], verbose=0)


if __name__ == "__main__":
    os.environ["KERAS_BACKEND"] = sys.argv[1]
    serve(KerasFit())
