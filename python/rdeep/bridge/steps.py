"""Models whose steps are functions of R.

Where steps are computed as they are called, R runs them between two strides of the core. Where they
are traced, the core calls R's function once or twice while it does that, as it calls layers'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.bridge.functions import RFunction
from rdeep.engines import registry as backends
from rdeep.models.model import Model
from rdeep.models.user_steps import STEPS


def stepped_model(
    steps: Mapping[str, Any],
    inputs: Any = None,
    outputs: Any = None,
    name: str | None = None,
    backend: str | None = None,
    device: str | None = None,
) -> Model:
    """Return a model whose steps are R's functions: of a graph, or one that keeps networks.

    Parameters
    ----------
    steps : mapping of str to function
        The steps by name.
    inputs, outputs, name, backend, device : object
        As for `Model`.
    """
    model = Model.__new__(Model)
    set_steps(model, steps)
    model.__init__(inputs, outputs, name, backend or backends.default(), device)  # type: ignore[misc]
    return model


class CalledModel(Model):
    """A model that computes what a layer of R's does, of any number of inputs and outputs."""

    layer: Any

    def call(self, inputs: Any) -> Any:
        """Return what the layer gives."""
        return self.layer(inputs)


def called_model(
    layer: Any, name: str | None = None, backend: str | None = None, device: str | None = None
) -> Model:
    """Return a model that computes what a layer does.

    Parameters
    ----------
    layer : Layer
        The layer.
    name, backend, device : object
        As for `Model`.
    """
    model = CalledModel(name=name, backend=backend or backends.default(), device=device)
    model.layer = layer
    return model


def call_base(model: Model, name: str, arguments: Mapping[str, Any]) -> Any:
    """Return what a method of every model gives, whatever R's class has by its name.

    Parameters
    ----------
    model : Model
        The model.
    name : str
        The method.
    arguments : mapping
        Its arguments.
    """
    return getattr(type(model), name)(model, **arguments)


def set_steps(model: Model, steps: Mapping[str, Any]) -> None:
    """Give a model steps that are R's functions.

    Parameters
    ----------
    model : Model
        The model.
    steps : mapping of str to function
        The steps by name; and other methods that its steps, or the core, may call.
    """
    for name, function in steps.items():
        vars(model)[name] = RFunction(function, f"{name}()")
    vars(model)["_host_methods"] = list(steps)
    vars(model)["_host_steps"] = [name for name in steps if name in STEPS]


def keep_parts(model: Model, parts: Mapping[str, Any], metrics: Sequence[Any] | None) -> None:
    """Keep the networks, layers and metrics that a class of R's has as its own.

    Parameters
    ----------
    model : Model
        The model.
    parts : mapping of str to object
        Networks, layers and metrics by name.
    metrics : sequence of Metric or None
        What the class says its metrics are; `None` if it says nothing.
    """
    vars(model)["_parts"] = dict(parts)
    vars(model)["_own_metrics"] = None if metrics is None else list(metrics)


def hosted_steps(model: Model) -> list[str]:
    """Return the names of the steps that R runs.

    Parameters
    ----------
    model : Model
        The model.
    """
    from rdeep.models.user_steps import user_steps

    names: list[str] = vars(model).get("_host_steps") or []
    return names if names and user_steps(model).hosted else []
