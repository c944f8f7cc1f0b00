"""Which samples are held out."""

from __future__ import annotations

import numpy as np

from rdeep.seeds import stream


def held_out_rows(
    total: int, share: float, classes: np.ndarray | None = None, groups: np.ndarray | None = None
) -> np.ndarray:
    """Return which samples are held out, drawn by the stream of seeds: `(total,)`, booleans.

    Parameters
    ----------
    total : int
        How many samples there are.
    share : float
        The share that is held out; of a share above 0 at least one, and never all.
    classes : numpy.ndarray, optional
        The class of each sample: each has its share held out, and one sample at least is seen.
    groups : numpy.ndarray, optional
        What belongs together, such as the voice of a recording: a group is held out whole.
    """
    held = np.zeros(total, bool)
    generator = np.random.Generator(np.random.PCG64(stream.next()))
    if not share or total < 2:
        return held
    if groups is not None:
        names, group = np.unique(groups, return_inverse=True)
        count = min(max(1, round(share * len(names))), len(names) - 1)
        return np.isin(group, generator.permutation(len(names))[:count])
    shuffled = generator.permutation(total)
    if classes is not None:
        # In turn through the classes, so that each has its share.
        shuffled = shuffled[np.argsort(np.asarray(classes)[shuffled], kind="stable")]
        count = min(max(1, round(share * total)), total - 1)
        places = np.floor((np.arange(count) + 0.5) * total / count).astype(np.int64)
        held[shuffled[places]] = True
        return _with_each_class_seen(held, np.asarray(classes))
    held[shuffled[: min(max(1, round(share * total)), total - 1)]] = True
    return held


def _with_each_class_seen(held: np.ndarray, classes: np.ndarray) -> np.ndarray:
    for each in np.unique(classes):
        rows = np.flatnonzero(classes == each)
        if held[rows].all():
            held[rows[0]] = False
    return held
