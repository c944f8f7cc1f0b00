"""Which parts of an image speak for a class: Grad-CAM, by the engines' gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep import ops
from rdeep.errors import BackendError, DataError, StateError
from rdeep.graph.tensor import SymbolicTensor
from rdeep.image.predicting import read_images
from rdeep.image.resizing import resized_arrays
from rdeep.models import Model
from rdeep.ops.differentiation import gradients_of
from rdeep.ops.variable import Variable
from rdeep.ready import BadRows

_AT_ONCE = 32
_NOT_FEATURES = ("pixels", "preprocess")


def explain(model: Any, x: Any, classes: Any, on_bad: str) -> dict[str, Any]:
    """Return heat maps; arguments as for `ImageModel.explain`.

    Parameters
    ----------
    model : ImageModel
        The fitted model.
    x, classes, on_bad
        As for `ImageModel.explain`.
    """
    network, outcome = model.network, model.learned.outcome
    if network.backend == "numpy":
        raise BackendError(
            "Heat maps need gradients, which NumPy does not compute.",
            hint="Load the model with torch or TensorFlow as its backend.",
        )
    features = last_map(network)
    below = Model(network.inputs, features, "features", network.backend, network.device)
    above = Model(features, network.outputs, "outputs", network.backend, network.device)
    bad = BadRows(on_bad, "images")
    images, rows, total, _ = read_images(model, x, bad)
    bad.kept(total)
    places = _places(classes, outcome, rows, total)
    maps, predictions, chosen = [], [], []
    for start in range(0, len(images), _AT_ONCE):
        piece = images[start : start + _AT_ONCE].astype(np.float32)
        values = np.asarray(below.predict(piece))
        outputs = np.asarray(above.predict(values))
        place = outputs.argmax(axis=1) if places is None else places[start : start + _AT_ONCE]
        maps.append(_heat(above, values, place))
        predictions.append(outcome.response(outputs))
        chosen.append(place)
    size = model.learned.image_size
    found = np.concatenate(maps)[..., np.newaxis]
    place = np.concatenate(chosen)
    response = np.concatenate(predictions)
    if outcome.is_class:
        response = response[np.arange(len(response)), place]
    return {
        "maps": resized_arrays(found, size, "stretch")[..., 0],
        "images": images.astype(np.float32),
        "classes": [outcome.levels[each] for each in place] if outcome.is_class else None,
        "predictions": response,
        "rows": rows,
    }


def last_map(network: Model) -> SymbolicTensor:
    """Return the last feature map of a network.

    Parameters
    ----------
    network : Model
        The network.

    Raises
    ------
    StateError
        If it has none.
    """
    for layer in reversed(network.layers):
        found = layer.output
        if not isinstance(found, SymbolicTensor) or len(found.shape) != 4:
            continue
        if layer.name in _NOT_FEATURES:
            break
        if found.shape[1] != 1 and found.shape[2] != 1:
            return found
    raise StateError(
        "The network has no feature map (batch, height, width, features), which heat maps are "
        "made of.",
        hint="Leave the pooling out of 'network': it is added.",
    )


def _heat(above: Model, values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return `(n, height, width)` from 0 to 1: what speaks for the output chosen of each image."""
    chosen = np.eye(above.output_shape[-1], dtype=np.float32)[places]
    given = Variable(values, backend=above.backend)
    gradient = gradients_of(
        lambda: ops.sum(ops.multiply(above(ops.convert_to_tensor(given)), chosen)), given
    )
    weights = ops.convert_to_numpy(gradient).mean(axis=(1, 2), keepdims=True)
    heat = np.maximum((values * weights).sum(axis=-1), 0.0)
    most = heat.max(axis=(1, 2), keepdims=True)
    return np.asarray(heat / np.where(most > 0, most, 1.0), np.float32)


def _places(classes: Any, outcome: Any, rows: np.ndarray, total: int) -> np.ndarray | None:
    if not outcome.is_class:
        return np.zeros(len(rows), np.int64)
    if classes is None:
        return None
    named = [classes] * total if isinstance(classes, str) else list(classes)
    if len(named) == 1:
        named = named * total
    if len(named) != total:
        raise DataError(
            f"'classes' has {len(named)} values, and there are {total} images.",
            argument="classes",
        )
    places: np.ndarray = outcome.encode(named)[rows]
    return places
