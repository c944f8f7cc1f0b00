"""Layers that users write: `build` makes weights, `call` says what is computed.

What `call` does with symbolic tensors becomes a graph, once. So a layer that is written in
Python, or in a host's language, runs on both engines without being called again, and goes into
files as plain data: no code.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight, describing, is_described
from rdeep.catalogue.overrides import refuse_overrides
from rdeep.catalogue.picklable import is_picklable, picklable_state
from rdeep.catalogue.record import OwnSignature, snake_case
from rdeep.catalogue.registry import resolve
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, StateError, show
from rdeep.graph.added_losses import Added, noting_losses
from rdeep.graph.assignments import collecting, latest
from rdeep.graph.call_arguments import Place, alike, is_data, put_back, taken_out
from rdeep.graph.composite import Composite, InnerGraph, Updated, Variable
from rdeep.graph.declared_shapes import checked_output, warn_of_contradiction
from rdeep.graph.fixed import noticing_draws
from rdeep.graph.input_spec import InputSpec
from rdeep.graph.kept_losses import penalty_by_sample, with_losses
from rdeep.graph.kept_variables import calling
from rdeep.graph.masks import MaskOf, with_mask
from rdeep.graph.nesting import holds_nested_data, is_flat, nested_as, unnested
from rdeep.graph.network import Graph
from rdeep.graph.operation import as_float32, cast, total
from rdeep.graph.tensor import Input, SymbolicTensor, constant


class CustomLayer(Composite):
    """A layer of your own: write `call`, and `build` if it has weights.

    `call` gets symbolic tensors and computes with `rdeep.ops`, Python's operators and other
    layers. It is called when the layer is applied, and not while the model runs: what it decides
    by the values of tensors is said with `ops.where` or `ops.cond`. With an argument `training`
    it is called for both cases.

    Parameters
    ----------
    name : str, optional
        The layer's name in its model.
    trainable : bool
        Whether training changes its weights.
    activity_regularizer : str or Regularizer, optional
        A penalty on what the layer gives, divided by the number of samples.
    dtype : str or object, optional
        The type that `call` computes in: its input and the weights that are trained are cast. What
        it gives is float32 again, as between all layers.
    autocast : bool
        Whether they are cast.
    **kwargs
        What the first layer of a chain is told of its input, such as `input_shape`.

    Examples
    --------
    >>> from rdeep import Input, Layer
    >>> class Scaled(Layer):
    ...     def build(self, input_shape):
    ...         self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")
    ...     def call(self, inputs):
    ...         return inputs * self.scale
    >>> Scaled()(Input((4,))).shape
    (None, 4)
    """

    __signature__ = OwnSignature()
    built: bool
    _graphs: dict[tuple[Dims, ...], InnerGraph]
    _variables: list[Variable]
    _added: list[SymbolicTensor] | None
    _forms: dict[tuple[Dims, ...], Any]
    _masked: dict[tuple[Dims, ...], tuple[bool, ...]]
    supports_masking: bool = False
    autocast: bool
    activity_regularizer: Regularizer | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # A user's class is not of the catalogue, as bases are not: files know what it computes, not
        # its name, and its constructor is its own.
        super().__init_subclass__(abstract=True, **kwargs)
        refuse_overrides(cls, "layer")
        cls.key = snake_case(cls.__name__)

    def __init__(
        self,
        name: str | None = None,
        trainable: bool = True,
        activity_regularizer: str | Regularizer | None = None,
        dtype: Any = None,
        autocast: bool = True,
        **kwargs: Any,
    ) -> None:
        # Not Composite's: the graph is made when the inputs are known.
        super(Composite, self).__init__(name=name, trainable=trainable, dtype=dtype, **kwargs)
        self.__dict__["autocast"] = autocast
        title = snake_case(type(self).__name__)
        self.__dict__.update(title=title, key=title, several=False, built=False)
        self.__dict__.update(_graphs={}, _variables=[], _added=None, _forms={}, _masked={})
        if activity_regularizer is not None:
            self.activity_regularizer = resolve("regularizer", activity_regularizer)

    if not TYPE_CHECKING:

        def __getattribute__(self, name: str) -> Any:
            value = object.__getattribute__(self, name)
            if type(value) is not SymbolicTensor or not isinstance(value.node.layer, Variable):
                return value
            # A weight: while the layer is described a tensor, and afterwards a variable.
            if is_described() or not self.__dict__.get("_entries"):
                trained = value.node.layer.weight.trainable
                return self._cast(value) if is_described() and trained else value
            found = dispatch.calls().variables.layer_variable(self, value.node.layer.weight.name)
            return value if found is None else found

    def __setattr__(self, name: str, value: object) -> None:
        if name == "trainable" and self._graphs:
            super().__setattr__(name, value)
        self.__dict__[name] = value

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Return what pickle makes the layer from again.

        What pickle cannot write down, a class inside a function or a lambda, becomes the graph that
        it made, as in a file.
        """
        if self._is_named():
            return super().__reduce_ex__(protocol)
        if len(self._graphs) != 1:
            title = self.name or self.named_after()
            raise StateError(
                f"Layer {title!r} cannot be pickled: {self.shown_kind} is not defined at the top "
                "of a module, or holds a function that is not, and was not applied to anything.",
                layer=title,
                hint="Define both there, or apply the layer first.",
            )
        state = {"several": self.several, "title": self.named_after(), "trainable": self.trainable}
        return _as_composite, (
            self.inner_graph,
            self.name,
            state,
            self.__getstate__().get("_brought"),
        )

    def _is_named(self) -> bool:
        """Return whether pickle knows the class and the functions that the layer has."""
        return is_picklable(type(self)) and picklable_state(self.__dict__)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """Return a layer of the same class, whether pickle knows it or not."""
        again = memo[id(self)] = type(self).__new__(type(self))
        again.__dict__.update(copy.deepcopy(self.__getstate__(), memo))
        return again

    # Users override these three with the arguments that they need.
    def build(self, input_shape: Any) -> None:  # type: ignore[override]
        """Make the weights; called once, with the first input's shape or a list of them."""

    def call(self, inputs: Any) -> Any:
        """Return the output for symbolic tensors."""
        raise NotImplementedError(f"{type(self).__name__} has no call().")

    def add_weight(
        self,
        shape: Any = (),
        initializer: str | Initializer = "glorot_uniform",
        trainable: bool = True,
        name: str | None = None,
        regularizer: Any = None,
        constraint: Any = None,
        dtype: str = "float32",
    ) -> SymbolicTensor:
        """Return a weight, as a symbolic tensor to compute with.

        Parameters
        ----------
        shape : tuple of int
            Its shape.
        initializer : str or Initializer
            How it starts.
        trainable : bool
            Whether training changes it.
        name : str, optional
            Its name in the layer.
        regularizer, constraint : str or record, optional
            A penalty on it, and what it must satisfy.
        dtype : str
            Its type; weights are float32.
        """
        sizes = (shape,) if isinstance(shape, int) else tuple(int(size) for size in shape)
        weight = Weight(
            name or f"weight_{len(self._variables)}",
            sizes,
            resolve("initializer", initializer),
            None if regularizer is None else resolve("regularizer", regularizer),
            constraint=None if constraint is None else resolve("constraint", constraint),
            trainable=bool(trainable),
        )
        variable = Variable(weight)
        self._variables.append(variable)
        return variable.tensor()

    def add_loss(self, loss: object) -> None:
        """Add to what training minimises; called by `call`.

        Parameters
        ----------
        loss : SymbolicTensor, number, or list of these
            What is added; of several numbers their sum.
        """
        if self._added is None:
            raise ArgumentError(
                f"add_loss() of {self.shown_kind} was called outside of call() and build(): "
                "it would not be part of what training minimises.",
                hint="Call it in call(). A penalty on a weight is its 'regularizer'.",
                layer=self.name or self.named_after(),
            )
        if isinstance(loss, list | tuple):
            for term in loss:
                self.add_loss(term)
            return
        if isinstance(loss, int | float):
            loss = constant(np.float32(loss))
        if not is_symbolic(loss):
            raise ArgumentError(
                f"add_loss() of {self.shown_kind} takes what call() computed of its input, "
                f"not {show(loss)}.",
                received=loss,
                expected="a symbolic tensor",
                layer=self.name or self.named_after(),
            )
        self._added.append(total(loss))

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes: a subclass with arguments adds them."""
        own = {} if self.own_policy is None else {"dtype": self.own_policy}
        return {"name": self.name, "trainable": self.trainable, **own}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Return a layer of the same arguments."""
        return cls(**config)

    @property
    def inner_graph(self) -> InnerGraph:
        """The graph of the first use."""
        if not self._graphs:
            raise ArgumentError(
                f"Layer {self.name or self.named_after()!r} has not been applied to anything yet."
            )
        return next(iter(self._graphs.values()))

    def inners(self) -> list[InnerGraph]:
        """Return the graphs of all uses."""
        return list(self._graphs.values())

    def _cast(self, tensor: SymbolicTensor) -> SymbolicTensor:
        """Return a tensor in the type that the layer computes in."""
        return (
            tensor if self.own_dtype is None or not self.autocast else cast(tensor, self.own_dtype)
        )

    def before_apply(self, inputs: Sequence[SymbolicTensor]) -> None:
        """Make the graph for inputs such as these."""
        self._check_spec(inputs)
        shapes = tuple(tensor.shape for tensor in inputs)
        before = self._masked.get(shapes, (False,) * len(inputs))
        masked = tuple(t.masked or known for t, known in zip(inputs, before))
        # One graph is for all uses with such shapes: where it asks for a mask, an input without one
        # counts at all steps.
        anew = masked != before and (self.takes_mask() or self.passes_masks())
        if shapes not in self._graphs or anew:
            self._masked[shapes] = masked
            self._graphs[shapes] = self._traced(shapes, [tensor.dtype for tensor in inputs])

    def passes_masks(self) -> bool:
        """Return whether the outputs carry what `compute_mask` returns."""
        return self.supports_masking or self.has_own_mask()

    def has_own_mask(self) -> bool:
        """Return whether the class has a `compute_mask` of its own."""
        return type(self).compute_mask is not CustomLayer.compute_mask

    def compute_mask(  # type: ignore[override]
        self, inputs: Any, previous_mask: Any = None
    ) -> Any:
        """Return the mask that the output carries: by default the input's.

        Parameters
        ----------
        inputs : tensor or list of tensor
            The layer's input.
        previous_mask : tensor, or list of tensor, or None
            Its mask.
        """
        return previous_mask if self.supports_masking else None

    def takes_mask(self) -> bool:
        """Return whether `call` takes `mask`."""
        return "mask" in inspect.signature(self.call).parameters

    def inner_for(self, shapes: Sequence[Dims]) -> InnerGraph:
        """Return the graph for inputs of some shapes."""
        return self._graphs[tuple(shapes)]

    def check_inputs(self, *shapes: Dims) -> None:
        """Leave it to `call` to refuse inputs."""

    def _check_spec(self, inputs: Sequence[SymbolicTensor]) -> None:
        """Refuse inputs that are not as the layer's `input_spec` says."""
        given = self.__dict__.get("input_spec")
        specs = given if isinstance(given, (list, tuple)) else [given]
        for spec, tensor in zip(specs, inputs):
            if isinstance(spec, InputSpec):
                spec.check(tensor.shape, tensor.dtype, self.name or self.named_after())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer: `call` gets these arguments, tensors and others.

        Parameters
        ----------
        *args, **kwargs
            The arguments of `call`; `training` as for any layer.
        """
        training = kwargs.pop("training", None)
        if kwargs.get("mask") is not None and not self.takes_mask() and is_symbolic(args[0]):
            args = (with_mask(args[0], kwargs.pop("mask")), *args[1:])
        tensors: list[Any] = []
        form: Any = (taken_out(list(args), tensors), taken_out(kwargs, tensors))
        if not tensors:
            return self._called_on_data(args, kwargs, training)
        shapes = tuple(tensor.shape for tensor in tensors)
        # A list of all tensors stands for the arguments that they were in before.
        listed: Any = ([[Place(number) for number in range(len(tensors))]], {})
        if form != listed or shapes not in self._forms:
            self._use_form(shapes, form)
        found = super().__call__(tensors, training=training)
        form = self.__dict__.get("_output_form")
        return found if form is None else nested_as(form, found)

    def _called_on_data(
        self, args: Sequence[Any], kwargs: dict[str, Any], training: bool | None
    ) -> Any:
        """Apply the layer to arrays or tensors of an engine, in whatever arguments they are."""
        alone = len(args) <= 1 and kwargs.keys() <= {"mask"}
        if alone and not (args and holds_nested_data(args[0])):
            return super().__call__(*args, **kwargs, training=training)
        tensors: list[Any] = []
        form = (taken_out(list(args), tensors, is_data), taken_out(kwargs, tensors, is_data))
        # Of data the number of samples is open, as in a model.
        self._use_form(tuple((None, *tuple(each.shape)[1:]) for each in tensors), form)
        return super().__call__(tensors, training=training)

    def _use_form(self, shapes: tuple[Dims, ...], form: Any) -> None:
        """Take up how tensors of some shapes stand among the arguments, or refuse another way."""
        if shapes in self._graphs and not alike(form, self._forms.get(shapes, form)):
            title = self.name or self.named_after()
            raise ArgumentError(
                f"Layer {title!r} is applied with the same arguments each time, tensors aside.",
                layer=title,
                received=form,
                hint="Make another layer for other arguments.",
            )
        self._forms[shapes] = form

    def arguments_with(self, shapes: tuple[Dims, ...], values: Sequence[Any]) -> Any:
        """Return the arguments that `call` gets for some shapes, with values for the tensors."""
        alone = list(values) if len(values) == 1 else [list(values)]
        form = self._forms.get(shapes)
        return (alone, {}) if form is None else tuple(put_back(part, values) for part in form)

    def penalty_on_output(self) -> None:
        """Return none: the penalty is part of the graph."""

    def _traced(self, shapes: Sequence[Dims], dtypes: Sequence[str]) -> InnerGraph:
        inputs = [
            Input(shape[1:], dtype, batch_size=shape[0]) for shape, dtype in zip(shapes, dtypes)
        ]
        places = [Place(number) for number in range(len(inputs))]
        form: tuple[list[Any], dict[str, Any]] = self._forms.get(tuple(shapes)) or (
            places if len(places) == 1 else [places],
            {},
        )
        if not self.built:
            alone = bool(form[0]) and isinstance(form[0][0], Place)
            self.__dict__["_added"] = self.__dict__["_added_by_build"] = []
            try:
                # As in Keras, it is told of the first argument.
                self.build(shapes[form[0][0].number] if alone else list(shapes))
            finally:
                self.__dict__["_added"] = None
            self.__dict__["built"] = True
        entering = [self._cast(each) for each in inputs]
        args, kwargs = (put_back(part, entering) for part in form)
        parameters = inspect.signature(self.call)
        if self.takes_mask():
            bound = parameters.bind_partial(*args, **kwargs).arguments
            kwargs = {"mask": self._masks_of(args[0] if args else None, entering), **kwargs}
            kwargs = kwargs if bound.get("mask") is None else {**kwargs, "mask": bound["mask"]}
        by_mode = self.depends_on_training()
        modes = ({"training": False}, {"training": True}) if by_mode else ({},)
        found: list[SymbolicTensor] = []
        for mode in modes:
            # To the end: what is added here is no loss of the layer around this one.
            with noting_losses() as losses:
                found += self._outputs_in(args, {**kwargs, **mode}, inputs, losses)
        return InnerGraph(Graph(inputs, found), by_mode)

    def _outputs_in(
        self,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        inputs: list[SymbolicTensor],
        losses: Added,
    ) -> list[SymbolicTensor]:
        """Return what `call` gives, with what it assigns and adds to the loss."""
        added: list[SymbolicTensor] = list(self.__dict__.get("_added_by_build", ()))
        self.__dict__["_added"] = added
        what = f"call() of {self.shown_kind}"
        with describing(), calling(self), noticing_draws(what), collecting() as assigned:
            try:
                output = self.call(*args, **kwargs)
            finally:
                self.__dict__["_added"] = None
            given_back, form = unnested(output)
            self.__dict__["several"] = not isinstance(form, Place)
            self.__dict__["_output_form"] = None if is_flat(form) else form
            outputs = [as_float32(latest(checked_output(self, each))) for each in given_back]
        if assigned:
            outputs[0] = Updated()([outputs[0], *assigned.values()])
        if not kwargs.get("training"):  # Once: it may be called for both cases.
            shapes = [tensor.shape for tensor in inputs]
            declared = self.compute_output_shape(shapes[0] if len(shapes) == 1 else shapes)
            warn_of_contradiction(self.shown_kind, declared, [each.shape for each in outputs])
        outputs = self._with_masks(inputs, args[0] if args else None, outputs)
        losses.terms += added
        if self.activity_regularizer is not None:
            losses.terms += [penalty_by_sample(self.activity_regularizer, each) for each in outputs]
        return with_losses(inputs, outputs, losses)

    def _masks_of(self, given: Any, inputs: Sequence[SymbolicTensor]) -> Any:
        """Return the masks of what a layer is applied to, `None` where there is none."""
        if isinstance(given, (list, tuple)):
            return [self._masks_of(each, inputs) for each in given]
        masked = self._masked.get(tuple(tensor.shape for tensor in inputs), ())
        carries = any(each is given and carried for each, carried in zip(inputs, masked))
        return MaskOf()(given) if carries else None

    def _with_masks(
        self, inputs: Sequence[SymbolicTensor], given: Any, outputs: list[SymbolicTensor]
    ) -> list[SymbolicTensor]:
        """Return the outputs with the masks that `compute_mask` says, or those that they carry."""
        if not self.passes_masks():
            return outputs
        masked = self._masked.get(tuple(tensor.shape for tensor in inputs), ())
        carrying = Graph(inputs, outputs).masked_tensors(masked)
        if all(id(tensor) in carrying for tensor in outputs):
            return outputs
        with describing():
            found = self.compute_mask(given, self._masks_of(given, inputs))
        masks = list(found) if isinstance(found, (list, tuple)) else [found]
        masks += [None] * (len(outputs) - len(masks))
        return [
            tensor if id(tensor) in carrying else with_mask(tensor, mask)
            for tensor, mask in zip(outputs, masks)
        ]

    def compute_output_shape(self, input_shape: Any) -> Any:  # type: ignore[override]
        """Return the output's shape; not needed, and checked where a subclass has it."""
        return None

    def depends_on_training(self) -> bool:
        """Return whether `call` takes `training`, and so is another function while training."""
        return "training" in inspect.signature(self.call).parameters


def _as_composite(
    inner: InnerGraph, name: str | None, state: dict[str, Any], saved: object
) -> Composite:
    layer = Composite(inner, name=name, **state)
    if saved is not None:
        layer.__dict__["_brought"] = saved
    return layer
