"""The network of several modalities: an encoder of each, their fusion, and what is predicted."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from rdeep.catalogue import layers
from rdeep.catalogue.initializers import RandomNormal
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.image.architecture import residual_features
from rdeep.models import Model
from rdeep.multimodal import image_values
from rdeep.multimodal.series_values import EXTRA
from rdeep.multimodal.settings import (
    ImageColumn,
    Modality,
    MultimodalLearned,
    MultimodalSettings,
    SeriesColumn,
    TableColumns,
    TextColumn,
)
from rdeep.multimodal.values import Values
from rdeep.ops import maximum, sum
from rdeep.tabular.architectures import Columns, Shape, column_features, cut_points
from rdeep.tabular.encoding import FEW_LEVELS
from rdeep.tabular.settings import choose
from rdeep.text.networks import sizes_of, vector_ends, word_ends
from rdeep.text.settings import TextSettings

Ends = tuple[list[SymbolicTensor], SymbolicTensor]
PRESENT = "present"
"""The input that says which modalities a sample has, 1 or 0 for each."""
_HIDDEN = (128, 64)
_MOST_MET = 6
_FILTERS = (32, 64, 64)
_WIDTHS = (7, 5, 3)


def input_name(name: str, place: int) -> str:
    """Return what an input of a modality is called in the whole network.

    Parameters
    ----------
    name : str
        The input, such as `"pixels"`.
    place : int
        The number of the modality.
    """
    return f"{name}_{place}"


def multimodal_network(
    learned: MultimodalLearned,
    settings: MultimodalSettings,
    values: Sequence[Values],
    rows: int,
    steps: int,
    backend: str | None,
    device: str | None,
) -> Model:
    """Return a network that takes all modalities, and gives logits or a number.

    Parameters
    ----------
    learned : MultimodalLearned
        The modalities and the outcome.
    settings : MultimodalSettings
        The sizes.
    values : sequence of Values
        The values of each modality to train on.
    rows : int
        How many samples it is trained on.
    steps : int
        How many steps are taken.
    backend, device : str or None
        Where it runs.
    """
    present = Input((len(learned.modalities),), name=PRESENT)
    inputs: list[SymbolicTensor] = []
    vectors = []
    for place, (modality, given) in enumerate(zip(learned.modalities, values)):
        ends, features = _ends(modality, settings, given, rows, steps)
        encoder = Model(
            ends if len(ends) > 1 else ends[0], features, f"encoder_{place}", backend, device
        )
        outer = [
            Input(end.shape[1:], dtype=end.dtype, name=input_name(name, place))
            for name, end in zip(encoder.input_names, ends)
        ]
        inputs += outer
        found = encoder(outer if len(outer) > 1 else outer[0])
        vectors.append(_vector(found, present, place, settings.units))
    fused = _fused(vectors, present, settings)
    x = fused
    for number, units in enumerate(_HIDDEN):
        x = layers.Dense(units, "relu", kernel_initializer="he_normal", name=f"hidden_{number}")(x)
        if settings.dropout:
            x = layers.Dropout(settings.dropout, name=f"dropout_{number}")(x)
    outputs = layers.Dense(learned.outcome.units, name="outputs")(x)
    return Model([*inputs, present], outputs, "multimodal", backend, device)


def _vector(
    found: SymbolicTensor, present: SymbolicTensor, place: int, units: int
) -> SymbolicTensor:
    """Return a modality's vector, or a learned one where the sample lacks the modality."""
    vector = layers.Dense(units, name=f"projected_{place}")(found)
    vector = layers.LayerNormalization(name=f"normed_{place}")(vector)
    there = present[:, place : place + 1]
    instead = layers.Dense(
        units, use_bias=False, kernel_initializer=RandomNormal(0.0, 0.1), name=f"missing_{place}"
    )
    return vector * there + instead(1.0 - there)


def _fused(
    vectors: Sequence[SymbolicTensor], present: SymbolicTensor, settings: MultimodalSettings
) -> SymbolicTensor:
    # What two say together only is in their product: without it training waits long for a start.
    pairs = itertools.combinations(vectors, 2) if len(vectors) <= _MOST_MET else ()
    met = [one * other for one, other in pairs]
    side = layers.Concatenate(name="side_by_side")([*vectors, *met, present])
    if settings.fusion == "concat" or len(vectors) == 1:
        return side
    # Gated units (Arevalo et al. 2017), for any number of modalities.
    weights = layers.Dense(len(vectors), "softmax", name="gates")(side)
    parts = [
        layers.Dense(2 * settings.units, "tanh", name=f"gated_{place}")(vector)
        * weights[:, place : place + 1]
        for place, vector in enumerate(vectors)
    ]
    return layers.Add(name="fused")(parts)


def _ends(
    modality: Modality, settings: MultimodalSettings, values: Values, rows: int, steps: int
) -> Ends:
    if isinstance(modality, ImageColumn):
        return _image(modality, values, rows, steps)
    if isinstance(modality, TextColumn):
        return _text(modality, values)
    if isinstance(modality, SeriesColumn):
        return _series(modality, steps)
    return _table(modality, values, rows)


def _image(record: ImageColumn, values: Values, rows: int, steps: int) -> Ends:
    pixels = Input((*record.image_size, record.channels), name="pixels")
    means, deviations = image_values.moments(values)
    squares = [deviation**2 for deviation in deviations]
    x = layers.Normalization(mean=means, variance=squares, name="preprocess")(pixels)
    x = residual_features(x, record.image_size, rows, steps)
    return [pixels], layers.GlobalAveragePooling2D(name="pooled")(x)


def _text(record: TextColumn, values: Values) -> Ends:
    if record.encoder is not None:
        vector, scaled = vector_ends(values.inputs["vector"][values.present], None)
        return [vector], scaled
    sizes = sizes_of(TextSettings(architecture=record.architecture), record.architecture)
    size = len(record.vocabulary) + 2
    numbers, found = word_ends(record.architecture, size, sizes, None)
    return [numbers], found


def _series(record: SeriesColumn, steps: int) -> Ends:
    """Return what convolutions find of a series (Wang et al. 2017), of its own steps alone."""
    momentum = min(0.9, max(0.5, 1.0 - 8 / steps))
    series = Input((None, record.channels + EXTRA), name="series")
    there = series[:, :, -1:]
    x: Any = series
    for number, (filters, width) in enumerate(zip(_FILTERS, _WIDTHS)):
        convolution = layers.Conv1D(filters, width, padding="same", use_bias=False)
        x = layers.BatchNormalization(momentum=momentum, name=f"norm_{number}")(convolution(x))
        x = layers.Activation("relu", name=f"relu_{number}")(x) * there
    count = maximum(sum(there, axis=1), 1.0)
    mean = sum(x, axis=1) / count
    # All are at least 0: steps that are not there are never the largest.
    largest = layers.GlobalMaxPooling1D(name="largest")(x)
    return [series], layers.Concatenate(name="pooled")([mean, largest])


def _table(record: TableColumns, values: Values, rows: int) -> Ends:
    """Return columns as models of tables take them: numbers along pieces, levels as vectors."""
    inputs = values.inputs
    narrow: list[int] = []
    wide: list[int] = []
    for each in record.categories:
        count = len(each.levels)
        (narrow if count <= FEW_LEVELS else wide).append(count)
    asked = choose({"architecture": "mlp"}, rows)
    numbers = inputs.get("numbers")
    width = 0 if numbers is None else numbers.shape[1]
    edges = () if numbers is None or not asked.pieces else cut_points(numbers, asked.pieces)
    columns = Columns(
        Input((width,), name="numbers") if width else None,
        Input((len(narrow),), "int32", name="levels") if narrow else None,
        Input((len(wide),), "int32", name="codes") if wide else None,
    )
    shape = Shape(width, edges, tuple(narrow), tuple(wide), 1, 0, False, True)
    ends = [x for x in (columns.numbers, columns.levels, columns.codes) if x is not None]
    features = column_features(asked, shape, columns)
    return ends, layers.Dense(_HIDDEN[0], "relu", kernel_initializer="he_normal")(features)
