"""Speech recognition and keywords on voices that were not heard, by three seeds on both engines.

    python benchmarks/ready/speech.py [--backends torch tensorflow] [--seeds 1 2 3] [--by-hand]

The sounds are spoken by `espeak-ng` into `build/spoken`. With `--by-hand` an epoch of training is
timed beside the same network written in plain torch.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from spoken import HEARD, UNHEARD, Spoken, spoken

from rdeep.seeds import set_random_seed
from rdeep.speech import SpeechModel, word_error_rate


def main() -> None:
    """Print a line for each fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backends", nargs="+", default=["torch", "tensorflow"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--tasks", nargs="+", default=["text", "class"])
    parser.add_argument("--architecture", default="conv")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--by-hand", action="store_true")
    asked = parser.parse_args()
    sounds = spoken("build/spoken")
    if asked.by_hand:
        beside_hand_written(sounds)
        return
    print("backend     seed task   CPU s  WER    CER    greedy  bigram | accuracy")
    for backend in asked.backends:
        for seed in asked.seeds:
            for task in asked.tasks:
                set_random_seed(seed)
                model = SpeechModel(
                    task=task,
                    backend=backend,
                    epochs=asked.epochs,
                    architecture=asked.architecture,
                )
                seconds, line = measured(model, sounds)
                print(f"{backend:11} {seed:4} {task:6} {seconds:5.0f}  {line}", flush=True)


def measured(model: SpeechModel, sounds: Spoken) -> tuple[float, str]:
    """Return the seconds of a fit, and how well it understands voices that it never heard."""
    task = model.settings.task
    most = 99 if task == "text" else 1
    seen, new = sounds.only(HEARD, most), sounds.only(UNHEARD, most)
    start = time.process_time()
    model.fit(seen.path, seen.text, verbose=0)
    seconds = time.process_time() - start
    found = model.predict(new.path)
    if task == "class":
        return seconds, f"accuracy {np.mean(np.array(found) == np.array(new.text)):.4f}"
    letters = word_error_rate(new.text, found, "character")
    others = [
        word_error_rate(new.text, model.predict(new.path, **options))
        for options in ({"words": None, "beam_width": 1}, {"bigram": 0.5})
    ]
    rates = [word_error_rate(new.text, found), letters, *others]
    return seconds, "  ".join(f"{rate:.4f}" for rate in rates)


def beside_hand_written(sounds: Spoken) -> None:
    """Print how long an epoch takes, and how long the same network in plain torch."""
    import torch

    torch.set_num_threads(1)
    seen = sounds.only(HEARD)
    times = {}
    for epochs in (2, 6):
        set_random_seed(1)
        model = SpeechModel(backend="torch", epochs=epochs, validation=0.0)
        model.prepare(seen.path, seen.text)
        start = time.perf_counter()
        model.train(0)
        times[epochs] = time.perf_counter() - start
    ours = (times[6] - times[2]) / 4
    model.prepare(seen.path, seen.text)
    batches = list(model.stage(0).x.open(0))
    theirs = hand_written(batches, model.settings, len(model.learned.characters) + 1)
    print(f"an epoch: {ours:.2f} s; by hand {theirs:.2f} s; ratio {ours / theirs:.2f}")


def hand_written(batches: list[Any], settings: Any, classes: int) -> float:
    """Return the seconds of an epoch in plain torch, without the making of the batches."""
    import torch
    from torch import nn
    from torch.nn import functional

    width, kernel = settings.width, settings.kernel

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.front = nn.Conv1d(settings.mels, width, kernel, 2, kernel // 2)
            self.front_norm = nn.LayerNorm(width)
            blocks = range(settings.blocks or 6)
            self.convs = nn.ModuleList(
                nn.Conv1d(width, width, kernel, 1, kernel // 2) for _ in blocks
            )
            self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in blocks)
            self.logits = nn.Linear(width, classes)

        def forward(self, x: Any, heard: Any) -> Any:
            x = self.front(x.transpose(1, 2)).transpose(1, 2)
            x = functional.relu(self.front_norm(x))
            for conv, norm in zip(self.convs, self.norms):
                y = conv((x * heard).transpose(1, 2)).transpose(1, 2)
                x = x + functional.dropout(functional.relu(norm(y)), settings.dropout)
            return self.logits(x)

    network = Network()
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        for spectra, labels in batches:
            x, y = torch.from_numpy(spectra), torch.from_numpy(labels)
            heard = (x.abs().amax(-1, keepdim=True) > 0).float()[:, ::2]
            log = network(x, heard).log_softmax(-1).transpose(0, 1)
            steps = heard.sum((1, 2)).long()
            loss = functional.ctc_loss(log, y, steps, (y > 0).sum(1), zero_infinity=True)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
