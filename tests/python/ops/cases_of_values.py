"""The cases that each operation is compared with Keras in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """An operation's arguments, and how it is compared."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    checks: dict[str, Any]


RNG = np.random.default_rng(3)


def floats(*shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Numbers of which no two are equal, and none is near a whole or a half."""
    count = int(np.prod(shape))
    spread = np.linspace(low, high, count + 2)[1:-1] + 0.0137
    return RNG.permutation(spread).reshape(shape).astype("float32")


def whole(*shape: int, low: int = -4, high: int = 5, dtype: str = "int32") -> np.ndarray:
    return RNG.integers(low, high, shape).astype(dtype)


def truths(*shape: int) -> np.ndarray:
    return RNG.integers(0, 2, shape).astype(bool)


def case(*args: Any, checks: dict[str, Any] | None = None, **kwargs: Any) -> Case:
    return Case(args, kwargs, checks or {})


def half(x: np.ndarray) -> np.ndarray:
    return x.astype("float16")


CASES: dict[str, list[Case]] = {}
NUMBERS_ONLY = {"checks": {"gradients": False, "numerical": False}}

# Each value by itself: a matrix, whole numbers of several types, one number.
DOMAINS = {
    **dict.fromkeys(("log", "log10", "log2", "sqrt", "rsqrt", "reciprocal"), (0.2, 3.0)),
    **dict.fromkeys(("arcsin", "arccos", "arctanh"), (-0.9, 0.9)),
    "arccosh": (1.1, 4.0),
    "log1p": (-0.8, 3.0),
}
FLOATING = [
    "sqrt",
    "rsqrt",
    "reciprocal",
    "cbrt",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log10",
    "log1p",
    "log2",
    "ceil",
    "floor",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
    "deg2rad",
    "angle",
]
ANY_KIND = [
    "abs",
    "negative",
    "sign",
    "square",
    "trunc",
    "isfinite",
    "isinf",
    "isnan",
    "signbit",
    "conj",
    "real",
]
# Keras divides whole numbers, and its inverse root refuses them.
NO_WHOLE = ("reciprocal", "rsqrt")

for name in (*FLOATING, *ANY_KIND):
    low, high = DOMAINS.get(name, (-2.0, 2.0))
    CASES[name] = [
        case(floats(3, 4, low=low, high=high)),
        case(floats(2, 1, 3, low=low, high=high)),
        case(floats(low=low, high=high)),
        case(floats(2, 2, low=low, high=high).astype("float64")),
    ]
    if name not in NO_WHOLE:
        positive = int(low > 0 or name in DOMAINS)
        CASES[name] += [
            case(whole(3, low=positive, high=2)),
            case(whole(3, low=1, high=2, dtype="int64")),
        ]
for name in ("isfinite", "isinf", "isnan", "sign"):
    CASES[name].append(case(np.float32([np.inf, -np.inf, 0.0, -3.0]), **NUMBERS_ONLY))
for name in ("isfinite", "isinf", "isnan"):
    CASES[name].append(case(np.float32([np.nan, 1.0]), **NUMBERS_ONLY))
for name in ("exp", "sqrt", "log", "floor", "sin", "logical_not", "square", "abs", "deg2rad"):
    CASES.setdefault(name, []).append(case(truths(4)))
for name in ("exp", "sin", "floor", "sqrt", "tanh", "abs"):
    CASES[name].append(case(half(floats(3, low=0.2)), **NUMBERS_ONLY))
for name in ("reciprocal", "rsqrt"):
    expected = np.float32([0.5, 0.25] if name == "reciprocal" else [0.5**0.5, 0.5])
    CASES[name].append(case(np.int32([2, 4]), checks={"expected": expected}))
CASES["signbit"].append(case(np.float32([-0.0, 0.0])))
COMPLEX = np.complex64([1 + 2j, -3 + 0.5j])
for name in ("conj", "real", "imag", "angle", "abs"):
    CASES.setdefault(name, []).append(case(COMPLEX, **NUMBERS_ONLY))
CASES["imag"].append(case(floats(3)))
CASES["logical_not"] += [case(floats(2, 3)), case(whole(3))]
CASES["round"] = [
    case(floats(3, 4)),
    case(np.float32([0.5, 1.5, 2.5, -0.5]), checks={"numerical": False}),
    case(floats(3, 4) * 10, decimals=1),
    case(whole(4, low=-90, high=90), decimals=-1),
    case(whole(4)),
    case(whole(4), decimals=2),
]
CASES["nan_to_num"] = [
    case(np.float32([np.nan, np.inf, -np.inf, 2.0]), **NUMBERS_ONLY),
    case(np.float32([np.nan, np.inf, -np.inf, 2.0]), 1.0, 2.0, neginf=-3.0, **NUMBERS_ONLY),
    case(floats(3)),
    case(whole(3)),
]
CASES["clip"] = [
    case(floats(3, 4), -1.0, 0.5),
    case(floats(3, 4), -1, 1),
    case(whole(5), -2, 2),
    case(truths(3), 0, 1),
    case(floats(2, 3), np.float32([-1.0, 0.0, 0.3]), 1.5),
]

# Pairs: alike, stretched, with numbers, of different types.
ARITHMETIC = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "divide_no_nan",
    "maximum",
    "minimum",
    "power",
    "floor_divide",
]
STRONG = ["mod", "arctan2", "logaddexp", "heaviside"]
COMPARING = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isclose"]
LOGIC = ["logical_and", "logical_or", "logical_xor"]
for name in (*ARITHMETIC, *STRONG, *COMPARING, *LOGIC):
    low = 0.3 if name in ("power", "mod", "floor_divide") else -2.0
    CASES[name] = [
        case(floats(3, 4, low=low), floats(3, 4, low=low, high=3.1)),
        case(floats(3, 4, low=low), floats(4, low=low, high=3.1)),
        case(floats(2, 1, 3, low=low), floats(4, 1, low=low, high=3.1)),
        case(floats(3, low=low), 2.5),
        case(1.5, floats(3, low=low, high=3.1)),
        case(whole(4, low=1), whole(4, low=1)),
        case(whole(4, low=1, dtype="int64"), whole(4, low=1, dtype="int32")),
        case(whole(4, low=1), 2),
        case(3, whole(4, low=1)),
        case(whole(4, low=1), floats(4, low=0.3)),
    ]
    if name != "heaviside":
        CASES[name].append(case(whole(4, low=1, dtype="int8"), whole(4, low=1, dtype="uint8")))
for name in ARITHMETIC:
    CASES[name] += [
        case(half(floats(3, low=0.3)), 2.0, **NUMBERS_ONLY),
        case(half(floats(3, low=0.3)), np.float32(2.0), **NUMBERS_ONLY),
        case(whole(3, low=1), 2.5),
        case(2.0, 3),
        case(whole(3, low=1, dtype="uint8"), 2),
    ]
CASES["divide_no_nan"] += [
    case(floats(3), np.float32([0.0, 1.0, 0.0]), checks={"numerical": False})
]
CASES["mod"] += [
    case(np.float32([7, -7]), np.float32([3, 3])),
    case(truths(3), np.array([True] * 3)),
]
CASES["floor_divide"] += [case(whole(6), np.int32([2, -2, 3, -3, 1, -1]))]
CASES["heaviside"] += [case(np.float32([-1, 0, 1]), 0.5, checks={"numerical": False})]
CASES["isclose"] += [
    case(np.float32([1, 2]), np.float32([1.00001, 2.1]), rtol=1e-4),
    case(np.float32([np.nan, 1]), np.float32([np.nan, 1]), equal_nan=True),
    case(
        np.float32([np.inf, 1]),
        np.float32([np.inf, 2]),
        checks={"expected": np.array([True, False])},
    ),
]
CASES["logical_and"].append(case(truths(4), True))
CASES["logaddexp"].append(case(np.float32([1000.0, 0.5]), np.float32([900.0, 1000.0])))
CASES["polar"] = [
    case(floats(3, low=0.1), floats(3), **NUMBERS_ONLY),
    case(floats(2, 3, low=0.1), floats(3), **NUMBERS_ONLY),
]
for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    CASES[name] = [
        case(whole(4), whole(4)),
        case(whole(2, 3), whole(3, dtype="int64")),
        case(whole(4, low=0, dtype="uint8"), whole(4, low=0, dtype="int8")),
        case(whole(4), 3),
    ]
for name in ("bitwise_left_shift", "left_shift", "bitwise_right_shift", "right_shift"):
    CASES[name] = [
        case(whole(4), whole(4, low=0, high=4)),
        case(whole(2, 3), 2),
        case(whole(4, dtype="int8"), 1),
    ]
for name in ("bitwise_not", "bitwise_invert"):
    CASES[name] = [case(whole(4)), case(whole(2, 3, low=0, dtype="uint8"))]

# Over axes.
AXES: list[dict[str, Any]] = [
    {},
    {"axis": 0},
    {"axis": -1, "keepdims": True},
    {"axis": (0, 2)},
    {"keepdims": True},
    {"axis": (-1, 1), "keepdims": True},
]
for name in [
    "sum",
    "mean",
    "var",
    "std",
    "max",
    "min",
    "prod",
    "all",
    "any",
    "logsumexp",
    "median",
]:
    CASES[name] = [case(floats(2, 3, 4), **axes) for axes in AXES]
    if name != "logsumexp":
        CASES[name] += [case(whole(2, 3), **axes) for axes in AXES[:3]]
        CASES[name] += [case(whole(2, 3, dtype=kind)) for kind in ("int64", "int8", "int16")]
    if name not in ("logsumexp", "std"):
        CASES[name].append(case(truths(3, 4), axis=1))
for name in ("sum", "prod"):
    CASES[name] += [case(whole(5, low=0, dtype=kind)) for kind in ("uint8", "uint16")]
CASES["logsumexp"] += [
    case(np.float32([1000.0, 1000.0])),
    case(np.float32([-np.inf, 0.0]), **NUMBERS_ONLY),
]
CASES["mean"].append(case(half(floats(4)), **NUMBERS_ONLY))
CASES["max"] += [case(floats(2, 3), axis=1, initial=0.5), case(whole(4), initial=2)]
CASES["max"].append(case(np.float32([[1, 1, 0], [2, 2, 2]]), axis=1, checks={"numerical": False}))
CASES["min"] += [case(floats(2, 3), axis=1, initial=-0.5), case(whole(4), initial=2)]
CASES["prod"].append(case(np.int32([2, 3]), dtype="float32", checks={"expected": np.float32(6.0)}))
CASES["count_nonzero"] = [case(whole(3, 4), axis=axis) for axis in (None, 0, (0, 1))]
CASES["count_nonzero"].append(case(np.float32([0.0, 1.0])))
CASES["average"] = [
    case(floats(2, 3)),
    case(floats(2, 3), axis=1),
    case(whole(2, 3), axis=0),
    case(floats(2, 3), axis=1, weights=floats(2, 3, low=0.1)),
    case(floats(2, 3), weights=floats(2, 3, low=0.1)),
    case(floats(2, 3), axis=1, weights=floats(3, low=0.1)),
    case(whole(2, 3), axis=0, weights=whole(2, low=1)),
]
CASES["quantile"] = [
    case(floats(5), 0.3),
    case(floats(5), np.float32([0.1, 0.55, 0.9])),
    case(floats(2, 3, 4), np.float32([0.0, 0.7]), axis=1, checks={"numerical": False}),
    case(floats(2, 3, 4), np.float32([0.2, 0.7]), axis=(0, 2), keepdims=True),
    case(floats(2, 3, 4), 0.5, keepdims=True),
    case(floats(2, 5), np.float32([0.2, 0.7]), keepdims=True),
    case(whole(5), 0.4),
    case(np.float32([[1, np.nan], [2, 3]]), 0.5, axis=1, **NUMBERS_ONLY),
]
for method in ("lower", "higher", "midpoint", "nearest"):
    CASES["quantile"].append(case(floats(3, 6), 0.35, axis=1, method=method))
for name in ("cumsum", "cumprod"):
    CASES[name] = [
        case(floats(2, 3, low=0.5)),
        case(floats(2, 3, 2, low=0.5), axis=1),
        case(floats(2, 3, low=0.5), axis=-1),
        case(whole(2, 3), axis=0),
        case(truths(4)),
        case(whole(3, dtype="int8")),
        case(whole(3), dtype="float32"),
    ]
CASES["diff"] = [
    case(floats(2, 5)),
    case(floats(4, 2), axis=0),
    case(floats(2, 5), n=2),
    case(floats(3), n=0),
    case(whole(4)),
    case(truths(4)),
]

# Pairs and values, composed of others. -----------------------------------------------------------
NAN = float("nan")
for name in ("fmax", "fmin"):
    CASES[name] = [
        case(floats(3, 4), floats(3, 4, high=3.1)),
        case(floats(2, 1, 3), floats(4, 1, high=3.1)),
        case(floats(3), 0.1),
        case(whole(4), whole(4, dtype="int64")),
        case(whole(4), 2),
        case(whole(3, low=0, dtype="uint8"), floats(3)),
        case(np.float32([NAN, 1, NAN, np.inf]), np.float32([2, NAN, NAN, 3]), **NUMBERS_ONLY),
        case(np.float32([NAN, 1]), 0.5, **NUMBERS_ONLY),
    ]
CASES["fmod"] = [
    case(floats(3, 4), floats(3, 4, low=0.3), checks={"numerical": False}),
    case(np.float32([7, -7, 5.5, -5.5]), np.float32([3, 3, -2, -2]), checks={"numerical": False}),
    case(np.float32([5, NAN]), np.float32([np.inf, 1]), **NUMBERS_ONLY),
    case(whole(6), np.int32([2, -2, 3, -3, 1, -1])),
    case(whole(3, low=0, dtype="uint8"), np.uint8([2, 3, 4])),
    case(whole(3, dtype="int8"), whole(3, low=1, dtype="int64")),
    case(truths(3), np.array([True] * 3)),
    case(floats(3), 2),
]
CASES["hypot"] = [
    case(floats(3, 4), floats(4)),
    case(np.float32([0, 3, 0]), np.float32([0, 4, 2]), checks={"numerical": False}),
    case(
        np.float32([1, -2]), np.float32([1, 2]), checks={"expected": np.float32([2**0.5, 8**0.5])}
    ),
    case(np.float32([1e30, np.inf]), np.float32([1e30, -1]), **NUMBERS_ONLY),
    case(whole(3), 2),
    case(whole(3, dtype="int64"), whole(3, dtype="int64")),
    case(half(floats(3)), floats(3), **NUMBERS_ONLY),
]
for name in ("gcd", "lcm"):
    CASES[name] = [
        case(np.int32([12, 0, -18, 0, 7]), np.int32([8, 5, 12, 0, -3])),
        case(np.int32([[12], [9]]), np.int32([6, 4, 3])),
        case(np.int64([12]), np.int32([18])),
        case(np.uint8([12, 5]), np.uint8([18, 15])),
        case(np.int32([12, 18]), 8),
        case(np.int32(12), np.int32(18)),
    ]
CASES["ldexp"] = [
    case(floats(4), whole(4)),
    case(floats(2, 3), 3),
    case(whole(3), whole(3)),
    case(np.float32([np.inf, 0, NAN]), np.int32([2, 200, 1]), **NUMBERS_ONLY),
    case(
        np.float32([1e-30, 1e30]),
        np.int32([140, -140]),
        checks={"expected": np.ldexp(np.float32([1e-30, 1e30]), [140, -140]), "numerical": False},
    ),
]
CASES["logaddexp2"] = [
    case(floats(3, 4), floats(4)),
    case(np.float32([1000.0, 0.5]), np.float32([900.0, 1000.0])),
    case(np.float32([-np.inf, np.inf]), np.float32([-np.inf, 1]), **NUMBERS_ONLY),
    case(whole(3), whole(3)),
    case(floats(3), 2),
]
NEAR = np.float32([1.0, 0.0, -2.0, np.inf])
CASES["nextafter"] = [
    # Keras rounds to the number itself.
    case(
        NEAR,
        np.float32(3.0),
        checks={"expected": np.nextafter(NEAR, np.float32(3.0)), "numerical": False},
    ),
    case(NEAR.astype("float64"), np.float64(-3.0), **NUMBERS_ONLY),
    case(NEAR, NEAR, **NUMBERS_ONLY),
]
for name in ("fabs", "rad2deg", "sinc", "erfc", "i0", "isposinf", "isneginf", "isreal"):
    CASES[name] = [
        case(floats(3, 4)),
        case(floats()),
        case(floats(2, 2).astype("float64")),
        case(np.zeros((0, 2), "float32"), **NUMBERS_ONLY),
        case(np.float32([NAN, 1.5]), **NUMBERS_ONLY),
    ]
    if name != "erfc":
        CASES[name] += [case(whole(3)), case(truths(3))]
    if name not in ("erfc", "i0"):
        CASES[name].append(case(whole(3, dtype="int64")))
        CASES[name].append(case(np.float32([np.inf, -np.inf, 0.5]), **NUMBERS_ONLY))
CASES["i0"] += [case(np.float32([0.0, 20.0, -9.0])), case(np.int64([1, 2]))]
CASES["erfc"] += [
    case(np.float32([0.0, 3.0, 5.0, 9.0, -4.0])),
    case(whole(3), checks={"expected": np.float32([1, 0.15729921, 1.8427008])}),
]
CASES["erfc"][-1].args[0][:] = [0, 1, -1]
# Keras's gradient is NaN at 0.
CASES["sinc"].append(
    case(np.float32([0.0, 1.0]), checks={"expected": np.float32([1, 0]), "numerical": False})
)
CASES["isreal"].append(case(np.complex64([1 + 0j, 2j])))
CASES["allclose"] = [
    case(floats(3), floats(3)),
    case(np.float32([1, 2]), np.float32([1.000001, 2])),
    case(np.float32([1, 2]), np.float32([1.01, 2]), rtol=0.1),
    case(np.float32([1, 2]), np.float32([1.01, 2]), atol=0.1),
    case(np.float32([NAN, np.inf]), np.float32([NAN, np.inf])),
    case(np.float32([NAN, np.inf]), np.float32([NAN, np.inf]), equal_nan=True),
    # Keras finds infinity near everything.
    case(np.float32([np.inf]), np.float32([-np.inf]), checks={"expected": np.array(False)}),
    case(np.float32([np.inf]), np.float32([1.0]), checks={"expected": np.array(False)}),
    case(whole(3), whole(3)),
    case(np.int32([1, 2]), np.int32([1, 2])),
    case(np.zeros((0,), "float32"), np.zeros((0,), "float32")),
]
CASES["isin"] = [
    case(np.int32([[1, 2], [5, 1]]), np.int32([5, 1, 1])),
    case(np.int32([1, 2, 5]), np.int32([5, 1]), invert=True),
    case(np.float32([1, NAN, 2]), np.float32([NAN, 2])),
    case(np.int32([1, 2]), np.float32([[2.0], [3.0]]), assume_unique=True),
    case(np.int32(3), np.int32([3])),
    case(np.int32([1, 2]), 2),
    case(np.int32([1, 2]), np.zeros((0,), "int32")),
    # Keras calls all values members of nothing here.
    case(
        np.int32([1, 2]),
        np.zeros((0,), "int32"),
        invert=True,
        checks={"expected": np.array([True, True])},
    ),
]
CASES["ptp"] = [case(floats(2, 3, 4), **axes) for axes in AXES] + [case(whole(2, 3), axis=0)]
CASES["ptp"].append(case(np.float32([1, NAN]), **NUMBERS_ONLY))
ONE, OTHER = floats(2, 3, 4), floats(4)
STEPS = np.diff(OTHER[:3])[:, None]
CASES["trapezoid"] = [
    case(ONE),
    case(ONE, dx=0.5, axis=1),
    case(ONE, OTHER),
    case(ONE, floats(2, 3, 4), axis=0),
    # Keras takes the differences of a vector along the other's axis.
    case(
        ONE,
        OTHER[:3],
        axis=1,
        checks={"expected": (0.5 * STEPS * (ONE[:, 1:] + ONE[:, :-1])).sum(1)},
    ),
    case(whole(5)),
    case(floats(1)),
]
