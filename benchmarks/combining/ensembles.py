"""Ensembles beside their best member: log loss and squared error on held-out rows, three seeds.

Members of both engines: two models of tables, two networks and a forest; for digits four small
networks, a deep ensemble and the snapshots of one training.

Run: python benchmarks/combining/ensembles.py [tables|digits ...]
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from data import digits, table

import rdeep
from rdeep import Sequential
from rdeep.ensembles import Ensemble, deep_ensemble, snapshot_ensemble
from rdeep.ensembles.weighting import mean_loss
from rdeep.layers import Conv2D, Dense, Dropout, Flatten, GlobalAveragePooling2D, MaxPooling2D
from rdeep.tabular import Tabular

METHODS = ("average", "weights", "greedy", "stack")


def network(backend: str, width: int, classes: int, units: int) -> Sequential:
    """Return a compiled network of a table."""
    end = Dense(units, activation="softmax") if classes else Dense(1)
    model = Sequential(
        [Dense(units_hidden, activation="relu") for units_hidden in (64, 32)] + [Dropout(0.2), end],
        input_shape=(width,),
        backend=backend,
    )
    loss = "sparse_categorical_crossentropy" if classes else "mse"
    model.compile(rdeep.optimizers.Adam(3e-3), loss)
    return model


def members_of_table(x: np.ndarray, y: np.ndarray, type: str) -> dict[str, Any]:
    """Return fitted models of a table, of both engines and of scikit-learn."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    classes = int(y.max()) + 1 if type == "class" else 0
    family = "multinomial" if type == "class" else "gaussian"
    found: dict[str, Any] = {}
    for name, backend, options in (
        ("tabm", "torch", {"members": 1, "epochs": 60}),
        ("mlp", "tensorflow", {"members": 1, "epochs": 60, "architecture": "mlp"}),
    ):
        model = Tabular(family, classes=classes or None, backend=backend, **options)
        model.fit(x, y=y, verbose=0)
        found[name] = model
    for backend in ("torch", "tensorflow"):
        model = network(backend, x.shape[1], classes, classes or 1)
        model.fit(x, y, epochs=40, verbose=0)
        found[f"network ({backend})"] = model
    forest: Any = (RandomForestClassifier if classes else RandomForestRegressor)(
        200, random_state=1
    )
    found["forest"] = forest.fit(x, y)
    return found


def compare(name: str, seed: int, ensemble: Ensemble, held: Any, test: Any) -> None:
    """Print the losses of members and of the ensemble by each method."""
    predictions = ensemble.predict_members(test[0])
    alone = [mean_loss(ensemble.type, each, test[1]) for each in predictions]
    row = [f"{name} | {seed} | {min(alone):.4f}"]
    for method in METHODS:
        ensemble.fit(*held, method)
        loss = mean_loss(ensemble.type, ensemble.predict(test[0]), test[1])
        row.append(f"{loss:.4f}{'*' if loss < min(alone) else ' '}")
    print(" | ".join(row), flush=True)


def tables() -> None:
    """Print the table of tables: half of the rows are learned from, a quarter chooses."""
    for name in ("breast cancer", "wine", "pen digits", "diabetes"):
        x, y, type = table(name)
        for seed in (1, 2, 3):
            rdeep.set_random_seed(seed)
            order = np.random.default_rng(seed).permutation(len(y))
            learn, held, test = np.split(order, [len(y) // 2, 3 * len(y) // 4])
            ensemble = Ensemble(members_of_table(x[learn], y[learn], type))
            compare(name, seed, ensemble, (x[held], y[held]), (x[test], y[test]))


def convolutional(backend: str, filters: int = 8) -> Sequential:
    """Return a compiled network of digits."""
    model = Sequential(
        [
            Conv2D(filters, 3, activation="relu"),
            MaxPooling2D(),
            Conv2D(2 * filters, 3, activation="relu"),
            MaxPooling2D() if filters < 12 else GlobalAveragePooling2D(),
            Flatten(),
            Dense(10, activation="softmax"),
        ],
        input_shape=(28, 28, 1),
        backend=backend,
    )
    model.compile(rdeep.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    return model


def of_digits() -> None:
    """Print the same of digits: members learn from 3,000, 1,000 choose, 1,000 test."""
    x, y, test_x, test_y = digits()
    held = np.arange(len(y)) % 4 == 0
    learn, chosen, test = (x[~held], y[~held]), (x[held], y[held]), (test_x, test_y)
    for seed in (1, 2, 3):
        rdeep.set_random_seed(seed)
        found = {}
        for backend in ("torch", "tensorflow"):
            model = convolutional(backend)
            model.fit(*learn, epochs=4, verbose=0)
            found[f"convolutions ({backend})"] = model
            dense = Sequential(
                [Flatten(), Dense(128, activation="relu"), Dense(10, activation="softmax")],
                input_shape=(28, 28, 1),
                backend=backend,
            )
            dense.compile("adam", "sparse_categorical_crossentropy")
            dense.fit(*learn, epochs=8, verbose=0)
            found[f"dense ({backend})"] = dense
        compare("digits, four networks", seed, Ensemble(found), chosen, test)
        for backend in ("torch", "tensorflow"):
            rdeep.set_random_seed(seed)
            deep = deep_ensemble(
                convolutional(backend), 3, x=learn[0], y=learn[1], epochs=4, verbose=0
            )
            compare(f"digits, three seeds ({backend})", seed, deep, chosen, test)
            rdeep.set_random_seed(seed)
            snapshots = snapshot_ensemble(
                convolutional(backend), *learn, cycles=3, epochs=3, verbose=0
            )
            compare(f"digits, snapshots ({backend})", seed, snapshots, chosen, test)


if __name__ == "__main__":
    asked = sys.argv[1:] or ["tables", "digits"]
    print("data | seed | best member | " + " | ".join(METHODS))
    begun = time.process_time()
    if "tables" in asked:
        tables()
    if "digits" in asked:
        of_digits()
    print(f"* better than the best member; {time.process_time() - begun:.0f} CPU seconds")
