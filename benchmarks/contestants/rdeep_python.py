"""rdeep from Python. The argument says on which engine."""

from __future__ import annotations

import sys

import networks
import numpy as np
from serving import serve
from workloads import Data, Workload


class RdeepPython:
    """rdeep's `fit` and `predict`.

    Parameters
    ----------
    engine : {"torch", "tensorflow"}
        Where models run.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def load(self) -> None:
        """Import rdeep, and the engine, which rdeep itself would load with the first model."""
        global rdeep
        import rdeep
        from rdeep.engines import registry

        registry.load(self._engine)

    def build(self, workload: Workload, data: Data) -> None:
        """Make and compile the model."""
        self._workload = workload
        self._x = data.inputs if len(data.inputs) > 1 else data.inputs[0]
        self._y = data.target
        rdeep.set_random_seed(1)
        tensors, outputs = networks.build(rdeep, workload)
        self._model = rdeep.Model(tensors, outputs, backend=self._engine)
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
        return self._model.predict(self._x[:rows])

    def predict_one(self, row: int) -> np.ndarray:
        """Predict one row."""
        return self._model.predict(self._x[row : row + 1])


if __name__ == "__main__":
    serve(RdeepPython(sys.argv[1]))
