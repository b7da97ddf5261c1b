# SPDX-License-Identifier: Apache-2.0
# Writes refinements.safetensors: how a small network is trained by PyTorch with what goes on around
# an optimiser, in float64. Averages are PyTorch's AveragedModel, plateaus its ReduceLROnPlateau,
# groups its parameter groups; lookahead and SAM, which it has not, are written here by their papers,
# with its gradients. Each epoch is one step over all examples. Run it with torch, numpy and
# safetensors at hand; the file beside it says which versions made the one that is committed.
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

EPOCHS, EXAMPLES, TESTED, IN, HIDDEN, OUT = 40, 24, 10, 6, 5, 3
torch.manual_seed(5)
rng = np.random.default_rng(15)
single = lambda *shape: rng.normal(size=shape).astype(np.float32)
x, tested = single(EXAMPLES, IN), single(TESTED, IN)
teacher = single(IN, OUT)
y, wanted = np.tanh(x @ teacher), np.tanh(tested @ teacher)
start = {"fc1.weight": single(HIDDEN, IN), "fc1.bias": single(HIDDEN),
         "fc2.weight": single(OUT, HIDDEN), "fc2.bias": single(OUT)}
tensors = {"x": x, "y": y, "tested": tested, "wanted": wanted, **{f"start.{k}": v for k, v in start.items()}}
metadata = {}
double = lambda a: torch.tensor(a, dtype=torch.float64)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = torch.nn.Linear(IN, HIDDEN).double(), torch.nn.Linear(HIDDEN, OUT).double()
        with torch.no_grad():
            for name, p in self.named_parameters():
                p.copy_(double(start[name]))

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


def loss_of(net, x, y):
    return torch.nn.functional.mse_loss(net(double(x)), double(y))


def lookahead(optimizer, net, k, alpha):
    slow = [p.detach().clone() for p in net.parameters()]
    count = 0

    def step():
        nonlocal count
        optimizer.step()
        count += 1
        if count % k == 0:
            with torch.no_grad():
                for s, p in zip(slow, net.parameters()):
                    s += alpha * (p - s)
                    p.copy_(s)

    return step


def sharpen(net, rho, adaptive):
    """Gradients at w + e instead of at w."""
    parameters = list(net.parameters())
    gradients = [p.grad.clone() for p in parameters]
    weighed = [p.detach().abs() * g if adaptive else g for p, g in zip(parameters, gradients)]
    norm = torch.sqrt(sum((w**2).sum() for w in weighed))
    with torch.no_grad():
        ways = [(p.abs() * w if adaptive else w) * rho / (norm + 1e-12) for p, w in zip(parameters, weighed)]
        for p, way in zip(parameters, ways):
            p += way
    net.zero_grad()
    loss_of(net, x, y).backward()
    with torch.no_grad():
        for p, way in zip(parameters, ways):
            p -= way


def case(text, rate, make, *, sam=None, ahead=None, average=None, plateau=None):
    """`text`: how ours is set up, `optimizer;extra;…;group …;schedule …`."""
    net = Net()
    optimizer = make(net, rate)
    step = lookahead(optimizer, net, *ahead) if ahead else optimizer.step
    averaged, averages_at = average(net) if average else (None, None)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, eps=0, **plateau) if plateau else None
    losses, tests, rates = [], [], []
    for epoch in range(EPOCHS):
        rates.append(optimizer.param_groups[0]["lr"])
        net.zero_grad()
        loss = loss_of(net, x, y)
        loss.backward()
        if sam:
            sharpen(net, *sam)
        step()
        if averaged is not None:
            if averages_at(epoch):
                averaged.update_parameters(net)
        used = net if averaged is None or averaged.n_averaged == 0 else averaged
        losses.append(loss.item())
        tests.append(loss_of(used, tested, wanted).item())
        if scheduler:
            scheduler.step(tests[-1])
    key = f"{len(metadata):02}"
    metadata[key] = f"{rate}|{text}"
    tensors[f"{key}.losses"], tensors[f"{key}.tests"] = np.asarray(losses), np.asarray(tests)
    tensors[f"{key}.rates"] = np.asarray(rates)
    used = net if averaged is None else averaged.module
    for name, p in used.named_parameters():
        tensors[f"{key}.{name}"] = p.detach().numpy()


sgd = lambda net, rate: torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
adam = lambda net, rate: torch.optim.Adam(net.parameters(), lr=rate)
plain = lambda net, rate: torch.optim.SGD(net.parameters(), lr=rate)
OURS = {"sgd": "sgd momentum=0.9", "plain": "sgd momentum=0", "adam": "adam"}


def ema(decay, start):
    return lambda net: (AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(decay)), lambda e: e >= start)


def swa(start, every):
    return lambda net: (AveragedModel(net), lambda e: e + 1 > start and (e + 1 - start) % every == 0)


for name, make, rate in [("sgd", sgd, 0.05), ("adam", adam, 0.02), ("plain", plain, 0.3)]:
    ours = OURS[name]
    case(f"{ours};ema decay=0.9", rate, make, average=ema(0.9, 0))
    case(f"{ours};ema decay=0.99 start_epoch=7", rate, make, average=ema(0.99, 7))
    case(f"{ours};swa start_epoch=10 every=1", rate, make, average=swa(10, 1))
    case(f"{ours};swa start_epoch=4 every=3", rate, make, average=swa(4, 3))
    case(f"{ours};lookahead steps=5 alpha=0.5", rate, make, ahead=(5, 0.5))
    case(f"{ours};lookahead steps=1 alpha=0.8", rate, make, ahead=(1, 0.8))
    case(f"{ours};sam rho=0.05", rate, make, sam=(0.05, False))
    case(f"{ours};sam rho=1 adaptive=true", rate, make, sam=(1.0, True))
    case(f"{ours};ema decay=0.9;lookahead steps=4 alpha=0.5;sam rho=0.1", rate, make,
         sam=(0.1, False), ahead=(4, 0.5), average=ema(0.9, 0))


def grouped(kind, decay, groups):
    def make(net, rate):
        named, taken, made = dict(net.named_parameters()), set(), []
        for match, factor, decays in groups:
            mine = [n for n in named if match(n) and n not in taken]
            taken.update(mine)
            made.append({"params": [named[n] for n in mine], "lr": rate * factor, "weight_decay": decay * decays})
        made.append({"params": [p for n, p in named.items() if n not in taken], "lr": rate, "weight_decay": decay})
        return kind(made[::-1], rate)

    return make


adamw = lambda groups, rate: torch.optim.AdamW(groups, lr=rate)
momentum = lambda groups, rate: torch.optim.SGD(groups, lr=rate, momentum=0.9)
biases = (lambda n: n.endswith(".bias"), 1.0, 0.0)
backbone = (lambda n: n.startswith("fc1"), 0.1, 1.0)
still = (lambda n: n.startswith("fc1"), 0.0, 0.0)
case("adamw weight_decay=0.1;group *.bias,1,0", 0.02, grouped(adamw, 0.1, [biases]))
case("adamw weight_decay=0.1;group *.bias,1,0;group fc1.*,0.1,1", 0.02, grouped(adamw, 0.1, [biases, backbone]))
case("sgd momentum=0.9 weight_decay=0.01;group fc?.bias,1,0;group fc1*,0.1,1", 0.05,
     grouped(momentum, 0.01, [biases, backbone]))
case("sgd momentum=0.9;group fc1.*,1,1,frozen", 0.05, grouped(momentum, 0.0, [still]))

for options, text in [(dict(factor=0.5, patience=1, threshold=0.05), "factor=0.5 patience=1 threshold=0.05"),
                      (dict(factor=0.1, patience=0, threshold=0.2, cooldown=3), "factor=0.1 patience=0 threshold=0.2 cooldown=3"),
                      (dict(factor=0.5, patience=2, threshold=0.1, min_lr=0.05), "factor=0.5 patience=2 threshold=0.1 least=0.1666666666666666667")]:
    case(f"{OURS['plain']};schedule plateau {text}", 0.3, plain, plateau=options)

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
print(len(metadata), "cases, torch", torch.__version__, "numpy", np.__version__)
