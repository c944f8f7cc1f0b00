"""The cases of reductions without NaN, and of percentiles."""

from __future__ import annotations

import numpy as np

from cases_of_shapes import ALL as OTHERS
from cases_of_values import AXES, NUMBERS_ONLY, Case, case, floats, half, truths, whole


def holes(*shape: int) -> np.ndarray:
    """Numbers with NaN among them, and a whole row of it where there are rows."""
    x = floats(*shape)
    x.reshape(-1)[::5] = np.nan
    if x.ndim > 1:
        x[..., 1, :] = np.nan
    return x


# NaN cannot be told from its neighbours by differences.
ANALYTIC = {"checks": {"numerical": False}}
CASES: dict[str, list[Case]] = {}
REDUCTIONS = ("nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanmedian")
for name in REDUCTIONS:
    given = ANALYTIC if name in ("nansum", "nanprod", "nanmean", "nanmax") else NUMBERS_ONLY
    CASES[name] = [
        case(holes(2, 3, 4), **axes, **given) for axes in AXES if axes != {"keepdims": 1}
    ]
    CASES[name] += [
        case(floats(2, 3), axis=-1),
        case(holes(7), **NUMBERS_ONLY),
        case(np.float32(np.nan), **NUMBERS_ONLY),
        case(floats(), **(NUMBERS_ONLY if name == "nanstd" else {})),
        case(holes(7).astype("float64"), **NUMBERS_ONLY),
    ]
    if name != "nanmedian":
        # Keras takes the median of whole numbers as one.
        CASES[name] += [case(whole(2, 3), **axes) for axes in AXES[:3]]
        CASES[name] += [case(whole(2, 3, dtype=kind)) for kind in ("int64", "int8")]
    if name in ("nanmean", "nansum", "nanmax", "nanmin"):
        CASES[name].append(case(half(np.float32([1, np.nan, 2, 3])), **NUMBERS_ONLY))
        CASES[name].append(case(truths(3, 4), axis=1))
    if name in ("nanmax", "nanmin"):
        CASES[name].append(case(np.float32([np.inf, np.nan, -np.inf]), **NUMBERS_ONLY))
CASES["nansum"].append(case(np.zeros((0, 3), "float32"), axis=0, **NUMBERS_ONLY))
CASES["nanmedian"].append(case(whole(5), checks={"expected": np.float32(0)}))
CASES["nanmedian"][-1].args[0][:] = [3, -1, 0, 2, -4]

for name in ("nanargmax", "nanargmin"):
    CASES[name] = [
        case(holes(2, 3, 4), axis=-1),
        case(holes(2, 3, 4), axis=1, keepdims=True),
        case(holes(2, 3)),
        case(np.float32([np.nan, np.nan])),
        case(np.float32([np.nan, 2, 2])),
        case(whole(2, 3), axis=0),
    ]
for name in ("nancumsum", "nancumprod"):
    CASES[name] = [
        case(holes(2, 3), **NUMBERS_ONLY),
        case(holes(2, 3, 2), axis=1, **NUMBERS_ONLY),
        case(holes(2, 3), axis=-1, **NUMBERS_ONLY),
        case(whole(2, 3), axis=0),
        case(truths(4)),
        case(holes(3), dtype="float64", **NUMBERS_ONLY),
        # Keras makes a large number of infinity.
        case(
            np.float32([np.inf, np.nan, 1]),
            checks={"expected": np.float32([np.inf] * 3), "numerical": False},
        ),
    ]

SEVERAL = np.float32([0.1, 0.55, 0.9])
for name, factor in (("percentile", 100), ("nanquantile", 1), ("nanpercentile", 100)):
    CASES[name] = [
        case(floats(5), 0.3 * factor),
        case(floats(5), SEVERAL * factor, checks={"numerical": False}),
        case(floats(2, 3, 4), SEVERAL * factor, axis=1, checks={"numerical": False}),
        case(floats(2, 3, 4), SEVERAL * factor, axis=(0, 2), keepdims=True, **NUMBERS_ONLY),
        case(floats(2, 5), SEVERAL * factor, axis=-1, keepdims=True, **NUMBERS_ONLY),
        case(floats(2, 5), 0.5 * factor, keepdims=True, **NUMBERS_ONLY),
        case(floats(), 0.5 * factor, **NUMBERS_ONLY),
        case(floats(5), factor),
    ]
    for method in ("lower", "higher", "midpoint", "nearest"):
        CASES[name].append(case(floats(3, 6), 0.35 * factor, axis=1, method=method))
    if name != "percentile":
        CASES[name] += [
            case(holes(2, 3, 4), 0.4 * factor, axis=-1, **NUMBERS_ONLY),
            case(holes(7), SEVERAL * factor, **NUMBERS_ONLY),
            case(holes(2, 6), 0.35 * factor, axis=0, method="nearest", **NUMBERS_ONLY),
        ]
CASES["percentile"] += [
    case(whole(5), 40),
    case(np.float32([[1, np.nan], [2, 3]]), 50.0, axis=1, **NUMBERS_ONLY),
]

ALL = {**OTHERS, **CASES}
