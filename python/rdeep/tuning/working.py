"""Doing what trials ask for, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from rdeep.interrupts import interrupts
from rdeep.seeds import follow_seed
from rdeep.tuning.objectives import Objective
from rdeep.tuning.pruning import Pruned
from rdeep.tuning.search import Search
from rdeep.tuning.trials import described


def work(search: Search, objective: Objective, show_progress: Callable[[], None]) -> None:
    """Do what trials ask for until there are enough.

    Parameters
    ----------
    search : Search
        The search.
    objective : function
        Takes a trial, and returns its score.
    show_progress : function
        Called after each trial.

    Raises
    ------
    KeyboardInterrupt
        After an interrupt; the trial under way is then begun again by whoever goes on.
    """
    while (trial := search.ask()) is not None:
        # All trials draw the same: they hold out the same rows.
        follow_seed(search.trial_seed)
        try:
            score = objective(trial)
            interrupts.check()
        except Pruned:
            search.prune(trial)
        except KeyboardInterrupt:
            search.interrupt(trial)
            raise
        except Exception as error:
            search.fail(trial, described(error))
        else:
            search.tell(trial, score)
        show_progress()
