"""What known networks are built with: their arguments, Keras's rules for them, and the result."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdeep.catalogue.activations import Linear, Softmax
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.options import (
    ActivationOrNone,
    Choice,
    Count,
    Flag,
    Option,
    OptionType,
    OrNone,
    Path,
    Shape,
    Text,
    option,
)
from rdeep.errors import ArgumentError, Wording, format_shape, setting, show, worded

IMAGENET = "imagenet"
CLASSES = 1000


class SymbolicTensor(OptionType):
    """A symbolic tensor."""

    words = "a symbolic tensor"

    def check(self, value: Any) -> Any:
        """Return the tensor."""
        if not is_symbolic(value):
            raise self.refuse()
        return value


OPTIONS: dict[str, Option] = {
    "include_top": option(Flag(), True, "Whether the network ends in its classifier."),
    "weights": option(
        OrNone(Path(), worded(f"{show(IMAGENET)}, {show(None)} or the path of a file")),
        IMAGENET,
        '`"imagenet"`: what Keras\'s authors trained, downloaded once; `None`: drawn at random; or '
        "a file of Keras's (`.keras`, `.weights.h5`, `.h5`), safetensors, or a state dict of "
        "torchvision's (`.pth`), whose networks take pixels in torchvision's way.",
    ),
    "input_tensor": option(
        SymbolicTensor(), None, "What the network is applied to; by default an input of its own."
    ),
    "input_shape": option(
        Shape(),
        None,
        "Height, width and channels of the pictures. By default what the weights were trained "
        "for; without the classifier, any height and width.",
    ),
    "pooling": option(
        Choice("avg", "max"),
        None,
        "How the features become one row for each picture where there is no classifier: by their "
        "means or their maxima. By default they stay maps.",
    ),
    "classes": option(Count(), CLASSES, "The number of classes."),
    "classifier_activation": option(
        ActivationOrNone(), "softmax", "The activation of the classifier; `None` gives logits."
    ),
    "name": option(Text(), None, "The model's name."),
    "backend": option(
        Choice("torch", "tensorflow", "numpy"),
        None,
        "The engine; by default the one in use.",
        keyword_only=True,
    ),
    "device": option(
        Text(),
        None,
        'Where it computes, such as `"cpu"` or `"cuda"`; by default what there is.',
        keyword_only=True,
    ),
}
"""The arguments that all have, in the order that most of Keras's functions have; those by name
alone are ours, and always the last."""
OWN = tuple(name for name, each in OPTIONS.items() if each.keyword_only)


@dataclass(frozen=True)
class Settings:
    """The arguments that a network is built with, checked, and what follows from them.

    Attributes
    ----------
    input_shape : tuple
        Height, width and channels, as far as they are known.
    more : mapping
        The options that the family adds, by name: `settings["alpha"]`.
    torchvision : bool
        Whether the weights are torchvision's, whose networks differ from Keras's in a few places.
    """

    include_top: bool
    weights: str | None
    input_shape: tuple[int | None, ...]
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str | None
    more: Mapping[str, Any]
    torchvision: bool = False

    def __getitem__(self, option: str) -> Any:
        return self.more[option]


@dataclass(frozen=True)
class Sizes:
    """The sizes of pictures that a network takes.

    Attributes
    ----------
    default : int
        Height and width that its weights were trained for.
    others : tuple of int
        Other heights and widths that Keras has trained weights for.
    least : int
        The smallest height and width.
    open_top : bool
        Whether the classifier takes features of any height and width.
    without_top : tuple
        The input's shape where there is no classifier and none is given.
    """

    default: int = 224
    others: tuple[int, ...] = ()
    least: int = 32
    open_top: bool = False
    without_top: tuple[int | None, ...] = (None, None, 3)

    def shape(self, arguments: Mapping[str, Any]) -> tuple[int | None, ...]:
        """Return the input's shape that arguments ask for, or say what is wrong with it.

        Parameters
        ----------
        arguments : mapping
            All arguments, checked one by one.
        """
        given, with_top = arguments["input_shape"], arguments["include_top"]
        tensor = arguments["input_tensor"]
        trained = arguments["weights"] == IMAGENET
        if tensor is not None:
            given = _shape_of_tensor(tensor, given)
        if given is None:
            whole = with_top and not self.open_top
            return (self.default, self.default, 3) if whole else self.without_top
        if len(given) != 3:
            raise _unfit_shape("height, width and channels", given)
        height, width, channels = given
        if trained and channels != 3:
            wanted = worded(f"of 3 channels with {setting('weights', IMAGENET)}")
            raise _unfit_shape(wanted, given)
        if any(size is not None and size < self.least for size in (height, width)):
            raise _unfit_shape(f"of at least {self.least} by {self.least} pixels", given)
        if channels is None:
            raise _unfit_shape("of a known number of channels", given)
        if with_top and not self.open_top and tensor is None:
            self._check_with_top(given, trained)
        return tuple(given)

    def _check_with_top(self, given: tuple[int | None, ...], trained: bool) -> None:
        if None in given:
            hint = worded(f"Without a classifier, {setting('include_top', False)}, it may be open.")
            raise _unfit_shape("a whole shape where there is a classifier", given, hint)
        sizes = (self.default, *self.others)
        if trained and given not in [(size, size, 3) for size in sizes]:
            whole = format_shape((self.default, self.default, 3))
            wanted = worded(f"{whole} with the classifier that was trained on ImageNet")
            hint = worded(
                "Resize the pictures, or take the network without its classifier: "
                f"{setting('include_top', False)}."
            )
            raise _unfit_shape(wanted, given, hint)


USUAL = Sizes()


def _unfit_shape(
    wanted: str | Wording, given: tuple[int | None, ...], hint: Wording | None = None
) -> ArgumentError:
    return ArgumentError(
        worded(f"'input_shape' must be {wanted}, not {format_shape(given)}."),
        argument="input_shape",
        received=given,
        expected=wanted,
        hint=hint,
    )


def _shape_of_tensor(tensor: Any, given: tuple[int | None, ...] | None) -> tuple[int | None, ...]:
    found = tuple(tensor.shape[1:])
    if given is not None and any(
        None not in pair and pair[0] != pair[1] for pair in zip(given, found)
    ):
        raise ArgumentError(
            worded(
                f"'input_shape' is {format_shape(given)}, and 'input_tensor' has the shape "
                f"{format_shape(found)}."
            ),
            argument="input_shape",
            received=given,
            expected=format_shape(found),
        )
    return found


def check_weights(arguments: Mapping[str, Any]) -> None:
    """Refuse weights that are no file, and what cannot be asked for beside trained ones.

    Parameters
    ----------
    arguments : mapping
        All arguments, checked one by one.
    """
    weights, with_top = arguments["weights"], arguments["include_top"]
    if weights is None:
        return
    if weights != IMAGENET and not os.path.exists(weights):
        raise ArgumentError(
            worded(
                f"'weights' must be {show(IMAGENET)}, {show(None)} or the path of a file; there is "
                f"no file {show(weights)}."
            ),
            argument="weights",
            received=weights,
            expected="a file that is there",
        )
    if weights == IMAGENET and with_top and arguments["classes"] != CLASSES:
        raise ArgumentError(
            worded(
                f"'classes' must be {CLASSES} for the classifier that was trained on ImageNet, "
                f"not {show(arguments['classes'])}."
            ),
            argument="classes",
            received=arguments["classes"],
            expected=str(CLASSES),
            hint=worded(
                f"Take the network without its classifier, {setting('include_top', False)}, and "
                "add one of your own."
            ),
        )
    if with_top and not isinstance(arguments["classifier_activation"], (Linear, Softmax)):
        raise ArgumentError(
            worded(
                f"'classifier_activation' must be {show('softmax')} or {show(None)} where weights "
                f"are given, not {show(arguments['classifier_activation'])}."
            ),
            argument="classifier_activation",
            received=arguments["classifier_activation"],
            expected=worded(f"{show('softmax')} or {show(None)}"),
        )
