"""`TextModel`: classes or numbers predicted from text."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import layers, optimizers, schedules
from rdeep.catalogue.layers import Layer
from rdeep.data.reading import counted
from rdeep.errors import (
    ArgumentError,
    DataError,
    RdeepWarning,
    worded,
)
from rdeep.graph.tensor import Input
from rdeep.models import Model
from rdeep.ready import BadRows, ReadyModel, Stage, all_or_nothing, held_out_rows
from rdeep.ready.outcome import learned_outcome, note_missing
from rdeep.text import explaining
from rdeep.text.architectures import Defaults
from rdeep.text.bert import weights_by_name
from rdeep.text.encoding import encoder_again, encoder_network, vectors_of
from rdeep.text.folder import Folder, read_folder
from rdeep.text.loading import check_parts
from rdeep.text.networks import (
    OUTPUT,
    architecture_of,
    headed,
    sizes_of,
    tuned_ends,
    vector_ends,
    word_ends,
)
from rdeep.text.numbers import Numbers, matrix
from rdeep.text.predictions import check_type, in_their_rows, reach, say_unknown
from rdeep.text.reading import read_texts
from rdeep.text.settings import TextLearned, TextSettings
from rdeep.text.words import UNKNOWN, vocabulary, words

_FEW = 1000


class TextModel(ReadyModel):
    """A ready-made model of text: it predicts a class or a number from what somebody wrote.

    By default words and pairs of words become vectors whose mean decides, as in fastText, which is
    hard to beat where there are some thousand texts. With few texts an encoder that others trained
    does better: name its folder by `encoder`.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor, optional
        One's own layers on the vectors of the words, `(batch, words, size)`, without the output
        layer; on the vector of the text, `(batch, size)`, if there is a frozen encoder.
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        `architecture`, `encoder`, `freeze`, `keep_encoder`, `max_length`, `vocabulary_size`,
        `min_count`, `lowercase`, `embedding_size`, `units`, `dropout`, `on_bad`, `epochs`,
        `batch_size`, `learning_rate`, `weight_decay`, `patience`, `validation`.

    References
    ----------
    Joulin, A., Grave, E., Bojanowski, P. and Mikolov, T. (2017). Bag of tricks for efficient text
    classification. arXiv:1607.01759.

    Kim, Y. (2014). Convolutional neural networks for sentence classification. arXiv:1408.5882.

    Examples
    --------
    >>> texts = ["a fine film", "a dull film", "fine music", "dull music"] * 5
    >>> model = TextModel(validation=0.0, epochs=20).fit(texts, ["+", "-", "+", "-"] * 5)
    >>> model.predict(["fine", "how dull"], type="class").tolist()
    ['+', '-']
    """

    kind = "text"
    settings_class = TextSettings
    learned_class = TextLearned
    array_types: ClassVar = {
        "residuals": ("F64", 1),
        "tokenizer": ("U8", 1),
        "counts": ("I64", 1),
    }

    def __init__(
        self,
        network: Any = None,
        backend: str | None = None,
        device: str | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(network, backend, device, **settings)
        self.settings.check_together(self.own_network is not None)
        self._numbers: Numbers | None = None
        self._encoder: Model | None = None
        self._said_cut = False
        self.samples = 0

    # Fitting --------------------------------------------------------------------------------------

    def fit(self, x: Any, y: Any, verbose: object = 0) -> TextModel:
        """Fit the model to texts and what is to be predicted from them.

        Parameters
        ----------
        x : sequence of str
            The texts.
        y : sequence
            The outcome of each: text, whole numbers and booleans are classes, other numbers are
            numbers.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Returns
        -------
        TextModel
            The model itself.
        """
        self.prepare(x, y)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(
        self, x: Any, y: Any, levels: Sequence[str] | None = None, type: str | None = None
    ) -> TextModel:
        """Check the data, learn what is to be known of it, and make the networks.

        Parameters
        ----------
        x, y : sequence
            As for `fit`.
        levels : sequence of str, optional
            The classes in order.
        type : {"class", "number"}, optional
            What is predicted, where the values do not say it.
        """
        self.check_trains()
        bad = BadRows(self.settings.on_bad, "texts")
        texts = read_texts(x, bad)
        values = list(y)
        if len(values) != len(texts):
            raise DataError(
                f"'x' has {counted(len(texts), 'text', 'texts')}, but 'y' has {len(values)} "
                "values.",
                argument="y",
            )
        note_missing(values, bad)
        outcome = learned_outcome(
            [value for row, value in enumerate(values) if row not in bad], levels, type
        )
        self._said_cut = False
        folder = None if self.settings.encoder is None else read_folder(self.settings.encoder)
        usable = [text for row, text in enumerate(texts) if row not in bad]
        self._learn(outcome, usable, folder)
        rows, cut = self._read(texts, bad)
        kept = bad.kept(len(texts))
        self._say_cut([row for row in cut if row in set(kept.tolist())], len(kept))
        rows = [rows[row] for row in kept]
        targets = outcome.encode([values[row] for row in kept])
        classes = targets if outcome.is_class else None
        held = held_out_rows(len(rows), self.settings.validation, classes)
        if folder is not None and self.settings.freeze:
            self._encoder = encoder_network(folder, self.backend, self.device)
        inputs = self._inputs(rows)
        self._make_networks(folder, inputs)
        self._data, self.samples = (inputs, targets, held), len(rows)
        return self

    def _learn(self, outcome: Any, texts: Sequence[str], folder: Folder | None) -> None:
        """Learn the vocabulary, or take note of the encoder."""
        asked = self.settings
        if folder is not None:
            most = min(asked.max_length or folder.shape.max_length, folder.shape.positions)
            by_reference = asked.freeze and not asked.keep_encoder
            self.learned = TextLearned(
                outcome,
                most,
                encoder=folder.shape,
                encoder_path=folder.path if by_reference else None,
                encoder_sha256=folder.sha256 if by_reference else None,
            )
            self.arrays = {"tokenizer": np.frombuffer(folder.tokenizer, np.uint8)}
        else:
            documents = [words(text, asked.lowercase) for text in texts]
            most = asked.max_length or self._sizes.longest
            with_pairs = self._architecture == "bow"
            least = asked.min_count or (2 if len(texts) >= _FEW else 1)
            cut = (document[:most] for document in documents)
            known, counts = vocabulary(cut, asked.vocabulary_size, least, with_pairs)
            self.learned = TextLearned(outcome, most, known, with_pairs)
            self.arrays = {"counts": np.array(counts, np.int64)}
        self._numbers = self._encoder = None

    @property
    def _architecture(self) -> str:
        return architecture_of(self.settings, self.own_network is not None)

    @property
    def _sizes(self) -> Defaults:
        return sizes_of(self.settings, self._architecture)

    def _make_networks(self, folder: Folder | None, inputs: np.ndarray) -> None:
        sizes, units = self._sizes, self.learned.outcome.units
        if folder is None:
            sizes = dataclasses.replace(sizes, longest=self.learned.max_length)
            size = self._reader().size
            ends = word_ends(self._architecture, size, sizes, self.own_network)
        elif self.settings.freeze:
            ends = vector_ends(inputs, self.own_network)
        else:
            ends = tuned_ends(folder.shape, self.own_network)
        frozen = folder is not None and self.settings.freeze and self.own_network is None
        ends = headed(*ends, sizes, units, frozen)
        network = Model(*ends, "text", self.backend, self.device)
        self.networks = [network]
        if folder is not None and self.settings.freeze:
            kept = [self._encoding()] if self.settings.keep_encoder else []
            self.networks = [network, *kept]
        elif folder is not None:
            network.set_weights(weights_by_name(folder))

    def stage(self, number: int) -> Stage:
        """Return what training needs."""
        x, y, held = self._data
        asked, sizes, outcome = self.settings, self._sizes, self.learned.outcome
        epochs = sizes.epochs
        batch = asked.batch_size or (16 if self._architecture == "tuned" else 32)
        rate: Any = sizes.learning_rate
        if self._architecture == "tuned":
            steps = -(-int((~held).sum()) // batch) * epochs
            rate = schedules.PolynomialDecay(rate, steps, end_learning_rate=0.0)
        decay = asked.weight_decay
        if decay is None:
            decay = 0.01 if self._architecture == "tuned" else 0.0
        return Stage(
            self.networks[0],
            x[~held],
            y[~held],
            optimizers.AdamW(rate, weight_decay=decay),
            outcome.loss(),
            batch,
            epochs,
            metrics=outcome.metrics(),
            validation=(x[held], y[held]) if held.any() else None,
            patience=sizes.patience,
        )

    def finished(self) -> None:
        """Score the held-out texts, and keep their errors for intervals."""
        x, y, held = self._data
        del self._data
        self.scores = {}
        if not held.any():
            return
        outcome = self.learned.outcome
        outputs = self.network.predict(x[held])
        self.scores = outcome.scores(y[held], outputs)
        if not outcome.is_class:
            errors = np.abs(y[held] * outcome.spread + outcome.centre - outcome.response(outputs))
            self.arrays = {**self.arrays, "residuals": np.sort(errors.astype(np.float64))}

    # Texts as the networks read them --------------------------------------------------------------

    def _reader(self) -> Numbers:
        if self._numbers is None:
            held = self.arrays.get("tokenizer")
            tokenizer = None if held is None else held.tobytes()
            self._numbers = Numbers(self.learned, self.settings.lowercase, tokenizer)
        return self._numbers

    def _read(self, texts: Sequence[str], bad: BadRows) -> tuple[list[list[int]], list[int]]:
        """Return the numbers of texts and which were cut, and note where there is no word."""
        rows, cut = self._reader().of(texts)
        for place, row in enumerate(rows):
            if place not in bad and not row and not words(texts[place]):
                bad.add(place, "it has no word")
        return rows, cut

    def _say_cut(self, cut: Sequence[int], total: int) -> None:
        if cut and not self._said_cut:
            self._said_cut = True
            unit = "words" if self.learned.encoder is None else "tokens"
            said = worded(
                f"{len(cut)} of {counted(total, 'text', 'texts')} "
                f"{'is' if len(cut) == 1 else 'are'} longer than {self.learned.max_length} {unit} "
                f"('max_length') and {'is' if len(cut) == 1 else 'are'} cut there."
            )
            warnings.warn(RdeepWarning(said), stacklevel=4)

    def _inputs(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        """Return what the first network reads of texts."""
        if self.learned.encoder is None:
            return matrix(rows)
        if self.settings.freeze:
            return vectors_of(self._encoding(), rows)
        return matrix(rows, 0)

    def _encoding(self) -> Model:
        """Return the encoder, read from its folder where the model only refers to it."""
        learned = self.learned
        if self._encoder is None and len(self.networks) > 1:
            self._encoder = self.networks[1]
        if self._encoder is None:
            self._encoder = encoder_again(
                learned.encoder_path,
                learned.encoder_sha256,
                learned.encoder,
                self.backend,
                self.device,
            )
        return self._encoder

    def find_encoder(self, folder: str) -> None:
        """Say where the encoder is that the model refers to, if it was moved.

        Parameters
        ----------
        folder : str
            Its folder; tokenizer and weights must be the same.
        """
        learned = self.learned
        if learned.encoder_path is None:
            raise ArgumentError(
                "The model refers to no encoder: it holds all that it needs.", argument="folder"
            )
        path = read_folder(folder).path
        self._encoder = encoder_again(
            path, learned.encoder_sha256, learned.encoder, self.backend, self.device
        )
        self.learned = learned.replace(encoder_path=path)

    # Predicting -----------------------------------------------------------------------------------

    def predict(self, x: Any, type: str = "response", level: float = 0.95) -> np.ndarray:
        """Predict from texts.

        Parameters
        ----------
        x : sequence of str
            The texts.
        type : {"response", "class", "prob", "interval", "embedding"}
            Probabilities of the classes, `(texts, classes)`, or numbers, `(texts,)`; the most
            probable class; the number with the ends of an interval, `(texts, 3)`; or the vector
            that the output layer reads, `(texts, size)`, which is the encoder's if it is frozen.
        level : float
            The share of texts whose number an interval is to hold.

        Returns
        -------
        numpy.ndarray
            A row for each text, in order; with `on_bad="drop"` missing values for those that
            cannot be used.
        """
        _ = self.network
        check_type(type, self.learned.outcome.is_class)
        margin = reach(self.arrays.get("residuals"), level) if type == "interval" else 0.0
        bad = BadRows(self.settings.on_bad, "texts")
        texts = read_texts(x, bad)
        rows, cut = self._read(texts, bad)
        kept = bad.kept(len(texts))
        self._say_cut(cut, len(texts))
        say_unknown([int(row) for row in kept if not self._reader().knows(rows[row])])
        inputs = self._inputs([rows[row] for row in kept])
        outcome = self.learned.outcome
        if type == "embedding":
            return in_their_rows(self._embedded(inputs), kept, len(texts))
        found = outcome.response(self.network.predict(inputs))
        if type == "class":
            out = np.full(len(texts), None, object)
            out[kept] = np.array(outcome.levels, object)[found.argmax(axis=1)]
            return out
        if type == "interval":
            found = np.stack([found, found - margin, found + margin], axis=1)
        return in_their_rows(found, kept, len(texts))

    def _embedded(self, inputs: np.ndarray) -> np.ndarray:
        network = self.network
        if self.learned.encoder is not None and self.settings.freeze:
            return inputs
        before: Any = network.get_layer(OUTPUT).input
        if type(before.node.layer).__name__ == "Dropout":
            before = before.node.inputs[0]
        features = Model(network.inputs, before, "features", self.backend, self.device)
        return np.asarray(features.predict(inputs))

    def outputs_of(self, texts: Sequence[str]) -> np.ndarray:
        """Return what the network gives for texts, even where nothing in them is known.

        Parameters
        ----------
        texts : sequence of str
            The texts.
        """
        rows, _ = self._reader().of(texts)
        rows = [row or [UNKNOWN] for row in rows]
        return np.asarray(self.network.predict(self._inputs(rows)))

    def embeddings(self, x: Any) -> np.ndarray:
        """Return the vector of each text, `(texts, size)`: as `predict(type="embedding")`.

        Parameters
        ----------
        x : sequence of str
            The texts.
        """
        return self.predict(x, "embedding")

    def explain(self, x: Any, level: str | None = None) -> dict[str, list[Any]]:
        """Say what each word of some texts did: how the prediction changes without it.

        All places of a word are left out together.

        Parameters
        ----------
        x : sequence of str
            The texts.
        level : str, optional
            The class whose probability is explained; by default that which is predicted.

        Returns
        -------
        dict of str to list
            Columns: the text's number, from 0 (`row`), the class (`level`), the `word`, its first
            `place`, how often it occurs (`count`), and its `effect`: probability, or number, with
            the word minus that without it; and the `prediction` of the whole text.
        """
        return explaining.without_words(self, x, level)

    def about(self) -> dict[str, Any]:
        """Return how texts are read, as plain data."""
        shape = self.learned.encoder
        return {
            "architecture": self._architecture,
            "words": len(self.learned.vocabulary),
            "layers": 0 if shape is None else shape.layers,
            "hidden": 0 if shape is None else shape.hidden,
            "max_length": self.learned.max_length,
        }

    def vocabulary_data(self) -> dict[str, list[Any]]:
        """Return the words that are known, and in how many texts each is."""
        return {
            "word": list(self.learned.vocabulary),
            "texts": self.arrays["counts"].tolist() if "counts" in self.arrays else [],
        }

    # The network ----------------------------------------------------------------------------------

    def as_network(self) -> Model:
        """Return the network that predicts, from numbers of words, to go on with.

        A frozen encoder is part of it. Its layers are the model's own.
        """
        if self.learned.encoder is None or not self.settings.freeze:
            return super().as_network()
        numbers = Input((None,), dtype="int32", name="tokens")
        outputs: Any = self.network(self._encoding()(numbers))
        activation = self.output_activation()
        outputs = outputs if activation is None else activation(outputs)
        return Model(numbers, outputs, "text", self.backend, self.device)

    def numbers_of(self, x: Any) -> np.ndarray:
        """Return what the network of `as_network` reads of texts: numbers, padded by zeros.

        Parameters
        ----------
        x : sequence of str
            The texts.
        """
        bad = BadRows("fail", "texts")
        rows, _ = self._read(read_texts(x, bad), bad)
        bad.kept(len(rows))
        return matrix(rows)

    def output_activation(self) -> Layer | None:
        """Return softmax for classes; `None` for numbers, which are on the scale learned."""
        return layers.Activation("softmax") if self.learned.outcome.is_class else None

    def check_loaded(self) -> None:
        """Refuse networks that do not go with the vocabulary or with the encoder."""
        super().check_loaded()
        units = self.networks[0].outputs[0].shape[-1]
        check_parts(self.learned, self.settings.freeze, self.arrays, len(self.networks), units)
