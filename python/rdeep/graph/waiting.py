"""A model that becomes a layer before the shape of its input is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.layers.base import Layer
from rdeep.errors import StateError
from rdeep.graph.composite import Composite, InnerGraph
from rdeep.graph.tensor import SymbolicTensor


class WaitingModel(Composite):
    """A model as a layer: what it is first applied to says what weights it has.

    It is then the composite layer that the model is.

    Parameters
    ----------
    model : Model
        The model.
    title : str
        What it is called in a summary, and named after.
    """

    _model: Any

    def __init__(self, model: Any, title: str) -> None:
        # Not Composite's: there is no graph yet.
        Layer.__init__(self)
        self.__dict__.update(_model=model, several=False, title=title, key=title)

    @property
    def model(self) -> Any:
        """The model."""
        return self._model

    @property
    def inner_graph(self) -> InnerGraph:
        """None, as long as it is applied to nothing."""
        raise StateError(
            f"The model {self.named_after()!r} was not applied to anything yet: its weights are "
            "not known.",
            hint="Give its first layer an `input_shape`, or apply it first.",
        )

    def to_data(self) -> dict[str, Any]:
        """Refuse to be written down."""
        return {"graph": self.inner_graph}

    def inners(self) -> list[InnerGraph]:
        """Return none."""
        return []

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether a layer inside draws random numbers, which is not asked before."""
        return False

    def code_limits(self) -> Any:
        """Return what the first layer inside says of codes."""
        records = getattr(self._model, "records", [])
        return records[0].code_limits() if records else None

    def __setattr__(self, name: str, value: object) -> None:
        Layer.__setattr__(self, name, value)

    def before_apply(self, inputs: Sequence[SymbolicTensor]) -> None:
        """Find the model's weights, and be a composite layer from now on."""
        model = self.__dict__.pop("_model")
        if not model.is_built:
            model._build_for(list(inputs))
        graph = model.graph
        self.__dict__.update(inner_graph=InnerGraph(graph), several=len(graph.outputs) > 1)
        object.__setattr__(self, "__class__", Composite)
        if not self.trainable:
            self.trainable = False
        model._layer = self
