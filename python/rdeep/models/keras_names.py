"""A model's ends, and what Keras's users ask of a model by other names than rdeep's.

Properties and methods of `Model`, written as functions of one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rdeep.errors import ArgumentError, StateError, class_name, format_shape, named, show
from rdeep.models.stateless import stateless_call
from rdeep.precision import DTypePolicy, dtype_policy

_MADE_AT_FIRST = ("_parameters", "_trainer", "_session", "_layer", "annotations", "backend")


def missing(model: Any, name: str) -> Any:
    """Say what an attribute that is missing means; Python asks for no others."""
    if name in _MADE_AT_FIRST:
        raise StateError(
            f"The constructor of {class_name(model)} does not call that of "
            f"{named('Model', 'rdeep.')}, and so there is no model yet.",
            hint="Call it first, before layers are made.",
        )
    if name in _SAID:
        return _SAID[name](model)
    raise AttributeError(f"{type(model).__name__!r} object has no attribute {name!r}")


def _policy_of(model: Any) -> DTypePolicy:
    return dtype_policy() if model._trainer is None else DTypePolicy(model.trainer.compiled.policy)


_SAID: dict[str, Callable[[Any], Any]] = {
    "compute_dtype": lambda model: _policy_of(model).compute_dtype,
    "dtype": lambda model: _policy_of(model).variable_dtype,
    "dtype_policy": _policy_of,
    "metrics_names": lambda model: list(model.log_directions()),
    "operations": lambda model: list(model.layers),
    "path": lambda model: model.name,
    "stateless_call": lambda model: partial(stateless_call, model),
    "variable_dtype": lambda model: _policy_of(model).variable_dtype,
}
"""What a model says of itself by Keras's names, unless a subclass has something of that name."""


def compute_output_shape(model: Any, /, input_shape: Any) -> Any:
    """Return the output's shape for an input's.

    Parameters
    ----------
    input_shape : tuple
        The input's shape, with the batch.
    """
    own, sizes = model.input_shapes[0], tuple(input_shape)
    fits = len(own) == len(sizes) and all(
        a is None or b is None or a == b for a, b in zip(own, sizes)
    )
    if len(model.input_shapes) == 1 and not fits:
        raise ArgumentError(
            f"'input_shape' is {show(sizes)}, and the model's input has the shape "
            f"{format_shape(own)}.",
            argument="input_shape",
            received=input_shape,
        )
    return _alone([(sizes[0], *shape[1:]) for shape in model.output_shapes])


def _alone(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    found = list(values)
    return found[0] if len(found) == 1 else found


def _property(read: Any, doc: str) -> Any:
    return property(read, doc=doc)


built: Any = property(
    lambda model: model.is_built,
    lambda model, value: None,
    doc="Whether the input's shape is known. Setting it has no effect, as scripts do it.",
)


def _penalties(model: Any) -> list[Any]:
    looking = vars(model).get("_looking")
    if looking is not None:
        # While compute_loss() is looked at: the network adds them, which is what it asks for.
        return list(looking.terms())
    return list(model.network.penalty_terms()) if model.is_built else []


losses = _property(
    _penalties,
    "What is added to the loss, as numbers of the engine: the penalties on weights as they are, "
    "and what layers added in the last call.",
)
compiled = _property(lambda model: model._trainer is not None, "Whether `compile` was called.")
loss = _property(
    lambda model: None if model._trainer is None else model._trainer.compiled.loss,
    "The loss that the model was compiled with; `None` if it was not.",
)
input_names = _property(lambda model: model.graph.input_names, "The inputs' names.")
output_names = _property(lambda model: model.graph.output_names, "The outputs' names.")
inputs = _property(
    lambda model: list(model.graph.inputs), "The symbolic tensors that data enters by."
)
outputs = _property(
    lambda model: list(model.graph.outputs), "The symbolic tensors that data leaves by."
)
input = _property(
    lambda model: _alone(model.graph.given_inputs()),
    "The symbolic tensor that data enters by, or several as they were given.",
)
output = _property(
    lambda model: model.graph.nested_outputs(model.outputs),
    "The symbolic tensor that data leaves by, or several as they were given.",
)
input_shapes = _property(
    lambda model: [tensor.shape for tensor in model.graph.inputs],
    "The inputs' shapes, with the batch as `None`.",
)
output_shapes = _property(
    lambda model: [tensor.shape for tensor in model.graph.outputs],
    "The outputs' shapes, with the batch as `None`.",
)
input_shape = _property(
    lambda model: _alone(model.input_shapes),
    "The input's shape with the batch, or a list of several.",
)
output_shape = _property(
    lambda model: _alone(model.output_shapes),
    "The output's shape with the batch, or a list of several.",
)
input_dtypes = _property(
    lambda model: [tensor.dtype for tensor in model.graph.inputs],
    'The types of the inputs: `"float32"`, `"int32"` or `"string"`.',
)
batch_size = _property(
    lambda model: model.graph.batch_size,
    "The batch size that the inputs were declared with; `None` where batches may have any.",
)


def _is_trainable(model: Any) -> bool:
    return any(layer.trainable for layer in model.layers)


def _set_trainable(model: Any, value: bool) -> None:
    for layer in model.layers:
        layer.trainable = value


trainable = property(
    _is_trainable,
    _set_trainable,
    doc="Whether training changes any layer's weights; takes effect at the next `compile`.",
)
