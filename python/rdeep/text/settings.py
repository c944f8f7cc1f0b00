"""What a model of text is asked for, and what it learns of the data."""

from __future__ import annotations

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.errors import ArgumentError, setting
from rdeep.ready import Inner, Learned, LearnedOutcome, Settings
from rdeep.text.folder import EncoderShape

ARCHITECTURES = ("bow", "cnn", "lstm", "transformer")


class TextSettings(Settings):
    """What `TextModel` is asked for. What is `None` is chosen from the data."""

    architecture: str | None = option(
        options.OrNone(options.Choice(*ARCHITECTURES)),
        None,
        'How words are read: `"bow"` takes the mean of the vectors of words and of pairs of '
        'words, `"cnn"` looks for runs of a few words, `"lstm"` and `"transformer"` read them '
        'in their order. By default `"bow"`.',
    )
    encoder: str | None = option(
        options.OrNone(options.Text()),
        None,
        "The folder of an encoder that others trained, with `config.json`, `tokenizer.json` and "
        "`model.safetensors`.",
    )
    freeze: bool = option(
        options.Flag(),
        True,
        "Whether the encoder stays as it is: only the output layer is trained then.",
    )
    keep_encoder: bool = option(
        options.Flag(),
        True,
        "Whether the model's file holds a frozen encoder. Else it names the folder and a hash of "
        "the weights, which must be found there again.",
    )
    max_length: int | None = option(
        options.OrNone(options.Count(2)),
        None,
        "How many words of a text are read, or tokens of an encoder; longer texts are cut.",
    )
    vocabulary_size: int = option(
        options.Count(), 20_000, "How many words are known at most, and how many pairs of words."
    )
    min_count: int | None = option(
        options.OrNone(options.Count()),
        None,
        "In how many texts a word must be to be known; by default 2 from 1,000 texts on, else 1.",
    )
    lowercase: bool = option(options.Flag(), True, "Whether upper and lower case are the same.")
    embedding_size: int | None = option(
        options.OrNone(options.Count()), None, "The size of the vectors that stand for words."
    )
    units: int | None = option(
        options.OrNone(options.Count()),
        None,
        "The filters of each width, or the units of the LSTM or of the transformer's blocks.",
    )
    dropout: float | None = option(
        options.OrNone(options.Number(0.0, 1.0, open_high=True)),
        None,
        "The share of values dropped before the output layer while training.",
    )
    on_bad: str = option(
        options.Choice("fail", "drop"),
        "fail",
        "Whether texts that cannot be used are an error, or left out with a warning.",
    )

    def check_together(self, own_network: bool) -> None:
        """Refuse settings that do not go together.

        Parameters
        ----------
        own_network : bool
            Whether the user brought layers.
        """
        if self.architecture is not None and (self.encoder is not None or own_network):
            other = "encoder" if self.encoder is not None else "network"
            raise ArgumentError(
                f"'architecture' and '{other}' say the same: give one of them.",
                argument="architecture",
                received=self.architecture,
            )
        if self.encoder is None and not self.freeze:
            raise ArgumentError(
                f"{setting('freeze', False)} is for an encoder, and there is none.",
                argument="freeze",
                received=self.freeze,
                hint="Name the encoder's folder by 'encoder'.",
            )
        if not self.freeze and not self.keep_encoder:
            raise ArgumentError(
                f"{setting('keep_encoder', False)} is for an encoder that stays as it is: one that "
                "was trained further is in no folder.",
                argument="keep_encoder",
                received=self.keep_encoder,
            )


class TextLearned(Learned):
    """What was learned of texts and of their outcome."""

    outcome: LearnedOutcome = option(Inner(LearnedOutcome), doc="What is predicted.")
    max_length: int = option(options.Count(), 1, "How many words or tokens are read.")
    vocabulary: tuple[str, ...] = option(options.Texts(), (), "The words that are known.")
    with_pairs: bool = option(options.Flag(), False, "Whether pairs of words count.")
    encoder: EncoderShape | None = option(
        options.OrNone(Inner(EncoderShape)), None, "What the encoder is made of."
    )
    encoder_path: str | None = option(
        options.OrNone(options.Text()), None, "Where the encoder is found."
    )
    encoder_sha256: str | None = option(
        options.OrNone(options.Text()), None, "The hash that it must have there."
    )
