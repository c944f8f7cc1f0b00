"""What the core says holds Python's words in typed parts alone, which R writes as R does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rdeep import Input, errors
from rdeep.catalogue.registry import KINDS, records
from rdeep.errors import (
    ArgumentError,
    RdeepError,
    RdeepWarning,
    Wording,
    called,
    class_name,
    constructor,
    format_shape,
    listing,
    operation_call,
    setting,
    shapes_listed,
    show,
    show_axis,
    worded,
)
from rdeep.layers import Concatenate, Dense

ROOT = Path(__file__).parents[2]
CORE = ROOT / "python" / "rdeep"


# Parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "text", "data"),
    [
        (show(None), "None", {"value": None}),
        (show(True), "True", {"value": True}),
        (show(2.0), "2.0", {"value": 2.0}),
        (show([1, "a"]), "[1, 'a']", {"value": {"items": [1, "a"]}}),
        (show((28, None)), "(28, None)", {"value": {"items": [28, None]}}),
        (show({"a": 1}), "{'a': 1}", {"value": {"named": [["a", 1]]}}),
        (show(list(range(99))), show(list(range(99))).pieces[0].text, {"long": "list"}),
        (format_shape((None, 3)), "(None, 3)", {"shape": [None, 3]}),
        (format_shape((3,)), "(3,)", {"shape": [3]}),
        (show_axis(0), "0", {"axis": 0}),
        (show_axis((1, -1)), "(1, -1)", {"axis": [1, -1]}),
        (class_name(Dense), "Dense", {"function": ["layer", "Dense"]}),
        (constructor(Dense), "Dense()", {"call": ["layer", "Dense", []]}),
        (called("Input"), "Input()", {"call": [None, "Input", []]}),
        (operation_call("sum"), "sum()", {"call": ["operation", "sum", []]}),
        (setting("padding", "same"), "padding='same'", {"setting": ["padding", "same"]}),
    ],
)
def test_a_part_is_text_in_python_and_data_for_others(part, text, data):
    assert str(part) == text
    assert part.data() == [{"text": text, "data": data}]


def test_records_and_symbolic_tensors_say_what_they_are():
    layer = Dense(2, activation="relu", use_bias=False)
    assert str(show(layer)) == repr(layer) == "Dense(units=2, activation=Relu(), use_bias=False)"
    call = show(layer).data()[0]["data"]["call"]
    relu = {"said": [{"text": "Relu()", "data": {"call": ["activation", "Relu", []]}}]}
    assert call == ["layer", "Dense", [["units", 2], ["activation", relu], ["use_bias", False]]]
    axis = {"said": [{"text": "1", "data": {"axis": 1}}]}
    assert show(Concatenate(axis=1)).data()[0]["data"]["call"][2] == [["axis", axis]]
    assert show(Input((3,))).data()[1] == {"text": "(None, 3)", "data": {"shape": [None, 3]}}
    assert show(np.zeros((2, 3))).data()[1] == {"text": "(2, 3)", "data": {"shape": [2, 3]}}


def test_text_in_quotes_is_text():
    assert show("None").data() == ["'None'"]
    assert listing(["True", "x"]).data() == ["'True' or 'x'"]
    assert str(shapes_listed([(1,), (2,), (3,)])) == "(1,), (2,) and (3,)"


def test_errors_and_warnings_keep_parts_and_show_text():
    error = ArgumentError(
        f"'x' must be {show(True)}, not {show([None])}.", hint=f"Call {called('Input')}."
    )
    assert str(error) == "'x' must be True, not [None].\nCall Input()."
    assert error.message == "'x' must be True, not [None]." and error.hint == "Call Input()."
    error.inside("batch 3")
    assert error.wording["message"].data()[0] == "In batch 3: 'x' must be "
    assert error.wording["message"].data()[1] == {"text": "True", "data": {"value": True}}
    assert str(error).startswith("In batch 3: 'x' must be True")
    nested = RdeepError(f"{error.wording['message']} Twice {show(3)}.")
    assert str(nested) == "In batch 3: 'x' must be True, not [None]. Twice 3."
    assert str(RdeepWarning(f"It is {show(None)}.")) == "It is None."
    assert RdeepWarning(f"It is {show(None)}.").wording.data()[1]["data"] == {"value": None}


def test_other_text_between_private_characters_stays_as_it_is():
    for text in ("\ue000", "\ue000{}\ue001", "a \ue000{x}\ue001 b", "\ue000{\ue000{}\ue001"):
        assert str(worded(text)) == text
        assert str(worded(f"{show(text)} {show(1)}")).endswith(" 1")
    with pytest.raises(TypeError, match="no format"):
        f"{show(3):5}"


# Walks -----------------------------------------------------------------------------------------

PARTS = {
    name
    for name in errors.__all__
    if name[0].islower() and name not in ("suggestion", "worded")
} | {"data"}
READERS = {name for name in errors.__all__ if name[0].isupper()} | {"worded", "UserFunctionError"}
SPEAKERS = READERS | {"warn", "say", "refuse", "Unfit"}
# Functions that R has by the same name, and methods of classes that users write.
METHODS = {
    *("call", "build", "add_loss", "compute_output_shape", "result", "update_state", "fit"),
    *("reset_state", "assign_add", "add_variable", "get_inputs", "slots", "update", "filled"),
}


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called."""
    found = call.func
    return found.id if isinstance(found, ast.Name) else getattr(found, "attr", "")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Return the files of the core, but for the one that makes parts and R's own door."""
    for path in sorted(CORE.rglob("*.py")):
        if path.relative_to(CORE).parts[0] not in ("errors", "bridge"):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def said(node: ast.AST) -> Iterator[ast.AST]:
    """Return what stands in a sentence, without what its typed parts are made of."""
    if isinstance(node, ast.Call) and called_name(node) in PARTS | {"suggestion"}:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from said(child)


def sentences(tree: ast.Module) -> Iterator[ast.AST]:
    """Return what errors, warnings and messages say, and what options say that they are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) in SPEAKERS:
            yield from node.args
            yield from (k.value for k in node.keywords if k.arg in ("hint", "expected"))
        elif isinstance(node, ast.Assign) and any(is_words(each) for each in node.targets):
            yield node.value


def is_words(target: ast.AST) -> bool:
    """Return whether something is assigned to `words`."""
    return "words" in (getattr(target, "id", None), getattr(target, "attr", None))


def functions_of_r() -> set[str]:
    """Return the names of what R exports, and of the generics that it has methods for."""
    text = (ROOT / "NAMESPACE").read_text(encoding="utf-8")
    return set(re.findall(r'(?:export|S3method)\("?([\w.]+)', text))


def python_words(text: str, classes: set[str], functions: set[str]) -> list[str]:
    """Return the words of a sentence, outside quotes, that R would say otherwise."""
    bare = re.sub(r"'[^']*'", "''", text)
    found = re.findall(r"\b(?:None|True|False|nan|inf)\b|\bops\.\w*|\brdeep\.\w+|\b\w+=\S+", bare)
    found += re.findall(r"\[\d[^]]*\]|\{\d[^}]*\}|\(\d+,\)|\(\d+(?:, \d+)+\)", bare)
    camel = re.findall(r"\b[A-Z][a-z]+[A-Z]\w*|\b[A-Z]\w*(?=\()", bare)
    found += [name for name in camel if name in classes]
    return found + [f"{n}()" for n in re.findall(r"\b(\w+)\(\)", bare) if n not in functions]
