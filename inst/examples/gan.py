"""Handwritten digits by generative adversarial networks, trained by phases.

    python gan.py [dcgan|wgan-gp] [torch|tensorflow] [epochs]

The networks are told which digit to make and to judge. A classifier that has learned from the real
digits says how well the generated ones can be read. It writes `dcgan.png` or `wgan-gp.png`, if
Pillow is installed. The networks are those of Radford et al. (2015), made small; the critic's
output for each digit is the projection of Miyato and Koyama (2018); the gradient penalty is that of
Gulrajani et al. (2017).
"""

import sys

import numpy as np

import rdeep
from rdeep import Phase, Sequential, datasets, layers, losses, ops, optimizers, random

kind = sys.argv[1] if len(sys.argv) > 1 else "dcgan"
backend = sys.argv[2] if len(sys.argv) > 2 else "torch"
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else {"dcgan": 25, "wgan-gp": 50}[kind]
size = 32  # of the vectors of noise that digits are made of
rdeep.set_random_seed(1)

(x, y), (x_test, y_test) = datasets.mnist(subset=True)
x, x_test = (each[..., None].astype("float32") / 127.5 - 1 for each in (x, x_test))
digits = np.eye(10, dtype="float32")[y]

# Who reads the digits ---------------------------------------------------------------------------


def classifier():
    """Return a network that reads digits."""
    model = Sequential(
        [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(10, activation="softmax"),
        ],
        input_shape=(28, 28, 1),
        backend=backend,
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=12, batch_size=64, verbose=0)
    return model


reader = classifier()
shares = reader.predict(x_test)
print(
    f"The classifier reads {np.mean(shares.argmax(axis=1) == y_test):.1%} of the real digits that "
    f"it has not seen, {np.mean(shares.max(axis=1) > 0.9):.1%} with a confidence over 0.9."
)

# Who makes them, and who tells them from real ones ---------------------------------------------

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
critic = Sequential(
    [
        layers.Conv2D(32, 4, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Conv2D(64, 4, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        *([layers.Dropout(0.3)] if kind == "dcgan" else []),
        layers.Dense(10),
    ],
    input_shape=(28, 28, 1),
    backend=backend,
)


def made(digits):
    """Return generated images, one of each of the digits."""
    noise = random.normal((ops.shape(digits)[0], size))
    return generator(ops.concatenate([noise, digits], axis=-1))


def verdict(images, digits):
    """Return what the critic says of images: it has an output for each digit."""
    return ops.sum(critic(images) * digits, axis=-1, keepdims=True)


judged = losses.BinaryCrossentropy(from_logits=True)


def dcgan_critic(images, digits):
    """Return how badly real digits are told from generated ones."""
    real, fake = verdict(images, digits), verdict(made(digits), digits)
    return judged(ops.ones_like(real), real) + judged(ops.zeros_like(fake), fake)


def dcgan_generator(images, digits):
    """Return how far generated digits are from being taken for real ones."""
    fake = verdict(made(digits), digits)
    return judged(ops.ones_like(fake), fake)


def wgan_critic(images, digits):
    """Return how badly digits are told apart by a critic whose slope is near 1."""
    fake = made(digits)
    share = random.uniform((ops.shape(images)[0], 1, 1, 1))
    between = share * images + (1 - share) * fake
    slopes = ops.gradients(ops.sum(verdict(between, digits)), between)
    length = ops.sqrt(ops.sum(slopes**2, axis=(1, 2, 3)) + 1e-12)
    penalty = ops.mean((length - 1) ** 2)
    return ops.mean(verdict(fake, digits)) - ops.mean(verdict(images, digits)) + 10 * penalty


def wgan_generator(images, digits):
    """Return how far generated digits are from the real ones."""
    return -ops.mean(verdict(made(digits), digits))


# The moving average of the generator's weights, which it gets at the end, makes better digits.
average = {"use_ema": True, "ema_momentum": 0.99}
if kind == "dcgan":
    phases = [
        Phase("critic", critic, optimizers.Adam(4e-4, 0.5), dcgan_critic),
        Phase("generator", generator, optimizers.Adam(4e-4, 0.5, **average), dcgan_generator),
    ]
else:
    # The generator learns once while the critic learns five times.
    rate = optimizers.Adam(5e-4, 0.5, 0.9, **average)
    phases = [
        Phase("critic", critic, optimizers.Adam(5e-4, 0.5, 0.9), wgan_critic),
        Phase("generator", generator, rate, wgan_generator, every=5),
    ]
gan = Sequential([generator, critic], backend=backend)
gan.compile(phases=phases)
gan.fit(x, digits, epochs=epochs, batch_size=32)

# How well what it makes can be read -------------------------------------------------------------

asked = np.arange(1000) % 10
noise = np.random.default_rng(1).standard_normal((1000, size))
images = generator.predict(np.concatenate([noise, np.eye(10)[asked]], axis=1))
shares = reader.predict(images)
read, sure = shares.argmax(axis=1), shares.max(axis=1) > 0.9
print(f"Generated digits read with a confidence over 0.9: {np.mean(sure):.1%}")
print(f"Those among them that are what was asked for: {np.mean(read[sure] == asked[sure]):.1%}")
print("Digits as read:", dict(enumerate(np.bincount(read, minlength=10).tolist())))

try:
    from PIL import Image

    rows = np.concatenate(np.concatenate(images[:80].reshape(8, 10, 28, 28), axis=1), axis=1)
    Image.fromarray(np.uint8(127.5 - 127.5 * rows)).save(f"{kind}.png")
except ImportError:
    print("Pillow is not installed: no picture is written.")
