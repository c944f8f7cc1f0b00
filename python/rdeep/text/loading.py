"""What a file must hold of a model of text, once each part of it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.errors.damage import Damage
from rdeep.text.settings import TextLearned


def check_parts(
    learned: TextLearned,
    frozen: bool,
    arrays: Mapping[str, np.ndarray],
    networks: int,
    units: Any,
) -> None:
    """Refuse parts that do not go together.

    Parameters
    ----------
    learned : TextLearned
        What was learned.
    frozen : bool
        Whether an encoder stays as it is.
    arrays : mapping of str to numpy.ndarray
        What was learned that is no plain data.
    networks : int
        How many networks there are.
    units : int
        How many outputs the first has.

    Raises
    ------
    Damage
        If something is missing, too much, or of another size.
    """
    if units != learned.outcome.units:
        raise Damage("it has another number of outputs than the outcome", place="networks[0]")
    if len(arrays.get("counts", ())) != len(learned.vocabulary):
        raise Damage("it does not go with the words", place="learned/counts")
    by_reference = learned.encoder_path is not None
    kept = learned.encoder is not None and frozen and not by_reference
    if networks != 1 + kept:
        raise Damage("it must hold an encoder exactly if there is one", place="networks")
    if by_reference and (learned.encoder_sha256 is None or learned.encoder is None):
        raise Damage("the encoder's hash is missing", place="learned.options")
    if (learned.encoder is not None) != ("tokenizer" in arrays):
        raise Damage("it must hold a tokenizer exactly if there is an encoder", place="learned")
