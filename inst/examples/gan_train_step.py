"""The networks of gan.py trained by a `train_step`, as Keras has it: the same, written by hand.

python gan_train_step.py [torch|tensorflow] [epochs]

It writes `gan-train-step.png`, if Pillow is installed.
"""

import sys

import numpy as np

import rdeep
from rdeep import Model, Sequential, datasets, layers, losses, metrics, ops, optimizers, random

backend = sys.argv[1] if len(sys.argv) > 1 else "torch"
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 25
size = 32  # of the vectors of noise that digits are made of
rdeep.set_random_seed(1)

(x, y), _ = datasets.mnist(subset=True)
x = x[..., None].astype("float32") / 127.5 - 1
digits = np.eye(10, dtype="float32")[y]

generator = Sequential(
    [
        layers.Dense(7 * 7 * 64, use_bias=False),
        layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        layers.ReLU(),
        layers.Reshape((7, 7, 64)),
        layers.Conv2DTranspose(32, 4, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        layers.ReLU(),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
    ],
    input_shape=(size + 10,),
    backend=backend,
)
discriminator = Sequential(
    [
        layers.Conv2D(32, 4, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Conv2D(64, 4, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(10),
    ],
    input_shape=(28, 28, 1),
    backend=backend,
)


class GAN(Model):
    """A generator and a discriminator that are trained in turn on each batch."""

    def __init__(self, generator, discriminator, **options):
        super().__init__(**options)
        self.generator, self.discriminator = generator, discriminator
        self.d_tracker = metrics.Mean(name="d_loss")
        self.g_tracker = metrics.Mean(name="g_loss")
        self.seeds = random.SeedGenerator(1)

    def compile(self, d_optimizer, g_optimizer, loss):
        """Keep two optimizers and a loss."""
        super().compile()
        self.d_optimizer, self.g_optimizer, self.judged = d_optimizer, g_optimizer, loss

    def made(self, digits):
        """Return generated images, one of each of the digits."""
        noise = random.normal((ops.shape(digits)[0], size), seed=self.seeds)
        return self.generator(ops.concatenate([noise, digits], axis=-1), training=True)

    def verdict(self, images, digits):
        """Return what the discriminator says of images: it has an output for each digit."""
        logits = self.discriminator(images, training=True)
        return ops.sum(logits * digits, axis=-1, keepdims=True)

    def train_step(self, data):
        """Train the discriminator, then the generator."""
        images, digits = data

        def of_discriminator():
            real = self.verdict(images, digits)
            fake = self.verdict(ops.stop_gradient(self.made(digits)), digits)
            return self.judged(ops.ones_like(real), real) + self.judged(ops.zeros_like(fake), fake)

        def of_generator():
            fake = self.verdict(self.made(digits), digits)
            return self.judged(ops.ones_like(fake), fake)

        weights = self.discriminator.trainable_weights
        d_loss, gradients = rdeep.gradients_of(of_discriminator, weights, True)
        self.d_optimizer.apply(gradients, weights)
        weights = self.generator.trainable_weights
        g_loss, gradients = rdeep.gradients_of(of_generator, weights, True)
        self.g_optimizer.apply(gradients, weights)
        self.d_tracker.update_state(d_loss)
        self.g_tracker.update_state(g_loss)
        return {"d_loss": self.d_tracker.result(), "g_loss": self.g_tracker.result()}


gan = GAN(generator, discriminator, name="gan", backend=backend)
g_optimizer = optimizers.Adam(4e-4, beta_1=0.5, use_ema=True, ema_momentum=0.99)
gan.compile(
    optimizers.Adam(4e-4, beta_1=0.5), g_optimizer, losses.BinaryCrossentropy(from_logits=True)
)
gan.fit(x, digits, epochs=epochs, batch_size=32)
# The moving average of the generator's weights makes better digits.
g_optimizer.finalize_variable_values(generator.trainable_weights)

noise = np.random.default_rng(1).standard_normal((80, size))
images = generator.predict(np.concatenate([noise, np.eye(10)[np.arange(80) % 10]], axis=1))
try:
    from PIL import Image

    rows = np.concatenate(np.concatenate(images.reshape(8, 10, 28, 28), axis=1), axis=1)
    Image.fromarray(np.uint8(127.5 - 127.5 * rows)).save("gan-train-step.png")
except ImportError:
    print("Pillow is not installed: no picture is written.")
