"""Operations on symbolic tensors: what `rdeep.ops` leaves in a graph instead of numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.by_sample import by_sample
from rdeep.catalogue.dispatch import calls, is_symbolic
from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.operations import find_operation
from rdeep.catalogue.options import Flag, PlainData, Text, option
from rdeep.catalogue.registry import from_config
from rdeep.errors import ArgumentError, StateError, format_shape, plain
from rdeep.errors.damage import Damage, making
from rdeep.graph.random_operations import DRAWN
from rdeep.graph.templates import check_arguments, restored_spec

Spec = tuple[Dims, str]

INTERNAL = ("extent", "item")
"""Operations that rdeep alone asks for: a tensor's size along an axis, and a part of it."""

MEASURE = "measure"
"""The operation that is a loss or metric of the catalogue, with a value for each sample."""

ENGINE_FUNCTION = "engine_function"
"""The operation that is a function of an engine's own."""

GRADIENTS = "gradients"
"""The operation that differentiates what a graph computes."""

_OWN = {
    ENGINE_FUNCTION: ("engine", "function", "args", "kwargs"),
    "extent": ("x", "axis"),
    "item": ("x", "key"),
    MEASURE: ("record", "y_true", "y_pred", "sample_weight", "reduce"),
}
"""The arguments of what the catalogue does not declare."""

_MOST = 1000
"""How many tensors an operation may give."""


class OperationLayer(Layer):
    """The use of an operation in a graph.

    Tensors among its arguments stand there as `{"tensor": place}`, arrays as `{"array": values}`.
    """

    merges = True
    lone = True
    internal = True
    mask = "stop"
    operation: str = option(Text(), doc="The operation's name.")
    arguments: dict[str, Any] = option(PlainData(), doc="Its arguments, as plain data.")
    outputs: list[Any] = option(PlainData(), doc="The shapes and types of what it gives.")
    several: bool = option(Flag(), False, "Whether it gives a list.")
    _prepared: Any

    def validate(self) -> None:
        """Take the operation's name for the layer's kind, and make the arrays once."""
        self.__dict__["key"] = self.operation
        self.__dict__["_prepared"] = prepared(self.arguments)

    @classmethod
    def restored(cls, options: Any, place: str) -> Any:
        """Return the use of an operation that a file describes: a known one, with its arguments."""
        named = ("name", "trainable", "operation", "arguments", "outputs", "several")
        plain.fields(options, named, place)
        operation = plain.named(options["operation"], f"{place}.operation")
        count = check_arguments(operation, options["arguments"], _OWN, f"{place}.arguments")
        specs = plain.each(options["outputs"], restored_spec, f"{place}.outputs")
        if not 0 < len(specs) <= _MOST:
            raise Damage("it must give a tensor, or several", place=f"{place}.outputs")
        for name, kind in (
            ("name", plain.named),
            ("trainable", plain.flag),
            ("several", plain.flag),
        ):
            kind(options[name], f"{place}.{name}")
        with making(place):
            record = cls(**options)
        record.__dict__["_tensors"] = count
        return record

    def check_places(self, count: int, place: str) -> None:
        """Refuse a use, in a file, with more or fewer tensors than the arguments stand for.

        Parameters
        ----------
        count : int
            How many tensors there are.
        place : str
            Where in the file the use is.
        """
        if count < self.__dict__["_tensors"]:
            raise Damage(f"its operation takes {self.__dict__['_tensors']} tensors", place=place)

    @property
    def shown_kind(self) -> str:
        """Say that it is an operation; the layer's name says which."""
        return "Operation"

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return the shapes that were found when the operation was applied."""
        found: list[Dims] = [tuple(shape) for shape, _ in self.outputs]
        return found if len(found) > 1 else found[0]

    def output_dtypes(self, dtype: str, count: int) -> list[str]:
        """Return the types that were found when the operation was applied."""
        return [dtype for _, dtype in self.outputs]

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the operation draws random numbers."""
        return self.operation in DRAWN

    @property
    def full_precision(self) -> bool:  # type: ignore[override]
        """Whether the inputs must come as they are: gradients are with respect to these tensors."""
        return self.operation == GRADIENTS

    @property
    def seed(self) -> int | None:
        """The seed of the generator that a random operation was given."""
        return self.arguments.get("seed") if self.random else None

    @property
    def advances(self) -> bool:  # type: ignore[override]
        """Whether predictions draw others each time although there is a seed: as generators do."""
        return self.random

    def compute(self, inputs: object, run: Run) -> Any:
        """Return what the operation gives."""
        number = itertools.count()

        def constant(array: np.ndarray) -> Any:
            return run.constant(f"array_{next(number)}", array)

        tensors = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if self.random:
            given = filled(self._prepared, tensors, constant)
            given.pop("seed", None)
            return DRAWN[self.operation](run, **given)
        found = self.call(run.ops, tensors, constant)
        return found[0] if self.several and len(self.outputs) == 1 else found

    def call(
        self,
        ops: Any,
        tensors: Sequence[Any],
        constant: Callable[[np.ndarray], Any],
        function: Any = None,
    ) -> Any:
        """Return what the operation gives for an engine's tensors.

        Parameters
        ----------
        ops : module
            The engine's array functions.
        tensors : sequence of tensor
            What stands for the symbolic tensors.
        constant : function
            Returns an array as a tensor.
        function : function, optional
            What is called in place of the function of the operation's name.
        """
        arguments = filled(self._prepared, tensors, constant)
        if self.operation == MEASURE:
            return by_sample(from_config(**arguments.pop("record")), ops=ops, **arguments)
        if self.operation == ENGINE_FUNCTION:
            return calls().run_function(arguments, ops)
        function = function or getattr(ops, self.operation)
        if self.operation in INTERNAL:
            return function(**arguments)
        return find_operation(self.operation).invoke(function, arguments)


def filled(template: object, tensors: Sequence[Any], constant: Callable[[np.ndarray], Any]) -> Any:
    """Return arguments with tensors in their places.

    Parameters
    ----------
    template : object
        Arguments as `OperationLayer` keeps them.
    tensors : sequence of tensor
        The tensors.
    constant : function
        Returns an array as a tensor.
    """
    if isinstance(template, np.ndarray):
        return constant(template)
    if isinstance(template, dict):
        if set(template) == {"tensor"}:
            return tensors[template["tensor"]]
        if set(template) == {"function"}:
            raise StateError(
                f"An operation of this model calls the function {template['function']!r}, which "
                "files do not hold.",
                hint="Make the model again, or write what the function computes as a layer.",
            )
        return {name: filled(value, tensors, constant) for name, value in template.items()}
    if isinstance(template, (list, tuple)):
        return [filled(value, tensors, constant) for value in template]
    return template


def prepared(template: object) -> Any:
    """Return a template with its arrays made, which files hold as lists.

    Parameters
    ----------
    template : object
        Arguments as `OperationLayer` keeps them.
    """
    if isinstance(template, dict):
        if set(template) == {"array", "dtype"}:
            return np.asarray(template["array"], template["dtype"])
        return {name: prepared(value) for name, value in template.items()}
    if isinstance(template, (list, tuple)):
        return [prepared(value) for value in template]
    return template


def template_of(value: object, tensors: list[Any]) -> Any:
    """Return arguments as plain data, and gather the symbolic tensors among them.

    Parameters
    ----------
    value : object
        Arguments.
    tensors : list of SymbolicTensor
        The tensors so far, added to.
    """
    if is_symbolic(value):
        tensors.append(value)
        return {"tensor": len(tensors) - 1}
    if isinstance(value, dict):
        return {name: template_of(each, tensors) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [template_of(each, tensors) for each in value]
    if isinstance(value, slice):
        return {"slice": [template_of(v, tensors) for v in (value.start, value.stop, value.step)]}
    if hasattr(value, "__array__"):
        check_constant(value)
        array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
        if array.dtype in (np.float64, np.int64):
            array = array.astype("float32" if array.dtype.kind == "f" else "int32")
        return {"array": array.tolist(), "dtype": array.dtype.name}
    return value


def check_constant(value: Any) -> None:
    """Refuse a tensor as a constant of a graph that was computed of weights, by the engine alone.

    Parameters
    ----------
    value : tensor or array
        What is computed with.
    """
    if getattr(value, "grad_fn", None) is not None:
        raise ArgumentError(
            f"A tensor of shape {format_shape(tuple(value.shape))} that was computed of weights "
            "would stay as it is in the network, whatever becomes of these.",
            hint="Compute it by array functions alone, or in a layer of your own; or turn it into "
            "an array first.",
        )


def operate(
    operation: str,
    arguments: object,
    tensors: Sequence[Any],
    outputs: Sequence[Spec],
    several: bool = False,
) -> Any:
    """Return the symbolic tensors of an operation whose results' shapes are known.

    Parameters
    ----------
    operation : str
        Its name.
    arguments : dict
        What `template_of` returned.
    tensors : sequence of SymbolicTensor
        What `template_of` gathered.
    outputs : sequence of (shape, dtype)
        What it gives.
    several : bool
        Whether it gives a list.
    """
    specs = [[list(shape), dtype] for shape, dtype in outputs]
    layer = OperationLayer(operation, arguments, specs, several)
    found = tensors[0].apply_layer(layer, list(tensors))
    return [found] if several and not isinstance(found, list) else found


def cast(x: Any, dtype: str) -> Any:
    """Return a symbolic tensor of numbers in another type; whole numbers stay what they are.

    Parameters
    ----------
    x : SymbolicTensor
        The tensor.
    dtype : str
        The type.
    """
    if "float" not in x.dtype or x.dtype == dtype:
        return x
    arguments = {"x": {"tensor": 0}, "dtype": dtype}
    return operate("cast", arguments, [x], [(x.shape, dtype)])


def as_float32(x: Any) -> Any:
    """Return numbers of 16 bits as float32, in which layers give them to each other.

    Parameters
    ----------
    x : SymbolicTensor
        The tensor.
    """
    return cast(x, "float32") if x.dtype in ("float16", "bfloat16") else x


def total(x: object) -> Any:
    """Return the sum of a symbolic tensor's values.

    Parameters
    ----------
    x : SymbolicTensor
        The tensor.
    """
    return operate("sum", {"x": {"tensor": 0}}, [x], [((), "float32")])


def share_of_samples(value: Any, x: Any) -> Any:
    """Return a symbolic tensor divided by the number of another's samples.

    Parameters
    ----------
    value : SymbolicTensor
        What is divided.
    x : SymbolicTensor
        What has the samples.
    """
    size = x.shape[0]
    if size is None:
        size = operate("extent", {"x": {"tensor": 0}, "axis": 0}, [x], [((), "int32")])
    return value / size
