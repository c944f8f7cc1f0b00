"""Losses and metrics on data that is not trained on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rdeep.data import prepare
from rdeep.data.arrays import ArrayFeed, FeedRows, first_rows
from rdeep.data.columns import Columns
from rdeep.data.streams import Batch, Stream, as_stream, with_first
from rdeep.engines.contract import Batches, Source, Stepper, Sums
from rdeep.engines.forward import may_halve
from rdeep.errors import ArgumentError, DataError, OutOfMemoryError
from rdeep.graph.cost import forward_chunk
from rdeep.graph.randomness import draws_in_prediction
from rdeep.training.batch_sizes import check_batch
from rdeep.training.callback_list import CallbackList
from rdeep.training.data_loader import StreamLoader, whole_batch
from rdeep.training.model import ScoredModel

Score = Callable[[], dict[str, Any]]
"""Evaluates: returns the losses and metrics by name."""


def scorer(
    model: ScoredModel,
    stepper: Stepper,
    feed: ArrayFeed,
    batch_size: int,
    steps: int | None,
    callback_list: CallbackList | None = None,
    source: Callable[[], Source] = Source,
) -> Score:
    """Return a function that evaluates on a feed, which is put on the device once.

    Parameters
    ----------
    model : Model
        The model.
    stepper : Stepper
        What runs the steps.
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch. More are taken together where that changes nothing but the speed.
    steps : int or None
        How many batches to look at; all if `None`.
    callback_list : CallbackList, optional
        The callbacks, which are called for each batch.
    source : function, optional
        Returns what each evaluation draws from, should the network draw anything.
    """
    listening = (
        callback_list if callback_list is not None and callback_list.listens_to_batches else None
    )
    if steps is not None:
        feed = first_rows(feed, steps * batch_size)
    graph = model.graph if model.trainer.computing is None else model.trainer.computing.graph
    masked = any(output.masked for output in graph.outputs)
    penalised = graph.penalises_outputs()
    adds_up = not masked and not penalised and stepper.objective.chunks_add_up
    if adds_up and listening is None:
        batch_size = forward_chunk(graph, feed.rows, batch_size)
    if feed.is_sparse or not stepper.holds(feed.nbytes):
        rows = FeedRows(feed, batch_size, None)
        return _read_along(
            stepper, rows, whole_batch, None, batch_size, source, callback_list=listening
        )
    batches = stepper.place(feed, batch_size)
    if listening is None:
        draws = draws_in_prediction(graph)
        halves = adds_up and not draws and may_halve(graph)
        return _whole(stepper, feed, batches, source, halves)

    def score() -> dict[str, Any]:
        sums, drawn = stepper.new_sums(), source()
        for batch in range(batches.count):
            _score_with_callbacks(stepper, sums, (batches, batch, 1), listening, batch, drawn)
        return dict(stepper.read(sums))

    return score


def _whole(
    stepper: Stepper, feed: ArrayFeed, batches: Batches, source: Callable[[], Source], halves: bool
) -> Score:
    """Return a function that evaluates on all batches at once.

    Where memory does not suffice it takes half as many samples at a time, if they add up.
    """
    placed = [batches]

    def score() -> dict[str, Any]:
        drawn = source()
        while True:
            sums = stepper.new_sums()
            try:
                stepper.score(sums, placed[0], 0, placed[0].count, drawn)
                return dict(stepper.read(sums))
            except OutOfMemoryError:
                size = min(placed[0].size, feed.rows) // 2
                if not halves or not size:
                    raise
            placed[0] = stepper.place(feed, size)

    return score


def stream_scorer(
    model: ScoredModel,
    stepper: Stepper | None,
    data: object,
    size: int,
    steps: int | None,
    argument: str = "x",
    callback_list: CallbackList | None = None,
    columns: Columns | None = None,
    source: Callable[[], Source] = Source,
) -> Score:
    """Return a function that evaluates on a stream.

    Parameters
    ----------
    model : Model
        The model.
    stepper : Stepper or None
        What runs the steps; the model's, once a first batch was looked at, if `None`.
    data : object
        The stream.
    size : int
        How many samples to join, where the data gives single ones.
    steps : int or None
        How many batches to look at; all if `None`.
    argument : str
        The argument that the stream came as, for messages.
    callback_list : CallbackList, optional
        The callbacks, which are called for each batch.
    columns : Columns, optional
        The columns that the model knows.
    source : function, optional
        Returns what each evaluation draws from, should the network draw anything.
    """
    listening = (
        callback_list if callback_list is not None and callback_list.listens_to_batches else None
    )
    stream = as_stream(data, size, in_order=True)
    check = batch_check(model, columns=columns)
    if stepper is None:
        feed, stream = first_feed(model, stream, check)
        if feed is not None:
            model.look_at([feed])
        stepper = model.ready_stepper()
    return _read_along(stepper, stream, check, steps, size, source, argument, listening)


def first_feed(
    model: ScoredModel, stream: Stream, check: Callable[[Batch], ArrayFeed]
) -> tuple[ArrayFeed | None, Stream]:
    """Return a stream's first batch where metrics depend on it, and the stream with all batches.

    Parameters
    ----------
    model : Model
        The model that the batches are for.
    stream : Stream
        A stream that was not opened yet.
    check : callable
        What `batch_check` returned.
    """
    if not model.trainer.waits(model.graph):
        return None, stream
    first, stream = with_first(stream)
    return check(first), stream


def batch_check(
    model: ScoredModel,
    class_weight: Any = None,
    columns: Columns | None = None,
    learning: bool = False,
) -> Callable[[Batch], ArrayFeed]:
    """Return a function that turns a stream's batch into arrays, or says what is wrong with it.

    Parameters
    ----------
    model : Model
        The model that the batches are for.
    class_weight : mapping, optional
        As in `Model.fit`.
    columns : Columns, optional
        The columns that the model knows.
    learning : bool
        Whether the first batch shows what the columns are.
    """
    if model.trainer.phases is not None:
        return partial(_checked_for_phases, model, class_weight)
    graph, losses = model.graph, model.output_losses()
    known = Columns(model.annotations) if columns is None else columns
    ends = {"x": graph.input_names, "y": graph.output_names}

    def check(batch: Batch) -> ArrayFeed:
        x, y, weight = (*batch, None, None)[:3]
        sides = {"x": x, "y": y}
        x, y = (known.arranged(data, side, ends[side]) for side, data in sides.items())
        if learning:
            for side, data in sides.items():
                known.learn(data, side, ends[side])
            known.keep_in(model.annotations)
        said = model.trainer.targets_said
        feed = prepare.feed(graph, losses, x, y, weight, class_weight, said).copied()
        check_batch(model, feed.rows)
        model.trainer.check_targets(graph, feed)
        return feed

    return check


def _checked_for_phases(model: ScoredModel, class_weight: Any, batch: Batch) -> ArrayFeed:
    refuse_class_weight(class_weight)
    return model.feed_of(*batch).copied()


def refuse_class_weight(class_weight: Any) -> None:
    """Refuse class weights where phases see the batch as it is."""
    if class_weight is not None:
        raise ArgumentError(
            "Phases take no 'class_weight': their losses see the batch as it is.",
            argument="class_weight",
            hint="Use such weights in the losses.",
        )


def _read_along(
    stepper: Stepper,
    stream: Any,
    check: Any,
    steps: int | None,
    size: int,
    source: Callable[[], Source],
    argument: str = "x",
    callback_list: CallbackList | None = None,
) -> Score:
    def score() -> dict[str, Any]:
        sums, batches, drawn = stepper.new_sums(), 0, source()
        # No batch is read that is not looked at: an iterator goes on there the next time.
        feeding = StreamLoader(stepper, stream, check, None, size, steps)
        feeding.begin(0)
        try:
            while (taken := feeding.take(1 << 30 if callback_list is None else 1)) is not None:
                if callback_list is None:
                    stepper.score(sums, *taken, drawn)
                else:
                    _score_with_callbacks(stepper, sums, taken, callback_list, batches, drawn)
                batches += taken[2]
        finally:
            feeding.close()
        if not batches:
            raise DataError(
                f"'{argument}' gives no batch at all.",
                argument=argument,
                hint="An iterator can be read once; a function that returns one, each time anew.",
            )
        return dict(stepper.read(sums))

    return score


def _score_with_callbacks(
    stepper: Stepper,
    sums: Sums,
    taken: tuple[Any, int, int],
    callback_list: CallbackList,
    batch: int,
    source: Source,
) -> None:
    callback_list.batch_begins(batch)
    stepper.score(sums, *taken, source)
    callback_list.batch_ends(batch, dict(stepper.read(sums)))
