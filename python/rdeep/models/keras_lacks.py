"""What a model has and Keras lacks, so that no file of Keras's could hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from rdeep.catalogue.layers import Layer
from rdeep.errors import FileError
from rdeep.graph.network import Graph
from rdeep.graph.own_classes import noted_class
from rdeep.models.interface import SavedModel
from rdeep.saving.foreign.keras_objects import Plain

Own = Callable[[Layer, "str | None"], "Plain | None"]


class Missing(list[str]):
    """What Keras lacks of a model, and how layers are written that it lacks or would not know.

    Parameters
    ----------
    own : function, optional
        Returns what is written of a layer of a name in the place of Keras's form.
    graph : Graph, optional
        The model's graph.
    """

    def __init__(self, own: Own | None = None, graph: Graph | None = None) -> None:
        super().__init__()
        self.own = own
        counts = Counter([] if graph is None else graph.records_within)
        several = [key for key, count in counts.items() if count > 1]
        self._shared = {key: number for number, key in enumerate(several, 1)}

    def numbered(self, record: Layer, written: Plain) -> Plain:
        """Return what is written of a layer, with what Keras knows it by in several places."""
        wrapped = getattr(record, "layer", None)
        if wrapped is not None and id(wrapped) in self._shared:
            self.numbered(wrapped, written["config"]["layer"])
        if id(record) in self._shared:
            written["shared_object_id"] = self._shared[id(record)]
        return written


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
