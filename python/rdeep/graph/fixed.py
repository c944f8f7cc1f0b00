"""Detecting random numbers that a traced function draws outside of the graph, as constants."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from rdeep.errors import RdeepWarning, called
from rdeep.seeds import stream


@contextmanager
def noticing_draws(name: str) -> Iterator[None]:
    """Warn if what runs within draws numbers that a network cannot draw again.

    Parameters
    ----------
    name : str
        What the function is called in messages.
    """
    before = _states()
    yield
    after = _states()
    if before.pop("starts") != after["starts"]:
        # Somebody set a seed within: what was drawn besides, the states no longer say.
        return
    for source, state in before.items():
        if state is not None and state != after[source]:
            warnings.warn(
                RdeepWarning(
                    f"{name} draws random numbers from {source}: that happens once, while it is "
                    "looked at, and each step computes with these same numbers. "
                    f"{called('rdeep.random.normal')} and its like draw anew in each step."
                ),
                stacklevel=3,
            )


def _states() -> dict[str, Any]:
    """Return the states of the generators that everybody shares, by their names."""
    numpy: Any = np.random.get_state(legacy=False)
    states: dict[str, Any] = {
        "starts": (stream.starts, stream.started_torch),
        "np.random": (numpy["state"]["pos"], numpy["state"]["key"].tobytes())
        if numpy["bit_generator"] == "MT19937"
        else None,
        "Python's random": random.getstate(),
        "torch": None,
    }
    torch = sys.modules.get("torch")
    # Halfway through its import the module has no such function yet.
    if torch is not None and hasattr(torch, "get_rng_state"):
        states["torch"] = torch.get_rng_state().numpy().tobytes()
    return states
