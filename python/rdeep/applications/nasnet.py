"""NASNetMobile and NASNetLarge: networks of cells that were searched for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.applications.application import Application, function_of
from rdeep.applications.imagenet_utils import decode_predictions as decode_predictions
from rdeep.applications.imagenet_utils import preprocessing_of
from rdeep.applications.padding import padding_before
from rdeep.applications.settings import Settings, Sizes
from rdeep.applications.tops import pooled_unnamed
from rdeep.applications.weights import Published
from rdeep.catalogue.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    Dense,
    GlobalAveragePooling2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
)
from rdeep.errors import ArgumentError, format_shape, worded


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(momentum=0.9997, epsilon=1e-3, name=name)(x)


def _point(x: Any, filters: int, name: str) -> Any:
    initializer = "he_normal"
    return Conv2D(
        filters, 1, padding="same", use_bias=False, kernel_initializer=initializer, name=name
    )(x)


def _separable(
    x: Any, filters: int, size: int, name: str, settings: Settings, strides: int = 1
) -> Any:
    """Return maps after two separable convolutions."""
    x = Activation("relu")(x)
    padding = "same"
    if strides == 2:
        x = ZeroPadding2D(padding_before(x, size, settings), name=f"separable_conv_1_pad_{name}")(x)
        padding = "valid"
    for place in (1, 2):
        own = f"separable_conv_{place}"
        x = SeparableConv2D(
            filters,
            size,
            strides=strides if place == 1 else 1,
            padding=padding if place == 1 else "same",
            use_bias=False,
            name=f"{own}_{name}",
        )(x)
        x = _normalized(x, f"{own}_bn_{name}")
        x = Activation("relu")(x) if place == 1 else x
    return x


def _adjusted(before: Any, x: Any, filters: int, cell: str) -> Any:
    """Return the maps of the cell before the last in the shape that this cell computes with."""
    if before is None:
        return x
    if before.shape[2] != x.shape[2]:
        before = Activation("relu", name=f"adjust_relu_1_{cell}")(before)
        # Every second position, and those between them.
        shifted = ZeroPadding2D(((0, 1), (0, 1)))(before)
        shifted = Cropping2D(((1, 0), (1, 0)))(shifted)
        halves = []
        for place, maps in enumerate([before, shifted], 1):
            maps = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{place}_{cell}")(maps)
            halves.append(_point(maps, filters // 2, f"adjust_conv_{place}_{cell}"))
        return _normalized(Concatenate()(halves), f"adjust_bn_{cell}")
    if before.shape[-1] != filters:
        before = _point(Activation("relu")(before), filters, f"adjust_conv_projection_{cell}")
        return _normalized(before, f"adjust_bn_{cell}")
    return before


def _start(x: Any, before: Any, filters: int, kind: str, cell: str) -> tuple[Any, Any]:
    before = _adjusted(before, x, filters, cell)
    x = _point(Activation("relu")(x), filters, f"{kind}_conv_1_{cell}")
    return _normalized(x, f"{kind}_bn_1_{cell}"), before


def _mean(x: Any, name: str) -> Any:
    return AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def _normal(x: Any, before: Any, filters: int, cell: str, settings: Settings) -> Any:
    """Return the maps of a cell that keeps their size."""
    h, p = _start(x, before, filters, "normal", cell)

    def separable(maps: Any, size: int, place: str) -> Any:
        return _separable(maps, filters, size, f"normal_{place}_{cell}", settings)

    pairs = [
        (separable(h, 5, "left1"), separable(p, 3, "right1")),
        (separable(p, 5, "left2"), separable(p, 3, "right2")),
        (_mean(h, f"normal_left3_{cell}"), p),
        (_mean(p, f"normal_left4_{cell}"), _mean(p, f"normal_right4_{cell}")),
        (separable(h, 3, "left5"), h),
    ]
    sums = [Add(name=f"normal_add_{n}_{cell}")(list(pair)) for n, pair in enumerate(pairs, 1)]
    return Concatenate(name=f"normal_concat_{cell}")([p, *sums])


def _reduction(x: Any, before: Any, filters: int, cell: str, settings: Settings) -> Any:
    """Return the maps of a cell that halves their size."""
    h, p = _start(x, before, filters, "reduction", cell)
    padded = ZeroPadding2D(padding_before(h, 3, settings), name=f"reduction_pad_1_{cell}")(h)

    def separable(maps: Any, size: int, place: str, strides: int = 2) -> Any:
        return _separable(maps, filters, size, f"reduction_{place}_{cell}", settings, strides)

    one = [separable(h, 5, "left1"), separable(p, 7, "right1")]
    x1 = Add(name=f"reduction_add_1_{cell}")(one)
    largest = MaxPooling2D(3, strides=2, name=f"reduction_left2_{cell}")(padded)
    x2 = Add(name=f"reduction_add_2_{cell}")([largest, separable(p, 7, "right2")])
    mean = AveragePooling2D(3, strides=2, name=f"reduction_left3_{cell}")(padded)
    x3 = Add(name=f"reduction_add3_{cell}")([mean, separable(p, 5, "right3")])
    x4 = Add()([x2, _mean(x1, f"reduction_left4_{cell}")])
    last = separable(x1, 3, "left4", strides=1)
    largest = MaxPooling2D(3, strides=2, name=f"reduction_right5_{cell}")(padded)
    x5 = Add(name=f"reduction_add4_{cell}")([last, largest])
    return Concatenate(name=f"reduction_concat_{cell}")([x2, x3, x4, x5])


def _body(
    filters: int, cells: int, stem: int, skips_reduction: bool
) -> Callable[[Any, Settings], Any]:
    """Return what computes the features.

    Parameters
    ----------
    filters : int
        Those of the first cells that keep the size of their maps.
    cells : int
        How many such cells stand between two that halve it.
    stem : int
        The filters of the first convolution.
    skips_reduction : bool
        Whether the cell after one that halves looks at what was before that.
    """

    def features(x: Any, settings: Settings) -> Any:
        x = Conv2D(
            stem, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1"
        )(x)
        x, before = _normalized(x, "stem_bn1"), None
        for number, share in ((1, 4), (2, 2)):
            x, before = _reduction(x, before, filters // share, f"stem_{number}", settings), x
        for stage in range(3):
            width = filters * 2**stage
            if stage > 0:
                smaller = _reduction(x, before, width, f"reduce_{stage * cells}", settings)
                x, before = smaller, before if skips_reduction else x
            for number in range(cells):
                cell = stage * cells + number + (stage > 0)
                x, before = _normal(x, before, width, str(cell), settings), x
        return Activation("relu")(x)

    return features


def _top(x: Any, settings: Settings) -> Any:
    activation = settings.classifier_activation
    return Dense(settings.classes, activation=activation, name="predictions")(
        GlobalAveragePooling2D()(x)
    )


def _check(settings: Settings) -> None:
    if None in settings.input_shape:
        # How many zeros stand around maps depends on whether their sizes are even.
        raise ArgumentError(
            worded(f"'input_shape' must be whole, not {format_shape(settings.input_shape)}."),
            argument="input_shape",
            received=settings.input_shape,
            expected="a whole shape",
        )


def _nasnet(
    kind: str, size: int, body: Callable[[Any, Settings], Any], hashes: tuple[str, str]
) -> Application:
    def published(settings: Settings) -> Published:
        ending = "" if settings.include_top else "-no-top"
        place = f"nasnet/NASNet-{kind.lower()}{ending}.h5"
        return Published(place, hashes[not settings.include_top])

    return Application(
        f"NASNet{kind}",
        f"nasnet_{kind.lower()}",
        f"{'Small' if kind == 'Mobile' else 'Large'} network of cells that were searched for.",
        body,
        published,
        "tf",
        "Zoph, B., Vasudevan, V., Shlens, J. and Le, Q. V. (2018). Learning transferable "
        "architectures for scalable image recognition. CVPR.",
        top=_top,
        pooled=pooled_unnamed,
        sizes=Sizes(size, without_top=(size, size, 3)),
        order=(
            *("input_shape", "include_top", "weights", "input_tensor", "pooling", "classes"),
            *("classifier_activation", "name"),
        ),
        check=_check,
    )


NASNetMobile = function_of(
    _nasnet(
        "Mobile",
        224,
        _body(1056 // 24, 4, 32, skips_reduction=False),
        ("020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63"),
    )
)
NASNetLarge = function_of(
    _nasnet(
        "Large",
        331,
        _body(4032 // 24, 6, 96, skips_reduction=True),
        ("11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5"),
    )
)
preprocess_input = preprocessing_of("tf")
