"""Python's operators on symbolic tensors: `x + 1`, `x @ y`, `x > 0`, `x[:, 0]`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import numpy as np

from rdeep.catalogue.dispatch import calls, is_symbolic
from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.operations import operations
from rdeep.errors import ShapeError, format_shape, operation_call, show
from rdeep.graph.holder import stand_ins
from rdeep.graph.operation import check_constant, operate, template_of

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_TORCH_METHODS = (
    *("abs", "argmax", "clamp", "cos", "cumsum", "exp", "flatten", "float", "log", "log1p", "long"),
    *("masked_fill", "matmul", "max", "mean", "min", "norm", "permute", "pow", "prod", "relu"),
    *("repeat", "reshape", "sigmoid", "sign", "sin", "softmax", "sqrt", "square", "squeeze", "std"),
    *("sum", "tanh", "transpose", "unsqueeze", "var", "view"),
)
"""The methods of torch's tensors that a symbolic one has where torch is in use."""
_COMPARISONS = (
    *("equal", "not_equal", "greater", "greater_equal", "less", "less_equal"),
    *("logical_and", "logical_or"),
)


def common_shape(a: Dims, b: Dims) -> Dims:
    """Return the shape that two shapes are stretched to.

    Parameters
    ----------
    a, b : tuple
        The shapes; `None` where a size is open.

    Raises
    ------
    ShapeError
        If they do not go together.

    Examples
    --------
    >>> common_shape((None, 3, 1), (4,))
    (None, 3, 4)
    """
    found: list[int | None] = []
    for i in range(1, max(len(a), len(b)) + 1):
        one, other = (shape[-i] if i <= len(shape) else 1 for shape in (a, b))
        if one is not None and other is not None and 1 not in (one, other) and one != other:
            raise ShapeError(
                f"Tensors of shapes {format_shape(a)} and {format_shape(b)} do not go together.",
                received=b,
            )
        if 1 in (one, other):
            found.append(other if one == 1 else one)
        else:
            found.append(other if one is None else one)
    return tuple(reversed(found))


def result_type(operation: str, kinds: list[str]) -> str:
    """Return the type of a result from the types of what goes in.

    Parameters
    ----------
    operation : str
        The operation's name.
    kinds : list of str
        The types; numbers of Python count as `"int"` and `"float"`.
    """
    if operation in _COMPARISONS:
        return "bool"
    floats = [kind for kind in kinds if kind in _FLOATS]
    if floats:
        return max(floats, key=_FLOATS.index)
    if "float" in kinds or operation == "divide":
        return "float32"
    whole = [kind for kind in kinds if kind not in ("int", "bool")]
    return max(
        whole, key=lambda kind: int("".join(filter(str.isdigit, kind)) or 0), default="int32"
    )


def describe(value: Any) -> tuple[Dims, str]:
    """Return the shape and type of a symbolic tensor, an array or a number.

    Parameters
    ----------
    value : object
        The value.
    """
    if is_symbolic(value):
        return value.shape, value.dtype
    if isinstance(value, bool):
        return (), "bool"
    if isinstance(value, (int, float)):
        return (), type(value).__name__
    if value is None:
        raise ShapeError(
            f"{show(None)} cannot be computed with.",
            hint=f"An open size is {show(None)} in the shape of a tensor; "
            f"{operation_call('shape', 'ops.')} gives it as a tensor.",
        )
    check_constant(value)
    array = np.asarray(value.detach() if hasattr(value, "detach") else value)
    if array.dtype.kind not in "fiub":
        raise ShapeError(f"{show(value)} cannot be computed with.", received=value)
    return array.shape, {"f": "float32", "i": "int32", "u": "int32", "b": "bool"}[array.dtype.kind]


def product_shape(a: Dims, b: Dims) -> Dims:
    """Return the shape of a matrix product, of stacks of matrices too.

    Parameters
    ----------
    a, b : tuple
        The shapes.

    Raises
    ------
    ShapeError
        If they do not go together.
    """
    rows, columns = a[:-1], b[-1:] if len(b) > 1 else ()
    inner = b[-2] if len(b) > 1 else b[0]
    if None not in (a[-1], inner) and a[-1] != inner:
        raise ShapeError(
            f"Matrices of shapes {format_shape(a)} and {format_shape(b)} cannot be multiplied.",
            received=b,
            hint=f"The first has {a[-1]} columns, the second {inner} rows.",
        )
    stack = common_shape(rows[:-1], b[:-2])
    return (*stack, *rows[-1:], *columns)


def item_shape(shape: Dims, key: tuple[Any, ...]) -> Dims:
    """Return the shape that indexing leaves.

    Parameters
    ----------
    shape : tuple
        The shape.
    key : tuple
        Whole numbers, slices, `None` for a new axis, and `...`.
    """
    used = sum(each is not None and each is not Ellipsis for each in key)
    whole = (slice(None),) * (len(shape) - used)
    if Ellipsis in key:
        place = key.index(Ellipsis)
        key = (*key[:place], *whole, *key[place + 1 :])
    else:
        key = (*key, *whole)
    found: list[int | None] = []
    sizes = iter(shape)
    for each in key:
        if each is None:
            found.append(1)
            continue
        size = next(sizes, -1)
        if size == -1:
            raise ShapeError(
                f"A tensor of shape {format_shape(shape)} has no such item: too many indices.",
                received=len(key),
            )
        if isinstance(each, slice):
            open_end = size is None and each != slice(None)
            found.append(None if size is None or open_end else len(range(*each.indices(size))))
        elif size is not None and not -size <= each < size:
            raise ShapeError(
                f"There is no item {show(each)} along an axis of {size}.", received=each
            )
    return tuple(found)


_T = TypeVar("_T", bound="Operators")


class Operators:
    """What gives symbolic tensors Python's operators."""

    __slots__ = ()

    def __add__(self: _T, other: object) -> _T:
        return _binary("add", self, other)

    def __radd__(self: _T, other: object) -> _T:
        return _binary("add", other, self)

    def __sub__(self: _T, other: object) -> _T:
        return _binary("subtract", self, other)

    def __rsub__(self: _T, other: object) -> _T:
        return _binary("subtract", other, self)

    def __mul__(self: _T, other: object) -> _T:
        return _binary("multiply", self, other)

    def __rmul__(self: _T, other: object) -> _T:
        return _binary("multiply", other, self)

    def __truediv__(self: _T, other: object) -> _T:
        return _binary("divide", self, other)

    def __rtruediv__(self: _T, other: object) -> _T:
        return _binary("divide", other, self)

    def __floordiv__(self: _T, other: object) -> _T:
        return _binary("floor_divide", self, other)

    def __rfloordiv__(self: _T, other: object) -> _T:
        return _binary("floor_divide", other, self)

    def __mod__(self: _T, other: object) -> _T:
        return _binary("mod", self, other)

    def __pow__(self: _T, other: object) -> _T:
        return _binary("power", self, other)

    def __rpow__(self: _T, other: object) -> _T:
        return _binary("power", other, self)

    def __matmul__(self: _T, other: object) -> _T:
        return _operate("matmul", [self, other], product_shape)

    def __rmatmul__(self: _T, other: object) -> _T:
        return _operate("matmul", [other, self], product_shape)

    def __gt__(self: _T, other: object) -> _T:
        return _binary("greater", self, other)

    def __ge__(self: _T, other: object) -> _T:
        return _binary("greater_equal", self, other)

    def __lt__(self: _T, other: object) -> _T:
        return _binary("less", self, other)

    def __le__(self: _T, other: object) -> _T:
        return _binary("less_equal", self, other)

    # Whether two are one and the same tensor, `is` says.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return _binary("equal", self, other) if _has_values(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return _binary("not_equal", self, other) if _has_values(other) else NotImplemented

    def __and__(self: _T, other: object) -> _T:
        return _binary("logical_and", self, other)

    def __or__(self: _T, other: object) -> _T:
        return _binary("logical_or", self, other)

    def __neg__(self: _T) -> _T:
        return _unary("negative", self)

    def __abs__(self: _T) -> _T:
        return _unary("abs", self)

    def __invert__(self: _T) -> _T:
        return _unary("logical_not", self)

    def __getitem__(self: _T, key: object) -> _T:
        keys = key if isinstance(key, tuple) else (key,)
        return _get_item(self, keys)

    def __rmod__(self: _T, other: object) -> _T:
        return _binary("mod", other, self)

    def __iter__(self) -> NoReturn:
        raise TypeError(
            "A symbolic tensor has no values to go through: use operations on whole axes, "
            "ops.map(), ops.scan() or ops.unstack()."
        )

    def __bool__(self) -> bool:
        raise TypeError(
            "A symbolic tensor has no value to decide by: use ops.where() or ops.cond()."
        )

    def __len__(self) -> int:
        raise TypeError(
            "A symbolic tensor has no length yet: ops.shape(x)[0] is a tensor, or a number where "
            "it is known."
        )

    def __float__(self) -> float:
        raise TypeError("A symbolic tensor has no value yet: use ops.cast() and ops functions.")

    __int__ = __index__ = __complex__ = __float__

    def __getattr__(self, name: str) -> Any:
        if name in _TORCH_METHODS and "torch" in sys.modules:
            return calls().describe_method(self, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        # torch's functions ask here, those of TensorFlow by `watch_functions`.
        return calls().describe_function("torch", function, args, kwargs or {})

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        calls().watch_functions()
        raise TypeError("A symbolic tensor has no values yet: use ops functions, not NumPy's.")

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        operation = _UFUNCS.get(ufunc.__name__)
        if method == "__call__" and operation is not None and len(args) == 2 and not kwargs:
            return operation(*args)
        raise TypeError(_instead_of_numpy(ufunc.__name__))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        raise TypeError(_instead_of_numpy(function.__name__))


def _has_values(value: object) -> bool:
    return hasattr(value, "shape") or isinstance(value, (bool, int, float))


def _instead_of_numpy(name: str) -> str:
    better = f"ops.{name}()" if name in operations() else "ops functions"
    return f"np.{name}() cannot compute with a symbolic tensor: use {better}."


def _binary(operation: str, a: object, b: object) -> Any:
    return _operate(operation, [a, b], common_shape)


def _operate(operation: str, values: list[Any], shape_of: Callable[[Dims, Dims], Dims]) -> Any:
    values = stand_ins(values)
    (a, kind_a), (b, kind_b) = (describe(value) for value in values)
    tensors: list[Any] = []
    arguments = {f"x{i}": template_of(value, tensors) for i, value in enumerate(values, 1)}
    spec = (shape_of(a, b), result_type(operation, [kind_a, kind_b]))
    return operate(operation, arguments, tensors, [spec])


def _ufunc(operation: str) -> Callable[[object, object], Any]:
    return lambda a, b: _binary(operation, a, b)


# What NumPy calls when an array stands left of an operator.
_UFUNCS = {
    **{
        name: _ufunc(name)
        for name in (
            *("add", "subtract", "multiply", "divide", "floor_divide", "power"),
            *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
        )
    },
    "true_divide": _ufunc("divide"),
    "remainder": _ufunc("mod"),
    "bitwise_and": _ufunc("logical_and"),
    "bitwise_or": _ufunc("logical_or"),
    "matmul": lambda a, b: _operate("matmul", [a, b], product_shape),
}


def _unary(operation: str, x: Any) -> Any:
    dtype = "bool" if operation == "logical_not" else x.dtype
    return operate(operation, {"x": {"tensor": 0}}, [x], [(x.shape, dtype)])


def _get_item(x: Any, keys: tuple[Any, ...]) -> Any:
    shape = item_shape(x.shape, keys)
    plain = [_plain_key(key) for key in keys]
    arguments = {"x": {"tensor": 0}, "key": plain}
    return operate("item", arguments, [x], [(shape, x.dtype)])


def _plain_key(key: Any) -> Any:
    """Return an index as data: a number, `{"slice": [...]}`, `"new"` or `"rest"`."""
    if key is None:
        return "new"
    if key is Ellipsis:
        return "rest"
    if isinstance(key, slice):
        return {"slice": [key.start, key.stop, key.step]}
    return int(key)
