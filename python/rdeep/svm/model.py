"""`SVMModel`: support vector machines for classes and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.layers import Normalization
from rdeep.errors import ArgumentError, StateError, listing, setting, show
from rdeep.graph.tensor import Input
from rdeep.interrupts import interrupts
from rdeep.models import Model
from rdeep.ready import ReadyModel, Stage, all_or_nothing
from rdeep.ready.outcome import learned_outcome
from rdeep.seeds import stream
from rdeep.svm import columns, kernels, loading
from rdeep.svm.calibration import chosen, pairs_of, platt, probabilities
from rdeep.svm.columns import Encoded
from rdeep.svm.fitting import Task, fitted, held_out_decisions
from rdeep.svm.reading import check_outcome, check_width, row_costs, rows_of, split
from rdeep.svm.settings import SVMLearned, SVMSettings
from rdeep.tabular.frames import Columns, named_columns
from rdeep.tabular.table import Table

_TYPES = ("response", "class", "decision")


class SVMModel(ReadyModel):
    """A support vector machine: a convex problem, solved to its optimum.

    It minimizes `1/2 |w|^2 + cost * sum(max(0, 1 - y f))` over the weights `w` and the bias of
    `f`, as LIBSVM does, or the same of squared losses; for numbers the loss is
    `max(0, |y - f| - epsilon)`. Of more than two classes each pair has a function, and most votes
    win. Kernels become features of a network: see `map`.

    Parameters
    ----------
    backend, device : str, optional
        Where the network runs, as for `Model`.
    **settings
        `kernel`, `cost`, `loss`, `epsilon`, `gamma`, `degree`, `coef0`, `scale`, `features`, `map`,
        `folds`, `impute`.

    References
    ----------
    Fine, S. and Scheinberg, K. (2001). Efficient SVM training using low-rank kernel
    representations. Journal of Machine Learning Research 2, 243-264.

    Rahimi, A. and Recht, B. (2007). Random features for large-scale kernel machines. NeurIPS 20.

    Williams, C. and Seeger, M. (2001). Using the Nyström method to speed up kernel machines.
    NeurIPS 13.

    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large Margin
    Classifiers, 61-74.

    Examples
    --------
    >>> x = [[0.0, 0.0], [0.1, 0.3], [0.2, 0.1], [2.0, 2.1], [2.2, 1.9], [1.9, 2.3]]
    >>> model = SVMModel(kernel="linear", folds=0).fit(x, ["a", "a", "a", "b", "b", "b"])
    >>> model.predict([[0.0, 0.2], [2.0, 2.0]], type="class").tolist()
    ['a', 'b']
    """

    kind = "svm"
    settings_class = SVMSettings
    learned_class = SVMLearned
    array_types: ClassVar = {
        "kept": ("I64", 1),
        "gaps": ("I64", 1),
        "fill": ("F64", 1),
        "centre": ("F64", 1),
        "spread": ("F64", 1),
        "cardinalities": ("I64", 1),
        "platt": ("F64", 2),
        # Of each decision function, in this order: the support vectors, |w|, objective, bound.
        "functions": ("F64", 2),
    }

    def __init__(
        self, backend: str | None = None, device: str | None = None, **settings: Any
    ) -> None:
        super().__init__(None, backend, device, **settings)
        self.settings.check_together()
        self.samples = 0
        self._data: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    # Fitting --------------------------------------------------------------------------------------

    def fit(
        self, x: Any, y: Any, weights: Any = None, class_weights: Any = None, verbose: object = 0
    ) -> SVMModel:
        """Fit the machine.

        Parameters
        ----------
        x : array or data frame
            `(rows, columns)`: numbers; of a data frame (or a dict of columns) text and categories
            are factors, which get a column for each level.
        y : sequence
            The outcome of each: text, whole numbers and booleans are classes, other numbers are
            numbers.
        weights : array, optional
            What the cost of each row is multiplied by.
        class_weights : "balanced" or mapping, optional
            What the cost of each class is multiplied by.
        verbose : {0, 1, 2}
            Whether to say how long it took.

        Returns
        -------
        SVMModel
            The machine itself.
        """
        before = dict(vars(self))
        try:
            self._prepare_rows(x, y, weights, class_weights)
            self.train(verbose)
        except BaseException:
            # An interrupt as well leaves the machine as it was.
            vars(self).clear()
            vars(self).update(before)
            raise
        return self

    def _prepare_rows(self, x: Any, y: Any, weights: Any, class_weights: Any) -> None:
        numbers, codes, named = split(x, None)
        levels = None if named is None else list(named.levels.values())
        self.prepare(
            numbers,
            codes,
            [len(each) for each in levels or []],
            y,
            weights=weights,
            class_weights=class_weights,
            names=None if named is None else named.numbers,
            factors=None if named is None else named.levels,
        )

    @all_or_nothing
    def prepare(
        self,
        numbers: Any = None,
        codes: Any = None,
        cardinalities: Sequence[int] = (),
        y: Any = None,
        levels: Sequence[str] | None = None,
        type: str | None = None,
        weights: Any = None,
        class_weights: Any = None,
        names: Any = None,
        factors: Any = None,
    ) -> SVMModel:
        """Check the data, and learn what is to be known of its columns.

        Parameters
        ----------
        numbers, codes : array, optional
            Columns of numbers, NaN where missing, and of factors' levels from 0, -1 where missing.
        cardinalities : sequence of int
            How many levels each factor has.
        y : sequence
            As for `fit`.
        levels : sequence of str, optional
            The classes in order.
        type : {"class", "number"}, optional
            What is predicted, where the values do not say it.
        weights, class_weights
            As for `fit`.
        names : sequence of str, optional
            The names of the columns of numbers.
        factors : dict of str to sequence of str, optional
            The levels of each factor, by its name.
        """
        self.check_trains()
        table, values = rows_of(numbers, codes), list(y)
        check_outcome(values, table.rows)
        outcome = learned_outcome(values, levels, type)
        if not outcome.is_class:
            # The variance is a sample's; without scales the outcome stays as it is.
            by = np.std(np.asarray(values, np.float64), ddof=1)
            outcome = (
                outcome.replace(spread=float(by))
                if self.settings.scale
                else outcome.replace(centre=0.0, spread=1.0)
            )
        target = outcome.encode(values).astype(np.int64 if outcome.is_class else np.float64)
        if not outcome.is_class:
            target = (np.asarray(values, np.float64) - outcome.centre) / outcome.spread
        costs = row_costs(weights, class_weights, outcome, target)
        named = named_columns(names, factors)
        counts = [int(count) for count in np.asarray(list(cardinalities), dtype=np.int64)]
        known = [] if named is None else named.numbers
        asked = self.settings
        encoded = columns.learned_columns(table, counts, known, asked.impute, asked.scale)
        self.learned = SVMLearned(
            outcome,
            named=named is not None,
            numbers=tuple(known),
            factors=() if named is None else tuple(named.levels),
            levels=()
            if named is None
            else tuple(v for each in named.levels.values() for v in each),
        )
        self.arrays = encoded.arrays()
        self.networks, self.histories, self.scores = [], [], {}
        self._data, self.samples = (
            (encoded.scaled(encoded.columns(table)), target, costs),
            len(table.numbers),
        )
        return self

    @interrupts.held()
    @all_or_nothing
    def train(self, verbose: object = 0) -> None:
        """Find the decision functions, once the data is prepared.

        Parameters
        ----------
        verbose : {0, 1, 2}
            Not looked at: it is done in seconds.
        """
        if self._data is None:
            raise StateError("The model has no data yet.", hint="Call fit() first.")
        x, y, costs = self._data
        asked, outcome = self.settings, self.learned.outcome
        generator = np.random.Generator(np.random.PCG64(stream.next()))
        gamma = asked.gamma or 1.0 / x.shape[1]
        if isinstance(gamma, str):
            gamma = kernels.median_gamma(x, generator)
        feature_map = self._map(x, gamma, generator)
        features = feature_map.features(x)
        task = Task(
            features,
            features @ features.T if features.shape[1] >= len(features) else None,
            y,
            len(outcome.levels),
            asked.cost * costs,
            asked.loss == "squared_hinge",
            asked.epsilon,
        )
        machine = fitted(task)
        arrays, scores = self._held_out(task, costs)
        self.learned = self.learned.replace(gamma=float(gamma))
        self.networks = [
            kernels.network(
                feature_map, x.shape[1], machine.weights, machine.bias, self.backend, self.device
            )
        ]
        self.histories = [loading.history(machine, number) for number in range(len(task.pairs))]
        self.arrays = {**self.arrays, **arrays, "functions": loading.about(machine)}
        self.scores, self._data = scores, None

    def _map(self, x: np.ndarray, gamma: float, generator: Any) -> kernels.FeatureMap:
        asked = self.settings
        if asked.kernel == "linear":
            return kernels.Plain(x.shape[1])
        if asked.map == "fourier":
            return kernels.Waves.drawn(x.shape[1], gamma, asked.features, generator)
        # A row that is there twice is no second landmark.
        rows = np.unique(x, axis=0)
        chosen = generator.permutation(len(rows))[: asked.features]
        return kernels.Landmarks(
            rows[np.sort(chosen)], asked.kernel, gamma, asked.coef0, asked.degree
        )

    def _held_out(
        self, task: Task, costs: np.ndarray
    ) -> tuple[dict[str, np.ndarray], dict[str, float]]:
        """Return what held-out rows say: the scales of probabilities, and scores."""
        outcome, folds = self.learned.outcome, self.settings.folds
        seed = stream.next()
        if not folds:
            return {}, {}
        decision = held_out_decisions(task, folds, seed)
        if not outcome.is_class:
            return {}, outcome.scores(task.y, decision)
        scales = []
        for place, (low, high) in enumerate(task.pairs):
            rows = (task.y == low) | (task.y == high)
            scales.append(platt(decision[rows, place], task.y[rows] == high, costs[rows]))
        prob = probabilities(decision, np.array(scales), task.classes)
        right = chosen(decision, task.classes) == task.y
        of_class = np.clip(prob[np.arange(len(prob)), task.y], 1e-15, 1.0)
        scores = {"accuracy": float(right.mean()), "log_loss": float(-np.log(of_class).mean())}
        return {"platt": np.array(scales)}, scores

    def stage(self, number: int) -> Stage:
        """Refuse: nothing is trained in stages."""
        raise StateError("A support vector machine is solved, not trained in stages.")

    # Predicting -----------------------------------------------------------------------------------

    def predict(self, x: Any, type: str = "response") -> np.ndarray:
        """Predict from rows.

        Parameters
        ----------
        x : array or data frame
            As for `fit`; of a data frame the columns may have any order.
        type : {"response", "class", "decision"}
            Probabilities of the classes, `(rows, classes)`, or numbers, `(rows,)`; the class that
            most functions speak for; or the decision values, `(rows, functions)`: a function for
            each pair of classes (first and second, first and third, ...), above zero for the later
            one.

        Returns
        -------
        numpy.ndarray
            A row for each row.
        """
        return self.predict_columns(*split(x, self.columns)[:2], type=type)

    def predict_columns(self, numbers: Any, codes: Any, type: str = "response") -> np.ndarray:
        """Predict from columns of numbers and of levels' numbers, as `prepare` takes them.

        Parameters
        ----------
        numbers, codes : array, optional
            The columns.
        type : {"response", "class", "decision"}
            As for `predict`.
        """
        network, outcome = self.network, self.learned.outcome
        if type not in _TYPES or (type == "class" and not outcome.is_class):
            known = _TYPES if outcome.is_class else ("response", "decision")
            raise ArgumentError(
                f"'type' must be {listing(known)}, not {show(type)}.",
                argument="type",
                received=type,
            )
        if type == "response" and outcome.is_class and "platt" not in self.arrays:
            raise ArgumentError(
                f"The model was fitted with {setting('folds', 0)}: it gives no probabilities.",
                argument="type",
                received=type,
                hint="Ask for the class or the decision, or fit it with 'folds' of at least 2.",
            )
        x = self._encoded.scaled(self._columns(numbers, codes))
        decision = np.asarray(network.predict(x.astype(np.float32)), np.float64)
        if type == "decision":
            return decision
        if type == "class":
            return np.array(outcome.levels, object)[chosen(decision, len(outcome.levels))]
        if outcome.is_class:
            return probabilities(decision, self.arrays["platt"], len(outcome.levels))
        return outcome.response(decision)

    def columns_of(self, x: Any) -> np.ndarray:
        """Return the numbers that the network of `as_network` reads of rows.

        Parameters
        ----------
        x : array or data frame
            As for `fit`.
        """
        return self._columns(*split(x, self.columns)[:2])

    def columns_of_codes(self, numbers: Any, codes: Any) -> np.ndarray:
        """Return the same of columns as `prepare` takes them.

        Parameters
        ----------
        numbers, codes : array, optional
            The columns.
        """
        return self._columns(numbers, codes)

    def _columns(self, numbers: Any, codes: Any) -> np.ndarray:
        encoded = self._encoded
        table: Table = rows_of(numbers, codes)
        check_width(table, len(encoded.encoding.fill), len(encoded.encoding.cardinalities))
        return encoded.columns(table)

    @property
    def _encoded(self) -> Encoded:
        _ = self.network
        return columns.from_arrays(self.arrays, self.settings.impute)

    @property
    def columns(self) -> Columns | None:
        """The names of columns and the levels of factors; `None` where they have no names."""
        _ = self.network
        learned = self.learned
        if not learned.named:
            return None
        left = list(learned.levels)
        levels = {}
        for name, count in zip(learned.factors, self.arrays["cardinalities"], strict=True):
            levels[name], left = left[: int(count)], left[int(count) :]
        return Columns(list(learned.numbers), levels)

    # What there is to know ------------------------------------------------------------------------

    @property
    def column_names(self) -> list[str]:
        """The names of the numbers that the network of `as_network` reads."""
        encoded, named = self._encoded, self.columns
        count = len(encoded.encoding.fill)
        numbers = named.numbers if named else [f"x{place + 1}" for place in range(count)]
        names = [numbers[place] for place in encoded.encoding.kept]
        names += [f"{numbers[place]}_missing" for place in encoded.encoding.gaps]
        if named:
            return names + [f"{f}{level}" for f, each in named.levels.items() for level in each]
        counts = enumerate(encoded.encoding.cardinalities)
        return names + [f"f{p + 1}_{code}" for p, count in counts for code in range(count)]

    def column_names_data(self) -> list[str]:
        """Return `column_names`."""
        return self.column_names

    def columns_data(self) -> dict[str, Any]:
        """Return the names of columns and the levels of factors, as plain data."""
        named, count = self.columns, len(self._encoded.encoding.fill)
        numbers = named.numbers if named else [f"x{place + 1}" for place in range(count)]
        return {"numbers": numbers, "levels": named.levels if named else {}}

    def coefficients(self, scaled: bool = False) -> np.ndarray:
        """Return the coefficients of a linear machine, `(1 + columns, functions)`: bias first.

        Parameters
        ----------
        scaled : bool
            Whether they are for columns, and an outcome of numbers, as they were scaled.
        """
        network = self.network
        if self.settings.kernel != "linear":
            raise ArgumentError(
                f"A machine with {setting('kernel', self.settings.kernel)} has no coefficients of "
                "its columns.",
                argument="kernel",
                received=self.settings.kernel,
                hint=f"{setting('kernel', 'linear')} has them.",
            )
        found = network.get_named_weights()
        kernel = np.asarray(found[f"{kernels.DECISION}/kernel"], np.float64)
        bias = np.asarray(found[f"{kernels.DECISION}/bias"], np.float64)
        outcome = self.learned.outcome
        if not scaled:
            kernel = kernel / self.arrays["spread"][:, None]
            bias = bias - self.arrays["centre"] @ kernel
            if not outcome.is_class:
                kernel, bias = kernel * outcome.spread, bias * outcome.spread + outcome.centre
        return np.vstack([bias, kernel])

    def about(self) -> dict[str, Any]:
        """Return what is known of the decision functions, as plain data."""
        _ = self.network
        found, levels = self.arrays["functions"], self.learned.outcome.levels
        pairs = [f"{levels[high]}/{levels[low]}" for low, high in pairs_of(len(levels))]
        asked = self.settings
        return {
            "kernel": asked.kernel,
            "cost": asked.cost,
            "loss": asked.loss,
            "degree": asked.degree,
            "response": pairs,
            "support": [int(each) for each in found[:, 0]],
            "norm": found[:, 1].tolist(),
            "objective": found[:, 2].tolist(),
            "bound": found[:, 3].tolist(),
            "gamma": self.learned.gamma,
            "features": int(self.networks[0].get_named_weights()["decision/kernel"].shape[0]),
            "held": int(self.histories[0].params["supports"]),
            "rows": int(self.histories[0].params["samples"]),
        }

    def as_network(self) -> Model:
        """Return the machine as a network: from columns as they are to decision values.

        `columns_of` makes such columns; its layers are the model's own. For numbers the values
        are on the scale learned.
        """
        encoded, core = self._encoded, self.network
        inputs = Input((encoded.width,), name="columns")
        scale = Normalization(mean=encoded.centre.tolist(), variance=(encoded.spread**2).tolist())
        return Model(inputs, core(scale(inputs)), "svm", self.backend, self.device)

    def check_loaded(self) -> None:
        """Refuse networks and arrays that do not go with each other."""
        super().check_loaded()
        loading.check(self.learned, self.arrays, self.networks[0])
