"""What happens when a record is called, which floors above the catalogue decide.

A layer that is called on symbolic tensors becomes a step of a graph; called on arrays it is
computed by an engine. The catalogue knows neither graphs nor engines: `rdeep.wiring` knows all of
them, and is imported when a record is first called, so that `import rdeep.layers` stays cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

NOT_CONVERTED: dict[str, object] = {}
"""For `autograph_info__`, an attribute by which TensorFlow's AutoGraph, which rewrites what is
called in a `tf.function`, knows code to leave as it is."""

Function = TypeVar("Function", bound=Callable[..., Any])


def not_converted(function: Function) -> Function:
    """Have TensorFlow's AutoGraph leave a function or method as it is.

    Parameters
    ----------
    function : callable
        The function.
    """
    function.autograph_info__ = NOT_CONVERTED  # type: ignore[attr-defined]
    return function


class Symbolic:
    """What has a shape and a type but no values yet: the base of a graph's tensors."""

    __slots__ = ()


def is_symbolic(value: Any) -> bool:
    """Return whether a value is a symbolic tensor.

    Parameters
    ----------
    value : object
        The value.
    """
    return isinstance(value, Symbolic)


class Calls(NamedTuple):
    """The functions that calls of records go to.

    Attributes
    ----------
    apply_layer : callable
        `(layer, inputs, training)`: a layer on symbolic tensors, one or a list, among which may be
        tensors of an engine.
    call_layer : callable
        `(layer, inputs, training, mask=)`: a layer on arrays or on tensors of an engine.
    with_mask : callable
        `(tensor, mask)`: the symbolic tensor, which carries a mask.
    mask_of : callable
        `(layer, inputs, masks)`: the mask of what a layer would give.
    call_formula : callable
        `(layer, inputs, training)`: a layer whose formula computes on arrays without a model.
    call_preprocessing : callable
        `(layer, inputs)`: a preprocessing layer on data.
    call_loss : callable
        `(loss, y_true, y_pred, sample_weight)`: a loss of arrays, or of tensors of any kind.
    apply_rule : callable
        `(record, method, x)`: an activation, a regularizer or a constraint of a tensor of any kind.
    draw : callable
        `(initializer, shape, dtype)`: starting values, as a tensor of an engine.
    call_schedule : callable
        `(schedule, step)`: a learning rate, as a tensor of an engine.
    config_of : callable
        `(record)`: its options in Keras's schema.
    from_config : callable
        `(class, config)`: the record that such options describe.
    model_of : callable
        `(config)`: the model that a description in Keras's schema is of.
    load_model, save_model : callable
        `(filepath, ...)`: a model of a file; `(model, filepath, ...)`: a model into a file.
    make_meter : callable
        `(metric)`: what keeps a metric's own state.
    layer_attribute : callable
        `(layer, name)`: what a layer says of itself by Keras's names.
    variables : module
        `rdeep.models.variables`: the weights of layers.
    gradients : module
        `rdeep.ops.steps`: the steps of optimizers.
    own_cell : callable
        `(layer)`: the cell that a layer of the user's is, or `None`.
    make_input : callable
        `(shape, dtype, name)`: a symbolic tensor for data to enter a model by.
    describe_function : callable
        `(engine, function, args, kwargs)`: an engine's own function on symbolic tensors.
    describe_method : callable
        `(tensor, name)`: a method of torch's tensors for a symbolic one.
    run_function : callable
        `(arguments, ops)`: such a function on tensors.
    watch_functions : callable
        Has engines ask about symbolic tensors that their own functions are called with.
    """

    apply_layer: Callable[[Any, Any, bool | None], Any]
    call_layer: Callable[..., Any]
    with_mask: Callable[[Any, Any], Any]
    mask_of: Callable[[Any, Any, Any], Any]
    call_formula: Callable[[Any, Any, bool], Any]
    call_preprocessing: Callable[[Any, Any], Any]
    call_loss: Callable[[Any, Any, Any, Any], Any]
    apply_rule: Callable[[Any, str, Any], Any]
    draw: Callable[[Any, Any, Any], Any]
    call_schedule: Callable[[Any, Any], Any]
    config_of: Callable[[Any], dict[str, Any]]
    from_config: Callable[[Any, Any], Any]
    model_of: Callable[[Any], Any]
    load_model: Callable[..., Any]
    save_model: Callable[..., Any]
    make_meter: Callable[[Any], Any]
    layer_attribute: Callable[[Any, str], Any]
    variables: Any
    gradients: Any
    own_cell: Callable[[Any], Any]
    make_input: Callable[[Any, str, str], Any]
    describe_function: Callable[[str, Any, Any, Any], Any]
    describe_method: Callable[[Any, str], Any]
    run_function: Callable[[Any, Any], Any]
    watch_functions: Callable[[], None]


_sources: list[Callable[[], Calls]] = []


def register(source: Callable[[], Calls]) -> None:
    """Say where the functions come from; `rdeep` does so when it is imported.

    Parameters
    ----------
    source : callable
        Imports what it needs when it is called, and returns the functions.
    """
    _sources[:] = [source]


def calls() -> Calls:
    """Return the functions that calls of records go to.

    All records are registered by then, those of the floors above too.
    """
    return _sources[0]()
