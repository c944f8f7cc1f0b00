"""Encoders of text that others trained, in a local folder as Hugging Face lays them out.

Only `config.json`, `tokenizer.json`, `model.safetensors` and what sentence-transformers says of
pooling are read: plain data. Pickles and code are refused.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError, FileError, listing, show, worded
from rdeep.errors.damage import Damage
from rdeep.saving.plain_json import read_json
from rdeep.saving.sources import read_whole
from rdeep.saving.tensors import read_tensor_file

CONFIG, TOKENIZER, WEIGHTS = "config.json", "tokenizer.json", "model.safetensors"
_SIZES = options.Count()
# BERT numbers positions from 0, RoBERTa from the one after padding's number.
_FAMILIES = {
    "bert": "bert",
    "distilbert": "distilbert",
    "roberta": "roberta",
    "xlm-roberta": "roberta",
    "camembert": "roberta",
}
_ACTIVATIONS = {"gelu": "gelu", "relu": "relu", "silu": "silu", "swish": "silu"}
_POOLINGS = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "first",
}


class EncoderShape(Record, kind="encoder"):
    """What an encoder of the BERT family is made of, and how its vectors become one of a text."""

    internal = True

    family: str = option(options.Choice("bert", "distilbert", "roberta"), "bert", "Its names.")
    vocabulary: int = option(_SIZES, 1, "How many tokens it knows.")
    hidden: int = option(_SIZES, 1, "The size of its vectors.")
    layers: int = option(_SIZES, 1, "How many blocks it has.")
    heads: int = option(_SIZES, 1, "How many heads attend in each.")
    inner: int = option(_SIZES, 1, "The units between.")
    positions: int = option(_SIZES, 1, "How many tokens a text has at most.")
    activation: str = option(options.Choice("gelu", "relu", "silu"), "gelu", "The activation.")
    epsilon: float = option(options.Number(0.0), 1e-12, "What keeps variances from 0.")
    dropout: float = option(options.Number(0.0, 1.0, open_high=True), 0.1, "For fine-tuning.")
    padding: int = option(options.Whole(), 0, "The number of the token for padding.")
    unknown: int | None = option(
        options.OrNone(options.Whole()), None, "The number of the token for what is not known."
    )
    lowercase: bool = option(options.Flag(), False, "Whether a text is put in lower case before.")
    pooling: str = option(options.Choice("mean", "first"), "mean", "How vectors become one vector.")
    normalize: bool = option(options.Flag(), False, "Whether it is scaled to length 1.")
    max_length: int = option(_SIZES, 512, "How many tokens the encoder was made to read.")


@dataclass
class Folder:
    """An encoder that was read.

    Attributes
    ----------
    path : str
        Its folder.
    shape : EncoderShape
        What it is made of.
    tokenizer : bytes
        The content of `tokenizer.json`.
    arrays : dict of str to numpy.ndarray
        Its weights by the names that others gave them.
    sha256 : str
        A hash of its tokenizer and its weights.
    """

    path: str
    shape: EncoderShape
    tokenizer: bytes
    arrays: dict[str, np.ndarray]
    sha256: str


def read_folder(path: str) -> Folder:
    """Read an encoder.

    Parameters
    ----------
    path : str
        The folder.

    Raises
    ------
    FileError
        If it is no folder, lacks a file, or holds an encoder of another kind.
    """
    path = os.path.abspath(os.path.expanduser(path))
    _check_files(path)
    config = _object(path, CONFIG)
    tokenizer = read_whole(os.path.join(path, TOKENIZER))
    shape = _shape(path, config, _object(path, TOKENIZER))
    arrays = read_tensor_file(os.path.join(path, WEIGHTS))
    return Folder(path, shape, tokenizer, arrays, folder_hash(path))


def folder_hash(path: str) -> str:
    """Return the SHA-256 of an encoder's tokenizer and weights, one after the other.

    Parameters
    ----------
    path : str
        The folder.
    """
    found = hashlib.sha256()
    for name in (TOKENIZER, WEIGHTS):
        with open(os.path.join(path, name), "rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def _refused(path: str, why: Any, hint: Any = None) -> FileError:
    return FileError(
        f"{show(path, 300)} holds no encoder that can be used: {why}.",
        argument="encoder",
        received=path,
        hint=hint,
    )


def _check_files(path: str) -> None:
    if not os.path.isdir(path):
        is_file = os.path.exists(path)
        raise FileError(
            f"'encoder' must be a folder; {show(path, 300)} "
            f"{'is a file' if is_file else 'does not exist'}.",
            argument="encoder",
            received=path,
            hint=f"It is to hold {CONFIG!s}, {TOKENIZER!s} and {WEIGHTS!s}, as a download from "
            "Hugging Face does.",
        )
    there = sorted(os.listdir(path))
    missing = [name for name in (CONFIG, TOKENIZER, WEIGHTS) if name not in there]
    if not missing:
        return
    others = [name for name in there if name.endswith((".bin", ".pt", ".pth", ".pkl", ".h5"))]
    parts = [name for name in there if name.endswith(".safetensors") or ".safetensors." in name]
    hint: Any = None
    if WEIGHTS in missing and others:
        hint = worded(
            f"{listing(others[:3])} is not read: such files may hold code. Save the weights "
            "as safetensors, or download that file."
        )
    elif WEIGHTS in missing and parts:
        hint = worded(
            f"Weights in several files ({listing(parts[:3])}) are not read: save them as one."
        )
    elif TOKENIZER in missing:
        hint = (
            f"{TOKENIZER!s} is what a fast tokenizer of the package transformers saves: "
            "`tokenizer.save_pretrained(folder)`."
        )
    raise _refused(path, worded(f"it lacks {listing(missing, 'and')}"), hint)


def _object(path: str, name: str) -> dict[str, Any]:
    found = _json(path, name, required=True)
    if not isinstance(found, dict):
        raise _refused(path, f"{name!s} is no JSON object")
    return found


def _json(path: str, name: str, required: bool = False) -> Any:
    file = os.path.join(path, name)
    if not required and not os.path.isfile(file):
        return None
    try:
        data = read_whole(file)
        return read_json(data, room=50 * len(data))
    except FileError as error:
        clause = error.clause if isinstance(error, Damage) else error.wording["message"]
        raise _refused(path, worded(f"{name!s} cannot be read ({clause})")) from error


def _shape(path: str, config: dict[str, Any], tokenizer: dict[str, Any]) -> EncoderShape:
    if "auto_map" in config:
        raise _refused(
            path,
            f"{CONFIG!s} asks for Python code of its own ('auto_map'), which is never run",
        )
    kind = config.get("model_type")
    if kind not in _FAMILIES:
        raise _refused(
            path,
            worded(f"it is of the type {show(kind)}"),
            worded(f"The types that can be used are {listing(_FAMILIES, 'and')}."),
        )
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("is_decoder"):
        raise _refused(path, "its positions are relative, or it is a decoder")
    family = _FAMILIES[kind]
    short = family == "distilbert"
    names = (
        ("dim", "n_layers", "n_heads", "hidden_dim", "activation", "dropout")
        if short
        else (
            *("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
            *("hidden_act", "hidden_dropout_prob"),
        )
    )
    sizes: list[Any] = [config.get(name) for name in names]
    hidden, layers, heads, inner, activation, dropout = sizes
    if activation not in _ACTIVATIONS:
        raise _refused(path, worded(f"its activation {show(activation)} is not known"))
    padding = config.get("pad_token_id")
    padding = padding if isinstance(padding, int) else 0
    positions = config.get("max_position_embeddings")
    offset = padding + 1 if family == "roberta" else 0
    pooling, normalize, length, lowercase = _sentence(path)
    try:
        room = int(positions) - offset  # type: ignore[arg-type]
        if hidden % heads or not 0 <= padding < config["vocab_size"]:
            raise ValueError("heads share the vector, and padding is a token")
        return EncoderShape(
            family,
            config.get("vocab_size"),
            hidden,
            layers,
            heads,
            inner,
            room,
            _ACTIVATIONS[activation],
            float(config.get("layer_norm_eps", 1e-12)),
            float(dropout if dropout is not None else 0.1),
            padding,
            _unknown(tokenizer),
            lowercase,
            pooling,
            normalize,
            min(length or room, room),
        )
    except (ArgumentError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise _refused(path, f"{CONFIG!s} lacks a size, or has one that cannot be") from error


def _unknown(tokenizer: dict[str, Any]) -> int | None:
    """Return the number of the token for what is not known; tokenizers of bytes have none."""
    model = tokenizer.get("model")
    if not isinstance(model, dict):
        return None
    vocabulary, token = model.get("vocab"), model.get("unk_token")
    if isinstance(model.get("unk_id"), int):
        return int(model["unk_id"])
    number = vocabulary.get(token) if isinstance(vocabulary, dict) and token is not None else None
    return int(number) if isinstance(number, int) else None


def _sentence(path: str) -> tuple[str, bool, int | None, bool]:
    """Return what sentence-transformers says: pooling, normalization, length and lower case.

    Without its files the mean of the vectors is taken, as most encoders want it.
    """
    modules = _json(path, "modules.json")
    said = _json(path, "sentence_bert_config.json")
    said = said if isinstance(said, dict) else {}
    length = said.get("max_seq_length")
    length = length if isinstance(length, int) and length > 0 else None
    lowercase = bool(said.get("do_lower_case", False))
    pooling, normalize = "mean", False
    for module in modules if isinstance(modules, list) else []:
        kind = str(module.get("type", "")) if isinstance(module, dict) else ""
        kind = kind.rsplit(".", 1)[-1]
        if kind == "Pooling":
            folder = os.path.basename(str(module.get("path", "")))
            found = _json(path, os.path.join(folder, CONFIG))
            chosen = [
                mode
                for mode in (found if isinstance(found, dict) else {})
                if mode.startswith("pooling_mode_") and found[mode] is True
            ]
            if len(chosen) != 1 or chosen[0] not in _POOLINGS:
                raise _refused(path, worded(f"its pooling ({listing(chosen)}) is not known"))
            pooling = _POOLINGS[chosen[0]]
        elif kind == "Normalize":
            normalize = True
        elif kind != "Transformer":
            raise _refused(path, worded(f"a module of the type {show(kind)} follows the encoder"))
    return pooling, normalize, length, lowercase
