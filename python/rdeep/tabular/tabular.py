"""`Tabular`: a ready-made model of a table, an ensemble of networks that are trained in turn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import metrics, optimizers, schedules
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, DataError, FileError, StateError
from rdeep.interrupts import interrupts
from rdeep.models import Model
from rdeep.saving import disk
from rdeep.saving.foreign.kinds import is_keras
from rdeep.seeds import stream
from rdeep.tabular import storage, survival
from rdeep.tabular.architectures import HEAD, Shape, cut_points, network
from rdeep.tabular.encoding import fitted_encoding
from rdeep.tabular.families import Outcome, fitted_family
from rdeep.tabular.folds import held_out, stratified_folds
from rdeep.tabular.frames import Columns, is_frame, learned_columns, listed, named_columns
from rdeep.tabular.linear import check_converged, whitening
from rdeep.tabular.predicting import Predicting
from rdeep.tabular.settings import choose
from rdeep.tabular.table import Preparation, Table, as_table, check_levels
from rdeep.tabular.training_set import TrainingSet, as_outcome, as_weights
from rdeep.training import callbacks
from rdeep.training.driving import drive, verbosity
from rdeep.training.session import TrainingSession

SCORE = "deviance"
"""What is watched on held-out rows: the loss of the members' average prediction."""


class Tabular(Predicting):
    """A ready-made model of a table.

    Rows have numbers and factors' codes; the outcome belongs to a family. Several networks
    (members) are trained, each with another part of the rows held out, which decides when it has
    been trained enough; predictions are those of their average. So all rows are used, and each has
    a prediction by a network that has not seen it.

    Parameters
    ----------
    family : str
        `"gaussian"`, `"binomial"`, `"multinomial"`, `"poisson"`, `"negative_binomial"`,
        `"quantile"`, `"cox"` or `"discrete_time"`.
    architecture : {"tabm", "mlp", "resnet", "ft_transformer"}, optional
        The kind of network.
    scaling : {"robust", "quantile", "standard"}, optional
        How numbers are scaled.
    quantile_levels : sequence of float
        The levels of the family `"quantile"`.
    classes : int, optional
        How many classes the family `"multinomial"` has.
    impute : bool
        Whether values may be missing: numbers are then filled in with the median, beside an
        indicator; a missing level is a level.
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        `hidden_units` (an empty list for a linear model), `dropout`, `epochs`, `patience`,
        `batch_size`, `learning_rate`, `weight_decay`, `validation`, `members` and the other
        fields of `rdeep.tabular.settings.Settings`; chosen from the data's size if left out.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.tabular import Tabular
    >>> x = np.random.default_rng(1).normal(size=(60, 2))
    >>> model = Tabular("gaussian", hidden_units=[], epochs=300)
    >>> model.fit(x, y=x @ [2.0, -1.0] + 3.0, verbose=0)
    >>> np.round(model.coefficients()[:, 0], 2)
    array([ 3.,  2., -1.])
    """

    def __init__(
        self,
        family: str = "gaussian",
        architecture: str | None = None,
        scaling: str | None = None,
        quantile_levels: Sequence[float] = (0.05, 0.5, 0.95),
        classes: int | None = None,
        impute: bool = False,
        backend: str | None = None,
        device: str | None = None,
        **settings: Any,
    ) -> None:
        self.family_name, self.scaling, self.impute = family, scaling, impute
        self.quantile_levels = tuple(quantile_levels)
        self.classes, self.backend, self.device = classes, backend, device
        self.given = {"architecture": architecture, **settings}
        self.models: list[Model] = []
        self.baseline: survival.Baseline | None = None
        self.annotations: dict[str, Any] = {}
        self.columns: Columns | None = None
        self._training_set: TrainingSet | None = None
        choose(self.given, 100)  # says at once what cannot be used

    # Fitting ------------------------------------------------------------------------------------

    @interrupts.held()
    def fit(
        self,
        numbers: object = None,
        codes: object = None,
        cardinalities: Sequence[int] = (),
        y: object = None,
        offset: object = None,
        weights: object = None,
        verbose: object = "auto",
    ) -> None:
        """Fit to a table.

        Parameters
        ----------
        numbers : array or data frame
            As in `prepare`; or a data frame (or a dict of columns) with all columns, of which text
            and categories are factors. `predict` then takes such a table as well.
        codes, cardinalities, y, offset, weights
            As in `prepare`.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Raises
        ------
        KeyboardInterrupt
            After an interrupt: the model is then that of the members trained so far, if there are
            any.
        """
        level = verbosity(verbose)
        listen = ((), ("epoch_end", "tick"), ("epoch_end",))[level]
        columns = None
        if is_frame(numbers):
            columns = learned_columns(numbers)
            cardinalities = [len(levels) for levels in columns.levels.values()]
            numbers, codes = columns.split(numbers)
        self.prepare(numbers, codes, cardinalities, y, offset, weights)
        self.columns = columns
        for member in range(self.members):
            try:
                drive(self.session(member, listen), level)
            except KeyboardInterrupt:
                if self.finish(member) or self.models:
                    self.finish_all()
                raise
            self.finish(member)
        self.finish_all()

    def prepare(
        self,
        numbers: object = None,
        codes: object = None,
        cardinalities: Sequence[int] = (),
        y: object = None,
        offset: object = None,
        weights: object = None,
        names: object = None,
        levels: object = None,
        folds: np.ndarray | None = None,
    ) -> None:
        """Take in the data and settle what is to be trained.

        Parameters
        ----------
        numbers : array, optional
            `(rows, columns)`; NaN where missing, if that is allowed.
        codes : array, optional
            `(rows, factors)`: levels' numbers from 0, -1 where missing, if that is allowed.
        cardinalities : sequence of int
            How many levels each factor has.
        y : array
            The outcome, `(rows,)` or `(rows, 2)`: a number, a share (with trials as weights), a
            class number from 0, a count, or a time and whether the event was seen.
        offset : array, optional
            What is added on the link's scale.
        weights : array, optional
            A weight for each row.
        names : sequence of str, optional
            The names of the columns of numbers.
        levels : dict of str to sequence of str, optional
            The levels of each factor, by its name, in the order of `codes`. With the names of all
            columns, predictions can be asked for data frames.
        folds : numpy.ndarray, optional
            The number of the member that holds out each row, -1 for none; drawn by default.

        Raises
        ------
        DataError
            If the data cannot be used; the model is then what it was.
        BackendError
            If the backend does not train.
        """
        backends.check_trains(self.backend or backends.default())
        table = as_table(numbers, codes, offset)
        outcome, counted = as_outcome(y, table.rows), as_weights(weights, table.rows)
        before = dict(vars(self))
        try:
            self._learn(table, outcome, counted, cardinalities)
            self.columns = named_columns(names, levels)
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            raise
        self.models = []
        unknown = np.full((table.rows, self._response_width()), np.nan)
        cut = self._cut_folds(outcome) if folds is None else folds
        self.remember(unknown, cut, outcome, counted)

    def _learn(
        self, table: Table, outcome: np.ndarray, counted: np.ndarray, cardinalities: Sequence[int]
    ) -> None:
        """Settle family, scales and the training set by the data."""
        self.settings = choose(self.given, table.rows)
        self.family = fitted_family(
            self.family_name,
            Outcome(outcome, counted, table.offset),
            self.classes,
            self.quantile_levels,
            self.settings.label_smoothing,
        )
        counts = [int(count) for count in listed(cardinalities)]
        check_levels(table.codes, counts)
        self.preparation = self._prepared(table, counts, counted)
        scaled = self.family.scaled(outcome)
        additive = self.family.name in ("gaussian", "quantile")
        self._training_set = TrainingSet(self.inputs(table), outcome, scaled, counted, additive)

    def _prepared(self, table: Table, levels: list[int], weights: np.ndarray) -> Preparation:
        linear = self.settings.architecture == "linear"
        if linear and levels:
            raise ArgumentError(
                "A model without hidden layers takes numbers: code factors by contrasts.",
                argument="hidden_units",
            )
        scaling = "none" if linear else self.scaling or "robust"
        encoding = fitted_encoding(table.numbers, levels, scaling, self.impute)
        turned = whitening(encoding.numbers(table.numbers), weights) if linear else None
        found = Preparation(encoding, turned)
        if not found.width and not levels:
            raise DataError("No column of 'x' varies: there is nothing to learn.", argument="x")
        return found

    def _cut_folds(self, y: np.ndarray) -> np.ndarray:
        """Return the number of the member that holds out each row; -1 for none."""
        members, share = self.settings.members, self.settings.validation
        classes = self.family_name in ("binomial", "multinomial", "cox", "discrete_time")
        alike = y[:, -1]
        seed = stream.next()
        if members > 1:
            if members > len(y):
                raise ArgumentError(
                    f"'members' is {members}, but there are only {len(y)} rows.",
                    argument="members",
                    received=members,
                )
            return stratified_folds(alike, classes, members, seed)
        if not share or round(len(y) * share) < 1:
            return np.full(len(y), -1)
        cut = stratified_folds(alike, classes, max(2, round(1 / share)), seed)
        return np.where(cut == 0, 0, -1)

    @property
    def members(self) -> int:
        """How many networks there are."""
        return self.settings.members

    def session(self, member: int, listen: Collection[str] = ()) -> TrainingSession:
        """Return the training of a member, to be advanced to its end before `finish`.

        Parameters
        ----------
        member : int
            Its number, from 0, in order.
        listen : collection of str
            The kinds of events to return at.
        """
        training_set = self._data()
        held_out_rows = held_out(self._folds, member)
        seen = np.setdiff1d(np.arange(len(training_set.y)), held_out_rows, assume_unique=True)
        model = self._model(training_set)
        del self.models[member:]
        self.models.append(model)
        batch = min(self.settings.batch_size, len(seen))
        self._compile(model, -(-len(seen) // batch) * self.settings.epochs)
        inputs, target, weights = training_set.part(seen)
        session = model.session(
            inputs,
            target,
            sample_weight=weights,
            batch_size=batch,
            epochs=self.settings.epochs,
            callbacks=self._stopping() if len(held_out_rows) else [],
            validation_data=training_set.part(held_out_rows) if len(held_out_rows) else None,
            listen=listen,
        )
        session.plan.bad_steps.row_numbers = seen
        return session

    def _model(self, training_set: TrainingSet) -> Model:
        encoding = self.preparation.encoding
        counts = np.asarray(encoding.cardinalities, dtype=np.int64)
        numbers, pieces = training_set.inputs.get("numbers"), self.settings.pieces
        shape = Shape(
            numbers=self.preparation.width,
            edges=() if numbers is None or not pieces else cut_points(numbers, pieces),
            narrow=tuple(int(count) for count in counts[encoding.narrow]),
            wide=tuple(int(count) for count in counts[~encoding.narrow]),
            outputs=self.family.outputs,
            constants=self.family.constants,
            offset="offset" in training_set.inputs,
            intercept=self.family.name != "cox",
        )
        graph = network(self.settings, shape)
        model = Model(graph.inputs, graph.outputs, "tabular", self.backend, self.device)
        self._set_start(model)
        return model

    def _set_start(self, model: Model) -> None:
        """Begin with what predicts the same for all rows."""
        name = f"{HEAD}/bias"
        bias = model.get_named_weights().get(name)
        if bias is None:
            return
        start = np.asarray(self.family.start[: bias.shape[-1]], dtype=np.float32)
        model.set_weights({name: np.broadcast_to(start, bias.shape)})

    def _compile(self, model: Model, steps: int) -> None:
        settings = self.settings
        if settings.architecture == "linear":
            rate: Any = schedules.CosineDecay(settings.learning_rate, steps)
            optimizer: Any = optimizers.Adam(rate)
        else:
            optimizer = optimizers.AdamW(
                settings.learning_rate, weight_decay=settings.weight_decay, global_clipnorm=1.0
            )
        score = metrics.PooledLoss(self.family.loss, name=SCORE)
        model.compile(optimizer, self.family.loss, weighted_metrics=[score])

    def _stopping(self) -> list[callbacks.Callback]:
        if self.settings.architecture == "linear":
            return []
        return [
            callbacks.EarlyStopping(
                f"val_{SCORE}",
                patience=self.settings.patience,
                mode="min",
                restore_best_weights=True,
            )
        ]

    def finish(self, member: int) -> bool:
        """Take note of what a trained member predicts for the rows that it has not seen.

        Parameters
        ----------
        member : int
            Its number, from 0.

        Returns
        -------
        bool
            Whether it was trained for an epoch at least; else it is no member.
        """
        history = self.models[member].history if member < len(self.models) else None
        if history is None or not history.epoch:
            del self.models[member:]
            return False
        training_set = self._data()
        rows = held_out(self._folds, member)
        if len(rows):
            pooled = self._pooled(training_set.inputs_of(rows), [self.models[member]])
            self._held_out_values[rows] = self._outcome_scale(pooled)
        return True

    def finish_all(self) -> None:
        """Complete the model once its members are trained."""
        training_set = self._data()
        if self.settings.architecture == "linear" and self.members == 1:
            rows = np.flatnonzero(self._folds < 0)
            inputs = training_set.inputs_of(rows)
            expected = self.family.response(self._pooled(inputs, self.models))
            y, weights = training_set.y[rows], training_set.weights[rows]
            check_converged(self.family, inputs["numbers"], y, expected, weights)
        if self.family.name == "cox":
            risk = self._pooled(training_set.inputs, self.models)[:, 0].astype(np.float64)
            self.baseline = survival.breslow(training_set.y, risk, training_set.weights)

    def release(self) -> None:
        """Let go of the training data, which nothing but training needs."""
        self._training_set = None

    def _data(self) -> TrainingSet:
        if self._training_set is None:
            raise StateError("The model has no data yet.", hint="Call fit() first.")
        return self._training_set

    # What is kept ---------------------------------------------------------------------------------

    def held_out(self) -> np.ndarray:
        """Return, for each row trained on, what the member that has not seen it predicts.

        NaN for rows that every member has seen. For survival the log risk.
        """
        return self._held_out_values

    def held_out_members(self) -> np.ndarray:
        """Return the number of the member that has not seen each row; -1 where all have."""
        return self._folds

    def outcome(self) -> np.ndarray:
        """Return the outcome of each row trained on, as `prepare` was given it."""
        return self._outcome

    def weights(self) -> np.ndarray:
        """Return the weight of each row trained on; their mean is one."""
        return self._weights

    def remember(
        self, held_out_rows: np.ndarray, folds: np.ndarray, outcome: np.ndarray, weights: np.ndarray
    ) -> None:
        """Take what `held_out`, `held_out_members`, `outcome` and `weights` are to return.

        Parameters
        ----------
        held, folds, outcome, weights : numpy.ndarray
            What they returned.
        """
        self._held_out_values, self._folds, self._outcome, self._weights = (
            held_out_rows,
            folds,
            outcome,
            weights,
        )

    def arguments(self) -> dict[str, Any]:
        """Return what the model was made with, as plain data."""
        return {
            "family": self.family_name,
            "scaling": self.scaling,
            "quantile_levels": list(self.quantile_levels),
            "classes": self.classes,
            "impute": self.impute,
            **{name: value for name, value in self.given.items() if value is not None},
        }

    def save(self, filepath: str, overwrite: bool = False) -> None:
        """Save the model in one file, which `load_tabular` reads on either engine.

        Parameters
        ----------
        filepath : str
            The file; `.rdeep` is the usual ending.
        overwrite : bool
            Whether to replace a file that exists.
        """
        self._fitted()
        if is_keras(filepath):
            raise FileError(
                "A '.keras' file has no place for a model of a table, its scales and factors.",
                argument="filepath",
                received=filepath,
                hint="Choose the ending '.rdeep'.",
            )
        disk.check_free(filepath, overwrite)
        storage.write(self, filepath)
