"""One line that says how a search goes."""

from __future__ import annotations

from rdeep.tuning.search import Search


class Progress:
    """Shows how a search goes.

    Parameters
    ----------
    search : Search
        The search.
    level : int
        0 for silence, 1 for a line that is rewritten, 2 for a line a trial.
    """

    def __init__(self, search: Search, level: int) -> None:
        self.search, self.level = search, level
        self._shown = 0
        if level and search.resumed:
            print(f"The search goes on: {search.resumed} trials are there already.")

    def show(self) -> None:
        """Show where the search is."""
        if self.level == 0:
            return
        line = progress_line(self.search)
        if self.level == 1:
            print(f"\r{line:<{self._shown}}", end="", flush=True)
            self._shown = len(line)
        else:
            print(line, flush=True)

    def end(self) -> None:
        """End the line that was rewritten."""
        if self.level == 1 and self._shown:
            print()


def progress_line(search: Search) -> str:
    """Return how many trials are done, the best so far, and the time.

    Parameters
    ----------
    search : Search
        The search.
    """
    counts, best = search.counts(), search.best()
    done = sum(counts[state] for state in ("finished", "pruned", "failed"))
    parts = [f"Trial {done}/{search.trials}"]
    if best is not None:
        parts.append(f"best: {best['score']:.5g} (trial {best['trial']})")
    parts += [f"{counts[state]} {state}" for state in ("pruned", "failed") if counts[state]]
    return "  ".join([*parts, f"({search.seconds:.0f} s)"])
