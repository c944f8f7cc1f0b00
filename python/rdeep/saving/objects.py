"""What R's own files hold of objects that are no models: layers, records, tensors."""

from __future__ import annotations

import pickle
from typing import Any

from rdeep.catalogue import registry
from rdeep.errors import FileError, StateError


class _Reader(pickle.Unpickler):
    """Finds records by their class's name where their module has moved since they were kept."""

    def find_class(self, module: str, name: str) -> Any:
        """Return the class or function of a name."""
        try:
            return super().find_class(module, name)
        except (ImportError, AttributeError):
            found = registry.of_class(name) if module.startswith("rdeep.") else []
            if len(found) != 1:
                raise
            return found[0]


def keep_object(value: Any, path: str) -> None:
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
        If it holds something that cannot be written down, such as a function of R.
    """
    if hasattr(value, "detach"):
        value = value.detach()
    try:
        data = pickle.dumps(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise StateError(f"it holds what cannot be written down ({error}).") from error
    with open(path, "wb") as target:
        target.write(data)


def restore_object(path: str) -> Any:
    """Return the object that `keep_object` wrote.

    Parameters
    ----------
    path : str
        The file; as with any file of R's objects, one should know who wrote it.
    """
    try:
        with open(path, "rb") as source:
            return _Reader(source).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError) as error:
        raise FileError(f"What was kept cannot be read: {error}", argument="filepath") from error
