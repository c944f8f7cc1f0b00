"""Lightning: a module, a `DataLoader` and a `Trainer` without its loggers and checkpoints."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
from serving import serve
from workloads import Data, Workload


def module_class() -> Any:
    """Return the class of the module; Lightning must have been imported."""

    class Trained(lightning.LightningModule):
        """A network with its loss."""

        def __init__(self, network: Any, criterion: Any) -> None:
            super().__init__()
            self.network, self.criterion = network, criterion

        def training_step(self, batch: Any, index: int) -> Any:
            """Return the loss of a batch."""
            *inputs, target = batch
            loss = self.criterion(self.network(*inputs), target)
            self.log("loss", loss, on_step=False, on_epoch=True)
            return loss

        def predict_step(self, batch: Any, index: int) -> Any:
            """Return the outputs for a batch."""
            return self.network(*batch)

        def configure_optimizers(self) -> Any:
            """Return the optimizer."""
            return torch_modules.adam(self.parameters())

    return Trained


class LightningFit:
    """Lightning's own loop."""

    def load(self) -> None:
        """Import Lightning."""
        global DataLoader, TensorDataset, lightning, torch, torch_modules
        import lightning
        import torch
        import torch_modules
        from torch.utils.data import DataLoader, TensorDataset

        logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
        # It recommends loading by several processes, which costs more here than it gains.
        warnings.filterwarnings("ignore")

    def build(self, workload: Workload, data: Data) -> None:
        """Make the module and its data."""
        self._workload = workload
        inputs, target = torch_modules.arrays(workload, data)
        self._tensors = [torch.from_numpy(array) for array in (*inputs, target)]
        network, criterion = torch_modules.build(workload), torch_modules.criterion(workload)
        self._module = module_class()(network, criterion)

    def _trainer(self, epochs: int = 1) -> Any:
        return lightning.Trainer(
            accelerator="cpu",
            max_epochs=epochs,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )

    def train(self) -> float:
        """Train for the workload's epochs."""
        size = self._workload.batch
        loader = DataLoader(TensorDataset(*self._tensors), batch_size=size, shuffle=True)
        trainer = self._trainer(self._workload.epochs)
        trainer.fit(self._module, loader)
        return float(trainer.callback_metrics["loss"])

    def predict(self, rows: int) -> np.ndarray:
        """Predict the first rows, a batch of the work's size at a time."""
        dataset = TensorDataset(self._tensors[0][:rows])
        loader = DataLoader(dataset, batch_size=self._workload.batch)
        return torch.cat(self._trainer().predict(self._module, loader)).numpy()

    def predict_one(self, row: int) -> np.ndarray:
        """Predict one row by calling the module: nobody would use a trainer for it."""
        self._module.eval()
        with torch.inference_mode():
            return self._module.network(self._tensors[0][row : row + 1]).numpy()


if __name__ == "__main__":
    serve(LightningFit())
