"""Python's header files, which what torch compiles is compiled with."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from rdeep.errors import BackendError


def require_headers() -> None:
    """See to it that torch finds `Python.h`, or refuse to compile.

    Inside a host program, Python takes a virtual environment for the place where it
    was installed itself, and looks for headers there. It was built with the right place.

    Raises
    ------
    BackendError
        If there is no `Python.h`.
    """
    if _has_header(sysconfig.get_path("include")):
        return
    built = str(sysconfig.get_config_var("INCLUDEPY") or "")
    if not _has_header(built):
        raise BackendError(
            "'jit_compile' on torch needs Python's header files, and there are none here.",
            argument="jit_compile",
            received=True,
            expected="the file Python.h",
            hint="Install them (Debian's package python3-dev), or leave 'jit_compile' out.",
        )
    base = str(Path(built).parents[1])
    # The dictionary is Python's own, from which it makes all paths.
    known = sysconfig.get_config_vars()
    for name in ("installed_base", "installed_platbase"):
        known[name] = base
    if not _has_header(sysconfig.get_path("include")):
        # Headers in an unusual place: compilers look here as well.
        os.environ["CPATH"] = os.pathsep.join(filter(None, [built, os.environ.get("CPATH")]))


def _has_header(folder: str) -> bool:
    return Path(folder, "Python.h").is_file()
