"""`SpeechModel`: sounds to what is said in them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import layers, losses
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.optimizers import AdamW
from rdeep.catalogue.options import Choice, checked
from rdeep.catalogue.schedules import CosineDecay
from rdeep.errors import ArgumentError, DataError, StateError, listing
from rdeep.errors.damage import Damage
from rdeep.ready import BadRows, ReadyModel, Stage, all_or_nothing, held_out_rows
from rdeep.seeds import stream
from rdeep.speech.alphabet import (
    Alphabet,
    label_matrix,
    steps_needed,
    tidy_transcript,
    word_pairs,
)
from rdeep.speech.architectures import body_of, frames_per_step, speech_network
from rdeep.speech.augmentation import Augmentation
from rdeep.speech.batches import AugmentedBatches, group_lengths
from rdeep.speech.decoding import WordList
from rdeep.speech.error_rates import word_error_rate
from rdeep.speech.features import LogMel, normalized, padded
from rdeep.speech.recognition import Recognised, log_softmax, recognised
from rdeep.speech.settings import CLASS, TEXT, SpeechLearned, SpeechSettings
from rdeep.speech.sounds import read_sounds, spectra
from rdeep.speech.training_set import SpeechData, training_set

_SEEN_SOUNDS = 24000
_FEWEST_EPOCHS, _MOST_EPOCHS = 15, 100
_WARMUP = 0.1
_FIRST_SHARE = 0.04
_TYPES = {TEXT: ("text", "alignment", "logits", "spectrogram")}
_TYPES[CLASS] = ("class", "prob", "logits", "spectrogram")


class SpeechModel(ReadyModel):
    """Speech recognition, or keyword spotting, ready-made.

    Sounds become spectrograms on the mel scale. A network gives the probabilities of characters at
    each step, and is trained by CTC on transcripts, without knowing when each character is said; or
    those of keywords. Training varies speed, voice and noise, and hides parts of the spectrograms.

    Parameters
    ----------
    network, backend, device
        As for `ReadyModel`; layers of one's own are given spectrograms, `(batch, frames, bands)`.
    **settings
        The options of `SpeechSettings`, such as `task`, `epochs` and `words`.

    References
    ----------
    Graves, A., Fernández, S., Gomez, F. and Schmidhuber, J. (2006). Connectionist temporal
    classification. ICML.

    Park, D. S. et al. (2019). SpecAugment: A simple data augmentation method for automatic speech
    recognition. Interspeech.

    Examples
    --------
    >>> sounds = [np.sin(np.arange(8000) * pitch) for pitch in (0.2, 0.3, 0.2, 0.3)]
    >>> model = SpeechModel(epochs=1, width=4, blocks=1, model_rate=8000, backend="torch")
    >>> model = model.fit(sounds, ["no", "on", "no", "on"], sample_rate=8000, verbose=0)
    >>> len(model.predict(sounds, sample_rate=8000))
    4
    """

    kind = "speech"
    settings_class: ClassVar[type[SpeechSettings]] = SpeechSettings
    learned_class: ClassVar[type[SpeechLearned]] = SpeechLearned
    settings: SpeechSettings
    learned: SpeechLearned
    _data: SpeechData | None = None

    def fit(
        self,
        x: Any,
        y: Any,
        sample_rate: int | None = None,
        groups: Any = None,
        verbose: object = "auto",
    ) -> SpeechModel:
        """Fit the model to sounds and what is said in them.

        Parameters
        ----------
        x : sequence of str or of array
            Files of any format and rate that `soundfile` reads; or samples, `(samples,)` or
            `(samples, channels)` each.
        y : sequence
            Transcripts: text; or keywords: categories, or what `task` says is a class.
        sample_rate : int, optional
            The samples in a second, where `x` holds numbers.
        groups : sequence, optional
            What belongs together, such as the speaker of each sound: whole groups are held out, so
            that scores say how well other groups are understood.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.
        """
        self.prepare(x, y, sample_rate=sample_rate, groups=groups)
        self.train(verbose)
        return self

    @property
    def features(self) -> LogMel:
        """How sounds become spectrograms."""
        return LogMel(self.settings.model_rate, self.settings.mels)

    @property
    def samples(self) -> int:
        """How many sounds the model is to be fitted to."""
        return len(self._prepared().spectra)

    @property
    def task(self) -> str:
        """What is recognised: `"text"` or `"class"`."""
        return TEXT if self.learned.outcome is None else CLASS

    @all_or_nothing
    def prepare(
        self,
        x: Any,
        y: Any,
        sample_rate: int | None = None,
        levels: Any = None,
        groups: Any = None,
    ) -> None:
        """Read the data and make the network.

        Parameters
        ----------
        x, y, sample_rate, groups
            As for `fit`.
        levels : sequence of str, optional
            The classes in order.
        """
        self.check_trains()
        asked, features = self.settings, self.features
        body = self.own_network or body_of(asked)
        stride = lambda task: frames_per_step(body, asked.mels, task == CLASS)  # noqa: E731
        data = training_set(x, y, sample_rate, levels, groups, asked, features, stride)
        known = {"frames_per_step": max(data.stride, 1), "sample_rate": sample_rate}
        learned = SpeechLearned(outcome=data.outcome, **known)
        if data.outcome is None:
            pairs = sorted(word_pairs(data.texts).items())
            learned = SpeechLearned(
                characters=Alphabet.of(data.texts).characters,
                words=sorted({word for text in data.texts for word in text.split()}),
                firsts=[first for (first, _), _ in pairs],
                seconds=[second for (_, second), _ in pairs],
                counts=[count for _, count in pairs],
                **known,
            )
        self.learned = learned
        self._word_list(asked.words, "words")
        outputs = len(learned.characters) + 1 if learned.outcome is None else learned.outcome.units
        self.networks = [
            speech_network(
                body,
                asked.mels,
                outputs,
                data.stride,
                data.outcome is not None,
                self.backend,
                self.device,
            )
        ]
        self.histories, self.scores = [], {}
        self._data = data
        self._targets = self._encoded(data)
        classes = self._targets if data.outcome is not None else None
        self._held = held_out_rows(len(data.spectra), asked.validation, classes, data.groups)

    def _encoded(self, data: SpeechData) -> np.ndarray:
        if data.outcome is not None:
            return data.outcome.encode(data.texts)
        alphabet = Alphabet(self.learned.characters)
        return label_matrix([alphabet.encode(text) for text in data.texts])

    def stage(self, number: int) -> Stage:
        """Return the training: batches varied at random, and a rate that rises and falls."""
        data, asked = self._prepared(), self.settings
        seen = np.flatnonzero(~self._held)
        needed = np.ones(len(seen), np.int64)
        if self.task == TEXT:
            needed = np.array([steps_needed(row[row > 0]) for row in self._targets[seen]])
        batches = AugmentedBatches(
            [data.spectra[row] for row in seen],
            self._targets[seen],
            needed * self.learned.frames_per_step,
            Augmentation(
                self.features, asked.speed, asked.noise, asked.time_mask, asked.frequency_mask
            ),
            asked.batch_size or 8,
            stream.next(),
        )
        usual = int(np.clip(_SEEN_SOUNDS // len(seen), _FEWEST_EPOCHS, _MOST_EPOCHS))
        epochs = asked.epochs or usual
        steps = batches.batches * epochs
        peak, warmup = asked.learning_rate or 5e-3, max(round(_WARMUP * steps), 1)
        rate = CosineDecay(
            _FIRST_SHARE * peak,
            max(steps - warmup, 1),
            warmup_target=peak,
            warmup_steps=warmup,
        )
        outcome = self.learned.outcome
        held = [normalized(data.spectra[row]) for row in np.flatnonzero(self._held)]
        return Stage(
            self.networks[0],
            batches,
            None,
            AdamW(rate, weight_decay=asked.weight_decay or 0.0),
            losses.CTC() if outcome is None else outcome.loss(),
            None,
            epochs,
            metrics=None if outcome is None else outcome.metrics(),
            validation=(padded(held, max(map(len, held))), self._targets[self._held])
            if held
            else None,
            patience=asked.patience,
        )

    def finished(self) -> None:
        """Note how well held-out sounds are recognised."""
        data, rows = self._prepared(), np.flatnonzero(self._held)
        self._data = None
        self.scores = {}
        if not len(rows):
            return
        outputs = self._outputs([data.spectra[row] for row in rows])
        if self.learned.outcome is not None:
            self.scores = self.learned.outcome.scores(self._targets[rows], np.stack(outputs))
            return
        truth = [data.texts[row] for row in rows]
        found = [each.text for each in self._recognised(outputs)]
        self.scores = {
            "wer": word_error_rate(truth, found),
            "cer": word_error_rate(truth, found, "character"),
        }

    def output_activation(self) -> Layer:
        """Return the softmax of characters at each step, or of keywords."""
        return layers.Activation("softmax")

    # Prediction -----------------------------------------------------------------------------------

    def predict(
        self,
        x: Any,
        type: str | None = None,
        sample_rate: int | None = None,
        on_bad: str = "fail",
        **decoding: Any,
    ) -> Any:
        """Return what is said in sounds.

        Parameters
        ----------
        x : sequence of str or of array
            Sounds, as for `fit`.
        type : str, optional
            Of a model of text: `"text"` (the default), `"alignment"` (when each character is said)
            or `"logits"` (of each step, the blank's first). Of keywords: `"class"` (the default),
            `"prob"` or `"logits"`. Of either: `"spectrogram"`, which is what the network is given.
        sample_rate : int, optional
            The samples in a second, where `x` holds numbers; by default as in training.
        on_bad : {"fail", "drop"}
            Whether a sound that cannot be used is an error, or `None` (of numbers, `nan`) with a
            warning.
        **decoding
            `beam_width`, `words` and `bigram`, by default those of the settings. With
            `beam_width=1` and `words=None` the likeliest character is taken at each step.

        Returns
        -------
        list of str, list of list, or numpy.ndarray
        """
        types = _TYPES[self.task]
        kind = checked(Choice(*types), type or types[0], "type")
        if kind in ("text", "alignment"):
            found = self.recognise(x, sample_rate, on_bad, **decoding)
            if kind == "text":
                return [None if each is None else each.text for each in found]
            return [None if each is None else each.times for each in found]
        if decoding:
            name = next(iter(decoding))
            raise ArgumentError(f"{name!r} is for text alone.", argument=name)
        heard = self._heard(x, sample_rate, on_bad)
        if kind == "spectrogram":
            shapes = [normalized(each) for each in heard if each is not None]
            return padded(shapes, max(map(len, shapes)))
        outputs = self._outputs([each for each in heard if each is not None])
        if self.learned.outcome is None:
            return _in_place(heard, outputs)
        logits = np.full((len(heard), self.learned.outcome.units), np.nan)
        logits[[each is not None for each in heard]] = np.stack(outputs)
        if kind == "logits":
            return logits
        if kind == "prob":
            return self.learned.outcome.response(logits)
        levels = self.learned.outcome.levels
        return [None if np.isnan(row[0]) else levels[int(row.argmax())] for row in logits]

    def recognise(
        self, x: Any, sample_rate: int | None = None, on_bad: str = "fail", **decoding: Any
    ) -> list[Recognised | None]:
        """Return what is said in sounds, with how likely it is and when it is said.

        Parameters
        ----------
        x, sample_rate, on_bad, **decoding
            As for `predict`.

        Returns
        -------
        list of Recognised
            `text`; `score`, the logarithm of its probability; and `times`, a tuple
            `(character, start, end)` in seconds for each character.
        """
        if self.task == CLASS:
            raise StateError(
                "The model tells keywords apart: it recognises no text.",
                hint="Predict classes or probabilities.",
            )
        heard = self._heard(x, sample_rate, on_bad)
        outputs = self._outputs([each for each in heard if each is not None])
        return _in_place(heard, self._recognised(outputs, **decoding))

    def recognised_data(self, *args: Any, **kwargs: Any) -> list[dict[str, Any] | None]:
        """Return what `recognise` returns as plain data."""
        return [
            None
            if each is None
            else {
                "text": each.text,
                "score": each.score,
                "characters": [character for character, _, _ in each.times],
                "starts": np.array([start for _, start, _ in each.times]),
                "ends": np.array([end for _, _, end in each.times]),
            }
            for each in self.recognise(*args, **kwargs)
        ]

    def band_frequencies(self) -> np.ndarray:
        """Return the frequency of each band of the spectrograms, in hertz."""
        return self.features.frequencies

    def _heard(self, x: Any, sample_rate: int | None, on_bad: str) -> list[np.ndarray | None]:
        _ = self.network
        bad = BadRows(on_bad, "sounds", "x")
        rate = self.learned.sample_rate if sample_rate is None else sample_rate
        sounds = read_sounds(x, rate, self.features, bad)
        bad.kept(len(sounds))
        return spectra(sounds, self.features)

    def _outputs(self, heard: list[np.ndarray]) -> list[np.ndarray]:
        """Return the network's outputs of each sound, without the steps that fill up."""
        found: list[Any] = [None] * len(heard)
        frames = np.array([len(each) for each in heard])
        lengths = group_lengths(frames)
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length)
            batch = padded([normalized(heard[row]) for row in rows], int(length))
            for row, output in zip(rows, self.network.predict(batch)):
                if self.learned.outcome is None:
                    output = output[: -(-frames[row] // self.learned.frames_per_step)]
                found[row] = output
        return found

    def _recognised(self, outputs: list[np.ndarray], **decoding: Any) -> list[Recognised]:
        for name in decoding:
            if name not in ("beam_width", "words", "bigram"):
                raise ArgumentError(f"There is no argument {name!r}.", argument=name)
        options = type(self.settings).options
        asked = {
            name: checked(options[name].type, decoding[name], name)
            if name in decoding
            else getattr(self.settings, name)
            for name in ("beam_width", "words", "bigram")
        }
        words = self._word_list(asked["words"], "words")
        alphabet = Alphabet(self.learned.characters)
        step = self.features.step_seconds * self.learned.frames_per_step
        return [
            recognised(
                log_softmax(each), alphabet, step, asked["beam_width"], words, asked["bigram"]
            )
            for each in outputs
        ]

    def _word_list(self, asked: tuple[str, ...] | None, argument: str) -> WordList | None:
        """Return the words that a text may have; `None` for any."""
        learned = self.learned
        if not asked or learned.outcome is not None:
            return None
        words = learned.words
        if asked != ("training",):
            words = tuple(tidy_transcript(word, self.settings.lowercase) or "" for word in asked)
            unknown = Alphabet(learned.characters).unknown("".join(words))
            if unknown:
                raise DataError(
                    f"{argument!r} has {listing(unknown[:5], 'and')}, which no transcript had.",
                    argument=argument,
                )
        pairs = dict(zip(zip(learned.firsts, learned.seconds), learned.counts or ()))
        return WordList([part for word in words for part in word.split()], pairs)

    def _prepared(self) -> SpeechData:
        if self._data is None:
            raise StateError("The model has no data to be trained on.", hint="Call fit().")
        return self._data

    def check_loaded(self) -> None:
        """Refuse a network that does not go with what was learned."""
        super().check_loaded()
        network, learned = self.networks[0], self.learned
        units = len(learned.characters) + 1 if learned.outcome is None else learned.outcome.units
        if not network.is_built or network.outputs[0].shape[-1] != units:
            raise Damage("its outputs are not those of what was learned", place="networks[0]")
        if network.inputs[0].shape[-1] != self.settings.mels:
            raise Damage("its inputs are not the bands of the spectrograms", place="networks[0]")
        characters = learned.characters
        if any(len(each) != 1 for each in characters) or len(set(characters)) < len(characters):
            raise Damage("it must have characters, each once", place="learned.characters")
        if not len(learned.firsts) == len(learned.seconds) == len(learned.counts or ()):
            raise Damage("the pairs of words are not complete", place="learned")


def _in_place(heard: list[np.ndarray | None], found: list[Any]) -> list[Any]:
    """Return what was found of the sounds that could be used, `None` for the others."""
    rest = iter(found)
    return [None if each is None else next(rest) for each in heard]
