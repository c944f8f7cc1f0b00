"""A small diffusion model of handwritten digits: it learns to remove noise, and makes digits of it.

    python diffusion.py [torch|tensorflow] [epochs] [digits]

The network is told which digit it is. It writes `diffusion.png`, if Pillow is installed. Training
is that of DDPM (Ho et al., 2020) with a cosine schedule (Nichol and Dhariwal, 2021); what is
predicted is the velocity from image to noise (Salimans and Ho, 2022); sampling is DDIM's (Song et
al., 2021), with guidance that needs no classifier (Ho and Salimans, 2022). After 30 epochs on
torch, a classifier like that of gan.py read 96.5 % of 200 digits with a confidence over 0.9, and
99.0 % of these as the digit that was asked for.
"""

import sys
from itertools import pairwise

import numpy as np

import rdeep
from rdeep import Input, Model, datasets, layers, ops, optimizers, random, schedules

backend = sys.argv[1] if len(sys.argv) > 1 else "torch"
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 30
count = int(sys.argv[3]) if len(sys.argv) > 3 else 4000  # of the digits to learn from
batch_size, width = 64, 32
rdeep.set_random_seed(1)

(x, y), _ = datasets.mnist(subset=True)
x = x[:count, ..., None].astype("float32") / 127.5 - 1.0  # (4000, 28, 28, 1)
digits = np.eye(10, dtype="float32")[y[:count]]


def angle(time):
    """Return the angle whose cosine and sine are the shares of image and noise."""
    return time * np.pi / 2


class Noised(rdeep.Layer):
    """Mixes images with noise, as they are at a time from 0 to 1 that is drawn for each of them."""

    def call(self, inputs):
        """Return the mixtures, their times, their digits (a tenth has zeros), their velocities."""
        images, digits = inputs
        rows = ops.shape(images)[0]
        time, noise = random.uniform((rows, 1)), random.normal(ops.shape(images))
        told = digits * ops.cast(random.uniform((rows, 1)) > 0.1, "float32")
        turned = ops.reshape(angle(time), (-1, 1, 1, 1))
        cos, sin = ops.cos(turned), ops.sin(turned)
        return cos * images + sin * noise, time, told, cos * noise - sin * images


class Waves(rdeep.Layer):
    """Sines and cosines of a time, by which a network can tell times apart."""

    def call(self, time):
        """Return twelve numbers for each time."""
        angles = time * (np.pi * 2.0 ** np.arange(6, dtype="float32"))
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


def normalized(x):
    """Return features by groups with mean 0 and variance 1, through swish."""
    return layers.Activation("silu")(layers.GroupNormalization(8)(x))


def block(x, moment, filters):
    """Return two convolutions, the time's features added between them, and the way past them."""
    y = layers.Conv2D(filters, 3, padding="same")(normalized(x))
    y = y + layers.Reshape((1, 1, filters))(layers.Dense(filters)(moment))
    y = layers.Conv2D(filters, 3, padding="same", kernel_initializer="zeros")(normalized(y))
    past = x if x.shape[-1] == filters else layers.Conv2D(filters, 1)(x)
    return past + y


def attention(x):
    """Return how each place of an image attends to the others, and the way past it."""
    rows, columns, filters = x.shape[1:]
    y = layers.Reshape((rows * columns, filters))(layers.GroupNormalization(8)(x))
    y = layers.MultiHeadAttention(4, filters // 4)(y)
    return x + layers.Reshape((rows, columns, filters))(y)


def unet():
    """Return the network that finds the velocity of a digit at a time: a small U-Net."""
    image, time, digit = Input((28, 28, 1)), Input((1,)), Input((10,))
    moment = layers.Dense(4 * width, "silu")(Waves()(time))
    moment = moment + layers.Dense(4 * width, use_bias=False)(digit)
    moment = layers.Dense(4 * width, "silu")(moment)
    near = layers.Conv2D(width, 4, strides=2, padding="same")(image)  # 14 x 14
    past = block(near, moment, width)
    far = layers.Conv2D(2 * width, 3, strides=2, padding="same")(past)  # 7 x 7
    far = attention(block(far, moment, 2 * width))
    far = block(far, moment, 2 * width)
    back = layers.Conv2DTranspose(width, 4, strides=2, padding="same")(far)
    back = block(layers.Concatenate()([back, past]), moment, width)
    back = normalized(layers.Concatenate()([back, near]))
    found = layers.Conv2DTranspose(1, 4, strides=2, padding="same")(back)
    return Model([image, time, digit], found, backend=backend)


network = unet()
image, digit = Input((28, 28, 1)), Input((10,))
noisy, time, told, velocity = Noised()([image, digit])
# What is left of the velocity should be zero.
trainer = Model([image, digit], velocity - network([noisy, time, told]), backend=backend)
steps = epochs * -(-len(x) // batch_size)
rate = schedules.CosineDecay(2e-3, decay_steps=steps, alpha=0.02)
# Digits are made by the moving average of the weights, which the model has when training ends.
trainer.compile(optimizers.Adam(rate, use_ema=True, ema_momentum=0.995), loss="mse")
trainer.fit([x, digits], np.zeros_like(x), epochs=epochs, batch_size=batch_size)


def ddim(images, digits, guidance=2.0, steps=40):
    """Return digits made of noise, step by step along a path without further noise.

    The velocity goes further in the direction that being told the digit gives it.
    """
    times = np.linspace(1, 0, steps + 1, dtype="float32")
    for now, then in pairwise(times):
        time = np.full((len(images), 1), now)
        told, free = (network.predict([images, time, each]) for each in (digits, 0 * digits))
        velocity = free + guidance * (told - free)
        cos, sin = np.cos(angle(now)), np.sin(angle(now))
        clean = np.clip(cos * images - sin * velocity, -1, 1)
        noise = (images - cos * clean) / sin
        images = np.cos(angle(then)) * clean + np.sin(angle(then)) * noise
    return images


noise = np.random.default_rng(1).standard_normal((80, 28, 28, 1)).astype("float32")
made = ddim(noise, np.eye(10, dtype="float32")[np.arange(80) % 10])
try:
    from PIL import Image

    rows = np.concatenate(np.concatenate(made.reshape(8, 10, 28, 28), axis=1), axis=1)
    Image.fromarray(np.uint8(127.5 - 127.5 * rows)).save("diffusion.png")
except ImportError:
    print("Pillow is not installed: no picture is written.")
