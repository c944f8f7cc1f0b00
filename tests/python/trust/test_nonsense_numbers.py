"""Numbers that make no sense are refused where they come in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rdeep import Sequential, optimizers, schedules, set_random_seed
from rdeep.catalogue.options import Array, Count, Either, Number, Numbers, OptionType
from rdeep.catalogue.options.base import InvalidOption
from rdeep.catalogue.registry import KINDS, records
from rdeep.errors import RdeepError
from rdeep.layers import Dense

INFINITE = {
    ("layer", "ReLU", "max_value"),
    ("activation", "Relu", "max_value"),
    ("initializer", "Constant", "value"),
    ("callback", "EarlyStopping", "baseline"),
    ("callback", "ModelCheckpoint", "initial_value_threshold"),
}
"""Options that infinity has a meaning for."""


def numeric_options() -> Iterator[tuple[tuple[str, str, str], OptionType]]:
    for kind in KINDS:
        for cls in records(kind).values():
            if not cls.__module__.startswith("rdeep."):
                continue
            for name, option in cls.options.items():
                kind_of = option.type
                parts = kind_of.kinds if isinstance(kind_of, Either) else (kind_of,)
                if all(isinstance(part, (Number, Numbers, Count, Array)) for part in parts):
                    yield (kind, cls.__name__, name), option.type


def takes(kind: OptionType, value: Any) -> bool:
    try:
        kind.check(value)
    except InvalidOption:
        return False
    return True


def test_no_option_takes_nan_and_few_take_infinity() -> None:
    options = list(numeric_options())
    assert len(options) > 250
    for place, kind in options:
        assert not takes(kind, math.nan), place
        assert isinstance(kind, Count) or not takes(kind, 1e39), place
    assert {place for place, kind in options if takes(kind, math.inf)} == INFINITE
    assert {place for place, kind in options if takes(kind, -math.inf)} <= INFINITE


def model(optimizer: Any = "sgd", loss: str = "mse") -> Sequential:
    made = Sequential([Dense(1)], input_shape=(2,))
    made.compile(optimizer, loss)
    return made


def fit(**options: Any) -> None:
    model().fit(np.ones((8, 2)), np.zeros(8), verbose=0, **options)


NONSENSE: dict[str, Any] = {
    "rate is infinite": lambda: optimizers.Adam(math.inf),
    "rate is NaN": lambda: optimizers.Adam(math.nan),
    "rate is negative": lambda: optimizers.Adam(-0.1),
    "rate is set to NaN": lambda: setattr(model(), "learning_rate", math.nan),
    "beta of 1": lambda: optimizers.Adam(beta_1=1.0),
    "rho of 1": lambda: optimizers.RMSprop(rho=1.0),
    "momentum of 2": lambda: optimizers.SGD(momentum=2.0),
    "momentum below 0": lambda: optimizers.SGD(momentum=-0.1),
    "negative epsilon": lambda: optimizers.Adam(epsilon=-1e-7),
    "no norm to clip to": lambda: optimizers.Adam(clipnorm=0.0),
    "negative norm": lambda: optimizers.Adam(global_clipnorm=-1.0),
    "no value to clip to": lambda: optimizers.Adam(clipvalue=0.0),
    "a schedule's rate": lambda: schedules.ExponentialDecay(math.inf, 10, 0.9),
    "a schedule's steps": lambda: schedules.CosineDecay(0.1, 0),
    "seed below 0": lambda: set_random_seed(-1),
    "half a seed": lambda: set_random_seed(1.5),
    "seed of NaN": lambda: set_random_seed(math.nan),
    "no batch": lambda: fit(batch_size=0),
    "half a batch": lambda: fit(batch_size=1.5),
    "epochs below 0": lambda: fit(epochs=-1),
    "all rows held out": lambda: fit(validation_split=1.0),
    "a share of NaN": lambda: fit(validation_split=math.nan),
    "too few rows to hold out": lambda: model().fit(
        np.ones((1, 2)), [1.0], validation_split=0.5, verbose=0
    ),
    "weights below 0": lambda: fit(sample_weight=np.r_[-1.0, np.ones(7)]),
    "weights of NaN": lambda: fit(sample_weight=np.r_[math.nan, np.ones(7)]),
    "infinite weights": lambda: fit(sample_weight=np.r_[math.inf, np.ones(7)]),
    "nothing but weights of 0": lambda: fit(sample_weight=np.zeros(8)),
    "class weights below 0": lambda: fit(class_weight={0: -1.0}),
    "class weights of NaN": lambda: fit(class_weight={0: math.nan}),
    "class weights of 0": lambda: fit(class_weight={0: 0.0}),
    "beyond float32": lambda: model().predict(np.array([[1.0, 1e39]])),
    "a target beyond float32": lambda: model().fit(np.ones((2, 2)), [1.0, 1e39], verbose=0),
    "a weight beyond float32": lambda: fit(sample_weight=np.r_[1e39, np.ones(7)]),
    "a stream beyond float32": lambda: model().fit(
        lambda: iter([(np.full((2, 2), 1e39), np.zeros(2))]), verbose=0
    ),
    "validation beyond float32": lambda: fit(validation_data=(np.full((2, 2), -1e39), np.ones(2))),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_is_refused(what: str) -> None:
    with pytest.raises(RdeepError) as caught:
        NONSENSE[what]()
    assert caught.value.argument


def test_numbers_at_the_ends_are_taken() -> None:
    optimizers.Adam(0.0)
    optimizers.SGD(momentum=1.0)
    set_random_seed(2**40)
    set_random_seed(7)
    fit(sample_weight=np.r_[0.0, np.ones(7)], validation_split=0.5)
    fit(class_weight={0: 0.5, 1: 0.0})


def test_what_is_too_large_is_said_with_row_and_column() -> None:
    with pytest.raises(RdeepError, match="'x' holds 1e\\+39 in sample 2, column 2"):
        model().predict(np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 1e39]])[[0, 2]])
