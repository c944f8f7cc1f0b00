"""Folders of images: a folder for each class, or images alone."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

from rdeep.data.reading import shown
from rdeep.errors import DataError, RdeepWarning
from rdeep.ready import BadRows

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
# What systems put into folders of pictures by themselves.
_OF_SYSTEMS = ("thumbs.db", "desktop.ini")


@dataclass
class Listing:
    """The files of a folder.

    Attributes
    ----------
    paths : list of str
        The files, by class and by name.
    labels : list of str or None
        The class of each: the name of the folder that it is in.
    """

    paths: list[str]
    labels: list[str] | None


def listed_folder(folder: str, on_bad: str) -> Listing:
    """Return the images of a folder.

    Parameters
    ----------
    folder : str
        A folder that holds a folder for each class, or images.
    on_bad : {"fail", "drop"}
        Whether a class without images is an error, or left out with a warning.

    Raises
    ------
    DataError
        If there are no images, or images both in folders of classes and beside them.
    """
    others: list[str] = []
    beside = _images(folder, others, deep=False)
    classes = {
        entry.name: _images(entry.path, others, deep=True)
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)
        if entry.is_dir() and not entry.name.startswith(".")
    }
    found = sum(len(files) for files in classes.values())
    if others:
        _say_others(others)
    if beside and found:
        raise DataError(
            f"{shown(folder)} has folders of images, and {len(beside)} images beside them, such as "
            f"{shown(beside[0])}.",
            argument="x",
            hint="Put each image into the folder of its class, or give paths and classes.",
        )
    if not beside and not found:
        raise DataError(
            f"{shown(folder)} holds no images.",
            argument="x",
            hint=f"Images are files that end in {', '.join(ENDINGS)}.",
        )
    if beside:
        return Listing(beside, None)
    bad = BadRows(on_bad, "folders of classes")
    for number, (name, files) in enumerate(classes.items()):
        if not files:
            bad.add(number, "it holds no images", name)
    bad.kept(len(classes))
    paths = [path for files in classes.values() for path in files]
    labels = [name for name, files in classes.items() for _ in files]
    return Listing(paths, labels)


def _images(folder: str, others: list[str], deep: bool) -> list[str]:
    """Return the images of a folder in order, and add other files to `others`."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if deep and not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                found.append(path)
            elif not name.startswith(".") and name.lower() not in _OF_SYSTEMS:
                others.append(path)
    return found


def _say_others(others: list[str]) -> None:
    one = len(others) == 1
    names = ", ".join(shown(path) for path in others[:3])
    said = f"{len(others)} file{'' if one else 's'} in the folder {'is' if one else 'are'} no image"
    rest = "by its ending, and was left out" if one else "by their endings, and were left out"
    more = "" if len(others) <= 3 else ", ..."
    warnings.warn(RdeepWarning(f"{said} {rest}: {names}{more}."), stacklevel=4)
