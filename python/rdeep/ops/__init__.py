"""Array functions on tensors of either engine, on NumPy's arrays, and on symbolic tensors.

Names, arguments and meanings are those of `keras.ops`. What comes back is a tensor of the engine
that the arguments belong to; plain arrays and numbers go to the default backend.

Examples
--------
>>> from rdeep import ops
>>> ops.mean([[1.0, 2.0], [3.0, 4.0]], axis=0)
tensor([2., 3.])
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.operations import ALIASES as _ALIASES
from rdeep.catalogue.operations import operations as _operations
from rdeep.ops import image as image
from rdeep.ops import linalg as linalg
from rdeep.ops import nn as nn
from rdeep.ops import numpy as numpy


def __getattr__(name: str) -> Any:
    from rdeep.ops.dispatch import function

    if name in _operations():
        return function(name)
    if name in _ALIASES:
        return function(_ALIASES[name])
    raise AttributeError(f"module 'rdeep.ops' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*_operations(), *_ALIASES, "image", "linalg", "nn", "numpy"})
