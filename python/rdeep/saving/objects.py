"""What a host's own files hold of objects that are no models: layers, records, tensors."""

from __future__ import annotations

import pickle
import sys
from typing import Any

from rdeep.catalogue import dispatch
from rdeep.errors import FileError, StateError
from rdeep.saving import disk


class _Reader(pickle.Unpickler):
    """Finds our classes by their names alone where they have moved since they were kept."""

    def find_class(self, module: str, name: str) -> Any:
        """Return the class or function of a name."""
        try:
            return super().find_class(module, name)
        except (ImportError, AttributeError):
            found = _classes(name) if module.startswith("rdeep.") else []
            if len(found) != 1:
                raise
            return found[0]


def _classes(name: str) -> list[type[Any]]:
    """Return our classes of a name."""
    # Imports what records are declared in.
    dispatch.calls()
    ours = (module for place, module in list(sys.modules.items()) if place.startswith("rdeep."))
    return [vars(module)[name] for module in ours if _declares(module, name)]


def _declares(module: Any, name: str) -> bool:
    found = vars(module).get(name)
    return isinstance(found, type) and found.__module__ == module.__name__


def keep_object(value: object, path: str) -> None:
    """Write an object to a file, for `restore_object`.

    Parameters
    ----------
    value : object
        The object.
    path : str
        The file.

    Raises
    ------
    StateError
        If it holds something that cannot be written down, such as a function of the host's.
    """
    if hasattr(value, "detach"):
        value = value.detach()
    try:
        data = pickle.dumps(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise StateError(f"it holds what cannot be written down ({error}).") from error
    disk.replace_file(path, lambda target: target.write(data), "path")


def restore_object(path: str) -> Any:
    """Return the object that `keep_object` wrote.

    Parameters
    ----------
    path : str
        The file; as with any file of pickled objects, one should know who wrote it.
    """
    try:
        with open(path, "rb") as source:
            return _Reader(source).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError) as error:
        raise FileError(f"What was kept cannot be read: {error}", argument="filepath") from error
