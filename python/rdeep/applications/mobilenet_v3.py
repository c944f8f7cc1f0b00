"""MobileNetV3Small and MobileNetV3Large: small networks that were searched for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.mobilenet import ALPHA, check_alpha
from rdeep.applications.padding import padding_before, rounded
from rdeep.applications.settings import Settings, Sizes
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Multiply,
    ReLU,
    Rescaling,
    ZeroPadding2D,
)
from rdeep.catalogue.options import Flag, Number, option


class _Block(NamedTuple):
    """A residual block that is wide within."""

    expansion: float
    filters: int
    strides: int = 1
    size: int = 3
    weighs: bool = False
    """Whether its maps are weighed by what they are on average."""
    swish: bool = True


_SMALL = (
    _Block(1, 16, 2, weighs=True, swish=False),
    _Block(72 / 16, 24, 2, swish=False),
    _Block(88 / 24, 24, swish=False),
    _Block(4, 40, 2, 5, weighs=True),
    *[_Block(6, 40, 1, 5, weighs=True)] * 2,
    *[_Block(3, 48, 1, 5, weighs=True)] * 2,
    _Block(6, 96, 2, 5, weighs=True),
    *[_Block(6, 96, 1, 5, weighs=True)] * 2,
)
_LARGE = (
    _Block(1, 16, swish=False),
    _Block(4, 24, 2, swish=False),
    _Block(3, 24, swish=False),
    _Block(3, 40, 2, 5, weighs=True, swish=False),
    *[_Block(3, 40, 1, 5, weighs=True, swish=False)] * 2,
    _Block(6, 80, 2),
    _Block(2.5, 80),
    *[_Block(2.3, 80)] * 2,
    *[_Block(6, 112, weighs=True)] * 2,
    _Block(6, 160, 2, 5, weighs=True),
    *[_Block(6, 160, 1, 5, weighs=True)] * 2,
)
_HASHES = {
    "large_224_0.75": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0": (
        "675e7b876c45c57e9e63e6d90a36599c",
        "ec5221f64a2f6d1ef965a614bdae7973",
    ),
    "small_224_0.75": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0": (
        "99cd97fb2fcdad2bf028eb838de69e37",
        "cde8136e733e811080d9fcd8a252f7e4",
    ),
}


def _activated(x: Any, settings: Settings, swish: bool = True) -> Any:
    return Activation("hard_swish")(x) if swish and not settings["minimalistic"] else ReLU()(x)


def _normalized(x: Any, name: str, settings: Settings) -> Any:
    momentum = 0.99 if settings.torchvision else 0.999
    return BatchNormalization(momentum=momentum, epsilon=1e-3, name=name)(x)


def _weighed(x: Any, name: str) -> Any:
    """Return maps times weights that follow from their averages."""
    weights = GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    filters = x.shape[-1]
    weights = Conv2D(rounded(filters * 0.25), 1, padding="same", name=f"{name}_conv")(weights)
    weights = ReLU(name=f"{name}_relu")(weights)
    weights = Conv2D(filters, 1, padding="same", name=f"{name}_conv_1")(weights)
    return Multiply(name=f"{name}_mul")([x, Activation("hard_sigmoid")(weights)])


def _block(x: Any, block: _Block, number: int, settings: Settings) -> Any:
    width, shortcut = x.shape[-1], x
    filters = rounded(block.filters * settings["alpha"])
    name = _name_of(number)
    if number:
        wide, own = rounded(width * block.expansion), f"{name}_expand"
        x = Conv2D(wide, 1, padding="same", use_bias=False, name=own)(x)
        x = _activated(_normalized(x, f"{own}_bn", settings), settings, block.swish)
    minimalistic, padding = settings["minimalistic"], "same"
    size = 3 if minimalistic else block.size
    if block.strides == 2:
        zeros = padding_before(x, size, settings)
        x, padding = ZeroPadding2D(zeros, name=f"{name}_depthwise_pad")(x), "valid"
    own = f"{name}_depthwise"
    x = DepthwiseConv2D(size, strides=block.strides, padding=padding, use_bias=False, name=own)(x)
    x = _activated(_normalized(x, f"{own}_bn", settings), settings, block.swish)
    if block.weighs and not minimalistic:
        x = _weighed(x, f"{name}_squeeze_excite")
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _normalized(x, f"{name}_project_bn", settings)
    return Add(name=f"{name}_add")([shortcut, x]) if block.strides == 1 and width == filters else x


def _name_of(number: int) -> str:
    return f"expanded_conv_{number}" if number else "expanded_conv"


def _body(blocks: tuple[_Block, ...]) -> Callable[[Any, Settings], Any]:
    def features(x: Any, settings: Settings) -> Any:
        padding = "same"
        if settings.torchvision:
            x, padding = ZeroPadding2D(1)(x), "valid"
        elif settings["include_preprocessing"]:
            x = Rescaling(1 / 127.5, -1.0)(x)
        x = Conv2D(16, 3, strides=2, padding=padding, use_bias=False, name="conv")(x)
        x = _activated(_normalized(x, "conv_bn", settings), settings)
        for number, block in enumerate(blocks):
            x = _block(x, block, number, settings)
        last = rounded(x.shape[-1] * 6)
        x = Conv2D(last, 1, padding="same", use_bias=False, name="conv_1")(x)
        return _activated(_normalized(x, "conv_1_bn", settings), settings)

    return features


def _top(width: int) -> Callable[[Any, Settings], Any]:
    def classified(x: Any, settings: Settings) -> Any:
        wide = rounded(width * settings["alpha"]) if settings["alpha"] > 1 else width
        classes, rate = settings.classes, settings["dropout_rate"]
        x = GlobalAveragePooling2D(keepdims=not settings.torchvision)(x)
        # In torchvision these are dense layers.
        x = Dense(wide, name="conv_2")(x) if settings.torchvision else _point(x, wide, "conv_2")
        x = _activated(x, settings)
        x = Dropout(rate)(x) if rate > 0 else x
        if settings.torchvision:
            x = Dense(classes, name="logits")(x)
        else:
            x = Flatten()(_point(x, classes, "logits"))
        return Activation(settings.classifier_activation, name="predictions")(x)

    return classified


def _point(x: Any, filters: int, name: str) -> Any:
    return Conv2D(filters, 1, padding="same", name=name)(x)


def _torchvision(blocks: tuple[_Block, ...]) -> Callable[[Settings], dict[str, str]]:
    """Return what names torchvision's modules by our layers."""

    def modules(settings: Settings) -> dict[str, str]:
        found = {"conv": "features.0.0", "conv_bn": "features.0.1"}
        for number, block in enumerate(blocks):
            ours, theirs = _name_of(number), f"features.{number + 1}.block"
            parts = ["expand"] * (number > 0) + ["depthwise"]
            parts += ["squeeze_excite"] * block.weighs + ["project"]
            for place, part in enumerate(parts):
                inside = f"{theirs}.{place}"
                if part == "squeeze_excite":
                    found[f"{ours}_{part}_conv"] = f"{inside}.fc1"
                    found[f"{ours}_{part}_conv_1"] = f"{inside}.fc2"
                else:
                    found[f"{ours}_{part}"] = f"{inside}.0"
                    found[f"{ours}_{part}_bn"] = f"{inside}.1"
        last = f"features.{len(blocks) + 1}"
        found |= {"conv_1": f"{last}.0", "conv_1_bn": f"{last}.1"}
        top = {"conv_2": "classifier.0", "logits": "classifier.3"}
        return {**found, **top} if settings.include_top else found

    return modules


def _check(settings: Settings) -> None:
    check_alpha(settings, (1.0,) if settings["minimalistic"] else (0.75, 1.0))


def _mobilenet(kind: str, blocks: tuple[_Block, ...], width: int) -> Application:
    def published(settings: Settings) -> Published:
        middle = "_minimalistic" if settings["minimalistic"] else ""
        name = f"{kind.lower()}{middle}_224_{float(settings['alpha'])}"
        ending = "" if settings.include_top else "_no_top_v2"
        return Published(
            f"mobilenet_v3/weights_mobilenet_v3_{name}_float{ending}.h5",
            _HASHES[name][not settings.include_top],
        )

    return Application(
        f"MobileNetV3{kind}",
        f"MobileNetV3{kind}",
        f"{'Smaller' if kind == 'Small' else 'Larger'} of two small networks that were searched "
        "for.",
        _body(blocks),
        published,
        None,
        "Howard, A. et al. (2019). Searching for MobileNetV3. ICCV.",
        top=_top(width),
        sizes=Sizes(open_top=True),
        more={
            "alpha": ALPHA,
            "minimalistic": option(
                Flag(), False, "Whether to do without weighed maps, hard swish and windows of 5."
            ),
            "dropout_rate": option(
                Number(0.0, 1.0, open_high=True), 0.2, "The dropout before the classifier."
            ),
            "include_preprocessing": option(
                Flag(), True, "Whether the network brings pixels from 0 to 255 to -1 to 1 itself."
            ),
        },
        order=(
            *("input_shape", "alpha", "minimalistic", "include_top", "weights", "input_tensor"),
            *("classes", "pooling", "dropout_rate", "classifier_activation"),
            *("include_preprocessing", "name"),
        ),
        check=_check,
        torchvision=_torchvision(blocks),
    )


MobileNetV3Small = function_of(_mobilenet("Small", _SMALL, 1024))
MobileNetV3Large = function_of(_mobilenet("Large", _LARGE, 1280))
preprocess_input = preprocessing_of(None)
