"""What data is recognised by."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np


def fingerprint(*values: Any) -> str:
    """Return a short text that other data would not have.

    Parameters
    ----------
    *values
        Arrays, frames, or lists and dicts of these; of what else there is, the type counts.
    """
    digest = hashlib.blake2b(digest_size=12)
    _add(digest, values)
    return digest.hexdigest()


def _add(digest: Any, value: Any) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            digest.update(str(key).encode())
            _add(digest, each)
    elif isinstance(value, (list, tuple)):
        digest.update(f"{len(value)}[".encode())
        for each in value:
            _add(digest, each)
    elif isinstance(value, np.ndarray) and value.dtype != object:
        digest.update(f"{value.shape}{value.dtype}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif value is None or isinstance(value, (bool, int, float, str)):
        digest.update(repr(value).encode())
    elif hasattr(value, "columns") and hasattr(value, "shape"):
        for name in value.columns:
            digest.update(str(name).encode())
            _add(digest, np.asarray(value[name]).tolist())
    elif isinstance(value, np.ndarray):
        _add(digest, value.tolist())
    else:
        digest.update(type(value).__name__.encode())
