"""Python hosts R: the R package and the Python core in one process."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# R inside this process must take this Python and no other.
os.environ["RETICULATE_PYTHON"] = sys.executable

# reticulate 1.28 frees Python objects during R's garbage collection without holding Python's
# lock, which rpy2 has let go of (reticulate's pull request 1188 fixed other such places).
# R collects nothing while its heap is below these sizes, which these tests do not reach.
os.environ["R_NSIZE"] = "50000000"
os.environ["R_VSIZE"] = "4000M"

# The R package brings its own core; both ends must see that one.
_core = subprocess.run(
    ["Rscript", "-e", 'cat(system.file("python", package = "rdeep"))'],
    capture_output=True,
    text=True,
    check=True,
).stdout.strip()
sys.path.insert(0, _core)

import pytest


@pytest.fixture(scope="session")
def r():
    """R, with the package attached."""
    from rpy2 import robjects
    from rpy2.rinterface_lib import embedded

    # Ending R would collect at last, with the same outcome: it ends with the process instead.
    atexit.unregister(embedded.endr)
    robjects.r("library(rdeep)")
    return robjects.r


@pytest.fixture(params=["torch", "tensorflow"])
def backend(request):
    """The name of a backend."""
    return request.param
