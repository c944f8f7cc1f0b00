"""Loading torch inside a host program, so that its arithmetic stays its own.

The host's executable may bring a BLAS, and symbols in an executable's libraries come first: torch
would call these routines, twenty times slower on the reference BLAS. `RTLD_DEEPBIND` makes torch's
libraries look for symbols among themselves first.

The host runs this file when Python starts, before rdeep or anything else is imported, because
somebody else may be the first to import torch: it uses nothing but Python's own library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def is_embedded() -> bool:
    """Say whether Python runs inside a host program."""
    try:
        program = os.path.basename(os.readlink("/proc/self/exe"))
    except OSError:
        return False
    return not program.startswith(("python", "pypy"))


def install(name: str = "torch") -> Any:
    """Have a package's libraries loaded apart, whoever imports it.

    Returns
    -------
    ApartFinder or None
        What finds the package, of which `used` says whether the package came by it. `None` where
        there is no need: Python runs by itself, or the system has no such flag.
    """
    if not is_embedded() or not hasattr(os, "RTLD_DEEPBIND"):
        return None
    # The host and the core have each loaded this file, so that classes say nothing.
    for finder in sys.meta_path:
        if getattr(finder, "loads_apart", None) == name:
            return finder
    finder = ApartFinder(name)
    sys.meta_path.insert(0, finder)
    return finder


class ApartFinder(MetaPathFinder):
    """Finds a package as Python does, and has its libraries loaded with `RTLD_DEEPBIND`."""

    def __init__(self, name: str) -> None:
        self.loads_apart = name
        self.used = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the package's specification as others find it, with a loader of ours."""
        if fullname != self.loads_apart:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _ApartLoader(spec.loader, self)
                return spec
        return None


class _ApartLoader(Loader):
    """Another loader, around whose work the flag is set."""

    def __init__(self, loader: Any, finder: ApartFinder) -> None:
        self._loader = loader
        self._finder = finder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return the module as the other loader makes it."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the package's code, which loads its libraries."""
        # The package shall know the loader that it would have without us.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._finder.used = True
        flags = sys.getdlopenflags()
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
        try:
            self._loader.exec_module(module)
        finally:
            sys.setdlopenflags(flags)
