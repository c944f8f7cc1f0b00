"""Known networks as functions: what a declaration holds, and how a model is built of it.

A family's file, such as `resnet.py`, declares its networks: which layers compute the features, what
stands on top, where Keras's weights are, and what its options are. Arguments, their rules and
weights are the same for all.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple, Protocol, cast

from rdeep.applications.settings import (
    IMAGENET,
    OPTIONS,
    OWN,
    USUAL,
    Settings,
    Sizes,
    check_weights,
)
from rdeep.applications.tops import classified, pooled
from rdeep.applications.weights import (
    Published,
    is_torchvisions,
    state_dict_at,
    take_torchvisions,
)
from rdeep.catalogue.docstrings import Docstring, as_entries, filled
from rdeep.catalogue.options import Option
from rdeep.catalogue.record import bind, checked_option
from rdeep.errors import RdeepError
from rdeep.graph.order import source_inputs
from rdeep.graph.tensor import Input
from rdeep.models import Model

Place = tuple[Any, str | None, str | None]
"""Where a model is: the tensor that it is applied to, its engine and its device."""


class Built(NamedTuple):
    """A model of a known network.

    Attributes
    ----------
    model : Model
        The model.
    preprocessing : {"caffe", "tf", "torch"} or None
        What is done to pixels before they go in.
    """

    model: Model
    preprocessing: str | None


@dataclass(eq=False)
class Application:
    """What a known network is.

    Attributes
    ----------
    name : str
        Keras's name of the function, such as `"ResNet50"`.
    model_name : str or callable
        The model's name where none is given; `model_name(settings)` where it depends on these.
    summary : str
        What it is, in a line.
    body : callable
        Applies layers to the input and returns the features: `body(x, settings)`.
    published : callable
        Says which of Keras's files has the weights: `published(settings)`.
    preprocessing : {"caffe", "tf", "torch"} or None
        What is done to pixels before they go in; `None` where that is part of the network.
    reference : str
        The paper.
    top, pooled : callable
        What stands above the features: `top(x, settings)` the classifier, `pooled(x, settings)`
        what is there without one.
    sizes : Sizes
        The sizes of pictures that it takes.
    more : mapping of str to Option
        The options that the family adds.
    order : sequence of str
        All arguments in Keras's order; by default the usual ones, and then those added.
    defaults : mapping
        Defaults other than the usual.
    check : callable, optional
        Refuses settings that the family cannot have: `check(settings)`.
    torchvision : callable, optional
        Returns by the name of each of our layers that has weights the name of torchvision's
        module, `torchvision(settings)`: `{"conv1_conv": "conv1", "conv1_bn": "bn1"}`. How a module
        calls and lays out its weights follows from the layer; a layer of one weight may have the
        name of a tensor. Where the networks differ, `body` heeds `settings.torchvision`.
    torchvision_preprocessing : {"torch", "tf"}
        What is done to pixels before they go into torchvision's network.
    """

    name: str
    model_name: str | Callable[[Settings], str]
    summary: str
    body: Callable[[Any, Settings], Any]
    published: Callable[[Settings], Published]
    preprocessing: str | None
    reference: str = ""
    top: Callable[[Any, Settings], Any] = classified
    pooled: Callable[[Any, Settings], Any] = pooled
    sizes: Sizes = USUAL
    more: Mapping[str, Option] = field(default_factory=dict)
    order: Sequence[str] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[Settings], None] | None = None
    torchvision: Callable[[Settings], Mapping[str, str]] | None = None
    torchvision_preprocessing: str = "torch"
    __name__: str = field(init=False)
    options: dict[str, Option] = field(init=False)
    kind: str = field(default="application", init=False)

    def __post_init__(self) -> None:
        self.__name__ = self.name
        declared = {**OPTIONS, **self.more}
        order = self.order or [name for name in declared if name not in OWN]
        self.options = {}
        for name in [*order, *OWN]:
            own = self.options[name] = copy.copy(declared[name])
            own.name = name
            own.default = self.defaults.get(name, own.default)
        if isinstance(self.model_name, str):
            self.options["name"].default = self.model_name

    @property
    def signature(self) -> inspect.Signature:
        """The signature of the function."""
        parameter = inspect.Parameter
        kinds = parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY
        return inspect.Signature(
            [
                parameter(name, kinds[each.keyword_only], default=each.default)
                for name, each in self.options.items()
            ]
        )

    @property
    def docstring(self) -> str:
        """The docstring of the function."""
        options = self.options.items()
        code = ["from rdeep import applications"]
        code += [f"applications.{self.name}(weights=None).output_shape"]
        sections = {
            "Parameters": as_entries((n, str(each.type.words), each.doc) for n, each in options),
            "Returns": "A model.",
            "References": filled(self.reference),
            "Examples": "\n".join([*(f">>> {line}" for line in code), "(None, 1000)"]),
        }
        said = {title: text for title, text in sections.items() if text}
        return Docstring(self.summary, sections=said).written()

    def build(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Built:
        """Return a model of the network, and how it expects pixels.

        Parameters
        ----------
        args, kwargs
            The arguments as they were given.
        """
        given = {
            name: checked_option(self, name, v) for name, v in bind(self, args, kwargs).items()
        }
        tensor = given["input_tensor"]
        place = tensor, given["backend"], given["device"]
        check_weights(given)
        settings = self._settings(given)
        path = given["weights"]
        if path is None:
            return Built(self._model(settings, *place), self.preprocessing)
        if path == IMAGENET:
            path = self.published(settings).fetch()
        try:
            return self._trained(settings, path, place)
        except RdeepError as error:
            if error.argument == "filepath":
                error.argument = "weights"
            raise

    def _trained(self, settings: Settings, path: str, place: Place) -> Built:
        """Return a model with the weights of a file."""
        if self.torchvision is not None:
            tensors = state_dict_at(path)
            modules = self.torchvision(replace(settings, include_top=True))
            if tensors is not None and is_torchvisions(tensors, modules):
                model = self._model(replace(settings, torchvision=True), *place)
                take_torchvisions(model, path, tensors, modules)
                return Built(model, self.torchvision_preprocessing)
        model = self._model(settings, *place)
        try:
            model.load_weights(path)
        except RdeepError:
            weights = None if settings.include_top else self._features(settings, path, place)
            if weights is None or not weights.keys() >= model.graph.weights().keys():
                raise
            model.set_weights({name: weights[name] for name in model.graph.weights()})
        return Built(model, self.preprocessing)

    def _features(self, settings: Settings, path: str, place: Place) -> Any:
        """Return the weights of a file that has a classifier too, by name; `None` of another."""
        size = self.sizes.default
        shape = (size, size, settings.input_shape[-1])
        model = self._model(
            replace(settings, include_top=True, input_shape=shape), None, *place[1:]
        )
        try:
            model.load_weights(path)
        except RdeepError:
            return None
        return model.get_named_weights()

    def _settings(self, given: Mapping[str, Any]) -> Settings:
        """Return the settings that follow from all arguments, or say why there are none."""
        own = {each.name for each in fields(Settings)}
        settings = Settings(
            **{
                name: value
                for name, value in given.items()
                if name in own and name != "input_shape"
            },
            input_shape=self.sizes.shape(given),
            more={name: given[name] for name in self.more},
        )
        if self.check is not None:
            self.check(settings)
        if settings.name is None:
            named = self.model_name
            settings = replace(settings, name=named if isinstance(named, str) else named(settings))
        return settings

    def _model(
        self, settings: Settings, tensor: Any, backend: str | None, device: str | None
    ) -> Model:
        x = Input(settings.input_shape) if tensor is None else tensor
        above = self.top if settings.include_top else self.pooled
        outputs = above(self.body(x, settings), settings)
        inputs = x if tensor is None else source_inputs(tensor)
        return Model(inputs, outputs, name=settings.name, backend=backend, device=device)


class ApplicationFunction(Protocol):
    """A function that returns a model of a known network."""

    application: Application

    def __call__(self, *args: Any, **kwargs: Any) -> Model:
        """Return the model."""


def function_of(application: Application) -> ApplicationFunction:
    """Return the function of a known network.

    Parameters
    ----------
    application : Application
        What it is.
    """

    def build(*args: Any, **kwargs: Any) -> Model:
        return application.build(args, kwargs).model

    build.__name__ = build.__qualname__ = application.name
    build.__module__ = application.body.__module__
    build.__doc__ = application.docstring
    build.__signature__ = application.signature  # type: ignore[attr-defined]
    build.application = application  # type: ignore[attr-defined]
    return cast(ApplicationFunction, build)
