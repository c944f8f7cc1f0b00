"""Changes of JSON: of its values by their place and kind, and of its text."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torture.mutations import ANY, REFUSED, SAME, Random, changed_bytes

Place = tuple[Any, ...]

SECRET = "/proc/self/environ"
"""A file of the system that no reader may look into."""

SCALARS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    -2,
    7,
    0.5,
    -0.0,
    1.0,
    1e-300,
    1e308,
    -1e308,
    2**31 - 1,
    2**31,
    2**53 + 1,
    2**63,
    2**64,
    10**30,
    10**400,
    -(10**400),
    "",
    "a",
    "relu",
    "float32",
    "float16",
    "string",
    "complex128",
    "object",
    "U500000000",
    "V1000000000",
    "None",
    "{}",
    "\0",
    "\ud800",
    "é" * 3,
    "../../x",
    SECRET,
    "/dev/zero",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:9/x",
    "__class__",
    "os.system",
    "lambda x: x",
    "{0.__class__}",
    "%n%s",
    "A" * 100_000,
)
COMPOUND: tuple[Any, ...] = (
    [],
    {},
    [[]],
    [{}],
    [None],
    [0, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
    [10**6, 0],
    [1, 2, 3],
    ["a", "a"],
    ["a", 1, None],
    [1.5, float(2**31)],
    list(range(3000)),
    {"": 0},
    {"a": {"b": {}}},
    {"class": "Dense", "options": {"units": 3}},
    {"class": "Dense", "options": {"units": 3, "activation": "nonsense"}},
    {"class": "StringLookup", "options": {"vocabulary": SECRET}},
    {"class": "TextVectorization", "options": {"vocabulary": SECRET}},
    {"class": "StringLookup", "options": {"vocabulary": "/dev/zero"}},
    {"class": "Composite", "options": {}},
    {"class": "Layer", "options": {}},
    {"class": "os.system", "options": {"command": "true"}},
    {"class": "Lambda", "options": {"function": "os.system"}},
    {"class": "Constant", "options": {"value": 1e39}},
    {"class_name": "Lambda", "config": {"function": "x"}, "module": "os"},
    {"function": "eval"},
    {"array": ["a"], "dtype": "U500000000"},
    {"array": [1], "dtype": "V1000000000"},
    {"array": [1.0, 2.0], "dtype": "float32"},
    {"array": [[1], [2, 3]], "dtype": "float32"},
    {"array": [], "dtype": "object"},
    {"array": SECRET, "dtype": "float32"},
    {"array": [1], "dtype": "int64", "shape": [10**9, 10**9]},
    {"__call__": "os.system"},
)


def places(tree: Any, at: Place = ()) -> Iterator[Place]:
    """Return the places of all values within a tree."""
    yield at
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from places(value, (*at, key))
    elif isinstance(tree, list):
        for i, value in enumerate(tree):
            yield from places(value, (*at, i))


def get(tree: Any, at: Place) -> Any:
    for step in at:
        tree = tree[step]
    return tree


def put(tree: Any, at: Place, value: Any) -> Any:
    """Return the tree with another value at a place; what is changed is changed in place."""
    if not at:
        return value
    get(tree, at[:-1])[at[-1]] = value
    return tree


class Cut(str):
    """A text that is written into the JSON as it stands."""


def written(tree: Any) -> str:
    """Return a tree as JSON, with what is no JSON in it as it stands."""
    found: list[str] = []

    def mark(value: Any) -> Any:
        if isinstance(value, Cut):
            found.append(str(value))
            return f"\0{len(found) - 1}\0"
        if isinstance(value, dict):
            return {key: mark(each) for key, each in value.items()}
        if isinstance(value, list):
            return [mark(each) for each in value]
        return value

    text = json.dumps(mark(tree), indent=1)
    for i, raw in enumerate(found):
        text = text.replace(f'"\\u0000{i}\\u0000"', raw)
    return text


Vocabulary = Sequence[str]
Change = Callable[[Random, Any, Place, Vocabulary], tuple[Any, str]]


def scalar(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    return put(tree, at, rng.choice(SCALARS)), ANY


def compound(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    return put(tree, at, copy.deepcopy(rng.choice(COMPOUND))), ANY


def nudged(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    """Another value of the same kind."""
    old = get(tree, at)
    if isinstance(old, bool):
        return put(tree, at, not old), ANY
    if isinstance(old, int):
        new = rng.choice((old + 1, old - 1, -old, old * 1000, float(old), str(old), old * 10**12))
    elif isinstance(old, float):
        new = rng.choice((-old, old * 2, old + 1, int(old), str(old), old * 1e30))
    elif isinstance(old, str):
        cut = old[:-1]
        new = rng.choice(
            (rng.choice(words), rng.choice(words), old + "x", cut, old.upper(), old * 9)
        )
    elif isinstance(old, list):
        new = rng.choice(
            (old * 2, old[:-1], old[1:], old[::-1], [old], old + old[:1], [*old, None])
        )
    elif isinstance(old, dict):
        new = rng.choice(
            ([old], list(old.items()), list(old), dict(list(old.items())[1:]), {"": old})
        )
    else:
        new = rng.choice((0, 1, "", [], {}, rng.choice(words)))
    return put(tree, at, copy.deepcopy(new)), ANY


def moved(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    """A value from elsewhere in the same file."""
    other = get(tree, rng.choice(list(places(tree))))
    return put(tree, at, copy.deepcopy(other)), ANY


def dropped(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    if at:
        del get(tree, at[:-1])[at[-1]]
    return tree, ANY


def renamed_key(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    holder = get(tree, at[:-1]) if at else tree
    if at and isinstance(holder, dict):
        holder[rng.choice((rng.choice(words), at[-1] + "x", at[-1].upper(), ""))] = holder.pop(
            at[-1]
        )
    return tree, ANY


def added_key(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    value = get(tree, at)
    if isinstance(value, dict):
        new = copy.deepcopy(rng.choice((*SCALARS, *COMPOUND)))
        value[rng.choice((rng.choice(words), "extra", "__class__", "self", ""))] = new
    elif isinstance(value, list):
        value.insert(rng.randrange(len(value) + 1), copy.deepcopy(rng.choice(value or [0])))
    return tree, ANY


def not_a_number(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    raw = rng.choice(("NaN", "Infinity", "-Infinity", "1e999", "-1e999"))
    return put(tree, at, Cut(raw)), REFUSED


def no_json(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    raw = rng.choice(
        ("", "'a'", "undefined", "01", "+1", ".5", "1.", "0x10", "[1,]", "{", "//", '"\t"')
    )
    return put(tree, at, Cut(raw)), REFUSED


def long_number(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    return put(tree, at, Cut("9" * rng.choice((400, 5000, 100_000)))), ANY


def deep(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    depth = rng.choice((50, 900, 1100, 50_000))
    start, end = rng.choice((("[", "]"), ('{"a":', "}"), ('{"options":{"layer":', "}}")))
    inner = json.dumps(get(tree, at)) if rng.random() < 0.5 else "0"
    return put(tree, at, Cut(start * depth + inner + end * depth)), ANY if depth < 100 else REFUSED


def repeated_key(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    """The same key twice in an object: readers differ in which they see."""
    value = get(tree, at)
    if not isinstance(value, dict) or not value:
        return tree, SAME
    key = rng.choice(list(value))
    other = json.dumps(rng.choice((value[key], 0, None, "x")))
    inner = json.dumps(value)
    first = rng.random() < 0.5
    raw = (
        f"{{{json.dumps(key)}: {other}, {inner[1:]}"
        if first
        else (f"{inner[:-1]}, {json.dumps(key)}: {other}}}")
    )
    return put(tree, at, Cut(raw)), REFUSED


def many(rng: Random, tree: Any, at: Place, words: Vocabulary) -> tuple[Any, str]:
    """A list or object of very many values."""
    old = get(tree, at)
    count = rng.choice((1000, 20_000))
    if isinstance(old, list) and old:
        return put(tree, at, [copy.deepcopy(old[i % len(old)]) for i in range(count)]), ANY
    return put(tree, at, {str(i): i for i in range(count)}), ANY


VALUE_CHANGES: tuple[Change, ...] = (
    scalar,
    scalar,
    scalar,
    compound,
    compound,
    nudged,
    nudged,
    nudged,
    nudged,
    moved,
    dropped,
    dropped,
    renamed_key,
    added_key,
    not_a_number,
    no_json,
    long_number,
    deep,
    repeated_key,
    many,
)


def _text(rng: Random, text: str) -> tuple[bytes, str, str]:
    """Return JSON whose text was changed, what was done, and what may become of it."""
    data = text.encode()
    kind = rng.choice(("behind", "before", "encoding", "bytes", "utf-8", "spaces"))
    if kind == "behind":
        return data + rng.choice((b"{}", b"x", b"\0", b",", b"]")), kind, REFUSED
    if kind == "before":
        return rng.choice((b"x", b"[", b"\0", b"//\n")) + data, kind, REFUSED
    if kind == "encoding":
        code = rng.choice(("utf-16", "utf-32", "utf-8-sig", "utf-16-le"))
        return text.encode(code), f"{kind} {code}", SAME
    if kind == "utf-8":
        at = rng.randrange(len(data))
        return (
            data[:at] + rng.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80")) + data[at:],
            kind,
            ANY,
        )
    if kind == "spaces":
        return b" " * rng.choice((10, 10**6)) + data, kind, SAME
    return *changed_bytes(rng, data, ()), ANY


def changed_json(rng: Random, data: bytes, words: Vocabulary) -> tuple[bytes, str, str]:
    """Return JSON that was changed, what was done, and what may become of it."""
    tree = json.loads(data)
    if rng.random() < 0.08:
        return _text(rng, json.dumps(tree))
    names, allowed = [], SAME
    for _ in range(rng.choice((1, 1, 1, 1, 2, 4))):
        everywhere = list(places(tree))
        change, at = rng.choice(VALUE_CHANGES), rng.choice(everywhere)
        names.append(f"{change.__name__} at {'/'.join(map(str, at))}")
        tree, became = change(rng, tree, at, words)
        # What was written in is not looked into again.
        allowed = became if len(names) == 1 else ANY
        if any(isinstance(get(tree, place), Cut) for place in (at, ())):
            break
        if not isinstance(tree, (dict, list)):
            break
    return written(tree).encode("utf-8", "surrogatepass"), ", ".join(names), allowed
