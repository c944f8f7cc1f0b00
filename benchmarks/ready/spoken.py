"""Words and short phrases that `espeak-ng` speaks in eight voices, with noise."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass

import numpy as np
import soundfile

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
COLOURS = ["red", "green", "blue", "yellow", "black", "white", "orange", "purple"]
COMMANDS = ["yes", "no", "stop", "go", "left", "right", "on", "off"]
WORDS = DIGITS + COLOURS + COMMANDS
HEARD = ("en-gb", "en-us", "en-gb+m3", "en-us+m7", "en-gb+f1", "en-us+f4")
UNHEARD = ("en-us+m1", "en-gb+f3")


@dataclass
class Spoken:
    """Sounds in files, what they say, and who says it."""

    path: list[str]
    text: list[str]
    voice: list[str]

    def only(self, voices: tuple[str, ...], most_words: int = 99) -> Spoken:
        """Return those of some voices, of so many words at most."""
        rows = [
            row
            for row, voice in enumerate(self.voice)
            if voice in voices and len(self.text[row].split()) <= most_words
        ]
        pick = lambda values: [values[row] for row in rows]  # noqa: E731
        return Spoken(pick(self.path), pick(self.text), pick(self.voice))


def spoken(folder: str, phrases: int = 40, repeats: int = 2) -> Spoken:
    """Return the sounds, spoken into a folder where they are not there yet."""
    if shutil.which("espeak-ng") is None:
        raise SystemExit("This needs espeak-ng, which speaks the words.")
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(1)
    found = Spoken([], [], [])
    for voice in HEARD + UNHEARD:
        texts = WORDS * repeats + [_phrase(random) for _ in range(phrases)]
        for number, text in enumerate(texts):
            path = os.path.join(folder, f"{voice}-{number}.wav")
            speed, pitch = random.integers(130, 190), random.integers(35, 65)
            noise, seed = random.uniform(15, 20), random.integers(1 << 31)
            if not os.path.exists(path):
                _speak(path, text, voice, int(speed), int(pitch), noise, int(seed))
            found.path.append(path)
            found.text.append(text)
            found.voice.append(voice)
    return found


def _phrase(random: np.random.Generator) -> str:
    kinds = [COLOURS, DIGITS, COMMANDS]
    count = int(random.integers(2, 4))
    return " ".join(str(random.choice(kinds[int(random.integers(3))])) for _ in range(count))


def _speak(
    path: str, text: str, voice: str, speed: int, pitch: int, noise: float, seed: int
) -> None:
    """Speak a text into a file, with white noise of so many decibels below it."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-w", path, text]
    subprocess.run(command, check=True)
    sound, rate = soundfile.read(path)
    power = np.mean(sound**2) / 10 ** (noise / 10)
    sound = sound + np.sqrt(power) * np.random.default_rng(seed).standard_normal(len(sound))
    soundfile.write(path, np.clip(sound, -1, 1), rate, "PCM_16")
