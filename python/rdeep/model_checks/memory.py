"""The most memory that this process held, measured anew from a moment on."""

from __future__ import annotations

import contextlib
from pathlib import Path

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def start() -> float | None:
    """Begin to measure: return the bytes that the process holds now; `None` where nobody can say.

    Linux alone keeps a peak that can be set back.
    """
    with contextlib.suppress(OSError, ValueError):
        _RESET.write_text("5")
        return _read("VmRSS:")
    return None


def peak() -> float | None:
    """Return the most bytes that the process held since `start`."""
    with contextlib.suppress(OSError, ValueError):
        return _read("VmHWM:")
    return None


def _read(name: str) -> float | None:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(name):
            return float(line.split()[1]) * 1024.0
    return None
