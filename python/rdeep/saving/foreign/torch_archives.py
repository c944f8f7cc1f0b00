"""State dicts of torch: tensors by name, from the zip that `torch.save` writes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.torch_pickles import Storage, TensorView, read_pickle
from rdeep.saving.foreign.zips import Zip

_INNER = ("state_dict", "model_state_dict", "model", "module", "net", "network", "weights")


def read_state_dict(data: bytes) -> dict[str, np.ndarray]:
    """Return the tensors of a file by their names, in their order.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    dict of str to numpy.ndarray
        Views of the file's bytes; numbers of 16 bits that NumPy does not know (bfloat16) as
        float32, which holds each of them.

    Raises
    ------
    Damage
        If it is not such a file, or holds more than tensors.
    """
    archive = Zip(data)
    pickles = [name for name in archive.names if name.endswith("/data.pkl")]
    if len(pickles) != 1 or pickles[0].count("/") != 1:
        raise Damage(
            "it has no list of tensors",
            hint="Programs of torch and packages are not read: save the state dict.",
        )
    root = pickles[0].partition("/")[0]
    if any(not name.startswith(f"{root}/") for name in archive.names):
        raise Damage("it has members that are not torch's")
    try:
        found = read_pickle(archive.read(pickles[0]))
    except Damage as damage:
        raise damage.within(pickles[0]) from None
    order = f"{root}/byteorder"
    if order in archive.names and archive.read(order) != b"little":
        raise Damage("its numbers begin with their large end")
    storages: dict[Storage, np.ndarray] = {}
    return {
        name: _array(archive, root, tensor, storages, name)
        for name, tensor in _tensors(found).items()
    }


def _tensors(found: Any) -> dict[str, TensorView]:
    """Return the tensors of a dict, or of the one dict in it that holds the weights."""
    if not isinstance(found, Mapping):
        raise Damage("it holds no dict of tensors")
    tensors = {name: each for name, each in found.items() if isinstance(each, TensorView)}
    if tensors:
        others = [name for name in found if name not in tensors]
        if others or not all(isinstance(name, str) for name in tensors):
            raise Damage(f"{shown_value((others or list(tensors))[0])} in it is no named tensor")
        return tensors
    inner = [name for name in _INNER if isinstance(found.get(name), Mapping)]
    if len(inner) != 1:
        names = ", ".join(repr(name) for name in list(found)[:10])
        raise Damage(f"which of its parts are the weights is not clear: it has {names or 'none'}")
    return _tensors(found[inner[0]])


def _array(
    archive: Zip, root: str, view: TensorView, storages: dict[Storage, np.ndarray], name: str
) -> np.ndarray:
    if view.storage not in storages:
        storages[view.storage] = _storage(archive, root, view.storage, name)
    numbers = storages[view.storage]
    count = math.prod(view.shape)
    if count == 0:
        return np.zeros(view.shape, numbers.dtype)
    last = view.offset + sum((n - 1) * s for n, s in zip(view.shape, view.strides))
    if last >= len(numbers) or count > len(numbers):
        raise Damage("it reaches beyond its numbers", place=name)
    size = numbers.itemsize
    found = np.lib.stride_tricks.as_strided(
        numbers[view.offset :], view.shape, [s * size for s in view.strides], writeable=False
    )
    return found


def _storage(archive: Zip, root: str, storage: Storage, name: str) -> np.ndarray:
    member = f"{root}/data/{storage.key}"
    if member not in archive.names:
        raise Damage(f"its numbers, {shown_value(member)}, are not there", place=name)
    data = archive.view(member)
    dtype = np.dtype("<u2" if storage.dtype == "bf16" else storage.dtype)
    if len(data) != storage.count * dtype.itemsize:
        raise Damage("it has not as many numbers as it says", place=member)
    numbers = np.frombuffer(data, dtype)
    if storage.dtype == "bf16":
        return (numbers.astype("<u4") << 16).view("<f4")
    if storage.dtype == "|b1" and (np.frombuffer(data, "|u1") > 1).any():
        raise Damage("a truth in it is neither true nor false", place=member)
    return numbers
