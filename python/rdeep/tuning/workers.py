"""A search in several processes, which share a file of SQLite's."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import tempfile
import time
from typing import Any

from rdeep.errors import ArgumentError, StateError
from rdeep.interrupts import interrupts
from rdeep.tuning.progress import Progress
from rdeep.tuning.search import Search
from rdeep.tuning.spaces import Space
from rdeep.tuning.working import work

_LOOK_SECONDS = 0.2


def run_workers(
    objective: Any, space: Space, options: dict[str, Any], workers: int, level: int
) -> Search:
    """Run a search in several processes, and return it when it is over.

    Parameters
    ----------
    objective : object
        What does what a trial asks for; it must be picklable.
    space : Space
        What is searched.
    options : dict
        The other arguments of `Search`.
    workers : int
        How many processes.
    level : int
        How much is shown.

    Raises
    ------
    ArgumentError
        If the function cannot be sent to another process.
    """
    try:
        sent = pickle.dumps(objective)
    except Exception as error:
        raise ArgumentError(
            f"The function cannot be sent to other processes: {error}",
            argument="workers",
            received=workers,
            hint="Write it at the top of a file of its own, or leave 'workers' at 1.",
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        path = options["storage"] or os.path.join(folder, "search.sqlite")
        options = {**options, "storage": path, "workers": workers}
        search = Search(space, **options)
        progress = Progress(search, level)
        context = multiprocessing.get_context("spawn")
        arguments = (sent, space.to_data(), {**options, "start": None})
        processes = [context.Process(target=_work, args=arguments) for _ in range(workers)]
        for process in processes:
            process.start()
        try:
            _follow(search, processes, progress)
        except KeyboardInterrupt:
            for process in processes:
                process.terminate()
        finally:
            for process in processes:
                process.join()
        progress.end()
        search.settle()
        if not search.rows() and any(process.exitcode for process in processes):
            raise StateError(
                "The processes of the search ended with an error before the first trial.",
                hint="What they wrote to the error output says why. A script that searches with "
                "several processes needs `if __name__ == '__main__':` around the call.",
            )
        # What the file holds is gone with it.
        return search.kept() if options["storage"].startswith(folder) else search


def _follow(search: Search, processes: list[Any], progress: Progress) -> None:
    done = -1
    while any(process.is_alive() for process in processes):
        time.sleep(_LOOK_SECONDS)
        interrupts.check()
        counts = search.counts()
        now = sum(counts.values()) - counts["running"]
        if now != done and now:
            done = now
            progress.show()


def _work(sent: bytes, space: dict[str, Any], options: dict[str, Any]) -> None:
    objective = pickle.loads(sent)
    with contextlib.suppress(KeyboardInterrupt):
        work(Search(space, **options), objective, lambda: None)
