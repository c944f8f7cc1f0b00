"""`ImageModel`: fitted, asked, saved, and built on networks that were trained before."""

import numpy as np
import pytest

from rdeep import applications, layers, load_ready
from rdeep.errors import ArgumentError, BackendError, DataError, RdeepWarning, StateError
from rdeep.graph.tensor import Input
from rdeep.image import ImageAugmentation, ImageModel
from rdeep.image.architecture import given_by_name, preprocess_of, residual_features
from rdeep.image.grad_cam import last_map
from rdeep.image.resizing import resized_arrays
from rdeep.models import Model
from rdeep.seeds import set_random_seed
from rdeep.training.driving import drive

SIDE = 12


def corners(n=96, seed=1):
    """Dark images with a bright square in one of two corners."""
    generator = np.random.default_rng(seed)
    x = generator.integers(0, 40, (n, SIDE, SIDE)).astype(np.uint8)
    y = np.array(["left", "right"])[generator.integers(0, 2, n)]
    for image, label in zip(x, y):
        start = 1 if label == "left" else 6
        image[1:6, start : start + 5] = 220
    return x, y


@pytest.fixture(scope="module", params=["torch", "tensorflow"])
def fitted(request):
    set_random_seed(1)
    return ImageModel(backend=request.param, epochs=6).fit(*corners(), verbose=0)


def test_a_model_is_fitted_asked_and_comes_back_from_its_file(fitted, tmp_path):
    x, y = corners(40, seed=2)
    assert fitted.evaluate(x, y)["accuracy"] > 0.9 and fitted.scores["accuracy"] > 0.9
    assert fitted.predict(x).tolist() == fitted.predict(x, "class").tolist()
    prob = fitted.predict(x, "prob")
    assert prob.shape == (40, 2)
    np.testing.assert_allclose(prob.sum(axis=1), 1.0)
    path = str(tmp_path / "corners.rdeep")
    fitted.save(path)
    for engine in ("torch", "tensorflow", "numpy"):
        again = load_ready(path, engine)
        np.testing.assert_allclose(again.predict(x, "prob"), prob, atol=1e-5)
        assert again.learned == fitted.learned and again.scores == fitted.scores
    with pytest.raises(BackendError, match="NumPy does not compute"):
        again.explain(x)
    whole = fitted.as_network().predict(x[..., np.newaxis].astype(np.float32))
    np.testing.assert_allclose(whole, prob, atol=1e-5)
    with pytest.raises(ArgumentError, match="'type' must be"):
        fitted.predict(x, "interval")


def test_both_engines_start_and_learn_alike():
    found = []
    for engine in ("torch", "tensorflow"):
        set_random_seed(3)
        model = ImageModel(backend=engine, epochs=1).fit(*corners(), verbose=0)
        found.append(model.predict(corners()[0], "prob"))
    np.testing.assert_allclose(found[0], found[1], atol=2e-3)


def test_heat_maps_weight_the_last_features_by_what_they_mean_for_the_class(fitted):
    x, _ = corners(30, seed=4)
    found = fitted.explain(x, "left")
    assert found["maps"].shape == (30, SIDE, SIDE) and set(found["classes"]) == {"left"}
    assert found["maps"].min() >= 0 and found["maps"].max() <= 1
    network = fitted.network
    features = Model(network.inputs, last_map(network), backend=network.backend)
    values = np.asarray(features.predict(x[..., None].astype(np.float32)))
    kernel = network.get_named_weights()["outputs/kernel"]
    # Behind the map there is a mean and a dense layer: its gradients are the kernel's.
    heat = np.maximum(values @ kernel[:, 0], 0)
    heat /= np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-9)
    expected = resized_arrays(heat[..., None], (SIDE, SIDE), "stretch")[..., 0]
    np.testing.assert_allclose(found["maps"], expected, atol=1e-4)
    own = fitted.explain(x)
    assert own["classes"] == fitted.predict(x).tolist()
    np.testing.assert_allclose(own["predictions"], fitted.predict(x, "prob").max(axis=1), 1e-4)
    with pytest.raises(DataError, match="'classes' has 2 values, and there are 30"):
        fitted.explain(x, ["left", "right"])


def test_numbers_have_intervals_of_held_out_errors():
    set_random_seed(1)
    x, _ = corners(120)
    y = np.linspace(0, 50, 120)
    x = (x * np.linspace(0.1, 1, 120)[:, None, None]).astype(np.uint8)
    model = ImageModel(backend="torch", epochs=8, augment="none", validation=0.25)
    model.fit(x, y, verbose=0)
    assert model.scores["r_squared"] > 0.3
    found = model.predict(x, "interval", level=0.8)
    half = model.arrays["residuals"][int(np.ceil(31 * 0.8)) - 1]
    np.testing.assert_allclose(found[:, 2] - found[:, 0], half)
    np.testing.assert_allclose(found[:, 0], model.predict(x))
    whole = model.as_network().predict(x[..., np.newaxis].astype(np.float32))
    np.testing.assert_allclose(whole[:, 0], model.predict(x), rtol=1e-3)
    with pytest.warns(RdeepWarning, match="30 held-out images are too few"):
        assert np.isinf(model.predict(x[:2], "interval", level=0.99)[:, 1:]).all()
    without = ImageModel(backend="torch", epochs=1, validation=0).fit(x, y, verbose=0)
    assert without.scores == {}
    with pytest.raises(ArgumentError, match="no images were held out"):
        without.predict(x, "interval")


def base(channels=3, name="own_base", backend="torch"):
    inputs = Input((SIDE, SIDE, channels))
    x = layers.Conv2D(6, 3, strides=2, name="first")(inputs)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    return Model(inputs, x, name, backend)


def test_a_network_that_was_trained_before_is_frozen_and_then_fine_tuned(backend):
    own = base(backend=backend)
    before = own.get_named_weights()
    model = ImageModel(own, backend=backend, epochs=2, fine_tune_epochs=1, augment="none")
    assert model.stages == 2
    model.prepare(*corners())
    assert model.learned.channels == 3 and model.learned.image_size == (SIDE, SIDE)

    def inner():
        named = model.networks[0].get_named_weights()
        return {name.split("/", 1)[1]: v for name, v in named.items() if "own_base" in name}

    drive(model.session(0), 0)
    model.finish(0)
    frozen = inner()
    assert len(frozen) == len(before)
    for name, value in before.items():
        np.testing.assert_array_equal(frozen[name], value)
    drive(model.session(1), 0)
    model.finish(1)
    tuned = inner()
    assert not np.allclose(tuned["first/kernel"], before["first/kernel"])
    # Means stay those that it came with, in fine-tuning too; and the user's network is as it was.
    np.testing.assert_array_equal(
        tuned["batch_normalization/moving_mean"], before["batch_normalization/moving_mean"]
    )
    for name, value in own.get_named_weights().items():
        np.testing.assert_array_equal(value, before[name])
    model.finish_all()
    assert [len(history.epoch) for history in model.histories] == [2, 1]
    assert last_map(model.network).shape == (None, 5, 5, 6)


def test_ones_own_layers_are_put_before_the_outputs():
    x, y = corners(40)
    flat = [layers.Flatten(), layers.Dense(8, activation="relu")]
    model = ImageModel(flat, backend="torch", epochs=1).fit(x, y, verbose=0)
    assert model.stages == 1 and model.network.layers[-1].units == 2
    with pytest.raises(StateError, match="no feature map"):
        model.explain(x)
    with pytest.raises(ArgumentError, match="'freeze' is True"):
        ImageModel(flat, freeze=True, backend="torch").fit(x, y, verbose=0)
    with pytest.raises(ArgumentError, match="features"):
        ImageModel(layers.Reshape((-1, 1)), backend="torch").fit(x, y, verbose=0)
    with pytest.raises(ArgumentError, match="takes images of 12 x 12"):
        ImageModel(base(), image_size=20, backend="torch").fit(x, y, verbose=0)


def test_networks_that_keras_trained_are_known_by_their_names():
    known = {
        name: function.application
        for name, function in vars(applications).items()
        if hasattr(function, "application")
    }
    assert len(known) > 35
    for name, application in known.items():
        assert given_by_name(name) == (application.preprocessing or "none"), name
        if isinstance(application.model_name, str):
            assert given_by_name(application.model_name) == given_by_name(name)
    assert given_by_name("mobilenetv2_1.00_224") == "tf"
    assert preprocess_of(base(name="vgg16")) == "caffe"
    assert preprocess_of(base(name="mine")) == preprocess_of(None) == "standardize"
    # One that was made here prepares pixels itself.
    made = ImageModel(backend="torch", epochs=1).fit(*corners(20), verbose=0).network
    assert preprocess_of(Model(made.inputs, last_map(made), backend="torch")) == "none"
    with pytest.raises(ArgumentError, match="three channels"):
        ImageModel(preprocess="torch", backend="torch").fit(*corners(), verbose=0)


@pytest.mark.parametrize("mode", ["caffe", "torch", "tf", "none"])
def test_pixels_are_prepared_as_keras_does(mode):
    from rdeep.image.architecture import _preprocessed

    x = np.random.default_rng(1).uniform(0, 255, (2, 4, 4, 3)).astype(np.float32)
    inputs = Input((4, 4, 3))
    found = Model(inputs, _preprocessed(inputs, mode, (), ()) * 1.0, backend="torch").predict(x)
    imagenet = pytest.importorskip("keras").applications.imagenet_utils
    expected = x if mode == "none" else imagenet.preprocess_input(x.copy(), mode=mode)
    np.testing.assert_allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize(
    ("size", "last"), [((1, 1), 1), ((5, 40), 5), ((28, 28), 7), ((32, 32), 8), ((224, 160), 7)]
)
def test_the_network_follows_the_images(size, last):
    features = residual_features(Input((*size, 3)), size, 100)
    assert min(features.shape[1:3]) in (last, last - 1, last - 2, last + 1, last + 2, last + 3)
    wide = residual_features(Input((*size, 3)), size, 50_000)
    assert wide.shape[3] == 2 * features.shape[3]


def test_what_augment_takes():
    asked = ImageModel(augment={"flip": "both", "rotate": 5}).settings.augment
    assert asked == ImageAugmentation("both", 5.0)
    assert ImageModel().settings.augment is None
    assert not ImageModel(augment=False).settings.augment.changes
    for wrong, match in (({"flop": 1}, "'flop'"), ({"rotate": -1}, "'rotate'"), (3, "'augment'")):
        with pytest.raises(ArgumentError, match=match):
            ImageModel(augment=wrong)


def test_an_outcome_is_needed_and_has_two_classes():
    x, y = corners(20)
    model = ImageModel(backend="torch")
    with pytest.raises(DataError, match="Images need an outcome"):
        model.fit(x)
    with pytest.raises(DataError, match="one class only, 'a'"):
        model.fit(x, ["a"] * 20)
    with pytest.raises(DataError, match="'y' has 19 values, and there are 20 images"):
        model.fit(x, y[1:])
    with pytest.raises(DataError, match=r"1 of 20 images cannot be used: row 0: its outcome is m"):
        model.fit(x, [None, *y[1:]])
