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
    called,
    class_name,
    constructor,
    format_shape,
    layer_title,
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
        (layer_title(Dense(2)), "Layer 'Dense'", {"layer": "Dense"}),
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

PARTS = {name for name in errors.__all__ if name[0].islower()} - {"suggestion", "worded"}
READERS = {name for name in errors.__all__ if name[0].isupper()} | {"worded", "Damage"}
SPEAKERS = READERS | {"warn", "say", "refuse", "InvalidOption"}
# Texts that document what is declared.
DECLARATIONS = ("catalogue/operations/", "catalogue/layers/sections.py")
# What only somebody who writes Python meets: classes of Python, objects of other packages.
OF_PYTHON = ("catalogue/overrides.py", "data/foreign.py", "testing/")
PLAIN_ERRORS = {"TypeError", "AttributeError", "NotImplementedError"}
# Calls whose texts are documentation, or checked elsewhere.
UNSAID = {"suggestion", "option", "_property", "property"}
# Methods of classes that users write in either language, and functions that R has by nature.
METHODS = {
    *("call", "build", "add_loss", "compute_output_shape", "result", "update_state", "reset_state"),
    *("assign", "assign_add", "add_variable", "add_weight", "get_inputs", "filled", "fit"),
    *("compute_loss", "compute_metrics", "train_step", "test_step", "predict_step"),
}
PRODUCTS = {"TensorBoard"}


def name_of(call: ast.Call) -> str:
    """Return the last name of what is called."""
    found = call.func
    return found.id if isinstance(found, ast.Name) else getattr(found, "attr", "")


def sources() -> list[tuple[str, ast.Module]]:
    """Return the core's files, but for the one that makes parts and the door that is R's."""
    paths = {path.relative_to(CORE).as_posix(): path for path in sorted(CORE.rglob("*.py"))}
    return [
        (name, ast.parse(path.read_text(encoding="utf-8")))
        for name, path in paths.items()
        if not name.startswith(("errors/", "bridge/"))
    ]


def within(node: ast.AST, skipped: set[str]) -> Iterator[ast.AST]:
    """Return a node and all in it, but for calls of some names."""
    if isinstance(node, ast.Call) and name_of(node) in skipped:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from within(child, skipped)


def sentences(tree: ast.Module) -> Iterator[ast.AST]:
    """Return the parts of what errors, warnings and messages say, but for typed ones."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name_of(node) in SPEAKERS or _refuses(name_of(node))):
            for part in (*node.args, *(k.value for k in node.keywords if k.arg in _SAID)):
                yield from within(part, PARTS | {"suggestion"})


_SAID = ("hint", "expected")


def _refuses(name: str) -> bool:
    """Return whether a function makes or raises an error of what it is given."""
    return "refus" in name or name.startswith("cannot_")


def docstrings(tree: ast.Module) -> set[int]:
    """Return the identities of strings that stand alone."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def functions_of_r() -> set[str]:
    """Return the names of what R exports, and of the generics that it has methods for."""
    text = (ROOT / "NAMESPACE").read_text(encoding="utf-8")
    return set(re.findall(r'(?:export|S3method)\("?([\w.]+)', text))


def python_words(text: str, classes: set[str], functions: set[str]) -> list[str]:
    """Return what R would say otherwise, of a text without what stands in quotes."""
    bare = re.sub(r"'[^']*'", "''", text)
    found = re.findall(r"\b(?:None|True|False|nan|inf)\b|\bops\.\w*|\brdeep\.\w+|\b\w+=\S+", bare)
    found += re.findall(r"(?<![\w)\]])\[\d[^]]*\]|\{\d[^}]*\}|\(\d+,\)|\(\d+(?:, \d+)+\)", bare)
    names = re.findall(r"\b[A-Z][a-z]+[A-Z]\w*|\b[A-Z]\w*(?=\()", bare)
    found += [name for name in names if name in classes]
    return found + [f"{n}()" for n in re.findall(r"\b(\w+)\(\)", bare) if n not in functions]


def test_r_has_words_for_every_phrase():
    said = {
        node.args[0].value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node) == "phrase"
    }
    table = (ROOT / "R" / "bridge-wording.R").read_text(encoding="utf-8").split("phrases <- list(")
    assert said == set(re.findall(r"^  (\w+) = ", table[1], re.MULTILINE))


def test_the_walk_finds_words_of_python():
    classes, functions = {"Dense", "LeakyReLU"}, {"compile", "fit"}
    for text in (
        *(
            "It is None.",
            "or True",
            "ops.sum(x)",
            "use padding=same",
            "not (3,).",
            "such as (2, 3)",
        ),
        *("a LeakyReLU layer", "Dense() needs", "Input() returns", "not [1, 2]", "such as {0: 1}"),
        *("see rdeep.Model", "it is nan"),
    ):
        assert python_words(text, classes, functions), text
    for text in (
        "'None' is not (n)",
        "call compile() first",
        "a Dense text, in x[1]",
        "(batch, 3)",
    ):
        assert not python_words(text, classes, functions), text


def test_texts_hold_no_words_of_python_outside_typed_parts():
    classes = {name for kind in KINDS for name in records(kind)} - PRODUCTS
    functions = functions_of_r() | METHODS
    for name, tree in sources():
        if name.startswith((*DECLARATIONS, *OF_PYTHON)):
            continue
        known = docstrings(tree)
        for node in within(tree, PARTS | PLAIN_ERRORS | UNSAID):
            text = node.value if isinstance(node, ast.Constant) else None
            if not isinstance(text, str) or id(node) in known or " | " in text:
                continue
            found = python_words(text, classes, functions) if text.count(" ") > 1 else []
            assert not found, (
                f"{name}, line {node.lineno}: {text!r} spells {found[0]} as Python does, and R "
                "says it otherwise. Write it by a function of rdeep.errors: show() for a value, "
                "format_shape(), class_name(), constructor(), operation_call(), called(), "
                "setting() for an argument with its value, named()."
            )


def test_values_in_sentences_are_typed():
    for name, tree in sources():
        for node in sentences(tree) if not name.startswith(OF_PYTHON) else ():
            if not isinstance(node, ast.FormattedValue) or node.conversion == ord("s"):
                continue
            text = ast.unparse(node.value)
            untyped = re.search(r"(?:\.shape|^shapes?)(?:\[[-:\d]*:[-:\d]*\])?$|__name__$", text)
            untyped = untyped or re.search(r"^(?:tuple|list|sorted|type)\(|str\(.*shape", text)
            untyped = untyped or re.search(r"\bax[ei]s$", text)
            own = text == "self.__name__"
            assert own or not untyped, (
                f"{name}, line {node.lineno}: {{{text}}} in a sentence is text to R. Write it by "
                "a function of rdeep.errors: format_shape(), class_name(), show()."
            )


def leaks(node: ast.AST, is_read: bool = False, in_text: bool = False) -> Iterator[ast.expr]:
    """Return parts in f-strings that nobody reads: their marks would be seen."""
    if isinstance(node, ast.Call):
        is_read = is_read or name_of(node) in READERS
        if name_of(node) in PARTS and in_text and not is_read:
            yield node
    if isinstance(node, ast.FormattedValue) and node.conversion == ord("s"):
        return
    is_wording = isinstance(node, ast.Attribute) and node.attr in ("words", "wording", "expected")
    if is_wording and in_text and not is_read:
        yield node
    in_text = in_text or isinstance(node, ast.JoinedStr)
    for child in ast.iter_child_nodes(node):
        yield from leaks(child, is_read, in_text)


def test_f_strings_with_parts_are_read():
    wrong = ast.parse("print(f'{show(1)}')\nf'{kind.words}'")
    right = ast.parse("ArgumentError(f'{show(1)}', hint=f'{x.words}')\nworded(f'{show(1)}')")
    assert [each.lineno for each in leaks(wrong)] == [1, 2] and not list(leaks(right))
    for name, tree in sources():
        for node in leaks(tree):
            raise AssertionError(
                f"{name}, line {node.lineno}: {ast.unparse(node)} stands in an f-string that is "
                "no argument of an error or of RdeepWarning: make it by worded(f'...'), or write "
                "it as text, by {...!s}."
            )
