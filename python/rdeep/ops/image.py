"""Operations on images by their short names, as in `keras.ops.image`.

Examples
--------
>>> import numpy as np
>>> from rdeep.ops import image
>>> tuple(image.resize(np.ones((4, 4, 3)), (2, 2)).shape)
(2, 2, 3)
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.operations import operations as _operations

_ALIASES = {"crop_images": "crop", "pad_images": "pad"}


def __getattr__(name: str) -> Any:
    from rdeep.ops.dispatch import function

    full = f"image_{_ALIASES.get(name, name)}"
    if full in _operations():
        return function(full)
    raise AttributeError(f"module 'rdeep.ops.image' has no attribute {name!r}")


def __dir__() -> list[str]:
    short = [name.removeprefix("image_") for name in _operations() if name.startswith("image_")]
    return sorted([*short, *_ALIASES])
