"""Reading ensembles: each member is a file within the file, and checked as one."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO

from rdeep.ensembles.combination import Combination
from rdeep.ensembles.ensemble import Ensemble
from rdeep.ensembles.storage import DEEPEST, KIND
from rdeep.errors import FileError, called, plain
from rdeep.errors.damage import Damage, making
from rdeep.models import load_model
from rdeep.ready_models import load_ready
from rdeep.saving import archive, schema
from rdeep.saving.annotations import check_annotations
from rdeep.saving.faults import shown_source
from rdeep.tabular import load_tabular

_ARRAYS = "weights.safetensors"
_MOST_MEMBERS = 1000
_LOADERS: dict[str, Callable[..., Any]] = {"tabular": load_tabular, "ready": load_ready}


def load_ensemble(
    filepath: str | BinaryIO, backend: str | None = None, device: str | None = None
) -> Ensemble:
    """Read an ensemble that `Ensemble.save` wrote.

    Parameters
    ----------
    filepath : str or binary stream
        The file.
    backend : {"torch", "tensorflow", "numpy"}, optional
        The engine for all members to run on; by default each runs on the one that it was saved
        from, or else on one that is installed.
    device : str, optional
        The device there.

    Raises
    ------
    FileError
        If it is not there, or not such a file.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.ensembles import Ensemble, load_ensemble
    >>> from rdeep.layers import Dense
    >>> models = [Sequential([Dense(1)], input_shape=(2,)) for _ in range(2)]
    >>> both, x = Ensemble(models), np.ones((3, 2))
    >>> predicted = both.predict(x)
    >>> path = os.path.join(tempfile.mkdtemp(), "both.rdeep")
    >>> both.save(path)
    >>> np.allclose(load_ensemble(path).predict(x), predicted)
    True
    """
    return _read(filepath, backend, device, DEEPEST)


def _read(source: Any, backend: str | None, device: str | None, left: int) -> Ensemble:
    with archive.opened(source) as file:
        data = file.description
        if schema.kind_of(data) != KIND:
            raise FileError(
                f"{shown_source(source)} holds one model, not an ensemble.",
                argument="filepath",
                hint=f"Read it with {called('load_model')}.",
            )
        plain.fields(data, ("kind", "combination", "annotations"), "model.json")
        found = data["combination"]
        plain.fields(found, ("class", "options"), "combination")
        if found["class"] != Combination.__name__:
            raise Damage("it does not say how members are combined", place="combination")
        combination = Combination.restored(found["options"], "combination.options")
        combination.check_saved("combination.options")
        check_annotations(data["annotations"], "annotations")
        held, slots = file.headers()
        wanted = [f"member{number}" for number in range(len(combination.members))]
        if sorted(held) != sorted(wanted) or slots or len(wanted) > _MOST_MEMBERS:
            raise Damage("it does not hold the members that it names", place=_ARRAYS)
        for name, tensor in held.items():
            if tensor.dtype != "U8" or len(tensor.shape) != 1:
                raise Damage("it is no member's file", place=f"{_ARRAYS}: {name}")
        arrays = file.weights()
        schema.check_read(arrays, held, _ARRAYS)
        members = {}
        for name, place in zip(combination.members, wanted):
            stream = io.BytesIO(arrays.pop(place).tobytes())
            members[name] = _member(stream, backend, device, left - 1, place)
        with making("combination"):
            ensemble = Ensemble.restored(members, combination)
        ensemble.annotations = dict(data["annotations"])
    return ensemble


def _member(stream: BinaryIO, backend: str | None, device: str | None, left: int, at: str) -> Any:
    with archive.opened(stream) as file:
        kind = schema.kind_of(file.description)
    stream.seek(0)
    if kind == KIND:
        if not left:
            raise Damage("ensembles lie in each other too deeply", place=f"{_ARRAYS}: {at}")
        return _read(stream, backend, device, left)
    return _LOADERS.get(kind, load_model)(stream, backend=backend, device=device)
