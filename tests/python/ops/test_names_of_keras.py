"""Every operation of Keras is there by its name, with its arguments and their defaults."""

from __future__ import annotations

import importlib
import inspect

import keras
import pytest

from rdeep import ops
from rdeep.catalogue.operations import ALIASES

MODULES = ("image", "linalg", "nn", "numpy")
# Arguments of Keras that take what no operation uses.
UNUSED = {
    "einsum": {"kwargs"},
    "layer_normalization": {"kwargs"},
    "multi_hot": {"kwargs"},
}

OTHERWISE = {
    ("multi_hot", "num_classes"): "Keras has a default for an older name of it",
    ("rearrange", "axes_lengths"): "it stands for all further names",
}


def names_of(module: object) -> list[str]:
    return [name for name in dir(module) if name[0] != "_" and callable(getattr(module, name))]


def pairs():
    yield from ((name, getattr(keras.ops, name), ops) for name in names_of(keras.ops))
    for module in MODULES:
        theirs, own = getattr(keras.ops, module), importlib.import_module(f"rdeep.ops.{module}")
        yield from ((name, getattr(theirs, name), own) for name in names_of(theirs))


def test_every_name_is_there():
    missing = [f"{own.__name__}.{name}" for name, _, own in pairs() if not hasattr(own, name)]
    assert missing == []
    assert set(names_of(keras.ops)) <= set(dir(ops))


def test_every_argument_is_there_in_its_place():
    differing = {}
    for name, theirs, own in pairs():
        wanted = inspect.signature(theirs).parameters
        found = inspect.signature(getattr(own, name)).parameters
        order = [each for each in wanted if each not in UNUSED.get(name, ())]
        # Ours may have more, after these.
        if list(found)[: len(order)] != order:
            differing[name] = (order, list(found))
    assert differing == {}


def test_defaults_are_those_of_keras():
    differing = {}
    for name, theirs, own in pairs():
        wanted = inspect.signature(theirs).parameters
        found = inspect.signature(getattr(own, name)).parameters
        for argument in set(wanted) & set(found):
            one, other = found[argument].default, wanted[argument].default
            if one != other and str(one) != str(other) and (name, argument) not in OTHERWISE:
                differing[name, argument] = (one, other)
    assert differing == {}


@pytest.mark.parametrize(("alias", "name"), sorted(ALIASES.items()))
def test_other_names_are_the_same_function(alias, name):
    assert getattr(ops, alias) is getattr(ops, name)
