"""The least that torch can need: a loop written by hand for just this network.

The data is permuted once an epoch and batches are views of it; Adam is torch's fused kernel; the
loss is summed in a tensor; memory is kept for the next step. How to call the kernel, which library
multiplies matrices and how many threads to use is found by measuring.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from serving import serve
from workloads import Data, Workload

Step = Callable[[list[Any], Any], Any]
CHUNKS = (1_024, 4_096, 16_384, 65_536, 262_144)


class FloorTorch:
    """A hand-written loop."""

    def load(self) -> None:
        """Import torch."""
        global torch, torch_modules
        import torch
        import torch_modules

    def build(self, workload: Workload, data: Data) -> None:
        """Make tensors and choose how to step."""
        keep_memory()
        self._workload = workload
        inputs, target = torch_modules.arrays(workload, data)
        self._row_views = inputs[0]
        self._inputs = [torch.from_numpy(array) for array in inputs]
        self._target = torch.from_numpy(target)
        self._criterion = torch_modules.criterion(workload)
        self.note = ""
        self._chunk = CHUNKS[0]
        if workload.kind == "predict":
            self._choose_chunk()
        elif workload.kind == "predict_one":
            self._fresh().eval()
        elif workload.rows <= workload.batch:
            self._step = self._kernel_step(self._fresh())
        else:
            self._step = self._choose()

    def _fresh(self) -> Any:
        module = torch_modules.build(self._workload)
        if len(self._workload.input_shape) == 3:
            module = module.to(memory_format=torch.channels_last)
        self._module = module
        return module

    def _on_onednn(self, rows: int) -> Any:
        """Return a module whose large dense layers use oneDNN; `None` if there are none."""
        import onednn

        module = self._fresh()
        return module if onednn.available() and onednn.adopt(module, rows) else None

    # Training -------------------------------------------------------------------------------

    def _optim_step(self, module: Any) -> Step:
        criterion, parameters = self._criterion, list(module.parameters())
        optimizer = torch_modules.adam(parameters, fused=True)

        def step(inputs: list[Any], target: Any) -> Any:
            for parameter in parameters:
                parameter.grad = None
            loss = criterion(module(*inputs), target)
            loss.backward()
            optimizer.step()
            return loss

        return step

    def _kernel_step(self, module: Any) -> Step:
        """Return a step that calls Adam's kernel itself: it saves what the optimizer looks up."""
        criterion, parameters = self._criterion, list(module.parameters())
        means = [torch.zeros_like(parameter) for parameter in parameters]
        squares = [torch.zeros_like(parameter) for parameter in parameters]
        count = torch.zeros(())
        counts = [count] * len(parameters)
        settings = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "weight_decay": 0.0, "eps": 1e-7}
        kernel, gradients, frozen = torch._fused_adam_, torch.autograd.grad, torch.no_grad()

        def step(inputs: list[Any], target: Any) -> Any:
            loss = criterion(module(*inputs), target)
            found = gradients(loss, parameters)
            with frozen:
                count.add_(1)
                kernel(
                    parameters, found, means, squares, [], counts,
                    amsgrad=False, maximize=False, **settings,
                )  # fmt: skip
            return loss

        return step

    def _ways(self) -> dict[str, Callable[[], Step]]:
        """Return the ways to make a step; the later ones need what is private in torch."""
        ways = {"optim.Adam": lambda: self._optim_step(self._fresh())}
        if hasattr(torch, "_fused_adam_"):
            ways["fused kernel"] = lambda: self._kernel_step(self._fresh())
            size = self._workload.batch
            if self._on_onednn(size) is not None:
                ways["fused kernel, oneDNN"] = lambda: self._kernel_step(self._on_onednn(size))
        return ways

    def _choose(self) -> Step:
        """Return the fastest step, and set the better number of threads."""
        size, ways = self._workload.batch, self._ways()
        tensors = [*self._inputs, self._target]
        batches = list(zip(*(tensor[: 40 * size].split(size) for tensor in tensors)))
        steps = {name: way() for name, way in ways.items()}
        trials: dict[tuple[str, int], Callable[[], None]] = {}

        def run(step: Step) -> None:
            for *inputs, target in batches:
                step(inputs, target)

        for threads in thread_counts():
            for name, step in steps.items():
                trials[name, threads] = lambda step=step: run(step)
        (name, threads), self.note = fastest(trials, 3, len(batches))
        torch.set_num_threads(threads)
        return ways[name]()

    def train(self) -> float:
        """Train for the workload's epochs."""
        step, size, rows = self._step, self._workload.batch, self._workload.rows
        for _ in range(self._workload.epochs):
            order = torch.randperm(rows)
            shuffled = [tensor[order].split(size) for tensor in (*self._inputs, self._target)]
            total = torch.zeros(())
            for *inputs, target in zip(*shuffled):
                total.add_(step(inputs, target).detach(), alpha=len(target))
        return total.item() / rows

    # Prediction -----------------------------------------------------------------------------

    def _choose_chunk(self) -> None:
        rows = min(262_144, self._workload.rows)
        modules = {"": self._fresh().eval()}
        other = self._on_onednn(CHUNKS[0])
        if other is not None:
            modules["oneDNN, "] = other.eval()
        trials: dict[tuple[str, int], Callable[[], None]] = {}

        def run(module: Any, chunk: int) -> None:
            self._module, self._chunk = module, chunk
            self.predict(rows)

        for threads in thread_counts():
            for name, module in modules.items():
                for chunk in CHUNKS:
                    key = f"{name}{chunk:,} rows at a time", threads
                    trials[key] = lambda module=module, chunk=chunk: run(module, chunk)
        best, self.note = fastest(trials, 2)
        trials[best]()
        torch.set_num_threads(best[1])

    def predict(self, rows: int) -> np.ndarray:
        """Predict the first rows."""
        training = self._module.training
        self._module.eval()
        with torch.inference_mode():
            parts = self._inputs[0][:rows].split(self._chunk)
            predictions = torch.cat([self._module(part) for part in parts]).numpy()
        self._module.train(training)
        return predictions

    def predict_one(self, row: int) -> np.ndarray:
        """Predict one row."""
        with torch.inference_mode():
            return self._module(torch.from_numpy(self._row_views[row : row + 1])).numpy()


def keep_memory() -> None:
    """Have the C library keep memory that was freed: asking the system anew costs page faults."""
    trim_threshold, mmap_threshold = -1, -3
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(trim_threshold, 1 << 30)
    mallopt(mmap_threshold, 1 << 30)


def thread_counts() -> list[int]:
    """Return one, and as many as there are cores."""
    return sorted({1, torch.get_num_threads()})


def fastest(
    trials: dict[tuple[str, int], Callable[[], None]], times: int, steps: int = 0
) -> tuple[tuple[str, int], str]:
    """Return the fastest of some trials, which are done in turn, and a note on it.

    Parameters
    ----------
    trials : dict
        What to do, by a name and a number of threads.
    times : int
        How often to try each.
    steps : int
        The steps in a trial; if there are any, the note says how long a step took in each way.
    """
    took = dict.fromkeys(trials, float("inf"))
    for _ in range(times):
        for key, trial in trials.items():
            torch.set_num_threads(key[1])
            begun = time.perf_counter()
            trial()
            took[key] = min(took[key], time.perf_counter() - begun)
    best = min(took, key=took.__getitem__)
    note = f"{best[0]}, {best[1]} thread{'s' if best[1] > 1 else ''}"
    if steps:
        each = (
            f"{name} {1e6 * took[name, best[1]] / steps:.0f} µs" for name, n in took if n == best[1]
        )
        note += f" (a step: {'; '.join(each)})"
    return best, note


if __name__ == "__main__":
    serve(FloorTorch())
