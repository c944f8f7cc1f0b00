"""Small encoders in folders as Hugging Face lays them out, with weights drawn at random."""

import json

import numpy as np

from rdeep.saving.tensors import write_tensors

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "film", "music", "a", "the", "##s", "!"]


def bert_arrays(rng, hidden=8, layers=2, inner=16, positions=40, types=2):
    """Return weights by BERT's names."""
    shapes = {
        "embeddings.word_embeddings.weight": (len(WORDS), hidden),
        "embeddings.position_embeddings.weight": (positions, hidden),
        "embeddings.token_type_embeddings.weight": (types, hidden),
        "embeddings.LayerNorm.weight": (hidden,),
        "embeddings.LayerNorm.bias": (hidden,),
    }
    for number in range(layers):
        block = f"encoder.layer.{number}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value"):
            shapes[f"{block}.{part}.weight"] = (hidden, hidden)
            shapes[f"{block}.{part}.bias"] = (hidden,)
        for part, (out, into) in {
            "attention.output.dense": (hidden, hidden),
            "intermediate.dense": (inner, hidden),
            "output.dense": (hidden, inner),
        }.items():
            shapes[f"{block}.{part}.weight"] = (out, into)
            shapes[f"{block}.{part}.bias"] = (out,)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{block}.{part}.weight"] = (hidden,)
            shapes[f"{block}.{part}.bias"] = (hidden,)
    return {name: rng.normal(0, 0.3, shape).astype("f4") for name, shape in shapes.items()}


def bert_config(hidden=8, layers=2, inner=16, positions=40):
    """Return the description of such an encoder."""
    return {
        "model_type": "bert",
        "vocab_size": len(WORDS),
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
        "intermediate_size": inner,
        "max_position_embeddings": positions,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    }


def tokenizer_data():
    """Return the content of `tokenizer.json`: WordPiece, as BERT has it."""
    special = {
        name: {"id": name, "ids": [WORDS.index(name)], "tokens": [name]}
        for name in ("[CLS]", "[SEP]")
    }
    return {
        "version": "1.0",
        "truncation": {
            "max_length": 4,
            "strategy": "LongestFirst",
            "stride": 0,
            "direction": "Right",
        },
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": special,
        },
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: number for number, word in enumerate(WORDS)},
        },
    }


def write_encoder(folder, config=None, arrays=None, tokenizer=None, sentence=True):
    """Write an encoder, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config or bert_config()))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer or tokenizer_data()))
    arrays = bert_arrays(np.random.default_rng(3)) if arrays is None else arrays
    (folder / "model.safetensors").write_bytes(b"".join(bytes(p) for p in write_tensors(arrays)))
    if sentence:
        kinds = ("Transformer", "Pooling", "Normalize")
        (folder / "modules.json").write_text(
            json.dumps(
                [
                    {
                        "idx": i,
                        "name": str(i),
                        "path": f"{i}_{kind}" if i else "",
                        "type": f"sentence_transformers.models.{kind}",
                    }
                    for i, kind in enumerate(kinds)
                ]
            )
        )
        (folder / "1_Pooling").mkdir(exist_ok=True)
        (folder / "1_Pooling" / "config.json").write_text(
            json.dumps({"word_embedding_dimension": 8, "pooling_mode_mean_tokens": True})
        )
        (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 16}))
    return str(folder)
