# SPDX-License-Identifier: Apache-2.0
# Writes training.safetensors: the losses of 50 steps of two small networks as PyTorch trains them, in
# float64, with the images, labels and starting weights. Needs torch, numpy and safetensors.
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

STEPS, BATCH, IMAGES = 50, 16, 80
rng = np.random.default_rng(50)
labels = rng.integers(10, size=IMAGES).astype(np.int32)
# A bar whose place is the class, and noise: something that can be learnt.
images = rng.normal(0, 0.5, size=(IMAGES, 1, 12, 12))
for image, label in zip(images, labels):
    if label < 5:
        image[0, 2 * label:2 * label + 2] += 1.5
    else:
        image[0, :, 2 * label - 10:2 * label - 8] += 1.5
images = images.astype(np.float32)  # float64 holds these exactly
tensors, metadata = {"images": images, "labels": labels}, {}


class Lenet(nn.Module):
    """With batch normalisation behind both convolutions."""

    def __init__(self):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.c2, self.b2 = nn.Conv2d(4, 8, 3, bias=False), nn.BatchNorm2d(8)
        self.f1, self.f2 = nn.Linear(32, 20), nn.Linear(20, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.b1(self.c1(x))), 2)
        x = F.max_pool2d(F.relu(self.b2(self.c2(x))), 2)
        return self.f2(F.relu(self.f1(x.flatten(1))))


class Residual(nn.Module):
    """Group normalisation, SiLU and a strided shortcut; trained by Adam."""

    def __init__(self):
        super().__init__()
        self.c1, self.g1 = nn.Conv2d(1, 6, 3, padding=1), nn.GroupNorm(2, 6)
        self.c2, self.c3 = nn.Conv2d(6, 8, 3, 2, 1), nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.short, self.g2 = nn.Conv2d(6, 8, 1, 2), nn.GroupNorm(4, 8)
        self.f1 = nn.Linear(8, 10)

    def forward(self, x):
        x = F.silu(self.g1(self.c1(x)))
        x = F.silu(self.g2(self.c3(F.silu(self.c2(x))) + self.short(x)))
        return self.f1(x.mean((2, 3)))


def train(name, network, make, smoothing):
    torch.manual_seed(50)
    network = network.double()
    for key, weight in network.named_parameters():
        tensors[f"{name}.{key}"] = weight.detach().numpy().copy()
    optimizer, losses = make(network.parameters()), []
    for step in range(STEPS):
        at = (np.arange(BATCH) + BATCH * step) % IMAGES
        x = torch.tensor(images[at], dtype=torch.float64)
        loss = F.cross_entropy(network(x), torch.tensor(labels[at]).long(),
                               label_smoothing=smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    tensors[f"{name}.losses"] = np.asarray(losses)
    for key, value in network.named_buffers():
        if "running" in key:
            tensors[f"{name}.after.{key}"] = value.numpy()
    print(name, losses[0], losses[9], losses[49])


torch.manual_seed(3)
train("lenet", Lenet(), lambda p: torch.optim.SGD(p, 0.05, 0.9), 0.0)
train("residual", Residual(), lambda p: torch.optim.Adam(p, 0.004), 0.1)
save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
