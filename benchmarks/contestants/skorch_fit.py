"""skorch: torch with scikit-learn's `fit` and `predict`."""

from __future__ import annotations

from typing import Any

import numpy as np
from serving import serve
from workloads import Data, Workload


class SkorchFit:
    """skorch's own loop."""

    def load(self) -> None:
        """Import skorch."""
        global NeuralNet, torch, torch_modules
        import torch
        import torch_modules
        from skorch import NeuralNet

    def build(self, workload: Workload, data: Data) -> None:
        """Make the net."""
        inputs, self._y = torch_modules.arrays(workload, data)
        # Several inputs go to the module by the names of its arguments.
        named = dict(zip(("numeric", "codes"), inputs))
        self._x: Any = named if len(inputs) > 1 else inputs[0]
        self._epochs = workload.epochs
        self._net = NeuralNet(
            torch_modules.build(workload),
            criterion=torch_modules.criterion(workload),
            optimizer=torch.optim.Adam,
            optimizer__eps=1e-7,
            lr=1e-3,
            batch_size=workload.batch,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        ).initialize()

    def train(self) -> float:
        """Train for the workload's epochs."""
        self._net.partial_fit(self._x, self._y, epochs=self._epochs)
        return float(self._net.history[-1, "train_loss"])

    def predict(self, rows: int) -> np.ndarray:
        """Predict the first rows, a batch of the work's size at a time."""
        return self._net.predict(self._x[:rows])

    def predict_one(self, row: int) -> np.ndarray:
        """Predict one row."""
        return self._net.predict(self._x[row : row + 1])


if __name__ == "__main__":
    serve(SkorchFit())
