"""What a host's own files hold of objects that are no models: layers, records, tensors.

They are pickles, of which a reader of our own takes records, arrays and little else: it calls no
constructor, imports nothing, and looks at the options of each record as at those of a file.
"""

from __future__ import annotations

import collections
import copyreg
import functools
import io
import pickle
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue.options import InvalidOption, Path, as_data
from rdeep.catalogue.record import Record
from rdeep.engines import registry as backends
from rdeep.errors import FileError, StateError
from rdeep.errors.damage import Damage
from rdeep.graph.custom import _as_composite
from rdeep.graph.layer import _layer_again
from rdeep.graph.network import _graph_again
from rdeep.saving.faults import reading
from rdeep.saving.numpy_pickles import check_call, check_state_of_numpy
from rdeep.saving.sources import read_whole

_CLASSES = {
    *("Adapted", "Cell", "InnerGraph", "GraphLayer", "LostFunction", "Meter", "MetricState"),
    *("MetricVariable", "SeedGenerator"),
    *("SeedStream", "StatefulMetric", "Traced", "Variable", "Weight", "_Additions"),
    *("Place", "_LearnedValues"),
}
"""Our classes beside records of which an object may come from such a file."""

_FUNCTIONS = {
    ("numpy.random._pickle", "__generator_ctor"),
    ("numpy.random._pickle", "__bit_generator_ctor"),
    *((f"numpy.{core}.multiarray", "_reconstruct") for core in ("core", "_core")),
    *((f"numpy.{core}.multiarray", "scalar") for core in ("core", "_core")),
    *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
}
"""What is called while such a file is read: nothing else is."""

_MADE = {("numpy", "dtype"): np.dtype, ("collections", "OrderedDict"): collections.OrderedDict}
"""Classes that are called with what the file says."""

_PLAIN = {("numpy", "ndarray"): np.ndarray, ("__builtin__", "object"): object}
_PLAIN[("builtins", "object")] = object
_DICTS = (dict, collections.OrderedDict)
_NUMPY_NAMES = {"numpy.core": "numpy._core", "numpy._core": "numpy.core"}


_Unpickler: Any = vars(pickle)["_Unpickler"]
_RECONSTRUCTOR: Any = vars(copyreg)["_reconstructor"]


class _Reader(_Unpickler):
    """Reads records, arrays and what they are made of; refuses all else.

    It is Python's own reader, written in Python, of which what could run code is replaced.
    """

    dispatch: ClassVar[dict[int, Any]] = dict(_Unpickler.dispatch)

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.made: list[Any] = []
        self._callables: list[Any] = [_RECONSTRUCTOR, *_MADE.values()]

    def find_class(self, module: str, name: str) -> Any:
        """Return a class or a function of a name, if it is one of those that may be in a file."""
        if (module, name) in {("copy_reg", "_reconstructor"), ("copyreg", "_reconstructor")}:
            return _RECONSTRUCTOR
        known = _MADE.get((module, name)) or _PLAIN.get((module, name))
        if known is not None:
            return known
        own = {(each.__module__, each.__name__): each for each in _OWN_FUNCTIONS}
        if (module, name) in _FUNCTIONS or (module, name) in own:
            found = own.get((module, name)) or _loaded(module, name)
            self._callables.append(found)
            return found
        found = _record_class(module, name)
        if found is None:
            raise pickle.UnpicklingError(f"it holds {module}.{name}, which no such file needs")
        return found

    def _load_reduce(self) -> None:
        function, arguments = self.stack[-2], self.stack[-1]
        if not any(function is each for each in self._callables):
            raise pickle.UnpicklingError("it asks for a call that no such file needs")
        if function is _RECONSTRUCTOR:
            self._check_made(arguments[0])
            if arguments[1] is not object:
                raise pickle.UnpicklingError("it asks for an object that no such file needs")
        check_call(function, arguments)
        super().load_reduce()
        self.made.append(self.stack[-1])

    def _load_newobj(self) -> None:
        self._check_made(self.stack[-2])
        super().load_newobj()
        self.made.append(self.stack[-1])

    def _check_made(self, cls: Any) -> None:
        ours = isinstance(cls, type) and (issubclass(cls, Record) or cls.__name__ in _CLASSES)
        if not ours:
            raise pickle.UnpicklingError("it asks for an object that no such file needs")

    def _load_build(self) -> None:
        target, state = self.stack[-2], self.stack[-1]
        ours = isinstance(target, Record) or type(target).__name__ in _CLASSES
        if not ours and not isinstance(target, (np.ndarray, np.dtype, np.random.Generator)):
            raise pickle.UnpicklingError("it changes an object that no such file changes")
        if ours:
            _check_state(target, state)
        else:
            check_state_of_numpy(target, state)
        super().load_build()

    def _load_items(self, code: int, into: int, kinds: tuple[type, ...]) -> None:
        # Python's reader calls a method of whatever stands there: `extend`, `add`, `__setitem__`.
        target = self.stack[into] if into else self.metastack[-1][-1]
        if type(target) not in kinds:
            raise pickle.UnpicklingError("it changes an object that no such file changes")
        _Unpickler.dispatch[code](self)

    def _refuse(self) -> None:
        raise pickle.UnpicklingError("it is not written as such files are")

    dispatch[pickle.REDUCE[0]] = _load_reduce
    dispatch[pickle.NEWOBJ[0]] = _load_newobj
    dispatch[pickle.BUILD[0]] = _load_build
    for _code, _into, _kinds in (
        *((pickle.APPEND, -2, (list,)), (pickle.APPENDS, 0, (list,)), (pickle.ADDITEMS, 0, (set,))),
        *((pickle.SETITEM, -3, _DICTS), (pickle.SETITEMS, 0, _DICTS)),
    ):
        dispatch[_code[0]] = functools.partial(_load_items, code=_code[0], into=_into, kinds=_kinds)
    for _code in (pickle.INST, pickle.OBJ, pickle.NEWOBJ_EX, pickle.EXT1, pickle.EXT2, pickle.EXT4):
        dispatch[_code[0]] = _refuse
    for _code in (pickle.PERSID, pickle.BINPERSID):
        dispatch[_code[0]] = _refuse


def _check_state(target: Any, state: Any) -> None:
    """Refuse attributes in the place of methods."""
    if not isinstance(state, dict):
        raise pickle.UnpicklingError("it gives an object a state that none has")
    for name, value in state.items():
        if name == "__name__" and isinstance(value, str):
            # What stands for a function of the user's is called as it was.
            continue
        if isinstance(name, str) and name.startswith("__"):
            raise pickle.UnpicklingError(f"it puts something in the place of {name!r}")
        declared = getattr(type(target), name, None) if isinstance(name, str) else len
        if callable(declared) and not isinstance(declared, type):
            raise pickle.UnpicklingError(f"it puts something in the place of {name!r}")


def _loaded(module: str, name: str) -> Any:
    """Return a function of a module that is loaded: nothing is imported for a file."""
    dispatch.calls()
    found = sys.modules.get(module)
    if found is None:
        first = ".".join(module.split(".")[:2])
        found = sys.modules.get(module.replace(first, _NUMPY_NAMES.get(first, first), 1))
    if found is None or name not in vars(found):
        raise pickle.UnpicklingError(f"it needs {module}.{name}, which is not here")
    return vars(found)[name]


def _record_class(module: str, name: str) -> type[Any] | None:
    """Return the class of a record, or one of those beside, by its name where it has moved."""
    dispatch.calls()
    found = vars(sys.modules.get(module, object)).get(name) if module in sys.modules else None
    if found is None and module.startswith("rdeep."):
        several = _classes(name)
        found = several[0] if len(several) == 1 else None
    if not isinstance(found, type):
        return None
    beside = name in _CLASSES and found.__module__.startswith("rdeep.")
    return found if beside or issubclass(found, Record) else None


def _classes(name: str) -> list[type[Any]]:
    """Return our classes of a name."""
    ours = (module for place, module in list(sys.modules.items()) if place.startswith("rdeep."))
    return [vars(module)[name] for module in ours if _declares(module, name)]


def _declares(module: Any, name: str) -> bool:
    found = vars(module).get(name)
    return isinstance(found, type) and found.__module__ == module.__name__


# Writing ------------------------------------------------------------------------------------------


class _Writer(pickle.Pickler):
    """Writes engines' tensors as arrays."""

    def reducer_override(self, value: Any) -> Any:
        """Return how a tensor is written; anything else is written as always."""
        engine = type(value).__module__.partition(".")[0]
        if engine not in ("torch", "tensorflow") or not hasattr(value, "shape"):
            return NotImplemented
        if hasattr(value, "detach"):
            value = value.detach().cpu()
        return _tensor_again, (engine, np.array(value.numpy()))


def _tensor_again(engine: Any, array: Any) -> Any:
    if engine not in ("torch", "tensorflow") or not isinstance(array, np.ndarray):
        raise pickle.UnpicklingError("it holds a tensor that is none")
    return backends.load(engine).ops.constant(array)


_OWN_FUNCTIONS = (_layer_again, _graph_again, _as_composite, _tensor_again)


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
    target = io.BytesIO()
    try:
        _Writer(target).dump(value)
        _checked(target.getvalue())
    except Exception as error:
        raise StateError(f"it holds what cannot be written down ({error!s}).") from error
    with open(path, "wb") as file:
        file.write(target.getvalue())


# Reading ------------------------------------------------------------------------------------------


def restore_object(path: str) -> Any:
    """Return the object that `keep_object` wrote.

    Parameters
    ----------
    path : str
        The file; whoever wrote it, it is data.

    Raises
    ------
    FileError
        If it holds anything that `keep_object` does not write.
    """
    with reading(path, "an object that was kept"):
        data = read_whole(path)
        try:
            return _checked(data)
        except (Damage, MemoryError):
            raise
        except Exception as error:
            raise FileError(
                f"What was kept cannot be read: {error!s}.", argument="filepath"
            ) from error


def _checked(data: bytes) -> Any:
    reader = _Reader(data)
    found = reader.load()
    for made in reader.made:
        _check_made(made)
    return found


def _check_made(made: Any) -> None:
    """Refuse a record with an option that no file would give it."""
    if not isinstance(made, Record):
        return
    for name, declared in made.options.items():
        value = made.__dict__.get(declared.attribute)
        if value is None and declared.default is None:
            continue
        take: Callable[[Any, str], Any] = declared.type.restore
        if isinstance(declared.type, Path):
            # What a callback writes to: nobody opens it before it is used.
            take = _text
        try:
            take(as_data(value), f"{type(made).__name__!s}.{name}")
        except InvalidOption as unfit:
            raise Damage(f"{name!r} must be {unfit.expected}") from None
    adapted = made.__dict__.get("adapted")
    learned = None if adapted is None else adapted.to_data()
    if learned is not None and hasattr(made, "check_saved"):
        made.check_saved(learned, type(made).__name__)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise Damage("it must be text", place=place)
    return value
