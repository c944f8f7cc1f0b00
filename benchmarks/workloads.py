"""What is trained and predicted: sizes, layers and random data, the same for every contestant."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

# Cardinalities of the factors of `wide_table`.
CARDINALITIES = (3, 4, 5, 7, 10, 12, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Workload:
    """What one block of work is.

    Attributes
    ----------
    kind : {"train", "predict", "predict_one"}
        Train some epochs; predict all rows in one call; predict one row again and again.
    rows, batch, epochs : int
        Rows of data, rows in a batch, and epochs in a block.
    input_shape : tuple of int
        The shape of one sample; the numeric columns of a table with factors.
    layers : tuple of tuple
        Such as `("dense", 64, "relu")`; the last is linear (`loss` adds what belongs on top).
        `networks.py` and `torch_modules.py` say what each kind is.
    loss : {"mse", "sparse", "binary"}
        The loss, which also says what targets look like.
    cardinalities : tuple of int
        Levels of each factor, which are embedded and joined to the numeric columns.
    shortest : int
        The length of the shortest series, if they differ: the others are of any length up to
        that in `input_shape`, which is what all are filled up to with zeros.
    """

    name: str
    kind: str
    rows: int
    batch: int
    epochs: int
    input_shape: tuple[int, ...]
    layers: tuple[tuple[Any, ...], ...]
    loss: str
    cardinalities: tuple[int, ...] = ()
    shortest: int = 0

    @property
    def outputs(self) -> int:
        """The number of values that are predicted for a row."""
        return int(self.layers[-1][1])

    @property
    def dimensions(self) -> tuple[int, ...]:
        """The length of each factor's embedding."""
        return tuple(min(16, (levels + 1) // 2) for levels in self.cardinalities)

    def message(self) -> dict[str, Any]:
        """Return the workload as plain data, to be sent to a worker."""
        return {**asdict(self), "dimensions": self.dimensions}

    @classmethod
    def read(cls, message: dict[str, Any]) -> Workload:
        """Return the workload that `message` made."""
        values = {name: value for name, value in message.items() if name != "dimensions"}
        for name in ("input_shape", "cardinalities"):
            values[name] = tuple(values[name])
        values["layers"] = tuple(tuple(layer) for layer in values["layers"])
        return cls(**values)

    def one_batch(self) -> Workload:
        """Return the same with a single batch of data, to measure how long a start takes."""
        return replace(self, rows=self.batch, epochs=1)


@dataclass(frozen=True)
class Data:
    """Arrays: the inputs (numeric first, then a column of codes for each factor), the targets."""

    inputs: list[np.ndarray]
    target: np.ndarray


MLP = (("dense", 64, "relu"), ("dense", 64, "relu"), ("dense", 1, None))
CNN = (
    ("conv", 32, 3, "relu"),
    ("pool", 2),
    ("conv", 64, 3, "relu"),
    ("pool", 2),
    ("flatten",),
    ("dense", 128, "relu"),
    ("dense", 10, None),
)
LARGE = (("dense", 512, "relu"), ("dense", 512, "relu"), ("dense", 10, None))
WIDE = (("dense", 128, "relu"), ("dense", 64, "relu"), ("dense", 1, None))
LSTM = (("lstm", 64), ("dense", 1, None))
GRU = (("mask",), ("bidirectional_gru", 32), ("dense", 1, None))
ENCODER = (
    ("residual", (("attention", 4, 8),), ()),
    ("layer_norm",),
    ("residual", (("dense", 64, "relu"), ("dense", 32, None)), ()),
    ("layer_norm",),
)
TRANSFORMER = (("dense", 32, None), *ENCODER, *ENCODER, ("average_steps",), ("dense", 1, None))
SERIES = (
    ("conv", 32, 5, "relu"),
    ("pool", 2),
    ("separable", 64, 5, "relu"),
    ("pool", 2),
    ("separable", 64, 5, "relu"),
    ("average",),
    ("dense", 1, None),
)
AUGMENTED = (("flip", "horizontal"), ("rotate", 0.1), *CNN)


def residual_block(filters: int, strides: int = 1) -> tuple[tuple[Any, ...], ...]:
    """Return a block of a residual network; one that strides has a convolution as shortcut."""
    inside = (("conv_norm", filters, 3, strides, "relu"), ("conv_norm", filters, 3, 1, None))
    shortcut = (("conv_norm", filters, 1, strides, None),) if strides > 1 else ()
    return (("residual", inside, shortcut), ("relu",))


RESNET = (
    ("conv_norm", 16, 3, 1, "relu"),
    *residual_block(16),
    *residual_block(32, 2),
    *residual_block(64, 2),
    ("average",),
    ("dense", 10, None),
)

# Epochs are such that a block takes about a second where the engine is used at its best.
WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("mlp_small", "train", 10_000, 32, 15, (20,), MLP, "mse"),
        Workload("mlp_large", "train", 60_000, 128, 1, (784,), LARGE, "sparse"),
        Workload("cnn", "train", 6_000, 128, 1, (28, 28, 1), CNN, "sparse"),
        Workload("lstm", "train", 4_000, 64, 4, (50, 16), LSTM, "mse"),
        Workload("wide_table", "train", 200_000, 1_024, 2, (18,), WIDE, "binary", CARDINALITIES),
        Workload("transformer", "train", 2_000, 64, 1, (32, 16), TRANSFORMER, "mse"),
        Workload("resnet", "train", 640, 64, 1, (32, 32, 3), RESNET, "sparse"),
        Workload("masked_gru", "train", 4_000, 64, 2, (50, 16), GRU, "mse", shortest=10),
        Workload("series", "train", 4_000, 64, 1, (128, 8), SERIES, "mse"),
        Workload("augmented", "train", 3_000, 128, 1, (28, 28, 1), AUGMENTED, "sparse"),
        Workload("predict", "predict", 1_000_000, 32, 0, (20,), MLP, "mse"),
        Workload("predict_one", "predict_one", 1_000, 32, 0, (20,), MLP, "mse"),
    )
}
START = WORKLOADS["mlp_small"].one_batch()


def quick(workload: Workload) -> Workload:
    """Return a workload of a twentieth of the rows and few epochs: to see that all is well."""
    return replace(workload, rows=workload.rows // 20, epochs=min(2, workload.epochs))


def random_data(workload: Workload, seed: int = 1) -> Data:
    """Return random inputs, and targets that can partly be learned from them.

    Parameters
    ----------
    workload : Workload
        Says the sizes.
    seed : int
        Where the random numbers start.
    """
    rng = np.random.default_rng(seed)
    shape = (workload.rows, *workload.input_shape)
    numeric = rng.random(shape, np.float32)
    # Uniform with a standard deviation of one: cheap to draw, in R as well.
    numeric -= 0.5
    numeric *= 12**0.5
    codes = [rng.integers(n, size=workload.rows, dtype=np.int32) for n in workload.cardinalities]
    if workload.shortest:
        lengths = rng.integers(workload.shortest, shape[1] + 1, size=workload.rows)
        numeric[np.arange(shape[1]) >= lengths[:, None]] = 0
    flat = numeric.reshape(workload.rows, -1)
    outputs = 10 if workload.loss == "sparse" else 1
    weights = rng.standard_normal((flat.shape[1], outputs), np.float32)
    scores = flat @ weights / np.float32(flat.shape[1] ** 0.5)
    for column, levels in zip(codes, workload.cardinalities):
        scores += rng.standard_normal((levels, 1), np.float32)[column] / 2
    if workload.loss == "sparse":
        target = scores.argmax(axis=1).astype(np.int64)
    elif workload.loss == "binary":
        target = (scores > 0).astype(np.float32)
    else:
        noise = rng.standard_normal(scores.shape, np.float32)
        target = np.sin(2 * scores) + np.float32(0.1) * noise
    return Data([numeric, *(column[:, None] for column in codes)], target)
