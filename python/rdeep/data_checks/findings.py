"""What a check found, and all of it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rdeep.data_checks.actions import action
from rdeep.errors import Wording, worded

SEVERITIES = ("error", "warning", "note")


@dataclass(eq=False)
class Finding:
    """Something that was found.

    Parameters
    ----------
    kind : str
        What it is, such as `"missing"`.
    severity : {"error", "warning", "note"}
        An error stops training or makes its figures wrong; a warning is most likely a mistake; a
        note is something to know.
    message : str or Wording
        What was found, in a sentence.
    columns : tuple of str
        Where.
    rows : numpy.ndarray
        The rows concerned, from 0.
    count : int, optional
        How many rows, levels or columns; by default that of the rows.
    examples : tuple of str or Wording
        Some of what was found.
    data : {"data", "new_data"}
        Whose rows these are.
    details : dict
        Numbers that belong to it.
    """

    kind: str
    severity: str
    message: str | Wording
    columns: tuple[str, ...] = ()
    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    count: int | None = None
    examples: tuple[str | Wording, ...] = ()
    data: str = "data"
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.message = worded(self.message)
        self.rows = np.asarray(self.rows, np.int64)
        if self.count is None:
            self.count = len(self.rows)

    @property
    def action(self) -> str:
        """What to do about it."""
        return action(self.kind)

    def as_dict(self) -> dict[str, Any]:
        """Return it as a row of a table."""
        return {
            "severity": self.severity,
            "finding": self.kind,
            "columns": list(self.columns),
            "data": self.data,
            "n": self.count,
            "rows": self.rows,
            "message": str(self.message),
            "action": self.action,
            "examples": [str(worded(each)) for each in self.examples],
        }


class Report:
    """What was found in data, the worst first.

    Parameters
    ----------
    findings : sequence of Finding
        The findings.
    rows : int
        How many rows the data has.
    new_rows : int, optional
        How many rows the new data has.
    columns : sequence of dict
        What each column is: `name`, `kind`, `missing`, `distinct`.
    skipped : sequence of str
        Which checks were left out, and why.

    Examples
    --------
    >>> from rdeep.data_checks import check_data
    >>> report = check_data({"age": [31.0, None, 45.0], "town": ["Bern", "Bern", "Bern"]})
    >>> [finding.kind for finding in report]
    ['constant', 'missing']
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        rows: int,
        new_rows: int | None = None,
        columns: Sequence[dict[str, Any]] = (),
        skipped: Sequence[str] = (),
    ) -> None:
        order = {severity: place for place, severity in enumerate(SEVERITIES)}
        self.findings = sorted(findings, key=lambda f: (order[f.severity], f.kind, f.data))
        self.rows, self.new_rows = rows, new_rows
        self.columns, self.skipped = list(columns), list(skipped)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, kind: str) -> list[Finding]:
        """Return the findings of a kind.

        Parameters
        ----------
        kind : str
            Such as `"missing"`.
        """
        return [finding for finding in self if finding.kind == kind]

    def table(self) -> list[dict[str, Any]]:
        """Return the findings as rows of a table, for `pandas.DataFrame`."""
        return [finding.as_dict() for finding in self]

    def flagged(self, data: str = "data", kinds: Sequence[str] | None = None) -> np.ndarray:
        """Return which rows some finding concerns.

        Parameters
        ----------
        data : {"data", "new_data"}
            Whose rows.
        kinds : sequence of str, optional
            Findings of these kinds alone.
        """
        found = np.zeros((self.rows if data == "data" else self.new_rows) or 0, bool)
        for finding in self:
            if finding.data == data and (kinds is None or finding.kind in kinds):
                found[finding.rows] = True
        return found

    def __repr__(self) -> str:
        said = f"<Report: {self._counted()}>"
        return said

    def __str__(self) -> str:
        beside = "" if self.new_rows is None else f", and {self.new_rows} rows of new data"
        lines = [
            f"Checked {self.rows} rows of {len(self.columns)} columns{beside}: {self._counted()}"
        ]
        for severity in SEVERITIES:
            some = [finding for finding in self if finding.severity == severity]
            if some:
                lines += ["", f"{severity.capitalize()}s"]
                lines += [f"- {finding.message} {finding.action}" for finding in some]
        return "\n".join(lines)

    def _counted(self) -> str:
        if not self.findings:
            return "nothing found"
        counts = Counter(finding.severity for finding in self)
        words = [
            f"{counts[name]} {name}{'' if counts[name] == 1 else 's'}"
            for name in SEVERITIES
            if counts[name]
        ]
        return ", ".join(words)


def some(values: Sequence[Any], most: int = 3) -> str:
    """Return a few values for a sentence, and how many more there are.

    Parameters
    ----------
    values : sequence
        The values.
    most : int
        How many are shown.

    Examples
    --------
    >>> some(["a", "b", "c", "d"], 2)
    "'a', 'b' and 2 more"
    """
    shown = [f"'{shortened(str(value))}'" for value in values[:most]]
    more = len(values) - len(shown)
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def shortened(text: str, most: int = 60) -> str:
    """Return a text on one line, cut if it is long.

    Parameters
    ----------
    text : str
        The text.
    most : int
        How many characters are kept.
    """
    text = " ".join(text[: 4 * most].split())
    return text if len(text) <= most else text[: most - 1] + "…"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its word.

    Parameters
    ----------
    count : int
        The number.
    one, many : str
        The word for one, and for several.

    Examples
    --------
    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"
