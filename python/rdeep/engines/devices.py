"""Choosing a device by name: `"cuda:0"` and `"gpu:0"` mean the same on either engine."""

from __future__ import annotations

from rdeep.errors import BackendError, listing


def choose(name: str | None, known: list[str], engine: str) -> str:
    """Return the engine's own name for a device.

    Parameters
    ----------
    name : str or None
        What the user wrote; `None` for the default.
    known : list of str
        The devices there are, the default first.
    engine : str
        The engine's name, for the message.

    Raises
    ------
    BackendError
        If there is no such device.

    Examples
    --------
    >>> choose("gpu", ["cuda:0", "cpu"], "torch")
    'cuda:0'
    """
    if name is None:
        return known[0]
    kind, _, number = str(name).lower().partition(":")
    kinds = ("gpu", "cuda") if kind in ("gpu", "cuda") else (kind,)
    for device in known:
        its_kind, _, its_number = device.partition(":")
        if its_kind in kinds and (number or "0") == (its_number or "0"):
            return device
    raise BackendError(
        f"There is no device {name!r} for {engine} here.",
        argument="device",
        received=name,
        hint=f"There is {listing(known, 'and')}.",
    )
