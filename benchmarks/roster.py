"""Who takes part."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Contestant:
    """Somebody who takes part.

    Attributes
    ----------
    name, label : str
        For the command line, and for tables.
    engine : {"torch", "tensorflow"}
        What it runs on.
    role : {"floor", "rdeep", "rdeep_r", "keras", "other"}
        What others are compared with.
    script : tuple of str
        A file of `contestants/` and its arguments.
    package : str, optional
        The R package without which it cannot take part.
    """

    name: str
    label: str
    engine: str
    role: str
    script: tuple[str, ...]
    package: str | None = None

    def command(self) -> list[str]:
        """Return the command line."""
        path = str(HERE / "contestants" / self.script[0])
        if path.endswith(".R"):
            return ["Rscript", path, *self.script[1:]]
        return [sys.executable, path, *self.script[1:]]


CONTESTANTS = {
    contestant.name: contestant
    for contestant in (
        Contestant("floor_torch", "floor, torch", "torch", "floor", ("floor_torch.py",)),
        Contestant("rdeep_torch", "rdeep, torch", "torch", "rdeep", ("rdeep_python.py", "torch")),
        Contestant(
            "rdeep_torch_r", "rdeep, torch, R", "torch", "rdeep_r", ("rdeep_r.R", "torch"), "rdeep"
        ),
        Contestant("keras_torch", "Keras, torch", "torch", "keras", ("keras_fit.py", "torch")),
        Contestant("skorch", "skorch", "torch", "other", ("skorch_fit.py",)),
        Contestant("lightning", "Lightning", "torch", "other", ("lightning_fit.py",)),
        Contestant("luz", "luz, R", "torch", "other", ("luz_r.R",), "luz"),
        Contestant(
            "floor_tensorflow",
            "floor, TensorFlow",
            "tensorflow",
            "floor",
            ("floor_tensorflow.py",),
        ),
        Contestant(
            "rdeep_tensorflow",
            "rdeep, TensorFlow",
            "tensorflow",
            "rdeep",
            ("rdeep_python.py", "tensorflow"),
        ),
        Contestant(
            "rdeep_tensorflow_r",
            "rdeep, TensorFlow, R",
            "tensorflow",
            "rdeep_r",
            ("rdeep_r.R", "tensorflow"),
            "rdeep",
        ),
        Contestant(
            "keras_tensorflow",
            "Keras, TensorFlow",
            "tensorflow",
            "keras",
            ("keras_fit.py", "tensorflow"),
        ),
        Contestant("keras3", "keras3, R", "tensorflow", "other", ("rdeep_r.R", "keras3"), "keras3"),
    )
}
