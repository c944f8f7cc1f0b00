"""What a detection model is asked for, and what it learned: records of plain data."""

from __future__ import annotations

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.detection.boxes import FORMATS
from rdeep.image.settings import ImageAugmentation
from rdeep.ready import Inner, Learned, LearnedOutcome, Settings

RESIZE = ("pad", "stretch")


class DetectionSettings(Settings):
    """What a detection model is asked for."""

    image_size: tuple[int, int] | None = option(
        options.OrNone(options.Sizes(2)),
        None,
        "Height and width that images are brought to, made multiples of 16.",
    )
    resize: str = option(
        options.Choice(*RESIZE),
        "pad",
        "What is done about other proportions: borders are added, or the image is distorted.",
    )
    augment: ImageAugmentation | None = option(
        options.OrNone(Inner(ImageAugmentation)), None, "How images and boxes are changed."
    )
    filters: int | None = option(
        options.OrNone(options.Count()), None, "The features of the first convolutions."
    )


class DetectionLearned(Learned):
    """What a detection model learned of images and boxes."""

    outcome: LearnedOutcome = option(Inner(LearnedOutcome), doc="The classes.")
    image_size: tuple[int, int] = option(options.Sizes(2), doc="Height and width.")
    channels: int = option(options.Count(), doc="1 for grey, 3 for colour, or those of arrays.")
    scale: int = option(
        options.Whole(0), 0, "What white is in arrays: 1, 255 or 65535; 0 where it was files."
    )
    resize: str = option(options.Choice(*RESIZE), "pad", "How images are brought to that size.")
    augmentation: ImageAugmentation = option(
        Inner(ImageAugmentation), doc="How images were changed in training."
    )
    stride: int = option(options.Count(), 4, "How many pixels a place of the map is wide.")
    box_size: float = option(
        options.Number(0.0, open_low=True), 1.0, "The middle size of boxes, in places of the map."
    )
    box_format: str = option(options.Choice(*FORMATS), "xyxy", "How boxes were written.")
    samples: int = option(options.Count(), doc="How many images it was fitted to.")
    held_out: int = option(options.Whole(0), 0, "How many of them were held out.")
    boxes: int = option(options.Count(), doc="How many boxes it was fitted to.")


def description_of(learned: DetectionLearned) -> list[str]:
    """Return what became of images, in lines for printing.

    Parameters
    ----------
    learned : DetectionLearned
        What was learned of them.
    """
    high, wide = learned.image_size
    colours = {1: "grey", 3: "colour"}.get(learned.channels, f"{learned.channels} channels")
    source = f"pixels from 0 to {learned.scale}" if learned.scale else "from files"
    way = {"pad": "padded to it", "stretch": "stretched"}[learned.resize]
    plan = learned.augmentation
    done = [] if plan.flip == "none" else [f"flip {plan.flip}"]
    for name in ("rotate", "shift", "zoom", "shear", "crop", "colour"):
        value = getattr(plan, name)
        if value:
            done.append(f"{name} {value:g}")
    return [
        f"Images: {high} x {wide}, {colours}, {source}; others are {way}",
        f"Boxes: {learned.boxes}",
        f"Augmentation: {', '.join(done) or 'none'}",
    ]
