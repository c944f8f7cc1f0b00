"""The graph of a model: from its ends, or from a `call` that is traced once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Layer, describing
from rdeep.data.foreign import on_host
from rdeep.data.sparse import as_sparse
from rdeep.errors import ArgumentError, StateError, called, named, operation_call, show
from rdeep.graph.added_losses import noted_losses, noting_losses
from rdeep.graph.call_arguments import like
from rdeep.graph.composite import Composite, InnerGraph
from rdeep.graph.kept_losses import with_losses
from rdeep.graph.nesting import Nesting, is_flat, is_keyed, nested_as, unnested
from rdeep.graph.network import Graph
from rdeep.graph.operation import total
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.tensors import kind_of
from rdeep.ops.dispatch import engine_of
from rdeep.preprocessing.texts import is_text


def inputs_like(x: object) -> Any:
    """Return symbolic tensors for data to enter by, in the form that the data has.

    Parameters
    ----------
    x : array, list or dict of arrays
        The data.
    """
    if isinstance(x, (list, tuple)) and len(x) == 1 and hasattr(x[0], "shape"):
        x = x[0]
    return _inputs_like(x)


def _inputs_like(x: Any, name: str | None = None) -> Any:
    if isinstance(x, Mapping):
        return {key: _inputs_like(value, str(key)) for key, value in x.items()}
    if isinstance(x, (list, tuple)) and x and all(map(_holds_arrays, x)):
        return like(x, [_inputs_like(each) for each in x])
    return _input(x, name)


def _holds_arrays(x: Any) -> bool:
    """Return whether something is an array, or holds arrays: rows in lists are data."""
    if isinstance(x, Mapping):
        return True
    if isinstance(x, (list, tuple)):
        return bool(x) and all(map(_holds_arrays, x))
    return hasattr(x, "shape")


def _input(x: object, name: str | None = None) -> SymbolicTensor:
    sparse = as_sparse(x)
    if sparse is not None:
        return Input(sparse.shape[1:], name=name)
    array: Any = x if engine_of([x]) is not None else on_host(x, name or "inputs")
    of = kind_of(array)
    text = of == "U" if array is x else is_text(array)
    kind = "string" if text else "int32" if of in "iu" else "float32"
    return Input(tuple(array.shape)[1:] or (1,), kind, name)


def flat(inputs: Any) -> list[SymbolicTensor]:
    """Return the symbolic tensors of what `inputs_like` returned, in order.

    Parameters
    ----------
    inputs : SymbolicTensor, list or dict of them
        The tensors.
    """
    return unnested(inputs)[0]


def nesting_of(inputs: Any, outputs: Any) -> Nesting:
    """Return what a graph keeps of how its ends are nested.

    Parameters
    ----------
    inputs, outputs : SymbolicTensor, or nested ones
        What the ends were given as.
    """
    entry, end = unnested(inputs)[1], unnested(outputs)[1]
    listed = isinstance(entry, tuple) and is_flat(list(entry))
    return Nesting(
        None if listed or is_flat(entry) else entry,
        None if is_keyed(end) or is_flat(end) else end,
    )


def entries_like(inputs: Any) -> Any:
    """Return inputs for data such as symbolic tensors, nested as these are.

    Parameters
    ----------
    inputs : SymbolicTensor, or nested ones
        The tensors.
    """
    leaves, form = unnested(inputs)
    return nested_as(form, [Input(each.shape[1:], each.dtype) for each in leaves])


def names_of_keys(inputs: Any) -> dict[int, str]:
    """Return the names of inputs that have none: what they are given by, as data is.

    Parameters
    ----------
    inputs : SymbolicTensor, list or dict of them
        The inputs.
    """
    entries = inputs.items() if isinstance(inputs, Mapping) else ()
    return {
        id(tensor.node.layer): key
        for key, tensor in entries
        if isinstance(tensor, SymbolicTensor) and tensor.node.layer.name is None
    }


def graph_of(call: Callable[..., Any], inputs: object, title: str) -> Graph:
    """Return the graph that a model's `call` describes.

    Parameters
    ----------
    call : function
        Takes the inputs, and `training` if that matters.
    inputs : SymbolicTensor, list or dict of them
        What goes in.
    title : str
        The model's name.
    """
    keys: list[Any] = []
    given: list[Any] = []
    if "training" not in inspect.signature(call).parameters:
        outputs = _outputs(call, inputs, title, keys, given)
        nesting = nesting_of(inputs, given[0])
        return Graph(flat(inputs), outputs, output_keys=keys or None, nesting=nesting)
    # Two graphs of the same layers: one for prediction, one for training.
    found: list[SymbolicTensor] = []
    for training in (False, True):
        outputs = _outputs(call, inputs, title, keys, given, training=training)
        found += outputs
    inner = InnerGraph(Graph(flat(inputs), found), by_mode=True)
    whole = Composite(inner, several=inner.count > 1, title=title)
    again = [Input(t.shape[1:], t.dtype, t.node.layer.name) for t in flat(inputs)]
    made = whole(again)
    nesting = nesting_of(inputs, given[0])
    return Graph(again, flat(made), output_keys=keys or None, nesting=nesting)


def symbolic_ends(given: object, argument: str) -> list[SymbolicTensor]:
    """Return what a model is made of as a list of symbolic tensors, or refuse it.

    Parameters
    ----------
    given : SymbolicTensor, list or dict of them
        What came.
    argument : str
        What it came as.
    """
    tensors = flat(given)
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise ArgumentError(
                f"'{argument}' must be symbolic tensors, such as {called('Input')} and layers "
                f"return, not {show(tensor)}.",
                argument=argument,
                received=tensor,
            )
    if not tensors:
        raise ArgumentError(f"'{argument}' is empty.", argument=argument)
    return tensors


def layers_among(values: Iterable[Any]) -> list[Layer]:
    """Return the layers among an object's attributes, alone or in lists.

    Parameters
    ----------
    values : iterable of object
        The attributes.
    """
    listed = [each if isinstance(each, (list, tuple)) else [each] for each in values]
    return [layer for each in listed for layer in each if isinstance(layer, Layer)]


def _outputs(
    call: Callable[..., Any],
    inputs: object,
    title: str,
    keys: list[Any],
    nested: list[Any],
    **mode: Any,
) -> list[SymbolicTensor]:
    with noting_losses() as losses:
        with describing():
            given = call(inputs, **mode)
        keys[:] = given if is_keyed(unnested(given)[1]) else ()
        nested[:] = [given]
        outputs = flat(given)
        for output in outputs:
            if not is_symbolic(output):
                raise ArgumentError(
                    f"call() of model {title!r} must return what it computed of its inputs, not "
                    f"{show(output)}.",
                    received=output,
                    hint=f"Compute with {named('ops', 'rdeep.')}, operators and layers.",
                )
        return with_losses(flat(inputs), outputs, losses)


def add_loss(model: Any, /, loss: Any) -> None:
    """Add to what training minimises; called by the `call` of a model's class.

    Parameters
    ----------
    loss : SymbolicTensor
        What is added, computed of the inputs; of several numbers their sum.

    Raises
    ------
    StateError
        If it is called anywhere else.
    ArgumentError
        If it is anything else.
    """
    found = noted_losses()
    if found is None:
        raise StateError(
            f"{operation_call('add_loss')} of a model is called by its call().",
            hint="In a step of your own, add to the loss that you compute.",
        )
    if not is_symbolic(loss):
        raise ArgumentError(
            f"'loss' must be what call() computed of its inputs, not {show(loss)}.",
            argument="loss",
            received=loss,
        )
    found.terms.append(total(loss))
