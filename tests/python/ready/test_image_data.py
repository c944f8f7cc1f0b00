"""Images as users have them: files of all kinds, folders, arrays; and those that are damaged."""

import numpy as np
import pytest

from rdeep.errors import DataError, RdeepWarning, ShapeError
from rdeep.image import ImageModel
from rdeep.image.arrays import ArrayPictures
from rdeep.image.files import FilePictures
from rdeep.image.pictures import as_pictures, common_channels
from rdeep.image.resizing import chosen_size, inner, resized_arrays, resized_picture, window
from rdeep.image.training_set import read_training_set
from rdeep.ready import BadRows

Image = pytest.importorskip("PIL.Image")


def pixels_of(pictures, size, channels, way="crop"):
    bad = BadRows("fail", "images")
    pictures.look(bad)
    found = pictures.pixels(np.arange(len(pictures)), size, channels, way, bad)
    bad.kept(len(pictures))
    return found


def read(x, y, on_bad="fail", size=None):
    return read_training_set(x, y, None, None, on_bad, size, None, "crop", 0.2)


def test_files_of_all_kinds_are_read_as_what_they_show(tmp_path):
    colour = Image.new("RGB", (6, 4), (200, 100, 50))
    colour.save(tmp_path / "a.png")
    colour.convert("P").save(tmp_path / "palette.png")
    colour.convert("CMYK").save(tmp_path / "cmyk.tif")
    Image.new("RGBA", (6, 4), (200, 100, 50, 0)).save(tmp_path / "clear.png")
    Image.new("LA", (6, 4), (0, 0)).save(tmp_path / "grey_clear.png")
    Image.fromarray(np.full((4, 6), 25700, np.uint16)).save(tmp_path / "deep.png")
    Image.new("1", (6, 4), 1).save(tmp_path / "bits.png")
    Image.new("L", (6, 4), 77).save(tmp_path / "grey.gif")
    expected = {
        "a.png": (200, 100, 50),
        "palette.png": (204, 102, 51),
        "cmyk.tif": (200, 100, 50),
        "clear.png": (255, 255, 255),
        "grey_clear.png": (255, 255, 255),
        "deep.png": (100, 100, 100),
        "bits.png": (255, 255, 255),
        "grey.gif": (77, 77, 77),
    }
    found = pixels_of(FilePictures([str(tmp_path / name) for name in expected]), (4, 6), 3)
    for image, (name, colours) in zip(found, expected.items()):
        difference = np.abs(image.astype(int) - np.array(colours)).max()
        assert difference <= (60 if name == "palette.png" else 1), name
    deep = FilePictures([str(tmp_path / "deep.png"), str(tmp_path / "bits.png")])
    assert pixels_of(deep, (4, 6), 1)[:, 0, 0, 0].tolist() == [100, 255]
    assert common_channels(deep.shapes) == 1


def test_photographs_are_turned_as_the_camera_says(tmp_path):
    image = Image.new("RGB", (8, 4), (0, 0, 0))
    image.paste((255, 255, 255), (0, 0, 4, 4))
    exif = Image.Exif()
    exif[274] = 6
    image.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    pictures = FilePictures([str(tmp_path / "turned.jpg")])
    found = pixels_of(pictures, (8, 4), 3)
    assert pictures.shapes == [(8, 4, 3)] and pictures.photographs == 1
    assert found[0, 0].min() > 200 and found[0, -1].max() < 50


def damaged(folder):
    """Return files that cannot be used, with what is said of each."""
    noise = np.random.default_rng(1).integers(0, 255, (40, 40, 3)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "whole.png")
    content = (folder / "whole.png").read_bytes()
    (folder / "cut.png").write_bytes(content[: len(content) // 2])
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.png").write_text("no image")
    Image.fromarray(np.zeros((4, 4), np.float32)).save(folder / "float.tif")
    return {
        "cut.png": "pixels cannot be read",
        "empty.png": "the file is empty",
        "text.png": "cannot be read as an image",
        "gone.png": "no such file",
        "float.tif": "floating-point",
    }


def test_files_that_cannot_be_used_are_named_or_counted(tmp_path):
    reasons = damaged(tmp_path)
    good = str(tmp_path / "whole.png")
    paths = [good, *(str(tmp_path / name) for name in reasons), None, good]
    y = ["a", *"abaab", "b", "b"]
    y = y[: len(paths)]
    with pytest.raises(DataError) as caught:
        read(paths, y)
    said = str(caught.value)
    assert f"6 of {len(paths)} images cannot be used: row 1" in said and "and 1 more" in said
    for name, reason in reasons.items():
        assert name in said and reason in said
    with pytest.warns(RdeepWarning, match=r"6 of 8 images were left out: row 1 \("):
        data = read(paths, y, "drop")
    assert data.images.shape == (2, 40, 40, 3) and data.outcome.levels == ("a", "b")
    with pytest.raises(DataError, match="cannot be used"):
        read(paths[1:3], ["a", "b"], "drop")


def test_new_images_that_cannot_be_used_have_no_prediction(tmp_path):
    reasons = damaged(tmp_path)
    good = str(tmp_path / "whole.png")
    x = np.random.default_rng(1).uniform(size=(24, 8, 8, 3))
    model = ImageModel(backend="torch", epochs=1).fit(x, ["a", "b"] * 12, verbose=0)
    paths = [good, *(str(tmp_path / name) for name in reasons)]
    with pytest.raises(DataError, match="5 of 6 images cannot be used: row 1"):
        model.predict(paths)
    with pytest.warns(RdeepWarning, match="5 of 6 images were left out"):
        found = model.predict(paths, "prob", on_bad="drop")
    assert np.isnan(found[1:]).all() and not np.isnan(found[0]).any()
    with pytest.warns(RdeepWarning):
        assert model.predict(paths, on_bad="drop").tolist()[1:] == [None] * 5
    assert model.learned.scale == 1
    with pytest.raises(DataError, match="fitted to pixels from 0 to 1"):
        model.predict(x * 255)


def test_a_folder_has_a_folder_for_each_class(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name / "deeper").mkdir(parents=True)
        Image.new("L", (5, 5)).save(tmp_path / name / "2.PNG")
        Image.new("L", (5, 5)).save(tmp_path / name / "deeper" / "1.png")
    (tmp_path / "a" / ".DS_Store").write_bytes(b"x")
    pictures, labels = as_pictures(tmp_path, "fail")
    assert labels == ["a", "a", "b", "b"] and len(pictures) == 4
    with pytest.raises(DataError, match="no 'y' beside it"):
        read(tmp_path, ["a"] * 4)
    (tmp_path / "a" / "notes.txt").write_text("x")
    with pytest.warns(RdeepWarning, match=r"1 file in the folder is no image by its ending.*notes"):
        as_pictures(tmp_path, "fail")
    (tmp_path / "a" / "notes.txt").unlink()
    (tmp_path / "c").mkdir()
    with pytest.raises(DataError, match=r"1 of 3 folders of classes cannot be used.*'c'"):
        as_pictures(tmp_path, "fail")
    with pytest.warns(RdeepWarning, match="1 of 3 folders of classes was left out"):
        assert as_pictures(tmp_path, "drop")[1] == labels
    Image.new("L", (5, 5)).save(tmp_path / "beside.png")
    with pytest.raises(DataError, match="1 images beside"):
        as_pictures(tmp_path, "drop")
    with pytest.raises(DataError, match="holds no images"):
        as_pictures(tmp_path / "c", "fail")
    assert len(as_pictures(tmp_path / "b" / "deeper", "fail")[0]) == 1


def test_white_in_arrays_is_the_smallest_that_no_pixel_is_above():
    x = np.random.default_rng(1).uniform(size=(3, 4, 5))
    for high, scale in ((1, 1), (255, 255), (65535, 65535)):
        pictures = ArrayPictures(x * high)
        np.testing.assert_allclose(pixels_of(pictures, (4, 5), 1)[..., 0], x * 255, rtol=1e-5)
        assert pictures.scale == scale
    whole = pixels_of(ArrayPictures(np.full((2, 3, 3), 200.0)), (3, 3), 1)
    assert whole.dtype == np.uint8 and whole.max() == 200
    for wrong, match in ((-x, "below zero"), (x * 1e6, "values up to")):
        with pytest.raises(DataError, match=match):
            pixels_of(ArrayPictures(wrong), (4, 5), 1)
    with pytest.raises(ShapeError, match=r"\(n, height, width\)"):
        ArrayPictures(x[0])
    with pytest.raises(DataError, match="must hold numbers"):
        ArrayPictures(x.astype(complex))
    for nothing in ([], np.zeros((0, 3, 3))):
        with pytest.raises(DataError, match=r"no images|no pixels"):
            read(nothing, [])
    for wrong in (3, {"a": 1}):
        with pytest.raises(DataError, match="must be a folder, files"):
            as_pictures(wrong, "fail")


def test_arrays_may_have_several_sizes_and_bad_ones_are_named():
    g = np.random.default_rng(1)
    sizes = [(6, 8), (12, 16), (6, 8, 3), (9, 12, 4)]
    images = [g.uniform(size=size) for size in sizes] * 3
    data = read(images, ["a", "b"] * 6)
    assert data.images.shape == (12, 7, 10, 3)  # the medians
    assert data.images.dtype == np.float32 and data.images.max() <= 255.001
    gap = images[0].copy()
    gap[0, 0] = np.nan
    bad = [None, gap, np.zeros((2, 2, 2, 2)), np.array(["a"]), np.zeros((0, 3))]
    with pytest.raises(DataError) as caught:
        read([*images, *bad], ["a", "b"] * 8 + ["a"])
    for reason in ("it is missing", "infinite", r"\(height, width, ch", "numbers", "no pixels"):
        assert caught.match(reason)
    with pytest.raises(DataError, match=r"it has 7 channels, and the model takes 3"):
        read([*images, np.zeros((4, 4, 7))], ["a", "b"] * 6 + ["a"])
    x = g.uniform(size=(4, 5, 5))
    x[2, 0, 0] = np.inf
    with pytest.raises(DataError, match="1 of 4 images cannot be used: row 2"):
        read(x, ["a", "b"] * 2)


def test_one_rule_of_resizing_for_files_and_arrays():
    x = np.random.default_rng(1).integers(0, 256, (21, 30, 3)).astype(np.uint8)
    for target in ((10, 10), (40, 20), (21, 30), (7, 29)):
        for way in ("crop", "pad", "stretch"):
            of_file = resized_picture(Image.fromarray(x), target, way)
            of_array = resized_arrays(x[np.newaxis], target, way)[0]
            assert of_file.shape == of_array.shape == (*target, 3)
            assert np.abs(of_file - of_array.astype(float)).max() < 1.6, (target, way)
    assert window((20, 40), (10, 10), "crop") == (0, 10, 20, 20)
    assert inner((20, 40), (10, 10), "pad") == (2, 0, 5, 10)
    assert chosen_size([(28, 28)] * 3) == (28, 28)
    assert chosen_size([(100, 50), (300, 150), (500, 250)]) == (128, 64)
