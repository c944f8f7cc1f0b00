"""Variables: tensors of an engine that keep a value, which can be changed and differentiated by."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue.dispatch import is_symbolic, not_converted
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import is_described
from rdeep.catalogue.registry import resolve
from rdeep.engines import registry as backends
from rdeep.engines.variables import EngineVariable
from rdeep.errors import ArgumentError, ShapeError, StateError, format_shape, setting, show
from rdeep.graph.holder import ValueHolder, computed, value_of
from rdeep.graph.kept_variables import as_weight
from rdeep.ops.dispatch import as_array, default_backend, engine_of
from rdeep.seeds import stream


class BaseVariable(ValueHolder):
    """What stands for a variable of an engine: it computes as its value does.

    Attributes
    ----------
    path, name : str
        Its name with those of its layers, and by itself.
    shape : tuple of int
        Its shape.
    dtype : str
        Its type.
    trainable : bool
        Whether training changes it.
    value : tensor
        The engine's tensor. On torch a parameter, or a weight in Keras's layout that is made of
        one, with its gradient.
    """

    path: str
    name: str
    trainable: bool
    backend: str
    _should_act_as_resource_variable = True
    stands_alone = False
    """Whether it is of no model, so that its name tells it from no other."""

    def held(self) -> EngineVariable:
        """Return the engine's own variable."""
        raise NotImplementedError

    @property
    def value(self) -> Any:
        """The engine's tensor."""
        return self.held().read()

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.shape)

    @property
    def handle(self) -> Any:
        """What a tape of TensorFlow's knows it by."""
        return self.held().handle  # type: ignore[attr-defined]

    def numpy(self) -> np.ndarray:
        """Return the value as an array."""
        return self.held().numpy()

    def __len__(self) -> int:
        return int(self.shape[0])

    def __iter__(self) -> Any:
        return (self[place] for place in range(len(self)))

    def __float__(self) -> float:
        return float(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> Any:
        ops = backends.load("tensorflow").ops
        tensor = ops.convert_to_tensor(self.value)
        return tensor if dtype is None else ops.cast(tensor, dtype.name)

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        # torch's own operators, of its tensors and a variable, have the names of Python's.
        plain = getattr(operator, str(getattr(function, "__name__", "")), None)
        if plain is not None and len(args) == 2 and not kwargs:
            return computed(plain, *args)
        return function(*value_of(tuple(args)), **value_of(kwargs or {}))

    @not_converted
    def assign(self, value: object) -> Any:
        """Give it a value, and return it.

        Parameters
        ----------
        value : tensor or array
            A value of its shape, or one number for all of it.

        Raises
        ------
        ShapeError
            If the shape is another one.
        """
        self.held().assign(self._fitting(value))
        return self

    @not_converted
    def assign_add(self, value: object) -> Any:
        """Add to it, and return it.

        Parameters
        ----------
        value : tensor or array
            What is added.
        """
        return self.assign(self._ops.add(self.value, self._operand(value)))

    @not_converted
    def assign_sub(self, value: object) -> Any:
        """Take from it, and return it.

        Parameters
        ----------
        value : tensor or array
            What is taken.
        """
        return self.assign(self._ops.subtract(self.value, self._operand(value)))

    @property
    def _ops(self) -> Any:
        return backends.load(self.backend).ops

    def _operand(self, value: object) -> Any:
        given = value_of(value)
        if engine_of([given]) not in (None, self.backend):
            given = as_array(given)
        near = self.value
        return self._ops.cast(
            self._ops.operand(np.asarray(given) if engine_of([given]) is None else given, near),
            self.dtype,
        )

    def _fitting(self, value: object) -> Any:
        tensor = self._operand(value)
        shape = tuple(tensor.shape)
        if shape and shape != self.shape:
            raise ShapeError(
                f"Variable {self.path!r} has the shape {format_shape(self.shape)}; it cannot "
                f"become a value of shape {format_shape(shape)}.",
                argument="value",
                received=shape,
                expected=format_shape(self.shape),
            )
        return self._ops.broadcast_to(tensor, self.shape)

    def __repr__(self) -> str:
        about = f"path={self.path}, shape={self.shape}, dtype={self.dtype}"
        return f"<Variable {about}, value={self.numpy()}>"

    def __str__(self) -> str:
        return repr(self)


class Variable(BaseVariable):
    """A variable by itself: a tensor of an engine that keeps a value.

    Parameters
    ----------
    initializer : array, tensor or Initializer
        Its value at first, or what draws it for a shape: the name of an initializer too.
    shape : tuple of int, optional
        Its shape, where an initializer draws it.
    dtype : str, optional
        Its type; by default float32, or that of whole numbers and truth values.
    trainable : bool
        Whether gradients are wanted for it.
    name : str, optional
        Its name.
    backend : str, optional
        The engine; by default that of a tensor that is given, or the first that is installed.

    Examples
    --------
    >>> scale = Variable([1.0, 2.0], name="scale")
    >>> scale.assign_add([1.0, 1.0]).numpy()
    array([2., 3.], dtype=float32)
    """

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        backend: str | None = None,
    ) -> None:
        self.backend = backend or engine_of([value_of(initializer)]) or default_backend()
        backends.check_name(self.backend)
        value = _first_value(value_of(initializer), shape, dtype)
        self.path = self.name = name or "variable"
        self.trainable = bool(trainable) and value.dtype.kind == "f"
        self._first, self._held = value, None
        self._shape, self._dtype = tuple(value.shape), str(value.dtype)

    _held: EngineVariable | None = None
    stands_alone = True
    joined: tuple[Any, str, Any] | None = None

    @property
    def value(self) -> Any:
        """The engine's tensor; for a layer whose `call` is described what stands for it there."""
        if self._dtype == "float32" and is_described():
            weight = as_weight(self)
            if weight is not None:
                return weight
        return super().value

    def held(self) -> EngineVariable:
        """Return the engine's own variable, or that of the layer's weight that it became."""
        weight = self._weight()
        if weight is not None:
            found: EngineVariable = weight.held()
            return found
        return self._alone()

    def _weight(self) -> Any:
        if self.joined is None or not self.joined[0].__dict__.get("_entries"):
            return None
        weight = dispatch.calls().variables.layer_variable(*self.joined[:2])
        if weight is not None:
            self.backend = weight.backend
        return weight

    def start(self) -> np.ndarray:
        """Return the value that it had before it became a layer's weight."""
        return self._first if self._held is None else self._held.numpy()

    def _alone(self) -> EngineVariable:
        if self._held is None:
            engine = backends.load(self.backend)
            made = engine.variables.created
            self._held = made(self._first, self.trainable, self.name, engine.devices()[0])
        return self._held

    @not_converted
    def assign(self, value: object) -> Any:
        """Give it a value, and return it.

        Parameters
        ----------
        value : tensor or array
            A value of its shape, or one number for all of it.
        """
        return self._changed("assign", value)

    @not_converted
    def assign_add(self, value: object) -> Any:
        """Add to it, and return it.

        Parameters
        ----------
        value : tensor or array
            What is added.
        """
        return self._changed("assign_add", value)

    @not_converted
    def assign_sub(self, value: object) -> Any:
        """Take from it, and return it.

        Parameters
        ----------
        value : tensor or array
            What is taken.
        """
        return self._changed("assign_sub", value)

    def _changed(self, way: str, value: object) -> Any:
        if not is_described():
            if way == "assign":
                return super().assign(value)
            change = self._ops.add if way == "assign_add" else self._ops.subtract
            return super().assign(change(self.value, self._operand(value)))
        if self.joined is None:
            self.trainable = False  # What `call` assigns to is state, and no optimizer's.
        kept = self.value
        if not is_symbolic(kept):
            raise StateError(
                f"{self.name!r} stands by itself: a layer that is applied cannot assign to it.",
                hint="Make it by `add_weight()` of the layer, with "
                f"{setting('trainable', False)}: `call` may assign to that.",
            )
        return getattr(kept, way)(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self._shape

    @property
    def dtype(self) -> str:
        """Its type."""
        return self._dtype

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: the value as an array."""
        about = {name: value for name, value in self.__dict__.items() if name != "_held"}
        return {**about, "_first": self.numpy()}


def _first_value(given: Any, shape: Any, dtype: str | None) -> np.ndarray:
    if isinstance(given, (str, Initializer)):
        if shape is None:
            raise ArgumentError(
                "A variable that an initializer draws needs a 'shape'.", argument="shape"
            )
        rule = resolve("initializer", given)
        sizes = (shape,) if isinstance(shape, int) else tuple(int(size) for size in shape)
        drawn = rule.draw(sizes, np.random.default_rng(stream.next()))
        return np.asarray(drawn, dtype or "float32")
    if callable(given) and shape is not None:
        given = value_of(given(shape, dtype or "float32"))
    array = np.asarray(as_array(given))
    if array.dtype.kind not in "fiub":
        raise ArgumentError(
            f"A variable holds numbers, not {show(given)}.",
            argument="initializer",
            received=given,
        )
    kind = dtype or ("float32" if array.dtype.kind == "f" else None)
    array = array.astype(kind) if kind else array
    if shape is not None:
        wanted = (shape,) if isinstance(shape, int) else tuple(int(size) for size in shape)
        if array.shape not in ((), wanted):
            raise ShapeError(
                f"The variable's first value has the shape {format_shape(array.shape)}, not "
                f"{format_shape(wanted)}.",
                argument="shape",
                received=array.shape,
                expected=format_shape(wanted),
            )
        array = np.broadcast_to(array, wanted)
    return np.array(array)
