"""Random numbers as tensors, the same on both engines: names and arguments of `keras.random`.

A `seed` that is a number gives the same numbers each time, a `SeedGenerator` others each time;
without one the next seed of the process's stream is taken, which `rdeep.set_random_seed` starts.

Examples
--------
>>> from rdeep import random
>>> random.integer((2,), 0, 10, seed=1)
tensor([4, 5], dtype=torch.int32)
"""

from __future__ import annotations

from typing import Any

from rdeep.seeds import SeedGenerator as SeedGenerator

_NAMES = (
    *("normal", "uniform", "integer", "truncated_normal", "gamma", "beta", "binomial"),
    *("categorical", "dropout", "shuffle"),
)


def __getattr__(name: str) -> Any:
    from rdeep.ops.dispatch import function

    name = "integer" if name == "randint" else name
    if name in _NAMES:
        return function(f"random_{name}")
    raise AttributeError(f"module 'rdeep.random' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_NAMES, "SeedGenerator", "randint"])
