"""One model trained several times: deep ensembles, and snapshots of one training."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import schedules
from rdeep.ensembles.ensemble import Ensemble
from rdeep.errors import ArgumentError, StateError, called, show
from rdeep.models import Model
from rdeep.seeds import set_random_seed, stream
from rdeep.training.callbacks import Callback


def deep_ensemble(
    fit: Callable[..., Any] | Model,
    members: int = 5,
    seeds: Sequence[int] | None = None,
    x: Any = None,
    y: Any = None,
    **arguments: Any,
) -> Ensemble:
    """Return an ensemble of one model fitted several times, from a seed each.

    What differs are the weights that training begins with, and the order of samples: enough for the
    members to err in different places, and so to say where they are not sure.

    Parameters
    ----------
    fit : function or Model
        A function of no argument, or of the seed, that makes a model, fits it and returns it; or a
        compiled network, whose copies with weights of their own are fitted to `x` and `y`.
    members : int
        How many.
    seeds : sequence of int, optional
        A seed for each, by default drawn.
    x, y : object
        What a network is fitted to.
    **arguments
        Other arguments of `Model.fit`.

    References
    ----------
    Lakshminarayanan, B., Pritzel, A. and Blundell, C. (2017). Simple and scalable predictive
    uncertainty estimation using deep ensembles. arXiv:1612.01474.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.ensembles import deep_ensemble
    >>> from rdeep.layers import Dense
    >>> x = np.random.default_rng(1).normal(size=(64, 2))
    >>> model = Sequential([Dense(8, activation="relu"), Dense(1)], input_shape=(2,))
    >>> model.compile("adam", "mse")
    >>> ensemble = deep_ensemble(model, 3, x=x, y=x.sum(axis=1), epochs=2, verbose=0)
    >>> ensemble.predict_members(x).shape
    (3, 64)
    """
    drawn = member_seeds(members, seeds)
    build: Any
    if isinstance(fit, Model):
        build = lambda: fitted_copy(fit, x, y, **arguments)  # noqa: E731
    elif callable(fit):
        if x is not None or y is not None or arguments:
            raise ArgumentError(
                "'x' and 'y' go with a network: a function fits to its own data.", argument="x"
            )
        build = fit
    else:
        raise ArgumentError(
            f"'fit' must be a function that returns a fitted model, or a compiled network, not "
            f"{show(fit)}.",
            argument="fit",
            received=fit,
        )
    takes_seed = not isinstance(fit, Model) and bool(inspect.signature(build).parameters)
    found = {}
    for number, seed in enumerate(drawn):
        set_random_seed(seed)
        found[f"member_{number + 1}"] = build(seed) if takes_seed else build()
    return Ensemble(found)


def member_seeds(members: int, seeds: Sequence[int] | None = None) -> list[int]:
    """Return a seed for each member.

    Parameters
    ----------
    members : int
        How many there are.
    seeds : sequence of int, optional
        The seeds, where they are given.
    """
    if seeds is not None:
        listed = [int(each) for each in seeds]
        if len(set(listed)) < len(listed) or len(listed) < 2:
            raise ArgumentError(
                "'seeds' must be different numbers, two or more: one seed gives one model.",
                argument="seeds",
                received=listed,
            )
        return listed
    if not isinstance(members, (int, np.integer)) or isinstance(members, bool) or members < 2:
        raise ArgumentError(
            f"'members' must be a whole number, 2 or more, not {show(members)}.",
            argument="members",
            received=members,
        )
    return [stream.next() % 2**31 for _ in range(members)]


def fresh_copy(model: Model) -> Model:
    """Return a network of the same layers, compiled alike, with weights of its own.

    Parameters
    ----------
    model : Model
        The network.
    """
    if not model.is_compiled:
        raise StateError("The network is not compiled.", hint="Call compile() first.")
    described = {**model.description(), "history": None, "seed": None}
    fresh: Model = type(model).from_data(described, {}, {}, model.backend, model.device)
    return fresh


def fitted_copy(model: Model, x: Any, y: Any = None, **arguments: Any) -> Model:
    """Return a network of the same layers, fitted anew.

    Parameters
    ----------
    model : Model
        The network.
    x, y : object
        What it is fitted to.
    **arguments
        Other arguments of `Model.fit`.
    """
    if x is None:
        raise ArgumentError("'x' is missing: what is the network fitted to?", argument="x")
    fresh = fresh_copy(model)
    fresh.fit(x, y, **arguments)
    return fresh


class Snapshots(Callback):
    """Has the rate fall and start again in cycles, and keeps the weights at the end of each.

    Parameters
    ----------
    cycles : int
        How many cycles there are.
    epochs : int
        How many epochs a cycle has.
    learning_rate : float, optional
        The rate at which a cycle begins, by default the model's.

    Attributes
    ----------
    kept : list
        The weights at the end of each cycle.
    """

    def __init__(self, cycles: int, epochs: int, learning_rate: float | None = None) -> None:
        for name, value, least in (("cycles", cycles, 2), ("epochs", epochs, 1)):
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if not whole or value < least:
                raise ArgumentError(
                    f"'{name}' must be a whole number, {least} or more, not {show(value)}.",
                    argument=name,
                    received=value,
                )
        if learning_rate is not None and not 0 < float(learning_rate) < math.inf:
            raise ArgumentError(
                f"'learning_rate' must be a number above 0, not {show(learning_rate)}.",
                argument="learning_rate",
                received=learning_rate,
            )
        self.cycles, self.epochs, self.learning_rate = cycles, epochs, learning_rate
        self.kept: list[dict[str, np.ndarray]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Lay out the rates of all steps."""
        steps = self.params.get("steps")
        if steps is None:
            raise ArgumentError(
                "Cycles of the rate need to know how many steps an epoch has, and the data does "
                "not say.",
                argument="steps_per_epoch",
                hint="Give 'steps_per_epoch'.",
            )
        rate = self.learning_rate or float(self.model.learning_rate)
        self.model.follow(
            schedules.CosineDecayRestarts(rate, steps * self.epochs, t_mul=1.0, m_mul=1.0)
        )

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the weights at the end of a cycle."""
        if (epoch + 1) % self.epochs == 0 and len(self.kept) < self.cycles:
            model: Any = self.model
            self.kept.append(
                {name: np.array(value) for name, value in model.get_named_weights().items()}
            )

    def on_train_end(self, logs: Any = None) -> None:
        """Give the rate back."""
        self.model.follow(None)


def snapshot_copies(model: Model, snapshots: Snapshots, last: int | None = None) -> list[Model]:
    """Return a network for each snapshot.

    Parameters
    ----------
    model : Model
        The network that was trained.
    snapshots : Snapshots
        What kept its weights.
    last : int, optional
        How many of the last ones, by default all.
    """
    kept = snapshots.kept if last is None else snapshots.kept[-int(last) :]
    if len(kept) < 2:
        raise StateError(
            f"Training ended after {len(snapshots.kept)} of {snapshots.cycles} cycles, and "
            f"{len(kept)} of them {'is' if len(kept) == 1 else 'are'} no ensemble.",
            argument="last",
            hint="Two snapshots or more are needed.",
        )
    copies = []
    for weights in kept:
        copy = model.copy()
        copy.set_weights(weights)
        copies.append(copy)
    return copies


def snapshot_ensemble(
    model: Model,
    x: Any,
    y: Any = None,
    cycles: int = 5,
    epochs: int = 10,
    learning_rate: float | None = None,
    last: int | None = None,
    **arguments: Any,
) -> Ensemble:
    """Return an ensemble of the states of one training, at the end of each cycle of its rate.

    The rate falls along half a cosine to 0, where a minimum is found, and starts again, which leads
    to another one. The network ends as the last snapshot.

    Parameters
    ----------
    model : Model
        A compiled network.
    x, y : object
        What it is fitted to, as for `Model.fit`.
    cycles : int
        How many cycles, and snapshots.
    epochs : int
        How many epochs each cycle has.
    learning_rate : float, optional
        The rate that each begins with, by default the one that the model was compiled with.
    last : int, optional
        How many snapshots are members, the last ones; by default all.
    **arguments
        Other arguments of `Model.fit`.

    References
    ----------
    Huang, G. et al. (2017). Snapshot ensembles: train 1, get M for free. arXiv:1704.00109.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.ensembles import snapshot_ensemble
    >>> from rdeep.layers import Dense
    >>> x = np.random.default_rng(1).normal(size=(64, 2))
    >>> model = Sequential([Dense(8, activation="relu"), Dense(1)], input_shape=(2,))
    >>> model.compile("adam", "mse")
    >>> snapshot_ensemble(model, x, x.sum(axis=1), cycles=3, epochs=2, verbose=0).names
    ('cycle_1', 'cycle_2', 'cycle_3')
    """
    if not isinstance(model, Model):
        raise ArgumentError(
            f"'model' must be a compiled network, not {show(model)}.",
            argument="model",
            received=model,
            hint=f"{called('deep_ensemble')} takes functions that fit any model.",
        )
    snapshots = Snapshots(cycles, epochs, learning_rate)
    given = arguments.pop("callbacks", None) or []
    callbacks = [*(given if isinstance(given, (list, tuple)) else [given]), snapshots]
    model.fit(x, y, epochs=cycles * epochs, callbacks=callbacks, **arguments)
    copies = snapshot_copies(model, snapshots, last)
    first = len(snapshots.kept) - len(copies) + 1
    return Ensemble({f"cycle_{first + place}": copy for place, copy in enumerate(copies)})
