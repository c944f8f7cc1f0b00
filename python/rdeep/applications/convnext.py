"""ConvNeXt networks: convolutions in the manner of transformers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.settings import Settings
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import (
    Activation,
    Add,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    LayerNormalization,
    LayerScale,
    Normalization,
)
from rdeep.catalogue.options import Flag, option
from rdeep.models import Sequential

INCLUDE_PREPROCESSING = option(
    Flag(), True, "Whether the network's first layers prepare pixels from 0 to 255."
)
_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_EPSILON = 1e-6
_HASHES = {
    "convnext_tiny": (
        "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
        "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
    ),
    "convnext_small": (
        "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
        "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
    ),
    "convnext_base": (
        "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
        "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
    ),
    "convnext_large": (
        "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
        "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
    ),
    "convnext_xlarge": (
        "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
        "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
    ),
}
Stages = tuple[tuple[int, int], ...]
"""How many blocks the stages have, and of how many filters."""


def _normalized(name: str) -> LayerNormalization:
    return LayerNormalization(epsilon=_EPSILON, name=name)


def _smaller(filters: int, stage: int, name: str) -> Sequential:
    """Return what makes the maps smaller before a stage: by 4 at first, then by 2."""
    if stage == 0:
        # (height, width, channels) -> (height / 4, width / 4, filters)
        convolution = Conv2D(filters, 4, strides=4, name=f"{name}_stem_conv")
        layers = [convolution, _normalized(f"{name}_stem_layernorm")]
        return Sequential(layers, name=f"{name}_stem")
    place = stage - 1
    convolution = Conv2D(filters, 2, strides=2, name=f"{name}_downsampling_conv_{place}")
    layers = [_normalized(f"{name}_downsampling_layernorm_{place}"), convolution]
    return Sequential(layers, name=f"{name}_downsampling_block_{place}")


def _block(x: Any, filters: int, name: str) -> Any:
    new = Conv2D(filters, 7, padding="same", groups=filters, name=f"{name}_depthwise_conv")(x)
    new = _normalized(f"{name}_layernorm")(new)
    # Dense layers compute what convolutions with windows of 1 by 1 do.
    new = Dense(4 * filters, name=f"{name}_pointwise_conv_1")(new)
    new = Activation("gelu", name=f"{name}_gelu")(new)
    new = Dense(filters, name=f"{name}_pointwise_conv_2")(new)
    return Add()([x, LayerScale(1e-6, name=f"{name}_layer_scale")(new)])


def _body(stages: Stages) -> Callable[[Any, Settings], Any]:
    def features(x: Any, settings: Settings) -> Any:
        name = settings.name
        prepares = settings["include_preprocessing"] and not settings.torchvision
        if prepares and settings.input_shape[-1] == 3:
            mean = [255 * each for each in _MEANS]
            variance = [(255 * each) ** 2 for each in _DEVIATIONS]
            own = f"{name}_prestem_normalization"
            x = Normalization(mean=mean, variance=variance, name=own)(x)
        for stage, (depth, filters) in enumerate(stages):
            x = _smaller(filters, stage, f"{name}")(x)
            for block in range(depth):
                x = _block(x, filters, f"{name}_stage_{stage}_block_{block}")
        return x

    return features


def _top(x: Any, settings: Settings) -> Any:
    name = f"{settings.name}_head"
    x = _normalized(f"{name}_layernorm")(GlobalAveragePooling2D(name=f"{name}_gap")(x))
    activation = settings.classifier_activation
    return Dense(settings.classes, activation=activation, name=f"{name}_dense")(x)


def _pooled(x: Any, settings: Settings) -> Any:
    # Torchvision's networks have this layer in their classifier alone: its weights go in here.
    name = f"{settings.name}_head_layernorm" if settings.torchvision else None
    return LayerNormalization(epsilon=_EPSILON, name=name)(pooled_unnamed(x, settings))


def _torchvision(stages: Stages) -> Callable[[Settings], dict[str, str]]:
    def modules(settings: Settings) -> dict[str, str]:
        name = settings.name
        found: dict[str, str] = {}
        for stage, (depth, _) in enumerate(stages):
            theirs = f"features.{2 * stage}"
            if stage == 0:
                ours = f"{name}_stem/{name}_stem"
                found |= {f"{ours}_conv": f"{theirs}.0", f"{ours}_layernorm": f"{theirs}.1"}
            else:
                ours = f"{name}_downsampling_block_{stage - 1}/{name}_downsampling"
                found[f"{ours}_layernorm_{stage - 1}"] = f"{theirs}.0"
                found[f"{ours}_conv_{stage - 1}"] = f"{theirs}.1"
            for block in range(depth):
                ours = f"{name}_stage_{stage}_block_{block}"
                theirs = f"features.{2 * stage + 1}.{block}"
                places = {"depthwise_conv": 0, "layernorm": 2}
                places |= {"pointwise_conv_1": 3, "pointwise_conv_2": 5}
                found |= {f"{ours}_{part}": f"{theirs}.block.{n}" for part, n in places.items()}
                found[f"{ours}_layer_scale"] = f"{theirs}.layer_scale"
        top = {f"{name}_head_layernorm": "classifier.0", f"{name}_head_dense": "classifier.2"}
        return {**found, **top}

    return modules


def _convnext(size: str, depth: int, filters: int) -> Application:
    key = f"convnext_{size.lower()}"
    # The third stage has most of the blocks; each has twice the filters of the one before.
    stages = tuple((n, filters * 2**stage) for stage, n in enumerate((3, 3, depth, 3)))

    def published(settings: Settings) -> Published:
        ending = "" if settings.include_top else "_notop"
        return Published(f"convnext/{key}{ending}.h5", _HASHES[key][not settings.include_top])

    return Application(
        f"ConvNeXt{size}",
        key,
        f"Network of convolutions in the manner of transformers, {_SIZES[size]}.",
        _body(stages),
        published,
        None,
        "Liu, Z., Mao, H., Wu, C.-Y., Feichtenhofer, C., Darrell, T. and Xie, S. (2022). A ConvNet "
        "for the 2020s. CVPR.",
        top=_top,
        pooled=_pooled,
        more={"include_preprocessing": INCLUDE_PREPROCESSING},
        order=(
            *("include_top", "include_preprocessing", "weights", "input_tensor", "input_shape"),
            *("pooling", "classes", "classifier_activation", "name"),
        ),
        torchvision=None if size == "XLarge" else _torchvision(stages),
    )


_SIZES = {
    "Tiny": "the smallest",
    "Small": "a small one",
    "Base": "of middle size",
    "Large": "a large one",
    "XLarge": "the largest",
}
ConvNeXtTiny = function_of(_convnext("Tiny", 9, 96))
ConvNeXtSmall = function_of(_convnext("Small", 27, 96))
ConvNeXtBase = function_of(_convnext("Base", 27, 128))
ConvNeXtLarge = function_of(_convnext("Large", 27, 192))
ConvNeXtXLarge = function_of(_convnext("XLarge", 27, 256))
preprocess_input = preprocessing_of(None)
