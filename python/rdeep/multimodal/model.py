"""`MultimodalModel`: a class or a number, of images, texts, series and columns at once."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import layers
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.options import Choice, checked
from rdeep.errors import DataError, RdeepWarning, show, worded
from rdeep.errors.damage import Damage
from rdeep.image.predicting import half_width
from rdeep.image.settings import as_augmentation
from rdeep.multimodal import predicting, reading, table_values
from rdeep.multimodal.batches import CHANGED, PlainBatches, TrainingBatches
from rdeep.multimodal.checking import check_network
from rdeep.multimodal.columns import as_columns
from rdeep.multimodal.describing import described, note_of
from rdeep.multimodal.network import multimodal_network
from rdeep.multimodal.reading import columns_of
from rdeep.multimodal.recipe import chosen_recipe
from rdeep.multimodal.recognising import recognised
from rdeep.multimodal.settings import (
    ON_BAD,
    MultimodalLearned,
    MultimodalSettings,
    TableColumns,
    TextColumn,
)
from rdeep.multimodal.values import Values
from rdeep.ready import BadRows, ReadyModel, Stage, all_or_nothing, held_out_rows
from rdeep.ready.outcome import learned_outcome, note_missing
from rdeep.seeds import stream
from rdeep.text.encoding import encoder_network
from rdeep.text.folder import read_folder
from rdeep.training.callbacks import EarlyStopping


class MultimodalModel(ReadyModel):
    """A ready-made model of several kinds of data: images, texts, series and columns of a table.

    Each column of images, texts or series is a modality, and so are all columns of numbers and
    categories together. An encoder turns each into a vector; the vectors side by side decide. In
    training modalities are left out at random, so that predictions can do without some.

    Parameters
    ----------
    augment : {"auto", "none"}, dict or ImageAugmentation
        How images are changed in training, as for `ImageModel`.
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        The fields of `rdeep.multimodal.MultimodalSettings`: `units`, `fusion`,
        `modality_dropout`, `dropout`, `image_size`, `resize`, `text_architecture`, `encoder`,
        `max_length`, `vocabulary_size`, `on_bad`, `epochs`, `batch_size`, `learning_rate`,
        `weight_decay`, `patience`, `validation`.

    References
    ----------
    Neverova, N., Wolf, C., Taylor, G. and Nebout, F. (2016). ModDrop: adaptive multi-modal gesture
    recognition. IEEE Transactions on Pattern Analysis and Machine Intelligence 38(8).

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.multimodal import MultimodalModel
    >>> x = {"photo": np.zeros((40, 8, 8)), "note": ["a fine day"] * 20 + ["rain all day"] * 20}
    >>> x["photo"][::2, :4] = 1.0
    >>> kinds = {"photo": "image", "note": "text"}
    >>> model = MultimodalModel(epochs=2).fit(x, ["a", "b"] * 20, modalities=kinds, verbose=0)
    >>> model.predict(x, "prob").shape
    (40, 2)
    """

    kind = "multimodal"
    settings_class = MultimodalSettings
    learned_class = MultimodalLearned
    array_types: ClassVar = {
        **table_values.ARRAYS,
        "residuals": ("F64", 1),
        "importance": ("F64", 2),
        "tokenizer": ("U8", 1),
    }

    def __init__(
        self,
        augment: Any = "auto",
        backend: str | None = None,
        device: str | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(None, backend, device, augment=as_augmentation(augment), **settings)
        self.doubts: list[Any] = []
        self.gaps: Any = None
        self._seed = 0

    # Fitting --------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        y: Any,
        levels: Sequence[str] | None = None,
        modalities: Mapping[str, str] | None = None,
        verbose: object = "auto",
    ) -> MultimodalModel:
        """Fit to a table.

        Parameters
        ----------
        x : data frame or mapping of str to sequences
            The table. Images are paths, a list of arrays, or an array `(n, height, width)` or
            `(n, height, width, channels)`; series a list of vectors or of matrices `(steps,
            channels)`, or an array. `None` and NaN are missing, and so is an empty text.
        y : sequence
            A class or a number for each row.
        levels : sequence of str, optional
            The classes in order.
        modalities : dict of str to str, optional
            What columns are to be taken as, where they are not recognised: `"image"`, `"text"`,
            `"series"`, `"number"` or `"category"`.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Raises
        ------
        DataError
            If there is no column or no outcome, or there are values that cannot be used.
        """
        self.prepare(x, y, levels, modalities=modalities)
        for note in [*self.doubts, *([] if self.gaps is None else [self.gaps])]:
            warnings.warn(RdeepWarning(worded(f"{note}.")), stacklevel=2)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(
        self,
        x: Any,
        y: Any,
        levels: Sequence[str] | None = None,
        type: str | None = None,
        modalities: Mapping[str, str] | None = None,
    ) -> None:
        """Read a table, and make a network for it; `train` is next.

        Parameters
        ----------
        x, y, levels, modalities
            As in `fit`.
        type : {"class", "number"}, optional
            What is predicted, where the values do not say it.
        """
        self.check_trains()
        settings: MultimodalSettings = self.settings
        columns = as_columns(x)
        if not columns:
            raise DataError("The data has no columns.", argument="x")
        total = len(next(iter(columns.values())))
        outcomes = BadRows("fail" if settings.on_bad == "fail" else "drop", "outcomes", "y")
        values = list(y)
        if len(values) != total:
            raise DataError(
                f"'y' has {len(values)} values, and 'x' has {total} rows.", argument="y"
            )
        note_missing(values, outcomes)
        with_outcome = outcomes.kept(total)
        kinds = recognised(columns, modalities)
        folder = None if settings.encoder is None else read_folder(settings.encoder)
        tools = reading.Tools()
        if folder is not None:
            tools.encoder = encoder_network(folder, self.backend, self.device)
            tools.tokenizer = folder.tokenizer
        found = reading.learn(columns, kinds, settings, folder, tools)
        kept = np.intersect1d(reading.kept_rows(found.bad, total, settings.on_bad), with_outcome)
        given = [each.rows(kept) for each in found.values]
        for modality, each in zip(found.modalities, given):
            if not each.present.any():
                raise DataError(
                    f"Column {show(modality.name)} has no value that can be used.",
                    argument="x",
                    hint="Leave it out.",
                )
        chosen = [values[row] for row in kept]
        categories = getattr(getattr(y, "cat", y), "categories", None)
        if levels is None and categories is not None:
            levels = [str(each) for each in categories]
        outcome = learned_outcome(chosen, levels, type)
        encoded = outcome.encode(chosen)
        if len(kept) < 2:
            raise DataError("At least two samples are needed.", argument="x")
        held = held_out_rows(len(kept), settings.validation, encoded if outcome.is_class else None)
        # Of those that are used; a table counts its values.
        modalities_of = tuple(
            each
            if isinstance(each, TableColumns)
            else each.replace(missing=int((~some.present).sum()))
            for each, some in zip(found.modalities, given)
        )
        self.learned = MultimodalLearned(outcome, modalities_of, len(kept), int(held.sum()))
        self.arrays = {}
        if tools.encoding is not None:
            self.arrays |= table_values.as_arrays(tools.encoding)
        used = folder is not None and any(isinstance(each, TextColumn) for each in modalities_of)
        if folder is not None and used:
            self.arrays["tokenizer"] = np.frombuffer(folder.tokenizer, np.uint8)
        seen = int((~held).sum())
        network = multimodal_network(
            self.learned,
            settings,
            [each.rows(np.flatnonzero(~held)) for each in given],
            seen,
            chosen_recipe(settings, seen).steps(seen),
            self.backend,
            self.device,
        )
        self.networks = [network] if not used or tools.encoder is None else [network, tools.encoder]
        self.doubts = [each.note for each in kinds.values() if each.note is not None]
        self.gaps = note_of(modalities_of, given)
        self._tools, self._seed = tools, stream.next()
        self._data = (given, encoded, held)

    def stage(self, number: int) -> Stage:
        """Return what training needs, once the table is prepared."""
        values, encoded, held = self._data
        settings, outcome = self.settings, self.learned.outcome
        rows, held_rows = np.flatnonzero(~held), np.flatnonzero(held)
        recipe = chosen_recipe(settings, len(rows))
        targets = encoded if outcome.is_class else encoded[:, np.newaxis]
        encoding = self._tools.encoding
        absent = np.zeros(0) if encoding is None else table_values.absent_numbers(encoding)
        batches = TrainingBatches(
            self.learned.modalities,
            values,
            targets,
            rows,
            recipe.batch_size,
            settings.modality_dropout,
            absent,
            recipe.epochs,
            self._seed,
        )
        validation = None
        if len(held_rows):
            validation = PlainBatches(values, targets, held_rows, recipe.batch_size)
        return Stage(
            self.networks[0],
            batches,
            None,
            recipe.optimizer(recipe.steps(len(rows))),
            outcome.loss(),
            None,
            recipe.epochs,
            metrics=outcome.metrics(),
            validation=validation,
            monitor=None,
            # Of convolutions within encoders XLA takes minutes to compile a block of steps.
            compile_options={"jit_compile": False},
            callbacks=() if validation is None else [_best_of_the_end(recipe.epochs, settings)],
        )

    def finished(self) -> None:
        """Score the held-out samples, with all modalities and without each."""
        values, encoded, held = self._data
        del self._data
        self.scores = {}
        if not held.any():
            return
        outcome, rows = self.learned.outcome, np.flatnonzero(held)
        outputs = predicting.outputs_of(self.network, values, rows)
        self.scores = outcome.scores(encoded[rows], outputs)
        found = predicting.importance(self.network, outcome, values, encoded, rows)
        self.arrays = {**self.arrays, "importance": found}
        if not outcome.is_class:
            true = encoded[rows] * outcome.spread + outcome.centre
            errors = np.abs(true - outcome.response(outputs))
            self.arrays["residuals"] = np.sort(errors.astype(np.float64))

    # What is asked of a fitted model --------------------------------------------------------------

    def predict(
        self,
        x: Any,
        type: str | None = None,
        level: float = 0.95,
        missing: str = "fail",
        on_bad: str | None = None,
    ) -> np.ndarray:
        """Return predictions, a row for each sample.

        Parameters
        ----------
        x : data frame or mapping of str to sequences
            A table with the columns that the model was fitted to; others are not used. Values may
            be missing.
        type : {"class", "prob", "response", "interval"}, optional
            The most probable class or the probabilities of all; numbers, or numbers between the
            limits of an interval, `(n, 3)`. By default the class, or numbers.
        level : float
            The share of numbers that intervals are to hold.
        missing : {"fail", "allow"}
            Whether a column that is absent is an error, or is taken as missing in all rows.
        on_bad : {"fail", "drop", "missing"}, optional
            Whether values that cannot be used are an error, have no prediction (`nan`, and `None`
            for a class) or are missing; by default as in fitting.
        """
        network, outcome = self.network, self.learned.outcome
        types = ("class", "prob", "response") if outcome.is_class else ("response", "interval")
        type = types[0] if type is None else checked(Choice(*types), type, "type")
        half = half_width(self, level, "rows") if type == "interval" else 0.0
        values, rows, total = self._read(x, missing, on_bad)
        reading.say_empty(values, rows)
        if not self.settings.modality_dropout:
            reading.say_untrained(self.learned.modalities, values, rows)
        response = outcome.response(predicting.outputs_of(network, values, rows))
        if type == "class":
            found = np.full(total, None, dtype=object)
            found[rows] = np.array(outcome.levels, dtype=object)[response.argmax(axis=1)]
            return found
        if type == "interval":
            response = np.stack([response, response - half, response + half], 1)
        whole = np.full((total, *response.shape[1:]), np.nan)
        whole[rows] = response
        return whole

    def evaluate(
        self, x: Any, y: Any, missing: str = "fail", on_bad: str | None = None
    ) -> dict[str, float]:
        """Return how good predictions of new samples are.

        Parameters
        ----------
        x, missing, on_bad
            As in `predict`.
        y : sequence
            The outcome of each.

        Returns
        -------
        dict of str to float
            `accuracy` and `log_loss` of classes; `rmse` and `r_squared` of numbers.
        """
        values, encoded, rows = self._scored(x, y, missing, on_bad)
        outputs = predicting.outputs_of(self.network, values, rows)
        found: dict[str, float] = self.learned.outcome.scores(encoded[rows], outputs)
        return found

    def importance(self, x: Any = None, y: Any = None) -> list[dict[str, Any]]:
        """Return how much worse predictions are when a modality is left out, a row for each.

        Parameters
        ----------
        x, y : optional
            Samples and their outcome; by default those that were held out in fitting.

        Returns
        -------
        list of dict
            `modality`, `columns`, `estimate`, by how much the mean loss grows (log loss or squared
            error), its `std_error`, and `without`, the accuracy or R squared without it.
        """
        network = self.network
        if x is None:
            found = self.arrays.get("importance")
            if found is None:
                raise DataError("No samples were held out: 'x' and 'y' are needed.", argument="x")
        else:
            values, encoded, rows = self._scored(x, y, "fail", None)
            found = predicting.importance(network, self.learned.outcome, values, encoded, rows)
        return [
            {
                "modality": each.name,
                "columns": columns_of(each),
                "estimate": float(row[0]),
                "std_error": float(row[1]),
                "without": float(row[2]),
            }
            for each, row in zip(self.learned.modalities, found)
        ]

    def _scored(
        self, x: Any, y: Any, missing: str, on_bad: str | None
    ) -> tuple[list[Values], np.ndarray, np.ndarray]:
        """Return samples with their outcome, and which of them can be used."""
        values, rows, total = self._read(x, missing, on_bad)
        y = list(y)
        if len(y) != total:
            raise DataError(f"'y' has {len(y)} values, and 'x' has {total} rows.", argument="y")
        bad = BadRows("fail", "outcomes", "y")
        note_missing(y, bad)
        bad.kept(total)
        return values, self.learned.outcome.encode(y), rows

    def _read(
        self, x: Any, missing: str, on_bad: str | None
    ) -> tuple[list[Values], np.ndarray, int]:
        checked(Choice("fail", "allow"), missing, "missing")
        on_bad = (
            self.settings.on_bad if on_bad is None else checked(Choice(*ON_BAD), on_bad, "on_bad")
        )
        tools = reading.Tools()
        for each in self.learned.modalities:
            if isinstance(each, TableColumns):
                tools.encoding = table_values.encoding_of(each, self.arrays)
        if len(self.networks) > 1:
            tools.encoder = self.networks[1]
            tools.tokenizer = self.arrays["tokenizer"].tobytes()
        values, bad = reading.read(self.learned.modalities, tools, x, missing)
        total = len(values[0].present)
        return values, reading.kept_rows(bad, total, on_bad or self.settings.on_bad), total

    def said(self) -> dict[str, Any]:
        """Return what is to be said before training: `doubts` of columns, and `gaps` in them."""
        gaps = None if self.gaps is None else str(self.gaps)
        return {"doubts": [str(each) for each in self.doubts], "gaps": gaps}

    def described(self) -> dict[str, Any]:
        """Return what columns are taken as: `lines` for printing, `columns` and `samples`."""
        return {
            "samples": self.learned.samples,
            "lines": described(self.learned.modalities),
            "columns": [name for each in self.learned.modalities for name in columns_of(each)],
        }

    def output_activation(self) -> Layer | None:
        """Return what makes predictions of the network's outputs: softmax, or the scale of `y`."""
        outcome = self.learned.outcome
        if outcome.is_class:
            return layers.Activation("softmax")
        return layers.Rescaling(outcome.spread, outcome.centre)

    def check_loaded(self) -> None:
        """Refuse networks and arrays that do not go with what was learned."""
        if not self.learned.modalities:
            raise Damage("it has no modality", place="learned")
        check_network(self.networks, self.learned, self.arrays)


def _best_of_the_end(epochs: int, settings: MultimodalSettings) -> EarlyStopping:
    """Return what keeps the best weights, of those that learned to do without modalities."""
    patience = epochs if settings.patience is None else settings.patience
    start = int(CHANGED * epochs) if epochs > 1 else 0
    return EarlyStopping(
        "val_loss", patience=patience, restore_best_weights=True, start_from_epoch=start
    )
