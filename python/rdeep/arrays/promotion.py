"""Which type a result has. The rules are those of `keras.backend.result_type` on TensorFlow.

They are JAX's (https://docs.jax.dev/en/latest/type_promotion.html): whole numbers never widen
floating ones, and Python's numbers are weak, they take the type of what they are computed with.
Types go by their names; `"int"` and `"float"` are the weak types of Python's numbers.
"""

from __future__ import annotations

from itertools import product

from rdeep.errors import ArgumentError, operation_call

# Each type, and those just above it.
_ABOVE: dict[str, list[str]] = {
    "bool": ["int"],
    "int": ["uint8", "int8"],
    "uint8": ["int16", "uint16"],
    "uint16": ["int32", "uint32"],
    "uint32": ["int64", "uint64"],
    "uint64": ["float"],
    "int8": ["int16"],
    "int16": ["int32"],
    "int32": ["int64"],
    "int64": ["float"],
    "float": ["bfloat16", "float16"],
    "bfloat16": ["float32"],
    "float16": ["float32"],
    "float32": ["float64", "complex64"],
    "float64": ["complex128"],
    "complex64": ["complex128"],
    "complex128": [],
}
STRONG = {"int": "int32", "float": "float32"}
"""What the types of Python's numbers become where nothing else says it."""
SUMMED = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}
"""The types that values are summed up in: small whole numbers become 32-bit ones."""


def _upper_bounds(kind: str) -> set[str]:
    return {kind}.union(*(_upper_bounds(above) for above in _ABOVE[kind]))


_BOUNDS = {kind: _upper_bounds(kind) for kind in _ABOVE}


def _least(first: str, second: str) -> str:
    common = _BOUNDS[first] & _BOUNDS[second]
    return next(kind for kind in common if common <= _BOUNDS[kind])


JOINED = {pair: _least(*pair) for pair in product(_ABOVE, repeat=2)}
"""The type that two types are computed in together."""


def check_whole(where: str, **kinds: str) -> None:
    """Refuse tensors that do not hold whole numbers.

    Parameters
    ----------
    where : str
        The operation.
    **kinds : str
        The type of each tensor, by its name.
    """
    for name, kind in kinds.items():
        if "int" not in kind:
            raise ArgumentError(
                f"{operation_call(where)}: {name!r} must hold whole numbers, not {kind}.",
                argument=name,
                received=kind,
            )
