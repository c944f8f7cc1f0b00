"""MobileNet: a small network of convolutions that are separable in depth."""

from __future__ import annotations

from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.settings import IMAGENET, Settings, Sizes
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    Reshape,
    ZeroPadding2D,
)
from rdeep.catalogue.options import Count, Number, option
from rdeep.errors import ArgumentError, listing, show, worded

ALPHA = option(Number(0.0, open_low=True), 1.0, "How wide the layers are, as a share of the usual.")
_BLOCKS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *[(512, 1)] * 5,
    *((1024, 2), (1024, 1)),
)
"""The filters and the stride of each block."""


def check_alpha(settings: Settings, known: tuple[float, ...]) -> None:
    """Refuse widths that Keras has no trained weights for.

    Parameters
    ----------
    settings : Settings
        What the network is built with.
    known : tuple of float
        The widths with weights.
    """
    if settings.weights == IMAGENET and settings["alpha"] not in known:
        shares = listing([f"{each:g}" for each in known], "or")
        raise ArgumentError(
            worded(
                f"'alpha' must be {shares} with weights that were trained on ImageNet, not "
                f"{show(settings['alpha'])}."
            ),
            argument="alpha",
            received=settings["alpha"],
            expected=shares,
        )


def trained_size(settings: Settings, sizes: tuple[int, ...]) -> int | None:
    """Return the size of pictures that trained weights are for: the input's, or the usual.

    Parameters
    ----------
    settings : Settings
        What the network is built with.
    sizes : tuple of int
        The sizes with weights.
    """
    height, width = settings.input_shape[:2]
    if settings.weights != IMAGENET or (height == width and height in sizes):
        return height
    return 224


_SIZES = (128, 160, 192, 224)


def _relu6(x: Any, name: str) -> Any:
    return ReLU(6.0, name=f"{name}_relu")(BatchNormalization(name=f"{name}_bn")(x))


def _body(x: Any, settings: Settings) -> Any:
    alpha = settings["alpha"]
    x = Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    x = _relu6(x, "conv1")
    for number, (filters, strides) in enumerate(_BLOCKS, 1):
        padding = "same"
        if strides == 2:
            x, padding = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x), "valid"
        x = DepthwiseConv2D(
            3,
            strides=strides,
            padding=padding,
            depth_multiplier=settings["depth_multiplier"],
            use_bias=False,
            name=f"conv_dw_{number}",
        )(x)
        x = _relu6(x, f"conv_dw_{number}")
        name = f"conv_pw_{number}"
        x = Conv2D(int(filters * alpha), 1, padding="same", use_bias=False, name=name)(x)
        x = _relu6(x, name)
    return x


def _top(x: Any, settings: Settings) -> Any:
    x = GlobalAveragePooling2D(keepdims=True)(x)
    x = Dropout(settings["dropout"], name="dropout")(x)
    x = Conv2D(settings.classes, 1, padding="same", name="conv_preds")(x)
    x = Reshape((settings.classes,), name="reshape_2")(x)
    return Activation(settings.classifier_activation, name="predictions")(x)


def _name(settings: Settings) -> str:
    return f"mobilenet_{settings['alpha']:0.2f}_{trained_size(settings, _SIZES)}"


def _published(settings: Settings) -> Published:
    share = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}[settings["alpha"]]
    ending = "" if settings.include_top else "_no_top"
    return Published(f"mobilenet/mobilenet_{share}_{trained_size(settings, _SIZES)}_tf{ending}.h5")


def _check(settings: Settings) -> None:
    check_alpha(settings, (0.25, 0.5, 0.75, 1.0))
    if settings.weights == IMAGENET and settings["depth_multiplier"] != 1:
        raise ArgumentError(
            worded(
                "'depth_multiplier' must be 1 with weights that were trained on ImageNet, not "
                f"{show(settings['depth_multiplier'])}."
            ),
            argument="depth_multiplier",
            received=settings["depth_multiplier"],
            expected="1",
        )


MobileNet = function_of(
    Application(
        "MobileNet",
        _name,
        "Small network of separable convolutions.",
        _body,
        _published,
        "tf",
        "Howard, A. G. et al. (2017). MobileNets: efficient convolutional neural networks for "
        "mobile vision applications. arXiv:1704.04861.",
        top=_top,
        pooled=pooled_unnamed,
        sizes=Sizes(others=(128, 160, 192)),
        more={
            "alpha": ALPHA,
            "depth_multiplier": option(
                Count(), 1, "How many maps the convolutions in depth make of each."
            ),
            "dropout": option(
                Number(0.0, 1.0, open_high=True), 1e-3, "The dropout before the classifier."
            ),
        },
        order=(
            *("input_shape", "alpha", "depth_multiplier", "dropout", "include_top", "weights"),
            *("input_tensor", "pooling", "classes", "classifier_activation", "name"),
        ),
        check=_check,
    )
)
preprocess_input = preprocessing_of("tf")
