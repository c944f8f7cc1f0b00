"""Errors and warnings as plain data, which R words and signals."""

from __future__ import annotations

import traceback
from typing import Any

from rdeep.engines.reasons import reason
from rdeep.errors import NumbersWarning, RdeepError, RdeepWarning, show, worded


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return an error as plain data: texts as pieces, of which values and functions are data.

    Parameters
    ----------
    error : BaseException
        The error; one that is not rdeep's own is described as internal.
    """
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    if not isinstance(error, RdeepError):
        said = reason(error) if "\n" in str(error) else str(error)
        message = worded(f"{type(error).__name__}: {said}").data()
        return {"kind": "internal", "message": message, "trace": trace}
    return {
        "kind": error.kind,
        **{name: text.data() for name, text in error.wording.items()},
        "argument": error.argument,
        "received": None if error.received is None else show(error.received).data(),
        "layer": error.layer,
        "trace": trace,
    }


def warned(warning: Warning | str) -> dict[str, Any]:
    """Return a warning as plain data: its pieces, its kind, and what was found.

    Parameters
    ----------
    warning : Warning
        What was recorded.
    """
    if isinstance(warning, NumbersWarning):
        return {"pieces": warning.wording.data(), "kind": warning.kind, "found": warning.found}
    said = warning.wording if isinstance(warning, RdeepWarning) else worded(str(warning))
    return {"pieces": said.data(), "kind": None, "found": {}}
