"""What a support vector machine is asked for, and what it learns of the data."""

from __future__ import annotations

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.errors import ArgumentError, setting
from rdeep.ready import Asked, Inner, Learned, LearnedOutcome

KERNELS = ("rbf", "linear", "polynomial")
LOSSES = ("hinge", "squared_hinge")
MAPS = ("nystroem", "fourier")


class SVMSettings(Asked):
    """What `SVMModel` is asked for. What is `None` is chosen from the data."""

    kernel: str = option(
        options.Choice(*KERNELS),
        "rbf",
        'How alike two rows are: `"rbf"` is `exp(-gamma * |u - v|^2)`, `"linear"` is `u\'v`, '
        '`"polynomial"` is `(gamma * u\'v + coef0)^degree`.',
    )
    cost: float = option(
        options.Number(0.0, open_low=True), 1.0, "What losses are multiplied by: C."
    )
    loss: str = option(
        options.Choice(*LOSSES),
        "hinge",
        "Whether what is on the wrong side of its margin counts by its distance, or by the square.",
    )
    epsilon: float = option(
        options.Number(0.0),
        0.1,
        "How far a number may be off without loss, on the scale that numbers are brought to.",
    )
    gamma: float | str | None = option(
        options.OrNone(options.Either(options.Number(0.0, open_low=True), options.Text())),
        None,
        'How fast rows become different: by default 1 by the number of columns; `"median"` takes 1 '
        "by the median squared distance of rows.",
    )
    degree: int = option(options.Count(), 3, 'The power of `"polynomial"`.')
    coef0: float = option(options.Number(0.0), 0.0, 'What `"polynomial"` adds.')
    scale: bool = option(
        options.Flag(),
        True,
        "Whether columns of numbers, and an outcome of numbers, get mean 0 and variance 1.",
    )
    features: int = option(
        options.Count(2), 1024, "How many features stand for the kernel: more are nearer to it."
    )
    map: str = option(
        options.Choice(*MAPS),
        "nystroem",
        'What the features are: `"nystroem"` compares with rows of the data, all of them where '
        'there are no more than `features`; `"fourier"` takes waves of random frequencies.',
    )
    folds: int = option(
        options.Count(0),
        3,
        "Into how many parts rows are cut for the scores on held-out rows and for probabilities; "
        "0 for neither.",
    )
    impute: bool = option(
        options.Flag(),
        False,
        "Whether values may be missing: the median stands for them, beside a column that says so.",
    )

    def check_together(self) -> None:
        """Refuse settings that do not go together."""
        if isinstance(self.gamma, str) and self.gamma != "median":
            raise ArgumentError(
                "'gamma' must be a number above 0 or 'median'.",
                argument="gamma",
                received=self.gamma,
            )
        if self.map == "fourier" and self.kernel != "rbf":
            raise ArgumentError(
                f"{setting('map', 'fourier')} is for {setting('kernel', 'rbf')}: no waves make "
                f"the kernel '{self.kernel}'.",
                argument="map",
                received=self.map,
            )
        if self.folds == 1:
            raise ArgumentError(
                "'folds' must be 0 or at least 2: one part cannot be held out of itself.",
                argument="folds",
                received=1,
            )


class SVMLearned(Learned):
    """What was learned of rows and of their outcome."""

    outcome: LearnedOutcome = option(Inner(LearnedOutcome), doc="What is predicted.")
    gamma: float = option(options.Number(0.0, open_low=True), 1.0, "The kernel's width.")
    named: bool = option(options.Flag(), False, "Whether columns have names.")
    numbers: tuple[str, ...] = option(options.Texts(), (), "The names of columns of numbers.")
    factors: tuple[str, ...] = option(options.Texts(), (), "The names of factors.")
    levels: tuple[str, ...] = option(options.Texts(), (), "The levels of all factors, in order.")
