"""What an image model is asked for, and what it learned of the images: records of plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue import options
from rdeep.catalogue.options import checked, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError, show, suggestion
from rdeep.ready import Inner, Learned, LearnedOutcome, Settings

RESIZE = ("crop", "pad", "stretch")
PREPROCESS = ("auto", "standardize", "caffe", "torch", "tf", "none")


class ImageAugmentation(Record, kind="augmentation"):
    """How images are changed at random while a model is trained.

    Each image is turned, moved, zoomed and sheared anew in each epoch; what comes in from outside
    repeats its edge. What is 0 is not done.

    Examples
    --------
    >>> ImageAugmentation(flip="horizontal", rotate=20).rotate
    20.0
    """

    internal = True

    flip: str = option(
        options.Choice("none", "horizontal", "vertical", "both"),
        "none",
        "Whether half of the images are mirrored.",
    )
    rotate: float = option(options.Number(0.0, 180.0), 12.0, "The largest angle, in degrees.")
    shift: float = option(
        options.Number(0.0, 1.0), 0.08, "How far images are moved, as a share of their size."
    )
    zoom: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.15, "How much larger or smaller they become."
    )
    shear: float = option(options.Number(0.0, 1.0), 0.1, "How far they are slanted.")
    crop: float = option(
        options.Number(0.0, 1.0, open_high=True),
        0.0,
        "The largest share of height and width that is cut off.",
    )
    colour: float = option(
        options.Number(0.0, 1.0, open_high=True),
        0.15,
        "How much brightness, contrast and the channels' balance change.",
    )
    mixup: float = option(
        options.Number(0.0),
        0.0,
        "The parameter of mixup (Zhang et al. 2018): images are blended, and so are their classes.",
    )
    cutmix: float = option(
        options.Number(0.0),
        0.0,
        "The parameter of CutMix (Yun et al. 2019): a part of an image is another's.",
    )

    @classmethod
    def nothing(cls) -> ImageAugmentation:
        """Return one that changes nothing."""
        return cls(rotate=0.0, shift=0.0, zoom=0.0, shear=0.0, colour=0.0)

    @property
    def changes(self) -> bool:
        """Whether anything is changed."""
        return self != self.nothing()


def as_augmentation(value: Any) -> ImageAugmentation | None:
    """Return an augmentation of what a user gave; `None` for what suits the images.

    Parameters
    ----------
    value : {"auto", "none"}, bool, None, dict or ImageAugmentation
        `None`, `False` and `"none"` change nothing; a dict has options of `ImageAugmentation`,
        those that are left out having their defaults.
    """
    if isinstance(value, ImageAugmentation):
        return value
    if value is True or (isinstance(value, str) and value == "auto"):
        return None
    if value is None or value is False or (isinstance(value, str) and value == "none"):
        return ImageAugmentation.nothing()
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name not in ImageAugmentation.options:
                raise ArgumentError(
                    f"'augment' has no part {show(name)}.",
                    argument="augment",
                    hint=suggestion(name, ImageAugmentation.options),
                )
            checked(ImageAugmentation.options[name].type, each, name)
        return ImageAugmentation(**value)
    raise ArgumentError(
        f"'augment' must be 'auto', 'none' or what is to be done, not {show(value)}.",
        argument="augment",
        received=value,
    )


class ImageSettings(Settings):
    """What an image model is asked for."""

    image_size: tuple[int, int] | None = option(
        options.OrNone(options.Sizes(2)), None, "Height and width that images are brought to."
    )
    resize: str = option(
        options.Choice(*RESIZE),
        "crop",
        "What is done about other proportions: the middle is cut out, borders are added, or the "
        "image is distorted.",
    )
    augment: ImageAugmentation | None = option(
        options.OrNone(Inner(ImageAugmentation)), None, "How images are changed in training."
    )
    label_smoothing: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.1, "The share of each class given to all."
    )
    dropout: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.1, "The share of features left out in a step."
    )
    preprocess: str = option(
        options.Choice(*PREPROCESS),
        "auto",
        "What one's own network is given of pixels from 0 to 255. `auto` knows Keras's networks by "
        "their names; with weights of torchvision's it is `torch`.",
    )
    freeze: bool | None = option(
        options.OrNone(options.Flag()),
        None,
        "Whether one's own network stays as it is at first; that is so for a whole model.",
    )
    fine_tune: bool = option(
        options.Flag(), True, "Whether a network that was frozen is trained thereafter."
    )
    fine_tune_epochs: int | None = option(
        options.OrNone(options.Count()), None, "The epochs of that; by default `epochs`."
    )
    fine_tune_learning_rate: float | None = option(
        options.OrNone(options.Number(0.0, open_low=True)), None, "The largest step of that."
    )


class ImageLearned(Learned):
    """What an image model learned of the images."""

    outcome: LearnedOutcome = option(Inner(LearnedOutcome), doc="What is predicted.")
    image_size: tuple[int, int] = option(options.Sizes(2), doc="Height and width.")
    channels: int = option(options.Count(), doc="1 for grey, 3 for colour, or those of arrays.")
    scale: int = option(
        options.Whole(0), 0, "What white is in arrays: 1, 255 or 65535; 0 where it was files."
    )
    resize: str = option(options.Choice(*RESIZE), "crop", "How images are brought to that size.")
    augmentation: ImageAugmentation = option(
        Inner(ImageAugmentation), doc="How images were changed in training."
    )
    preprocess: str = option(
        options.Choice(*PREPROCESS), "standardize", "What the network is given of pixels."
    )
    samples: int = option(options.Count(), doc="How many images it was fitted to.")
    held_out: int = option(options.Whole(0), 0, "How many of them were held out.")


def description_of(learned: ImageLearned) -> list[str]:
    """Return what became of images, in lines for printing.

    Parameters
    ----------
    learned : ImageLearned
        What was learned of them.
    """
    high, wide = learned.image_size
    colours = {1: "grey", 3: "colour"}.get(learned.channels, f"{learned.channels} channels")
    source = f"pixels from 0 to {learned.scale}" if learned.scale else "from files"
    ways = {"crop": "cropped to its proportions", "pad": "padded to it", "stretch": "stretched"}
    size = f"{high} x {wide}, {colours}, {source}; others are {ways[learned.resize]}"
    plan = learned.augmentation
    done = [] if plan.flip == "none" else [f"flip {plan.flip}"]
    for name in ("rotate", "shift", "zoom", "shear", "crop", "colour", "mixup", "cutmix"):
        value = getattr(plan, name)
        if value:
            done.append(f"{name} {value:g}")
    return [f"Images: {size}", f"Augmentation: {', '.join(done) or 'none'}"]
