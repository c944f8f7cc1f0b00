"""A small training with everything that has a memory, for the tests that stop trainings."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

ROWS, SIZE, EPOCHS = 44, 8, 5
STEPS = EPOCHS * -(-ROWS // SIZE)


def data() -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets, always the same."""
    drawn = np.random.default_rng(2)
    x = drawn.normal(size=(ROWS, 3)).astype("float32")
    return x, (x.sum(1, keepdims=True) + drawn.normal(size=(ROWS, 1)) > 0).astype("float32")


def train(engine: str, folder: str, extra: list[Any], variant: int, save_freq: Any = 2) -> Any:
    """Train in a folder, and return the model and its history.

    Parameters
    ----------
    engine : str
        The engine.
    folder : str
        Where files go; the backup is in `backup` there.
    extra : list of Callback
        Callbacks beside those with a memory.
    variant : int
        Which of the ways to train.
    save_freq : int or str
        How often states are kept.
    """
    from rdeep import Input, Model, callbacks, optimizers
    from rdeep.layers import BatchNormalization, Dense, Dropout

    x, y = data()
    entry = Input((3,))
    hidden = Dropout(0.4)(BatchNormalization()(Dense(6, "tanh")(entry)))
    outputs = [Dense(1, "sigmoid")(hidden)] * 1
    several = variant % 3 == 2
    if several:
        outputs.append(Dense(1)(hidden))
    model = Model(entry, outputs, backend=engine)
    gathered = 3 if variant % 2 else None
    model.compile(
        optimizers.Adam(0.02, use_ema=True, gradient_accumulation_steps=gathered),
        ["binary_crossentropy", "mse"] if several else "binary_crossentropy",
        metrics=None if several else ["accuracy", "auc"],
        steps_per_execution=2 if variant % 4 == 3 else 1,
    )
    rates = callbacks.OneCycle(0.05) if variant % 2 else callbacks.ReduceLROnPlateau("loss", 0.5, 1)
    given = [
        callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True),
        rates,
        callbacks.ModelCheckpoint(os.path.join(folder, "best.rdeep"), "loss", save_best_only=True),
        callbacks.CSVLogger(os.path.join(folder, "log.csv")),
        callbacks.BackupAndRestore(os.path.join(folder, "backup"), save_freq=save_freq),
        *extra,
    ]
    options: dict[str, Any] = {"epochs": EPOCHS, "callbacks": given, "verbose": 0}
    if variant % 5 == 4:
        batches = [(x[i : i + SIZE], y[i : i + SIZE]) for i in range(0, 40, SIZE)]
        if several:
            batches = [(a, [b, b]) for a, b in batches]
        return model, model.fit(lambda: iter(batches), steps_per_epoch=4, **options)
    options |= {"batch_size": SIZE, "validation_split": 0.2}
    if not several:
        options |= {"sample_weight": np.linspace(0.5, 1, ROWS), "class_weight": {0: 1.0, 1: 2.0}}
    return model, model.fit(x, [y, y] if several else y, **options)


def digest(model: Any, history: Any, folder: str) -> dict[str, Any]:
    """Return all that is to be the same: weights, slots, history and files."""
    arrays = {**model.get_named_weights(), **model.trainer.slots()}
    found: dict[str, Any] = {name: array.tobytes().hex() for name, array in arrays.items()}
    found["history"] = [history.epoch, history.history]
    for name in ("best.rdeep", "log.csv"):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read().hex()
    return found


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the names under which two digests differ."""
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]
