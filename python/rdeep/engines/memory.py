"""Memory: how much there is, and what engines say when it does not suffice."""

from __future__ import annotations

import gc
import math
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from rdeep.catalogue.optimizers import Optimizer, ParameterInfo
from rdeep.errors import OutOfMemoryError, RdeepError, Wording, class_name, format_shape, worded
from rdeep.graph.network import Graph

_SAYINGS = re.compile(
    r"out of memory|can't allocate memory|not enough memory|cannot allocate memory"
    r"|Unable to allocate|OOM when allocating|bad_alloc|resource.?exhausted"
    r"|ALLOC_FAILED|failed to allocate",
    re.I,
)
_TYPES = ("OutOfMemoryError", "ResourceExhaustedError")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_BYTES = re.compile(r"(?:allocate|allocating)\s+([\d.]+)\s*([KMGT]?)i?(?:B|bytes)\b", re.I)
_SHAPE = re.compile(r"shape\s*\[([\d,]+)\] and type (\w+)")
_SIZES = {"double": 8, "int64": 8, "half": 2, "bfloat16": 2, "bool": 1}
_LEAST = 1 << 20
_WORTH_A_LOOK = 1 << 26

BATCHES = (
    "Use a smaller 'batch_size', or 'auto', which goes by the memory there is; or smaller layers."
)
"""What to do where batches are too large."""
DATA = "Give fewer rows at a time, or the data as batches that are read along."
"""What to do where data is too large."""
STEP = "A step of training"
"""What does not fit, of a training."""

Function = TypeVar("Function", bound=Callable[..., Any])


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that there is too little memory.

    Parameters
    ----------
    error : BaseException
        The error, an engine's or Python's own.

    Examples
    --------
    >>> is_out_of_memory(MemoryError()), is_out_of_memory(ValueError("No."))
    (True, False)
    """
    if isinstance(error, MemoryError) or type(error).__name__ in _TYPES:
        return True
    return isinstance(error, RuntimeError) and _SAYINGS.search(str(error)[:2000]) is not None


def asked_for(error: BaseException) -> int | None:
    """Return how many bytes an engine says that it asked for, if it does.

    Parameters
    ----------
    error : BaseException
        The error.

    Examples
    --------
    >>> asked_for(RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB."))
    2147483648
    """
    text = str(error)
    found = _BYTES.search(text)
    if found is not None:
        return int(float(found[1]) * _UNITS[found[2].upper()])
    shaped = _SHAPE.search(text)
    if shaped is None:
        return None
    size = _SIZES.get(shaped[2], 4)
    for each in shaped[1].split(","):
        size *= int(each)
    return size


def readable(size: float) -> str:
    """Return a size in words.

    Parameters
    ----------
    size : float
        The size in bytes.

    Examples
    --------
    >>> readable(4e12), readable(3.2e9), readable(5e6)
    ('4,000 GB', '3.2 GB', '5 MB')
    """
    if size >= 1e9:
        return f"{size / 1e9:,.0f} GB" if size >= 1e10 else f"{size / 1e9:.1f} GB"
    return f"{max(1, round(size / 1e6))} MB"


def out_of_memory(
    error: BaseException, what: str, layer: str | None = None, hint: str = BATCHES
) -> OutOfMemoryError:
    """Return the error of a computation that memory did not suffice for, which is let go of.

    Parameters
    ----------
    error : BaseException
        What was raised. The values of the functions that it passed through are freed.
    what : str
        What was done, with its verb, such as `"A prediction does"`.
    layer : str or None
        The layer where it happened, if that is known.
    hint : str
        What to do about it; by default to use smaller batches.
    """
    if what.startswith(STEP) and not _passed(error, "optimizer.py"):
        # The optimizer had not begun to change the weights.
        hint = f"{hint} The weights are those of before the step."
    size = asked_for(error)
    on_gpu = re.search(r"CUDA|GPU:\d", str(error)) is not None
    release(error)
    place = "the GPU's memory" if on_gpu else "memory"
    asked = "" if size is None or size < _LEAST else f": {readable(size)} more were asked for"
    at = "" if layer is None else f", in layer {layer!r}"
    return OutOfMemoryError(
        f"{what} not fit into {place}{asked}{at}.",
        layer=layer,
        hint=hint,
    )


def _passed(error: BaseException, file: str) -> bool:
    """Return whether an error was raised in a file, or in what that called."""
    trace = error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).name == file:
            return True
        trace = trace.tb_next
    return False


def within_memory(what: str, hint: str = BATCHES) -> Callable[[Function], Function]:
    """Have a function that memory does not suffice for say so, whoever noticed.

    Parameters
    ----------
    what : str
        What does not fit, with its verb, such as `"The data does"`.
    hint : str
        What to do about it.
    """

    def decorated(function: Function) -> Function:
        @wraps(function)
        def computed(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except RdeepError:
                raise
            except MemoryError as error:
                failed = error
            raise out_of_memory(failed, what, None, hint) from None

        return computed  # type: ignore[return-value]

    return decorated


def check_weights(
    shapes: Mapping[str, Sequence[int]],
    copies: float = 1,
    what: str | Wording = "The weights take",
    *,
    drawn: bool = False,
) -> None:
    """Refuse weights that take more memory than this process can ever have.

    Parameters
    ----------
    shapes : mapping of str to sequence of int
        The weights' shapes by their names, `layer/weight`.
    copies : float
        How many numbers there are for each weight's: gradients and the like count too.
    what : str or Wording
        What to call that which takes so much, with its verb.
    drawn : bool
        Whether they are yet to be drawn, each in numbers of double size before it is kept.

    Raises
    ------
    OutOfMemoryError
        If they do.
    """
    sizes = {name: 4 * math.prod(shape) for name, shape in shapes.items()}
    wanted = copies * sum(sizes.values())
    if wanted < _WORTH_A_LOOK or (there := total()) is None:
        return
    largest = max(sizes, key=lambda name: sizes[name])
    if drawn and wanted <= there:
        what, wanted = "The weights, while they are drawn, take", wanted + 2 * sizes[largest]
    if wanted <= there:
        return
    layer = largest.rpartition("/")[0]
    raise OutOfMemoryError(
        f"{what} {readable(wanted)}, but there are {readable(there)} of "
        f"memory. The largest is {largest!r} of shape {format_shape(shapes[largest])}: "
        f"{readable(sizes[largest])}.",
        layer=layer or None,
        hint="Make the layer smaller.",
    )


def check_training(rule: Optimizer, graph: Graph) -> None:
    """Refuse a training whose weights, gradients and slots take more memory than there is.

    Parameters
    ----------
    rule : Optimizer
        What updates the weights.
    graph : Graph
        The network.

    Raises
    ------
    OutOfMemoryError
        If it takes more.
    """
    weights = graph.weights()
    shapes = {name: weights[name].shape for name in graph.trained_names() if name in weights}
    slots = [
        sum(slot.shape is None for slot in rule.slots(ParameterInfo(name, shape)).values())
        for name, shape in shapes.items()
    ]
    check_weights(
        shapes,
        2 + min(slots, default=0),
        worded(f"Weights, gradients and what the optimizer {class_name(rule)} keeps take"),
    )


def release(error: BaseException | None = None) -> None:
    """Give memory back: what a failed computation holds, and what engines keep for later.

    Parameters
    ----------
    error : BaseException, optional
        What the computation raised: tracebacks hold the values of all functions in them.
    """
    seen = error
    while seen is not None:
        traceback.clear_frames(seen.__traceback__)
        seen.__traceback__ = None
        seen = seen.__cause__ or seen.__context__
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def total() -> int | None:
    """Return how many bytes of memory this process can have at the most, if that can be known.

    The least of the machine's memory with its swap, of what the process's group is allowed, and of
    its own limit.
    """
    found = [size for size in (_machine(), *_groups(), _own_limit()) if size is not None]
    return min(found) if found else None


def _machine() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        sizes = dict(re.findall(r"^(MemTotal|SwapTotal):\s+(\d+) kB", text, re.M))
        return sum(int(size) << 10 for size in sizes.values()) or None
    with suppress(AttributeError, OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _groups() -> list[int]:
    """Return the limits of the control groups that a container sees as its own."""
    found = []
    for path in (
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ):
        with suppress(OSError, ValueError):
            found.append(int(Path(path).read_text(encoding="ascii")))
    return found


def _own_limit() -> int | None:
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft
