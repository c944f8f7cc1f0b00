"""The R functions of records, with their help pages."""

from __future__ import annotations

from rdeep.catalogue.docstrings import documented, entries
from rdeep.catalogue.options import Option
from rdeep.catalogue.record import Record

from .families import family_of
from .literals import prose
from .names import added, record_name
from .options import argument, coercion, described
from .overlay import example, table
from .roxygen import Page, function, list_lines, title_of

Parameters = list[tuple[str, str]]
DOTS = ("...", "Not used: anything here is an error, so that a misspelt argument is noticed.")
OBJECT = (
    "What the layer is added to: a sequential model, which is changed in place and returned, or a "
    "symbolic tensor, which it is applied to. Without it the layer itself is returned."
)
INPUTS = "A list of symbolic tensors; they can be given one by one as well."
LONE = (
    "A symbolic tensor or a list of several, which the layer is applied to, or a sequential model, "
    "which is changed in place and returned. Without it the layer itself is returned."
)
INPUT_SHAPE = (
    "input_shape",
    "The shape of one sample, if this is the first layer of a sequential model without one.",
)
SECTIONS = ("Call arguments", "Input shape", "Output shape")


def page(cls: type[Record], family: str, parameters: Parameters, returns: str) -> list[str]:
    """Return the help page of a record's function."""
    name, found = record_name(cls), documented(cls)
    head, more = title_of(prose(found.summary, cls.kind))
    note = str(added(cls).get("note", ""))
    details = [more, prose(found.details, cls.kind), note]
    return Page(
        title=head,
        details="\n\n".join(part for part in details if part),
        parameters=parameters,
        returns=returns,
        sections=sections(cls),
        references=found.sections.get("References", ""),
        see_also=family_of(name).see_also(name),
        example=example(family, name),
    ).lines()


def sections(cls: type[Record]) -> dict[str, str]:
    """Return the sections of a record's help page, in R's words."""
    found = documented(cls).sections
    texts = {title: prose(found[title], cls.kind) for title in SECTIONS if title in found}
    if "Call arguments" in texts:
        given = entries(found["Call arguments"]).items()
        texts["Call arguments"] = "\n\n".join(
            f"`{name}`: {prose(text, cls.kind)}" for name, (_, text) in given
        )
    return texts


def documented_options(cls: type[Record], options: list[Option]) -> Parameters:
    """Return what options mean, by name."""
    return [(option.name, described(option, cls.kind)) for option in options]


def split(cls: type[Record]) -> tuple[list[Option], list[Option]]:
    """Return the options that come before the dots and those after."""
    every = list(cls.options.values())
    return [o for o in every if not o.keyword_only], [o for o in every if o.keyword_only]


def call(
    creator: str, cls: type[Record], before: list[str], options: list[Option], after: list[str]
) -> list[str]:
    """Return the lines of a call of a creator with the converted options."""
    items = list_lines([f"{option.name} = {coercion(option)}" for option in options])
    arguments = [*(f"{each}," for each in before)]
    arguments += [*items[:-1], f"{items[-1]},", *(f"{each}," for each in after[:-1]), after[-1]]
    return [f"{creator}(", *(f"  {each}" for each in arguments), ")"]


def layer(cls: type[Record], family: str) -> list[str]:
    """Return the function of a layer."""
    merges, lone = getattr(cls, "merges", False), getattr(cls, "lone", False)
    return _merging(cls, family) if merges and not lone else _layer(cls, family, lone)


def _layer(cls: type[Record], family: str, lone: bool) -> list[str]:
    first, last = split(cls)
    given = str(added(cls).get("first_argument", "inputs" if lone else "object"))
    parameters = [
        (given, LONE if lone else OBJECT),
        *documented_options(cls, first),
        DOTS,
        INPUT_SHAPE,
        *documented_options(cls, last),
    ]
    arguments = [given, *map(argument, first), "...", "input_shape = NULL", *map(argument, last)]
    after = ["...", "input_shape = input_shape"]
    body = call("create_layer", cls, [f'"{cls.__name__}"', given], first + last, after)
    returns = f"The model, a symbolic tensor, or the layer: see `{given}`."
    head = page(cls, family, parameters, returns)
    return head + function(record_name(cls), arguments, body)


def _merging(cls: type[Record], family: str) -> list[str]:
    """Return the function of a layer that takes a list of inputs."""
    options = [option for part in split(cls) for option in part]
    parameters = [("inputs", INPUTS), ("...", "More symbolic tensors, unnamed.")]
    parameters += documented_options(cls, options)
    body = call("create_merge", cls, [f'"{cls.__name__}"', "inputs"], options, ["..."])
    head = page(cls, family, parameters, "A symbolic tensor.")
    arguments = ["inputs", "...", *map(argument, options)]
    return head + function(record_name(cls), arguments, body)


def measured(cls: type[Record], family: str) -> list[str]:
    """Return the function of a loss or a metric."""
    if not getattr(cls, "compares", True):
        return _made(cls, family)
    first, last = split(cls)
    truth = (
        "The targets and the predictions, as arrays. Without them the "
        f"{cls.kind} itself is returned."
    )
    parameters = [
        ("y_true,y_pred", truth),
        *documented_options(cls, first),
        DOTS,
        *documented_options(cls, last),
    ]
    arguments = ["y_true", "y_pred", *map(argument, first), "...", *map(argument, last)]
    before = [f'"{cls.__name__}"', "y_true", "y_pred"]
    body = call(f"create_{cls.kind}", cls, before, first + last, ["..."])
    returns = f"The value, if `y_true` and `y_pred` are given; else a {cls.kind} for `compile()`."
    head = page(cls, family, parameters, returns)
    return head + function(record_name(cls), arguments, body)


def _made(cls: type[Record], family: str) -> list[str]:
    """Return the function of a metric without targets: it makes one, and nothing else."""
    options = list(cls.options.values())
    body = call("create_record", cls, [f'"{cls.kind}"', f'"{cls.__name__}"'], options, ["..."])
    parameters = [DOTS, *documented_options(cls, options)]
    head = page(cls, family, parameters, f"A {cls.kind}.")
    return head + function(record_name(cls), ["...", *map(argument, options)], body)


def activation(cls: type[Record], family: str) -> list[str]:
    """Return the function of an activation."""
    options = list(cls.options.values())
    x = "An array or a symbolic tensor. Without it the activation itself is returned."
    parameters = [("x", x), *documented_options(cls, options), DOTS]
    body = call("create_activation", cls, [f'"{cls.__name__}"', "x"], options, ["..."])
    head = page(cls, family, parameters, "An array, a symbolic tensor, or the activation: see `x`.")
    return head + function(record_name(cls), ["x", *map(argument, options), "..."], body)


def plain(cls: type[Record], family: str) -> list[str]:
    """Return the function of any other record."""
    options = list(cls.options.values())
    parameters = [*documented_options(cls, options), DOTS]
    body = call("create_record", cls, [f'"{cls.kind}"', f'"{cls.__name__}"'], options, ["..."])
    article = "An" if cls.kind[0] in "aeio" else "A"
    returns = table("kinds")[cls.kind].get("returns", f"{article} {cls.kind}.")
    head = page(cls, family, parameters, returns)
    return head + function(record_name(cls), [*map(argument, options), "..."], body)
