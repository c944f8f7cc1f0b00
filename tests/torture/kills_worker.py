"""A process that trains with a backup, or saves again and again, until it is killed."""

from __future__ import annotations

import json
import sys
from typing import Any

from torture import nets


def main() -> None:
    """Do what the arguments say: `save ENGINE FOLDER` or `train ENGINE FOLDER VARIANT SEED`."""
    what, engine, folder, *rest = sys.argv[1:]
    if what == "save":
        _save_for_ever(engine, folder)
        return
    import rdeep

    variant, seed = map(int, rest)
    rdeep.set_random_seed(seed)
    model, history = nets.train(engine, folder, [_announcer()], variant, save_freq=1)
    with open(f"{folder}/digest.json", "w", encoding="utf-8") as file:
        json.dump(nets.digest(model, history, folder), file)
    print("end", flush=True)


def _announcer() -> Any:
    from rdeep import callbacks

    class Announcer(callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
            print("step", flush=True)

    return Announcer()


def _save_for_ever(engine: str, folder: str) -> None:
    from rdeep import Sequential
    from rdeep.layers import Dense

    model = Sequential([Dense(200)], input_shape=(200,), backend=engine)
    model.compile("adam", "mse")
    x, _ = nets.data()
    wide = x[:, :1].repeat(200, 1)
    model.fit(wide, wide, verbose=0)
    print("step", flush=True)
    while True:
        model.save(f"{folder}/model.rdeep", overwrite=True)
        model.save_weights(f"{folder}/weights.safetensors", overwrite=True)


if __name__ == "__main__":
    main()
