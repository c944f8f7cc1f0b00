"""Methods that users of Keras override and rdeep never calls: said when a class is made.

A class of the user's own is looked at before anything is trained with it: a method that would be
ignored is refused, with what to do in its place. Methods that say how a class is saved are only
spoken of: what they would save, files have without them.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from rdeep.errors import ArgumentError, RdeepWarning, suggestion

_STEPS = (
    "Write train_step(), test_step() or predict_step(), which are called for each batch, or "
    "compute_loss()."
)
_SHAPES = "Shapes are found by calling call() with symbolic tensors: leave it out."
_FUNCTION = "{what} of your own is a function{of}: give the function itself."

_SAVING = frozenset(("save_own_variables", "load_own_variables", "save_assets", "load_assets"))
"""Methods of layers and models that say how they are saved, and are not called."""
_STATELESS = ("stateless_call", "symbolic_call")

REFUSED: Mapping[str, Mapping[str, str]] = {
    "model": {
        **dict.fromkeys(
            (
                "make_train_function",
                "make_test_function",
                "make_predict_function",
                "compute_and_apply_gradients",
            ),
            _STEPS,
        ),
        **dict.fromkeys(_STATELESS, _SHAPES),
        "compute_mask": "Layers make and pass on masks: leave it out.",
    },
    "layer": {
        **dict.fromkeys(_STATELESS, _SHAPES),
        "add_metric": "Give the metric to compile(), on an output of the model.",
        "quantize": "Weights are float32: leave it out.",
    },
    "loss": dict.fromkeys(
        ("call", "__call__"),
        _FUNCTION.format(what="A loss", of=" of (y_true, y_pred)"),
    ),
    "metric": dict.fromkeys(
        ("update_state", "result", "reset_state", "reset_states"),
        "A metric of your own inherits from rdeep.Metric, or is a function of (y_true, y_pred).",
    ),
    "stateful metric": {
        **dict.fromkeys(
            ("stateless_update_state", "stateless_result", "merge_state", "__call__"),
            "It is run by update_state() and result() alone: leave it out.",
        ),
        "reset_states": "Its name is reset_state().",
    },
    "optimizer": dict.fromkeys(
        (
            "update_step",
            "apply_gradients",
            "apply",
            "build",
            "minimize",
            "compute_gradients",
            "get_updates",
            "_resource_apply_dense",
        ),
        "A rule of rdeep has slots() and update(): see rdeep.catalogue.optimizers.Optimizer.",
    ),
    "constraint": {"__call__": _FUNCTION.format(what="A constraint", of=" of a weight")},
    "regularizer": {"__call__": _FUNCTION.format(what="A regularizer", of=" of a weight")},
    "initializer": {"__call__": _FUNCTION.format(what="An initializer", of=" of a shape")},
    "activation": dict.fromkeys(
        ("__call__", "call"), _FUNCTION.format(what="An activation", of=" of a tensor")
    ),
    "schedule": {"__call__": _FUNCTION.format(what="A schedule", of=" of the step")},
    "catalogue layer": dict.fromkeys(
        ("call", "build"), "A layer of your own inherits from rdeep.Layer."
    ),
}
"""For each kind of class, the methods that are never called, with what to do instead."""


def is_users(cls: type) -> bool:
    """Return whether a class was made outside of this package.

    Parameters
    ----------
    cls : type
        The class.
    """
    return cls.__module__.partition(".")[0] != "rdeep"


def refuse_overrides(cls: type, kind: str) -> None:
    """Refuse a class that overrides what is never called.

    Parameters
    ----------
    cls : type
        The class, as it is made.
    kind : str
        A key of `REFUSED`.

    Raises
    ------
    ArgumentError
        If it does.
    """
    if not is_users(cls):
        return
    for name, hint in REFUSED.get(kind, {}).items():
        if name in cls.__dict__:
            raise ArgumentError(
                f"{cls.__name__} overrides {name}(), which rdeep never calls.",
                argument=name,
                hint=hint,
            )
    unheard = sorted(_SAVING & cls.__dict__.keys()) if kind in ("layer", "model") else []
    if unheard:
        warnings.warn(
            f"{cls.__name__} has {unheard[0]}(), which rdeep does not call: its files hold what a "
            f"{kind} computes, and all of its weights.",
            RdeepWarning,
            stacklevel=3,
        )


def refuse_misspelt(cls: type, prefix: str, known: list[str]) -> None:
    """Refuse a class that has a method which begins as those that are called, and is none.

    Parameters
    ----------
    cls : type
        The class, as it is made.
    prefix : str
        What such methods begin with.
    known : list of str
        Those that are called.
    """
    if not is_users(cls):
        return
    for name in cls.__dict__:
        if name.startswith(prefix) and name not in known:
            raise ArgumentError(
                f"{cls.__name__} has a method {name}(), which nothing calls.",
                argument=name,
                hint=suggestion(name, known),
            )
