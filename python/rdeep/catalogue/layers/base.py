"""What every layer's record has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue import dispatch
from rdeep.catalogue.activations import Linear
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.call_options import by_position
from rdeep.catalogue.layers.carried_masks import CarriesMasks
from rdeep.catalogue.layers.case import Case
from rdeep.catalogue.layers.declared_shapes import DeclaresShapes
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.sections import derived
from rdeep.catalogue.layers.typed import compute_dtype_of, policy_name
from rdeep.catalogue.layers.weight_lists import Declared, HoldsWeights
from rdeep.catalogue.options import Flag, Text, option
from rdeep.catalogue.overrides import is_users
from rdeep.catalogue.record import Record
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import (
    ArgumentError,
    RdeepError,
    ShapeError,
    Wording,
    called,
    class_name,
    format_shape,
    layer_title,
    show,
    worded,
)

Dims = tuple["int | None", ...]
"""A tensor's shape with the batch first; `None` where a size is open."""


@dataclass(frozen=True)
class Weight:
    """One array of a layer: its name in the layer, shape in Keras's layout, and how it starts.

    A parameter is trained; a buffer (such as a moving mean) is changed by running the layer. A
    constraint is put on the weight after each step; a weight that is not trainable stays as it is
    though its layer is trained.
    """

    name: str
    shape: tuple[int, ...]
    initializer: Initializer
    regularizer: Regularizer | None = None
    buffer: bool = False
    constraint: Constraint | None = None
    trainable: bool = True

    def check(self, layer: str) -> None:
        """Refuse rules that a weight of this shape cannot have.

        Parameters
        ----------
        layer : str
            The layer's name, for the message.
        """
        self.initializer.check_shape(self.shape)
        for rule in (self.regularizer, self.constraint):
            try:
                if rule is not None:
                    rule.check_shape(self.shape)
            except RdeepError as error:
                raise error.inside(f"layer {layer!r}, weight {self.name!r}") from None


_NOT_KEPT = ("_ownership", "_borrowed", "_models", "_mask_models", "_first_use")
"""What copies of a layer do not have: its owner, its models, where it was used."""


class Layer(DeclaresShapes, HoldsWeights, CarriesMasks, Record, kind="layer", abstract=True):
    """A step of a network: what it computes is described here and built by the backends.

    Calling a layer on a symbolic tensor (`Dense(8)(x)`) applies it there; calling it on several
    tensors in turn shares its weights among them.
    """

    ndim: ClassVar[int | None] = None
    """The rank of the input, batch included, where only one will do."""
    merges: ClassVar[bool] = False
    """Whether the layer takes a list of inputs."""
    lone: ClassVar[bool] = False
    """Whether a layer that takes a list takes a single input as well."""
    takes_states: ClassVar[bool] = False
    """Whether initial states may follow the input."""
    reshaped: ClassVar[bool] = False
    """Whether the layer's activation may change the shape."""
    stateful: bool = False
    """Whether a batch goes on from states that the batch before left."""
    random: ClassVar[bool] = False
    """Whether the layer draws random numbers while training."""
    advances: ClassVar[bool] = False
    """Whether each prediction draws others although the layer has a seed, that of a generator."""
    compiles: ClassVar[bool] = True
    """Whether the engines' compilers take the layer: else networks are compiled around it."""
    takes_text: ClassVar[bool] = False
    """Whether the input may be text."""
    goes_by_steps: ClassVar[bool] = False
    """Whether the formula is a loop over steps, which torch's compiler would take apart."""
    call_options: ClassVar[tuple[str, ...]] = ()
    """The options that a call may have otherwise than the layer, each a flag."""
    full_precision: ClassVar[bool] = False
    """Whether a mixed dtype policy leaves inputs and weights in float32: the formula casts."""

    name: str | None = option(
        Text(),
        None,
        "The name of the layer in its model; by default made from its class.",
        keyword_only=True,
    )
    trainable: bool = option(
        Flag(), True, "Whether training changes the layer's weights.", keyword_only=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        entry = _input_shape_of(type(self), kwargs)
        dtype = None if "dtype" in self.options else kwargs.pop("dtype", None)
        super().__init__(*args, **kwargs)
        self.compute_in(dtype)
        if entry is not None:
            self.__dict__["first_input"] = entry

    first_input: ClassVar[dict[str, Any] | None] = None
    """The shape of what enters a chain that begins with the layer, where it was told of one."""

    @classmethod
    def derived_sections(cls, written: Mapping[str, str]) -> dict[str, str]:
        """Return what the layer is called with, and the shapes where they need no words."""
        return derived(cls, written, cls.output_shape is Layer.output_shape)

    def __setattr__(self, name: str, value: Any) -> None:
        # What training changes is the one thing to be decided later: at each `compile`.
        if name == "trainable":
            self.__dict__[name] = bool(value)
        elif name not in self.options and is_users(type(self)):
            # What a subclass of the user's keeps beside the options.
            self.__dict__[name] = value
        else:
            super().__setattr__(name, value)

    # A layer is itself, whatever its options: sharing it means using the same object twice.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: options, and the weights as they are now."""
        state = {k: v for k, v in self.__dict__.items() if k not in _NOT_KEPT}
        ownership = self.__dict__.get("_ownership")
        if ownership is not None:
            # Whoever has the layer first takes them over: see `rdeep.models.parameters`.
            state["_brought"] = ownership.owner.weights_of(self)
        return state

    def compute_in(self, dtype: object) -> None:
        """Have the layer compute in a type of its own.

        Parameters
        ----------
        dtype : str or object
            The type, a mixed policy, or `None` for the type of the network.
        """
        if isinstance(dtype, Mapping):
            # A policy as `get_config()` writes it, and Keras.
            config = dtype.get("config")
            name = config.get("name") if isinstance(config, Mapping) else None
            dtype = None if name == "float32" else name
        if dtype is not None and (found := compute_dtype_of(dtype)) is not None:
            self.__dict__.update(own_dtype=found, own_policy=policy_name(dtype))

    own_dtype: str | None = None
    """The type that the layer computes in, where it is not the network's."""
    own_policy: str | None = None
    """The name of its dtype policy, where it has one of its own: a mixed one, or the type."""

    def to_data(self) -> dict[str, Any]:
        """Return the options as plain data, and the type that the layer computes in."""
        own = {} if self.own_policy is None else {"dtype": self.own_policy}
        return {**super().to_data(), **own}

    def replace(self, **changes: Any) -> Any:
        """Return a copy with some options changed, that computes in the same type."""
        again = super().replace(**changes)
        again.compute_in(self.own_policy)
        return again

    def __copy__(self) -> Any:
        """Return a layer of the same options, with a copy of the weights."""
        again = type(self).__new__(type(self))
        again.__dict__.update(self.__getstate__())
        return again

    @property
    def shown_kind(self) -> str:
        """What kind of layer it is, for people to read."""
        return type(self).__name__

    @property
    def declared_activation(self) -> Any:
        """The activation among the layer's options, if it has one."""
        return getattr(self, "activation", None) if "activation" in self.options else None

    @property
    def following_activation(self) -> Any:
        """The activation that follows what the layer computes, if there is one to compute.

        Recurrent layers, which read a mask, apply theirs inside.
        """
        found = self.declared_activation
        return None if self.mask == "read" or isinstance(found, Linear) else found

    def streams(self) -> dict[str, int | None]:
        """Return the seeds of what draws random numbers, by the names of the layer's parts.

        The layer itself has the name `""`, a part without a seed of its own the seed `None`.
        """
        inner = self.inner_layers()
        if inner:
            return {
                part_name(part, own): seed
                for part, layer in inner.items()
                for own, seed in layer.streams().items()
            }
        return {"": getattr(self, "seed", None)} if self.random else {}

    @classmethod
    def cases(cls) -> list[Case]:
        """Return small uses of the layer: native forms are compared with the formula on them."""
        return []

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return the output's shape for inputs of these shapes, batch included."""
        return shapes[0]

    def output_dtype(self, dtype: str) -> str:
        """Return the output's type for an input of this type."""
        return "float32"

    def output_dtypes(self, dtype: str, count: int) -> list[str]:
        """Return the types of several outputs for an input of this type."""
        found = self.output_dtype(dtype)
        wide = found == "float32" and self.own_dtype == "float64"
        return ["float64" if wide else found] * count

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the layer's weights for inputs of these shapes, in Keras's order."""
        return []

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the output: the layer's formula, without the activation that follows.

        Parameters
        ----------
        inputs : tensor or list of tensor
            The input; a list where the layer merges.
        run : Run
            The array functions, the weights, and random numbers.
        """
        raise NotImplementedError(f"{type(self).__name__} has no formula")

    def parts(self, shapes: tuple[Dims, ...]) -> list[tuple[Layer, dict[str, str]]] | None:
        """Return the layers that a layer consists of, each with its weights' names there and here.

        `None` for a layer that holds its weights itself.
        """
        return None

    def inner_layers(self) -> dict[str, Layer]:
        """Return the layers that the formula applies, by the names of their parts in this one.

        The weights of a part are named `part/...` here; a part without a name has this layer's.
        """
        return {}

    shares_inner = True  # Whether the weights of its `layer` are those of its part.
    is_weight = False  # Whether it is a weight that stands in a graph as a tensor.

    def inner_shapes(self, *shapes: Dims) -> tuple[Dims, ...]:
        """Return the shapes that inner layers are applied to, for inputs of these shapes."""
        return shapes

    def code_limits(self) -> tuple[int, ...] | None:
        """Return how many codes the input may hold, where it holds codes from 0.

        One number is for all of them, several are for the columns in turn.
        """
        return None

    def takes_ids(self) -> bool:
        """Return whether the input holds whole numbers that may be too large for 32 bits."""
        limits = self.code_limits()
        return limits is not None and max(limits) > 2**24

    def needs_host(self, *dtypes: str) -> bool:
        """Return whether inputs of these types must be looked at before they enter a network."""
        return "string" in dtypes

    def flops(self, *shapes: Dims) -> int | None:
        """Return about how many operations one sample takes, if the kernels alone do not say."""
        return None

    def named_after(self) -> str:
        """Return what the layer's name begins with, whatever its class keeps as `key`."""
        said = (self.__dict__.get(name) for name in ("title", "key"))
        return next((each for each in said if isinstance(each, str)), type(self).key)

    def penalty_on_output(self) -> Regularizer | None:
        """Return the penalty on the layer's output, if it has one."""
        return getattr(self, "activity_regularizer", None)

    def penalises(self) -> bool:
        """Return whether something of the layer, beside its weights, is added to the loss."""
        return self.penalty_on_output() is not None

    def gives_penalty(self) -> bool:
        """Return whether what is built for the layer gives a penalty after its outputs."""
        return False

    updates = False
    """Whether a forward pass changes a weight, whatever it is for."""

    def before_apply(self, inputs: Any) -> None:
        """Look at the symbolic tensors that the layer is applied to, before anything else."""

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs that the layer cannot take.

        Raises
        ------
        ShapeError
            If there are too many or too few, or one has the wrong rank.
        """
        title = self.name or type(self).__name__
        activation: Any = getattr(self, "activation", None)
        if getattr(activation, "reshapes", False) and not self.reshaped:
            raise ArgumentError(
                f"{layer_title(self)} cannot have the activation {activation.key!r}, which changes "
                "the shape.",
                argument="activation",
                received=activation.key,
                hint=f"Put {called('Activation', 'layer')} after it.",
                layer=title,
            )
        if not (self.merges or self.takes_states) and len(shapes) != 1:
            raise ShapeError(
                f"{layer_title(self)} takes one input, not {len(shapes)}.",
                layer=title,
                received=len(shapes),
            )
        if self.ndim is not None and len(shapes[0]) != self.ndim:
            wanted = self.ndim - 1
            raise ShapeError(
                f"{layer_title(self)} wants {wanted} dimensions for each sample, "
                f"not {len(shapes[0]) - 1}: its input has shape {format_shape(shapes[0])}.",
                layer=title,
                received=shapes[0],
                expected=f"{wanted} dimensions for each sample",
                hint=_rank_hint(self.ndim, len(shapes[0])),
            )

    def __call__(
        self, inputs: Any, *more: Any, training: bool | None = None, mask: Any = None
    ) -> Any:
        """Apply the layer to a symbolic tensor, to several where it merges, or to data.

        Parameters
        ----------
        inputs : SymbolicTensor, array, or list of them
            What goes in.
        *more : SymbolicTensor or array
            Further inputs, as if they were in a list. A layer of one input takes its mask there, or
            whether it acts as in training.
        training : bool, optional
            Whether the layer acts as it does in training: by default as the model does, and not
            for data.
        mask : tensor or array, optional
            The mask of the input: true at the steps that count. By default the one that it
            carries.
        """
        if more and not (self.merges or self.takes_states):
            more, training, mask = by_position(inputs, more, training, mask)
        if more:
            inputs = [*_listed(inputs), *more]
        given = _listed(inputs)
        first = next((x for x in given if is_symbolic(x)), given[0] if given else None)
        if is_symbolic(first) or (is_described() and is_engine_tensor(first)):
            several = isinstance(inputs, (list, tuple))
            if mask is not None:
                masks = _listed(mask)
                given[: len(masks)] = map(dispatch.calls().with_mask, given, masks)
            return dispatch.calls().apply_layer(self, given if several else given[0], training)
        if hasattr(first, "__array__"):
            return dispatch.calls().call_layer(self, inputs, bool(training), mask=mask)
        raise ArgumentError(
            f"{class_name(self)} is called on symbolic tensors, such as {called('Input')} returns, "
            f"or on arrays, not on {show(inputs)}.",
            argument="inputs",
            received=inputs,
        )


setattr(Layer, "weights", Declared(Layer.__dict__["weights"]))  # noqa: B010


def _input_shape_of(cls: type[Layer], options: dict[str, Any]) -> dict[str, Any] | None:
    """Take what Keras's layers are told of the input of a chain out of a layer's options."""
    taken = {n: options.pop(n) for n in _OF_INPUTS if n in options and n not in cls.options}
    length = taken.pop("input_length", None)
    if "batch_input_shape" in taken:
        return {"batch_shape": tuple(taken["batch_input_shape"])}
    if "input_dim" in taken:
        size = (taken["input_dim"],)
        return {"shape": size if length is None else (length, *size)}
    if "input_shape" in taken:
        return {"shape": taken["input_shape"]}
    return None if length is None else {"shape": (length,)}


_OF_INPUTS = ("input_shape", "input_dim", "batch_input_shape", "input_length")


_described: ContextVar[bool] = ContextVar("described", default=False)


@contextmanager
def describing() -> Iterator[None]:
    """Say that a layer of the user's is being described: engines' tensors are its constants."""
    token = _described.set(True)
    try:
        yield
    finally:
        _described.reset(token)


def is_described() -> bool:
    """Return whether a layer of the user's is being described."""
    return _described.get()


def _listed(inputs: Any) -> list[Any]:
    return list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]


def is_engine_tensor(x: Any) -> bool:
    """Return whether something is a tensor of an engine, such as operations make of numbers.

    Parameters
    ----------
    x : object
        Anything.
    """
    return type(x).__module__.partition(".")[0] in ("torch", "tensorflow") and hasattr(x, "shape")


def known(size: int | None, layer: Layer, what: str) -> int:
    """Return a size that the layer needs to know.

    Parameters
    ----------
    size : int or None
        The size.
    layer : Layer
        The layer that needs it.
    what : str
        What the size is of, for the message.

    Raises
    ------
    ShapeError
        If the size is open.
    """
    if size is None:
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"{layer_title(layer)} needs to know the size of {what}, which is open.",
            layer=title,
            hint="Give the full input shape.",
        )
    return size


def _rank_hint(wanted: int, got: int) -> Wording | None:
    if got == wanted - 1:
        reshape = called("Reshape", "layer")
        return worded(f"Add a dimension, such as channels of size 1, in the data or by {reshape}.")
    if got > wanted:
        return worded(f"Put {called('Flatten', 'layer')} or a global pooling layer before it.")
    return None
