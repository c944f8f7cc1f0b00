"""What tables of checks come to: a verdict and a sentence for each check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.model_checks.scoring import FEW, Table

FINE, PROBLEM, UNSURE = "fine", "problem", "unsure"
_NAMED = 3


def of_scores(table: Table) -> dict[str, str]:
    """Return what the metrics of all rows come to.

    Parameters
    ----------
    table : dict
        What `scores` returned.
    """
    name, n = table["metric"][0], table["n"][0]
    estimate, low, high = (table[key][0] for key in ("estimate", "conf.low", "conf.high"))
    said = (
        f"{name} {estimate:.3g} (95 %: {low:.3g} to {high:.3g}) on {n} row{'' if n == 1 else 's'}."
    )
    place = table["metric"].index("skill" if "skill" in table["metric"] else "r_squared")
    worst, best = table["conf.low"][place], table["conf.high"][place]
    if best < 0:
        verdict = PROBLEM
        said += " That is worse than to predict the same for all."
    elif n < FEW:
        verdict = UNSURE
        said += " That is too few to say much."
    elif worst > 0:
        verdict = FINE
    else:
        verdict = UNSURE
        said += " Whether that is better than to predict the same for all is not clear."
    return {"check": "scores", "verdict": verdict, "said": said}


def of_slices(table: Table) -> dict[str, str]:
    """Return what slices come to.

    Parameters
    ----------
    table : dict
        What `slice_scores` returned.
    """
    count = len(table["slice"])
    bad = [place for place, each in enumerate(table["verdict"]) if each == PROBLEM]
    unsure = [place for place, each in enumerate(table["verdict"]) if each == UNSURE]
    if bad:
        worst = sorted(bad, key=lambda place: table["p.adjusted"][place])[:_NAMED]
        named = [
            f"{table['by'][i]} = {table['slice'][i]} ({table['metric'][i]} "
            f"{table['estimate'][i]:.3g}, {table['n'][i]} rows)"
            for i in worst
        ]
        said = f"{len(bad)} of {count} slices are predicted worse than other rows: "
        said += "; ".join(named) + "."
    else:
        said = f"No slice of {count} is clearly predicted worse than other rows."
    if unsure:
        have = "has" if len(unsure) == 1 else "have"
        said += f" {len(unsure)} {have} fewer than {FEW} rows, of which little can be said."
    return _verdict("slices", bad, unsure, count, said)


def of_calibration(found: dict[str, Any]) -> dict[str, str]:
    """Return what calibration comes to.

    Parameters
    ----------
    found : dict
        What `calibration` returned.
    """
    return {"check": "calibration", "verdict": found["verdict"], "said": found["said"]}


def of_drift(table: Table) -> dict[str, str]:
    """Return what drift comes to.

    Parameters
    ----------
    table : dict
        What `check_drift` returned.
    """
    count = len(table["column"])
    bad = [place for place, each in enumerate(table["verdict"]) if each == PROBLEM]
    unsure = [place for place, each in enumerate(table["verdict"]) if each == UNSURE]
    if bad:
        named = _named([table["column"][place] for place in bad])
        said = f"{len(bad)} of {count} columns differ from the reference: {named}."
    else:
        said = f"No column of {count} clearly differs from the reference."
    if unsure:
        said += f" Of {len(unsure)} there are too few rows to say."
    return _verdict("drift", bad, unsure, count, said)


def of_robustness(table: Table) -> dict[str, str]:
    """Return what disturbances come to.

    Parameters
    ----------
    table : dict
        What `robustness` returned.
    """
    bad = [place for place, each in enumerate(table["verdict"]) if each == PROBLEM]
    unsure = [place for place, each in enumerate(table["verdict"]) if each == UNSURE]
    shaken = [i for i in bad if table["kind"][i] != "permuted"]
    leaning = [table["what"][i] for i in bad if table["kind"][i] == "permuted"]
    said = ""
    if shaken:
        i = min(shaken, key=lambda place: table["amount"][place])
        said = (
            f"{table['kind'][i].capitalize()} of {100 * table['amount'][i]:g} % "
            f"({table['what'][i]}) costs {100 * table['loss'][i]:.0f} % of what the model knows."
        )
    if leaning:
        said += f" It leans on {_named(leaning)} for nearly all that it knows."
    if unsure and not bad:
        unknowing = any(np.isnan(table["loss"][i]) for i in unsure)
        said = (
            "On these rows the model is no better than one that knows no columns."
            if unknowing
            else f"Fewer than {FEW} rows are too few to say what small disturbances cost."
        )
    said = said.strip() or "Small disturbances cost little of what the model knows."
    return _verdict("robustness", bad, unsure, len(table["kind"]), said)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:_NAMED]) + more


def _verdict(
    check: str, bad: Sequence[int], unsure: Sequence[int], count: int, said: str
) -> dict[str, str]:
    # What half of it cannot be said of is not fine.
    verdict = PROBLEM if bad else UNSURE if 2 * len(unsure) >= count else FINE
    return {"check": check, "verdict": verdict, "said": said}
