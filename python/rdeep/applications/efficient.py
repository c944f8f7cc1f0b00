"""What EfficientNet and EfficientNetV2 are made of: residual blocks that are wide within."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdeep.applications.padding import padding_before
from rdeep.applications.settings import Settings
from rdeep.catalogue.initializers import VarianceScaling
from rdeep.catalogue.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Multiply,
    Reshape,
    ZeroPadding2D,
)

MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pixels from 0 to 1."""
_KERNEL = VarianceScaling(2.0, "fan_out", "truncated_normal")
_CLASSIFIER = VarianceScaling(1 / 3, "fan_out", "uniform")
_DROPPED = 0.2
"""How often the blocks at the end are left out in training; the first never is."""


@dataclass(frozen=True)
class Stage:
    """Blocks that are alike, but for the first, which may make the maps smaller.

    Attributes
    ----------
    depth : int
        How many blocks.
    filters : int
        Of each block's output.
    expansion : int
        How many times its input's filters a block has within.
    strides, size : int
        Of the windows; the strides of the first block alone.
    fused : bool
        Whether a block has one convolution in place of one by position and one in depth. All other
        blocks weigh their maps by what these are on average.
    """

    depth: int
    filters: int
    expansion: int
    strides: int = 1
    size: int = 3
    fused: bool = False


@dataclass(frozen=True)
class Plan:
    """What a network is made of, and in what the two families differ.

    Attributes
    ----------
    stem, top : int
        The filters of the first and the last convolution.
    stages : sequence of Stage
        The blocks.
    momentum : float
        Of the normalizations.
    torchvision_epsilon : float
        Of the normalizations in torchvision's networks.
    depthwise : str
        What convolutions in depth are called.
    pads : bool
        Whether windows of stride 2 end where the maps do, by zeros that a layer adds before them.
    share : callable
        How often a block is left out, relative to the last: `share(number, stages)`.
    """

    stem: int
    top: int
    stages: Sequence[Stage]
    momentum: float
    torchvision_epsilon: float
    depthwise: str
    pads: bool
    share: Callable[[int], float]

    def blocks(self) -> Iterator[tuple[str, str, Stage]]:
        """Give all blocks: the name here, the name in torchvision, and what it is."""
        for number, stage in enumerate(self.stages, 1):
            for place in range(stage.depth):
                ours = f"block{number}{chr(ord('a') + place)}_"
                own = stage if place == 0 else replace(stage, strides=1)
                yield ours, f"features.{number}.{place}.block", own


class Builder:
    """Applies a plan's layers.

    Parameters
    ----------
    plan : Plan
        What the network is made of.
    settings : Settings
        What it is built with.
    """

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan, self.settings = plan, settings

    def features(self, x: Any) -> Any:
        """Return the features of prepared pixels."""
        plan = self.plan
        x = self._convolved(x, plan.stem, "stem_conv", 3, 2)
        x = self._activated(x, "stem_bn", "stem_activation")
        for number, (name, _, stage) in enumerate(plan.blocks()):
            new = (self._fused if stage.fused else self._deep)(x, stage, name)
            if stage.strides == 1 and x.shape[-1] == stage.filters:
                rate = _DROPPED * plan.share(number)
                if rate:
                    # Of each picture the whole block is left out or none of it.
                    shape = (None, 1, 1, 1)
                    new = Dropout(rate, noise_shape=shape, name=f"{name}drop")(new)
                new = Add(name=f"{name}add")([new, x])
            x = new
        x = self._convolved(x, plan.top, "top_conv")
        return self._activated(x, "top_bn", "top_activation")

    def _convolved(self, x: Any, filters: int, name: str, size: int = 1, strides: int = 1) -> Any:
        x, padding = self._padded(x, name, size, strides)
        return Conv2D(
            filters,
            size,
            strides=strides,
            padding=padding,
            use_bias=False,
            kernel_initializer=_KERNEL,
            name=name,
        )(x)

    def _padded(self, x: Any, name: str, size: int, strides: int) -> tuple[Any, str]:
        if strides == 1 or not (self.plan.pads or self.settings.torchvision):
            return x, "same"
        zeros = padding_before(x, size, self.settings)
        return ZeroPadding2D(zeros, name=f"{name}_pad")(x), "valid"

    def _normalized(self, x: Any, name: str) -> Any:
        epsilon = self.plan.torchvision_epsilon if self.settings.torchvision else 1e-3
        return BatchNormalization(momentum=self.plan.momentum, epsilon=epsilon, name=name)(x)

    def _activated(self, x: Any, name: str, activation: str) -> Any:
        return Activation("swish", name=activation)(self._normalized(x, name))

    def _deep(self, x: Any, stage: Stage, name: str) -> Any:
        """Return a block: wider by position, convolved in depth, weighed, and narrow again."""
        width, filters = x.shape[-1], x.shape[-1] * stage.expansion
        if stage.expansion != 1:
            x = self._convolved(x, filters, f"{name}expand_conv")
            x = self._activated(x, f"{name}expand_bn", f"{name}expand_activation")
        own = f"{name}{self.plan.depthwise}"
        x, padding = self._padded(x, own, stage.size, stage.strides)
        x = DepthwiseConv2D(
            stage.size,
            strides=stage.strides,
            padding=padding,
            use_bias=False,
            depthwise_initializer=_KERNEL,
            name=own,
        )(x)
        x = self._activated(x, f"{name}bn", f"{name}activation")
        x = self._weighed(x, max(1, width // 4), f"{name}se_")
        x = self._convolved(x, stage.filters, f"{name}project_conv")
        return self._normalized(x, f"{name}project_bn")

    def _weighed(self, x: Any, narrow: int, name: str) -> Any:
        filters = x.shape[-1]
        weights = GlobalAveragePooling2D(name=f"{name}squeeze")(x)
        weights = Reshape((1, 1, filters), name=f"{name}reshape")(weights)
        for part, width, activation in (
            ("reduce", narrow, "swish"),
            ("expand", filters, "sigmoid"),
        ):
            weights = Conv2D(
                width,
                1,
                padding="same",
                activation=activation,
                kernel_initializer=_KERNEL,
                name=f"{name}{part}",
            )(weights)
        return Multiply(name=f"{name}excite")([x, weights])

    def _fused(self, x: Any, stage: Stage, name: str) -> Any:
        """Return a block: wider and convolved at once, and narrow again."""
        size, strides, last = stage.size, stage.strides, f"{name}project_bn"
        if stage.expansion == 1:
            x = self._convolved(x, stage.filters, f"{name}project_conv", size, strides)
            return self._activated(x, last, f"{name}project_activation")
        wide = x.shape[-1] * stage.expansion
        x = self._convolved(x, wide, f"{name}expand_conv", size, strides)
        x = self._activated(x, f"{name}expand_bn", f"{name}expand_activation")
        return self._normalized(self._convolved(x, stage.filters, f"{name}project_conv"), last)


def top_of(rate: float) -> Callable[[Any, Settings], Any]:
    """Return what applies the classifier, with dropout before it.

    Parameters
    ----------
    rate : float
        The dropout.
    """

    def classified(x: Any, settings: Settings) -> Any:
        x = Dropout(rate, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        return Dense(
            settings.classes,
            activation=settings.classifier_activation,
            kernel_initializer=_CLASSIFIER,
            name="predictions",
        )(x)

    return classified


def torchvision_of(plan: Plan) -> Callable[[Settings], dict[str, str]]:
    """Return what names torchvision's modules by our layers.

    Parameters
    ----------
    plan : Plan
        What the network is made of.
    """

    def modules(settings: Settings) -> dict[str, str]:
        found = {"stem_conv": "features.0.0", "stem_bn": "features.0.1"}
        for ours, theirs, stage in plan.blocks():
            widens = ["expand"] * (stage.expansion != 1)
            parts = [*widens, *([] if stage.fused else ["", "se"]), "project"]
            for place, part in enumerate(parts):
                inside = f"{theirs}.{place}"
                if part == "se":
                    found[f"{ours}se_reduce"] = f"{inside}.fc1"
                    found[f"{ours}se_expand"] = f"{inside}.fc2"
                    continue
                convolution = f"{part}_conv" if part else plan.depthwise
                found[f"{ours}{convolution}"] = f"{inside}.0"
                found[f"{ours}{part}_bn" if part else f"{ours}bn"] = f"{inside}.1"
        last = f"features.{len(plan.stages) + 1}"
        found |= {"top_conv": f"{last}.0", "top_bn": f"{last}.1"}
        return {**found, "predictions": "classifier.1"} if settings.include_top else found

    return modules
