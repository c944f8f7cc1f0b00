"""A GAN trained in phases beside the loop that one writes by hand, with two optimizers.

    OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 python benchmarks/gan.py torch mlp

CPU seconds of an epoch, in one process and taking turns, the median of some rounds; the first round
of each, which compiles, is left out.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

LATENT, BATCH, SHAPES = 32, 64, {"mlp": (784,), "dcgan": (28, 28, 1)}
ROWS = {"mlp": 6400, "dcgan": 640}


def networks(kind: str, backend: str) -> tuple[Any, Any]:
    """Return a generator and a discriminator."""
    from rdeep import Sequential, layers

    L = layers
    if kind == "mlp":
        made = [L.Dense(128, "relu"), L.Dense(256, "relu"), L.Dense(784, "tanh")]
        judged = [L.Dense(256, "leaky_relu"), L.Dense(128, "leaky_relu"), L.Dense(1)]
    else:
        made = [
            *(L.Dense(7 * 7 * 32), L.BatchNormalization(), L.Activation("relu")),
            *(L.Reshape((7, 7, 32)), L.Conv2DTranspose(16, 4, 2, "same")),
            *(L.BatchNormalization(), L.Activation("relu")),
            L.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
        ]
        judged = [
            *(L.Conv2D(16, 4, 2, "same"), L.LeakyReLU(0.2)),
            *(L.Conv2D(32, 4, 2, "same"), L.LeakyReLU(0.2), L.Flatten(), L.Dense(1)),
        ]
    generator = Sequential(made, input_shape=(LATENT,), backend=backend, seed=1)
    return generator, Sequential(judged, input_shape=SHAPES[kind], backend=backend, seed=2)


def by_phases(kind: str, backend: str, x: np.ndarray) -> Callable[[], object]:
    """Return a function that trains an epoch in phases."""
    from rdeep import Phase, Sequential, ops, random
    from rdeep.losses import BinaryCrossentropy
    from rdeep.optimizers import Adam

    generator, discriminator = networks(kind, backend)
    loss = BinaryCrossentropy(from_logits=True)

    def made(batch: Any) -> Any:
        return generator(random.normal((ops.shape(batch)[0], LATENT)))

    def of_discriminator(batch: Any) -> Any:
        real, fake = discriminator(batch), discriminator(made(batch))
        return loss(ops.ones_like(real), real) + loss(ops.zeros_like(fake), fake)

    def of_generator(batch: Any) -> Any:
        fake = discriminator(made(batch))
        return loss(ops.ones_like(fake), fake)

    gan = Sequential([generator, discriminator], backend=backend)
    gan.compile(
        phases=[
            Phase("discriminator", discriminator, Adam(2e-4, 0.5), of_discriminator),
            Phase("generator", generator, Adam(2e-4, 0.5), of_generator),
        ]
    )
    return lambda: gan.fit(x, batch_size=BATCH, verbose=0)


def by_hand_torch(kind: str, x: np.ndarray) -> Callable[[], object]:
    """Return a function that trains an epoch by the usual loop of torch."""
    import torch
    import torch.nn.functional as F

    generator, discriminator = (each.native for each in networks(kind, "torch"))
    generator.train(), discriminator.train()
    of_g = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999), eps=1e-7)
    of_d = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999), eps=1e-7)
    data = torch.from_numpy(x)

    def judged(logits: Any, target: float) -> Any:
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    def epoch() -> list[float]:
        order, sums = torch.randperm(len(data)), torch.zeros(2)
        for rows in order.split(BATCH):
            real = data[rows]
            fake = generator(torch.randn(len(rows), LATENT)).detach()
            loss_d = judged(discriminator(real), 1.0) + judged(discriminator(fake), 0.0)
            of_d.zero_grad()
            loss_d.backward()
            of_d.step()
            loss_g = judged(discriminator(generator(torch.randn(len(rows), LATENT))), 1.0)
            of_g.zero_grad()
            loss_g.backward()
            of_g.step()
            sums += torch.stack([loss_d.detach(), loss_g.detach()])
        return (sums / (len(data) / BATCH)).tolist()

    return epoch


def by_hand_tensorflow(kind: str, x: np.ndarray) -> Callable[[], object]:
    """Return a function that trains an epoch by a compiled step with two tapes."""
    import keras
    import tensorflow as tf

    generator, discriminator = (each.native for each in networks(kind, "tensorflow"))
    of_g, of_d = (keras.optimizers.Adam(2e-4, 0.5) for _ in range(2))
    of_g.build(generator.trainable_variables), of_d.build(discriminator.trainable_variables)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    batches = tf.data.Dataset.from_tensor_slices(x).shuffle(len(x)).batch(BATCH).prefetch(2)

    @tf.function
    def step(real: Any) -> tuple[Any, Any]:
        noise = tf.random.normal((tf.shape(real)[0], LATENT))
        with tf.GradientTape() as tape:
            fake = discriminator(generator(noise, training=True), training=True)
            good = discriminator(real, training=True)
            loss_d = loss(tf.ones_like(good), good) + loss(tf.zeros_like(fake), fake)
        weights = discriminator.trainable_variables
        of_d.apply(tape.gradient(loss_d, weights), weights)
        noise = tf.random.normal((tf.shape(real)[0], LATENT))
        with tf.GradientTape() as tape:
            fake = discriminator(generator(noise, training=True), training=True)
            loss_g = loss(tf.ones_like(fake), fake)
        weights = generator.trainable_variables
        of_g.apply(tape.gradient(loss_g, weights), weights)
        return loss_d, loss_g

    def epoch() -> list[float]:
        found = [step(real) for real in batches]
        return [float(tf.add_n(list(each))) / len(found) for each in zip(*found)]

    return epoch


def main(backend: str, kind: str, rounds: int) -> None:
    """Print the seconds of both, and how they compare."""
    shape = (ROWS[kind], *SHAPES[kind])
    x = np.random.default_rng(1).uniform(-1, 1, shape).astype("float32")
    by_hand = by_hand_torch if backend == "torch" else by_hand_tensorflow
    contestants = {"by hand": by_hand(kind, x), "in phases": by_phases(kind, backend, x)}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, epoch in contestants.items():
            start = time.process_time()
            epoch()
            seconds[name].append(time.process_time() - start)
    medians = {name: statistics.median(each[1:]) for name, each in seconds.items()}
    for name, found in medians.items():
        print(f"{backend:10} {kind:6} {name:10} {found:.3f} CPU seconds an epoch")
    print(f"{backend:10} {kind:6} ratio      {medians['in phases'] / medians['by hand']:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 9)
