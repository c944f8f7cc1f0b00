"""Inside another program: how torch is loaded, and where Python's headers are."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import sysconfig
import weakref

import pytest

from rdeep.engines.torch import embedded, engine, headers
from rdeep.errors import BackendError

needs_flag = pytest.mark.skipif(
    not hasattr(os, "RTLD_DEEPBIND"), reason="the system has no such flag"
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that keeps the flags that it was loaded with, and how often it was."""
    (tmp_path / "loaded_apart").mkdir()
    (tmp_path / "loaded_apart" / "__init__.py").write_text(
        "import sys\nflags = sys.getdlopenflags()\nfrom . import part\n"
    )
    (tmp_path / "loaded_apart" / "part.py").write_text("import sys\nflags = sys.getdlopenflags()\n")
    (tmp_path / "fails.py").write_text("import sys\nraise ImportError(str(sys.getdlopenflags()))\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(embedded, "is_embedded", lambda: True)
    yield "loaded_apart"
    for name in ("loaded_apart", "loaded_apart.part", "fails"):
        sys.modules.pop(name, None)


@needs_flag
def test_whoever_imports_a_package_it_is_loaded_apart(package):
    before = sys.getdlopenflags()
    finder = embedded.install(package)
    assert embedded.install(package) is finder
    assert importlib.util.find_spec(package) is not None
    assert not finder.used
    module = importlib.import_module(package)
    assert finder.used
    assert module.flags == module.part.flags == before | os.RTLD_DEEPBIND
    assert sys.getdlopenflags() == before
    # The package knows nothing of it.
    assert type(module.__spec__.loader).__name__ == "SourceFileLoader"
    assert module.__loader__ is module.__spec__.loader
    assert importlib.reload(module).flags == before | os.RTLD_DEEPBIND


@needs_flag
def test_a_package_that_fails_or_is_missing_leaves_the_flags_alone(package):
    before = sys.getdlopenflags()
    embedded.install("fails")
    embedded.install("is_not_there")
    with pytest.raises(ImportError, match=str(before | os.RTLD_DEEPBIND)):
        importlib.import_module("fails")
    with pytest.raises(ModuleNotFoundError, match="is_not_there"):
        importlib.import_module("is_not_there")
    assert sys.getdlopenflags() == before


def test_python_by_itself_needs_none_of_it():
    assert not embedded.is_embedded()
    assert embedded.install("anything") is None


@needs_flag
def test_a_package_that_came_too_late_is_told_of_once(package, monkeypatch, recwarn):
    importlib.import_module("torch")
    engine._tell_of_slowness.cache_clear()
    # Inside R's BLAS a product takes ten times as long and more; here it is made to.
    spent = iter([1.0, 0.1])
    monkeypatch.setattr(engine, "_fastest", lambda product: next(spent))
    assert engine.import_torch() is engine.import_torch()
    told = [str(warning.message) for warning in recwarn]
    assert len(told) == 1 and "Restart the program" in told[0]
    engine._tell_of_slowness.cache_clear()
    spent = iter([0.2, 0.1])
    engine.import_torch()
    assert len(recwarn) == 1
    engine._tell_of_slowness.cache_clear()


@pytest.fixture
def paths(monkeypatch):
    """Python's paths, which a test may change."""
    known = sysconfig.get_config_vars()
    for name in ("installed_base", "installed_platbase", "INCLUDEPY"):
        monkeypatch.setitem(known, name, known[name])
    monkeypatch.setenv("CPATH", "/elsewhere")
    return known


def test_headers_are_found_where_python_was_built(paths, tmp_path):
    right = sysconfig.get_path("include")
    if not os.path.isfile(os.path.join(right, "Python.h")):
        pytest.skip("Python's headers are not installed")
    paths["installed_base"] = paths["installed_platbase"] = str(tmp_path)
    assert sysconfig.get_path("include") != right
    headers.require_headers()
    assert sysconfig.get_path("include") == right
    assert os.environ["CPATH"] == "/elsewhere"


def test_headers_in_an_unusual_place_are_named_to_the_compiler(paths, tmp_path):
    folder = tmp_path / "some" / "headers"
    folder.mkdir(parents=True)
    (folder / "Python.h").touch()
    paths["installed_base"], paths["INCLUDEPY"] = str(tmp_path), str(folder)
    headers.require_headers()
    assert os.environ["CPATH"] == os.pathsep.join([str(folder), "/elsewhere"])


def test_without_headers_nothing_is_compiled(paths, tmp_path):
    paths["installed_base"] = paths["INCLUDEPY"] = str(tmp_path)
    with pytest.raises(BackendError, match="header files") as caught:
        headers.require_headers()
    assert "python3-dev" in caught.value.hint


@pytest.mark.parametrize("enabled", [True, False])
def test_nothing_is_collected_during_the_import_and_as_before_after_it(enabled, monkeypatch):
    monkeypatch.delitem(sys.modules, "torch")
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(ImportError), engine._uncollected():
            assert not gc.isenabled()
            raise ImportError
        assert gc.isenabled() is enabled
        assert gc.get_freeze_count() == 0
    finally:
        (gc.enable if before else gc.disable)()


def test_what_came_in_with_an_import_can_still_be_collected(monkeypatch):
    class Ring:
        pass

    monkeypatch.delitem(sys.modules, "torch")
    with engine._uncollected():
        ring = Ring()
        ring.itself = ring
    gone = weakref.ref(ring)
    del ring
    gc.collect()
    assert gone() is None
