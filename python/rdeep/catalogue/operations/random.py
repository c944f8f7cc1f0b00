"""Operations that draw random numbers."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DTYPE, SHAPE, Operation, X
from rdeep.catalogue.options import Axis, Count, DType, Number, Operand, Seed, Shape, Text, option

_SEED = option(
    Seed(),
    None,
    "A number, for the same random numbers each time; a seed generator, for others each time; by "
    "default the next seed of the stream that `set_random_seed()` starts.",
)
_WHOLE = option(DType(), "int32", "The type of the result.")
_DETAILS = "The numbers are drawn by NumPy, so that both engines get the same."


def _numbers(default: float, doc: str) -> object:
    return option(Operand(weak=True), default, doc)


def _drawing(name: str, summary: str, example: str, **options: object) -> Operation:
    return Operation(
        f"random_{name}",
        summary,
        {"shape": SHAPE, **options, "seed": _SEED},  # type: ignore[dict-item]
        details=_DETAILS,
        example=f"random_{name}({example})",
    )


random_normal = _drawing(
    "normal",
    "Random numbers of a normal distribution.",
    "c(2, 3), seed = 1",
    mean=_numbers(0.0, "Its mean."),
    stddev=_numbers(1.0, "Its standard deviation."),
    dtype=DTYPE,
)
random_truncated_normal = _drawing(
    "truncated_normal",
    "Random numbers of a normal distribution, none beyond two standard deviations.",
    "c(2, 3), seed = 1",
    mean=_numbers(0.0, "Its mean."),
    stddev=_numbers(1.0, "Its standard deviation, before it is cut off."),
    dtype=DTYPE,
)
random_uniform = _drawing(
    "uniform",
    "Random numbers between two bounds.",
    "c(2, 3), seed = 1",
    minval=_numbers(0.0, "The lower bound."),
    maxval=_numbers(1.0, "The upper bound, which is not reached."),
    dtype=DTYPE,
)
random_integer = _drawing(
    "integer",
    "Random whole numbers between two bounds.",
    "5, minval = 0, maxval = 10, seed = 1",
    minval=option(Operand(weak=True), doc="The lower bound."),
    maxval=option(Operand(weak=True), doc="The upper bound, which is not reached."),
    dtype=_WHOLE,
)
random_gamma = _drawing(
    "gamma",
    "Random numbers of a gamma distribution of rate 1.",
    "3, alpha = 2, seed = 1",
    alpha=option(Operand(weak=True), doc="Its shape."),
    dtype=DTYPE,
)
random_beta = _drawing(
    "beta",
    "Random numbers of a beta distribution.",
    "3, alpha = 2, beta = 3, seed = 1",
    alpha=option(Operand(weak=True), doc="Its first parameter."),
    beta=option(Operand(weak=True), doc="Its second parameter."),
    dtype=DTYPE,
)
random_binomial = _drawing(
    "binomial",
    "Random numbers of successes.",
    "3, counts = 10, probabilities = 0.5, seed = 1",
    counts=option(Operand(weak=True), doc="Of how many trials."),
    probabilities=option(Operand(weak=True), doc="The probability of a success."),
    dtype=DTYPE,
)
random_categorical = Operation(
    "random_categorical",
    "Random classes, for each row of scores.",
    {
        "logits": option(Operand(), doc="The logarithms of probabilities, in rows."),
        "num_samples": option(Count(), doc="How many for each row."),
        "dtype": _WHOLE,
        "seed": _SEED,
    },
    details=_DETAILS,
    example="random_categorical(log(rbind(c(0.1, 0.9))), num_samples = 5, seed = 1)",
    positions=("return",),
)
random_dropout = Operation(
    "random_dropout",
    "A tensor with a random share of its values set to 0, and the others grown.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "rate": option(Number(0.0, 1.0), doc="The share."),
        "noise_shape": option(
            Shape(free=1), None, "The shape of what is drawn; `None` for a size of the input."
        ),
        "seed": _SEED,
    },
    details=_DETAILS,
    example="random_dropout(c(1, 2, 3, 4), rate = 0.5, seed = 1)",
)
random_shuffle = Operation(
    "random_shuffle",
    "A tensor with the slices along an axis in random order.",
    {"x": X, "axis": option(Axis(), 0, "The axis."), "seed": _SEED},
    details=_DETAILS,
    example="random_shuffle(1:5, seed = 1)",
)
random_seed_generator = Operation(
    "random_seed_generator",
    "A stream of seeds: each draw from it gives other numbers.",
    {
        "seed": option(Count(0), None, "Where it starts; by default nobody knows."),
        "name": option(Text(), None, "A name."),
    },
    returns="A generator, for the `seed` of random operations.",
    example="seeds <- random_seed_generator(1)\nrandom_normal(2, seed = seeds)",
)
