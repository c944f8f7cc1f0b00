"""InceptionV3: a network whose blocks are convolutions of several sizes side by side."""

from __future__ import annotations

from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.settings import Settings, Sizes
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import kernels_of
from rdeep.catalogue.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    MaxPooling2D,
)


def _convolved(
    x: Any, filters: int, rows: int, columns: int, strides: int = 1, padding: str = "same"
) -> Any:
    x = Conv2D(filters, (rows, columns), strides=strides, padding=padding, use_bias=False)(x)
    return Activation("relu")(BatchNormalization(scale=False)(x))


def _halved(x: Any, filters: int) -> Any:
    return _convolved(x, filters, 3, 3, strides=2, padding="valid")


def _pooled(x: Any, filters: int) -> Any:
    return _convolved(AveragePooling2D(3, strides=1, padding="same")(x), filters, 1, 1)


def _stem(x: Any) -> Any:
    x = _halved(x, 32)
    x = _convolved(x, 32, 3, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(_convolved(x, 64, 3, 3))
    x = _convolved(x, 80, 1, 1, padding="valid")
    return MaxPooling2D(3, strides=2)(_convolved(x, 192, 3, 3, padding="valid"))


def _wide(x: Any, filters: int, name: str) -> Any:
    """Return maps of 35 by 35: windows of 1, 5 and twice 3."""
    one = _convolved(x, 64, 1, 1)
    five = _convolved(_convolved(x, 48, 1, 1), 64, 5, 5)
    three = _convolved(_convolved(_convolved(x, 64, 1, 1), 96, 3, 3), 96, 3, 3)
    return Concatenate(name=name)([one, five, three, _pooled(x, filters)])


def _long(x: Any, filters: int, name: str) -> Any:
    """Return maps of 17 by 17: windows of 1 by 7 and 7 by 1, once and twice."""
    one = _convolved(x, 192, 1, 1)
    seven = _convolved(_convolved(x, filters, 1, 1), filters, 1, 7)
    seven = _convolved(seven, 192, 7, 1)
    twice = _convolved(x, filters, 1, 1)
    for rows, columns, width in ((7, 1, filters), (1, 7, filters), (7, 1, filters), (1, 7, 192)):
        twice = _convolved(twice, width, rows, columns)
    return Concatenate(name=name)([one, seven, twice, _pooled(x, 192)])


def _fanned(x: Any, number: int) -> Any:
    """Return maps of 8 by 8: windows that end in 1 by 3 beside 3 by 1."""
    one = _convolved(x, 320, 1, 1)
    three = _convolved(x, 384, 1, 1)
    sides = [_convolved(three, 384, 1, 3), _convolved(three, 384, 3, 1)]
    three = Concatenate(name=f"mixed9_{number}")(sides)
    twice = _convolved(_convolved(x, 448, 1, 1), 384, 3, 3)
    twice = Concatenate()([_convolved(twice, 384, 1, 3), _convolved(twice, 384, 3, 1)])
    return Concatenate(name=f"mixed{9 + number}")([one, three, twice, _pooled(x, 192)])


def _body(x: Any, settings: Settings) -> Any:
    x = _stem(x)
    for number, filters in enumerate([32, 64, 64]):
        x = _wide(x, filters, f"mixed{number}")
    three = _halved(x, 384)
    twice = _halved(_convolved(_convolved(x, 64, 1, 1), 96, 3, 3), 96)
    x = Concatenate(name="mixed3")([three, twice, MaxPooling2D(3, strides=2)(x)])
    for number, filters in enumerate([128, 160, 160, 192], 4):
        x = _long(x, filters, f"mixed{number}")
    three = _halved(_convolved(x, 192, 1, 1), 320)
    seven = _convolved(_convolved(_convolved(x, 192, 1, 1), 192, 1, 7), 192, 7, 1)
    x = Concatenate(name="mixed8")([three, _halved(seven, 192), MaxPooling2D(3, strides=2)(x)])
    return _fanned(_fanned(x, 0), 1)


InceptionV3 = function_of(
    Application(
        "InceptionV3",
        "inception_v3",
        "Network whose blocks are convolutions of several sizes side by side.",
        _body,
        kernels_of(
            "inception_v3",
            "inception_v3",
            ("9a0d58056eeedaa3f26cb7ebd46da564", "bcbd6486424b2319ff4ef7d526e38f63"),
        ),
        "tf",
        "Szegedy, C., Vanhoucke, V., Ioffe, S., Shlens, J. and Wojna, Z. (2016). Rethinking the "
        "Inception architecture for computer vision. CVPR.",
        pooled=pooled_unnamed,
        sizes=Sizes(299, least=75),
    )
)
preprocess_input = preprocessing_of("tf")
