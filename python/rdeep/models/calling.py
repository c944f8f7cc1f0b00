"""A model that is called: on symbolic tensors it is a layer, on data it computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.formula import Eager
from rdeep.graph.composite import Composite
from rdeep.graph.holder import value_of
from rdeep.graph.nesting import first_leaf, is_flat, unnested
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.interface import CalledModel
from rdeep.models.other_batches import for_batch
from rdeep.models.prediction import by_keys
from rdeep.models.tensors import has_values, keeper
from rdeep.models.tracing import entries_like
from rdeep.models.user_steps import refuse_losses
from rdeep.ops.dispatch import engine_of
from rdeep.seeds import stream
from rdeep.training.batch_sizes import check_batch


def call(model: CalledModel, /, inputs: Any, training: bool | None = None) -> Any:
    """Return the model's outputs for symbolic tensors, as a layer does, or for data.

    Parameters
    ----------
    inputs : SymbolicTensor, array, or list of them
        What goes in. A model that is applied to symbolic tensors is a layer there, and shares
        its weights with the new model.
    training : bool, optional
        Whether layers act as they do in training: by default as the model that they become
        part of, and not for data.

    Returns
    -------
    SymbolicTensor or tensor, or list of them
        For data, tensors of the model's engine, which gradients flow through: with respect to the
        weights, and to inputs that are tensors of that engine.

    Examples
    --------
    >>> from rdeep import Input, Model, Sequential
    >>> from rdeep.layers import Dense
    >>> base = Sequential([Dense(8, "relu")], input_shape=(4,))
    >>> x = Input((4,))
    >>> Model(x, Dense(1)(base(x))).count_params()
    49
    """
    inputs = value_of(inputs)
    known = vars(model).get("_entry")
    if known is not None and known.fits(model, inputs):
        return _computed(model, [inputs], training)
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    flat = isinstance(inputs, Mapping) and all(map(is_symbolic, inputs.values()))
    if not flat and is_symbolic(first_leaf(inputs)):
        leaves, form = unnested(inputs)
        if not is_flat(form) and all(map(is_symbolic, leaves)):
            if not model.is_built:
                model._build_of(entries_like(inputs))
            inputs = given = model.graph.flat_inputs(inputs)
    if isinstance(inputs, Mapping) and all(is_symbolic(each) for each in inputs.values()):
        inputs = model.graph.flat_inputs(inputs) if model.is_built else inputs
        names = model.input_names if model.is_built else list(inputs)
        given = (
            inputs
            if isinstance(inputs, list)
            else [inputs[name] for name in names if name in inputs]
        )
    if all(isinstance(each, SymbolicTensor) for each in given):
        if not model.is_built:
            model._build_for(given)
        made = model.as_layer()(given, training=training)
        return model.graph.nested_outputs(made if isinstance(made, list) else [made])
    refuse_losses(model)
    there = _beside(model, given)
    if there is not model:
        return call(there, inputs, training)
    values = model.inputs_of(inputs, keeper(model.backend))
    if (rows := values[0].shape[0]) is not None:
        model = for_batch(model, rows)
        check_batch(model, rows)
    if len(values) == 1 and values[0] is inputs and _is_plain(model.graph):
        vars(model)["_entry"] = _Entry(model._parameters, inputs)
    return _computed(model, values, training)


def _beside(model: CalledModel, given: list[Any]) -> CalledModel:
    """Return the model for tensors without values of another engine, as a dataset's map has them.

    Without weights to share it may compute there as well, such as one that augments images.
    """
    engine = engine_of(given)
    if engine in (None, model.backend) or any(has_values(each) for each in given):
        return model
    if not model.is_built:
        model._build_for([Input(tuple(each.shape)[1:], "float32") for each in given])
    if any(layer.declared for layer in model.graph.layers):
        return model
    known: dict[str, CalledModel] = vars(model).setdefault("_elsewhere", {})
    if engine not in known:
        known[engine] = model.to_backend(engine)
    return known[engine]


def _only_augments(graph: Graph) -> bool:
    """Return whether all that training changes are layers that augment data.

    As in Keras they act on what a model is called on, if the call does not say otherwise.
    """
    records = [layer.record for layer in graph.layers]
    augmenting = [record for record in records if isinstance(record, Eager) and record.random]
    others = [r for r in records if not any(r is each for each in augmenting)]
    plain = (not r.random and not r.updates and not isinstance(r, Composite) for r in others)
    return bool(augmenting) and not graph.trainable_names() and all(plain)


def _computed(model: CalledModel, values: list[Any], training: bool | None) -> Any:
    if training is None:
        training = _only_augments(model.graph)
    seed = stream.next() if training or model.draws_in_prediction else 0
    return by_keys(model, model.network.call(values, bool(training), seed))


def _is_plain(graph: Graph) -> bool:
    """Return whether any tensor of the right shape and type goes in, of any number of rows."""
    return graph.host is None and graph.batch_size is None and not graph.learners


class _Entry:
    """A tensor that a model was called on: others like it need not be looked at again."""

    def __init__(self, parameters: Any, tensor: Any) -> None:
        self.parameters, self.kind = parameters, type(tensor)
        self.shape, self.dtype = tensor.shape[1:], tensor.dtype

    def fits(self, model: Any, tensor: Any) -> bool:
        """Return whether a tensor is like the one that the model was called on."""
        return (
            type(tensor) is self.kind
            and model._parameters is self.parameters
            and tensor.shape[1:] == self.shape
            and tensor.dtype == self.dtype
        )
