"""Checks of array functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from rdeep.arrays.trees import flatten
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.operations import find_operation
from rdeep.engines import registry
from rdeep.ops.dispatch import as_array, call
from rdeep.testing.comparing import (
    Checks,
    assert_all_close,
    assert_close,
    engines_to_check,
    run_all,
)

FORWARD, BACKWARD = 1e-5, 1e-4


class Arguments(NamedTuple):
    """The arguments of one call of an operation; arrays among them become tensors."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def arguments(*args: Any, **kwargs: Any) -> Arguments:
    """Return the arguments of one call.

    Parameters
    ----------
    *args, **kwargs
        The arguments.
    """
    return Arguments(args, kwargs)


def operation_checks(
    name: str, cases: Sequence[Arguments], engines: Sequence[str] | None = None
) -> Checks:
    """Return the checks of an array function, each by its name, for `pytest.mark.parametrize`.

    Parameters
    ----------
    name : str
        Its name in `rdeep.ops`.
    cases : sequence of Arguments
        What it is called with: `arguments(...)`.
    engines : sequence of str, optional
        The engines besides NumPy; by default all that are installed.
    """
    chosen = engines_to_check(engines)
    yield "documentation", partial(_check_documentation, name)
    yield "cases", partial(_check_cases, name, cases)
    for engine in chosen:
        yield f"values on {engine}", partial(_check_values, name, cases, engine)
    trained = [engine for engine in chosen if registry.trains(engine)]
    for engine in trained[1:]:
        said = f"gradients on {trained[0]} and {engine}"
        yield said, partial(_check_gradients, name, cases, trained[0], engine)


def check_operation(
    name: str, cases: Sequence[Arguments], engines: Sequence[str] | None = None
) -> list[str]:
    """Run all checks of an array function, and return their names.

    Parameters
    ----------
    name, cases, engines
        As for `operation_checks`.

    Raises
    ------
    AssertionError
        With a sentence for each check that failed.

    Examples
    --------
    >>> check_operation("tanh", [arguments(np.float32([0.5, 2.0]))], engines=[])
    ['documentation', 'cases']
    """
    return run_all(operation_checks(name, cases, engines))


def _check_documentation(name: str) -> None:
    operation = find_operation(name)
    assert operation.summary.endswith("."), (
        f"{name} does not say what it gives: its summary is a sentence with a full stop."
    )
    assert " -> " in operation.example, (
        f"{name} has no example: give its declaration example = '[1.0, 2.0] -> tensor(...)'."
    )
    bare = [key for key, each in operation.options.items() if not each.doc.endswith(".")]
    assert not bare, f"{name}: describe {bare[0]!r} by a sentence with a full stop."


def _check_cases(name: str, cases: Sequence[Arguments]) -> None:
    assert cases, f"{name} has no case, so that nothing is compared: add arguments(...) of a call."
    for case in cases:
        find_operation(name).bind(case.args, case.kwargs)


def _on(name: str, case: Arguments, engine: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return an operation's results on an engine, and gradients by the arrays of floats."""
    operation, given = find_operation(name), [case.args, case.kwargs]
    arrays = list(_arrays(given))

    def function(*tensors: Any) -> list[Any]:
        rest = iter(tensors)
        args, kwargs = _replaced(given, lambda array: next(rest))
        return flatten(call(operation, operation.bind(tuple(args), kwargs), engine))

    return registry.load(engine).differentiate(function, arrays)


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _arrays(each)
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))


def _replaced(value: Any, by: Callable[[np.ndarray], Any]) -> Any:
    if isinstance(value, np.ndarray):
        return by(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_replaced(each, by) for each in value)
    if isinstance(value, dict):
        return {key: _replaced(each, by) for key, each in value.items()}
    return value


def _said(name: str, case: Arguments) -> str:
    shapes = [f"{array.dtype}{array.shape}" for array in _arrays([case.args, case.kwargs])]
    return f"{name} of {', '.join(shapes) or case}"


def _check_values(name: str, cases: Sequence[Arguments], engine: str) -> None:
    hint = f"Mend {name}() in the array functions of {engine}, or in arrays/."
    for case in cases:
        found, wanted = _on(name, case, engine)[0], _on(name, case, "numpy")[0]
        what = f"{_said(name, case)} on {engine} and on NumPy"
        assert_all_close(found, wanted, FORWARD, what, hint)
        for mine, theirs in zip(found, wanted):
            assert mine.dtype == theirs.dtype, (
                f"{what}: the types differ, {mine.dtype} and {theirs.dtype}. {hint}"
            )


def _check_gradients(name: str, cases: Sequence[Arguments], one: str, other: str) -> None:
    for case in cases:
        found, wanted = _on(name, case, one)[1], _on(name, case, other)[1]
        for place, (mine, theirs) in enumerate(zip(found, wanted)):
            what = f"{_said(name, case)}: the gradient by float {place} on {one} and {other}"
            assert_close(mine, theirs, BACKWARD, what, "Write it with functions that have one.")


def example_results(name: str, engine: str) -> list[Any]:
    """Return what the example of an operation's declaration gives on an engine.

    Parameters
    ----------
    name : str
        The operation.
    engine : str
        The engine.
    """

    class OnEngine:
        def __getattr__(self, of: str) -> Any:
            operation = find_operation(of)
            return lambda *args, **kwargs: call(operation, operation.bind(args, kwargs), engine)

    code = find_operation(name).example.rpartition(" -> ")[0]
    if f"ops.{name}(" not in code:
        code = f"ops.{name}({code})"
    *lines, last = code.splitlines()
    held = {"np": np, "ops": OnEngine()}
    exec("\n".join(lines), held)
    found = _leaves(eval(last, held))
    # What is said for symbolic tensors has no values: gradients within a network.
    return [np.asarray(as_array(each)) for each in found if not is_symbolic(each)]


def _leaves(value: Any) -> Iterator[Any]:
    for each in flatten(value):
        # A shape has a class of its own on each engine.
        is_shape = hasattr(each, "__iter__") and not hasattr(each, "dtype")
        yield from each if is_shape and not isinstance(each, str) else [each]
