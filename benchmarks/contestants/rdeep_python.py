"""rdeep from Python. The argument says on which engine."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from serving import serve
from workloads import Data, Workload

LOSSES = {
    "mse": "mean_squared_error",
    "sparse": "sparse_categorical_crossentropy",
    "binary": "binary_crossentropy",
}
OUTPUTS = {"mse": None, "sparse": "softmax", "binary": "sigmoid"}


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
        global rdeep, layers
        import rdeep
        from rdeep import layers
        from rdeep.engines import registry

        registry.load(self._engine)

    def build(self, workload: Workload, data: Data) -> None:
        """Make and compile the model."""
        self._workload = workload
        self._x = data.inputs if len(data.inputs) > 1 else data.inputs[0]
        self._y = data.target
        rdeep.set_random_seed(1)
        self._model = self._network(workload)
        self._model.compile("adam", LOSSES[workload.loss])

    def _network(self, workload: Workload) -> Any:
        chain = [_layer(kind, options) for kind, *options in workload.layers[:-1]]
        chain.append(layers.Dense(workload.layers[-1][1], OUTPUTS[workload.loss]))
        if not workload.cardinalities:
            return rdeep.Sequential(chain, input_shape=workload.input_shape, backend=self._engine)
        tensors = [rdeep.Input(workload.input_shape)]
        parts = [tensors[0]]
        for levels, size in zip(workload.cardinalities, workload.dimensions):
            column = rdeep.Input((1,), dtype="int32")
            tensors.append(column)
            parts.append(layers.Flatten()(layers.Embedding(levels, size)(column)))
        x = layers.Concatenate()(parts)
        for layer in chain:
            x = layer(x)
        return rdeep.Model(tensors, x, backend=self._engine)

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


def _layer(kind: str, options: list[Any]) -> Any:
    kinds = {
        "dense": layers.Dense,
        "flatten": layers.Flatten,
        "lstm": layers.LSTM,
        "pool": layers.MaxPooling2D,
    }
    if kind == "conv":
        return layers.Conv2D(options[0], options[1], activation=options[2])
    return kinds[kind](*options)


if __name__ == "__main__":
    serve(RdeepPython(sys.argv[1]))
