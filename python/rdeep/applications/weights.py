"""The weights of known networks: Keras's files, downloaded, and files of others."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rdeep.applications.settings import IMAGENET, Settings
from rdeep.datasets.downloads import get_file
from rdeep.errors import DataError, format_shape, show, worded
from rdeep.models import Model
from rdeep.saving.faults import Damage, reading, shown_value
from rdeep.saving.foreign.exact import exact_float32
from rdeep.saving.foreign.kinds import WANTED, kind_of
from rdeep.saving.foreign.torch_archives import read_state_dict
from rdeep.saving.foreign.torch_layouts import NoFit, weights_from
from rdeep.saving.sources import next_bytes, opened
from rdeep.saving.tensors import read_header_from, read_tensors_from

ORIGIN = "https://storage.googleapis.com/tensorflow/keras-applications/"
StateDict = dict[str, np.ndarray]


@dataclass(frozen=True)
class Published:
    """A file of Keras's weights.

    Attributes
    ----------
    place : str
        Where it is: folder and name below `ORIGIN`, or a whole address.
    file_hash : str, optional
        Its checksum, where Keras says one.
    """

    place: str
    file_hash: str | None = None

    def fetch(self) -> str:
        """Return the file's path, downloaded where it is not there yet."""
        address = self.place if "://" in self.place else ORIGIN + self.place
        try:
            return get_file(origin=address, file_hash=self.file_hash, cache_subdir="models")
        except DataError as error:
            raise DataError(
                error.wording["message"],
                argument="weights",
                received=IMAGENET,
                expected=error.wording.get("expected"),
                hint=worded(
                    f"{error.hint or ''} Or give the path of a copy as 'weights', or "
                    f"{show(None)} for weights drawn at random."
                ),
            ) from error


def kernels_of(folder: str, name: str, hashes: tuple[str, str]) -> Callable[[Settings], Published]:
    """Return what says where weights are that have the usual names: with a classifier and without.

    Parameters
    ----------
    folder : str
        The folder below `ORIGIN`.
    name : str
        What the files' names begin with.
    hashes : tuple of str
        The checksums of both.
    """

    def published(settings: Settings) -> Published:
        ending = "" if settings.include_top else "_notop"
        return Published(
            f"{folder}/{name}_weights_tf_dim_ordering_tf_kernels{ending}.h5",
            hashes[not settings.include_top],
        )

    return published


def state_dict_at(path: str) -> StateDict | None:
    """Return the tensors of a file that has them by a torch module's names; `None` of another file.

    Parameters
    ----------
    path : str
        The file.
    """
    kind = kind_of(path)
    if kind == "torch":
        with reading(path, WANTED[kind]), opened(path) as (stream, size):
            return _by_themselves(read_state_dict(next_bytes(stream, size)))
    if kind != "safetensors":
        return None
    with reading(path, WANTED[kind]), opened(path) as (stream, size):
        names = read_header_from(stream, size).tensors
        if not any("." in name for name in names):
            return None
        stream.seek(0)
        return _by_themselves(read_tensors_from(stream, size))


def is_torchvisions(tensors: StateDict, modules: Mapping[str, str]) -> bool:
    """Return whether tensors have the names of a network of torchvision's.

    Parameters
    ----------
    tensors : dict of str to numpy.ndarray
        The tensors.
    modules : mapping of str to str
        The network's modules, by our layers' names. Not all must be there: what is missing is said
        when the weights are taken.
    """
    return bool(_tensors_of(next(iter(modules.values())), tensors))


def take_torchvisions(
    model: Model, path: str, tensors: StateDict, modules: Mapping[str, str]
) -> None:
    """Give a model the weights of torchvision's.

    Parameters
    ----------
    model : Model
        The model.
    path : str
        The file, for messages.
    tensors : dict of str to numpy.ndarray
        What the file holds.
    modules : mapping of str to str
        The names of torchvision's modules by our layers' names; the classifier's too, of which a
        model without one takes nothing.
    """
    shapes = {name: weight.shape for name, weight in model.graph.weights().items()}
    found = {}
    with reading(path, "a state dict of torchvision's", "weights"):
        _check_all_known(tensors, modules)
        for record, names in model.graph.holdings().values():
            if not names:
                continue
            inside, full = next(iter(names.items()))
            module = modules[full[: -len(inside) - 1]]
            own = _tensors_of(module, tensors)
            if module in tensors and len(names) == 1:
                # A tensor by itself, which torch may keep with axes of size 1.
                own = {inside: _reshaped(tensors[module], shapes[full], module)}
            if not own:
                raise Damage(f"it has no tensors of {module!r}")
            try:
                converted = weights_from(record, {i: shapes[f] for i, f in names.items()}, own)
            except NoFit as error:
                raise Damage(f"{error}", place=module) from None
            for inner, name in names.items():
                found[name] = exact_float32(converted[inner], module)
    model.set_weights(found)


def _check_all_known(tensors: StateDict, modules: Mapping[str, str]) -> None:
    """Refuse tensors that the network has no place for: they are of a larger one."""
    known = {f"{each}." for module in modules.values() for each in _spellings(module)}
    for name in tensors:
        parts = name.split(".")
        if not any(".".join(parts[:n]) + "." in known for n in range(1, len(parts) + 1)):
            raise Damage(f"it has a tensor {shown_value(name)}, which this network has not")


def _spellings(module: str) -> tuple[str, str]:
    # Older files have `norm.1` where newer ones have `norm1`.
    return module, re.sub(r"(?<=[a-z])(\d)$", r".\1", module)


def _tensors_of(module: str, tensors: StateDict) -> StateDict:
    """Return a module's tensors by their names in it."""
    for name in _spellings(module):
        own = {k[len(name) + 1 :]: v for k, v in tensors.items() if k.startswith(f"{name}.")}
        if own:
            return own
    return {}


def _reshaped(tensor: np.ndarray, shape: tuple[int, ...], place: str) -> np.ndarray:
    if tensor.size != math.prod(shape):
        raise Damage(worded(f"it has the shape {format_shape(tensor.shape)}"), place=place)
    return tensor.reshape(shape)


def _by_themselves(tensors: Mapping[str, np.ndarray]) -> StateDict:
    """Return tensors by the names in their own module, not in what trained it on many devices."""
    outer = "module."
    if all(name.startswith(outer) for name in tensors):
        return {name[len(outer) :]: each for name, each in tensors.items()}
    return dict(tensors)
