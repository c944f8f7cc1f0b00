"""The base of everything in the catalogue: a small typed record, fixed once it is made.

A record declares its options in its body. From the declaration come the constructor, its checks
and error messages, the docstring's list of parameters, and the saved form.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Union

from rdeep.catalogue import dispatch
from rdeep.catalogue.dispatch import NOT_CONVERTED
from rdeep.catalogue.docstrings import ComposedDocstring, Docstring, as_entries, documented
from rdeep.catalogue.options import (
    Axes,
    Axis,
    InvalidOption,
    Option,
    as_data,
    restored_options,
)
from rdeep.catalogue.overrides import refuse_overrides
from rdeep.catalogue.registry import register
from rdeep.errors import ArgumentError, Wording, called, show, show_axis, suggestion
from rdeep.errors.damage import Damage, making


def snake_case(name: str) -> str:
    """Turn a class name into the name that strings use.

    Parameters
    ----------
    name : str
        A class name such as `"GlobalMaxPooling2D"`.

    Examples
    --------
    >>> snake_case("GlobalMaxPooling2D")
    'global_max_pooling_2d'
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return words.lower()


class _Declared(Protocol):
    """What has options: a class of records, or an operation."""

    __name__: str
    kind: str
    options: dict[str, Option]


Declaring = Union["type[Record]", _Declared]


class _Signature:
    """The signature that a class's options make, when somebody asks for it."""

    def __get__(self, instance: object, owner: type[Record]) -> inspect.Signature:
        parameters = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY
                if declared.keyword_only
                else inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if declared.required else declared.default,
            )
            for name, declared in owner.options.items()
        ]
        parameters += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None)
            for name in getattr(owner, "also_takes", ())
        ]
        # A required option after an optional one is reached by its name.
        return inspect.Signature(parameters, __validate_parameters__=False)


class OwnSignature(_Signature):
    """The signature of a class's own constructor, where it declares no options."""

    def __get__(self, instance: object, owner: type[Any]) -> inspect.Signature:
        whole = inspect.signature(owner.__init__)
        return whole.replace(parameters=[*whole.parameters.values()][1:])


class Record:
    """A definition in the catalogue, with its options.

    Subclasses declare options as class attributes with `option()`. Each is registered under its
    name as it is made, but for bases (`class Pooling(Layer, abstract=True)`), of which a family's
    first says the kind (`class Layer(Record, kind="layer", abstract=True)`), and for `internal`
    records.
    """

    autograph_info__: ClassVar[Any] = NOT_CONVERTED

    kind: ClassVar[str]
    key: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    internal: ClassVar[bool] = False
    """Whether rdeep alone makes such records: no name leads to them."""
    options: ClassVar[dict[str, Option]] = {}
    also_takes: ClassVar[tuple[str, ...]] = ()
    """What the constructor takes beside the options, and makes options of."""
    __signature__: ClassVar[_Signature] = _Signature()

    def __init_subclass__(
        cls, kind: str | None = None, abstract: bool = False, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.options = _collect_options(cls)
        if kind is not None:
            cls.kind = kind
        if abstract:
            return
        if not hasattr(cls, "kind"):
            raise TypeError(
                f"{cls.__name__} is a record of no kind: derive it from a family's base, such as "
                "Layer, or say that it is a base itself (abstract=True behind its own bases)."
            )
        refuse_overrides(cls, "catalogue layer" if cls.kind == "layer" else cls.kind)
        if "key" not in cls.__dict__:
            cls.key = snake_case(cls.__name__)
        if cls.internal:
            return
        # A type's `__doc__` may be a descriptor.
        cls.__doc__ = ComposedDocstring(cls.__doc__, _docstring)  # type: ignore[assignment]
        # The registry is filled as classes are made, so that a record is declared once.
        register(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        store = self.__dict__
        for name, value in bind(type(self), args, kwargs).items():
            store[self.options[name].attribute] = checked_option(type(self), name, value)
        self.validate()

    @classmethod
    def derived_sections(cls, written: Mapping[str, str]) -> dict[str, str]:
        """Return the sections of the docstring that follow from what the class declares.

        Parameters
        ----------
        written : mapping
            The sections that are written out, by title.
        """
        return {}

    def validate(self) -> None:
        """Check what concerns several options at once; called once all are set."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(
            f"{type(self).__name__} is fixed once it is made: make a new one instead"
        )

    def __repr__(self) -> str:
        return str(self.wording())

    def wording(self) -> Wording:
        """Write the call that makes the record again."""
        given = {
            name: show_axis(value) if value is not None and self._counts_axes(name) else value
            for name, value in self.chosen().items()
        }
        return called(type(self).__name__, self.kind, given)

    def _counts_axes(self, name: str) -> bool:
        return isinstance(self.options[name].type, (Axes, Axis))

    def chosen(self) -> dict[str, Any]:
        """Return the options that are required or differ from their defaults."""
        return {
            name: value
            for name, value in self._values_of_options().items()
            if self.options[name].required or value != _default(type(self), name)
        }

    def _values_of_options(self) -> dict[str, Any]:
        return {name: getattr(self, each.attribute) for name, each in self.options.items()}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.to_data() == other.to_data()

    def __hash__(self) -> int:
        return hash(type(self))

    def get_config(self) -> dict[str, Any]:
        """Return the options in Keras's schema, as plain data: what `from_config` takes.

        Objects within are written with their module and class, as Keras's own are, and options
        that Keras lacks stand beside the others.

        Examples
        --------
        >>> from rdeep.regularizers import L1L2
        >>> L1L2(0.1).get_config()
        {'l1': 0.1, 'l2': 0.0}
        """
        return dispatch.calls().config_of(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Return what a configuration describes, Keras's own too.

        Parameters
        ----------
        config : mapping
            What `get_config` returned, here or in Keras.

        Examples
        --------
        >>> from rdeep.regularizers import L1L2
        >>> L1L2.from_config({"l1": 0.1, "l2": 0.0})
        L1L2(l1=0.1)
        """
        return dispatch.calls().from_config(cls, config)

    def to_data(self) -> dict[str, Any]:
        """Return the options as plain data: `{"class": ..., "options": {...}}`.

        Returns
        -------
        dict
            What `rdeep.catalogue.registry.from_config` makes the record from again.
        """
        return {
            "class": type(self).__name__,
            "options": {name: as_data(value) for name, value in self._values_of_options().items()},
        }

    @classmethod
    def restored(cls, options: Any, place: str) -> Any:
        """Return the record that a file describes: of values alone, as `to_data` gives them.

        Parameters
        ----------
        options : object
            Plain data: the options.
        place : str
            Where in the file they are.

        Raises
        ------
        Damage
            If they are not options that `to_data` could have given.
        """
        values = restored_options(cls.options, options, place)
        with making(place):
            return cls(**values)

    def restore_learned(self, values: Any, place: str) -> None:
        """Take over what a file says that was learned; most records learn nothing.

        Parameters
        ----------
        values : object
            Plain data.
        place : str
            Where in the file it is.
        """
        raise Damage("there is nothing here that learns", place=place)

    def replace(self, **changes: Any) -> Any:
        """Return a copy with some options changed.

        Parameters
        ----------
        **changes
            The options to change.
        """
        return type(self)(**{**self._values_of_options(), **changes})


def _collect_options(cls: type[Record]) -> dict[str, Option]:
    """Inherited options keep their place; new ones follow; keyword-only ones come last."""
    merged = dict(cls.__mro__[1].__dict__.get("options", {}))
    for base in cls.__mro__[2:]:
        for name, inherited in base.__dict__.get("options", {}).items():
            merged.setdefault(name, inherited)
    for name, declared in list(cls.__dict__.items()):
        if isinstance(declared, Option):
            declared.name, declared.attribute = declared.given_as or name, name
            merged = _inserted(merged, declared)
    ordered = sorted(merged.items(), key=lambda item: item[1].keyword_only)
    return dict(ordered)


def _inserted(options: dict[str, Option], new: Option) -> dict[str, Option]:
    if new.after is None:
        return {**options, new.name: new}
    ordered = {}
    for name, declared in options.items():
        if name == new.name:
            continue
        ordered[name] = declared
        if name == new.after:
            ordered[new.name] = new
    return ordered


def _docstring(cls: type[Record]) -> str:
    """Return a record's docstring with the sections that follow from what it declares."""
    found = documented(cls)
    sections = {**found.sections, **cls.derived_sections(found.sections)}
    if cls.options:
        sections["Parameters"] = as_entries(
            (name, _described(declared), declared.doc) for name, declared in cls.options.items()
        )
    return Docstring(found.summary, found.details, sections).written()


def _described(declared: Option) -> str:
    optional = "" if declared.required else f", default {declared.default!r}"
    return f"{declared.type.words!s}{optional}"


def bind(cls: Declaring, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a value for each declared option, as given or by default, or say what is wrong.

    Parameters
    ----------
    cls : type of Record, or Operation
        What declares the options.
    args, kwargs
        What was given.
    """
    positional = [name for name, declared in cls.options.items() if not declared.keyword_only]
    if len(args) > len(positional):
        raise ArgumentError(
            f"{called(cls.__name__, cls.kind)} takes at most {len(positional)} unnamed arguments, "
            f"not {len(args)}.",
            received=len(args),
            layer=cls.__name__,
        )
    given = dict(zip(positional, args))
    for name, value in kwargs.items():
        if name not in cls.options:
            raise ArgumentError(
                f"{called(cls.__name__, cls.kind)} has no option {name!r}.",
                argument=name,
                received=value,
                hint=suggestion(name, cls.options),
                layer=cls.__name__,
            )
        if name in given:
            raise ArgumentError(
                f"{called(cls.__name__, cls.kind)} got {name!r} twice.", argument=name
            )
        given[name] = value
    missing = [name for name, o in cls.options.items() if o.required and name not in given]
    if missing:
        raise ArgumentError(
            f"{called(cls.__name__, cls.kind)} needs {missing[0]!r}: "
            f"{cls.options[missing[0]].type.words}.",
            argument=missing[0],
            expected=cls.options[missing[0]].type.words,
            layer=cls.__name__,
        )
    return {name: given.get(name, o.default) for name, o in cls.options.items()}


def checked_option(cls: Declaring, name: str, value: Any) -> Any:
    """Return an option's value in the form that its type keeps, or refuse it by name.

    Parameters
    ----------
    cls : type of Record, or Operation
        What declares the option.
    name : str
        The option.
    value : object
        What was given.
    """
    declared = cls.options[name]
    if value is None and declared.default is None:
        return None
    try:
        return declared.type.check(value)
    except InvalidOption as unfit:
        raise ArgumentError(
            f"{called(cls.__name__, cls.kind)}: {name!r} must be {unfit.expected}, not "
            f"{show(value)}.",
            argument=name,
            received=value,
            expected=unfit.expected,
            hint=unfit.hint,
            layer=cls.__name__,
        ) from None
    except ArgumentError as error:
        if error.argument is None:
            error.argument = name
        if error.layer is None:
            error.layer = cls.__name__
        raise


def _default(cls: type[Record], name: str) -> Any:
    declared = cls.options[name]
    # As records keep it: one number may stand for several.
    return checked_option(cls, name, declared.default)
