"""What the examples in docstrings may use without an import."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def add_numpy(doctest_namespace: dict[str, object]) -> None:
    """Give examples `np`, as numpydoc has it."""
    doctest_namespace["np"] = np
