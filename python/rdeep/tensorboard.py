"""Starting TensorBoard, a program that shows the logs of trainings in a browser."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys

from rdeep.errors import DependencyError, install_command

_running: list[subprocess.Popen[bytes]] = []


def start_tensorboard(
    log_dir: str,
    host: str = "127.0.0.1",
    port: int | None = None,
    reload_interval: float = 5.0,
    purge_orphaned_data: bool = True,
) -> str:
    """Start TensorBoard and return its address.

    Parameters
    ----------
    log_dir : str
        The folder of the logs.
    host : str
        Where to listen.
    port : int, optional
        The port; by default one that is free.
    reload_interval : float
        How often to look for new logs, in seconds.
    purge_orphaned_data : bool
        Whether to leave out logs of a training that was begun anew.

    Raises
    ------
    DependencyError
        If TensorBoard is not installed.

    Examples
    --------
    >>> start_tensorboard("logs")  # doctest: +SKIP
    'http://127.0.0.1:6006'
    """
    if importlib.util.find_spec("tensorboard") is None:
        raise DependencyError(
            "TensorBoard is not installed.",
            expected="tensorboard",
            hint=f"Install it: {install_command('tensorboard')}.",
        )
    chosen = _free_port(host) if port is None else port
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", log_dir, "--host", host]
    command += ["--port", str(chosen), "--reload_interval", str(reload_interval)]
    command += ["--purge_orphaned_data", str(purge_orphaned_data).lower()]
    quiet = subprocess.DEVNULL
    _running.append(subprocess.Popen(command, stdout=quiet, stderr=quiet, stdin=quiet))
    return f"http://{host}:{chosen}"


def stop_tensorboard() -> int:
    """End what `start_tensorboard` began, and return how many there were."""
    stopped = len(_running)
    while _running:
        process = _running.pop()
        process.terminate()
        process.wait()
    return stopped


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
