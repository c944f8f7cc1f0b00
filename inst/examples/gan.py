"""Handwritten digits by generative adversarial networks, trained by phases.

    python gan.py [dcgan|wgan-gp] [torch|tensorflow] [epochs]

A classifier that has learned from the real digits says how well the generated ones can be read.
It writes `dcgan.png` or `wgan-gp.png`, if Pillow is installed. The networks are those of Radford et
al. (2015), made small; the gradient penalty is that of Gulrajani et al. (2017).
"""

import sys

import numpy as np

import rdeep
from rdeep import Phase, Sequential, datasets, layers, losses, ops, optimizers, random

kind = sys.argv[1] if len(sys.argv) > 1 else "dcgan"
backend = sys.argv[2] if len(sys.argv) > 2 else "torch"
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 60
size = 64  # of the vectors that digits are made of
rdeep.set_random_seed(1)

(x, y), (x_test, y_test) = datasets.mnist(subset=True)
x, x_test = (each[..., None].astype("float32") / 127.5 - 1 for each in (x, x_test))

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
accuracy = reader.evaluate(x_test, y_test)["accuracy"]
print(f"The classifier reads {accuracy:.1%} of the real digits that it has not seen.")

# Who makes them, and who tells them from real ones ---------------------------------------------

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
critic = Sequential(
    [
        layers.Conv2D(32, 4, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Conv2D(64, 4, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        *([layers.Dropout(0.3)] if kind == "dcgan" else []),
        layers.Dense(1),
    ],
    input_shape=(28, 28, 1),
    backend=backend,
)


def made(images):
    """Return as many generated digits as there are images."""
    return generator(random.normal((ops.shape(images)[0], size)))


judged = losses.BinaryCrossentropy(from_logits=True)


def dcgan_critic(images):
    """Real digits are told from generated ones; that they are real is said with some doubt."""
    real, fake = critic(images), critic(made(images))
    return judged(0.9 * ops.ones_like(real), real) + judged(ops.zeros_like(fake), fake)


def dcgan_generator(images):
    """Return how far generated digits are from being taken for real ones."""
    fake = critic(made(images))
    return judged(ops.ones_like(fake), fake)


def wgan_critic(images):
    """Return how well digits are told apart by a critic whose slope is near 1."""
    fake = made(images)
    share = random.uniform((ops.shape(images)[0], 1, 1, 1))
    between = share * images + (1 - share) * fake
    slopes = ops.gradients(ops.sum(critic(between)), between)
    length = ops.sqrt(ops.sum(slopes**2, axis=(1, 2, 3)) + 1e-12)
    penalty = ops.mean((length - 1) ** 2)
    return ops.mean(critic(fake)) - ops.mean(critic(images)) + 10 * penalty


def wgan_generator(images):
    """Return how far generated digits are from the real ones."""
    return -ops.mean(critic(made(images)))


if kind == "dcgan":
    phases = [
        Phase("critic", critic, optimizers.Adam(4e-4, beta_1=0.5), dcgan_critic),
        Phase("generator", generator, optimizers.Adam(4e-4, beta_1=0.5), dcgan_generator),
    ]
else:
    rate = optimizers.Adam(4e-4, beta_1=0.5, beta_2=0.9)
    phases = [
        Phase("critic", critic, rate, wgan_critic, steps=3),
        Phase("generator", generator, optimizers.Adam(4e-4, 0.5, 0.9), wgan_generator),
    ]
gan = Sequential([generator, critic], backend=backend)
gan.compile(phases=phases)
gan.fit(x, epochs=epochs, batch_size=64)

# How well what it makes can be read -------------------------------------------------------------

images = generator.predict(np.random.default_rng(1).standard_normal((1000, size)))
shares = reader.predict(images)
counts = np.bincount(shares.argmax(axis=1), minlength=10)
print(f"Read with a confidence over 0.9: {np.mean(shares.max(axis=1) > 0.9):.1%}")
print("Digits:", dict(enumerate(counts.tolist())))

try:
    from PIL import Image

    rows = np.concatenate(np.concatenate(images[:80].reshape(8, 10, 28, 28), axis=1), axis=1)
    Image.fromarray(np.uint8(127.5 - 127.5 * rows)).save(f"{kind}.png")
except ImportError:
    print("Pillow is not installed: no picture is written.")
