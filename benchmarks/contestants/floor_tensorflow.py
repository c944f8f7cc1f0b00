"""The least that TensorFlow can need: a whole epoch as one compiled function.

Layers are Keras's, called in a `tf.while_loop` over the epoch's batches, which are gathered by a
permutation. Whether XLA compiles it, and whether Adam is Keras's or TensorFlow's own kernel, is
found by measuring. A function is made for one size of data, as no library could.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from serving import serve
from workloads import Data, Workload

CHUNKS = (1_024, 8_192, 65_536, 262_144)


class FloorTensorFlow:
    """A hand-written loop."""

    def load(self) -> None:
        """Import TensorFlow, and Keras for its layers."""
        global tf, keras, keras_models
        import keras
        import keras_models
        import tensorflow as tf

    def build(self, workload: Workload, data: Data) -> None:
        """Make tensors and choose how to compile."""
        self._workload = workload
        self._rows = data.inputs[0]
        self._model = keras_models.build(workload, scores=True)
        self.note = ""
        if workload.kind != "train":
            self._choose_prediction()
            return
        self._tensors = [tf.constant(array) for array in (*data.inputs, data.target)]
        self._variables = [variable.value for variable in self._model.trainable_variables]
        self._forward, self._chunk = lambda x: self._model(x, training=False), workload.batch
        self._order = np.random.default_rng(1)
        if workload.rows <= workload.batch:
            self._epoch = lambda tensors, order: self._step(tensors, self._own_adam())
        else:
            self._epoch = self._choose()

    # Training -------------------------------------------------------------------------------

    def _loss(self, scores: Any, target: Any) -> Any:
        if self._workload.loss == "mse":
            return tf.reduce_mean(tf.square(scores - target))
        if self._workload.loss == "binary":
            losses = tf.nn.sigmoid_cross_entropy_with_logits(target, scores)
        else:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(target, scores)
        return tf.reduce_mean(losses)

    def _step(self, batch: list[Any], apply: Callable[[list[Any]], None]) -> Any:
        *inputs, target = batch
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self._variables)
            scores = self._model(inputs if len(inputs) > 1 else inputs[0], training=True)
            loss = self._loss(scores, target)
        apply([tf.convert_to_tensor(g) for g in tape.gradient(loss, self._variables)])
        return loss

    def _keras_adam(self) -> Callable[[list[Any]], None]:
        optimizer = keras.optimizers.Adam()
        variables = self._model.trainable_variables
        optimizer.build(variables)
        return lambda gradients: optimizer.apply(gradients, variables)

    def _own_adam(self) -> Callable[[list[Any]], None]:
        """Return an update by TensorFlow's own kernel, one operation for each variable."""
        variables = self._variables
        means = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        squares = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        powers = [tf.Variable(1.0), tf.Variable(1.0)]

        def apply(gradients: list[Any]) -> None:
            first = powers[0].assign(powers[0] * 0.9)
            second = powers[1].assign(powers[1] * 0.999)
            for variable, mean, square, gradient in zip(variables, means, squares, gradients):
                tf.raw_ops.ResourceApplyAdam(
                    var=variable.handle, m=mean.handle, v=square.handle, beta1_power=first,
                    beta2_power=second, lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7,
                    grad=gradient,
                )  # fmt: skip

        return apply

    def _compile(self, apply: Callable[[list[Any]], None], jit: bool, rows: int) -> Any:
        """Return a function of (tensors, order) that trains on an epoch of `rows`."""
        size = self._workload.batch
        full, tail = divmod(rows, size)

        def epoch(tensors: list[Any], order: Any) -> Any:
            def step(first: Any, count: int) -> Any:
                chosen = tf.slice(order, [first], [count])
                loss = self._step([tf.gather(tensor, chosen) for tensor in tensors], apply)
                return loss * count

            _, total = tf.while_loop(
                lambda i, total: i < full,
                lambda i, total: (i + 1, total + step(i * size, size)),
                (tf.constant(0), tf.constant(0.0)),
                parallel_iterations=1,
            )
            if tail:
                total += step(full * size, tail)
            return total / rows

        return tf.function(epoch, jit_compile=jit, autograph=False)

    def _choose(self) -> Any:
        """Return the function of an epoch that is made in the fastest way."""
        ways = {"Keras's Adam": self._keras_adam, "ResourceApplyAdam": self._own_adam}
        start = [variable.numpy() for variable in self._variables]
        # A step of a convolution takes long, and longer still by XLA.
        batches = 4 if len(self._workload.input_shape) == 3 else 40
        rows = min(len(self._rows), batches * self._workload.batch)
        tensors = [tensor[:rows] for tensor in self._tensors]
        order = self._permutation(rows)
        times: dict[tuple[str, bool], float] = {}
        for jit in (False, True):
            for name, way in ways.items():
                epoch = self._compile(way(), jit, rows)
                try:
                    epoch(tensors, order).numpy()
                except tf.errors.InvalidArgumentError:
                    # XLA knows no warping of images.
                    if not jit:
                        raise
                    continue
                for _ in range(3):
                    begun = time.perf_counter()
                    epoch(tensors, order).numpy()
                    took = time.perf_counter() - begun
                    times[name, jit] = min(took, times.get((name, jit), took))
                    # What is far behind needs no second chance.
                    if took > 3 * min(times.values()):
                        break
        name, jit = min(times, key=times.__getitem__)
        for variable, value in zip(self._variables, start):
            variable.assign(value)
        self.note = f"{name}, {'XLA' if jit else 'plain graph'}"
        return self._compile(ways[name](), jit, len(self._rows))

    def _permutation(self, rows: int) -> Any:
        return tf.constant(self._order.permutation(rows).astype(np.int32))

    def train(self) -> float:
        """Train for the workload's epochs."""
        for _ in range(self._workload.epochs):
            loss = self._epoch(self._tensors, self._permutation(len(self._rows)))
        return float(loss)

    # Prediction -----------------------------------------------------------------------------

    def _choose_prediction(self) -> None:
        signature = [tf.TensorSpec((None, *self._workload.input_shape))]
        call = lambda x: self._model(x, training=False)  # noqa: E731
        many = self._workload.kind == "predict"
        rows = min(300_000, len(self._rows))
        times: dict[tuple[bool, int], float] = {}
        for jit in (False, True):
            # XLA compiles for each size by itself; a signature would stop it from that.
            self._forward = tf.function(
                call, jit_compile=jit, autograph=False, input_signature=None if jit else signature
            )
            for self._chunk in CHUNKS if many else CHUNKS[:1]:
                work = (lambda: self.predict(rows)) if many else self._hundred
                work()
                begun = time.perf_counter()
                work()
                times[jit, self._chunk] = time.perf_counter() - begun
        jit, self._chunk = min(times, key=times.__getitem__)
        self._forward = tf.function(
            call, jit_compile=jit, autograph=False, input_signature=None if jit else signature
        )
        at_a_time = f"{self._chunk:,} rows at a time, " if many else ""
        self.note = at_a_time + ("XLA" if jit else "plain graph")
        if many:
            # The rest after the last full chunk has a size of its own, to be compiled now.
            self.predict(len(self._rows))

    def _hundred(self) -> None:
        for row in range(100):
            self.predict_one(row)

    def predict(self, rows: int) -> np.ndarray:
        """Predict the first rows."""
        starts = range(0, rows, self._chunk)
        parts = [self._rows[start : min(start + self._chunk, rows)] for start in starts]
        return np.concatenate([self._forward(tf.constant(part)).numpy() for part in parts])

    def predict_one(self, row: int) -> np.ndarray:
        """Predict one row."""
        return self._forward(tf.constant(self._rows[row : row + 1])).numpy()


if __name__ == "__main__":
    import os

    os.environ["KERAS_BACKEND"] = "tensorflow"
    serve(FloorTensorFlow())
