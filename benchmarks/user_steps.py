"""A GAN of dense layers: its `train_step` beside the same loop written by hand on the engine.

Prints CPU seconds of an epoch, by one thread, medians of several epochs: `python
benchmarks/user_steps.py torch`.
"""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import rdeep
from rdeep import Model, Sequential, layers, losses, metrics, optimizers

BATCH, STEPS, EPOCHS, LATENT = 64, 100, 7, 32
REAL = np.random.default_rng(1).uniform(size=(BATCH * STEPS, 784)).astype("float32")
WIDTHS = {"discriminator": (784, 256, 128, 1), "generator": (LATENT, 128, 256, 784)}


def chain(name: str, backend: str) -> Sequential:
    """Return a network of rdeep's."""
    first, *widths, last = WIDTHS[name]
    hidden = [layers.Dense(width, "relu") for width in widths]
    end = layers.Dense(last, "sigmoid" if name == "generator" else None)
    return Sequential([*hidden, end], (first,), name, backend)


class GAN(Model):
    """The GAN of Keras's guides, on dense layers."""

    def __init__(self, backend: str) -> None:
        super().__init__(name="gan", backend=backend)
        self.discriminator = chain("discriminator", backend)
        self.generator = chain("generator", backend)
        self.d_tracker, self.g_tracker = metrics.Mean(name="d_loss"), metrics.Mean(name="g_loss")

    def compile(self) -> None:
        """Make two optimizers."""
        super().compile()
        self.d_optimizer, self.g_optimizer = optimizers.Adam(3e-4), optimizers.Adam(3e-4)
        self.loss_fn = losses.BinaryCrossentropy(from_logits=True)

    def report(self, d_loss: object, g_loss: object) -> dict[str, object]:
        """Return the logs."""
        self.d_tracker.update_state(d_loss)
        self.g_tracker.update_state(g_loss)
        return {"d_loss": self.d_tracker.result(), "g_loss": self.g_tracker.result()}


class TorchGAN(GAN):
    """On torch."""

    def train_step(self, data):
        """Take a step."""
        import torch

        rows = data.shape[0]
        fake = self.generator(torch.randn(rows, LATENT)).detach()
        labels = torch.cat([torch.ones(rows, 1), torch.zeros(rows, 1)])
        self.zero_grad()
        d_loss = self.loss_fn(labels, self.discriminator(torch.cat([fake, data]), training=True))
        d_loss.backward()
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply([v.value.grad for v in weights], weights)
        self.zero_grad()
        g_loss = self.loss_fn(
            torch.zeros(rows, 1), self.discriminator(self.generator(torch.randn(rows, LATENT)))
        )
        g_loss.backward()
        weights = self.generator.trainable_weights
        self.g_optimizer.apply([v.value.grad for v in weights], weights)
        return self.report(d_loss, g_loss)


class TensorFlowGAN(GAN):
    """On TensorFlow."""

    def train_step(self, data):
        """Take a step."""
        import tensorflow as tf

        rows = data.shape[0]
        fake = self.generator(tf.random.normal((rows, LATENT)))
        labels = tf.concat([tf.ones((rows, 1)), tf.zeros((rows, 1))], 0)
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(
                labels, self.discriminator(tf.concat([fake, data], 0), training=True)
            )
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)
        with tf.GradientTape() as tape:
            made = self.generator(tf.random.normal((rows, LATENT)), training=True)
            g_loss = self.loss_fn(tf.zeros((rows, 1)), self.discriminator(made))
        weights = self.generator.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        return self.report(d_loss, g_loss)


def by_hand_on_torch():
    """Return a function that trains for an epoch."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss_of

    def chain(name):
        first, *widths, last = WIDTHS[name]
        modules = []
        for width in widths:
            modules += [torch.nn.Linear(first, width), torch.nn.ReLU()]
            first = width
        end = [torch.nn.Sigmoid()] if name == "generator" else []
        return torch.nn.Sequential(*modules, torch.nn.Linear(first, last), *end)

    d, g = chain("discriminator"), chain("generator")
    for_d, for_g = (torch.optim.Adam(net.parameters(), 3e-4) for net in (d, g))
    real = torch.from_numpy(REAL)

    def epoch():
        sums = np.zeros(2)
        order = torch.randperm(len(real))
        for rows in order.split(BATCH):
            data = real[rows]
            n = len(data)
            fake = g(torch.randn(n, LATENT)).detach()
            labels = torch.cat([torch.ones(n, 1), torch.zeros(n, 1)])
            for_d.zero_grad()
            d_loss = loss_of(d(torch.cat([fake, data])), labels)
            d_loss.backward()
            for_d.step()
            for_g.zero_grad()
            g_loss = loss_of(d(g(torch.randn(n, LATENT))), torch.zeros(n, 1))
            g_loss.backward()
            for_g.step()
            sums += d_loss.item(), g_loss.item()

    return epoch


def by_hand_on_tensorflow():
    """Return a function that trains for an epoch."""
    import keras
    import tensorflow as tf

    def chain(name):
        first, *widths, last = WIDTHS[name]
        hidden = [keras.layers.Dense(width, "relu") for width in widths]
        end = keras.layers.Dense(last, "sigmoid" if name == "generator" else None)
        return keras.Sequential([keras.Input((first,)), *hidden, end])

    d, g = chain("discriminator"), chain("generator")
    for_d, for_g = keras.optimizers.Adam(3e-4), keras.optimizers.Adam(3e-4)
    for_d.build(d.trainable_variables)
    for_g.build(g.trainable_variables)
    loss_of = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function
    def step(data):
        rows = data.shape[0]
        fake = g(tf.random.normal((rows, LATENT)))
        labels = tf.concat([tf.ones((rows, 1)), tf.zeros((rows, 1))], 0)
        with tf.GradientTape() as tape:
            d_loss = loss_of(labels, d(tf.concat([fake, data], 0), training=True))
        for_d.apply(tape.gradient(d_loss, d.trainable_weights), d.trainable_weights)
        with tf.GradientTape() as tape:
            made = g(tf.random.normal((rows, LATENT)), training=True)
            g_loss = loss_of(tf.zeros((rows, 1)), d(made))
        for_g.apply(tape.gradient(g_loss, g.trainable_weights), g.trainable_weights)
        return d_loss, g_loss

    def epoch():
        sums = np.zeros(2)
        shuffled = REAL[np.random.default_rng(1).permutation(len(REAL))]
        for start in range(0, len(REAL), BATCH):
            sums += [float(loss) for loss in step(tf.constant(shuffled[start : start + BATCH]))]

    return epoch


def timed(epoch) -> float:
    """Return the median of an epoch's CPU seconds."""
    seconds = []
    for _ in range(EPOCHS + 1):
        start = time.process_time()
        epoch()
        seconds.append(time.process_time() - start)
    return float(np.median(seconds[1:]))


def main() -> None:
    """Print both, and their ratio."""
    backend = sys.argv[1] if len(sys.argv) > 1 else "torch"
    if backend == "torch":
        import torch

        torch.set_num_threads(1)
        model: GAN = TorchGAN(backend)
        hand = by_hand_on_torch()
    else:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        model = TensorFlowGAN(backend)
        hand = by_hand_on_tensorflow()
    rdeep.set_random_seed(1)
    model.compile()
    ours = timed(lambda: model.fit(REAL, batch_size=BATCH, verbose=0))
    theirs = timed(hand)
    print(f"{backend}: train_step {ours:.3f} s, by hand {theirs:.3f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
