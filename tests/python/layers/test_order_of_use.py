"""Predicting before, between and after trainings changes nothing: a walk over all layers."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, load_model
from rdeep.catalogue import layers as L
from rdeep.catalogue.registry import records

# What each layer is given beside its defaults, by the shape of a sample behind a dense layer.
FLAT = {
    **dict.fromkeys(("Activation",), ("tanh",)),
    **dict.fromkeys(("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"), (0.3,)),
    **dict.fromkeys(("BatchNormalization", "ELU", "Flatten", "Identity", "LeakyReLU", "PReLU"), ()),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization", "UnitNormalization"), ()),
    **dict.fromkeys(("ReLU", "Softmax", "ActivityRegularization"), ()),
    **dict.fromkeys(
        ("Dense", "RepeatVector", "Members", "GroupNormalization", "FeatureTokens"), (3,)
    ),
    **{"Reshape": ((2, 3),), "Rescaling": (0.5, 0.1), "AppendParameter": ()},
    **{"Normalization": (-1, 0.5, 2.0), "PeriodicEmbedding": (2,)},
    **{
        "SpectralNormalization": (L.Dense(3),),
        "PiecewiseLinearEmbedding": (((0.0, 0.4, 1.0),) * 6, 2),
    },
}
SEQUENCE = {
    **dict.fromkeys(("SpatialDropout1D",), (0.3,)),
    **dict.fromkeys(("AveragePooling1D", "MaxPooling1D", "UpSampling1D", "ZeroPadding1D"), ()),
    **dict.fromkeys(("AdaptiveAveragePooling1D", "AdaptiveMaxPooling1D"), (2,)),
    **dict.fromkeys(("GlobalAveragePooling1D", "GlobalMaxPooling1D", "Masking"), ()),
    **dict.fromkeys(("Conv1D", "Conv1DTranspose", "SeparableConv1D"), (2, 2)),
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM"), (2,)),
    **{"DepthwiseConv1D": (2,), "Cropping1D": (), "Permute": ((2, 1),), "FirstToken": ()},
    **{"Bidirectional": (L.LSTM(2, dropout=0.3),), "RNN": (L.LSTMCell(2, recurrent_dropout=0.3),)},
    **{
        "TimeDistributed": (L.BatchNormalization(),),
        "ClassToken": (),
        "MemberDense": (2,),
        "EnsembleDense": (2,),
    },
    **{"EinsumDense": ("abc,cd->abd", (None, 2)), "STFTSpectrogram": ("log", 4, 2)},
}
IMAGE = {
    **dict.fromkeys(("SpatialDropout2D",), (0.3,)),
    **dict.fromkeys(("AveragePooling2D", "MaxPooling2D", "UpSampling2D", "ZeroPadding2D"), ()),
    **dict.fromkeys(("AdaptiveAveragePooling2D", "AdaptiveMaxPooling2D"), (2,)),
    **dict.fromkeys(("GlobalAveragePooling2D", "GlobalMaxPooling2D", "Cropping2D"), ()),
    **dict.fromkeys(("Conv2D", "Conv2DTranspose", "SeparableConv2D"), (2, 2)),
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), (4, 4)),
    **dict.fromkeys(("RandomBrightness", "RandomContrast", "RandomRotation", "RandomZoom"), (0.2,)),
    **dict.fromkeys(("RandomTranslation", "RandomShear"), (0.2, 0.2)),
    **{"DepthwiseConv2D": (2,), "RandomFlip": (), "ConvLSTM1D": (2, 2), "RandomErasing": ()},
    **dict.fromkeys(("RandomGrayscale", "RandomInvert", "RandomSharpness", "RandomHue"), (0.3,)),
    **dict.fromkeys(("RandomSaturation", "RandomColorDegeneration"), ((0.4, 0.6),)),
    **{"RandomColorJitter": (), "RandomGaussianBlur": (), "RandomPerspective": ()},
}
VOLUME = {
    **dict.fromkeys(("SpatialDropout3D",), (0.3,)),
    **dict.fromkeys(("AveragePooling3D", "MaxPooling3D", "UpSampling3D", "ZeroPadding3D"), ()),
    **dict.fromkeys(("AdaptiveAveragePooling3D", "AdaptiveMaxPooling3D"), (2,)),
    **dict.fromkeys(("GlobalAveragePooling3D", "GlobalMaxPooling3D", "Cropping3D"), ()),
    **dict.fromkeys(("Conv3D", "Conv3DTranspose"), (2, 2)),
    **{"ConvLSTM2D": (2, 2)},
}
MERGING = {
    **dict.fromkeys(("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply"), ()),
    **{"Subtract": (), "Dot": (-1,), "Attention": (), "AdditiveAttention": ()},
    **{"MultiHeadAttention": (2, 3), "GroupQueryAttention": (2, 2, 1)},
}
GROUPS = {
    "flat": ((6,), FLAT, False),
    "sequences": ((4, 6), SEQUENCE, False),
    "images": ((6, 6, 3), IMAGE, False),
    "volumes": ((4, 4, 4, 2), VOLUME, False),
    "merging": ((4, 6), MERGING, True),
}
# What does not stand behind a trained layer, or passes no gradient: codes, text, rounded images.
APART = {
    *("CategoryEncoding", "CategoryTokens", "Discretization", "Embedding", "FeatureSpace"),
    *("HashedCrossing", "Hashing", "IntegerLookup", "InputLayer", "OneHot", "StringLookup"),
    *("TextVectorization", "MaxNumBoundingBoxes", "AugMix", "AutoContrast", "CutMix", "MixUp"),
    *("Equalization", "RandAugment", "RandomElasticTransform", "RandomPosterization"),
    *("Solarization", "MelSpectrogram", "ConvLSTM3D", "ReversibleEmbedding"),
}


def test_every_layer_is_walked_over():
    named = {name for _, layers, _ in GROUPS.values() for name in layers}
    kinds = records("layer").values()
    ours = {cls.__name__ for cls in kinds if cls.__module__.startswith("rdeep.")}
    ours -= {cls.__name__ for cls in kinds if cls.internal}
    missing, gone = sorted(ours - named - APART), sorted((named | APART) - ours)
    assert not missing, (
        f"{missing[0]} is not walked over: add it, with its options, to the table here of the "
        "shape that it takes (FLAT, SEQUENCE ...), or to APART if it passes no gradient."
    )
    assert not gone, f"{gone[0]} is no layer: take it out of the table here that names it."


def walk(group, backend):
    """Return a model in which a dense layer is followed by each layer of a group."""
    shape, layers, merges = GROUPS[group]
    rdeep.set_random_seed(1)
    entry = Input(shape)
    h = L.Dense(shape[-1], activation="sigmoid")(entry)
    given = [h, L.Dense(shape[-1])(h)] if merges else h
    # Layers within wrappers would be those of the other model too.
    made = [getattr(L, name)(*copy.deepcopy(options)) for name, options in layers.items()]
    parts = [L.Flatten()(layer(given)) for layer in made]
    model = Model(entry, L.Dense(1)(L.Concatenate()(parts)), backend=backend)
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("group", GROUPS)
def test_predicting_first_changes_nothing(group, walking_backend, rng):
    x = rng.normal(size=(5, *GROUPS[group][0])).astype("float32")
    y = rng.normal(size=(5, 1)).astype("float32")
    plain, mixed = walk(group, walking_backend), walk(group, walking_backend)
    mixed.predict(x)
    for _ in range(2):
        for model in (plain, mixed):
            rdeep.set_random_seed(2)
            model.fit(x, y, epochs=1, batch_size=5, shuffle=False, verbose=0)
        mixed.predict(x)
        mixed.evaluate(x, y)
    for first, second in zip(plain.get_weights(), mixed.get_weights()):
        np.testing.assert_allclose(second, first, atol=1e-6)
    if walking_backend == "torch":
        import torch

        mixed.native.train()(torch.from_numpy(x)).mean().backward()


def test_a_loaded_model_may_predict_and_then_train(backend, rng, tmp_path):
    x = rng.normal(size=(5, 6)).astype("float32")
    made = Sequential([L.Dense(4), L.Rescaling(2.0), L.Dense(1)], input_shape=6, backend=backend)
    made.compile("sgd", "mse")
    made.save(tmp_path / "model.rdeep")
    model = load_model(tmp_path / "model.rdeep")
    before = model.predict(x)
    model.sample(x)
    model.fit(x, x[:, :1], epochs=1, verbose=0)
    assert not np.allclose(model.predict(x), before)
