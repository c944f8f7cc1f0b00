"""Which layers are trained, and what is said of those that are frozen."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence

from rdeep.catalogue.layers import Layer
from rdeep.errors import RdeepWarning, listing
from rdeep.graph.flags import Flags, changed, flags_of
from rdeep.graph.network import Graph
from rdeep.models.parameters import Parameters
from rdeep.training.trainer import Trainer


def settled(records: Iterable[Layer], trained: Sequence[bool] | None = None) -> Flags:
    """Return which layers are trained: as they say now, or as a file says.

    Parameters
    ----------
    records : iterable of Layer
        The layers.
    trained : sequence of bool, optional
        What a file says, for the layers and those inside them.
    """
    flags = flags_of(records)
    if trained is not None and len(trained) == len(flags):
        return [(record, flag) for (record, _), flag in zip(flags, trained)]
    return flags


def unlike_now(trainer: Trainer, records: Iterable[Layer]) -> list[bool] | None:
    """Return which layers are trained, if layers say something else by now; a file holds both.

    Parameters
    ----------
    trainer : Trainer
        How the model is compiled.
    records : iterable of Layer
        The layers.
    """
    now = flags_of(records)
    then = {id(record): trained for record, trained in trainer.flags}
    trained = [then.get(id(record), flag) for record, flag in now]
    return trained if trained != [flag for _, flag in now] else None


def warn_of_nothing_to_train(parameters: Parameters) -> None:
    """Warn if training would change no weight.

    Parameters
    ----------
    parameters : Parameters
        The model's weights.
    """
    if parameters.graph.weights() and not parameters.trained_names():
        warnings.warn(
            "There is nothing to train in the model: all its layers are frozen.", stacklevel=4
        )


def warn_of_changed_flags(trainer: Trainer, graph: Graph) -> None:
    """Warn, once, if layers were frozen or unfrozen after `compile`.

    Parameters
    ----------
    trainer : Trainer
        How the model is compiled.
    graph : Graph
        The model's graph.
    """
    found = changed(trainer.flags)
    if not found or trainer.flags_warned:
        return
    trainer.flags_warned = True
    for trained, done, so in ((False, "frozen", "still changes"), (True, "unfrozen", "leaves")):
        names = _names([record for record in found if record.trainable is trained], graph)
        if names:
            shown = names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"]
            subject, was, it = (
                ("Layers", "were", "them") if len(names) > 1 else ("Layer", "was", "it")
            )
            alone = "" if trained is False else " alone"
            warnings.warn(
                RdeepWarning(
                    f"{subject} {listing(shown, 'and')} {was} {done} after compile(): this "
                    f"training {so} {it}{alone}. Call compile() again for it to take effect."
                ),
                stacklevel=4,
            )


def _names(records: list[Layer], graph: Graph) -> list[str]:
    """Return the names of layers with weights; a model within the model speaks for its layers."""
    outer = [graph.layer_of[id(record)] for record in records if id(record) in graph.layer_of]
    if outer:
        return [layer.name for layer in outer if layer.declared]
    return [record.name or record.shown_kind for record in records]
