"""What the benchmarks ran on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

PACKAGES = ("numpy", "torch", "tensorflow-cpu", "tensorflow", "keras", "skorch", "lightning")


def describe() -> Iterator[str]:
    """Describe the machine, but not whose it is."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    cores = len(os.sched_getaffinity(0))
    yield f"- Machine: {cpu_model()}, {cores} cores, {memory():.0f} GB; {system()}"
    yield f"- R {r_version()}, Python {platform.python_version()}"
    yield f"- {', '.join(versions)}"


def cpu_model() -> str:
    """Return the name of the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory() -> float:
    """Return the machine's memory in gigabytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def system() -> str:
    """Return the name of the operating system."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def r_version() -> str:
    """Return R's version, or that there is none."""
    try:
        asked = subprocess.run(
            ["Rscript", "-e", "cat(format(getRversion()))"], capture_output=True, text=True
        )
    except OSError:
        return "is not installed"
    return asked.stdout.strip()
