"""The sections of a layer's docstring that follow from what it declares."""

from __future__ import annotations

from collections.abc import Mapping

from rdeep.catalogue.docstrings import as_entries, entries

_INPUT = ("tensor", "The input, of the shape given below.")
_INPUTS = ("list of tensors", "The inputs, of the shapes given below.")
_TRAINING = (
    "bool, optional",
    "Whether to compute as in training, with random numbers. By default the model decides: `True` "
    "in `fit()`, `False` in `predict()` and `evaluate()`. A layer called on arrays takes `False`.",
)


def derived(cls: type, written: Mapping[str, str], keeps_shape: bool) -> dict[str, str]:
    """Return what a layer is called with and, where they need no words, the shapes.

    Parameters
    ----------
    cls : type of Layer
        The layer.
    written : mapping
        The sections that are written out, by title.
    keeps_shape : bool
        Whether the output has the shape of the input.
    """
    found = {"Call arguments": call_arguments(cls, written.get("Call arguments", ""))}
    if keeps_shape and "Input shape" not in written and getattr(cls, "ndim", None) is None:
        found["Input shape"] = "Any shape."
    if keeps_shape and "Output shape" not in written:
        found["Output shape"] = "The shape of the input."
    return found


def call_arguments(cls: type, written: str) -> str:
    """Return the section `Call arguments` of a layer's docstring.

    Parameters
    ----------
    cls : type of Layer
        The layer.
    written : str
        The entries that are written out; they take the place of those that follow from the class.

    Examples
    --------
    >>> from rdeep.catalogue.layers import Add
    >>> print(call_arguments(Add, ""))
    inputs : list of tensors
        The inputs, of the shapes given below.
    """
    own = entries(written)
    found = {} if set(own) - {"training", "initial_state"} else {"inputs": _input(cls)}
    found |= own
    if getattr(cls, "random", False) is True:
        found["training"] = found.pop("training", _TRAINING)
    return as_entries((name, kind, text) for name, (kind, text) in found.items())


def _input(cls: type) -> tuple[str, str]:
    return _INPUTS if getattr(cls, "merges", False) else _INPUT
