"""The members of a `.keras` file: how the model is made, its weights, and vocabularies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.hdf5 import Hdf5, read_hdf5
from rdeep.saving.foreign.zips import Zip
from rdeep.saving.plain_json import read_json

CONFIG, METADATA, WEIGHTS, ASSETS = "config.json", "metadata.json", "model.weights.h5", "assets/"
_LONGEST_TEXT = 8_000_000


@dataclass
class KerasFile:
    """What a `.keras` file holds.

    Attributes
    ----------
    config : dict
        How Keras would make the model.
    weights : Hdf5
        Its weights, and the optimizer's.
    assets : function
        Returns a text that a layer keeps, of its name; `None` where there is none.
    """

    config: dict[str, Any]
    weights: Hdf5
    assets: Callable[[str], str | None]


def read_keras(data: bytes) -> KerasFile:
    """Return what a `.keras` file holds.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    Damage
        If it is not such a file.
    """
    archive = Zip(data)
    unknown = [
        name
        for name in archive.names
        if name not in (CONFIG, METADATA, WEIGHTS) and not name.startswith(ASSETS)
    ]
    for name in (CONFIG, WEIGHTS):
        if name not in archive.names:
            raise Damage(f"it has no member {shown_value(name)}")
    if unknown:
        raise Damage(f"it has a member {shown_value(unknown[0])}, which is none of Keras's")
    _check_version(archive, len(data))
    config = _json(archive, CONFIG, len(data))
    try:
        weights = read_hdf5(archive.view(WEIGHTS))
    except Damage as damage:
        raise damage.within(WEIGHTS) from None

    def asset(name: str) -> str | None:
        full = ASSETS + name
        if full not in archive.names:
            return None
        try:
            return bytes(archive.view(full)).decode("utf-8")
        except UnicodeDecodeError:
            raise Damage("it is no text", place=full) from None

    return KerasFile(config, weights, asset)


def _json(archive: Zip, name: str, room: int) -> dict[str, Any]:
    if archive.size(name) > _LONGEST_TEXT + room:
        raise Damage("it is longer than the description of a model", place=name)
    try:
        found = read_json(archive.view(name), room=room, not_finite=True)
    except Damage as damage:
        raise damage.within(name) from None
    if not isinstance(found, dict):
        raise Damage("it is no object", place=name)
    return found


def _check_version(archive: Zip, room: int) -> None:
    """Refuse files of other Keras than 3: their weights lie elsewhere."""
    if METADATA not in archive.names:
        return
    version = _json(archive, METADATA, room).get("keras_version")
    if isinstance(version, str) and not re.match(r"3\.", version):
        raise Damage(
            f"Keras {shown_value(version)} wrote it",
            hint="Load it with Keras 3 and save it again.",
        )
