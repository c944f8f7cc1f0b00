"""Public names are the field's words, in Python and in R."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

import rdeep
from rdeep.catalogue.operations import operations
from rdeep.catalogue.record import snake_case
from rdeep.catalogue.registry import kinds, records

ROOT = Path(__file__).parents[2]

# What is not said, and what is said for it.
WORDS = {
    "scores": "logits",
    "heads": "output activation",
    "walk": "forward pass",
    "turn": "training step",
    "beside": "hyperparameter",
    "subject": "parameter, buffer or weight",
    "held": "parameter, buffer or weight",
    "site": "build context",
    "rooted": "submodel",
    "passing": "identity",
    "alone": "eager call",
    "audience": "callback list",
    "lesson": "training set",
    "feeding": "data loader",
    "ahead": "prefetch",
    "outgoing": "output buffer",
    "drawing": "sampling (of random numbers) or diagram (of pictures)",
    "minimizer": "optimizer or update rule",
    "minimiser": "optimizer or update rule",
}
# The field's own names that have such a word in them, and why.
ALLOWED = {
    "return_attention_scores": "attention scores, as Keras has them",
    "num_heads": "attention heads, as Keras has them",
    "num_query_heads": "attention heads, as Keras has them",
    "num_key_value_heads": "attention heads, as Keras has them",
}


def python_names() -> dict[str, str]:
    """Return what Python offers by name, with where it is: what doors list, and its arguments."""
    found = {}
    for door in ("", *rdeep._MODULES):
        module = importlib.import_module(f"rdeep.{door}" if door else "rdeep")
        listed = getattr(module, "__all__", dir(module))
        for name in listed:
            value = getattr(module, name)
            if name.startswith("_") or getattr(value, "__module__", "").startswith("typing"):
                continue
            where = f"{module.__name__}.{name}"
            found[where] = name
            for argument in _arguments(value):
                found[f"{where}({argument}=)"] = argument
    for kind in kinds():
        for name, cls in records(kind).items():
            if cls.__module__.startswith("rdeep."):
                found[f"{kind} {name}"] = name
                found.update({f"{name}({option}=)": option for option in cls.options})
    for name, operation in operations().items():
        found.update({f"ops.{name}({option}=)": option for option in operation.options})
    for cls in (rdeep.Model, rdeep.Sequential):
        for name, method in inspect.getmembers(cls, callable):
            if not name.startswith("_"):
                found[f"{cls.__name__}.{name}"] = name
                for argument in _arguments(method):
                    found[f"{cls.__name__}.{name}({argument}=)"] = argument
    return found


def _arguments(value: object) -> list[str]:
    try:
        return list(inspect.signature(value).parameters)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


def r_names() -> dict[str, str]:
    """Return what R exports, and the arguments of it."""
    exported = re.findall(
        r"(?m)^export\(\"?([\w.]+)\"?\)", (ROOT / "NAMESPACE").read_text(encoding="utf-8")
    )
    found = {f"{name}()": name for name in exported}
    for path in sorted((ROOT / "man").glob("*.Rd")):
        text = path.read_text(encoding="utf-8")
        arguments = re.findall(r"\\item\{([\w., ]+)\}", text.partition("\\arguments{")[2])
        for argument in ",".join(arguments).replace(" ", "").split(","):
            found[f"{argument} in {path.name}"] = argument
    return found


def private_words(names: dict[str, str]) -> list[str]:
    """Return what is named by a word of our own, with the word to use."""
    return [
        f"{where} has {word!r} in its name, a word of our own: say {WORDS[word]}"
        for where, name in names.items()
        if name not in ALLOWED
        for word in re.split(r"[_.]", snake_case(name))
        if word in WORDS
    ]


@pytest.mark.parametrize("names", [python_names, r_names], ids=["python", "r"])
def test_public_names_are_the_words_of_the_field(names):
    found = names()
    assert len(found) > 900
    assert not private_words(found), "\n".join(private_words(found))


DOORS = {"layer": "layers", "loss": "losses", "metric": "metrics", "callback": "callbacks"}


@pytest.mark.parametrize("kind", DOORS)
def test_records_are_found_where_keras_has_them(kind):
    door = importlib.import_module(f"rdeep.{DOORS[kind]}")
    for name, cls in records(kind).items():
        if not cls.__module__.startswith("rdeep."):
            continue
        assert hasattr(door, name), (
            f"{name} is registered, and rdeep.{DOORS[kind]} has no such name: add it to the "
            f"`__all__` of {cls.__module__}, or have the package around that import it."
        )


def test_a_private_word_is_found():
    said = private_words({"layer LessonDense": "LessonDense", "f(keep_ahead=)": "keep_ahead"})
    assert said[0] == (
        "layer LessonDense has 'lesson' in its name, a word of our own: say training set"
    )
    assert "say prefetch" in said[1]
    assert private_words({"layer A(num_heads=)": "num_heads", "returns": "returns"}) == []
