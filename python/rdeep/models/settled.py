"""What is said of layers that are frozen: when nothing is trained, or not what one may think."""

from __future__ import annotations

import warnings

from rdeep.catalogue.layers import Layer
from rdeep.errors import RdeepWarning, listing
from rdeep.graph.flags import changed
from rdeep.graph.network import Graph
from rdeep.models.parameters import Parameters
from rdeep.training.trainer import Trainer


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
        return [layer.name for layer in outer if layer.weights]
    return [record.name or record.shown_kind for record in records]
