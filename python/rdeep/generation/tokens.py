"""From text to codes, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.layers import StringLookup, TextVectorization
from rdeep.errors import ArgumentError, show, worded

UNKNOWN = "[UNK]"
"""The token that stands for all others, as text layers have it."""


class Tokenizer(Protocol):
    """What turns text into codes, and codes into text."""

    def encode(self, text: str) -> Sequence[int]:
        """Return the codes of a text."""

    def decode(self, codes: Sequence[int]) -> str:
        """Return the text of some codes."""


class UnknownToken(LookupError):
    """A text has a token that is not in a vocabulary.

    Parameters
    ----------
    token : str
        The token.
    size : int
        How many tokens the vocabulary has.
    """

    def __init__(self, token: str, size: int) -> None:
        super().__init__(token)
        self.token, self.size = token, size


class VocabularyTokenizer:
    """A tokenizer by a list of tokens: characters, or words between which there are spaces.

    Parameters
    ----------
    vocabulary : sequence of str
        The tokens; a token's code is its place.
    split : function, optional
        Returns the tokens of a text; by default characters, if all tokens are single ones, else
        words.
    joint : str, optional
        What comes between tokens.

    Examples
    --------
    >>> tokenizer = VocabularyTokenizer(["a", "b", " "])
    >>> tokenizer.encode("ab a"), tokenizer.decode([1, 2, 0])
    ([0, 1, 2, 0], 'b a')
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        split: Callable[[str], Sequence[str]] | None = None,
        joint: str | None = None,
    ) -> None:
        self.vocabulary = [str(token) for token in vocabulary]
        self.codes = {token: code for code, token in enumerate(self.vocabulary)}
        by_character = all(len(token) <= 1 or token == UNKNOWN for token in self.vocabulary)
        self.split = split or (list if by_character else str.split)
        self.joint = joint if joint is not None else "" if by_character else " "

    def encode(self, text: str) -> list[int]:
        """Return the codes of a text.

        Parameters
        ----------
        text : str
            The text.

        Raises
        ------
        UnknownToken
            If a token is not in the vocabulary, which has none for unknown ones.
        """
        tokens, unknown = self.split(text), self.codes.get(UNKNOWN)
        missing = [token for token in tokens if token not in self.codes]
        if missing and unknown is None:
            raise UnknownToken(missing[0], len(self.codes))
        return [self.codes.get(token, unknown or 0) for token in tokens]

    def decode(self, codes: Sequence[int]) -> str:
        """Return the text of some codes.

        Parameters
        ----------
        codes : sequence of int
            The codes.

        Raises
        ------
        ArgumentError
            If there are fewer tokens than that.
        """
        size = len(self.vocabulary)
        beyond = [code for code in codes if code >= size]
        if beyond:
            raise ArgumentError(
                f"'tokenizer' has {size} tokens, and the model drew the code {beyond[0]}.",
                argument="tokenizer",
                received=size,
                expected=worded("a token for each code of the model, which count from 0"),
            )
        return self.joint.join(self.vocabulary[code] for code in codes)


class _Methods:
    """A tokenizer by two functions."""

    def __init__(self, encode: Any, decode: Any) -> None:
        self.encode, self.decode = encode, decode


def encoded(tokenizer: Tokenizer, text: Any, argument: str) -> list[int]:
    """Return the codes of a text that a user gave.

    Parameters
    ----------
    tokenizer : Tokenizer
        What turns text into codes.
    text : object
        The text.
    argument : str
        What was given with it.
    """
    where = "The prompt" if argument == "prompt" else f"'{argument}'"
    if not isinstance(text, str):
        raise ArgumentError(
            f"{where} must be text alone, not {show(text)} beside text.",
            argument=argument,
            received=text,
            expected="a text, or several texts",
        )
    try:
        codes = np.asarray(tokenizer.encode(text))
    except UnknownToken as unknown:
        raise ArgumentError(
            f"{where} has {show(unknown.token)}, which is not in the vocabulary.",
            argument=argument,
            received=unknown.token,
            expected=worded(f"the {unknown.size} tokens of the vocabulary"),
        ) from None
    if codes.size and codes.dtype.kind not in "iu":
        raise ArgumentError(
            f"'tokenizer' must make whole numbers of a text, not {show(codes.tolist())}.",
            argument="tokenizer",
            received=codes.tolist(),
            expected="codes, which count from 0",
        )
    return [int(code) for code in codes.reshape(-1)]


def as_tokenizer(tokenizer: Any) -> Tokenizer:
    """Return what turns text into codes and back.

    Parameters
    ----------
    tokenizer : object
        A vocabulary (a list of tokens, or a dict from tokens to codes), a layer with one, a pair of
        functions, or an object with `encode` and `decode`, or `tokenize` and `detokenize`.
    """
    if isinstance(tokenizer, TextVectorization):
        return _by_layer(tokenizer)
    if isinstance(tokenizer, StringLookup):
        return VocabularyTokenizer(tokenizer.get_vocabulary())
    for names in (("encode", "decode"), ("tokenize", "detokenize")):
        if all(callable(getattr(tokenizer, name, None)) for name in names):
            return _Methods(*(getattr(tokenizer, name) for name in names))
    if isinstance(tokenizer, Mapping):
        return VocabularyTokenizer(_ordered(tokenizer))
    if isinstance(tokenizer, np.ndarray):
        tokenizer = tokenizer.tolist()
    if isinstance(tokenizer, (list, tuple)) and tokenizer:
        if len(tokenizer) == 2 and all(callable(each) for each in tokenizer):
            return _Methods(*tokenizer)
        if all(isinstance(token, str) for token in tokenizer):
            repeated = {token for token in tokenizer if list(tokenizer).count(token) > 1}
            if not repeated:
                return VocabularyTokenizer(tokenizer)
            raise ArgumentError(
                f"'tokenizer' is a vocabulary with {show(sorted(repeated)[0])} twice.",
                argument="tokenizer",
                received=sorted(repeated)[0],
            )
    raise ArgumentError(
        f"'tokenizer' must be a vocabulary, or turn text into codes and back, not "
        f"{show(tokenizer)}.",
        argument="tokenizer",
        received=tokenizer,
        expected="a list of tokens, a layer with a vocabulary, or functions 'encode' and 'decode'",
    )


def _by_layer(layer: Any) -> Tokenizer:
    characters = layer.split == "character"

    def split(text: str) -> list[str]:
        return list(layer.tokens(np.array([text]))[0])

    return VocabularyTokenizer(layer.get_vocabulary(), split, "" if characters else " ")


def _ordered(codes: Mapping[str, int]) -> list[str]:
    """Return the tokens of a dict by their codes, of which some may be missing."""
    numbers = list(codes.values())
    whole = all(isinstance(code, (int, np.integer)) and code >= 0 for code in numbers)
    if not numbers or not whole or len(set(numbers)) < len(numbers):
        raise ArgumentError(
            "'tokenizer' must give each token a code of its own, a whole number from 0.",
            argument="tokenizer",
            received=codes,
        )
    found = [f"[{place}]" for place in range(max(numbers) + 1)]
    for token, code in codes.items():
        found[code] = str(token)
    return found


def is_text(prompt: Any) -> bool:
    """Return whether a prompt is text, or several texts.

    Parameters
    ----------
    prompt : object
        The prompt.
    """
    first = prompt[0] if isinstance(prompt, (list, tuple)) and prompt else prompt
    if isinstance(prompt, np.ndarray):
        return prompt.dtype.kind in "UO" and prompt.size > 0
    return isinstance(first, str)


def _is_code(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(value >= 0)


def stops_of(stop: Any, tokenizer: Tokenizer | None) -> list[tuple[int, ...]]:
    """Return the runs of codes at which a text ends.

    Parameters
    ----------
    stop : int, str, or sequence of them
        What was given.
    tokenizer : Tokenizer or None
        What turns text into codes.
    """
    if stop is None:
        return []
    several = isinstance(stop, (list, tuple, np.ndarray))
    found = []
    for each in stop if several else [stop]:
        if isinstance(each, str) and each:
            if tokenizer is None:
                raise ArgumentError(
                    "'stop' is text, which needs a 'tokenizer'.", argument="stop", received=each
                )
            found.append(tuple(encoded(tokenizer, each, "stop")))
        elif _is_code(each):
            found.append((int(each),))
        elif isinstance(each, (list, tuple)) and each and all(_is_code(code) for code in each):
            found.append(tuple(int(code) for code in each))
        else:
            raise ArgumentError(
                f"'stop' must be codes or texts, not {show(each)}.",
                argument="stop",
                received=each,
                expected="a code, a text, or a list of codes, texts and runs of codes",
            )
    return found
