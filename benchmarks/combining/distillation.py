"""A teacher, a student with a tenth of its parameters, and the same student alone: three seeds.

Digits: 4,000 of MNIST to learn from, 1,000 to test. Tables: scikit-learn's digits of 8 x 8 numbers
and a table of R's, half to learn from. Accuracy in per cent.

Run: python benchmarks/combining/distillation.py [digits|table ...]
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from data import digits, table

import rdeep
from rdeep import Sequential
from rdeep.distillation import distill
from rdeep.ensembles import Ensemble
from rdeep.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D

EPOCHS = 20


def accuracy(model: Any, x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of samples that are told right, in per cent."""
    return 100.0 * float(np.mean(np.asarray(model.predict(x)).argmax(axis=1) == y))


def compiled(model: Sequential) -> Sequential:
    """Return a network, compiled for classes."""
    model.compile(rdeep.optimizers.Adam(2e-3), "sparse_categorical_crossentropy")
    return model


def convolutions(backend: str, filters: int, units: int, dropout: float) -> Sequential:
    """Return a network of digits."""
    layers = [
        Conv2D(filters, 3, activation="relu"),
        MaxPooling2D(),
        Conv2D(2 * filters, 3, activation="relu"),
        MaxPooling2D(),
        Flatten(),
        Dropout(dropout),
        Dense(units, activation="relu"),
        Dropout(dropout),
        Dense(10, activation="softmax"),
    ]
    return compiled(Sequential(layers, input_shape=(28, 28, 1), backend=backend))


def dense(backend: str, width: int, units: tuple[int, ...], classes: int) -> Sequential:
    """Return a network of a table."""
    layers: list[Any] = [Dense(each, activation="relu") for each in units]
    return compiled(
        Sequential([*layers, Dense(classes, activation="softmax")], (width,), backend=backend)
    )


def report(name: str, seed: int, teacher: Any, size: int, student: Any, found: list[float]) -> None:
    """Print a line."""
    share = 100 * student.count_params() / size
    numbers = " | ".join(f"{each:.1f}" for each in found)
    print(f"{name} | {seed} | {share:.0f} % | {numbers}", flush=True)


def of_digits() -> None:
    """Print what digits come to: the teacher is a network, or an ensemble of both engines."""
    x, y, test_x, test_y = digits()
    for seed in (1, 2, 3):
        for backend in ("torch", "tensorflow"):
            rdeep.set_random_seed(seed)
            teacher = convolutions(backend, 24, 96, 0.3)
            teacher.fit(x, y, epochs=12, verbose=0)
            alone = convolutions(backend, 8, 16, 0.0)
            alone.fit(x, y, epochs=EPOCHS, verbose=0)
            student = convolutions(backend, 8, 16, 0.0)
            distill(teacher, student, x, y, epochs=EPOCHS, verbose=0)
            found = [accuracy(each, test_x, test_y) for each in (teacher, alone, student)]
            report(f"digits ({backend})", seed, teacher, teacher.count_params(), student, found)


def of_table() -> None:
    """Print what a table comes to: the teacher is an ensemble of wide networks of both engines."""
    x, y, _ = table("pen digits")
    for seed in (1, 2, 3):
        order = np.random.default_rng(seed).permutation(len(y))
        learn, test = order[: len(y) // 2], order[len(y) // 2 :]
        for backend in ("torch", "tensorflow"):
            rdeep.set_random_seed(seed)
            members = [dense(each, x.shape[1], (256, 128), 10) for each in ("torch", "tensorflow")]
            for each in members:
                each.fit(x[learn], y[learn], epochs=20, verbose=0)
            teacher = Ensemble(members)
            size = sum(each.count_params() for each in members)
            alone = dense(backend, x.shape[1], (32,), 10)
            alone.fit(x[learn], y[learn], epochs=3 * EPOCHS, verbose=0)
            student = dense(backend, x.shape[1], (32,), 10)
            distill(teacher, student, x[learn], y[learn], mixup=2, epochs=EPOCHS, verbose=0)
            found = [accuracy(each, x[test], y[test]) for each in (teacher, alone, student)]
            report(f"table ({backend})", seed, teacher, size, student, found)


if __name__ == "__main__":
    asked = sys.argv[1:] or ["digits", "table"]
    print("data | seed | parameters of the student | teacher | student alone | distilled")
    begun = time.process_time()
    if "digits" in asked:
        of_digits()
    if "table" in asked:
        of_table()
    print(f"{time.process_time() - begun:.0f} CPU seconds")
