# SPDX-License-Identifier: Apache-2.0
# Writes optimisers.safetensors: where weights stand after 1 … 200 steps of PyTorch's optimisers under
# PyTorch's schedulers, in float64. Lion, LAMB and Muon are worked out here from their papers'
# formulas. Run it with torch, numpy and safetensors at hand; the file beside it says which versions
# made the one that is committed.
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.optim import lr_scheduler as lr

STEPS, PER_EPOCH = 200, 10
KEPT = [1, 2, 3, 4, 5, 6, 7, 10, 20, 35, 50, 75, 100, 125, 150, 175, 199, 200]
ROWS, COLUMNS = 3, 4
rng = np.random.default_rng(22)
# Gradients are steep · (weight − goal + noise of the step): between 1e-4 and 1.
steep = 10.0 ** np.linspace(-4, 0, ROWS * COLUMNS).reshape(ROWS, COLUMNS)
start, goal = rng.normal(size=(ROWS, COLUMNS)), rng.normal(size=(ROWS, COLUMNS))
noise = rng.normal(size=(STEPS, ROWS, COLUMNS))
tensors = {"steep": steep, "start": start, "goal": goal, "noise": noise,
           "kept": np.asarray(KEPT, dtype=np.int64)}
metadata = {}

schedules = {
    "constant": ("", lambda o: lr.ConstantLR(o, 1.0)),
    "cosine": ("min_factor=0.1&warmup_epochs=2", lambda o: lr.SequentialLR(
        o, [lr.LinearLR(o, 1 / 20, 1.0, 19), lr.CosineAnnealingLR(o, STEPS - 20, 0.1)], [20])),
    "multi_step": ("epochs=5,12&gamma=0.3", lambda o: lr.MultiStepLR(o, [50, 120], 0.3)),
}


def rates(schedule, rate):
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=1.0)
    scheduler = schedules[schedule][1](optimizer)
    values = []
    for _ in range(STEPS):
        values.append(rate * optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return values


def gradient(weight, step):
    return steep * (weight - goal + noise[step])


def keep(optimizer, fields, schedule, rate, way, shape):
    key = f"{len(metadata):02}"
    metadata[key] = f"{optimizer}|{fields}|{schedule}|{schedules[schedule][0]}|{rate}|{shape}"
    tensors[key] = np.stack([way[k - 1] for k in KEPT])


def torch_case(optimizer, fields, rate, make, shape="3x4", share=1.0):
    for schedule in ["constant", "cosine"]:
        weight = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        made = make([weight], rate)
        way = []
        for step, now in enumerate(rates(schedule, rate)):
            made.param_groups[0]["lr"] = share * now
            weight.grad = torch.tensor(gradient(weight.detach().numpy(), step))
            made.step()
            way.append(weight.detach().numpy().copy())
        keep(optimizer, fields, schedule, rate, way, shape)


def formula_case(optimizer, fields, rate, update, shape="3x4"):
    for schedule in ["constant", "multi_step"]:
        weight, state, way = start.copy(), {}, []
        for step, now in enumerate(rates(schedule, rate)):
            weight = update(weight, gradient(weight, step), now, step + 1, state)
            way.append(weight.copy())
        keep(optimizer, fields, schedule, rate, way, shape)


def mean(state, name, value, share):
    state[name] = share * state.get(name, 0.0) + (1 - share) * value
    return state[name]


def lion(weight, g, rate, step, state, betas=(0.9, 0.99), decay=0.0):
    direction = np.sign(betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g)
    mean(state, "m", g, betas[1])
    return weight * (1 - rate * decay) - rate * direction


def lamb(weight, g, rate, step, state, betas=(0.9, 0.999), eps=1e-6, decay=0.01):
    m = mean(state, "m", g, betas[0]) / (1 - betas[0] ** step)
    v = mean(state, "v", g * g, betas[1]) / (1 - betas[1] ** step)
    r = m / (np.sqrt(v) + eps) + decay * weight
    lengths = np.linalg.norm(weight), np.linalg.norm(r)
    ratio = lengths[0] / lengths[1] if min(lengths) > 0 else 1.0
    return weight - rate * ratio * r


def orthogonal(x, rounds):
    a, b, c = 3.4445, -4.775, 2.0315
    if x.shape[0] > x.shape[1]:
        return orthogonal(x.T, rounds).T
    x = x / max(np.linalg.norm(x), 1e-7)
    for _ in range(rounds):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x


def muon(weight, g, rate, step, state, shape=(3, 4), momentum=0.95, nesterov=True, rounds=5,
         decay=0.1, size="rms"):
    m = mean(state, "m", g, momentum)
    u = (momentum * m + (1 - momentum) * g if nesterov else m).reshape(shape)
    u = orthogonal(u, rounds).reshape(weight.shape)
    rows, columns = shape
    factor = 0.2 * max(rows, columns) ** 0.5 if size == "rms" else max(1.0, rows / columns) ** 0.5
    return weight * (1 - rate * decay) - rate * factor * u


o = torch.optim
torch_case("sgd", "", 0.5, lambda p, r: o.SGD(p, r))
torch_case("sgd", "momentum=0.9", 0.05, lambda p, r: o.SGD(p, r, 0.9))
torch_case("sgd", "momentum=0.9&dampening=0.4", 0.1, lambda p, r: o.SGD(p, r, 0.9, 0.4))
torch_case("sgd", "momentum=0.9&nesterov=true&weight_decay=0.01", 0.05,
           lambda p, r: o.SGD(p, r, 0.9, 0, 0.01, True))
torch_case("adam", "", 0.02, lambda p, r: o.Adam(p, r))
torch_case("adam", "weight_decay=0.1&eps=0.001", 0.02,
           lambda p, r: o.Adam(p, r, eps=1e-3, weight_decay=0.1))
torch_case("adam", "amsgrad=true&beta2=0.9&eps=0.0001", 0.02,
           lambda p, r: o.Adam(p, r, (0.9, 0.9), 1e-4, amsgrad=True))
torch_case("adamw", "weight_decay=0.1", 0.02, lambda p, r: o.AdamW(p, r, weight_decay=0.1))
torch_case("adamw", "weight_decay=0.1&amsgrad=true&beta2=0.9", 0.02,
           lambda p, r: o.AdamW(p, r, (0.9, 0.9), weight_decay=0.1, amsgrad=True))
torch_case("adamax", "eps=0.001", 0.02, lambda p, r: o.Adamax(p, r, eps=1e-3))
torch_case("adamax", "beta2=0.9&weight_decay=0.05", 0.02,
           lambda p, r: o.Adamax(p, r, (0.9, 0.9), weight_decay=0.05))
torch_case("nadam", "", 0.02, lambda p, r: o.NAdam(p, r))
torch_case("nadam", "momentum_decay=0.05&weight_decay=0.1", 0.02,
           lambda p, r: o.NAdam(p, r, momentum_decay=0.05, weight_decay=0.1))
torch_case("nadam", "weight_decay=0.1&decoupled=true&eps=0.0001", 0.02,
           lambda p, r: o.NAdam(p, r, eps=1e-4, weight_decay=0.1, decoupled_weight_decay=True))
torch_case("radam", "", 0.02, lambda p, r: o.RAdam(p, r))
torch_case("radam", "beta2=0.9&weight_decay=0.1&eps=0.0001", 0.02,
           lambda p, r: o.RAdam(p, r, (0.9, 0.9), 1e-4, 0.1))
torch_case("radam", "beta2=0.5", 0.02, lambda p, r: o.RAdam(p, r, (0.9, 0.5)))
torch_case("radam", "weight_decay=0.1&decoupled=true", 0.02,
           lambda p, r: o.RAdam(p, r, weight_decay=0.1, decoupled_weight_decay=True))
torch_case("adagrad", "", 0.1, lambda p, r: o.Adagrad(p, r))
torch_case("adagrad", "lr_decay=0.05&initial=0.1&weight_decay=0.01&eps=0.001", 0.2,
           lambda p, r: o.Adagrad(p, r, 0.05, 0.01, 0.1, 1e-3))
torch_case("adadelta", "", 1.0, lambda p, r: o.Adadelta(p, r))
torch_case("adadelta", "rho=0.8&eps=0.001&weight_decay=0.01", 0.7,
           lambda p, r: o.Adadelta(p, r, 0.8, 1e-3, 0.01))
torch_case("rmsprop", "eps=0.001", 0.01, lambda p, r: o.RMSprop(p, r, eps=1e-3))
torch_case("rmsprop", "alpha=0.9&momentum=0.8&centered=true&weight_decay=0.01&eps=0.0001", 0.005,
           lambda p, r: o.RMSprop(p, r, 0.9, 1e-4, 0.01, 0.8, True))
torch_case("rmsprop", "momentum=0.9", 0.001, lambda p, r: o.RMSprop(p, r, momentum=0.9))
formula_case("lion", "", 0.004, lion)
formula_case("lion", "beta1=0.95&beta2=0.98&weight_decay=0.5", 0.004,
             lambda *a: lion(*a, betas=(0.95, 0.98), decay=0.5))
formula_case("lamb", "", 0.01, lamb)
formula_case("lamb", "weight_decay=0&eps=0.001", 0.01, lambda *a: lamb(*a, eps=1e-3, decay=0.0))
formula_case("muon", "", 0.02, muon)
formula_case("muon", "size=shape&nesterov=false&weight_decay=0", 0.02,
             lambda *a: muon(*a, size="shape", nesterov=False, decay=0.0))
formula_case("muon", "size=shape&rounds=3&momentum=0.9", 0.02,
             lambda *a: muon(*a, shape=(6, 2), size="shape", rounds=3, momentum=0.9), "6x1x2")
torch_case("muon", "weight_decay=0.1&adam_rate=0.5", 0.02,
           lambda p, r: o.AdamW(p, r, (0.9, 0.95), weight_decay=0.1), "12", 0.5)

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
