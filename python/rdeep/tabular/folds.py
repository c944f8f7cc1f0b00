"""Cutting rows into parts that are alike in their outcome."""

from __future__ import annotations

import numpy as np


def stratified_folds(y: np.ndarray, classes: bool, count: int, seed: int) -> np.ndarray:
    """Return the number of each row's fold, from 0.

    Rows are dealt out in the order of their outcome, shuffled among equals (numbers: among
    neighbours), so that each fold has its share of each class, or of small and large numbers.

    Parameters
    ----------
    y : numpy.ndarray
        The outcome's column to be alike in.
    classes : bool
        Whether it holds classes rather than numbers.
    count : int
        How many folds.
    seed : int
        What chance draws from.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    shuffled = generator.permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    folds = np.empty(len(y), np.int64)
    if classes:
        # Going on from class to class where the last one stopped keeps the folds equally large.
        folds[order] = np.arange(len(y)) % count
        return folds
    for start in range(0, len(y), count):
        block = order[start : start + count]
        folds[block] = generator.permutation(count)[: len(block)]
    return folds


def held_out(folds: np.ndarray, fold: int) -> np.ndarray:
    """Return the numbers of the rows in a fold.

    Parameters
    ----------
    folds : numpy.ndarray
        What `stratified_folds` returned.
    fold : int
        The fold.
    """
    return np.flatnonzero(folds == fold)
