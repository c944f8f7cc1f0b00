"""What a segmentation model is asked for, and what it learned: records of plain data."""

from __future__ import annotations

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.image.settings import ImageAugmentation
from rdeep.ready import Inner, Learned, Settings

RESIZE = ("pad", "stretch")


class SegmentationSettings(Settings):
    """What a segmentation model is asked for."""

    image_size: tuple[int, int] | None = option(
        options.OrNone(options.Sizes(2)), None, "Height and width that images are brought to."
    )
    resize: str = option(
        options.Choice(*RESIZE),
        "pad",
        "What is done about other proportions: borders are added, or the image is distorted.",
    )
    augment: ImageAugmentation | None = option(
        options.OrNone(Inner(ImageAugmentation)), None, "How images and masks are changed."
    )
    filters: int | None = option(
        options.OrNone(options.Count()), None, "The features of the first convolutions."
    )
    depth: int | None = option(
        options.OrNone(options.Count()), None, "How often the network halves the image."
    )
    dice: float = option(options.Number(0.0), 1.0, "The weight of the Dice loss.")


class SegmentationLearned(Learned):
    """What a segmentation model learned of images and masks."""

    levels: tuple[str, ...] = option(options.Texts(), doc="The classes, in order.")
    values: tuple[int, ...] = option(options.Wholes(), doc="What masks hold for each class.")
    image_size: tuple[int, int] = option(options.Sizes(2), doc="Height and width.")
    channels: int = option(options.Count(), doc="1 for grey, 3 for colour, or those of arrays.")
    scale: int = option(
        options.Whole(0), 0, "What white is in arrays: 1, 255 or 65535; 0 where it was files."
    )
    resize: str = option(options.Choice(*RESIZE), "pad", "How images are brought to that size.")
    augmentation: ImageAugmentation = option(
        Inner(ImageAugmentation), doc="How images were changed in training."
    )
    samples: int = option(options.Count(), doc="How many images it was fitted to.")
    held_out: int = option(options.Whole(0), 0, "How many of them were held out.")
