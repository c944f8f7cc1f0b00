"""The cases of operations that order, shape, make and multiply."""

from __future__ import annotations

import numpy as np

from cases_of_values import CASES, NUMBERS_ONLY, Case, case, floats, truths, whole

# Sorting and finding ----------------------------------------------------------------------------

TIED = np.int32([[3, 1, 3, 1], [2, 2, 0, 5]])
for name in ("argmax", "argmin"):
    CASES[name] = [
        case(floats(3, 4)),
        case(floats(3, 4), axis=0),
        case(floats(3, 4), axis=-1, keepdims=True),
        case(floats(3, 4), keepdims=True),
        case(TIED, axis=1),
        case(TIED.astype("float32"), axis=1),
        case(truths(4)),
    ]
for name in ("sort", "argsort"):
    CASES[name] = [
        case(floats(3, 4)),
        case(floats(3, 4), axis=0),
        case(floats(3, 4), axis=None),
        case(TIED),
        case(truths(5)),
        case(whole(3, 4, dtype="int64"), axis=-2),
    ]
PARTED = floats(2, 5)
CASES["argpartition"] = [
    case(PARTED, 2, checks={"expected": np.argsort(PARTED, axis=-1)}),
    case(PARTED, 1, axis=0, checks={"expected": np.argsort(PARTED, axis=0)}),
    case(PARTED, 3, axis=None, checks={"expected": np.argsort(PARTED, axis=None)}),
]
EDGES = np.float32([-1.0, 0.0, 0.5, 0.5, 1.5])
CASES["searchsorted"] = [
    case(EDGES, np.float32([-2.0, 0.5, 0.7, 9.0])),
    case(EDGES, np.float32([-2.0, 0.5, 0.7, 9.0]), side="right"),
    case(np.int32([1, 3, 5]), np.int32([0, 3, 4])),
    case(
        np.int32([1, 3]),
        np.float32([[0.5, 3.0], [9.0, 1.5]]),
        checks={"expected": np.int32([[0, 1], [2, 1]])},
    ),
]
CASES["digitize"] = [
    case(floats(3, 4), np.float32([-1.0, 0.0, 1.5])),
    case(whole(5), np.int32([-1, 0, 2])),
    case(whole(5), np.float32([-1.5, 0.0, 2.0])),
]
CASES["nonzero"] = [case(whole(3, 4)), case(np.float32([0.0, 2.0])), case(truths(2, 2, 2))]
CASES["unravel_index"] = [
    case(np.int32([0, 5, 23]), (2, 3, 4)),
    case(
        np.int32([[0, 5], [23, 7]]),
        (2, 3, 4),
        checks={"expected": list(np.unravel_index([[0, 5], [23, 7]], (2, 3, 4)))},
    ),
]
CASES["where"] = [
    case(truths(3, 4), floats(3, 4), floats(4)),
    case(truths(4), 1.0, 2),
    case(truths(4), floats(4), 0),
    case(truths(4), whole(4), 0),
    case(truths(4), whole(4), floats(4)),
    case(floats(4), 1, floats(4)),
    case(truths(3, 4)),
]
POINTS = np.float32([1.0, 5.0, 9.0])
CASES["select"] = [
    case([POINTS < 3, POINTS < 7], [POINTS, -POINTS], 100.0),
    case([POINTS < 3, POINTS < 7], [POINTS, -POINTS], checks={"dtypes": False}),
]

# Shapes and orders ------------------------------------------------------------------------------

BLOCK = floats(2, 3, 4)
CASES["size"] = [case(BLOCK, checks={"gradients": False}), case(whole(3))]
CASES["ndim"] = [case(BLOCK), case(whole(3))]
CASES["reshape"] = [
    case(BLOCK, (4, 6)),
    case(BLOCK, (-1, 2)),
    case(whole(6), (2, 3)),
    case(BLOCK, (24,)),
]
CASES["ravel"] = [case(BLOCK), case(whole(2, 2))]
CASES["broadcast_to"] = [
    case(floats(3), (2, 3)),
    case(floats(2, 1), (3, 2, 4)),
    case(whole(1), (2,)),
]
CASES["expand_dims"] = [case(BLOCK, axis) for axis in (0, -1, 2, (0, 2), (-1, 0))]
CASES["squeeze"] = [
    case(floats(1, 3, 1)),
    case(floats(1, 3, 1), axis=0),
    case(floats(1, 3, 1), axis=-1),
    case(floats(1, 3, 1), axis=(0, 2)),
]
CASES["transpose"] = [
    case(BLOCK),
    case(BLOCK, (1, 2, 0)),
    case(BLOCK, (0, -1, 1)),
    case(whole(2, 3)),
]
CASES["swapaxes"] = [case(BLOCK, 0, 2), case(BLOCK, -1, 1), case(BLOCK, 1, 1)]
CASES["moveaxis"] = [case(BLOCK, 0, -1), case(BLOCK, (0, 1), (2, 0)), case(BLOCK, -1, 0)]
CASES["flip"] = [case(BLOCK), case(BLOCK, axis=1), case(BLOCK, axis=(0, -1)), case(whole(3))]
CASES["rot90"] = [
    case(BLOCK, k, checks={"expected": np.rot90(BLOCK, k)}) for k in (0, 1, 2, 3, 5, -1)
] + [
    case(BLOCK, 1, (1, 2)),
    case(BLOCK, 2, (2, 0), checks={"expected": np.rot90(BLOCK, 2, (2, 0))}),
]
CASES["roll"] = [
    case(BLOCK, 2),
    case(BLOCK, 1, axis=1),
    case(BLOCK, -3, axis=-1),
    case(BLOCK, (1, 2), axis=(0, 2)),
    case(BLOCK, 1, axis=(0, 2), checks={"expected": np.roll(BLOCK, 1, (0, 2))}),
]
PARTS = [floats(2, 3), floats(2, 3)]
MIXED = [whole(2, 3), floats(2, 3)]
CASES["concatenate"] = [
    case(PARTS),
    case(PARTS, axis=1),
    case(PARTS, axis=-1),
    case(MIXED),
    case([floats(1, 3), floats(2, 3)]),
]
CASES["append"] = [
    case(*PARTS),
    case(*PARTS, axis=1),
    case(*MIXED, axis=0),
    case(floats(2), floats(3, 1)),
]
CASES["stack"] = [case(PARTS), case(PARTS, axis=-1), case(PARTS, axis=1), case(MIXED)]
CASES["hstack"] = [case(PARTS), case([floats(2), floats(3)]), case(MIXED)]
CASES["vstack"] = [case(PARTS), case(MIXED)]
CASES["vstack"].append(
    case([np.float32([1, 2]), np.float32([3, 4])], checks={"expected": [[[1, 2], [3, 4]]]})
)
CASES["split"] = [
    case(floats(4, 3), 2),
    case(floats(2, 6), 3, axis=1),
    case(floats(2, 6), [1, 4], axis=-1),
    case(whole(6), (2,)),
]
CASES["repeat"] = [
    case(floats(2, 3), 2),
    case(floats(2, 3), 2, axis=1),
    case(floats(2, 3), [1, 3], axis=0),
    case(whole(3), [2, 0, 1]),
]
CASES["tile"] = [
    case(floats(2, 3), 2),
    case(floats(2, 3), (2, 1)),
    case(floats(3), (2, 2)),
    case(BLOCK, (2, 3)),
]
CASES["pad"] = [
    case(floats(2, 3), ((1, 0), (2, 1))),
    case(np.ones((2, 3), "float32"), 1, checks={"expected": np.pad(np.ones((2, 3)), 1)}),
    case(np.ones((2, 3), "float32"), (1, 2), checks={"expected": np.pad(np.ones((2, 3)), (1, 2))}),
    case(floats(3, 4), ((1, 2), (3, 0)), "reflect"),
    case(floats(3, 4), ((1, 3), (4, 0)), "symmetric"),
    case(floats(2, 3), ((1, 1), (0, 0)), constant_values=7.0),
    case(whole(3), ((1, 2),), constant_values=7),
    case(truths(3), 1),
]
for name in ("diag", "diagflat"):
    CASES[name] = [
        case(floats(3)),
        case(floats(3), k=1),
        case(floats(3), k=-2),
        case(floats(3, 4)),
        case(whole(2)),
    ]
CASES["diag"] += [case(floats(3, 4), k=1), case(floats(3, 4), k=-1)]
for name in ("diagonal", "trace"):
    CASES[name] = [
        case(floats(3, 4)),
        case(floats(3, 4), offset=1),
        case(floats(3, 4), offset=-1),
        case(BLOCK),
        case(BLOCK, axis1=1, axis2=2),
        case(whole(3, 3)),
    ]
CASES["trace"].append(case(whole(3, 3, dtype="int8")))
for name in ("tril", "triu"):
    CASES[name] = [case(floats(3, 4), k=k) for k in (0, 1, -1, 2, -2)] + [
        case(BLOCK),
        case(whole(3, 3)),
    ]
ONES = np.ones((2, 3), "float32")
CASES["tril"] += [case(ONES, k=k, checks={"expected": np.tril(ONES, k)}) for k in (5, -5)]
CASES["triu"] += [case(ONES, k=k, checks={"expected": np.triu(ONES, k)}) for k in (5, -5)]
CASES["meshgrid"] = [
    case(floats(2), floats(3)),
    case(floats(2), floats(3), indexing="ij"),
    case(floats(2), floats(3), floats(4)),
]

# Positions --------------------------------------------------------------------------------------

CASES["take"] = [
    case(BLOCK, np.int32([0, 5, 1])),
    case(BLOCK, np.int32([[0, -1], [1, 1]]), axis=1),
    case(BLOCK, 1, axis=-1),
    case(whole(5), np.int64([4, -5])),
]
CASES["take_along_axis"] = [
    case(floats(2, 3), np.int32([[2], [-1]]), axis=1),
    case(floats(2, 3), np.int32([[0, 1, 1]]), axis=0),
    case(floats(2, 3), np.int32([0, 5]), axis=None),
    case(BLOCK, np.int64([[[0, 3]]]), axis=-1),
]
KEYS = [
    1,
    -1,
    (0, 1),
    slice(1, None),
    (slice(None), slice(None, None, 2)),
    (Ellipsis, 0),
    (slice(None), None, 1),
    (Ellipsis, slice(None, None, -1)),
    (slice(None), slice(None, None, -2), 0),
]
CASES["get_item"] = [case(BLOCK, key, checks={"expected": BLOCK[key]}) for key in KEYS]
ARRAYS = [
    ([0, 1, 1],),
    (slice(None), [2, 0]),
    (0, slice(None), [3, 1]),
    (Ellipsis, [3, 1], slice(0, 1)),
]
CASES["get_item"] += [
    # NumPy takes a number with an array for two arrays, whose axes go to the front.
    case(BLOCK, key, checks={"expected": BLOCK[0][key[1:]] if key[0] == 0 else BLOCK[key]})
    for key in ARRAYS[:3]
]
CASES["get_item"].append(
    case(BLOCK, (Ellipsis, [2, 1], slice(0, 1)), checks={"expected": BLOCK[..., [2, 1], 0:1]})
)
MASK = np.array([True, False, True])
CASES["get_item"].append(case(BLOCK, (slice(None), MASK), checks={"expected": BLOCK[:, MASK]}))

# From nothing -----------------------------------------------------------------------------------

CASES["array"] = [
    case(floats(2, 3)),
    case(whole(3), dtype="float32"),
    case(3),
    case(2.5),
    case(True),
]
CASES["copy"] = [case(floats(2, 3)), case(whole(3))]
for name in ("zeros", "ones", "empty"):
    CASES[name] = [case((2, 3)), case((2,), dtype="int32"), case((), dtype="bool")]
CASES["full"] = [
    case((2, 3), 4.0),
    case((2,), 3, dtype="int32"),
    case((2, 2), floats(2), checks={"numerical": False}),
]
for name in ("zeros_like", "ones_like"):
    CASES[name] = [case(floats(2, 3)), case(whole(3)), case(floats(2), dtype="int32")]
CASES["full_like"] = [
    case(floats(2, 3), 4.0, checks={"numerical": False}),
    case(whole(3), 2),
    case(floats(2), 3, dtype="int32"),
]
for name, made in (("eye", np.eye), ("tri", np.tri)):
    CASES[name] = [case(3), case(3, dtype="int32")]
    CASES[name] += [
        case(*sizes, k=k, checks={"expected": made(*sizes, k=k)})
        for sizes, k in (((2, 4), 1), ((4, 2), -1), ((2, 3), 2), ((3, 3), -5))
    ]
CASES["identity"] = [case(3), case(2, dtype="int32")]
CASES["arange"] = [
    case(5),
    case(2, 9, 3),
    case(5, 1, -2),
    case(0.5, 2.0, 0.25),
    case(3, dtype="float32"),
    case(1, 7, 3, include_end=True, checks={"expected": [[1, 4, 7]]}),
    case(1, 6, 3, include_end=True, checks={"expected": [[1, 4]]}),
    case(7, 1, -3, include_end=True, checks={"expected": [[7, 4, 1]]}),
    case(0.1, 0.4, 0.1, include_end=True, checks={"expected": np.float32([0.1, 0.2, 0.3, 0.4])}),
]
CASES["linspace"] = [
    case(0, 1, 5),
    case(0.0, 2.0, 4, endpoint=False),
    case(1.0, 3.0, 1),
    case(0, 10, 4, dtype="int32"),
    case(0.0, 1.0, 3, retstep=True),
    case(floats(2), floats(2), 4),
    case(floats(2), floats(2), 4, axis=-1),
    case(floats(2), 3.0, 4, endpoint=False),
]
CASES["logspace"] = [
    case(0, 2, 5),
    case(0.0, 2.0, 4, endpoint=False, base=2),
    case(floats(2), floats(2), 3, axis=-1),
]
for name in ("bartlett", "blackman", "hamming", "hanning"):
    CASES[name] = [case(size) for size in (1, 4, 7)]
CASES["kaiser"] = [case(5, 14.0), case(4, 0.5)]

# Products ---------------------------------------------------------------------------------------

FIRST, SECOND = floats(3, 4), floats(4, 2)
CASES["matmul"] = [
    case(FIRST, SECOND),
    case(BLOCK, SECOND),
    case(floats(2, 3, 4), floats(2, 4, 3)),
    case(floats(4), SECOND),
    case(FIRST, floats(4)),
    case(floats(4), floats(4)),
    case(whole(2, 3), whole(3, 2)),
    case(whole(2, 3), floats(3, 2)),
    case(whole(2, 3, dtype="int8"), whole(3, 2, dtype="int8")),
]
CASES["dot"] = [
    case(FIRST, SECOND),
    case(floats(4), floats(4)),
    case(BLOCK, floats(4)),
    case(BLOCK, floats(2, 4, 3)),
    case(FIRST, 2.0),
    case(whole(2, 3), whole(3)),
]
CASES["inner"] = [
    case(floats(2, 3), floats(4, 3)),
    case(floats(3), floats(3)),
    case(floats(2), 3.0),
    case(whole(3), whole(3)),
]
CASES["vdot"] = [
    case(floats(2, 3), floats(2, 3)),
    case(whole(3), whole(3)),
    case(whole(3), floats(3)),
]
CASES["outer"] = [
    case(floats(2), floats(3)),
    case(floats(2, 2), floats(3)),
    case(whole(2), floats(3)),
]
CASES["tensordot"] = [
    case(BLOCK, floats(3, 4, 2)),
    case(FIRST, SECOND, axes=1),
    case(floats(2), floats(3), axes=0),
    case(BLOCK, floats(4, 5, 2), axes=[[0, 2], [2, 0]]),
    case(BLOCK, floats(4, 5), axes=(2, 0)),
    case(whole(2, 3), whole(3, 2), axes=1),
]
CASES["einsum"] = [
    case("ij,jk->ik", FIRST, SECOND),
    case("ijk->kj", BLOCK),
    case("ij,ij->", FIRST, FIRST + 1),
    case("...ij,...jk->...ik", BLOCK, floats(2, 4, 2)),
    case("ij,jk->ik", whole(2, 3), whole(3, 2)),
    case("ii->i", floats(3, 3)),
]
CASES["cross"] = [
    case(floats(3), floats(3)),
    case(floats(4, 3), floats(3)),
    case(floats(4, 2), floats(4, 2)),
    case(floats(4, 2), floats(4, 3)),
    case(floats(3, 4), floats(3, 4), axis=0),
    case(floats(3, 4), floats(4, 3), axisa=0, axisc=0),
    case(whole(3), whole(3)),
]
CASES["corrcoef"] = [
    case(floats(3, 5)),
    case(whole(2, 5)),
    case(floats(5), checks={"expected": np.float32(1.0)}),
]
CASES["correlate"] = [case(floats(6), floats(3), mode=mode) for mode in ("valid", "same", "full")]
CASES["correlate"] += [
    case(floats(6), floats(2), mode="same"),
    case(floats(2), floats(5), mode="full"),
    case(whole(5), whole(2)),
]
SHORT, LONG = floats(2), floats(5)
CASES["correlate"].append(case(SHORT, LONG, checks={"expected": np.correlate(SHORT, LONG)}))
COUNTED = np.int32([0, 3, 1, 1])
CASES["bincount"] = [
    case(COUNTED),
    case(COUNTED, minlength=6),
    case(COUNTED, weights=floats(4), checks={"gradients": False}),
    case(np.int32([[0, 2], [1, 1]])),
    case(np.int64([2, 2])),
]
CASES["histogram"] = [
    case(floats(20), bins=4, **NUMBERS_ONLY),
    case(floats(20), bins=4, range=(-1.0, 1.0), **NUMBERS_ONLY),
    case(
        np.int32([0, 1, 5, 9]),
        bins=3,
        checks={"expected": [np.float32([2, 1, 1]), np.float32([0, 3, 6, 9])]},
    ),
]

for name in ("hsplit", "vsplit"):
    CASES[name] = [
        case(floats(4, 6), 2),
        case(floats(4, 6), [1, 3]),
        case(floats(2, 4, 2), 2),
        case(whole(4, 4), 4),
    ]
CASES["hsplit"].append(case(floats(6), 3))
CASES["vsplit"].append(case(floats(6), 3))
CASES["dsplit"] = [case(floats(2, 3, 4), 2), case(floats(2, 3, 4), [1]), case(whole(2, 1, 3), 3)]
PIECE = floats(5, 3)
CASES["array_split"] = [
    case(PIECE, 2),
    case(PIECE, 3, axis=1),
    case(PIECE, 4, axis=-2),
    case(PIECE, 1),
    case(floats(2), 3),
    case(PIECE, [1, 3], checks={"expected": np.array_split(PIECE, [1, 3])}),
]
CASES["dstack"] = [
    case([floats(2, 3), floats(2, 3)]),
    case([floats(3), floats(3)]),
    case([floats(), floats()]),
    case([floats(2, 1, 2), floats(2, 1)]),
    case([whole(2), floats(2)]),
]
for name in ("fliplr", "flipud"):
    CASES[name] = [case(floats(2, 3)), case(floats(2, 3, 2)), case(whole(2, 2))]
CASES["flipud"].append(case(floats(3)))
CASES["view"] = [
    case(floats(2, 4), dtype, checks={"gradients": False, "numerical": False})
    for dtype in ("int32", "float64", "int16", "uint8", None, "float32")
]
CASES["view"] += [case(whole(4, dtype="int8"), "int32"), case(whole(), "float32")]
CASES["empty_like"] = [case(floats(2, 3)), case(whole(2)), case(whole(2), "float32")]
CASES["vander"] = [
    case(floats(4)),
    case(floats(4), 3),
    case(floats(3), 2, True),
    case(whole(3)),
    case(floats(3), 0),
    case(np.float32([0.0, 2.0]), 3, checks={"expected": np.float32([[0, 0, 1], [4, 2, 1]])}),
]
CASES["geomspace"] = [
    case(1.0, 1000.0, 4),
    case(1, 256, num=9),
    case(-1.0, -16.0, num=5),
    case(2.0, 32.0, num=4, endpoint=False),
    case(np.float32([1, 2]), np.float32([8, 54]), num=4, checks={"numerical": False}),
    # Keras cannot compute the next one.
    case(
        np.float32([1, 2]),
        np.float32([8, 54]),
        num=4,
        axis=-1,
        checks={"expected": np.float32([[1, 2, 4, 8], [2, 6, 18, 54]]), "numerical": False},
    ),
]
CASES["kron"] = [
    case(floats(2, 3), floats(3, 2)),
    case(floats(3), floats(2)),
    case(floats(2), floats(2, 2)),
    case(floats(2, 1, 2), floats(2)),
    case(whole(2), floats(2)),
    case(whole(2, 2), whole(2, 2)),
    case(floats(), floats(3)),
]
AGAIN = np.int32([3, 1, 3, 2, 1, 9])
ROWS = np.float32([[1, 2], [0, 5], [1, 2], [0, 4]])
EVERYTHING = {"return_index": True, "return_inverse": True, "return_counts": True}
# Keras has no gradient, and a small difference makes slices distinct.
NO_GRADIENT = {"checks": {"gradients": False, "numerical": False}}
CASES["unique"] = [
    case(AGAIN),
    case(AGAIN, **EVERYTHING),
    case(AGAIN, sorted=False, **EVERYTHING),
    case(AGAIN.reshape(2, 3), return_inverse=True),
    case(ROWS, axis=0, **EVERYTHING, **NO_GRADIENT),
    case(ROWS.T.copy(), axis=1, **EVERYTHING, **NO_GRADIENT),
    case(ROWS, axis=0, sorted=False, **EVERYTHING, **NO_GRADIENT),
    case(AGAIN, size=6, **EVERYTHING),
    case(AGAIN, size=2, **EVERYTHING),
    case(AGAIN, size=6, fill_value=7),
    case(ROWS, axis=0, size=5, **EVERYTHING, **NO_GRADIENT),
    case(floats(3, 2), axis=0, checks={"gradients": False}),
    # Keras does not sort NaN.
    case(
        np.float32([np.nan, 1, np.nan, np.inf]),
        checks={"expected": np.float32([1, np.inf, np.nan, np.nan]), "numerical": False},
    ),
    case(np.zeros((0,), "int32"), return_counts=True),
]

ALL: dict[str, list[Case]] = CASES
