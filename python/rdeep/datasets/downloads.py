"""Files from the network, kept in a cache folder."""

from __future__ import annotations

import hashlib
import os
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rdeep.catalogue.options import Choice, checked
from rdeep.errors import ArgumentError, DataError
from rdeep.interrupts import interrupts
from rdeep.saving import disk

_TIMEOUT_S = 30
_BLOCK = 1 << 20


def cache_folder() -> Path:
    """Return the folder that downloads are kept in.

    `KERAS_HOME` names it, as for Keras; without it, it is `rdeep` in the user's cache folder.
    """
    if os.environ.get("KERAS_HOME"):
        return Path(os.environ["KERAS_HOME"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rdeep"


def get_file(
    fname: str | None = None,
    origin: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str = "auto",
    cache_dir: str | None = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file, downloaded where it is not in the cache yet.

    Parameters
    ----------
    fname : str, optional
        The file's name in the cache; an absolute path is taken as it stands. By default the last
        part of `origin`.
    origin : str
        The address.
    file_hash : str, optional
        The checksum that the file must have.
    cache_subdir : str
        The folder within the cache.
    hash_algorithm : {"auto", "sha256", "md5"}
        The kind of checksum; by default what its length says.
    extract : bool
        Whether to unpack an archive; then the folder is returned that it was unpacked to.
    archive_format : {"auto", "tar", "zip"}
        The kind of archive.
    cache_dir : str, optional
        The cache folder.
    force_download : bool
        Whether to download a file that is there.

    Raises
    ------
    DataError
        If the file can't be downloaded, or is not the one that was expected.

    Examples
    --------
    >>> path = get_file(origin="https://example.org/data.csv")  # doctest: +SKIP
    """
    algorithm = checked(Choice("auto", "sha256", "md5"), hash_algorithm, "hash_algorithm")
    kind = checked(Choice("auto", "tar", "zip"), archive_format, "archive_format")
    name = fname or (origin or "").rstrip("/").rsplit("/", 1)[-1]
    if not name:
        raise ArgumentError("One of 'fname' and 'origin' must be given.", argument="origin")
    folder = Path(cache_dir).expanduser() if cache_dir else cache_folder()
    target = folder / cache_subdir / Path(name).expanduser()
    good = target.is_file() and (file_hash is None or _has_hash(target, file_hash, algorithm))
    if force_download or not good:
        _download(origin, target, file_hash, algorithm)
    return str(_extracted(target, kind)) if extract else str(target)


def _download(origin: str | None, target: Path, file_hash: str | None, algorithm: str) -> None:
    hint = f"Without a network, put the file at '{target}'."
    if origin is None:
        raise DataError(
            f"There is no file '{target}', and no address to download it from.",
            argument="origin",
            hint=hint,
        )
    disk.make_folder(str(target.parent), "cache_dir")

    def fill(part: BinaryIO) -> None:
        for block in _received(origin, hint):
            part.write(block)
            interrupts.check()
        if file_hash is not None and not _is_whole(part, file_hash, algorithm):
            raise DataError(
                f"What was downloaded from {origin} is not what was expected: its checksum "
                "differs.",
                argument="file_hash",
                received=file_hash,
            )

    disk.replace_file(target, fill, "cache_dir")


def _received(origin: str, hint: str) -> Iterator[bytes]:
    """Give what an address sends."""
    try:
        with urllib.request.urlopen(origin, timeout=_TIMEOUT_S) as response:
            while block := response.read(_BLOCK):
                yield block
    except (OSError, ValueError) as error:
        raise DataError(
            f"{origin} could not be downloaded: {error}",
            argument="origin",
            received=origin,
            expected="a network connection, or a local copy",
            hint=hint,
        ) from error


def _has_hash(path: Path, file_hash: str, algorithm: str) -> bool:
    with path.open("rb") as source:
        return _is_whole(source, file_hash, algorithm)


def _is_whole(source: BinaryIO, file_hash: str, algorithm: str) -> bool:
    long = len(file_hash) == 64
    kind = algorithm if algorithm != "auto" else ("sha256" if long else "md5")
    digest = hashlib.new(kind, usedforsecurity=False)
    source.seek(0)
    while block := source.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest() == file_hash


def _extracted(path: Path, kind: str) -> Path:
    """Unpack an archive beside itself, once."""
    folder = path.with_name(path.name + "_extracted")
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory(dir=path.parent) as hidden:
        # Renamed when it is whole: a folder of that name is taken for all of the archive.
        aside = os.path.join(hidden, "files")
        os.mkdir(aside)
        if kind in ("auto", "tar") and tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                _unpack(archive, aside)
        elif kind in ("auto", "zip") and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(aside)
        else:
            raise DataError(f"'{path}' is no archive that can be unpacked.", argument="extract")
        os.rename(aside, folder)
    return folder


def _unpack(archive: tarfile.TarFile, folder: str) -> None:
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    for member in archive.getmembers():
        # Older versions of Python would write wherever the archive says.
        inside = not os.path.isabs(member.name) and ".." not in Path(member.name).parts
        if inside and (member.isfile() or member.isdir()):
            archive.extract(member, folder)
