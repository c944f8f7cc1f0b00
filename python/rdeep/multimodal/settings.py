"""What a model of several kinds of data is asked for, and what it learned: plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue import options
from rdeep.catalogue.options import OptionType, option
from rdeep.catalogue.record import Record
from rdeep.errors import plain
from rdeep.errors.damage import Damage
from rdeep.image import ImageAugmentation
from rdeep.image.settings import RESIZE
from rdeep.ready import Inner, Learned, LearnedOutcome, Settings
from rdeep.text.folder import EncoderShape
from rdeep.text.settings import ARCHITECTURES

KINDS = ("image", "text", "series", "number", "category")
"""What a column may be taken as."""
ON_BAD = ("fail", "drop", "missing")
TABLE = "table"


class MultimodalSettings(Settings):
    """What a model of several kinds of data is asked for."""

    units: int = option(
        options.Count(), 64, "The size of the vector that stands for each modality."
    )
    fusion: str = option(
        options.Choice("concat", "gated"),
        "concat",
        "How the vectors come together: side by side, or as a mean in which each has a weight that "
        "depends on all of them.",
    )
    modality_dropout: float = option(
        options.Number(0.0, 1.0, open_high=True),
        0.1,
        "How often a modality is left out of a sample in training.",
    )
    dropout: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.0, "The share of units left out in a step."
    )
    image_size: tuple[int, int] | None = option(
        options.OrNone(options.Sizes(2)), None, "Height and width that images are brought to."
    )
    resize: str = option(
        options.Choice(*RESIZE), "crop", "What is done about other proportions of images."
    )
    augment: ImageAugmentation | None = option(
        options.OrNone(Inner(ImageAugmentation)), None, "How images are changed in training."
    )
    text_architecture: str = option(
        options.Choice(*ARCHITECTURES), "bow", "How words are read, as for `TextModel`."
    )
    encoder: str | None = option(
        options.OrNone(options.Text()),
        None,
        "The folder of an encoder of texts that others trained; it stays as it is.",
    )
    max_length: int | None = option(
        options.OrNone(options.Count(2)), None, "How many words or tokens of a text are read."
    )
    vocabulary_size: int = option(
        options.Count(), 20_000, "How many words are known at most, and how many pairs of words."
    )
    on_bad: str = option(
        options.Choice(*ON_BAD),
        "fail",
        "Whether values that cannot be read are an error, leave their row out, or are missing.",
    )


class ImageColumn(Record, kind="modality"):
    """A column of images."""

    internal = True

    name: str = option(options.Text(), doc="The column.")
    image_size: tuple[int, int] = option(options.Sizes(2), doc="Height and width.")
    channels: int = option(options.Count(), doc="1 for grey, 3 for colour, or those of arrays.")
    scale: int = option(options.Whole(0), 0, "What white is in arrays; 0 where it was files.")
    resize: str = option(options.Choice(*RESIZE), "crop", "How images are brought to that size.")
    augmentation: ImageAugmentation = option(
        Inner(ImageAugmentation), doc="How images were changed in training."
    )
    missing: int = option(options.Whole(0), 0, "How many were missing in training.")


class TextColumn(Record, kind="modality"):
    """A column of texts."""

    internal = True

    name: str = option(options.Text(), doc="The column.")
    max_length: int = option(options.Count(), doc="How many words or tokens are read.")
    vocabulary: tuple[str, ...] = option(options.Texts(), (), "The words that are known.")
    with_pairs: bool = option(options.Flag(), False, "Whether pairs of words count.")
    architecture: str = option(options.Choice(*ARCHITECTURES), "bow", "How words are read.")
    encoder: EncoderShape | None = option(
        options.OrNone(Inner(EncoderShape)), None, "What the encoder is made of."
    )
    missing: int = option(options.Whole(0), 0, "How many were missing in training.")


class SeriesColumn(Record, kind="modality"):
    """A column of series."""

    internal = True

    name: str = option(options.Text(), doc="The column.")
    longest: int = option(options.Count(), doc="How many steps the longest had.")
    every: int = option(options.Count(), 1, "How many steps become one, their mean.")
    means: tuple[float, ...] = option(options.Numbers(), doc="The mean of each channel.")
    deviations: tuple[float, ...] = option(
        options.Numbers(0.0), doc="The standard deviation of each channel."
    )
    missing: int = option(options.Whole(0), 0, "How many were missing in training.")

    @property
    def channels(self) -> int:
        """How many numbers each step has."""
        return len(self.means)


class Levels(Record, kind="levels"):
    """A column of categories."""

    internal = True

    name: str = option(options.Text(), doc="The column.")
    levels: tuple[str, ...] = option(options.Texts(), doc="Its categories, in order.")


class Several(OptionType):
    """Records within another, each of one of some classes.

    Parameters
    ----------
    classes : type of Record
        The classes.
    """

    def __init__(self, *classes: type[Record]) -> None:
        self.classes = {each.__name__: each for each in classes}
        self.words = f"records of the classes {', '.join(self.classes)}"

    def check(self, value: Any) -> tuple[Record, ...]:
        """Return the records as a tuple."""
        known = tuple(self.classes.values())
        if not isinstance(value, Sequence) or not all(isinstance(each, known) for each in value):
            raise self.refuse()
        return tuple(value)

    def restore(self, value: Any, place: str) -> tuple[Record, ...]:
        """Return the records that a file describes."""
        found = []
        for number, each in enumerate(plain.items(value, place)):
            here = f"{place}[{number}]"
            plain.fields(each, ("class", "options"), here)
            name = plain.text(each["class"], here)
            if name not in self.classes:
                raise Damage("there is no such record", place=here)
            found.append(self.classes[name].restored(each["options"], f"{here}.options"))
        return tuple(found)


class TableColumns(Record, kind="modality"):
    """The columns of numbers and categories, which are one modality."""

    internal = True

    name: str = option(options.Text(), TABLE, "What it is called beside the other modalities.")
    numbers: tuple[str, ...] = option(options.Texts(), (), "The columns of numbers.")
    categories: tuple[Levels, ...] = option(Several(Levels), (), "The columns of categories.")
    missing: int = option(options.Whole(0), 0, "How many values were missing in training.")


Modality = ImageColumn | TextColumn | SeriesColumn | TableColumns


class MultimodalLearned(Learned):
    """What a model of several kinds of data learned of them."""

    outcome: LearnedOutcome = option(Inner(LearnedOutcome), doc="What is predicted.")
    modalities: tuple[Modality, ...] = option(
        Several(ImageColumn, TextColumn, SeriesColumn, TableColumns), doc="What it is given."
    )
    samples: int = option(options.Count(), doc="How many samples it was fitted to.")
    held_out: int = option(options.Whole(0), 0, "How many of them were held out.")
