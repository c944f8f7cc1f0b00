"""Python hosts R: the R package and the Python core in one process."""

from __future__ import annotations

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

    robjects.r("library(rdeep)")
    return robjects.r


@pytest.fixture(params=["torch", "tensorflow"])
def backend(request):
    """The name of a backend."""
    return request.param


_status = pytest.StashKey[int]()


def pytest_sessionfinish(session, exitstatus):
    """Remember how the tests went."""
    session.config.stash[_status] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """End the process once everything is reported, without ending R and Python in turn.

    With rpy2 3.5 and reticulate 1.28 that ends in an abort after a bare `import("sys")`, whatever
    the tests did: the objects that R still holds are freed when their interpreter is gone.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(config.stash.get(_status, 1))
