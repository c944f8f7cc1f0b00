"""`Ensemble`: fitted models of any kind whose predictions are combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.ensembles import storage
from rdeep.ensembles.combination import Combination, check_predictions, combine
from rdeep.ensembles.uncertainty import Uncertainty
from rdeep.ensembles.weighting import mean_loss
from rdeep.errors import ArgumentError, DataError, FileError, called, listing, show
from rdeep.models import Model
from rdeep.predictors import Predictor, as_predictor
from rdeep.ready import ReadyModel
from rdeep.saving import disk
from rdeep.saving.foreign.kinds import is_keras
from rdeep.seeds import stream
from rdeep.tabular import Tabular


class Ensemble:
    """Fitted models whose predictions are combined.

    Members may be of any kind, and run on any engine: networks, models of tables, images and texts,
    other ensembles, estimators of scikit-learn's interface, functions. All take the same samples.
    They are averaged until `fit` finds weights.

    Parameters
    ----------
    members : sequence or dict of str to object
        The fitted models.
    weights : sequence of float, optional
        A weight for each, by default equal ones.
    sample : object, optional
        Some samples, which show what members that are functions return.

    Attributes
    ----------
    members : list
        The models.
    names : tuple of str
        Their names.
    combination : Combination
        How they are combined, once it is known what they predict: `weights`, and after `fit` the
        `losses` of members and the `loss` of the ensemble.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.ensembles import Ensemble
    >>> x = np.arange(40.0)[:, None]
    >>> both = Ensemble({"low": lambda x: x[:, 0] - 1, "high": lambda x: x[:, 0] + 3}, sample=x)
    >>> both.predict(x[:2])
    array([1., 2.])
    >>> {name: round(weight, 3) for name, weight in both.fit(x, x[:, 0], "weights").weights.items()}
    {'low': 0.75, 'high': 0.25}
    """

    def __init__(
        self,
        members: Sequence[Any] | Mapping[str, Any],
        weights: Sequence[float] | None = None,
        sample: Any = None,
    ) -> None:
        self.names, self.members = _named(members)
        self.annotations: dict[str, Any] = {}
        self._predictors = [
            as_predictor(each, sample, argument=name)
            for name, each in zip(self.names, self.members)
        ]
        self.type = _one_type(self.names, self._predictors)
        self.levels = _one_set_of_levels(self.names, self._predictors)
        self._weights = weights
        # Said at once, though it is known at the first prediction only what members give.
        empty = np.zeros((len(self.members), 1))
        self._unfitted = combine("number", empty, members=self.names, weights=weights)
        self.combination: Combination | None = None

    @classmethod
    def restored(cls, members: Mapping[str, Any], combination: Combination) -> Ensemble:
        """Return an ensemble that was saved.

        Parameters
        ----------
        members : dict of str to object
            The models.
        combination : Combination
            How they are combined.
        """
        ensemble = cls(members)
        if combination.levels and ensemble.levels is None:
            ensemble.levels = combination.levels
        ensemble.combination = combination
        return ensemble

    @property
    def weights(self) -> dict[str, Any]:
        """The members' weights by name; of a stack of several numbers, those of each number."""
        found = self.combination or self._unfitted
        values = np.array(found.weights)
        if len(values) > len(self.names):
            values = values.reshape(len(self.names), -1)
        return dict(zip(self.names, values.tolist()))

    # Predicting -----------------------------------------------------------------------------------

    def predict_members(self, x: Any) -> np.ndarray:
        """Return what each member predicts: `(members, rows, classes)`, or `(members, rows)`.

        Parameters
        ----------
        x : object
            The samples, as members take them.
        """
        return self._predicted(x, fails=False)

    def _predicted(self, x: Any, fails: bool) -> np.ndarray:
        found = [np.asarray(each.predict(x), dtype=np.float64) for each in self._predictors]
        for name, predictor, values in zip(self.names, self._predictors, found):
            if values.shape != found[0].shape:
                raise DataError(
                    f"Members {show(self.names[0])} and {show(name)} do not predict alike: for the "
                    f"same samples they give {_counted(found[0], predictor)} and "
                    f"{_counted(values, predictor)}.",
                    argument="members",
                )
        stacked = np.stack(
            [
                values if (order := _order(each.levels, self.levels)) is None else values[:, order]
                for each, values in zip(self._predictors, found)
            ]
        )
        check_predictions(stacked, self.names, fails)
        return stacked

    def predict(self, x: Any) -> np.ndarray:
        """Return probabilities of the classes, `(rows, classes)`, or numbers.

        Parameters
        ----------
        x : object
            The samples, as members take them.
        """
        predictions = self._predicted(x, fails=False)
        return self._combined(predictions).predict(predictions)

    def predict_classes(self, x: Any) -> np.ndarray:
        """Return the most probable class of each sample, by name where names are known.

        Parameters
        ----------
        x : object
            The samples.
        """
        if self.type != "class":
            raise ArgumentError("The members predict numbers, not classes.", argument="members")
        places = self.predict(x).argmax(axis=1)
        return places if self.levels is None else np.array(self.levels)[places]

    def uncertainty(self, x: Any) -> Uncertainty:
        """Return how uncertain each prediction is: in `total`, `aleatoric` and `epistemic`.

        Of classes the total is the entropy of the mean prediction in nats: the members' mean
        entropy (aleatoric: what data leaves open) and the mutual information of class and member
        (epistemic: what members disagree on). Of numbers it is a variance: that about the ensemble
        on the rows of `fit`, else the members' own on held-out rows (NaN where neither is known),
        and that of the members' predictions.

        Parameters
        ----------
        x : object
            The samples.
        """
        predictions = self._predicted(x, fails=False)
        return self._combined(predictions).uncertainty(predictions)

    def _combined(self, predictions: np.ndarray) -> Combination:
        """Return how members are combined, settled by their first predictions."""
        if self.combination is None:
            variances = [v for v in map(_own_variance, self.members) if v is not None]
            one_number = self.type == "number" and predictions.ndim == 2
            self.combination = combine(
                self.type,
                predictions,
                members=self.names,
                levels=self.levels,
                weights=self._weights,
                variance=[float(np.mean(variances))] if variances and one_number else None,
            )
        return self.combination

    # Learning how to combine ----------------------------------------------------------------------

    def fit(self, x: Any, y: Any, method: str | None = None) -> Ensemble:
        """Find how to combine the members, on rows that none of them was fitted to.

        Parameters
        ----------
        x : object
            The samples, as members take them.
        y : sequence
            Their outcome: classes by name or number, or numbers.
        method : {"stack", "weights", "greedy", "average"}, optional
            `"stack"`, the default: a small model of the members' predictions. `"weights"`: those of
            the least loss, none below 0 and adding up to 1. `"greedy"`: selection with replacement.
            `"average"`: equal weights; the losses are noted alone.

        Returns
        -------
        Ensemble
            Itself.

        Raises
        ------
        DataError
            If members predict what is no number, or not for each row.
        """
        predictions = self._predicted(x, fails=True)
        codes = self._codes(y, predictions)
        self.combination = combine(
            self.type,
            predictions,
            codes,
            self.names,
            self.levels,
            method,
            self._weights,
            seed=stream.next(),
        )
        return self

    def _codes(self, y: Any, predictions: np.ndarray) -> np.ndarray:
        known = Predictor(None, self.type, lambda x: x, self.levels)
        codes = known.encode(y, predictions.shape[2] if predictions.ndim == 3 else 1)
        if len(codes) != predictions.shape[1]:
            raise DataError(
                f"'y' has {len(codes)} values, and 'x' {predictions.shape[1]} rows.", argument="y"
            )
        if self.type == "number" and not np.isfinite(codes).all():
            raise DataError("'y' has missing values.", argument="y", hint="Leave these rows out.")
        return codes

    def evaluate(self, x: Any, y: Any) -> dict[str, float]:
        """Return the loss of each member and of the `"ensemble"`: log loss, or squared error.

        Parameters
        ----------
        x, y : object
            Samples and their outcome, as in `fit`.
        """
        predictions = self._predicted(x, fails=True)
        codes = self._codes(y, predictions)
        found = {
            name: mean_loss(self.type, each, codes) for name, each in zip(self.names, predictions)
        }
        whole = self._combined(predictions).predict(predictions)
        return {**found, "ensemble": mean_loss(self.type, whole, codes)}

    # What others ask ------------------------------------------------------------------------------

    def predictor(self) -> Predictor:
        """Return the ensemble as what it predicts, for what takes any model."""
        return Predictor(self, self.type, self.predict, self.levels)

    def save(self, filepath: str, overwrite: bool = False) -> None:
        """Save the ensemble with its members in one file, which is read on any engine.

        Parameters
        ----------
        filepath : str
            The file; `.rdeep` is the usual ending.
        overwrite : bool
            Whether to replace a file that exists.

        Raises
        ------
        FileError
            If a member is no model of rdeep's, or no data has shown yet what members predict.
        """
        for name, member in zip(self.names, self.members):
            if not isinstance(member, (Model, Tabular, ReadyModel, Ensemble)):
                raise FileError(
                    f"Member {show(name)} is {show(member)}, which a file of data cannot hold.",
                    argument="members",
                    hint="Files hold networks, models of tables, images and the like, and "
                    "ensembles of these.",
                )
        if is_keras(filepath):
            raise FileError(
                "A '.keras' file has no place for several models.",
                argument="filepath",
                received=filepath,
                hint="Choose the ending '.rdeep'.",
            )
        disk.check_free(filepath, overwrite)
        storage.write(self, filepath)

    def __repr__(self) -> str:
        found = self.combination or self._unfitted
        return f"Ensemble({listing(self.names, 'and')}, method={found.method!r})"


def _named(members: Any) -> tuple[tuple[str, ...], list[Any]]:
    if isinstance(members, Mapping):
        names, listed = [str(each) for each in members], list(members.values())
    elif isinstance(members, Sequence) and not isinstance(members, str):
        listed = list(members)
        names = [f"member_{number + 1}" for number in range(len(listed))]
    else:
        raise ArgumentError(
            f"'members' must be a list or a dict of fitted models, not {show(members)}.",
            argument="members",
            received=members,
        )
    if len(listed) < 2:
        raise ArgumentError(
            f"An ensemble is of two members or more, not {len(listed)}.",
            argument="members",
            hint=f"{called('deep_ensemble')} fits a model several times.",
        )
    return tuple(names), listed


def _one_type(names: Sequence[str], predictors: Sequence[Predictor]) -> str:
    first = predictors[0].type
    for name, each in zip(names, predictors):
        if each.type != first:
            words = {"class": "classes", "number": "numbers"}
            raise ArgumentError(
                f"Member {show(names[0])} predicts {words[first]}, and {show(name)} "
                f"{words[each.type]}: they cannot be combined.",
                argument="members",
            )
    return first


def _one_set_of_levels(
    names: Sequence[str], predictors: Sequence[Predictor]
) -> tuple[str, ...] | None:
    """Return the classes in the order of the first member that knows them by name."""
    named = [(name, each.levels) for name, each in zip(names, predictors) if each.levels]
    if not named:
        return None
    first, levels = named[0]
    for name, other in named:
        if set(other) != set(levels):
            raise ArgumentError(
                f"Members {show(first)} and {show(name)} were fitted to other classes: "
                f"{listing(levels, 'and')}; and {listing(other, 'and')}.",
                argument="members",
                hint="Fit all to an outcome with the same classes.",
            )
    return levels


def _order(own: Sequence[str] | None, levels: Sequence[str] | None) -> list[int] | None:
    """Return where a member has each class; `None` where it has them in order."""
    if own is None or levels is None or list(own) == list(levels):
        return None
    return [list(own).index(level) for level in levels]


def _counted(values: np.ndarray, predictor: Predictor) -> str:
    if values.ndim == 1:
        return f"{len(values)} numbers"
    what = "classes" if predictor.type == "class" else "numbers"
    return f"{len(values)} rows of {values.shape[1]} {what}"


def _own_variance(member: Any) -> float | None:
    """Return the variance about what a member predicts, on rows that it has not seen."""
    if isinstance(member, ReadyModel):
        error = member.scores.get("rmse")
        return None if error is None else float(error) ** 2
    if isinstance(member, Tabular) and member.family_name == "gaussian":
        errors = (member.held_out() - member.outcome())[:, 0]
        known = errors[np.isfinite(errors)]
        return float(np.mean(known**2)) if len(known) else None
    if isinstance(member, Ensemble) and member.combination is not None:
        found = member.combination.variance
        return found[0] if found is not None and len(found) == 1 else None
    return None
