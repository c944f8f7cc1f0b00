"""Encoders in folders: the same vectors as transformers gives, and what is refused."""

import json
import sys

import numpy as np
import pytest
from tests.python.ready.text_folders import bert_arrays, bert_config, write_encoder

from rdeep.errors import FileError
from rdeep.models import Model
from rdeep.text.bert import encoder_ends, weights_by_name
from rdeep.text.encoding import encoder_network, vectors_of
from rdeep.text.folder import read_folder
from rdeep.text.pieces import Tokenizer

TEXTS = ["A good film!", "the music", "bad " * 30, "unheard films"]


def test_tokens_are_cut_and_padded_by_us(tmp_path):
    pytest.importorskip("tokenizers")
    folder = read_folder(write_encoder(tmp_path))
    tokenizer = Tokenizer(folder.tokenizer, folder.shape)
    rows, cut = tokenizer.numbers(TEXTS, 16)
    assert rows[0] == [2, 8, 4, 6, 11, 3] and len(rows[2]) == 16 and cut == [2]
    assert rows[2][-1] == 3
    assert tokenizer.knows(rows[0]) and not tokenizer.knows(tokenizer.numbers(["zz yy"], 9)[0][0])


def test_an_encoder_is_the_same_on_all_engines_and_by_its_formula(tmp_path):
    folder = read_folder(write_encoder(tmp_path))
    assert folder.shape.normalize and folder.shape.max_length == 16
    rows = [[2, 4, 6, 3], [2, 5, 3], [2, 4, 6, 7, 8, 9, 3]]
    found = [
        vectors_of(encoder_network(folder, engine, None), rows)
        for engine in ("torch", "tensorflow", "numpy")
    ]
    np.testing.assert_allclose(found[0], found[2], atol=1e-5)
    np.testing.assert_allclose(found[1], found[2], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found[0], axis=1), 1.0, atol=1e-5)
    # The vector of a text does not depend on what it is padded to.
    alone = vectors_of(encoder_network(folder, "numpy", None), rows[1:2])
    np.testing.assert_allclose(alone[0], found[2][1], atol=1e-5)


@pytest.mark.parametrize("kind", ["bert", "roberta", "distilbert"])
def test_vectors_are_those_of_transformers(kind, tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    # It is not needed, and one that does not fit the torch there is stops transformers.
    monkeypatch.setitem(sys.modules, "torchvision", None)
    transformers = pytest.importorskip("transformers")

    sizes = {"vocab_size": 30, "max_position_embeddings": 20, "pad_token_id": 1}
    if kind == "distilbert":
        config = transformers.DistilBertConfig(**sizes, dim=8, n_layers=2, n_heads=2, hidden_dim=12)
        theirs = transformers.DistilBertModel(config)
    else:
        more = {"num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12}
        name = "Bert" if kind == "bert" else "Roberta"
        config = getattr(transformers, f"{name}Config")(**sizes, **more, hidden_size=8)
        theirs = getattr(transformers, f"{name}Model")(config, add_pooling_layer=False)
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    theirs.eval()
    theirs.save_pretrained(tmp_path)
    from tests.python.ready.text_folders import tokenizer_data

    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer_data()))
    folder = read_folder(str(tmp_path))
    ids = np.array([[5, 6, 7, 8, 9, 4], [9, 8, 7, 1, 1, 1]])
    mask = torch.tensor(ids != 1)
    with torch.no_grad():
        hidden = theirs(torch.tensor(ids), attention_mask=mask.long()).last_hidden_state
    expected = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    network = Model(*encoder_ends(folder.shape), "encoder", "numpy")
    network.set_weights(weights_by_name(folder))
    moved = np.where(ids == 1, 0, np.where(ids == 0, 1, ids)).astype("int32")
    np.testing.assert_allclose(network.predict(moved), expected.numpy(), atol=1e-4)


def _config(**changes):
    return {**bert_config(), **changes}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"config": _config(auto_map={"AutoModel": "a.B"})}, "code of its own"),
        ({"config": _config(model_type="gpt2")}, "of the type 'gpt2'"),
        ({"config": _config(position_embedding_type="relative_key")}, "positions are relative"),
        ({"config": _config(hidden_act="snake")}, "activation 'snake'"),
        ({"config": _config(hidden_size="many")}, "lacks a size"),
        ({"config": _config(hidden_size=10)}, "has the shape"),
        ({"config": _config(num_hidden_layers=3)}, "is missing"),
        ({"arrays": {"x": np.zeros(2, "f4")}}, "is missing"),
    ],
)
def test_other_encoders_are_refused(change, message, tmp_path):
    with pytest.raises(FileError, match=message) as error:
        folder = read_folder(write_encoder(tmp_path, **change))
        weights_by_name(folder)
    assert str(tmp_path) in str(error.value)


def test_a_folder_that_lacks_something_is_named(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        read_folder(str(tmp_path / "nowhere"))
    path = tmp_path / "encoder"
    write_encoder(path)
    with pytest.raises(FileError, match="is a file"):
        read_folder(str(path / "config.json"))
    (path / "model.safetensors").rename(path / "pytorch_model.bin")
    with pytest.raises(FileError, match=r"lacks 'model.safetensors'.*\n?.*may hold code"):
        read_folder(str(path))
    (path / "pytorch_model.bin").rename(path / "model-00001-of-00002.safetensors")
    with pytest.raises(FileError, match="in several files"):
        read_folder(str(path))
    write_encoder(path)
    (path / "config.json").write_text("{")
    with pytest.raises(FileError, match=r"config.json cannot be read"):
        read_folder(str(path))
    write_encoder(path)
    (path / "model.safetensors").write_bytes(b"\x80\x04pickle")
    with pytest.raises(FileError, match="safetensors"):
        read_folder(str(path))
    write_encoder(path)
    (path / "tokenizer.json").unlink()
    with pytest.raises(FileError, match=r"lacks 'tokenizer\.json'"):
        read_folder(str(path))


def test_older_names_of_weights_are_known(tmp_path):
    arrays = bert_arrays(np.random.default_rng(3))
    older = {
        "bert."
        + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): value
        for name, value in arrays.items()
    }
    one = weights_by_name(read_folder(write_encoder(tmp_path / "a")))
    two = weights_by_name(read_folder(write_encoder(tmp_path / "b", arrays=older)))
    assert all((one[name] == two[name]).all() for name in one) and one.keys() == two.keys()
