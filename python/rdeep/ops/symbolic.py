"""Operations on symbolic tensors: the shapes of what they give, found by an engine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.arrays.trees import mapped
from rdeep.catalogue.by_sample import by_sample
from rdeep.catalogue.operations import Operation
from rdeep.engines import registry as backends
from rdeep.engines.reasons import reason
from rdeep.errors import (
    ArgumentError,
    BackendError,
    RdeepError,
    Wording,
    constructor,
    operation_call,
    shapes_listed,
    show,
)
from rdeep.graph.gradients import depends
from rdeep.graph.operation import (
    GRADIENTS,
    MEASURE,
    OperationLayer,
    filled,
    operate,
    prepared,
    template_of,
)
from rdeep.graph.random_operations import check_drawn
from rdeep.graph.tensor import SymbolicTensor

# What stands for open sizes while shapes are looked for, by axis: sizes that differ between the
# two rows are open. They have many divisors, so that reshaping them succeeds.
_STAND_INS = ((24, 36, 48, 60, 72), (48, 72, 96, 120, 144))

# Open sizes of different axes may be one size, as in `x + ops.arange(ops.shape(x)[1])`.
_ALIKE = ((24,), (48,))


def apply_operation(operation: Operation, arguments: dict[str, Any]) -> Any:
    """Return the symbolic tensors that an operation gives for others.

    Parameters
    ----------
    operation : Operation
        The operation.
    arguments : dict
        Its arguments, symbolic tensors among them.

    Raises
    ------
    ArgumentError
        If it cannot be applied to tensors of such shapes.
    """
    if operation.name in _KNOWN:
        return _KNOWN[operation.name](arguments["x"])
    tensors: list[SymbolicTensor] = []
    if operation.name == GRADIENTS:
        return _differentiated(**arguments)
    if operation.name in _LOOPS:
        return _looped(operation, arguments)
    if operation.name.startswith("random_"):
        return _drawn(operation.name, dict(arguments))
    template = template_of(arguments, tensors)
    ready = prepared(template)

    def compute(stand_ins: list[Any], ops: Any) -> Any:
        function = computation(operation.name, ops)
        return operation.invoke(function, filled(ready, stand_ins, ops.constant))

    outputs, several = _outcome(operation_call(operation.name, "ops."), compute, tensors)
    return operate(operation.name, template, tensors, outputs, several)


def computation(name: str, ops: Any) -> Callable[..., Any]:
    """Return an engine's function of an operation.

    Parameters
    ----------
    name : str
        The operation's name.
    ops : module
        The engine's array functions.

    Raises
    ------
    BackendError
        If the operation was declared, and nobody wrote what it computes.
    """
    function: Callable[..., Any] | None = getattr(ops, name, None)
    if function is None:
        module = ops.__name__
        raise BackendError(
            f"{operation_call(name, 'ops.')} has no computation in {module!r}.",
            hint="Write a function of its name there, or a composed one for all engines.",
        )
    return function


_LOOPS = {"while_loop": "loop_vars", "fori_loop": "init_val"}
"""Loops of which nobody knows how often they run, and the variables that they change."""


def _looped(operation: Operation, arguments: dict[str, Any]) -> Any:
    """Return what a loop gives: its variables, whose shapes and types it must keep.

    The loop itself is not run, on stand-ins it might never end: its function is, once.
    """
    variable = _LOOPS[operation.name]
    title = operation_call(operation.name, "ops.")
    tensors: list[SymbolicTensor] = []
    template = template_of(arguments, tensors)
    ready = prepared(template)

    def given(stand_ins: list[Any], ops: Any) -> Any:
        return filled(ready, stand_ins, ops.constant)

    def before(stand_ins: list[Any], ops: Any) -> Any:
        return mapped(ops.convert_to_tensor, given(stand_ins, ops)[variable])

    def after(stand_ins: list[Any], ops: Any) -> Any:
        known = given(stand_ins, ops)
        values = mapped(ops.convert_to_tensor, known[variable])
        if operation.name == "fori_loop":
            return known["body_fun"](ops.constant(np.array(0, np.int32)), values)
        several = isinstance(values, (list, tuple))
        known["cond"](*values) if several else known["cond"](values)
        return known["body"](*values) if several else known["body"](values)

    outputs, several = _outcome(title, before, tensors)
    changed, _ = _outcome(title, after, tensors)
    shapes = [[shape for shape, _ in found] for found in (outputs, changed)]
    if shapes[0] != shapes[1]:
        raise ArgumentError(
            f"{title} needs a function that keeps its variables' shapes: they are "
            f"{shapes_listed(shapes[0])} before and {shapes_listed(shapes[1])} after.",
            argument="body_fun" if operation.name == "fori_loop" else "body",
            received=shapes[1],
            expected=shapes_listed(shapes[0]),
        )
    return operate(operation.name, template, tensors, outputs, several)


def _differentiated(y: Any, x: Any) -> Any:
    """Return the symbolic tensors of gradients: of the sum of `y`, with respect to `x`."""
    title = operation_call(GRADIENTS, "ops.")
    several = isinstance(x, (list, tuple))
    xs = list(x) if several else [x]
    for argument, each in (("y", y), *(("x", one) for one in xs)):
        if not isinstance(each, SymbolicTensor) or not each.dtype.startswith(("float", "bfloat")):
            raise ArgumentError(
                f"{title}: '{argument}' must be a tensor of floats within the network, not "
                f"{show(each)}.",
                argument=argument,
                received=each,
                expected="a tensor of floats that was computed here",
            )
    if not xs or not all(depends(y, xs)):
        raise ArgumentError(
            f"{title}: 'y' does not depend on 'x'.",
            argument="x",
            received=x,
            hint="Compute 'y' from the very tensor that is given as 'x'.",
        )
    places = [{"tensor": number} for number in range(1, 1 + len(xs))]
    arguments = {"y": {"tensor": 0}, "x": places if several else places[0]}
    return operate(GRADIENTS, arguments, [y, *xs], [(t.shape, t.dtype) for t in xs], several)


def _drawn(name: str, arguments: dict[str, Any]) -> Any:
    """Return what a random operation gives: the network draws it, from a generator's seed too."""
    seeds = arguments.pop("seed", None)
    check_drawn(name, seeds)
    tensors: list[SymbolicTensor] = []
    template = template_of(arguments, tensors)
    if seeds is not None and seeds.given:
        template["seed"] = seeds.seed
    if "inputs" in arguments:
        spec = (arguments["inputs"].shape, arguments["inputs"].dtype)
    else:
        sizes = tuple(size if isinstance(size, int) else None for size in arguments["shape"])
        # A tensor proper beside the sizes says on which device the numbers are wanted.
        tensors += [source for size in tensors for source in size.node.inputs[:1]][:1]
        spec = (sizes, arguments["dtype"] or "float32")
    return operate(name, template, tensors, [spec])


def apply_measure(
    record: Any, y_true: Any, y_pred: Any, reduce: bool, sample_weight: Any = None
) -> Any:
    """Return the symbolic tensor of a loss or metric for each sample.

    Parameters
    ----------
    record : Loss or Metric
        What is computed.
    y_true, y_pred : SymbolicTensor or array
        The truth and the predictions.
    reduce : bool
        Whether a loss becomes one number.
    sample_weight : SymbolicTensor or array, optional
        A weight for each sample.
    """
    tensors: list[SymbolicTensor] = []
    given = {"y_true": y_true, "y_pred": y_pred}
    if sample_weight is not None:
        given["sample_weight"] = as_tensor_like(sample_weight)
    template = template_of(given, tensors)
    title = constructor(record)
    ready = prepared(template)

    def compute(stand_ins: list[Any], ops: Any) -> Any:
        given = filled(ready, stand_ins, ops.constant)
        return by_sample(record, **given, ops=ops, reduce=reduce)

    outputs, _ = _outcome(title, compute, tensors)
    config = {"kind": record.kind, "config": record.to_data()}
    arguments = {"record": config, **template, "reduce": reduce}
    return operate(MEASURE, arguments, tensors, outputs)


def as_tensor_like(value: object) -> Any:
    """Return numbers, also in lists, as an array; tensors and arrays as they are.

    Parameters
    ----------
    value : tensor, array, number or list
        The value.
    """
    return value if hasattr(value, "shape") else np.asarray(value, np.float32)


def shape(x: SymbolicTensor) -> tuple[Any, ...]:
    """Return a symbolic tensor's shape; open sizes are symbolic tensors of one whole number.

    Parameters
    ----------
    x : SymbolicTensor
        The tensor.
    """
    return tuple(
        operate("extent", {"x": {"tensor": 0}, "axis": axis}, [x], [((), "int32")])
        if size is None
        else size
        for axis, size in enumerate(x.shape)
    )


_KNOWN: dict[str, Callable[[SymbolicTensor], Any]] = {
    "shape": shape,
    "dtype": lambda x: x.dtype,
    "ndim": lambda x: len(x.shape),
}
"""What is known of a symbolic tensor while the network is described."""


def _outcome(
    title: Wording, compute: Callable[[list[Any], Any], Any], tensors: list[SymbolicTensor]
) -> tuple[list[tuple[Any, str]], bool]:
    return found_by(_engine(), title, compute, tensors)


def found_by(
    engine: str,
    title: Wording,
    compute: Callable[[list[Any], Any], Any],
    tensors: list[SymbolicTensor],
) -> tuple[list[tuple[Any, str]], bool]:
    """Return the shapes and types of what a function of tensors gives, and if it is a list.

    Parameters
    ----------
    engine : str
        The engine that finds them.
    title : Wording
        What the function is called in messages.
    compute : callable
        The function, of stand-ins for the tensors and the engine's array functions.
    tensors : list of SymbolicTensor
        The tensors.
    """
    try:
        return _infer(engine, title, compute, tensors)
    except RdeepError:
        raise
    except Exception as error:
        raise ArgumentError(
            f"{title} cannot be applied to symbolic tensors of shape "
            f"{shapes_listed(tensor.shape for tensor in tensors)}: {reason(error)}",
            received=[tensor.shape for tensor in tensors],
        ) from error


def _infer(
    engine: str,
    title: Wording,
    compute: Callable[[list[Any], Any], Any],
    tensors: list[SymbolicTensor],
) -> tuple[list[tuple[Any, str]], bool]:
    ops = backends.load(engine).ops

    def computed(stand_ins: list[Any]) -> Any:
        return compute(stand_ins, ops)

    def specs_for(sizes: tuple[int, ...]) -> Any:
        numbers = [_number(tensor, sizes, ops) for tensor in tensors]
        shapes = [_sized(tensor.shape, sizes) for tensor in tensors]
        return ops.result_specs(computed, shapes, [t.dtype for t in tensors], numbers)

    (specs, several), (others, _) = _first_that_fits(specs_for)
    if len(specs) != len(others):
        raise ArgumentError(
            f"{title} gives as many tensors as an open size, which nobody knows yet.",
            hint="Say how many, or use operations on the whole axis.",
        )
    merged = [
        (tuple(a if a == b else None for a, b in zip(one, other)), dtype)
        for (one, dtype), (other, _) in zip(specs, others)
    ]
    return merged, several


def _first_that_fits(specs_for: Callable[[tuple[int, ...]], Any]) -> list[Any]:
    """Return what an operation gives for the first stand-ins that it can be applied to."""
    problems = []
    for stand_ins in (_STAND_INS, _ALIKE):
        try:
            return [specs_for(sizes) for sizes in stand_ins]
        except RdeepError:
            raise
        except Exception as error:
            problems.append(error)
    raise problems[0]


def _engine() -> str:
    """Return an engine to find shapes with, one that is loaded already if there is one."""
    loaded = [name for name in backends.installed() if name in sys.modules]
    return loaded[0] if loaded else backends.default()


def _sized(shape: tuple[int | None, ...], sizes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        sizes[min(axis, len(sizes) - 1)] if size is None else size
        for axis, size in enumerate(shape)
    )


def _number(tensor: SymbolicTensor, sizes: tuple[int, ...], ops: Any) -> int | None:
    """Return the whole number that a size, or what was computed of sizes, stands for."""
    layer = tensor.node.layer
    if tensor.shape != () or not isinstance(layer, OperationLayer) or "int" not in tensor.dtype:
        return None
    if layer.operation == "extent":
        return _sized(tensor.node.inputs[0].shape, sizes)[layer.arguments["axis"]]
    known = [_number(each, sizes, ops) for each in tensor.node.inputs]
    if any(each is None for each in known):
        return None
    return int(layer.call(ops, known, ops.constant))
