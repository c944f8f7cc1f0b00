"""Text, or any sequence of codes, that a model continues one code at a time."""

from rdeep.generation.generating import generate as generate
