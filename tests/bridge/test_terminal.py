"""What a user of R sees: R runs in a pseudo-terminal, and the screen is looked at."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

_PROMPT = re.compile(r"(^|[\r\n])(> |\+ )$")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07")


class Screen:
    """The lines of a terminal, and what stood on each before it was drawn over."""

    def __init__(self, columns):
        self.columns = columns
        self.lines = [""]
        self.overwritten = []
        self.place = 0

    def feed(self, text):
        for sign in _ESCAPE.sub("", text):
            if sign == "\r":
                self.overwritten.append(self.lines[-1].rstrip())
                self.place = 0
            elif sign == "\n":
                self._new_line()
            elif sign == "\b":
                self.place = max(0, self.place - 1)
            elif sign >= " ":
                if self.place == self.columns:
                    self._new_line()
                line = self.lines[-1].ljust(self.place)
                self.lines[-1] = line[: self.place] + sign + line[self.place + 1 :]
                self.place += 1

    def _new_line(self):
        self.lines.append("")
        self.place = 0

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def bars(self):
        return [line for line in self.overwritten if re.search(r"[■□=-]{4}.*%", line)]


def in_terminal(lines, columns=80, timeout=100, **environment):
    """Type lines into an interactive R, and return the screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(
            {"TERM": "xterm-256color", "COLUMNS": str(columns), "LC_ALL": "C.UTF-8", **environment}
        )
        os.execvp("R", ["R", "--no-save", "--no-readline", "--quiet", "--interactive"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    screen, seen = Screen(columns), ""
    decoder = codecs.getincrementaldecoder("utf8")("replace")
    waiting, deadline = [*lines, 'q("no")'], time.monotonic() + timeout
    try:
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    text = decoder.decode(os.read(terminal, 65536))
                except OSError:
                    return screen
                screen.feed(text)
                seen = (seen + text)[-100:]
            elif waiting and _PROMPT.search(_ESCAPE.sub("", seen).replace("\r\n", "\n")):
                os.write(terminal, (waiting.pop(0) + "\n").encode())
        os.kill(child, signal.SIGKILL)
        raise AssertionError(f"R did not end in {timeout} s:\n{screen.text}")
    finally:
        os.waitpid(child, 0)
        os.close(terminal)


_MODEL = [
    "library(rdeep)",
    "set_random_seed(1)",
    "x <- matrix(rnorm(8000), ncol = 4); y <- as.numeric(x[, 1] > 0)",
    "net <- keras_model_sequential(input_shape = 4) |> layer_dense(1, activation = 'sigmoid')",
    "compile(net, loss = 'binary_crossentropy', metrics = c('accuracy', 'mae'))",
]


def _check(screen):
    """Check that nothing failed, and that no bar is left on the screen."""
    assert not re.search(r"Error|Could not|not found|Warning", screen.text), screen.text
    assert not re.search(r"[■□]|={4}|\d%| ETA ", screen.text), screen.text
    assert all(len(line) < screen.columns for line in screen.bars)


_EVERYTHING = [
    *_MODEL,
    "options(cli.progress_show_after = 0, warn = 2)",
    "h <- fit(net, x, y, epochs = 2, batch_size = 2, validation_split = 0.1)",
    "batches <- function() list(x, y)",
    "h <- fit(net, batches, epochs = 1, steps_per_epoch = 3)",
    "h <- fit(net, x, y, batch_size = 2, verbose = 0)",
    "h <- fit(net, x, y, batch_size = 2, verbose = 2)",
    "show <- function(batch, logs) if (batch %% 100 == 0) cat('batch', batch, '\\n')",
    "h <- fit(net, x, y, batch_size = 4, callbacks = callback_lambda(on_train_batch_end = show))",
    "h; net; summary(net); layer_dense(units = 1); layer_input(3)",
    "m <- deep_tabular(mpg ~ wt, data = mtcars, members = 2, epochs = 400)",
    "m; summary(m)",
    "small <- deep_tabular(mpg ~ wt, data = mtcars, members = 1, epochs = 2, verbose = 0)",
    "e <- marginal_effects(small, se = 'bootstrap', replicates = 2)",
    "v <- evaluate(net, x, y); p <- predict(net, x); lr_finder(net, x, y, steps = 10)",
    "rdeep_sitrep()",
]


@pytest.mark.parametrize(
    ("engine", "columns", "locale"), [("torch", 30, "C"), ("tensorflow", 200, "C.UTF-8")]
)
def test_bars_are_drawn_and_leave_nothing(engine, columns, locale):
    narrow = locale == "C"
    colours = {"NO_COLOR": "1"} if narrow else {}
    screen = in_terminal(_EVERYTHING, columns, LC_ALL=locale, RDEEP_BACKEND=engine, **colours)
    _check(screen)
    for line in ("Epoch 1/2", "Epoch 2/2", "Network 2/2", "Learning rates from"):
        assert re.search(rf"^{line}", screen.text, re.MULTILINE), screen.text
    assert re.search(r"^batch 100$", screen.text, re.MULTILINE), screen.text
    # The first epoch's time is that of the epoch.
    assert "(0.0 s)" not in screen.text.split("Epoch 2/2")[0], screen.text
    titles = {re.match(r"Epoch \d|Network|Resample", bar)[0] for bar in screen.bars}
    assert titles >= {"Epoch 1", "Network", "Resample"}, screen.overwritten
    assert ("loss" in "".join(screen.bars)) != narrow
    assert any(("===" if narrow else "■■■") in bar for bar in screen.bars)
    if narrow:
        assert screen.text.isascii() and "<U+" not in screen.text, screen.text


def test_bars_are_drawn_late_and_a_message_or_an_error_takes_their_place():
    slow = "function(batch, logs) Sys.sleep(0.01)"
    bad = "function(batch, logs) { Sys.sleep(0.01); if (batch == 250) stop('oh dear') }"
    telling = "function(batch, logs) { Sys.sleep(0.01); if (batch == 150) message('half way') }"
    screen = in_terminal(
        [
            *_MODEL,
            *(
                f"h <- fit(net, x, y, batch_size = 8, callbacks = "
                f"callback_lambda(on_train_batch_end = {callback}))"
                for callback in (slow, bad, telling)
            ),
        ],
        RDEEP_BACKEND="torch",
    )
    assert screen.bars, screen.text
    assert re.search(r"^Error in `?fit", screen.text, re.MULTILINE), screen.text
    assert re.search(r"^half way$", screen.text, re.MULTILINE), screen.text
    assert not re.search(r"[■□]", screen.text), screen.text


def test_a_script_in_a_pipe_gets_lines_only():
    script = "\n".join(
        [
            *_MODEL,
            "options(cli.progress_show_after = 0)",
            "for (level in 0:2) h <- fit(net, x, y, epochs = 2, batch_size = 2, verbose = level)",
            "t <- deep_tabular(mpg ~ wt, data = mtcars, members = 1, epochs = 300, verbose = 1)",
        ]
    )
    ended = subprocess.run(
        ["Rscript", "-e", script],
        capture_output=True,
        text=True,
        env={**os.environ, "RDEEP_BACKEND": "torch"},
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert "\r" not in ended.stdout and "\x1b" not in ended.stdout
    lines = ended.stdout.splitlines()
    assert [line[:9] for line in lines[:4]] == ["Epoch 1/2", "Epoch 2/2"] * 2
    assert len(lines) == 5 and re.match(r"\d+ epochs", lines[4])
