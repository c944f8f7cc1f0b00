"""A variational autoencoder of handwritten digits: the plane that it puts them on, and ways across.

python vae.py [torch|tensorflow] [epochs]

It writes `vae-plane.png` and `vae-ways.png`, if Pillow is installed.
"""

import sys
from itertools import pairwise

import numpy as np

import rdeep
from rdeep import Input, Model, datasets, layers, ops, random

backend = sys.argv[1] if len(sys.argv) > 1 else "torch"
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 40
rdeep.set_random_seed(1)

(x, _), (x_test, y_test) = datasets.mnist(subset=True)
x, x_test = (each.reshape(-1, 784).astype("float32") / 255 for each in (x, x_test))


class Sampler(rdeep.Layer):
    """Draws codes near their means, and adds what they diverge from the prior to the loss."""

    def call(self, inputs):
        """Return a code for each mean and variance."""
        mean, log_var = inputs
        # The Kullback-Leibler divergence from the standard normal distribution, part of the ELBO.
        divergence = -0.5 * ops.sum(1 + log_var - mean**2 - ops.exp(log_var), axis=-1)
        self.add_loss(ops.mean(divergence))
        return mean + ops.exp(0.5 * log_var) * random.normal(ops.shape(mean))


def reconstruction(y_true, y_pred):
    """Return minus the log-likelihood of each image: the other part of the ELBO."""
    return ops.sum(ops.binary_crossentropy(y_true, y_pred), axis=-1)


image = Input((784,))
hidden = layers.Dense(256, "relu")(layers.Dense(512, "relu")(image))
mean, log_var = layers.Dense(2)(hidden), layers.Dense(2)(hidden)
encoder = Model(image, mean, backend=backend)

code = Input((2,))
hidden = layers.Dense(512, "relu")(layers.Dense(256, "relu")(code))
decoder = Model(code, layers.Dense(784, "sigmoid")(hidden), backend=backend)

vae = Model(image, decoder(Sampler()([mean, log_var])), backend=backend)
vae.compile(optimizer="adam", loss=reconstruction)
vae.fit(x, x, epochs=epochs, batch_size=64, validation_data=(x_test, x_test))

# The images along the quantiles of both codes.
steps = np.linspace(-2.2, 2.2, 16, dtype="float32")
plane = np.array([[a, b] for b in steps[::-1] for a in steps])
images = decoder.predict(plane).reshape(16, 16, 28, 28)

# From one digit to another, on a straight line between their codes.
ends = encoder.predict(x_test[[int(np.argmax(y_test == digit)) for digit in (0, 1, 3, 7, 4, 9)]])
shares = np.linspace(0, 1, 10, dtype="float32")[:, None]
ways = np.concatenate([a + shares * (b - a) for a, b in pairwise(ends)])
between = decoder.predict(ways).reshape(5, 10, 28, 28)


def save(name, images):
    """Write rows of images as one picture."""
    from PIL import Image

    rows = np.concatenate(np.concatenate(images, axis=1), axis=1)
    Image.fromarray(np.uint8(255 - 255 * rows)).save(name)


try:
    save("vae-plane.png", images)
    save("vae-ways.png", between)
except ImportError:
    print("Pillow is not installed: no pictures are written.")
