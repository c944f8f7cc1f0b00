"""Options in R: their defaults, conversions and descriptions."""

from __future__ import annotations

from rdeep.catalogue.options import Axes, Axis, Choice, Either, Option, OptionType, OrNone, Ref

from .literals import prose, value, vector
from .overlay import OverlayError, table


def default(option: Option, given: object) -> str:
    """Write a default as R does."""
    if isinstance(given, int) and not isinstance(given, bool):
        # R counts axes from 1; those counted from the end are the same.
        is_axis = isinstance(option.type, (Axes, Axis))
        return f"{given + 1 if is_axis and given >= 0 else given}L"
    if isinstance(given, tuple):
        return vector([default(option, each) for each in given], given)
    return value(given)


def argument(option: Option) -> str:
    """Write an option as a formal argument."""
    return option.name if option.required else f"{option.name} = {default(option, option.default)}"


def coercion(option: Option) -> str:
    """Write the conversion of an argument."""
    name = coercion_of(option.type)
    if isinstance(option.type, Ref) and name == "as_record":
        return f'as_record("{option.type.kind}", {option.name})'
    return f"{name}({option.name})" if name else option.name


def coercion_of(kind: OptionType) -> str:
    """Return the function that converts R's value for a type."""
    if isinstance(kind, OrNone):
        return coercion_of(kind.kind)
    if isinstance(kind, Either):
        # Conversions hand on what does not fit them, so that the second's serves both.
        return coercion_of(kind.kinds[1])
    found = _of_class(kind, "coercions")
    if found is None:
        raise OverlayError(
            f"The type {type(kind).__name__} has no conversion: name a function of "
            'R/bridge-coercions.R in types.toml under [coercions], or "" if none is needed.'
        )
    return found


def words_of(kind: OptionType) -> str:
    """Say in R's words what a value of a type is."""
    if isinstance(kind, Choice):
        return prose(_listing(kind.values))
    if isinstance(kind, OrNone):
        return f"{words_of(kind.kind)}, or `NULL`"
    if isinstance(kind, Either):
        first, second = (words_of(each) for each in kind.kinds)
        return second if second.startswith(f"{first} or ") else f"{first} or {second}"
    plain = str(kind.words)
    found = table("types")["phrases"].get(plain) or _of_class(kind, "words") or plain
    return found.replace("{values}", prose(_listing(getattr(kind, "values", ()))))


def _listing(values: tuple[str, ...]) -> str:
    *first, last = (f"`{each!r}`" for each in values or ("",))
    return f"one of {', '.join(first)} or {last}" if first else last


def _of_class(kind: OptionType, part: str) -> str | None:
    """Return the overlay's entry for a type, or for the nearest that it inherits from."""
    entries = table("types")[part]
    for cls in type(kind).__mro__:
        for key in (f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}", cls.__name__):
            if key in entries:
                return str(entries[key])
    return None


def type_names() -> set[str]:
    """Return the names that the types of options have in the overlay."""
    classes = _subclasses(OptionType)
    dotted = {f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}" for cls in classes}
    return dotted | {cls.__name__ for cls in classes}


def _subclasses(cls: type) -> set[type]:
    own = set(cls.__subclasses__())
    return own.union(*map(_subclasses, own))


def described(option: Option, kind: str = "") -> str:
    """Say what an option means and what it may be.

    Parameters
    ----------
    option : Option
        The option.
    kind : str
        The kind of the record that has it.
    """
    words = words_of(option.type)
    if option.default is None and not words.endswith("`NULL`"):
        words = words.replace(" or the name of one", ", the name of one,") + " or `NULL`"
    doc = prose(option.doc, kind) or "The value."
    return f"{doc} {words[0].upper()}{words[1:]}."
