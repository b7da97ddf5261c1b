# SPDX-License-Identifier: Apache-2.0
# Makes files/derivatives.npz: loss, gradients and Hessian-vector products of a small LeNet in
# float64, by PyTorch 2.15 (CPU) and NumPy 2.4. Run: python make_derivatives.py
import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
weights = {
    "conv1.weight": torch.randn(2, 1, 3, 3) * 0.4,
    "conv1.bias": torch.randn(2) * 0.1,
    "conv2.weight": torch.randn(3, 2, 3, 3) * 0.3,
    "conv2.bias": torch.randn(3) * 0.1,
    "fc1.weight": torch.randn(5, 12) * 0.4,
    "fc1.bias": torch.randn(5) * 0.1,
    "fc2.weight": torch.randn(4, 5) * 0.5,
    "fc2.bias": torch.randn(4) * 0.1,
}
for weight in weights.values():
    weight.requires_grad_()
x = torch.randn(3, 1, 8, 8, requires_grad=True)
y = torch.tensor([2, 0, 3])


def network(x):
    x = F.max_pool2d(torch.tanh(F.conv2d(x, weights["conv1.weight"], weights["conv1.bias"], padding=1)), 2)
    x = F.silu(F.conv2d(x, weights["conv2.weight"], weights["conv2.bias"]))
    x = F.gelu(F.linear(x.flatten(1), weights["fc1.weight"], weights["fc1.bias"]))
    return F.linear(x, weights["fc2.weight"], weights["fc2.bias"])


logits = network(x)
loss = F.cross_entropy(logits, y)
names, values = list(weights), list(weights.values())
gradients = torch.autograd.grad(loss, values + [x], create_graph=True)
vector = [torch.randn_like(value) for value in values]
along = sum((g * v).sum() for g, v in zip(gradients, vector))
products = torch.autograd.grad(along, values)
arrays = {"x": x, "y": y, "loss": loss, "logits": logits, "grad/x": gradients[-1]}
for name, w, g, v, p in zip(names, values, gradients, vector, products):
    arrays |= {"weight/" + name: w, "grad/" + name: g, "vector/" + name: v, "product/" + name: p}
np.savez("files/derivatives.npz", **{k: v.detach().numpy() for k, v in arrays.items()})
print(torch.__version__, np.__version__, loss.item())
