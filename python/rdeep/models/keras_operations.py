"""Operations of a graph as Keras reads them: the inverse of `keras_calls.operation_of`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.operations import find_operation
from rdeep.graph.operation import MEASURE, OperationLayer
from rdeep.saving.foreign.keras_configs import NotInKeras, keras_object
from rdeep.saving.foreign.keras_objects import Plain
from rdeep.saving.foreign.keras_operations import CLASS_OF, CONFIGURED, ITEM, MODULE_OF

_REASONS = {
    "extent": "a size that is known with the data alone, as a part of the graph",
    MEASURE: "a loss or metric as a part of the graph",
}
_INDEX = {"new": None, "rest": {"class_name": "__ellipsis__", "config": {}}}


def keras_operation(record: OperationLayer, name: str) -> Plain:
    """Return an operation as Keras writes it, without what it is applied to.

    Parameters
    ----------
    record : OperationLayer
        The operation.
    name : str
        Its name in its model.

    Raises
    ------
    NotInKeras
        If a graph of Keras's does not hold it.
    """
    operation = record.operation
    if operation not in CLASS_OF:
        raise NotInKeras(
            _REASONS.get(operation, f"the operation {operation} as a part of the graph")
        )
    config: Plain = {"name": name}
    for option in CONFIGURED.get(operation, ()):
        if option not in record.arguments:
            continue
        value = record.arguments[option]
        if _holds_tensor(value):
            raise NotInKeras(f"a tensor as {option!r} of the operation {operation}")
        config[option] = _value(_said(option, value), ())
    found = keras_object(MODULE_OF[operation], CLASS_OF[operation], config)
    return {**found, "registered_name": CLASS_OF[operation]}


def keras_application(record: OperationLayer, tensors: Sequence[Any]) -> Plain:
    """Return the call of an operation as Keras writes it.

    Parameters
    ----------
    record : OperationLayer
        The operation.
    tensors : sequence
        What stands for the tensors that it is applied to.
    """
    operation, arguments = record.operation, record.arguments
    if operation == ITEM:
        index = [_INDEX[k] if isinstance(k, str) else _value(k, tensors) for k in arguments["key"]]
        return {"args": [_value(arguments["x"], tensors), index], "kwargs": {}}
    declared = find_operation(operation)
    configured = CONFIGURED.get(operation, ())
    args: list[Any] = []
    for option, known in declared.options.items():
        if option in configured:
            continue
        value = _value(arguments.get(option, None if known.required else known.default), tensors)
        if option == declared.variadic:
            args.extend(value)
        elif operation.startswith("bitwise_") and isinstance(value, int):
            # Keras asks both for their types.
            args.append(_array(value, "int32"))
        else:
            args.append(value)
    return {"args": args, "kwargs": {}}


def _said(option: str, value: Any) -> Any:
    """Return an option with what Keras's operations, other than its functions, ask to be told."""
    if option == "data_format" and value is None:
        return "channels_last"
    one_each = ("pool_size", "strides", "dilation_rate")
    if option in one_each and isinstance(value, (list, tuple)) and len(set(value)) == 1:
        # A list would come back as no tuple, which not all of them take.
        return value[0]
    return value


def _array(values: Any, dtype: str) -> Plain:
    return {"class_name": "__numpy__", "config": {"value": values, "dtype": dtype}}


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"tensor"} or any(map(_holds_tensor, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_tensor, value))


def _value(template: Any, tensors: Sequence[Any]) -> Any:
    """Return an argument, as `template_of` keeps it, in Keras's words."""
    if isinstance(template, (list, tuple)):
        return [_value(each, tensors) for each in template]
    if not isinstance(template, dict):
        return template
    if set(template) == {"tensor"}:
        return tensors[template["tensor"]]
    if set(template) == {"array", "dtype"}:
        return _array(template["array"], template["dtype"])
    if set(template) == {"slice"}:
        config = dict(zip(("start", "stop", "step"), template["slice"]))
        return {"class_name": "__slice__", "config": config}
    if set(template) == {"function"}:
        raise NotInKeras(f"the function {template['function']!r} in a graph")
    return {name: _value(each, tensors) for name, each in template.items()}
