"""Training in phases gives what loops by hand give, and goes on from files bit by bit."""

from __future__ import annotations

import pickle
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import rdeep
from rdeep import Model, Phase, Sequential, ops, random
from rdeep.errors import ArgumentError, BackendError, ShapeError, StateError
from rdeep.layers import BatchNormalization, Dense, Dropout
from rdeep.losses import BinaryCrossentropy
from rdeep.optimizers import SGD, Adam, LossScaleOptimizer
from rdeep.schedules import PiecewiseConstantDecay

LOSS = BinaryCrossentropy(from_logits=True)
RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(48, 2)).astype("float32")
NOISE = RNG.normal(size=(48, 3)).astype("float32")
SHARE = RNG.uniform(size=(48, 1)).astype("float32")
DATA = {"real": REAL, "noise": NOISE, "share": SHARE}


def networks(backend, dropout=False):
    middle = [Dropout(0.3)] if dropout else [BatchNormalization()]
    made = [Dense(6, "relu"), *middle, Dense(2)]
    generator = Sequential(made, input_shape=(3,), backend=backend, seed=1)
    judged = [Dense(6, "tanh"), Dense(1)]
    return generator, Sequential(judged, input_shape=(2,), backend=backend, seed=2)


def gan(backend, drawn=False, every=1, steps=1, **options):
    generator, discriminator = networks(backend, dropout=drawn)

    def made(batch):
        if drawn:
            return generator(random.normal((ops.shape(batch)[0], 3)))
        return generator(batch["noise"])

    def of_discriminator(batch):
        real = discriminator(batch if drawn else batch["real"])
        fake = discriminator(made(batch))
        loss = LOSS(ops.ones_like(real), real) + LOSS(ops.zeros_like(fake), fake)
        return {"right": ops.mean(ops.cast(real > 0, "float32")), "loss": loss}

    def of_generator(batch):
        fake = discriminator(made(batch))
        return LOSS(ops.ones_like(fake), fake)

    model = Sequential([generator, discriminator], backend=backend)
    model.compile(
        phases=[
            Phase("d", discriminator, Adam(2e-3, 0.5), of_discriminator, steps=steps),
            Phase("g", generator, Adam(1e-3, 0.5), of_generator, every=every),
        ],
        **options,
    )
    return model, generator, discriminator


def by_hand(losses, rates, epochs=2, size=16, every=(1, 1), betas=(0.5, 0.999)):
    """Train on torch as one writes it; return the losses of each epoch and the weights."""
    generator, discriminator = (each.native.train() for each in networks("torch"))
    modules = {"d": discriminator, "g": generator}
    optimizers = [
        torch.optim.Adam(modules[name].parameters(), rate, betas, eps=1e-7)
        for name, rate in zip(losses, rates)
    ]
    history = {name: [] for name in losses}
    step = 0
    for _ in range(epochs):
        sums, counts = dict.fromkeys(losses, 0.0), dict.fromkeys(losses, 0)
        for at in range(0, len(REAL), size):
            batch = {n: torch.from_numpy(v[at : at + size]) for n, v in DATA.items()}
            for (name, loss), optimizer, each in zip(losses.items(), optimizers, every):
                if step % each:
                    continue
                value = loss(generator, discriminator, batch)
                for module in modules.values():
                    module.zero_grad()
                value.backward()
                optimizer.step()
                sums[name] += float(value.detach())
                counts[name] += 1
            step += 1
        for name in losses:
            history[name].append(sums[name] / counts[name])
    tensors = [*generator.state_dict().values(), *discriminator.state_dict().values()]
    return history, [t.numpy() for t in tensors if t.ndim]


def judged(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def d_loss(g, d, batch):
    return judged(d(batch["real"]), 1.0) + judged(d(g(batch["noise"])), 0.0)


def g_loss(g, d, batch):
    return judged(d(g(batch["noise"])), 1.0)


def same_weights(model, wanted):
    found = sorted(model.get_weights(), key=lambda w: (w.size, float(np.abs(w).sum())))
    wanted = [w.T if w.ndim == 2 else w for w in wanted]
    wanted = sorted(wanted, key=lambda w: (w.size, float(np.abs(w).sum())))
    for mine, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize("every", [1, 2])
def test_a_gan_is_trained_as_by_hand(backend, every):
    model, generator, _ = gan(backend, every=every)
    history = model.fit(DATA, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    wanted, weights = by_hand({"d": d_loss, "g": g_loss}, (2e-3, 1e-3), every=(1, every))
    assert list(history) == ["d_loss", "d_right", "g_loss"]
    np.testing.assert_allclose(history["d_loss"], wanted["d"], rtol=1e-4)
    np.testing.assert_allclose(history["g_loss"], wanted["g"], rtol=1e-4)
    same_weights(model, weights)
    # The networks that the phases are of have the same weights.
    np.testing.assert_array_equal(generator.get_weights()[0], model.get_weights()[0])


def test_a_wasserstein_gan_with_gradient_penalty_is_trained_as_by_hand(backend):
    generator, critic = networks(backend)

    def penalty(real, fake, share):
        mixed = real * share + fake * (1 - share)
        slope = ops.gradients(critic(mixed), mixed)
        return ops.mean((ops.sqrt(ops.sum(slope**2, axis=1) + 1e-12) - 1) ** 2)

    def of_critic(batch):
        real, fake = batch["real"], generator(batch["noise"])
        added = 10 * penalty(real, fake, batch["share"])
        return ops.mean(critic(fake)) - ops.mean(critic(real)) + added

    model = Sequential([generator, critic], backend=backend)
    model.compile(
        phases=[
            Phase("d", critic, Adam(2e-3, 0.5), of_critic),
            Phase(
                "g", generator, Adam(1e-3, 0.5), lambda b: -ops.mean(critic(generator(b["noise"])))
            ),
        ]
    )
    history = model.fit(DATA, batch_size=16, epochs=2, shuffle=False, verbose=0).history

    def d(g, d, batch):
        real, fake = batch["real"], g(batch["noise"])
        mixed = (real * batch["share"] + fake * (1 - batch["share"])).detach().requires_grad_()
        (slope,) = torch.autograd.grad(d(mixed).sum(), mixed, create_graph=True)
        added = ((slope.square().sum(1) + 1e-12).sqrt() - 1).square().mean()
        return d(fake).mean() - d(real).mean() + 10 * added

    wanted, weights = by_hand(
        {"d": d, "g": lambda g, d, batch: -d(g(batch["noise"])).mean()}, (2e-3, 1e-3)
    )
    np.testing.assert_allclose(history["d_loss"], wanted["d"], rtol=1e-3)
    np.testing.assert_allclose(history["g_loss"], wanted["g"], rtol=1e-3, atol=1e-5)
    same_weights(model, weights)


def test_engines_draw_the_same_and_a_seed_repeats_it():
    found = {}
    for name in ("torch", "tensorflow", "torch again"):
        rdeep.set_random_seed(4)
        model, _, _ = gan(name.split()[0], drawn=True, steps=2, every=2)
        found[name] = model.fit(REAL, epochs=2, verbose=0, validation_split=0.25).history
    assert found["torch"] == found["torch again"]
    for log, values in found["torch"].items():
        np.testing.assert_allclose(values, found["tensorflow"][log], rtol=1e-4, err_msg=log)


WAYS = [("torch", "file"), ("torch", "copy"), ("torch", "pickle"), ("tensorflow", "file")]


@pytest.mark.parametrize(("backend", "how"), WAYS)
def test_training_goes_on_bit_by_bit(backend, how, tmp_path):
    rdeep.set_random_seed(5)
    whole, _, _ = gan(backend, drawn=True, every=2)
    whole.fit(REAL, epochs=3, batch_size=16, verbose=0)
    rdeep.set_random_seed(5)
    half, _, _ = gan(backend, drawn=True, every=2)
    half.fit(REAL, epochs=1, batch_size=16, verbose=0)
    if how == "file":
        half.save(str(tmp_path / "gan.rdeep"))
        half = rdeep.load_model(str(tmp_path / "gan.rdeep"))
    else:
        half = half.copy() if how == "copy" else pickle.loads(pickle.dumps(half))
    half.fit(REAL, epochs=3, initial_epoch=1, batch_size=16, verbose=0)
    for mine, theirs in zip(half.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(StateError, match="come from a file or a copy"):
        half.fit([REAL, REAL], verbose=0)


def test_a_class_without_call_keeps_its_networks(backend):
    class Gan(Model):
        def __init__(self):
            super().__init__(backend=backend, seed=3)
            self.maker, self.judge = networks(backend)

    model = Gan()
    model.compile(
        phases=[Phase("judge", model.judge, SGD(0.1), lambda x: ops.mean(model.judge(x) ** 2))]
    )
    first = model.evaluate(REAL)["judge_loss"]
    model.fit(REAL, epochs=3, verbose=0)
    assert model.evaluate(REAL)["judge_loss"] < first
    assert "judge/dense/kernel" in model.get_named_weights()
    stream = model.fit(iter([REAL, REAL]), verbose=0).history
    assert list(stream) == ["judge_loss"]


def test_targets_rates_and_schedules(backend):
    _, judge = networks(backend)
    model = Sequential([judge], backend=backend)
    last, first = judge.layers[-1], judge.layers[-2]
    schedule = PiecewiseConstantDecay([2], [0.1, 0.0])
    model.compile(
        phases=[
            Phase("a", last, SGD(0.2), lambda x, y: ops.mean((judge(x) - y) ** 2)),
            Phase("b", first, SGD(schedule), lambda x, y: ops.mean((judge(x) - y) ** 2)),
        ]
    )
    y = REAL.sum(1, keepdims=True)
    model.fit(REAL, y, batch_size=16, verbose=0)
    frozen = judge.get_weights()
    model.fit(REAL, y, batch_size=16, verbose=0)
    # The schedule of the second phase has come to 0 after the three batches of an epoch.
    after = judge.get_weights()
    np.testing.assert_array_equal(frozen[0], after[0])
    assert not np.array_equal(frozen[2], after[2])
    with pytest.raises(ArgumentError, match="cannot be set"):
        model.learning_rate = 0.1


def test_setting_the_rate_changes_all_in_proportion(backend):
    model, _, _ = gan(backend)
    model.learning_rate = 1e-3
    np.testing.assert_allclose(model.trainer.rates(0, 2), [[1e-3, 5e-4]] * 2)


def test_a_step_that_is_no_number_is_not_taken(backend):
    model, _, _ = gan(backend)
    model.fit(DATA, batch_size=16, verbose=0)
    before = model.get_weights()
    bad = {**DATA, "noise": NOISE * 1e25}
    with pytest.warns(UserWarning, match="Training stopped before"):
        model.fit(bad, batch_size=48, verbose=0)
    for mine, theirs in zip(model.get_weights(), before):
        np.testing.assert_array_equal(mine, theirs)


def test_what_is_wrong_is_said():
    generator, judge = networks("torch")
    model = Sequential([generator, judge], backend="torch")

    def fit(*phases, x=REAL, y=None):
        model.compile(phases=list(phases))
        model.fit(x, y, verbose=0)

    def good(batch):
        return ops.mean(judge(batch))

    with pytest.raises(ArgumentError, match="both change the weight"):
        fit(Phase("a", judge, "sgd", good), Phase("b", judge, "sgd", good))
    with pytest.raises(ArgumentError, match="does not depend on the weights"):
        fit(Phase("a", generator, "sgd", good))
    with pytest.raises(ArgumentError, match="does not depend on the weights"):
        fit(Phase("a", judge, "sgd", lambda b: ops.mean(ops.stop_gradient(judge(b)))))
    with pytest.raises(ArgumentError, match="must be one number"):
        fit(Phase("a", judge, "sgd", lambda b: judge(b)))
    with pytest.raises(ArgumentError, match="one is 'loss'"):
        fit(Phase("a", judge, "sgd", lambda b: {"value": good(b)}))
    with pytest.raises(ArgumentError, match="does not take two arguments"):
        fit(Phase("a", judge, "sgd", good), y=REAL)
    with pytest.raises(ArgumentError, match="no layer named 'jugde'"):
        fit(Phase("a", "jugde", "sgd", good))
    with pytest.raises(ArgumentError, match="not both"):
        model.compile(loss="mse", phases=[Phase("a", judge, "sgd", good)])
    with pytest.raises(ArgumentError, match="Two phases are named"):
        model.compile(phases=[Phase("a", judge, "sgd", good), Phase("a", judge, "sgd", good)])
    with pytest.raises(ArgumentError, match="must be phases"):
        model.compile(phases=["a"])
    with pytest.raises(ArgumentError, match="must be a function"):
        Phase("a", judge, "sgd", "mse")
    with pytest.raises(ArgumentError, match="take no"):
        model.compile(phases=[Phase("a", judge, "sgd", good)])
        model.fit(REAL, sample_weight=np.ones(48), verbose=0)
    with pytest.raises(BackendError):
        other = Sequential([judge], backend="numpy")
        other.compile(phases=[Phase("a", judge, "sgd", good)])
        other.fit(REAL, verbose=0)


def test_a_model_of_losses_gives_no_outputs(backend, tmp_path):
    generator, _ = networks(backend)

    class Keeper(Model):
        def __init__(self):
            super().__init__(backend=backend)
            self.generator = generator

    model = Keeper()
    model.compile(phases=[Phase("g", generator, SGD(), lambda x: ops.mean(generator(x)))])
    model.fit(NOISE, verbose=0)
    assert generator.predict(NOISE, verbose=0).shape == (48, 2)
    model.save(tmp_path / "model.rdeep")
    read = rdeep.load_model(tmp_path / "model.rdeep", backend=backend)
    for each in (model, read, pickle.loads(pickle.dumps(read))):
        assert isinstance(each.evaluate(NOISE), float)
        for ask in (each, lambda x, of=each: of.predict(x, verbose=0)):
            with pytest.raises(StateError, match="computes losses, and no outputs"):
                ask(NOISE)


def test_phases_say_what_they_do_not_follow(backend):
    with pytest.raises(ArgumentError, match="do not scale their losses"):
        gan(backend, dtype_policy="mixed_float16")
    generator, _ = networks(backend)
    for optimizer in (Adam(loss_scale_factor=8.0), LossScaleOptimizer(Adam())):
        phase = Phase("g", generator, optimizer, lambda x: ops.mean(generator(x)))
        with pytest.raises(ArgumentError, match="'g' has an optimizer with a loss scale"):
            Sequential([generator], backend=backend).compile(phases=[phase])
    if backend == "torch":
        with pytest.warns(rdeep.errors.RdeepWarning, match="phases are not compiled on torch"):
            gan(backend, jit_compile=True)


def squares(model, x):
    return ops.mean(model(x) ** 2)


def test_weights_may_be_variables(backend):
    found = []
    for by_variables in (True, False):
        generator, judge = networks(backend)
        wanted = [judge.layers[0].record, generator]
        if by_variables:
            wanted = [*judge.trainable_weights[:2], *generator.trainable_weights]
        model = Sequential([generator, judge], backend=backend)
        model.compile(phases=Phase("a", wanted, SGD(0.1), partial(squares, model)))
        model.fit(NOISE, shuffle=False, verbose=0)
        found.append([*generator.get_weights(), *judge.get_weights()])
    for mine, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    _, other = networks(backend)
    model.compile(phases=Phase("a", other.weights, SGD(), lambda x: ops.mean(model(x) ** 2)))
    with pytest.raises(ArgumentError, match="does not depend on the weights"):
        model.fit(NOISE, verbose=0)


class _Stop(rdeep.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 2:
            raise KeyboardInterrupt


@pytest.mark.few_on_tensorflow()
def test_backups_hold_weights_that_losses_alone_have(backend, tmp_path):
    def made():
        generator, judge = networks(backend)
        model = Sequential([generator], backend=backend, seed=3)
        losses = [lambda x: ops.mean((judge(model(x)) - 1) ** 2), lambda x: ops.mean(model(x) ** 2)]
        parts = [judge, generator]
        model.compile(phases=[Phase(n, *p) for n, *p in zip("ab", parts, [Adam(), Adam()], losses)])
        return model, parts

    options = {"batch_size": 12, "epochs": 2, "verbose": 0}
    rdeep.set_random_seed(3)
    model, parts = made()
    model.fit(NOISE, **options, callbacks=rdeep.callbacks.BackupAndRestore(tmp_path / "a"))
    wanted = [w for part in parts for w in part.get_weights()]
    backup = rdeep.callbacks.BackupAndRestore(tmp_path / "b", save_freq=1)
    rdeep.set_random_seed(3)
    with pytest.raises(KeyboardInterrupt):
        made()[0].fit(NOISE, **options, callbacks=[backup, _Stop()])
    model, parts = made()
    model.fit(NOISE, **options, callbacks=backup)
    for mine, theirs in zip([w for part in parts for w in part.get_weights()], wanted, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_vectors_and_columns_are_not_compared(backend):
    network = Sequential([Dense(1)], input_shape=(2,), backend=backend)

    def fit(loss, y):
        network.compile(phases=[Phase("only", network, "sgd", loss)])
        return network.fit(REAL, y, epochs=1, verbose=0)

    with pytest.raises(ShapeError, match="column") as caught:
        fit(lambda x, y: ops.mean(ops.square(network(x) - y)), SHARE[:, 0])
    assert "matrix" in caught.value.hint
    fit(lambda x, y: ops.mean(ops.square(network(x) - y)), SHARE)
    # Pairs of targets are meant so.
    pairs = lambda y: ops.cast(ops.equal(y, ops.expand_dims(y, 1)), "float32")  # noqa: E731
    fit(lambda x, y: ops.mean(pairs(y)) + ops.mean(network(x)), SHARE[:, 0])
