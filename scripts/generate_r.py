"""Write the R functions and their help pages from the catalogue and R's overlay.

Run it after changing a record, an operation or `scripts/r_overlay/`. With `--check` it writes
nothing and fails if a file in `R/` differs from what it would write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "scripts")]

from r_generator import (  # noqa: E402
    applications,
    operations,
    overlay,
    records,
)
from r_generator.families import families, operations_by_family  # noqa: E402
from r_generator.names import is_generated, operation_name, ours, record_name  # noqa: E402
from r_generator.options import type_names  # noqa: E402
from r_generator.overlay import OverlayError, refuse, table  # noqa: E402
from r_generator.roxygen import HEADER, file_text, roxygen  # noqa: E402
from rdeep.catalogue.operations import operations as declared  # noqa: E402
from rdeep.catalogue.record import Record  # noqa: E402
from rdeep.catalogue.registry import kinds  # noqa: E402

Write = Callable[[type[Record], str], list[str]]
# The file of each kind's functions, but for layers, which have a file for each module.
FILES: dict[str, tuple[str, Write]] = {
    "activation": ("activations", records.activation),
    "initializer": ("initializers", records.plain),
    "regularizer": ("regularizers", records.plain),
    "constraint": ("constraints", records.plain),
    "loss": ("losses", records.measured),
    "metric": ("metrics", records.measured),
    "optimizer": ("optimizers", records.plain),
    "callback": ("callbacks-catalogue", records.plain),
    "schedule": ("schedules", records.plain),
    "feature": ("features", records.plain),
    "rnn_cell": ("rnn-cells", records.plain),
}
OVERVIEW = (
    "Index of layers, losses, operations and the like\n\n"
    "The families of functions that the catalogue of rdeep has, each with a page that lists them."
)


def of_records() -> dict[str, tuple[Write, list[type[Record]]]]:
    """Return the records that each file has functions of, with what writes these."""
    found: dict[str, tuple[Write, list[type[Record]]]] = {}
    for cls in filter(is_generated, ours("layer")):
        name = f"layers-{cls.__module__.rpartition('.')[2]}"
        found.setdefault(name, (records.layer, []))[1].append(cls)
    for kind, (name, write) in FILES.items():
        found[name] = (write, [cls for cls in ours(kind) if is_generated(cls)])
    return found


def of_operations() -> dict[str, list]:
    """Return the operations that each file has functions of."""
    return {
        f"op-{family.replace('_', '-')}": [
            each for each in members if "by_hand" not in operations.added(each)
        ]
        for family, members in operations_by_family().items()
    }


def indexes() -> str:
    """Return the file of the families' index pages."""
    title, _, description = OVERVIEW.partition("\n\n")
    items = [f"#' - [{each.topic}] - {each.title}" for each in families().values()]
    head = [*roxygen(title), "#'", *roxygen(description), "#'"]
    overview = [*head, *items, "#'", "#' @name rdeep_index", "NULL"]
    return file_text([overview, *(family.lines() for family in families().values())])


def function_names() -> str:
    """Return the file that says what R calls the catalogue's records, for messages."""
    names = {kind: {c.__name__: record_name(c) for c in ours(kind)} for kind in kinds()}
    names["application"] = applications.function_names()
    parts = ",\n".join(f"  {kind} = c(\n{_written(each)}\n  )" for kind, each in names.items())
    comment = "# The function of each record of the core, by the record's kind and class."
    return f"{HEADER}\n{comment}\nrecord_functions <- list(\n{parts}\n)\n"


def _written(names: dict[str, str]) -> str:
    return ",\n".join(f'    {name} = "{names[name]}"' for name in sorted(names))


def check() -> None:
    """Refuse entries of the overlay for what the catalogue does not have."""
    overlay.check_table("kinds", kinds())
    overlay.check_table("records", (f"{k}.{cls.__name__}" for k in kinds() for cls in ours(k)))
    overlay.check_table("operations", declared())
    for part in ("coercions", "words"):
        refuse(set(table("types")[part]) - type_names(), f"types.toml ({part})")
    options = [each for k in kinds() for cls in ours(k) for each in cls.options.values()]
    phrases = {str(option.type.words) for option in options}
    refuse(set(table("types")["phrases"]) - phrases, "types.toml (phrases)")
    known = {name: [*map(record_name, classes)] for name, (_, classes) in of_records().items()}
    known |= {name: [*map(operation_name, each)] for name, each in of_operations().items()}
    known[applications.FILE] = applications.with_examples()
    overlay.check_examples(known)


def files() -> dict[str, str]:
    """Return the text of every generated file, by name."""
    check()
    written = {
        f"{name}.R": file_text(write(cls, name) for cls in classes)
        for name, (write, classes) in of_records().items()
    }
    for name, members in of_operations().items():
        blocks = (block for each in members for block in operations.blocks(each, name))
        written[f"{name}.R"] = file_text(blocks)
    return {
        **written,
        f"{applications.FILE}.R": file_text(applications.blocks()),
        "help-families.R": indexes(),
        "bridge-record-functions.R": function_names(),
    }


def stale(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Return the names of files that differ, are missing, or are left over."""
    found = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.R")}
    leftover = [
        name for name, text in found.items() if text.startswith(HEADER) and name not in wanted
    ]
    return sorted([name for name, text in wanted.items() if found.get(name) != text] + leftover)


def write(folder: Path, wanted: dict[str, str], differing: Iterable[str]) -> None:
    """Write files, and remove those that are not wanted any more."""
    for name in differing:
        path = folder / name
        if name in wanted:
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    try:
        wanted = files()
    except OverlayError as error:
        print(error, file=sys.stderr)
        return 1
    differing = stale(ROOT / "R", wanted)
    if "--check" in arguments:
        if differing:
            names = ", ".join(differing)
            print(f"Out of date: {names}. Run scripts/generate_r.py.", file=sys.stderr)
        return 1 if differing else 0
    write(ROOT / "R", wanted, differing)
    print(f"{len(wanted)} files, {len(differing)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
