"""The R functions of known networks, `application_*()`, with a help page for each family."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import rdeep.applications
from rdeep.applications.application import Application
from rdeep.applications.imagenet_utils import described_mode
from rdeep.catalogue.options import Option

from .literals import prose
from .options import argument, coercion, described
from .overlay import OverlayError, example, refuse, table
from .records import DOTS
from .roxygen import Page, function, list_lines

FILE = "applications"
RETURNS = "A model, as [keras_model()] returns one."
SEE_ALSO = (
    "[application_preprocess_inputs()] prepares pixels, [application_decode_predictions()] names "
    "the classes, [freeze_weights()] keeps layers as they are."
)


@cache
def applications() -> dict[str, Application]:
    """Return the declarations by Keras's names for them."""
    functions = vars(rdeep.applications).values()
    found = [each.application for each in functions if hasattr(each, "application")]
    return {each.name: each for each in found}


def module_of(application: Application) -> str:
    """Return the name of the module that declares a network."""
    return getattr(rdeep.applications, application.name).__module__.rpartition(".")[2]


def pages() -> dict[str, dict[str, Any]]:
    """Return the overlay's pages, those of networks that there are."""
    declared = {name: page for page in table(FILE).values() for name in page["names"]}
    refuse(set(declared) - set(applications()), f"{FILE}.toml")
    for name, each in applications().items():
        if name not in declared or module_of(each) not in declared[name]["modules"]:
            raise OverlayError(
                f"{name} has no name in R: add it to a page of its module, {module_of(each)}, in "
                f"{FILE}.toml."
            )
    return table(FILE)


def function_names() -> dict[str, str]:
    """Return the names of the functions in R, by Keras's."""
    return {name: own for page in pages().values() for name, own in page["names"].items()}


def with_examples() -> list[str]:
    """Return the functions that have an example: the first of each page."""
    return [next(iter(page["names"].values())) for page in pages().values()]


def blocks() -> Iterable[list[str]]:
    """Return all functions, the first of each page with the page."""
    for page in pages().values():
        members = [(applications()[name], own) for name, own in page["names"].items()]
        topic = members[0][1]
        for application, name in members:
            head = [f"#' @rdname {topic}", "#' @export"]
            if name == topic:
                head = _page(page["title"], members)
            yield head + _function(application, name)
        for alias, name in page.get("aliases", {}).items():
            yield [f"#' @rdname {topic}", "#' @export", f"{alias} <- {name}"]


def _page(title: str, members: list[tuple[Application, str]]) -> list[str]:
    options: dict[str, Option] = {}
    for application, _ in members:
        options |= {name: each for name, each in application.options.items() if name not in options}
    first, topic = members[0]
    described_networks = " ".join(
        f"`{name}()`: {each.summary[0].lower()}{each.summary[1:]}" for each, name in members
    )
    takes = f"The networks take pixels {prose(described_mode(first.preprocessing))}."
    references = dict.fromkeys(each.reference for each, _ in members if each.reference)
    own = [name for name, each in options.items() if each.keyword_only]
    parameters = [(n, described(each)) for n, each in options.items() if n not in own]
    return Page(
        title=title,
        details=f"{described_networks}\n\n{takes}",
        parameters=[*parameters, DOTS, *((name, described(options[name])) for name in own)],
        returns=RETURNS,
        references="\n\n".join(references),
        see_also=SEE_ALSO,
        example=example(FILE, topic),
    ).lines()


def _function(application: Application, name: str) -> list[str]:
    options = list(application.options.values())
    before = [argument(each) for each in options if not each.keyword_only]
    after = [argument(each) for each in options if each.keyword_only]
    items = [f"{each.name} = {coercion(each)}" for each in options if not each.keyword_only]
    lines = list_lines(items)
    return function(
        name,
        [*before, "...", *after],
        [
            "create_application(",
            f'  "{application.name}",',
            *(f"  {line}" for line in lines[:-1]),
            f"  {lines[-1]},",
            "  ...,",
            "  backend = backend,",
            "  device = device",
            ")",
        ],
    )
