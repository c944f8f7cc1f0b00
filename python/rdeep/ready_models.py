"""The kinds of ready-made models, and reading one from a file."""

from __future__ import annotations

from collections.abc import Callable

from rdeep.errors import ArgumentError, listing, show
from rdeep.ready import ReadyModel
from rdeep.ready.reading import read


def _detect() -> type[ReadyModel]:
    from rdeep.detection import DetectionModel

    return DetectionModel


def _image() -> type[ReadyModel]:
    from rdeep.image import ImageModel

    return ImageModel


def _multimodal() -> type[ReadyModel]:
    from rdeep.multimodal import MultimodalModel

    return MultimodalModel


def _segment() -> type[ReadyModel]:
    from rdeep.segmentation import SegmentationModel

    return SegmentationModel


def _series() -> type[ReadyModel]:
    from rdeep.series import SeriesModel

    return SeriesModel


def _speech() -> type[ReadyModel]:
    from rdeep.speech import SpeechModel

    return SpeechModel


def _svm() -> type[ReadyModel]:
    from rdeep.svm import SVMModel

    return SVMModel


def _text() -> type[ReadyModel]:
    from rdeep.text import TextModel

    return TextModel


# A kind is imported when it is first asked for.
_CLASSES: dict[str, Callable[[], type[ReadyModel]]] = {
    "detect": _detect,
    "image": _image,
    "multimodal": _multimodal,
    "segment": _segment,
    "series": _series,
    "speech": _speech,
    "svm": _svm,
    "text": _text,
}


def ready_class(kind: str) -> type[ReadyModel]:
    """Return the class of a kind of ready-made models.

    Parameters
    ----------
    kind : str
        Such as `"image"`.

    Raises
    ------
    ArgumentError
        If there is no such kind.
    """
    if kind not in _CLASSES:
        raise ArgumentError(
            f"There is no kind of model {show(kind)}: it is one of {listing(_CLASSES)}.",
            argument="kind",
            received=kind,
        )
    return _CLASSES[kind]()


def load_ready(filepath: str, backend: str | None = None, device: str | None = None) -> ReadyModel:
    """Read a ready-made model of images, series, text, speech or tables from its file.

    Parameters
    ----------
    filepath : str
        The file that its `save` wrote.
    backend : {"torch", "tensorflow", "numpy"}, optional
        The engine to run on; by default the one it was saved from, or else the one that is
        installed. Where no engine is installed, NumPy predicts.
    device : str, optional
        The device there.

    Raises
    ------
    FileError
        If it is not there, or not such a file.
    """
    known = lambda kind: ready_class(kind) if kind in _CLASSES else None  # noqa: E731
    return read(filepath, known, backend, device)
