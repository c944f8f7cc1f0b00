"""Sounds of tones, each a letter: quickly learned, and made without anything else."""

import wave

import numpy as np

PITCHES = {"a": 350.0, "b": 800.0, "c": 1700.0}
RATE = 8000


def tone(text: str, seed: int, rate: int = RATE) -> np.ndarray:
    """Return a text as tones of an eighth of a second, with silence for a space, and noise."""
    random = np.random.default_rng(seed)
    times = np.arange(int(0.125 * rate)) / rate
    shape = np.minimum(1.0, 12 * np.minimum(times / 0.125, 1 - times / 0.125))
    parts = [np.sin(2 * np.pi * PITCHES.get(each, 0.0) * times) * shape for each in text]
    still = np.zeros(int(0.08 * rate))
    sound = np.concatenate([still, *parts, still])
    return (0.4 * sound + 0.01 * random.standard_normal(len(sound))).astype(np.float32)


def tones(count: int, seed: int = 1) -> tuple[list[np.ndarray], list[str]]:
    """Return sounds and what they say: one word or two of two letters."""
    random = np.random.default_rng(seed)
    words = ["ab", "ba", "ca", "bc", "cb"]
    texts = [" ".join(random.choice(words, random.integers(1, 3))) for _ in range(count)]
    return [tone(text, seed * 1000 + row) for row, text in enumerate(texts)], texts


def write_wav(path: str, sound: np.ndarray, rate: int = RATE) -> str:
    """Write a sound of 16-bit samples, and return its file."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path
