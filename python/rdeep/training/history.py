"""What a training leaves behind for people to look at."""

from __future__ import annotations

from typing import Any


class History:
    """The logs of each epoch.

    Attributes
    ----------
    epoch : list of int
        The epochs that were trained, from 0.
    history : dict of list
        For each log its value in each epoch; `None` in an epoch that did not have it.
    params : dict
        The number of epochs, steps in an epoch, and samples.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[Any]] = {}
        self.params = params

    def append(self, epoch: int, logs: dict[str, Any]) -> None:
        """Add an epoch.

        Parameters
        ----------
        epoch : int
            Its number, from 0.
        logs : dict
            Its logs.
        """
        for name in logs:
            self.history.setdefault(name, [None] * len(self.epoch))
        self.epoch.append(epoch)
        for name, values in self.history.items():
            values.append(logs.get(name))

    def amend(self, logs: dict[str, Any]) -> None:
        """Add to the logs of the last epoch, or change them.

        Parameters
        ----------
        logs : dict
            The logs.
        """
        for name, value in logs.items():
            self.history.setdefault(name, [None] * len(self.epoch))[-1] = value

    def data(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"metrics": self.history, "epochs": self.epoch, "params": self.params}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> History:
        """Return the history that `data` described.

        Parameters
        ----------
        data : dict
            What `data` returned.
        """
        history = cls(data["params"])
        history.epoch, history.history = data["epochs"], data["metrics"]
        return history

    def __repr__(self) -> str:
        if not self.epoch:
            return "<History of no epochs>"
        last = ", ".join(
            f"{name} {values[-1]:.4g}"
            for name, values in self.history.items()
            if isinstance(values[-1], float)
        )
        return f"<History of {len(self.epoch)} epochs; last: {last}>"
