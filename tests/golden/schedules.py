# SPDX-License-Identifier: Apache-2.0
# Writes schedules.safetensors: what PyTorch's schedulers multiply a learning rate by at each of 200
# steps. Run it with torch, numpy and safetensors at hand; the file beside it says which versions
# made the one that is committed.
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.optim import lr_scheduler as lr

STEPS = 200
tensors, metadata = {}, {}


def keep(schedule, fields, steps_per_epoch, values):
    """`fields` are separated by `&`; values [STEPS]."""
    key = f"{len(metadata):02}"
    metadata[key] = f"{schedule}|{fields}|{steps_per_epoch}"
    tensors[key] = np.asarray(values, dtype=np.float64)


def rates(make):
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    values = []
    for _ in range(STEPS):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return values


def case(schedule, fields, steps_per_epoch, make):
    keep(schedule, fields, steps_per_epoch, rates(make))


def warm(start, steps, make):
    """A rise over `steps` steps whose last one has the full rate, then the schedule."""
    def build(optimizer):
        rise = lr.LinearLR(optimizer, start + (1 - start) / steps, 1.0, steps - 1)
        return lr.SequentialLR(optimizer, [rise, make(optimizer)], [steps])
    return build


def cosine(steps, least=0.0):
    return lambda o: lr.CosineAnnealingLR(o, steps, least)


case("constant", "", 10, lambda o: lr.ConstantLR(o, 1.0))
case("constant", "warmup_epochs=3&warmup_start=0.25", 10,
     warm(0.25, 30, lambda o: lr.ConstantLR(o, 1.0)))
case("step", "every=3&gamma=0.5", 10, lambda o: lr.StepLR(o, 30, 0.5))
case("step", "every=1&gamma=0.9", 1, lambda o: lr.StepLR(o, 1, 0.9))
case("step", "every=3&gamma=0.5&warmup_epochs=2", 10, warm(0, 20, lambda o: lr.StepLR(o, 30, 0.5)))
case("multi_step", "epochs=3,7,15&gamma=0.3", 10, lambda o: lr.MultiStepLR(o, [30, 70, 150], 0.3))
case("multi_step", "epochs=15,3,3&gamma=0.3", 10, lambda o: lr.MultiStepLR(o, [150, 30, 30], 0.3))
case("multi_step", "epochs=3,7&gamma=0.3&warmup_epochs=1", 7,
     warm(0, 7, lambda o: lr.MultiStepLR(o, [21, 49], 0.3)))
case("exponential", "gamma=0.97", 1, lambda o: lr.ExponentialLR(o, 0.97))
case("exponential", "gamma=0.8", 9, lambda o: lr.StepLR(o, 9, 0.8))
case("exponential", "gamma=0.8&smooth=true", 9, lambda o: lr.ExponentialLR(o, 0.8 ** (1 / 9)))
case("exponential", "gamma=0.97&warmup_epochs=5", 1, warm(0, 5, lambda o: lr.ExponentialLR(o, 0.97)))
case("polynomial", "", 10, lambda o: lr.PolynomialLR(o, STEPS, 1.0))
case("polynomial", "power=2.5", 10, lambda o: lr.PolynomialLR(o, STEPS, 2.5))
case("polynomial", "end_factor=0.1", 10, lambda o: lr.LinearLR(o, 1.0, 0.1, STEPS))
case("polynomial", "power=2&warmup_epochs=4", 10,
     warm(0, 40, lambda o: lr.PolynomialLR(o, STEPS - 40, 2.0)))
case("cosine", "", 10, cosine(STEPS))
case("cosine", "min_factor=0.05", 10, cosine(STEPS, 0.05))
case("cosine", "min_factor=0.05&warmup_epochs=2&warmup_start=0.1", 10,
     warm(0.1, 20, cosine(STEPS - 20, 0.05)))
case("cosine_restarts", "period=3", 10, lambda o: lr.CosineAnnealingWarmRestarts(o, 30))
case("cosine_restarts", "period=1&growth=2&min_factor=0.01", 10,
     lambda o: lr.CosineAnnealingWarmRestarts(o, 10, 2, 0.01))
case("cosine_restarts", "period=2&growth=3&warmup_epochs=1", 10,
     warm(0, 10, lambda o: lr.CosineAnnealingWarmRestarts(o, 20, 3)))
for share in [0.05, 0.3, 0.95]:
    case("one_cycle", f"warmup_share={share}&start_divisor=10&final_divisor=1000", 10,
         lambda o: lr.OneCycleLR(o, 1.0, STEPS, pct_start=share, div_factor=10.0,
                                 final_div_factor=1000.0, cycle_momentum=False))
case("sequence", "parts=5 constant; 10 step every=3 gamma=0.5; cosine min_factor=0.2", 10,
     lambda o: lr.SequentialLR(o, [lr.ConstantLR(o, 1.0), lr.StepLR(o, 30, 0.5), cosine(50, 0.2)(o)],
                               [50, 150]))
case("sequence", "parts=4 polynomial power=2; polynomial power=2", 10,
     lambda o: lr.SequentialLR(o, [lr.PolynomialLR(o, 40, 2.0), lr.PolynomialLR(o, 160, 2.0)], [40]))
# Of points PyTorch has none: NumPy.
epochs, factors, at = [0.0, 2.5, 10.0, 15.0], [0.2, 1.0, 0.3, 0.05], np.arange(STEPS) / 10
points = "points=0:0.2, 2.5:1,10:0.3 , 15:0.05"
keep("piecewise", points, 10, np.interp(at, epochs, factors))
keep("piecewise", points + "&between=stairs", 10,
     np.asarray(factors)[np.searchsorted(epochs, at, side="right") - 1])

save_file(tensors, sys.argv[1], metadata)
