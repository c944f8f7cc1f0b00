"""What a prompt may be: codes or text, one sequence or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, show, worded
from rdeep.generation.networks import code_limit
from rdeep.generation.tokens import Tokenizer, encoded, is_text
from rdeep.graph.network import Graph


def prompts_of(prompt: Any, tokenizer: Tokenizer | None) -> tuple[list[np.ndarray], bool]:
    """Return the prompts' codes, and whether there is one alone.

    Parameters
    ----------
    prompt : object
        What was given.
    tokenizer : Tokenizer or None
        What turns text into codes.
    """
    if is_text(prompt):
        if tokenizer is None:
            raise ArgumentError(
                "The prompt is text, which needs a 'tokenizer'.",
                argument="tokenizer",
                received=prompt,
                hint=worded(
                    "Give the vocabulary, or the layer that text was turned into codes by."
                ),
            )
        alone = isinstance(prompt, str)
        texts = [prompt] if alone else prompt
        prompts = [np.array(encoded(tokenizer, text, "prompt"), np.int64) for text in texts]
    else:
        alone = not _nested(prompt)
        prompts = [_codes(each) for each in ([prompt] if alone else prompt)]
    if not prompts or any(not len(each) for each in prompts):
        place = next((i for i, each in enumerate(prompts) if not len(each)), 0)
        which = "The prompt" if alone or not prompts else f"Prompt {place + 1}"
        raise ArgumentError(
            f"{which} is empty: there is nothing to continue.",
            argument="prompt",
            received=prompt,
            expected="at least one code",
        )
    return prompts, alone


def _nested(prompt: Any) -> bool:
    if isinstance(prompt, (list, tuple)):
        return any(isinstance(each, (list, tuple)) or np.ndim(each) for each in prompt)
    return np.ndim(prompt) > 1


def _codes(prompt: Any) -> np.ndarray:
    array = np.asarray(prompt)
    if array.ndim == 0:
        array = array[None]
    whole = array.ndim == 1 and array.dtype.kind in "iuf" and bool(np.all(array % 1 == 0))
    if not whole or (array.dtype.kind == "f" and not np.isfinite(array).all()):
        if array.size == 0:
            return np.zeros(0, np.int64)
        raise ArgumentError(
            f"'prompt' must be whole numbers, the codes of a sequence, or text, not "
            f"{show(prompt)}.",
            argument="prompt",
            received=prompt,
            expected="codes, or text",
        )
    return array.astype(np.int64)


def check_codes(prompts: Sequence[np.ndarray], graph: Graph) -> None:
    """Refuse codes that a network cannot read.

    Parameters
    ----------
    prompts : sequence of array
        The codes.
    graph : Graph
        The network's graph.
    """
    limit = code_limit(graph) or graph.outputs[0].shape[-1] or 0
    first = 1 if graph.masked_tensors([False]) else 0
    for codes in prompts:
        wrong = codes[(codes < first) | (codes >= limit)]
        if len(wrong) and first and wrong[0] == 0:
            raise ArgumentError(
                "The prompt has the code 0, which is padding for this model.",
                argument="prompt",
                received=0,
                hint=worded("Leave padding out: prompts may have several lengths."),
            )
        if len(wrong):
            raise ArgumentError(
                f"The prompt has the code {int(wrong[0])}, and the model reads codes from {first} "
                f"to {limit - 1}.",
                argument="prompt",
                received=int(wrong[0]),
                expected=worded(f"whole numbers from {first} to {limit - 1}"),
            )
