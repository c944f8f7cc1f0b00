"""What a speech model is asked for, and what it learns of the data."""

from __future__ import annotations

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.ready import Inner, Learned, LearnedOutcome, Settings

TEXT, CLASS = "text", "class"


class SpeechSettings(Settings):
    """What a speech model is asked for."""

    task: str | None = option(
        options.OrNone(options.Choice(TEXT, CLASS)),
        None,
        "Whether transcripts are recognised, or one of several keywords; by default classes of a "
        "factor, and text otherwise.",
    )
    architecture: str = option(
        options.Choice("conv", "gru", "lstm"),
        "conv",
        "Convolutions with shortcuts, or recurrent layers in both directions.",
    )
    width: int = option(options.Count(2), 96, "The channels of the network.")
    blocks: int | None = option(
        options.OrNone(options.Count()),
        None,
        "How many layers there are; by default 6 convolutions, or 2 recurrent ones.",
    )
    kernel: int = option(options.Count(), 11, "The steps that a convolution sees.")
    dropout: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.1, "The share of channels left out in training."
    )
    model_rate: int = option(
        options.Count(4000), 16000, "The samples in a second that all sounds are brought to."
    )
    mels: int = option(options.Count(8), 40, "The bands of the spectrograms.")
    speed: float = option(
        options.Number(0.0, 0.5),
        0.15,
        "How much faster or slower, higher or lower a sound may become in training, as a share.",
    )
    noise: float = option(
        options.Number(0.0, 1.0), 0.5, "The share of sounds that noise is added to in training."
    )
    time_mask: float = option(
        options.Number(0.0, 0.5), 0.1, "The longest of two gaps in time, as a share of the sound."
    )
    frequency_mask: int = option(
        options.Whole(0), 6, "The widest of two gaps in frequency, in bands."
    )
    lowercase: bool = option(options.Flag(), True, "Whether transcripts become small letters.")
    words: tuple[str, ...] | None = option(
        options.OrNone(options.Texts()),
        ("training",),
        'The words that are recognised: `"training"` for those of the transcripts, or `None` for '
        "any letters.",
    )
    beam_width: int = option(
        options.Count(), 16, "How many beginnings of a text are followed in decoding."
    )
    bigram: float = option(
        options.Number(0.0), 0.0, "How much it counts which words followed each other in training."
    )
    on_bad: str = option(
        options.Choice("fail", "drop"),
        "fail",
        "Whether a sound that cannot be used is an error, or left out and counted.",
    )
    learning_rate: float | None = option(
        options.OrNone(options.Number(0.0, open_low=True)), 5e-3, "The largest size of a step."
    )
    weight_decay: float | None = option(
        options.OrNone(options.Number(0.0)), 0.01, "How far weights are drawn to zero."
    )
    batch_size: int | None = option(
        options.OrNone(options.Count()), 8, "How many sounds a step uses."
    )


class SpeechLearned(Learned):
    """What a speech model learned of the data."""

    outcome: LearnedOutcome | None = option(
        options.OrNone(Inner(LearnedOutcome)), None, "The keywords."
    )
    characters: tuple[str, ...] = option(options.Texts(), (), "The characters of transcripts.")
    words: tuple[str, ...] = option(options.Texts(), (), "Their words.")
    firsts: tuple[str, ...] = option(options.Texts(), (), "The first words of their pairs.")
    seconds: tuple[str, ...] = option(options.Texts(), (), "The second words.")
    counts: tuple[int, ...] | None = option(
        options.OrNone(options.Counts()), None, "How often each pair occurs."
    )
    sample_rate: int | None = option(
        options.OrNone(options.Count()), None, "The samples in a second of sounds that are numbers."
    )
    frames_per_step: int = option(options.Count(), 2, "The frames of a step of the network.")
