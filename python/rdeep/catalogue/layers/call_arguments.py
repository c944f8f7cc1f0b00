"""What a layer takes when it is called, as its docstring says it."""

from __future__ import annotations

from rdeep.catalogue.docstrings import as_entries, entries

_INPUT = ("tensor", "The input, of the shape given below.")
_INPUTS = ("list of tensors", "The inputs, of the shapes given below.")
_TRAINING = (
    "bool, optional",
    "Whether to compute as in training, with random numbers. By default the model decides: `True` "
    "in `fit()`, `False` in `predict()` and `evaluate()`. A layer called on arrays takes `False`.",
)


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
    found = {"inputs": _INPUTS if getattr(cls, "merges", False) else _INPUT}
    own = entries(written)
    # An own name for what goes in, such as `query`, stands in place of `inputs`.
    if own and "inputs" not in own and not set(own) <= {"training", "mask", "initial_state"}:
        found = {}
    if getattr(cls, "random", False) is True:
        found["training"] = _TRAINING
    return as_entries((name, kind, text) for name, (kind, text) in {**found, **own}.items())
