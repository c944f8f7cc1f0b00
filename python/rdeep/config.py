"""Settings by Keras's names: those that rdeep has, and constants that scripts ask for.

Examples
--------
>>> from rdeep import config
>>> config.floatx()
'float32'
"""

from __future__ import annotations

from rdeep.engines import registry as _backends
from rdeep.errors import ArgumentError, Wording, called, show, worded
from rdeep.precision import dtype_policy as dtype_policy
from rdeep.precision import set_dtype_policy as set_dtype_policy


def backend() -> str:
    """Return the engine of models that name none.

    Examples
    --------
    >>> backend()
    'torch'
    """
    return _backends.default()


def floatx() -> str:
    """Return the type of weights.

    Examples
    --------
    >>> floatx()
    'float32'
    """
    return "float32"


def epsilon() -> float:
    """Return the bound that formulas put on what they divide by, or take the logarithm of.

    Examples
    --------
    >>> epsilon()
    1e-07
    """
    return 1e-7


def image_data_format() -> str:
    """Return where images have their channels.

    Examples
    --------
    >>> image_data_format()
    'channels_last'
    """
    return "channels_last"


def set_floatx(value: str) -> None:
    """Refuse other types of weights than float32.

    Parameters
    ----------
    value : str
        The type.

    Examples
    --------
    >>> set_floatx("float32")
    """
    hint = worded(f"{called('set_dtype_policy')} chooses what layers compute in.")
    _fixed("value", value, floatx(), hint)


def set_epsilon(value: float) -> None:
    """Refuse another bound than the one that formulas have.

    Parameters
    ----------
    value : float
        The bound.

    Examples
    --------
    >>> set_epsilon(1e-7)
    """
    _fixed("value", value, epsilon(), "Layers and optimizers have an `epsilon` of their own.")


def set_image_data_format(data_format: str) -> None:
    """Refuse another place of the channels: layers say it themselves.

    Parameters
    ----------
    data_format : str
        The place.

    Examples
    --------
    >>> set_image_data_format("channels_last")
    """
    hint = "Give the layer the option `data_format`."
    _fixed("data_format", data_format, image_data_format(), hint)


def _fixed(argument: str, value: object, known: object, hint: str | Wording) -> None:
    if value != known:
        raise ArgumentError(
            f"{argument!r} must be {show(known)}, not {show(value)}.",
            argument=argument,
            received=value,
            expected=str(known),
            hint=hint,
        )
