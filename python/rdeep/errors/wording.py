r"""What is said of values, shapes and functions, in a form that each language words in its way.

A message is an f-string. What it says in words is text; a value, a shape or a function in it is a
part that keeps what it stands for, made by a function of this module: `show(None)` is `None` in
Python and `NULL` elsewhere. Such a part is a key between two private characters, which
`worded` reads: errors and warnings do that with their messages, so that no text that anybody sees
holds such a key.

>>> from rdeep.errors import ArgumentError, show
>>> error = ArgumentError(f"'units' must be a positive whole number, not {show(None)}.")
>>> str(error)
"'units' must be a positive whole number, not None."
>>> error.wording["message"].pieces[1].data()
{'value': None}
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_MARK = re.compile("\ue000(\\{[ -~]*?\\})\ue001")


@dataclass(frozen=True)
class Part:
    """A value, a shape or a function within a text.

    Parameters
    ----------
    text : str
        How Python writes it.
    code : str
        What it stands for, as JSON: an object with one key, which says of what kind it is.
    """

    text: str
    code: str

    def data(self) -> dict[str, Any]:
        """Return what the part stands for."""
        found: dict[str, Any] = json.loads(self.code)
        return found

    def marked(self) -> str:
        """Return the part as it stands in an f-string that is yet to be read."""
        return f"\ue000{json.dumps({'text': self.text, 'code': self.code})}\ue001"


@dataclass(frozen=True)
class Wording:
    """A text with parts that are written in each language's way; `str` is Python's.

    In an f-string it keeps its parts, so that the f-string must be read by `worded`.

    Parameters
    ----------
    pieces : tuple of str and Part
        What it says, in turn.
    """

    pieces: tuple[str | Part, ...]

    def __str__(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError("what is said in words has no format: write it by str() first")
        return "".join(p if isinstance(p, str) else p.marked() for p in self.pieces)

    def data(self) -> list[str | dict[str, Any]]:
        """Return the pieces as plain data: strings, and `{"text": ..., "data": ...}` for parts."""
        return [
            p if isinstance(p, str) else {"text": p.text, "data": p.data()} for p in self.pieces
        ]


def worded(text: str | Wording) -> Wording:
    """Return a text with the parts that its f-string was given.

    Parameters
    ----------
    text : str or Wording
        An f-string, perhaps with parts in it.

    Examples
    --------
    >>> str(worded(f"It is {show(True)}."))
    'It is True.'
    """
    if isinstance(text, Wording):
        return text
    pieces = _MARK.split(text)
    read = [_read(piece) if i % 2 else piece for i, piece in enumerate(pieces)]
    return Wording(tuple(piece for piece in read if piece != ""))


def _read(key: str) -> str | Part:
    try:
        return Part(**json.loads(key))
    except (TypeError, ValueError):
        # Somebody's own text between such characters.
        return f"\ue000{key}\ue001"


def _alone(text: str, **data: Any) -> Wording:
    return Wording((Part(text, json.dumps(data)),))


# Values -----------------------------------------------------------------------------------------


def show(value: Any, limit: int = 60) -> Wording:
    """Show a value: strings quoted, long values cut.

    Parameters
    ----------
    value : object
        What came, or what is wanted.
    limit : int
        The number of characters to keep.

    Examples
    --------
    >>> print(show("relu"))
    'relu'
    >>> print(show(len))
    a function
    """
    if isinstance(value, Wording):
        return value
    if inspect.isroutine(value):
        return Wording(("a function",))
    said = _said_of_itself(value)
    if said is not None:
        return said if len(str(said)) <= limit else _shortened(said, limit)
    text = repr(value)
    if isinstance(value, (*_SEVERAL, Mapping)) and len(text) > limit:
        return _alone(_cut(text, limit), long=type(value).__name__)
    if value is None or isinstance(value, (bool, int, float, *_SEVERAL, Mapping)):
        return _alone(text, value=plain(value))
    return Wording((_cut(text, limit),))


def _shortened(said: Wording, limit: int) -> Wording:
    """Cut what Python writes; what a call stands for stays whole."""
    first = said.pieces[0]
    text = _cut(str(said), limit)
    return Wording((text if isinstance(first, str) else Part(text, first.code),))


_SEVERAL = (list, tuple, set, frozenset)


def _said_of_itself(value: Any) -> Wording | None:
    """Return what an object says of itself: by its method `wording`, or an array by its shape."""
    if isinstance(value, type):
        return None
    if hasattr(type(value), "wording"):
        said: Wording = value.wording()
        return said
    shape = getattr(value, "shape", None)
    if not isinstance(shape, Iterable):
        return None
    return worded(f"an array of shape {format_shape(shape)}")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain(value: Any) -> Any:
    """Return a value as data: scalars, `{"items": ...}`, `{"named": ...}`, and others by key.

    Parameters
    ----------
    value : object
        Any value.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {"named": [[str(name), plain(each)] for name, each in value.items()]}
    if isinstance(value, _SEVERAL):
        return {"items": [plain(each) for each in value]}
    return {"said": show(value).data()}


_MOST_AXES, _MOST_LISTED = 64, 100
"""How much of what may have come from a file a message shows."""


def format_shape(shape: Iterable[Any]) -> Wording:
    """Write a shape, open sizes as `None`.

    Parameters
    ----------
    shape : tuple
        The shape.

    Examples
    --------
    >>> print(format_shape((None, 3)))
    (None, 3)
    """
    sizes = [None if size is None else int(size) for size in shape]
    if len(sizes) > _MOST_AXES:
        return Wording((f"of {len(sizes)} axes",))
    return _alone(repr(tuple(sizes)), shape=sizes)


def shapes_listed(shapes: Iterable[Iterable[Any]], last: str = "and") -> Wording:
    """Join shapes as a sentence does.

    Parameters
    ----------
    shapes : iterable of tuple
        The shapes.
    last : str
        The word before the last.

    Examples
    --------
    >>> print(shapes_listed([(2,), (3, 4)]))
    (2,) and (3, 4)
    """
    return _joined(shapes, format_shape, last)


def show_axis(number: int | Iterable[int]) -> Wording:
    """Write the number of an axis, or several: not every language counts from 0.

    Parameters
    ----------
    number : int or tuple of int
        As Python counts.

    Examples
    --------
    >>> print(show_axis(0))
    0
    """
    axes = number if isinstance(number, int) else tuple(number)
    return _alone(repr(axes), axis=axes)


# Functions --------------------------------------------------------------------------------------


def class_name(record: Any, kind: str | None = None) -> Wording:
    """Name a record's class, which some users know by a function.

    Parameters
    ----------
    record : Record, type or str
        A record of the catalogue, its class, or the class's name.
    kind : str, optional
        The record's kind, with a name.

    Examples
    --------
    >>> print(class_name("Dense", "layer"))
    Dense
    """
    if not isinstance(record, str):
        record = record if isinstance(record, type) else type(record)
        record, kind = record.__name__, getattr(record, "kind", None)
    return _alone(record, function=[kind, record])


def layer_title(layer: Any) -> Wording:
    """Name a layer at the start of a sentence: by its name, or else by its class.

    Parameters
    ----------
    layer : Layer
        The layer.

    Examples
    --------
    >>> from rdeep.layers import Dense
    >>> print(layer_title(Dense(2)), "and", layer_title(Dense(2, name="last")))
    Layer 'Dense' and Layer 'last'
    """
    if layer.name:
        return worded(f"Layer {layer.name!r}")
    return _alone(f"Layer {layer.shown_kind!r}", layer=layer.shown_kind)


def constructor(record: Any, **settings: Any) -> Wording:
    """Write the call that makes a record.

    Parameters
    ----------
    record : Record or type
        A record of the catalogue, or its class.
    **settings
        What it is given there.

    Examples
    --------
    >>> from rdeep.layers import Dense
    >>> print(constructor(Dense, units=8))
    Dense(units=8)
    """
    cls = record if isinstance(record, type) else type(record)
    return called(cls.__name__, getattr(cls, "kind", None), settings)


def called(
    name: str, kind: str | None = None, settings: Mapping[str, Any] | None = None
) -> Wording:
    """Write a call with arguments by name.

    Parameters
    ----------
    name : str
        What is called: a record's class, or a function, by its name in Python.
    kind : str, optional
        The record's kind, such as `"layer"`; `"operation"` for one of those.
    settings : mapping, optional
        The arguments.

    Examples
    --------
    >>> print(called("Input"))
    Input()
    """
    settings = settings or {}
    inner = ", ".join(f"{key}={_text(value)}" for key, value in settings.items())
    given = [[key, plain(value)] for key, value in settings.items()]
    return _alone(f"{name}({inner})", call=[kind, name, given])


def _text(value: Any) -> str:
    return str(value) if isinstance(value, Wording) else repr(value)


def operation_call(name: str, home: str = "") -> Wording:
    """Write the call of an array function, such as `sum()`.

    Parameters
    ----------
    name : str
        The operation's name.
    home : str
        What comes before it in Python, such as `ops.`.

    Examples
    --------
    >>> print(operation_call("sum"))
    sum()
    """
    return _alone(f"{home}{name}()", call=["operation", name, []])


def named(name: str, home: str = "") -> Wording:
    """Write a name that another language has another word for, such as `rdeep.ops`.

    Parameters
    ----------
    name : str
        The name in Python.
    home : str
        What comes before it in Python, such as `rdeep.`.

    Examples
    --------
    >>> print(named("ops", "rdeep."))
    rdeep.ops
    """
    return _alone(f"{home}{name}", function=[None, name])


def setting(name: str, value: Any) -> Wording:
    """Write an argument with its value.

    Parameters
    ----------
    name : str
        The argument.
    value : object
        Its value.

    Examples
    --------
    >>> print(setting("padding", "same"))
    padding='same'
    """
    return _alone(f"{name}={value!r}", setting=[name, plain(value)])


def tuple_of(*names: str) -> Wording:
    """Write names of values that are given together, as a tuple or a list.

    Parameters
    ----------
    *names : str
        The names.

    Examples
    --------
    >>> print(tuple_of("x", "y"))
    (x, y)
    """
    return _alone(f"({', '.join(names)})", together=list(names))


def install_command(requirement: str) -> Wording:
    """Write how to install a Python package.

    Parameters
    ----------
    requirement : str
        What pip is to be asked for, such as `pillow` or `rdeep[torch]`.

    Examples
    --------
    >>> print(install_command("pillow"))
    `pip install "pillow"`
    """
    return _alone(f'`pip install "{requirement}"`', install=requirement)


def phrase(key: str, text: str) -> Wording:
    """Write words in the place of which another language has words of its own.

    Parameters
    ----------
    key : str
        The name by which the other language finds its words.
    text : str
        What is said in Python.

    Examples
    --------
    >>> print(phrase("subtract_1", "subtract 1"))
    subtract 1
    """
    return _alone(text, phrase=key)


# Lists ------------------------------------------------------------------------------------------


def listing(values: Iterable[Any], last: str = "or") -> Wording:
    """Join values as a sentence does.

    Parameters
    ----------
    values : iterable
        What to list; strings are quoted.
    last : str
        The word before the last value.

    Examples
    --------
    >>> print(listing(["a", "b", "c"]))
    'a', 'b' or 'c'
    """
    return _joined(values, show, last)


def _joined(values: Iterable[Any], words: Callable[[Any], Wording], last: str) -> Wording:
    values = list(values)
    shown = [words(value) for value in values[:_MOST_LISTED]]
    if len(values) > _MOST_LISTED:
        shown.append(Wording((f"{len(values) - _MOST_LISTED} more",)))
    if len(shown) < 2:
        return shown[0] if shown else Wording(())
    return worded(f"{', '.join(f'{each}' for each in shown[:-1])} {last} {shown[-1]}")
