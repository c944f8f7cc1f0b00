"""Functions by Keras's names: `mean_squared_error(y_true, y_pred)`, `relu(x)`.

Each stands for its record wherever a function may be given, so that `compile` and layers know it
as they know its name.
"""

from __future__ import annotations

import inspect
from typing import Any

from rdeep.catalogue.registry import find, records, resolve
from rdeep.errors import ArgumentError
from rdeep.ops.measures import measure


class Form:
    """A record as a function: of targets and predictions, or of a tensor.

    Parameters
    ----------
    cls : type of Record
        The record, whose options are arguments of the function after the tensors.
    name : str
        The function's name.
    """

    def __init__(self, cls: type[Any], name: str) -> None:
        self.cls, self.__name__, self.__qualname__ = cls, name, name
        self.__doc__ = cls.__doc__

    @property
    def __signature__(self) -> inspect.Signature:
        """The tensors, and then the options."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        tensors = [inspect.Parameter(name, kind) for name in self._tensors]
        unseen = ("name", "dtype", "reduction")
        options = [p for n, p in inspect.signature(self.cls).parameters.items() if n not in unseen]
        return inspect.Signature([*tensors, *options])

    @property
    def _tensors(self) -> tuple[str, ...]:
        return ("x",) if self.cls.kind == "activation" else ("y_true", "y_pred")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the record makes of the tensors: of losses and metrics one for each sample.

        Parameters
        ----------
        *args, **kwargs
            The tensors, and the record's options.
        """
        count = len(self._tensors)
        tensors = list(args[:count])
        for name in self._tensors[len(tensors) :]:
            if name not in kwargs:
                raise ArgumentError(f"{self.__name__}() needs {name!r}.", argument=name)
            tensors.append(kwargs.pop(name))
        record = self.cls(*args[count:], **kwargs)
        return record(*tensors) if count == 1 else measure(record, *tensors)

    def record_for(self, kind: str) -> Any:
        """Return the record that the function stands for in a place of a kind.

        Parameters
        ----------
        kind : str
            Such as `"metric"`, for which a loss of the same name may be.
        """
        if kind != self.cls.kind and self.cls.__name__ in records(kind):
            return records(kind)[self.cls.__name__]()
        return self.cls()

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle makes the function from again."""
        return form, (self.cls.kind, self.__name__)


_FORMS: dict[tuple[str, str], Form] = {}
_NO_FUNCTIONS = ("Sum", "Mean", "MeanMetricWrapper", "PooledLoss", "CustomLoss")


def form(kind: str, name: str) -> Form | None:
    """Return the function of a name; `None` if no record of the kind has it.

    Parameters
    ----------
    kind : str
        `"activation"`, `"loss"` or `"metric"`.
    name : str
        Such as `"relu"`.
    """
    if (kind, name) not in _FORMS:
        if name != name.lower() or name.startswith("_"):
            return None
        try:
            cls = find(kind, name)
        except ArgumentError:
            return None
        with_values = hasattr(cls, "compute" if kind == "activation" else "values")
        if not with_values or name not in (cls.key, *cls.aliases):
            return None
        _FORMS[kind, name] = Form(cls, name)
    return _FORMS[kind, name]


def form_names(kind: str) -> list[str]:
    """Return the names of all functions of a kind.

    Parameters
    ----------
    kind : str
        As for `form`.
    """
    names = [n for cls in records(kind).values() for n in (cls.key, *cls.aliases)]
    return sorted({name for name in names if name.isidentifier() and form(kind, name) is not None})


def get(kind: str, identifier: Any) -> Any:
    """Return what a name, a configuration or an object stands for, as Keras's `get` does.

    Parameters
    ----------
    kind : str
        The kind of record.
    identifier : str, dict, record, function or None
        What is looked for. The name of a loss or an activation as functions have it gives the
        function, that of a class an object.
    """
    if identifier is None:
        return find("activation", "linear")() if kind == "activation" else None
    if isinstance(identifier, str) and kind in ("loss", "activation"):
        found = form(kind, identifier)
        if found is not None:
            return found
    if isinstance(identifier, type) and getattr(identifier, "kind", None) == kind:
        return identifier()
    if callable(identifier) and not isinstance(identifier, type):
        return identifier
    return resolve(kind, identifier)
