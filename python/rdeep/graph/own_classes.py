"""Classes of users in files: a name and a configuration, for whoever has registered the class.

A file holds what a layer of one's own computes, and is read without its class. Where the class is
registered, or given as one of the custom objects, the layer is made again by it, and computes by
its `call`: it has the methods and attributes of its class then.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.custom_objects import get_registered_name, get_registered_object
from rdeep.errors import RdeepWarning, plain, worded
from rdeep.errors.damage import Damage
from rdeep.graph.composite import Composite, InnerGraph
from rdeep.graph.custom import CustomLayer
from rdeep.graph.tensor import Input

FIELDS = ("name", "config", "host")
"""What a file says of a class: its name, what it is made again of, and what a host language says
besides."""


def note_class(layer: Any, name: str, config: Any, host: Any = None) -> bool:
    """Keep what a layer's class is called and how it makes the layer again.

    Parameters
    ----------
    layer : CustomLayer
        The layer.
    name : str
        The name that the class is registered under.
    config : mapping
        What it is made again of.
    host : object, optional
        What a host language keeps besides.

    Returns
    -------
    bool
        Whether these are plain data, which files can hold.
    """
    own = {"name": name, "config": dict(config), "host": host}
    fits = _is_plain(own)
    layer.__dict__["own_class"] = own if fits else None
    return fits


def noted_class(layer: Any) -> dict[str, Any] | None:
    """Return what `note_class` has kept, or a file has said, of a layer's class.

    Parameters
    ----------
    layer : Layer
        The layer.
    """
    found: dict[str, Any] | None = layer.__dict__.get("own_class")
    return found


def described_class(layer: Composite) -> dict[str, Any] | None:
    """Return what a file says of a layer's class: of one that is registered, or says its options.

    Parameters
    ----------
    layer : Composite
        The layer.
    """
    cls = type(layer)
    name = get_registered_name(cls)
    if isinstance(layer, CustomLayer) and (
        get_registered_object(name) is cls or cls.get_config is not CustomLayer.get_config
    ):
        note_class(layer, name, layer.get_config())
    return noted_class(layer)


def check_class(own: Any, place: str) -> None:
    """Refuse what no file says of a class.

    Parameters
    ----------
    own : object
        Plain data.
    place : str
        Where in the file it is.
    """
    plain.fields(own, FIELDS, place)
    plain.named(own["name"], f"{place}.name")
    if not isinstance(own["config"], dict):
        raise Damage("it must be an object", place=f"{place}.config")


def made_again(layer: Composite, own: Mapping[str, Any]) -> Composite:
    """Return the layer that its class makes again, or the one that the file's graph is.

    Parameters
    ----------
    layer : Composite
        The layer that the file's graph is.
    own : mapping
        What the file says of the class.
    """
    layer.__dict__["own_class"] = dict(own)
    known = (get_registered_object(name) for name in (own["name"], own["name"].rpartition(">")[2]))
    cls = next((each for each in known if each is not None), None)
    if cls is None:
        return layer
    try:
        again, difference = _compared(cls, own, layer)
    except Exception as error:
        again, difference = None, str(error)
    if again is None or difference:
        text = worded(
            f"The class {own['name']!r} did not make the layer {layer.name!r} of the file again, "
            f"which is what it computed when it was saved, without the class: {difference}"
        )
        warnings.warn(RdeepWarning(text), stacklevel=2)
        return layer
    again.__dict__["own_class"] = dict(own)
    return again


def _compared(cls: Any, own: Mapping[str, Any], layer: Composite) -> tuple[Any, str]:
    make = getattr(cls, "from_own_class", None)
    again = cls.from_config(dict(own["config"])) if make is None else make(dict(own))
    if not isinstance(again, CustomLayer):
        return None, "it made no layer of its own."
    again.name, again.trainable = layer.name, layer.trainable
    inner: InnerGraph = layer.inner_graph
    entries = [Input(t.shape[1:], t.dtype, batch_size=t.shape[0]) for t in inner.graph.inputs]
    again.before_apply(entries)
    made = again.inner_for([tensor.shape for tensor in entries])
    if _signature(made) != _signature(inner):
        return None, "its weights or outputs differ."
    return again, ""


def _signature(inner: InnerGraph) -> Any:
    weights = sorted((weight.name, tuple(weight.shape)) for weight in inner.weights())
    return weights, [tensor.shape for tensor in inner.outputs(training=False)]


def _is_plain(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True
