"""A `train_step` that is written in R beside the same one in Python, on torch.

Prints CPU milliseconds of a step, by one thread, medians of epochs that take turns: `python
benchmarks/r_steps.py 32 512`, for networks with so many units in two layers. R needs the package
installed and `RETICULATE_PYTHON`. `R, each` is with `run_eagerly = TRUE`: R runs every step.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from rdeep import Input, Model, gradients_of, layers

BATCH, STEPS, INPUTS, EPOCHS = 64, 100, 32, 3

R_CODE = """
suppressMessages(library(rdeep))
use_backend("torch")
x <- matrix(rnorm(%(rows)d * %(inputs)d), %(rows)d)
y <- matrix(rowSums(x))
step <- function(data) {
  c(x, y) %%<-%% data
  y_pred <- NULL
  loss <- function() {
    y_pred <<- self(x, training = TRUE)
    self$compute_loss(x = x, y = y, y_pred = y_pred)
  }
  weights <- self$trainable_weights
  found <- gradients_of(loss, weights, return_value = TRUE)
  self$optimizer$apply(found$gradients, weights)
  c(list(loss = found$value), self$compute_metrics(x, y, y_pred))
}
made <- function(eagerly) {
  inputs <- keras_input(shape = %(inputs)d)
  hidden <- inputs |> layer_dense(%(units)d, "relu") |> layer_dense(%(units)d, "relu")
  model <- Model("Own", train_step = step)(inputs, layer_dense(hidden, 1))
  model |> compile("adam", "mse", metrics = "mae", run_eagerly = eagerly)
  model
}
models <- list(made(FALSE), made(TRUE))
repeat {
  while (!file.exists("%(turn)s")) Sys.sleep(0.01)
  which <- as.integer(readLines("%(turn)s"))
  unlink("%(turn)s")
  taken <- system.time(fit(models[[which]], x, y, batch_size = %(batch)d, verbose = 0))
  cat(sum(taken[1:2]), "\\n")
  flush(stdout())
}
"""


class Own(Model):
    """The same in Python."""

    def train_step(self, data):
        """Take a step."""
        x, y = data
        kept = []

        def loss():
            kept[:] = [self(x, training=True)]
            return self.compute_loss(x=x, y=y, y_pred=kept[0])

        weights = self.trainable_weights
        value, gradients = gradients_of(loss, weights, return_value=True)
        self.optimizer.apply(gradients, weights)
        return {"loss": value, **self.compute_metrics(x, y, kept[0], None)}


def measure(units: int) -> dict[str, float]:
    """Return milliseconds of a step.

    Parameters
    ----------
    units : int
        How many units a layer has.
    """
    x = np.random.default_rng(1).normal(size=(BATCH * STEPS, INPUTS)).astype("float32")
    y = x.sum(1, keepdims=True)
    inputs = Input((INPUTS,))
    hidden = layers.Dense(units, "relu")(layers.Dense(units, "relu")(inputs))
    model = Own(inputs, layers.Dense(1)(hidden), backend="torch")
    model.compile("adam", "mse", metrics=["mae"])
    with tempfile.TemporaryDirectory() as folder:
        turn = os.path.join(folder, "turn")
        sizes = {"rows": BATCH * STEPS, "inputs": INPUTS, "units": units, "batch": BATCH}
        code = R_CODE % {**sizes, "turn": turn}
        with subprocess.Popen(["Rscript", "-e", code], stdout=subprocess.PIPE, text=True) as r:
            assert r.stdout is not None
            lines = r.stdout

            def in_r(which: int) -> float:
                with open(turn + ".new", "w", encoding="ascii") as file:
                    print(which, file=file)
                os.rename(turn + ".new", turn)
                return float(lines.readline())

            def in_python() -> float:
                start = time.process_time()
                model.fit(x, y, batch_size=BATCH, verbose=0)
                return time.process_time() - start

            runs = {"Python": in_python, "R": lambda: in_r(1), "R, each": lambda: in_r(2)}
            taken = [{name: run() for name, run in runs.items()} for _ in range(EPOCHS + 1)][1:]
            r.kill()
    return {name: 1000 * float(np.median([t[name] for t in taken])) / STEPS for name in runs}


def main() -> None:
    """Print them for each size."""
    import torch

    torch.set_num_threads(1)
    for units in map(int, sys.argv[1:] or ["32", "512"]):
        found = measure(units)
        each = ", ".join(f"{name} {value:.2f} ms" for name, value in found.items())
        print(f"{units} units: {each}; R is {found['R'] / found['Python']:.2f} of Python")


if __name__ == "__main__":
    main()
