"""A small diffusion model of handwritten digits: trained to find noise, it makes digits of noise.

python diffusion.py [torch|tensorflow] [epochs]

It writes `diffusion.png`, if Pillow is installed. Training is that of DDPM (Ho et al., 2020), with
the noise of a cosine schedule (Nichol and Dhariwal, 2021); sampling is DDIM's (Song et al., 2021).
"""

import sys
from itertools import pairwise

import numpy as np

import rdeep
from rdeep import Input, Model, datasets, layers, ops, optimizers, random, schedules

backend = sys.argv[1] if len(sys.argv) > 1 else "torch"
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 60
batch_size, width = 64, 32
rdeep.set_random_seed(1)

(x, _), _ = datasets.mnist(subset=True)
x = x[..., None].astype("float32") / 127.5 - 1.0  # (4000, 28, 28, 1)


def angle(time):
    """Return the angle whose cosine and sine are the shares of image and noise."""
    return 0.02 + time * (np.pi / 2 - 0.04)


class Noised(rdeep.Layer):
    """Adds noise as it is at a time between 0 and 1 that is drawn for each image."""

    def call(self, images):
        """Return noisy images, their times and their noise."""
        rows = ops.shape(images)[0]
        time, noise = random.uniform((rows, 1)), random.normal(ops.shape(images))
        share = ops.reshape(angle(time), (-1, 1, 1, 1))
        return ops.cos(share) * images + ops.sin(share) * noise, time, noise


class Waves(rdeep.Layer):
    """Sines and cosines of a time, by which a network can tell times apart."""

    def call(self, time):
        """Return twelve numbers for each time."""
        angles = time * (2 * np.pi * 2.0 ** np.arange(6, dtype="float32"))
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


def block(x, moment, filters):
    """Return two convolutions, the time's features added between them, and the way past them."""
    y = layers.Conv2D(filters, 3, padding="same", activation="silu")(x)
    y = y + layers.Reshape((1, 1, filters))(layers.Dense(filters)(moment))
    y = layers.GroupNormalization(8)(y)
    y = layers.Conv2D(filters, 3, padding="same", activation="silu")(y)
    past = x if x.shape[-1] == filters else layers.Conv2D(filters, 1)(x)
    return past + y


def unet():
    """Return the network that finds the noise of an image at a time."""
    image, time = Input((28, 28, 1)), Input((1,))
    moment = layers.Dense(64, "silu")(Waves()(time))
    near = layers.Conv2D(width, 4, strides=2, padding="same", activation="silu")(image)  # 14 x 14
    near = block(near, moment, width)
    far = layers.Conv2D(2 * width, 3, strides=2, padding="same", activation="silu")(near)  # 7 x 7
    far = block(block(far, moment, 2 * width), moment, 2 * width)
    back = layers.Conv2DTranspose(width, 4, strides=2, padding="same", activation="silu")(far)
    back = block(layers.Concatenate()([back, near]), moment, width)
    back = layers.Conv2DTranspose(width // 2, 4, strides=2, padding="same", activation="silu")(back)
    found = layers.Concatenate()([back, image])
    found = layers.Conv2D(width // 2, 3, padding="same", activation="silu")(found)
    return Model([image, time], layers.Conv2D(1, 3, padding="same")(found), backend=backend)


network = unet()
image = Input((28, 28, 1))
noisy, time, noise = Noised()(image)
# What is left of the noise should be zero.
trainer = Model(image, noise - network([noisy, time]), backend=backend)
steps = epochs * -(-len(x) // batch_size)
rate = schedules.CosineDecay(2e-3, decay_steps=steps, alpha=0.02)
trainer.compile(optimizers.Adam(rate, use_ema=True, ema_momentum=0.998), loss="mse")
trainer.fit(x, np.zeros_like(x), epochs=epochs, batch_size=batch_size)


def ddim(images, steps=40):
    """Return images made of noise, step by step along a path without further noise."""
    times = np.linspace(1, 0, steps + 1, dtype="float32")
    for now, then in pairwise(times):
        noise = network.predict([images, np.full((len(images), 1), now)])
        clean = (images - np.sin(angle(now)) * noise) / np.cos(angle(now))
        clean = np.clip(clean, -1, 1)
        noise = (images - np.cos(angle(now)) * clean) / np.sin(angle(now))
        images = np.cos(angle(then)) * clean + np.sin(angle(then)) * noise
    return clean


made = ddim(np.random.default_rng(1).standard_normal((64, 28, 28, 1)).astype("float32"))
try:
    from PIL import Image

    rows = np.concatenate(np.concatenate(made.reshape(8, 8, 28, 28), axis=1), axis=1)
    Image.fromarray(np.uint8(127.5 - 127.5 * rows)).save("diffusion.png")
except ImportError:
    print("Pillow is not installed: no picture is written.")
