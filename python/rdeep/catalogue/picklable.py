"""What `pickle` can write down: it knows functions and classes by their names in modules alone."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any


def is_picklable(value: Any) -> bool:
    """Return whether pickle can write something down: no lambda, and nothing inside a function.

    Parameters
    ----------
    value : object
        A function, a class, or an object.
    """
    try:
        pickle.dumps(value)
    except Exception:
        return False
    return True


def picklable_state(state: Mapping[str, Any]) -> bool:
    """Return whether pickle can write down all functions and classes in an object's state.

    Parameters
    ----------
    state : mapping
        The object's attributes.
    """
    return all(is_picklable(value) for value in state.values() if callable(value))
