"""Data for small models."""

from __future__ import annotations

import numpy as np
import pytest

from small_models import Arrays


@pytest.fixture
def data(rng: np.random.Generator) -> Arrays:
    """64 samples."""
    x = rng.normal(size=(64, 4)).astype("float32")
    return x, x.sum(1, keepdims=True).astype("float32")
