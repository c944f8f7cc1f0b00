"""The networks of gan.py trained by a `train_step`, as Keras has it: the same, written by hand.

python gan_train_step.py [torch|tensorflow] [epochs]

It writes `gan-train-step.png`, if Pillow is installed.
"""

import sys

import numpy as np

import rdeep
from rdeep import Model, Sequential, datasets, layers, losses, metrics, ops, optimizers, random

backend = sys.argv[1] if len(sys.argv) > 1 else "torch"
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 60
size = 64  # of the vectors that digits are made of
rdeep.set_random_seed(1)

(x, _), _ = datasets.mnist(subset=True)
x = x[..., None].astype("float32") / 127.5 - 1

generator = Sequential(
    [
        layers.Dense(7 * 7 * 64, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Reshape((7, 7, 64)),
        layers.Conv2DTranspose(32, 4, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
    ],
    input_shape=(size,),
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
        layers.Dense(1),
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

    def made(self, rows):
        """Return generated digits."""
        noise = random.normal((rows, size), seed=self.seeds)
        return self.generator(noise, training=True)

    def train_step(self, data):
        """Train the discriminator, then the generator."""
        rows = ops.shape(data)[0]
        real, generated = 0.9 * ops.ones((rows, 1)), ops.zeros((rows, 1))

        def of_discriminator():
            fake = ops.stop_gradient(self.made(rows))
            return self.judged(real, self.discriminator(data, training=True)) + self.judged(
                generated, self.discriminator(fake, training=True)
            )

        def of_generator():
            fake = self.discriminator(self.made(rows), training=True)
            return self.judged(ops.ones((rows, 1)), fake)

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
gan.compile(
    optimizers.Adam(4e-4, beta_1=0.5),
    optimizers.Adam(4e-4, beta_1=0.5),
    losses.BinaryCrossentropy(from_logits=True),
)
gan.fit(x, epochs=epochs, batch_size=64)

images = generator.predict(np.random.default_rng(1).standard_normal((80, size)))
try:
    from PIL import Image

    rows = np.concatenate(np.concatenate(images.reshape(8, 10, 28, 28), axis=1), axis=1)
    Image.fromarray(np.uint8(127.5 - 127.5 * rows)).save("gan-train-step.png")
except ImportError:
    print("Pillow is not installed: no picture is written.")
