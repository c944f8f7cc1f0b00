"""`rdeep.Layer`: what layers of one's own inherit from, and what every layer is one of."""

from __future__ import annotations

from rdeep.catalogue.layers.base import Layer as AnyLayer
from rdeep.graph.custom import CustomLayer
from rdeep.graph.layer import GraphLayer


class _EveryLayer(type):
    """Has `isinstance(layer, rdeep.Layer)` hold of the layers of the catalogue too, as in Keras."""

    def __instancecheck__(cls, instance: object) -> bool:
        whole = cls is Layer and isinstance(instance, (AnyLayer, GraphLayer))
        return whole or super().__instancecheck__(instance)


class Layer(CustomLayer, metaclass=_EveryLayer):
    """A layer of your own: see `CustomLayer`."""

    __doc__ = CustomLayer.__doc__
