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
from rdeep.training.limits import max_epochs as max_epochs
from rdeep.training.limits import max_steps_per_epoch as max_steps_per_epoch
from rdeep.training.limits import set_max_epochs as set_max_epochs
from rdeep.training.limits import set_max_steps_per_epoch as set_max_steps_per_epoch


def backend() -> str:
    """Return the engine of models that name none.

    Examples
    --------
    >>> backend()
    'torch'
    """
    return _backends.default()


def set_backend(backend: str) -> None:
    """Choose the engine of models that name none.

    Parameters
    ----------
    backend : {"torch", "tensorflow", "numpy"}
        The engine.

    Examples
    --------
    >>> set_backend(backend())
    """
    _backends.set_default(backend)


class _Switches:
    """What Keras's scripts switch, and what nothing here depends on."""

    flash_attention: bool | None = None
    interactive_logging = True
    traceback_filtering = True


_switches = _Switches()


def enable_flash_attention() -> None:
    """Say that attention may be computed by a fused kernel, as the engine does where it has one.

    Examples
    --------
    >>> enable_flash_attention()
    """
    _switches.flash_attention = True


def disable_flash_attention() -> None:
    """Say that attention need not be computed by a fused kernel: results do not depend on it.

    Examples
    --------
    >>> disable_flash_attention()
    """
    _switches.flash_attention = False


def is_flash_attention_enabled() -> bool | None:
    """Return what was said of fused attention; `None` leaves it to the engine.

    Examples
    --------
    >>> enable_flash_attention()
    >>> is_flash_attention_enabled()
    True
    """
    return _switches.flash_attention


def enable_interactive_logging() -> None:
    """Say that progress goes to the terminal, where it goes in any case.

    Examples
    --------
    >>> enable_interactive_logging()
    """
    _switches.interactive_logging = True


def disable_interactive_logging() -> None:
    """Say that progress need not go to the terminal; `verbose=0` keeps it from there.

    Examples
    --------
    >>> disable_interactive_logging()
    """
    _switches.interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Return what was said of progress.

    Examples
    --------
    >>> enable_interactive_logging()
    >>> is_interactive_logging_enabled()
    True
    """
    return _switches.interactive_logging


def enable_traceback_filtering() -> None:
    """Say that errors need not show what is inside: they name what the user wrote in any case.

    Examples
    --------
    >>> enable_traceback_filtering()
    """
    _switches.traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Say that errors may show what is inside.

    Examples
    --------
    >>> disable_traceback_filtering()
    """
    _switches.traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Return what was said of errors.

    Examples
    --------
    >>> enable_traceback_filtering()
    >>> is_traceback_filtering_enabled()
    True
    """
    return _switches.traceback_filtering


def is_nnx_enabled() -> bool:
    """Return whether layers are those of Flax: never.

    Examples
    --------
    >>> is_nnx_enabled()
    False
    """
    return False


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
