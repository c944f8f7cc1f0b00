"""Whether a file's networks and arrays go with what it says was learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.errors.damage import Damage
from rdeep.models import Model
from rdeep.multimodal.network import PRESENT, input_name
from rdeep.multimodal.series_values import EXTRA
from rdeep.multimodal.settings import (
    ImageColumn,
    Modality,
    MultimodalLearned,
    SeriesColumn,
    TableColumns,
    TextColumn,
)
from rdeep.multimodal.table_values import go_together
from rdeep.tabular.encoding import FEW_LEVELS

Shape = tuple[int | None, ...]


def check_network(
    networks: Sequence[Model], learned: MultimodalLearned, arrays: Mapping[str, np.ndarray]
) -> None:
    """Refuse networks and arrays that do not go with what was learned, by raising `Damage`.

    Parameters
    ----------
    networks : sequence of Model
        The network, and perhaps an encoder of texts.
    learned : MultimodalLearned
        What was learned.
    arrays : mapping of str to numpy.ndarray
        What else was learned.
    """
    tables = [each for each in learned.modalities if isinstance(each, TableColumns)]
    if len(tables) > 1 or not all(go_together(each, arrays) for each in tables):
        raise Damage("its arrays do not go together", place="learned")
    encoded = any(
        isinstance(each, TextColumn) and each.encoder is not None for each in learned.modalities
    )
    if encoded and (len(networks) < 2 or "tokenizer" not in arrays):
        raise Damage("it lacks the encoder of texts", place="networks")
    importance = arrays.get("importance")
    if importance is not None and importance.shape != (len(learned.modalities), 3):
        raise Damage("its importances are of other modalities", place="learned")
    wanted: dict[str, Shape] = {PRESENT: (None, len(learned.modalities))}
    size = networks[1].output_shape[-1] if len(networks) > 1 else None
    for place, each in enumerate(learned.modalities):
        for name, shape in _inputs(each, arrays, size).items():
            wanted[input_name(name, place)] = shape
    names = networks[0].input_names
    found = {name: tuple(each.shape) for name, each in zip(names, networks[0].inputs)}
    if found != wanted:
        raise Damage("it takes other inputs than were learned of", place="networks[0]")
    if networks[0].output_shape != (None, learned.outcome.units):
        raise Damage("it gives another outcome than was learned", place="networks[0]")


def _inputs(
    modality: Modality, arrays: Mapping[str, np.ndarray], size: int | None
) -> dict[str, Shape]:
    if isinstance(modality, ImageColumn):
        return {"pixels": (None, *modality.image_size, modality.channels)}
    if isinstance(modality, SeriesColumn):
        if len(modality.deviations) != modality.channels or 0 in modality.deviations:
            raise Damage("its scales do not go together", place="learned")
        return {"series": (None, None, modality.channels + EXTRA)}
    if isinstance(modality, TextColumn):
        if modality.encoder is None:
            return {"words": (None, None)}
        return {"vector": (None, size)}
    counts = [len(each.levels) for each in modality.categories]
    narrow = sum(count <= FEW_LEVELS for count in counts)
    widths = {
        "numbers": 2 * len(arrays["table_kept"]),
        "levels": narrow,
        "codes": len(counts) - narrow,
    }
    return {name: (None, width) for name, width in widths.items() if width}
