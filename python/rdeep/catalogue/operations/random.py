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
_WHOLE = option(DType(), "int32", "The data type of the result.")
_DETAILS = "The numbers are drawn by NumPy, so that all engines get the same."


def _numbers(default: float, doc: str) -> object:
    return option(Operand(weak=True), default, doc)


def _drawing(name: str, summary: str, example: str, **options: object) -> Operation:
    return Operation(
        f"random_{name}",
        summary,
        {"shape": SHAPE, **options, "seed": _SEED},  # type: ignore[dict-item]
        details=_DETAILS,
        example=example,
    )


random_normal = _drawing(
    "normal",
    "Random numbers from a normal distribution.",
    "(3,), seed=1 -> tensor([0.3456, 0.8216, 0.3304])",
    mean=_numbers(0.0, "The mean of the distribution."),
    stddev=_numbers(1.0, "The standard deviation."),
    dtype=DTYPE,
)
random_truncated_normal = _drawing(
    "truncated_normal",
    "Random numbers from a truncated normal distribution.",
    "(3,), seed=1 -> tensor([0.3456, 0.8216, 0.3304])",
    mean=_numbers(0.0, "The mean of the distribution."),
    stddev=_numbers(
        1.0, "The standard deviation before truncation, which is at two standard deviations."
    ),
    dtype=DTYPE,
)
random_uniform = _drawing(
    "uniform",
    "Random numbers from a uniform distribution.",
    "(3,), seed=1 -> tensor([0.4732, 0.5118, 0.7552])",
    minval=_numbers(0.0, "The lower bound."),
    maxval=_numbers(1.0, "The upper bound, which is excluded."),
    dtype=DTYPE,
)
random_integer = _drawing(
    "integer",
    "Random whole numbers from a uniform distribution.",
    "(5,), minval=0, maxval=10, seed=1 -> tensor([4, 5, 7, 9, 0], dtype=torch.int32)",
    minval=option(Operand(weak=True), doc="The lower bound."),
    maxval=option(Operand(weak=True), doc="The upper bound, which is excluded."),
    dtype=_WHOLE,
)
random_gamma = _drawing(
    "gamma",
    "Random numbers from a gamma distribution.",
    "(3,), alpha=2, seed=1 -> tensor([2.1538, 2.1307, 3.1300])",
    alpha=option(Operand(weak=True), doc="The shape parameter; the rate is 1."),
    dtype=DTYPE,
)
random_beta = _drawing(
    "beta",
    "Random numbers from a beta distribution.",
    "(3,), alpha=2, beta=3, seed=1 -> tensor([0.3991, 0.6244, 0.4458])",
    alpha=option(Operand(weak=True), doc="The first shape parameter."),
    beta=option(Operand(weak=True), doc="The second shape parameter."),
    dtype=DTYPE,
)
random_binomial = _drawing(
    "binomial",
    "Random numbers from a binomial distribution.",
    "(3,), counts=10, probabilities=0.5, seed=1 -> tensor([5., 8., 3.])",
    counts=option(Operand(weak=True), doc="The number of trials."),
    probabilities=option(Operand(weak=True), doc="The probability of a success."),
    dtype=DTYPE,
)
random_categorical = Operation(
    "random_categorical",
    "Random class indices from logits.",
    {
        "logits": option(Operand(), doc="Log-probabilities up to a constant, in rows."),
        "num_samples": option(Count(), doc="The number of samples for each row."),
        "dtype": _WHOLE,
        "seed": _SEED,
    },
    details=_DETAILS,
    example="[[0, 2.0]], num_samples=5, seed=1 -> tensor([[1, 0, 1, 1, 1]], dtype=torch.int32)",
)
random_dropout = Operation(
    "random_dropout",
    "Dropout: set random values to 0 and scale up the rest.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "rate": option(Number(0.0, 1.0), doc="The fraction of values to set to 0."),
        "noise_shape": option(
            Shape(free=1), None, "The shape of the dropout mask; `None` for a size of the input."
        ),
        "seed": _SEED,
    },
    details=_DETAILS,
    example="[1, 2, 3, 4], rate=0.5, seed=1 -> tensor([0., 4., 6., 8.])",
)
random_shuffle = Operation(
    "random_shuffle",
    "Shuffle a tensor along an axis.",
    {"x": X, "axis": option(Axis(), 0, "The axis."), "seed": _SEED},
    details=_DETAILS,
    example="[1.0, 2, 3, 4, 5], seed=1 -> tensor([5., 1., 2., 3., 4.])",
)
random_seed_generator = Operation(
    "random_seed_generator",
    "Generator of seeds for random operations.",
    {
        "seed": option(Count(0), None, "The seed that the stream starts from; random by default."),
        "name": option(Text(), None, "The name of the generator."),
    },
    returns="A generator, for the `seed` of random operations.",
    example=(
        "seeds = ops.random_seed_generator(1)\n"
        "ops.random_normal((2,), seed=seeds) -> tensor([-0.0622, -0.4686])"
    ),
)
