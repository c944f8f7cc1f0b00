"""`TextModel`: a ready-made model of text."""

from rdeep.text.model import TextModel as TextModel
