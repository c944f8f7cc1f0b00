"""Arguments of operations out of files: which values they may hold, and for which operation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.operations import Operation, find_operation, operations
from rdeep.catalogue.options import DTYPES, Function, Functions, InvalidOption
from rdeep.catalogue.registry import restored
from rdeep.errors import plain
from rdeep.errors.damage import Damage, making, shown_value

Spec = tuple["tuple[int | None, ...]", str]

ARRAYS = ("bool", "uint8", "uint16", "uint32", "int8", "int16", "int32", "float16", "float32")
"""The types that arrays among arguments are written in; others become one of these before."""
_WIDE = ("uint64", "int64", "float64")
_LARGEST = 2**48


def restored_spec(saved: Any, place: str) -> Spec:
    """Return the shape and the type of a tensor.

    Parameters
    ----------
    saved : object
        Plain data.
    place : str
        Where in the file it is.
    """
    if len(plain.items(saved, place)) != 2:
        raise Damage("it must be a shape and a type", place=place)
    sizes = plain.each(saved[0], plain.optional(_size), place)
    return tuple(sizes), str(plain.one_of(saved[1], DTYPES, place))


def _size(value: Any, place: str) -> int:
    return plain.whole(value, place, most=_LARGEST)


def check_template(value: Any, place: str, places: list[int]) -> None:
    """Refuse what is not an argument as `template_of` writes it.

    Parameters
    ----------
    value : object
        Plain data.
    place : str
        Where in the file it is.
    places : list of int
        The places of the tensors so far, added to.
    """
    if isinstance(value, list):
        for i, each in enumerate(value):
            check_template(each, f"{place}[{i}]", places)
    elif not isinstance(value, dict):
        return
    elif set(value) == {"tensor"}:
        places.append(plain.whole(value["tensor"], place, most=10_000))
    elif set(value) == {"array", "dtype"}:
        check_array(value, place)
    elif set(value) == {"slice"}:
        if len(plain.items(value["slice"], place)) != 3:
            raise Damage("a slice has three parts", place=place)
        check_template(value["slice"], place, places)
    elif set(value) == {"function"}:
        plain.text(value["function"], place)
    else:
        for name, each in value.items():
            check_template(each, f"{place}.{name}", places)


def check_array(value: dict[str, Any], place: str) -> None:
    """Refuse an array whose numbers are not those of its type.

    Parameters
    ----------
    value : dict
        The numbers in nested lists, and their type.
    place : str
        Where in the file it is.
    """
    dtype = plain.one_of(value["dtype"], (*ARRAYS, *_WIDE), f"{place}.dtype")
    flat: list[Any] = []
    _flatten(value["array"], _shape_of(value["array"]), flat, place)
    kind = np.dtype(dtype).kind
    wanted = {"b": bool, "f": float}.get(kind, int)
    if any(type(number) is not wanted for number in flat):
        raise Damage(f"it must hold values of the type {dtype}", place=place)
    if kind in "iu" and flat:
        limits = np.iinfo(dtype)
        if min(flat) < limits.min or max(flat) > limits.max:
            raise Damage(f"it holds numbers that {dtype} does not hold", place=place)


def _shape_of(value: Any) -> tuple[int, ...]:
    sizes = []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0] if value else None
    return tuple(sizes)


def _flatten(value: Any, shape: tuple[int, ...], flat: list[Any], place: str) -> None:
    if not shape:
        if isinstance(value, (list, dict, str)) or value is None:
            raise Damage("it must be an array of numbers", place=place)
        flat.append(value)
        return
    if not isinstance(value, list) or len(value) != shape[0] or len(shape) > 32:
        raise Damage("it must be an array of numbers", place=place)
    for each in value:
        _flatten(each, shape[1:], flat, place)


# Of an operation ----------------------------------------------------------------------------------


def check_arguments(
    name: str, arguments: Any, internal: Mapping[str, Collection[str]], place: str
) -> int:
    """Refuse arguments that an operation does not take; return how many tensors they stand for.

    Parameters
    ----------
    name : str
        The operation.
    arguments : object
        Plain data.
    internal : mapping of str to collection of str
        What is no operation of the catalogue, each with its arguments.
    place : str
        Where in the file they are.
    """
    if not isinstance(arguments, dict):
        raise Damage("it must be an object of arguments", place=place)
    places: list[int] = []
    if name in internal:
        optional = {"sample_weight"} & set(internal[name])
        plain.fields(arguments, set(internal[name]) - optional, place, optional)
        if "key" in arguments:
            plain.each(arguments["key"], _check_key, f"{place}.key")
        if "axis" in arguments:
            plain.whole(arguments["axis"], f"{place}.axis", least=-64, most=64)
        if "record" in arguments:
            _check_record(arguments["record"], f"{place}.record")
    elif name in operations():
        _check_declared(find_operation(name), arguments, place)
    else:
        raise Damage(f"there is no operation {shown_value(name)}", place=place)
    for key, value in arguments.items():
        if key != "record":
            check_template(value, f"{place}.{key}", places)
    if sorted(set(places)) != list(range(len(set(places)))):
        raise Damage("its tensors are not counted from 0 on", place=place)
    return len(set(places))


def _check_declared(operation: Operation, arguments: dict[str, Any], place: str) -> None:
    extra = {"seed"} if operation.name.startswith("random_") else set()
    plain.fields(arguments, (), place, {*operation.options, *extra})
    for key, declared in operation.options.items():
        here = f"{place}.{key}"
        if key not in arguments:
            if declared.required:
                raise Damage(f"it has no {key!r}", place=place)
            continue
        value = arguments[key]
        if holds_parts(value) or (value is None and declared.default is None):
            continue
        if isinstance(declared.type, (Function, Functions)):
            raise Damage("files hold no functions", place=here)
        with making(here):
            try:
                # What is kept is what was checked when the operation was applied.
                declared.type.check(value)
            except InvalidOption as unfit:
                raise Damage(
                    f"it must be {unfit.expected}, not {shown_value(value)}", place=here
                ) from None


def holds_parts(value: Any) -> bool:
    """Return whether plain data holds what stands for tensors, arrays or slices.

    Parameters
    ----------
    value : object
        Plain data.
    """
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(map(holds_parts, value))


def _check_key(value: Any, place: str) -> None:
    """Refuse what is no part of an index as a graph keeps it."""
    if isinstance(value, dict):
        plain.fields(value, ("slice",), place)
        plain.each(value["slice"], plain.optional(_check_position), place)
    elif isinstance(value, str):
        plain.one_of(value, ("new", "rest"), place)
    else:
        _check_position(value, place)


def _check_position(value: Any, place: str) -> int:
    return plain.whole(value, place, least=-_LARGEST, most=_LARGEST)


def _check_record(saved: Any, place: str) -> None:
    """Refuse a loss or metric among arguments that is none."""
    plain.fields(saved, ("kind", "config"), place)
    kind = plain.one_of(saved["kind"], ("loss", "metric"), f"{place}.kind")
    restored(kind, saved["config"], f"{place}.config")
