"""MobileNetV2: a small network of residual blocks that are wide within."""

from __future__ import annotations

from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.mobilenet import ALPHA, check_alpha, trained_size
from rdeep.applications.padding import padding_before, rounded
from rdeep.applications.settings import Settings, Sizes
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    ZeroPadding2D,
)

_BLOCKS = (
    *((16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (64, 1)),
    *((96, 1), (96, 1), (96, 1), (160, 2), (160, 1), (160, 1), (320, 1)),
)
"""The filters and the stride of each block."""
_SIZES = (96, 128, 160, 192, 224)


def _normalized(x: Any, name: str, settings: Settings) -> Any:
    if settings.torchvision:
        return BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)(x)
    return BatchNormalization(momentum=0.999, epsilon=1e-3, name=name)(x)


def _block(x: Any, filters: int, strides: int, number: int, settings: Settings) -> Any:
    width, shortcut = x.shape[-1], x
    filters = rounded(int(filters * settings["alpha"]))
    name = f"block_{number}" if number else "expanded_conv"
    if number:
        x = Conv2D(6 * width, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = ReLU(6.0, name=f"{name}_expand_relu")(_normalized(x, f"{name}_expand_BN", settings))
    padding = "same"
    if strides == 2:
        zeros = padding_before(x, 3, settings)
        x, padding = ZeroPadding2D(zeros, name=f"{name}_pad")(x), "valid"
    x = DepthwiseConv2D(
        3, strides=strides, padding=padding, use_bias=False, name=f"{name}_depthwise"
    )(x)
    x = ReLU(6.0, name=f"{name}_depthwise_relu")(_normalized(x, f"{name}_depthwise_BN", settings))
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _normalized(x, f"{name}_project_BN", settings)
    return Add(name=f"{name}_add")([shortcut, x]) if strides == 1 and width == filters else x


def _body(x: Any, settings: Settings) -> Any:
    alpha, padding = settings["alpha"], "same"
    if settings.torchvision:
        x, padding = ZeroPadding2D(1)(x), "valid"
    x = Conv2D(rounded(32 * alpha), 3, strides=2, padding=padding, use_bias=False, name="Conv1")(x)
    x = ReLU(6.0, name="Conv1_relu")(_normalized(x, "bn_Conv1", settings))
    for number, (filters, strides) in enumerate(_BLOCKS):
        x = _block(x, filters, strides, number, settings)
    last = rounded(1280 * max(alpha, 1.0))
    x = _normalized(Conv2D(last, 1, use_bias=False, name="Conv_1")(x), "Conv_1_bn", settings)
    return ReLU(6.0, name="out_relu")(x)


def _top(x: Any, settings: Settings) -> Any:
    x = GlobalAveragePooling2D()(x)
    if settings.torchvision:
        x = Dropout(0.2)(x)
    activation = settings.classifier_activation
    return Dense(settings.classes, activation=activation, name="predictions")(x)


def _torchvision(settings: Settings) -> dict[str, str]:
    found = {"Conv1": "features.0.0", "bn_Conv1": "features.0.1"}
    for number in range(len(_BLOCKS)):
        ours = f"block_{number}" if number else "expanded_conv"
        theirs, place = f"features.{number + 1}.conv", 0
        for part in ("expand", "depthwise") if number else ("depthwise",):
            found[f"{ours}_{part}"] = f"{theirs}.{place}.0"
            found[f"{ours}_{part}_BN"] = f"{theirs}.{place}.1"
            place += 1
        found[f"{ours}_project"] = f"{theirs}.{place}"
        found[f"{ours}_project_BN"] = f"{theirs}.{place + 1}"
    last = len(_BLOCKS) + 1
    found |= {"Conv_1": f"features.{last}.0", "Conv_1_bn": f"features.{last}.1"}
    return {**found, "predictions": "classifier.1"} if settings.include_top else found


def _name(settings: Settings) -> str:
    return f"mobilenetv2_{settings['alpha']:0.2f}_{trained_size(settings, _SIZES)}"


def _published(settings: Settings) -> Published:
    ending = "" if settings.include_top else "_no_top"
    size = trained_size(settings, _SIZES)
    return Published(
        "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_"
        f"{float(settings['alpha'])}_{size}{ending}.h5"
    )


def _check(settings: Settings) -> None:
    check_alpha(settings, (0.35, 0.5, 0.75, 1.0, 1.3, 1.4))


MobileNetV2 = function_of(
    Application(
        "MobileNetV2",
        _name,
        "Small network of residual blocks that are wide within.",
        _body,
        _published,
        "tf",
        "Sandler, M., Howard, A., Zhu, M., Zhmoginov, A. and Chen, L.-C. (2018). MobileNetV2: "
        "inverted residuals and linear bottlenecks. CVPR.",
        top=_top,
        pooled=pooled_unnamed,
        sizes=Sizes(others=(96, 128, 160, 192)),
        more={"alpha": ALPHA},
        order=(
            *("input_shape", "alpha", "include_top", "weights", "input_tensor", "pooling"),
            *("classes", "classifier_activation", "name"),
        ),
        check=_check,
        torchvision=_torchvision,
    )
)
preprocess_input = preprocessing_of("tf")
