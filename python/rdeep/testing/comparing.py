"""Comparing arrays, and saying in a sentence what differs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from rdeep.engines import registry

Check = Callable[[], None]
"""Asserts something, and takes nothing."""
Checks = Iterator[tuple[str, Check]]
"""Checks by name, such as `pytest.mark.parametrize` takes."""


def assert_close(found: Any, wanted: Any, tolerance: float, what: str, hint: str) -> None:
    """Assert that arrays agree to a share of the largest value (at least 1).

    Parameters
    ----------
    found, wanted : array
        The arrays.
    tolerance : float
        The share.
    what : str
        What was compared with what, the sentence's beginning.
    hint : str
        What to do.
    """
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape:
        raise AssertionError(
            f"{what}: the shapes differ, {found.shape} and not {wanted.shape}. {hint}"
        )
    if found.dtype.kind not in "fc" or wanted.dtype.kind not in "fc":
        if not np.array_equal(found, wanted):
            count = int(np.sum(found != wanted))
            raise AssertionError(f"{what}: {count} of {found.size} values differ. {hint}")
        return
    # Where one is infinite or not a number, so is the other.
    if not np.array_equal(np.isnan(found), np.isnan(wanted)):
        raise AssertionError(f"{what}: one has NaN where the other has numbers. {hint}")
    finite = np.isfinite(wanted)
    if not np.array_equal(found[~finite & ~np.isnan(wanted)], wanted[~finite & ~np.isnan(wanted)]):
        raise AssertionError(f"{what}: one is infinite where the other is not. {hint}")
    scale = max(1.0, float(np.abs(wanted[finite]).max(initial=0.0)))
    apart = float(np.abs(found[finite] - wanted[finite]).max(initial=0.0))
    if not apart <= tolerance * scale:
        raise AssertionError(
            f"{what}: the largest difference is {apart:.2g}, which is more than {tolerance:g} of "
            f"the largest value, {scale:.3g}. {hint}"
        )


def assert_all_close(
    found: Sequence[Any], wanted: Sequence[Any], tolerance: float, what: str, hint: str
) -> None:
    """Assert that as many arrays agree, each with its own.

    Parameters
    ----------
    found, wanted : sequence of array
        The arrays.
    tolerance, what, hint
        As for `assert_close`.
    """
    if len(found) != len(wanted):
        raise AssertionError(f"{what}: {len(found)} results and not {len(wanted)}. {hint}")
    for place, (mine, theirs) in enumerate(zip(found, wanted)):
        which = f", result {place + 1}" if len(wanted) > 1 else ""
        assert_close(mine, theirs, tolerance, what + which, hint)


def engines_to_check(engines: Sequence[str] | None) -> list[str]:
    """Return the engines that checks run on besides NumPy: by default those that are installed.

    Parameters
    ----------
    engines : sequence of str, optional
        Their names.

    Warns
    -----
    UserWarning
        If engines that rdeep knows are not installed, so that nothing is checked on them.
    """
    if engines is not None:
        return [registry.check_name(name) for name in engines if name != "numpy"]
    there = registry.installed()
    missing = [name for name in registry.names() if name not in there and name != "numpy"]
    if missing:
        warnings.warn(
            f"Nothing is checked on {' and '.join(missing)}, which "
            f"{'is' if len(missing) == 1 else 'are'} not installed.",
            stacklevel=3,
        )
    return there


def run_all(checks: Checks) -> list[str]:
    """Run checks, and return their names.

    Parameters
    ----------
    checks : iterator of (name, check)
        The checks.

    Raises
    ------
    AssertionError
        With the sentences of all that failed.
    """
    passed, failed = [], []
    for name, check in checks:
        try:
            check()
        except AssertionError as error:
            failed.append(f"{name}: {error}")
        else:
            passed.append(name)
    if failed:
        raise AssertionError("\n".join(failed))
    return passed
