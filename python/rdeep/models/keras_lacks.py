"""What a model has and Keras lacks, so that no file of Keras's could hold it."""

from __future__ import annotations

from collections.abc import Sequence

from rdeep.errors import FileError
from rdeep.graph.own_classes import noted_class
from rdeep.models.interface import SavedModel


class LackedByKeras(FileError):
    """Keras lacks something that a model has, so that no file of Keras's could hold it."""

    lacking: str


def lacked_by_keras(missing: Sequence[str]) -> LackedByKeras:
    """Return the error that says what Keras lacks.

    Parameters
    ----------
    missing : sequence of str
        What it lacks.
    """
    distinct = list(dict.fromkeys(missing))
    rest = f", and {len(distinct) - 10} more" if len(distinct) > 10 else ""
    lacking = f"{', '.join(distinct[:10])}{rest}"
    error = LackedByKeras(
        f"Keras lacks what the model has: {lacking}.",
        argument="filepath",
        hint="Save it as a '.rdeep' file, which holds all of it.",
    )
    error.lacking = lacking
    return error


def refuse_classes(model: SavedModel) -> None:
    """Refuse layers of classes that a host language has made: Keras would know none.

    Parameters
    ----------
    model : Model
        The model.
    """
    if not model.is_built:
        return
    noted = [(layer.name, noted_class(layer.record)) for layer in model.graph.layers]
    missing = [
        f"a class of your own, {own['name']!r} (layer {name!r})"
        for name, own in noted
        if own is not None and own["host"] is not None
    ]
    if missing:
        raise lacked_by_keras(missing)
