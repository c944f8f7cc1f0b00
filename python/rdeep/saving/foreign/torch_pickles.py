"""The pickle in a file of torch, read as data: a stack, a memo, and a handful of known names.

A pickle is a program that calls what it names. Here nothing is called or imported: of the names
that torch writes for a dict of tensors each stands for a description, and any other is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rdeep.saving.faults import Damage, shown_value

_MOST_STEPS, _MOST_BYTES = 1_000_000, 16_000_000
_ADVICE = "Keep the weights alone, as a state dict that torch saves or as safetensors."
_ORDERED, _TENSOR, _PARAMETER = (
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
)
STORAGES = {
    **{"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2"},
    **{"BFloat16Storage": "bf16", "LongStorage": "<i8", "IntStorage": "<i4"},
    **{"ShortStorage": "<i2", "CharStorage": "|i1", "ByteStorage": "|u1", "BoolStorage": "|b1"},
}
"""The types of storages, each with NumPy's."""


@dataclass(frozen=True)
class _Name:
    module: str
    name: str


@dataclass(frozen=True)
class Storage:
    """A storage as a pickle names it: its type, its member in the file, how many numbers."""

    dtype: str
    key: str
    count: int


@dataclass(frozen=True)
class TensorView:
    """A tensor as a pickle describes it: which numbers of a storage it has, and in which shape."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Mark:
    pass


_MARK = _Mark()


def read_pickle(data: bytes) -> Any:
    r"""Return what a pickle of tensors describes: dicts, lists, numbers, texts and `TensorView`s.

    Parameters
    ----------
    data : bytes
        The pickle.

    Raises
    ------
    Damage
        If it does anything else than to list tensors, or does not end.

    Examples
    --------
    >>> read_pickle(b"\x80\x02}X\x01\x00\x00\x00aK\x03s.")
    {'a': 3}
    """
    if len(data) > _MOST_BYTES:
        raise Damage(f"it has {len(data)} bytes, more than the names of tensors need")
    return _Machine(data).run()


class _Machine:
    """What reads a pickle, one instruction after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """Return what is on the stack at the end."""
        for _ in range(_MOST_STEPS):
            code = self.take(1)[0]
            if code == ord("."):
                if len(self.stack) != 1 or self.at != len(self.data):
                    raise Damage("its pickle does not end where it says")
                return self.pop()
            step = _STEPS.get(code)
            if step is None:
                raise Damage(
                    f"its pickle has the instruction {code}, which no list of tensors needs",
                    hint=_ADVICE,
                )
            step(self)
        raise Damage("its pickle has no end")

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        found = self.data[self.at : self.at + size]
        if len(found) != size:
            raise Damage("its pickle is cut off")
        self.at += size
        return found

    def number(self, layout: str) -> Any:
        """Return the next number."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def line(self) -> str:
        """Return the text up to the end of the line."""
        end = self.data.find(b"\n", self.at, self.at + 1_000)
        if end < 0:
            raise Damage("its pickle is cut off")
        found = self.take(end - self.at)
        self.at += 1
        return _text(found)

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def pop(self) -> Any:
        """Take the last value off the stack."""
        if not self.stack or self.stack[-1] is _MARK:
            raise Damage("its pickle takes more than there is")
        return self.stack.pop()

    def marked(self) -> list[Any]:
        """Take all values after the last mark off the stack."""
        found: list[Any] = []
        while self.stack:
            value = self.stack.pop()
            if value is _MARK:
                found.reverse()
                return found
            found.append(value)
        raise Damage("its pickle takes more than there is")

    def top(self, kind: type) -> Any:
        """Return the last value, which must be of a kind."""
        if not self.stack or type(self.stack[-1]) is not kind:
            raise Damage("its pickle changes what is none", hint=_ADVICE)
        return self.stack[-1]

    def remember(self, place: int) -> None:
        """Keep the last value in the memo."""
        if not self.stack:
            raise Damage("its pickle takes more than there is")
        self.memo[place] = self.stack[-1]

    def recall(self, place: int) -> None:
        """Put a value from the memo on the stack."""
        if place not in self.memo:
            raise Damage("its pickle asks for what it has not kept")
        self.push(self.memo[place])

    def set_items(self, items: list[Any]) -> None:
        """Put keys and values into the dict on the stack."""
        target = self.top(dict)
        if len(items) % 2:
            raise Damage("its pickle has a key without a value")
        for key, value in zip(items[::2], items[1::2]):
            if type(key) not in (str, int):
                raise Damage("a key is neither a text nor a number", hint=_ADVICE)
            target[key] = value

    def name(self, module: Any, name: Any) -> None:
        """Put a name on the stack, one of those that torch writes for tensors."""
        known = (module, name) in (_ORDERED, _TENSOR, _PARAMETER)
        if not known and not (module == "torch" and name in STORAGES):
            raise Damage(
                f"it names {shown_value(f'{module}.{name}')}, which is no part of tensors' lists",
                hint=_ADVICE,
            )
        self.push(_Name(module, name))

    def reduce(self) -> None:
        """Put what a known name stands for, with its arguments, in their place."""
        arguments, name = self.pop(), self.pop()
        if type(name) is not _Name or type(arguments) is not tuple:
            raise Damage("its pickle calls what is no name", hint=_ADVICE)
        which = (name.module, name.name)
        if which == _ORDERED and arguments == ():
            self.push({})
        elif which == _TENSOR and len(arguments) in (6, 7):
            self.push(_tensor(arguments))
        elif which == _PARAMETER and len(arguments) == 3 and type(arguments[0]) is TensorView:
            self.push(arguments[0])
        else:
            raise Damage(f"it calls {shown_value(name.name)} in another way than torch does")

    def build(self) -> None:
        """Leave out what torch keeps beside the tensors: the versions of modules."""
        state = self.pop()
        self.top(dict)
        if type(state) is not dict or not set(state) <= {"_metadata"}:
            raise Damage("its pickle changes what is none", hint=_ADVICE)

    def persistent(self) -> None:
        """Put a storage in the place of what names it."""
        found = self.pop()
        if type(found) is not tuple or len(found) != 5 or found[0] != "storage":
            raise Damage("it names a storage in another way than torch does")
        _, kind, key, _, count = found
        named = type(kind) is _Name and kind.module == "torch" and kind.name in STORAGES
        if not named or type(key) is not str or type(count) is not int or count < 0:
            raise Damage("it names a storage in another way than torch does")
        self.push(Storage(STORAGES[kind.name], key, count))


def _tensor(arguments: tuple[Any, ...]) -> TensorView:
    storage, offset, shape, strides = arguments[:4]
    if type(storage) is not Storage or type(shape) is not tuple or type(strides) is not tuple:
        raise Damage("a tensor is described in another way than torch does")
    numbers = (offset, *shape, *strides)
    if not all(type(each) is int and 0 <= each < 2**48 for each in numbers):
        raise Damage("a tensor has sizes that are none")
    if len(shape) != len(strides) or len(shape) > 32:
        raise Damage("a tensor has sizes that are none")
    return TensorView(storage, offset, shape, strides)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("a text in its pickle is none") from None


def _protocol(machine: _Machine) -> None:
    if machine.number("<B") not in (2, 3, 4, 5):
        raise Damage("its pickle is of a protocol that is not read")


def _whole(machine: _Machine) -> None:
    machine.push(int.from_bytes(machine.take(min(machine.number("<B"), 9)), "little", signed=True))


def _of_stack(machine: _Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.name(module, name)


def _tuple(count: int) -> Callable[[_Machine], None]:
    def take(machine: _Machine) -> None:
        found = [machine.pop() for _ in range(count)]
        machine.push(tuple(reversed(found)))

    return take


def _append(machine: _Machine) -> None:
    value = machine.pop()
    machine.top(list).append(value)


def _appends(machine: _Machine) -> None:
    values = machine.marked()
    machine.top(list).extend(values)


def _set_item(machine: _Machine) -> None:
    value, key = machine.pop(), machine.pop()
    machine.set_items([key, value])


def _global(machine: _Machine) -> None:
    module = machine.line()
    machine.name(module, machine.line())


_STEPS: dict[int, Callable[[_Machine], Any]] = {
    0x80: _protocol,
    0x95: lambda m: m.take(8),
    ord("}"): lambda m: m.push({}),
    ord("]"): lambda m: m.push([]),
    ord(")"): lambda m: m.push(()),
    ord("("): lambda m: m.push(_MARK),
    ord("X"): lambda m: m.push(_text(m.take(m.number("<I")))),
    0x8C: lambda m: m.push(_text(m.take(m.number("<B")))),
    ord("q"): lambda m: m.remember(m.number("<B")),
    ord("r"): lambda m: m.remember(m.number("<I")),
    0x94: lambda m: m.remember(len(m.memo)),
    ord("h"): lambda m: m.recall(m.number("<B")),
    ord("j"): lambda m: m.recall(m.number("<I")),
    ord("c"): _global,
    0x93: _of_stack,
    ord("t"): lambda m: m.push(tuple(m.marked())),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    0x88: lambda m: m.push(True),
    0x89: lambda m: m.push(False),
    ord("N"): lambda m: m.push(None),
    ord("J"): lambda m: m.push(m.number("<i")),
    ord("K"): lambda m: m.push(m.number("<B")),
    ord("M"): lambda m: m.push(m.number("<H")),
    0x8A: _whole,
    ord("G"): lambda m: m.push(m.number(">d")),
    ord("s"): _set_item,
    ord("u"): lambda m: m.set_items(m.marked()),
    ord("a"): _append,
    ord("e"): _appends,
    ord("R"): lambda m: m.reduce(),
    ord("b"): lambda m: m.build(),
    ord("Q"): lambda m: m.persistent(),
}
"""What each instruction does, of those that torch writes."""
