"""What preprocessing layers have in common: they learn from data, and run outside networks too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from rdeep.arrays import numpy as arrays
from rdeep.catalogue import dispatch
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.run import Run
from rdeep.errors import ArgumentError, DataError, StateError, constructor, layer_title, show
from rdeep.errors.damage import Damage, making
from rdeep.preprocessing.batches import batches, is_whole
from rdeep.preprocessing.endless import refuse_endless


class Adapted:
    """What a layer has learned from data: as a record it is fixed, and this is not.

    Attributes
    ----------
    values : dict or None
        What was learned, by name; `None` at first.
    version : int
        Another number after each change, by which networks notice that they are out of date.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] | None = None
        self.version = 0

    def learn(self, **values: Any) -> None:
        """Put other values in the place of all."""
        self.values = values
        self.version += 1

    def get(self, name: str) -> Any:
        """Return a value, if anything was learned."""
        return None if self.values is None else self.values[name]

    def to_data(self) -> dict[str, Any] | None:
        """Return the values as plain data."""
        if self.values is None:
            return None
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in self.values.items()
        }


def host_run(weights: Mapping[str, Any] | None = None) -> Run:
    """Return what a formula computes with outside a network: NumPy's arrays and functions.

    Parameters
    ----------
    weights : mapping of str to ndarray, optional
        The layer's weights by name.
    """
    return Run(arrays, weights or {})


class Preprocessing(Layer, abstract=True):
    """A layer that is applied to data as well as to symbolic tensors.

    What it computes on an array is its formula on NumPy, unless it says otherwise in `transform`.
    A subclass that learns from data declares `adapts`, and says how in `learn_from`.
    """

    adapts: ClassVar[bool] = False
    learns: ClassVar[str] = ""
    """What it learns, for messages."""
    given_by: ClassVar[str] = ""
    """The options that give what could be learned, for messages."""
    mask: ClassVar[str] = "stop"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Beside the options, which are fixed; a saved layer gets it back by `restore`.
        self.__dict__["adapted"] = Adapted()
        super().__init__(*args, **kwargs)

    adapted: Adapted

    @property
    def title(self) -> str:
        """What messages call the layer."""
        return self.name or type(self).__name__

    def to_data(self) -> dict[str, Any]:
        """Return the options, and what was learned, as plain data."""
        learned = self.adapted.to_data()
        return {**super().to_data(), **({} if learned is None else {"adapted": learned})}

    def restore(self, values: Mapping[str, Any]) -> None:
        """Take over what `to_data` returned as learned.

        Parameters
        ----------
        values : mapping
            The values as plain data.
        """
        self.adapted.learn(**values)

    def restore_learned(self, values: Any, place: str) -> None:
        """Take over what a file says that was learned, once it is checked."""
        if not self.adapts:
            super().restore_learned(values, place)
        self.check_saved(values, place)
        with making(place):
            self.restore(values)

    def check_saved(self, values: Any, place: str) -> None:
        """Refuse what the layer cannot have learned.

        Parameters
        ----------
        values : object
            Plain data, out of a file.
        place : str
            Where in the file it is.

        Raises
        ------
        Damage
            If it is not what `to_data` gives.
        """
        raise Damage("nothing that this layer learns is read", place=place)

    def replace(self, **changes: Any) -> Any:
        """Return a copy with some options changed that has learned the same."""
        again = super().replace(**changes)
        learned = self.to_data().get("adapted")
        if learned is not None:
            again.restore(learned)
        return again

    def __call__(  # type: ignore[override]
        self, inputs: Any, training: bool | None = None
    ) -> Any:
        """Apply the layer to a symbolic tensor, or to data: text or numbers."""
        if holds_symbolic(inputs):
            return super().__call__(inputs, training=training)
        return dispatch.calls().call_preprocessing(self, inputs)

    def transform(self, inputs: Any) -> Any:
        """Return what the layer makes of data.

        Parameters
        ----------
        inputs : array, or list of arrays where the layer merges
            The data.
        """
        values = [as_array(x) for x in inputs] if self.merges else as_array(inputs)
        shapes = [np.shape(x) for x in (values if self.merges else [values])]
        drawn = np.random.default_rng(0)
        weights = {w.name: w.initializer.draw(w.shape, drawn) for w in self.weights(*shapes)}
        return self.compute(values, host_run({**weights, **self.exact_weights()}))

    def exact_weights(self) -> dict[str, np.ndarray]:
        """Return what was learned, in the type that the layer computes in."""
        return {}

    @property
    def real(self) -> str:
        """The type of the numbers that the layer gives on data: float32, or float64."""
        return "float64" if self.own_dtype == "float64" else "float32"

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn from data, in the place of what was learned before.

        Parameters
        ----------
        data : array, or stream of batches
            The data. A stream is what `fit` takes: an iterable, a function that returns one, a
            data set; of its batches the inputs count.
        batch_size : int, optional
            Has no effect on arrays: they are taken at once.
        steps : int, optional
            How many batches of a stream to read; by default all.

        Raises
        ------
        StateError
            If the layer was given what it could learn.
        """
        if not self.adapts:
            raise StateError(f"{layer_title(self)} learns nothing from data.", layer=self.title)
        self.check_adaptable()
        if is_whole(data):
            if steps is not None:
                raise ArgumentError(
                    "'steps' counts batches of a stream: an array is taken as a whole.",
                    argument="steps",
                    received=steps,
                )
            self.learn_from([data], whole=True)
        else:
            refuse_endless(data, "data", "steps", steps)
            self.learn_from(batches(data, steps), whole=False)

    def check_adaptable(self) -> None:
        """Refuse to learn what was given already."""

    def check_learned(self) -> None:
        """Refuse to work with nothing: before `adapt`, where nothing was given.

        Raises
        ------
        StateError
            If there is something to learn, and it was neither learned nor given.
        """
        if not self.adapts or self.adapted.values is not None or not self.may_learn():
            return
        raise StateError(
            f"{layer_title(self)} has learned no {self.learns} yet.",
            layer=self.title,
            hint=f"Call adapt() on the layer first, or give {self.given_by}.",
        )

    def may_learn(self) -> bool:
        """Return whether there is something to learn that was not given."""
        try:
            self.check_adaptable()
        except StateError:
            return False
        return True

    def learn_from(self, parts: Iterable[Any], whole: bool) -> None:
        """Learn from parts of the data.

        Parameters
        ----------
        parts : iterable of arrays
            The parts.
        whole : bool
            Whether there is one alone, which holds all samples.
        """
        raise NotImplementedError


def holds_symbolic(inputs: Any) -> bool:
    """Return whether something is a symbolic tensor or has one first.

    Parameters
    ----------
    inputs : object
        What a layer is called on.
    """
    if isinstance(inputs, Mapping):
        inputs = list(inputs.values())
    first = inputs[0] if isinstance(inputs, (list, tuple)) and len(inputs) else inputs
    return is_symbolic(first)


def as_array(data: Any) -> np.ndarray:
    """Return data as an array, a tensor of either engine too.

    Parameters
    ----------
    data : object
        The data.

    Raises
    ------
    DataError
        If rows have different lengths.
    """
    if hasattr(data, "detach"):
        data = data.detach().cpu()
    try:
        return np.asarray(data.numpy() if hasattr(data, "numpy") else data)
    except ValueError:
        raise DataError("The data has rows of different lengths.", argument="x") from None


def as_numbers(data: Any, label: str = "data") -> np.ndarray:
    """Return data as an array of numbers, or say that it is none.

    Parameters
    ----------
    data : object
        The data.
    label : str
        What to call it.
    """
    array = as_array(data)
    if array.dtype.kind not in "fiub":
        raise DataError(f"'{label}' must hold numbers.", argument=label, expected="numbers")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataError(f"'{label}' has missing or infinite values.", argument=label)
    return array


def as_ids(data: np.ndarray, label: str = "x") -> np.ndarray:
    """Return whole numbers as int64, or say which is none or too large to be told from others.

    Parameters
    ----------
    data : numpy.ndarray
        The numbers.
    label : str
        What to call them.

    Raises
    ------
    DataError
        If a number is a fraction, or beyond 2^53 in float64, or beyond 2^63.
    """
    if data.dtype.kind in "ib":
        return data.astype(np.int64)
    if data.dtype.kind == "u":
        wrong = data > np.iinfo(np.int64).max
    else:
        wrong = ~(np.abs(data) <= 2**53) | (data != np.floor(data))
    if wrong.any():
        value = data[wrong][0]
        row = int(np.argwhere(wrong)[0][0]) + 1 if data.ndim else 1
        raise DataError(
            f"'{label}' must hold exact whole numbers, not {value:.17g} (in sample {row}).",
            argument=label,
            received=float(value),
            expected="whole numbers up to 2^53, or of a type of whole numbers",
        )
    return data.astype(np.int64)


def refuse_sparse(layer: Preprocessing, sparse: bool) -> None:
    """Refuse outputs that are sparse: networks take dense ones.

    Parameters
    ----------
    layer : Preprocessing
        The layer.
    sparse : bool
        What was asked for.
    """
    if sparse:
        raise ArgumentError(
            f"{constructor(layer)}: 'sparse' must be {show(False)}: what layers give is dense.",
            argument="sparse",
            received=True,
            expected=show(False),
            hint="Leave it out: the numbers are the same.",
            layer=layer.title,
        )
