"""Engines' errors as errors of rdeep, worded without the engine's internals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from rdeep.engines.memory import STEP, is_out_of_memory, out_of_memory
from rdeep.engines.processes import check_process
from rdeep.errors import BackendError, DataError, RdeepError, shapes_listed

# How TensorFlow marks a message: where it was computed, by what, and what else it was called.
_NOISE = re.compile(
    r"\{\{function_node .*?\}\}\s*|\{\{node .*?\}\}\s*|\s*\[Op:\w*\]|\s*\bname:\s*\S*$"
    r"|/job:\S+?/device:\w+:\d+\s*|^Exception encountered when calling .*?:\s*|\x1b\[\d+m"
    r"|\[\[\s*\]\]"
)
# Lines of a report that say where something happened, not what.
_PLACES = re.compile(
    r"in user code:|Graph execution error|Detected at node|File \"|<stack traces|Traceback"
    r"|Arguments received|Exception encountered|•|Stack trace|Call using an FX|~~~"
    r"|Original traceback"
)
_NAMED = re.compile(r"\s*(?:[\w.]+\.)?\w*(?:Error|Exception)\w*: ?(.*)")
_INDEX = re.compile(
    r"index .*out of (?:range|bounds)|is not in \[(\d+), (\d+)\)"
    r"|outside the valid range",
    re.I,
)

# What did not fit, by the method that failed.
_WORKING = "What was computed does"
_DOING = {
    "call": "What the network computes does",
    "start": "What the optimizer keeps does",
    "place": "The data does",
}
_SMALLER = "Make layers smaller."

# What changes a network, whether its layers act as in training, or the state of its training.
_CHANGING = ("run", "call", "sample", "set_weights", "start", "restore", "finish", "swap_average")

Method = TypeVar("Method", bound=Callable[..., Any])


def reason(error: BaseException) -> str:
    r"""Return the first line of an error's message, without an engine's own names.

    Parameters
    ----------
    error : BaseException
        The error.

    Examples
    --------
    >>> reason(ValueError("{{function_node __wrapped__Add/device:CPU:0}} No. [Op:Add]"))
    'No.'
    >>> reason(ValueError("in user code:\n  ValueError: No."))
    'No.'
    """
    lines = str(error).splitlines()
    if any(_PLACES.search(line) for line in lines):
        named = [place for place, line in enumerate(lines) if _NAMED.fullmatch(line)]
        if named:
            first = _NAMED.fullmatch(lines[named[-1]])
            lines = [first[1] if first else "", *lines[named[-1] + 1 :]]
    found = [_NOISE.sub("", line).strip() for line in lines if not _PLACES.search(line)]
    return next((line for line in found if line), type(error).__name__)


def is_out_of_range(error: BaseException) -> bool:
    """Return whether an engine complains of a position that an array does not have.

    Parameters
    ----------
    error : BaseException
        The error.
    """
    return _INDEX.search(str(error)) is not None


def in_plain_words(method: Method) -> Method:
    """Have a method of a network or a stepper raise no error of an engine.

    In a fork of the process that started the engine, where it would hang, it is refused. Threads
    that change the network, and those that ask it meanwhile, wait for each other.

    Parameters
    ----------
    method : function
        The method. Its object has a `graph`, `uses` and `parts()`, or a `network` that has them.
    """
    engine = _engine_of(method.__module__)
    changes = method.__name__ in _CHANGING

    @wraps(method)
    def computed(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_process(engine)
        network = getattr(self, "network", self)
        alone = changes or network.uses.alone
        network.uses.begin(alone)
        try:
            return method(self, *args, **kwargs)
        except RdeepError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                failed: Exception = error
            elif _is_engines(error):
                raise _network_error(error, network) from error
            else:
                raise
        finally:
            network.uses.end(alone)
        # Outside of the handler: what holds the failed tensors is let go of.
        layer = _layer_at(failed, list(network.parts()))
        raise out_of_memory(failed, _doing(method.__name__, args), layer) from None

    return computed  # type: ignore[return-value]


def _doing(name: str, args: Sequence[Any]) -> str:
    """Return what a method was doing, with its verb, from what it was called with."""
    if name == "run":
        return f"{STEP} with {args[1].size:,} samples does"
    if name == "score":
        return f"An evaluation of {args[1].size:,} samples at a time does"
    if name in ("predict", "sample"):
        return f"A prediction of {len(args[0][0]):,} samples does"
    return _DOING.get(name, _WORKING)


@contextmanager
def building() -> Iterator[None]:
    """Have the building of a network raise no error of an engine."""
    try:
        yield
        return
    except RdeepError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            failed: Exception = error
        elif _is_engines(error):
            raise BackendError(f"The network cannot be built: {reason(error)}") from error
        else:
            raise
    raise out_of_memory(failed, "The network's weights do", None, _SMALLER) from None


def _engine_of(module: str) -> str | None:
    """Return the engine that a module belongs to; `None` if it is of none, or of NumPy."""
    parts = module.split(".")
    return parts[2] if len(parts) > 3 and parts[:2] == ["rdeep", "engines"] else None


def _frames(error: BaseException) -> Iterator[FrameType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _is_engines(error: BaseException) -> bool:
    """Return whether an error comes from an engine, not from a user's code, such as a stream."""
    last = list(_frames(error))[-1].f_code.co_filename
    parts = Path(last).parts
    within = {"torch", "tensorflow", "keras", "numpy", "arrays", "engines"}.intersection(parts)
    # What TensorFlow traces is said of another place than where it is raised.
    traced = str(error).startswith(("in user code", "Exception encountered when calling"))
    return bool(within) or traced or last.startswith("<eval_with_key")


def _network_error(error: BaseException, network: Any) -> RdeepError:
    name = _layer_at(error, list(network.parts()))
    said, title = reason(error), "The network" if name is None else f"Layer {name!r}"
    found = _INDEX.search(str(error))
    if found is not None:
        limits = f" ({found[1]} to {int(found[2]) - 1})" if found[1] else ""
        return DataError(
            f"{title} was given a position or a code that is out of its range{limits}.",
            argument="x",
            layer=name,
            hint="Codes and positions count from 0 to the number of places less one.",
        )
    layer = None if name is None else network.graph.find_layer(name)
    shapes = () if layer is None else layer.input_shapes
    return BackendError(
        f"{title} cannot compute this: {said}",
        layer=name,
        hint=f"Its inputs have the shapes {shapes_listed(shapes)}." if shapes else None,
    )


def _layer_at(error: BaseException, parts: Sequence[tuple[str, Any]]) -> str | None:
    """Return the name of the layer at which a network failed, if that can be told."""
    names = {id(part): name for name, part in parts}
    held = (frame.f_locals.get("self") for frame in _frames(error))
    found = next((names[id(each)] for each in held if id(each) in names), None)
    if found is not None:
        return found
    # In a compiled function only names are left: those of operations begin with the layers'.
    text = str(error)
    said = [
        (len(title), name)
        for name, part in parts
        if (title := getattr(part, "name", None))
        and re.search(rf"/{re.escape(title)}(_\d+)?/", text)
    ]
    if said:
        return max(said)[1]
    # Keras's frames are cut out; it says which kind of layer it was.
    kind = re.search(r"calling (\w+)\.call\(\)", text)
    alike = {name for name, part in parts if kind and type(part).__name__ == kind[1]}
    return alike.pop() if len(alike) == 1 else None
