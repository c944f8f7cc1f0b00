"""Texts to the tokens of an encoder, by its own tokenizer (package tokenizers)."""

from __future__ import annotations

from collections.abc import Sequence

from rdeep.data.reading import needed
from rdeep.errors import FileError
from rdeep.text.folder import TOKENIZER, EncoderShape


class Tokenizer:
    """An encoder's tokenizer.

    Parameters
    ----------
    data : bytes
        The content of `tokenizer.json`.
    shape : EncoderShape
        What the encoder is made of.
    """

    def __init__(self, data: bytes, shape: EncoderShape) -> None:
        library = needed("tokenizers", "Reading an encoder's tokens")
        try:
            self._tokenizer = library.Tokenizer.from_str(data.decode("utf-8"))
        except Exception as error:
            raise FileError(
                f"The encoder's {TOKENIZER!s} cannot be read: {str(error)!s}.", argument="encoder"
            ) from error
        # Files say how long texts were made in training; here it is said at each call.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._shape = shape
        self._special = len(self._tokenizer.encode("").ids)

    def numbers(self, texts: Sequence[str], most: int) -> tuple[list[list[int]], list[int]]:
        """Return the numbers of each text's tokens, 0 for padding, and which texts were cut.

        Parameters
        ----------
        texts : sequence of str
            The texts.
        most : int
            How many tokens a text has at most, those that begin and end it included.
        """
        self._tokenizer.enable_truncation(most)
        found, cut = [], []
        for place, text in enumerate(texts):
            # One by one: encoding of batches starts threads, after which a fork is complained of.
            prepared = text.lower() if self._shape.lowercase else text
            encoding = self._tokenizer.encode(prepared)
            if encoding.overflowing:
                cut.append(place)
            found.append([self._moved(number) for number in encoding.ids])
        return found, cut

    def knows(self, numbers: Sequence[int]) -> bool:
        """Return whether a text has a token that the encoder knows, beside those at its ends.

        Parameters
        ----------
        numbers : sequence of int
            The numbers of its tokens.
        """
        if len(numbers) <= self._special:
            return False
        unknown = None if self._shape.unknown is None else self._moved(self._shape.unknown)
        return sum(number != unknown for number in numbers) > self._special

    def _moved(self, number: int) -> int:
        """Return a token's number once padding is 0."""
        padding = self._shape.padding
        return padding if number == 0 else 0 if number == padding else number
