"""What an engine's error says to somebody who knows nothing of engines."""

from __future__ import annotations

import re

# How TensorFlow marks a message: where it was computed, by what, and what else it was called.
_NOISE = re.compile(
    r"\{\{function_node .*?\}\}\s*|\{\{node .*?\}\}\s*|\s*\[Op:\w*\]|\s*\bname:\s*\S*$"
    r"|/job:\S+?/device:\w+:\d+\s*|^Exception encountered when calling .*?:\s*"
)


def reason(error: BaseException) -> str:
    """Return the first line of an error's message, without an engine's own names.

    Parameters
    ----------
    error : BaseException
        The error.

    Examples
    --------
    >>> reason(ValueError("{{function_node __wrapped__Add/device:CPU:0}} No. [Op:Add]"))
    'No.'
    """
    lines = [_NOISE.sub("", line).strip() for line in str(error).splitlines()]
    return next((line for line in lines if line), type(error).__name__)
