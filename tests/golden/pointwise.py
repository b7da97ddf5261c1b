# SPDX-License-Identifier: Apache-2.0
# Writes pointwise.safetensors: values and gradients of activations and arithmetic as PyTorch
# computes them, on random numbers, on extreme ones, and where slopes jump. Run it with torch, numpy
# and safetensors at hand; the file beside it says which versions made the one that is committed.
import itertools
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

torch.manual_seed(4)
tensors, metadata = {}, {}
inf, nan = float("inf"), float("nan")

# Zeros, denormals, what is tiny, huge and not a number, and bounds of activations.
EXTREME = [0.0, -0.0, inf, -inf, nan, 1e-45, -1e-45, 1e-39, -1e-39, 1e-30, -1e-30, 1e30, -1e30,
           3.4028235e38, -3.4028235e38, 88.0, -88.0, 89.0, -89.0, 104.0, -104.0, 1e4, -1e4, 20.0,
           -20.0, 6.0, 3.0, -3.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-4, -1e-4]
PAIRS = [0.0, -0.0, inf, -inf, nan, 1e-39, -1e-39, 1e30, -1e30, 1.0, -1.0, 3.0, -2.0, 0.5]


def case(kind, op, fields, function, *operands):
    """`kind` says what the numbers are; operands in the order of the operator's ports."""
    number = f"{len(metadata):03}"
    shapes = []
    for k, x in enumerate(operands):
        shape = "x".join(map(str, x.shape)) or "scalar"
        shapes.append(shape + (":bool<2" if x.dtype == torch.bool else ""))
        tensors[f"{number}.in{k}"] = x.detach().numpy().astype(
            np.uint8 if x.dtype == torch.bool else x.detach().numpy().dtype)
    metadata[number] = f"{op}|{fields}|{' '.join(shapes)}|{kind}"
    leaves = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in operands]
    out = function(*leaves)
    if not out.is_floating_point():
        tensors[f"{number}.out"] = out.numpy().astype(np.uint8)
        return
    tensors[f"{number}.out"] = out.detach().numpy()
    cotangent = torch.ones_like(out)
    if kind == "random":
        cotangent = torch.randn_like(out)
        tensors[f"{number}.cotangent"] = cotangent.numpy()
    there = [x for x in leaves if x.requires_grad]
    gradients = torch.autograd.grad(out, there, cotangent, allow_unused=True) \
        if out.requires_grad else [None] * len(there)
    for x, gradient in zip(there, gradients):
        k = [leaf is x for leaf in leaves].index(True)
        zero = torch.zeros_like(x) if gradient is None else gradient
        tensors[f"{number}.grad{k}"] = zero.numpy()


def numbers(dtype, low, high, *shape):
    return torch.rand(*shape, dtype=torch.float64).mul(high - low).add(low).to(dtype)


def unary(op, fields, function, low=-4, high=4, extremes=True):
    for dtype in (torch.float64, torch.float32):
        case("random", op, fields, function, numbers(dtype, low, high, 3, 13))
    if extremes:
        case("extreme", op, fields, function, torch.tensor(EXTREME))
        case("extreme", op, fields, function, torch.tensor(EXTREME, dtype=torch.float64))


def binary(op, fields, function, low=-3, high=3):
    for dtype in (torch.float64, torch.float32):
        case("random", op, fields, function, numbers(dtype, low, high, 3, 1, 5),
             numbers(dtype, low, high, 4, 1))
    a, b = zip(*itertools.product(PAIRS, PAIRS))
    case("extreme", op, fields, function, torch.tensor(a), torch.tensor(b))


unary("relu", "", F.relu)
unary("relu6", "", F.relu6, -4, 9)
unary("leaky_relu", "slope=0.25", lambda x: F.leaky_relu(x, 0.25))
unary("elu", "", F.elu)
unary("elu", "alpha=0.5", lambda x: F.elu(x, 0.5))
unary("selu", "", F.selu)
unary("celu", "alpha=2", lambda x: F.celu(x, 2.0))
unary("gelu", "", F.gelu)
unary("gelu", "approximation=tanh", lambda x: F.gelu(x, approximate="tanh"))
unary("mish", "", F.mish)
unary("silu", "", F.silu)
unary("softplus", "", F.softplus)
unary("sigmoid", "", torch.sigmoid)
unary("tanh", "", torch.tanh)
unary("hard_sigmoid", "", F.hardsigmoid, -5, 5)
unary("hard_swish", "", F.hardswish, -5, 5)
unary("hard_tanh", "", F.hardtanh)
unary("hard_tanh", "low=-2 high=0.5", lambda x: F.hardtanh(x, -2.0, 0.5))
unary("softsign", "", F.softsign)
unary("softshrink", "", F.softshrink)
unary("softshrink", "lambda=1", lambda x: F.softshrink(x, 1.0))
unary("threshold", "threshold=1 value=-7", lambda x: F.threshold(x, 1.0, -7.0))
unary("identity", "", lambda x: x * 1)
unary("clamp", "", lambda x: x.clamp(0, 1))
unary("clamp", "bounds=low low=-1", lambda x: x.clamp(min=-1))
unary("clamp", "bounds=high high=0.5", lambda x: x.clamp(max=0.5))
unary("abs", "", torch.abs)
unary("neg", "", torch.neg)
unary("sign", "", torch.sign)
unary("sqrt", "", torch.sqrt, 0.1, 4)
unary("exp", "", torch.exp)
unary("log", "", torch.log, 0.1, 4)
unary("sin", "", torch.sin, -20, 20)
unary("cos", "", torch.cos, -20, 20)
unary("erf", "", torch.erf)
unary("floor", "", torch.floor)
unary("ceil", "", torch.ceil)
unary("round", "", torch.round)
for exponent in (0, 0.5, 1, 1.5, 2, 3, -1, -2):
    unary("pow_scalar", f"exponent={exponent}", lambda x: x ** exponent, 0.2, 3)
binary("div", "", torch.div)
binary("max", "", torch.maximum)
binary("min", "", torch.minimum)
binary("pow", "", torch.pow, 0.3, 2.5)
binary("mod", "", torch.remainder)
binary("mod", "sign=dividend", torch.fmod)
for op, function in (("equal", torch.eq), ("not_equal", torch.ne), ("less", torch.lt),
                     ("less_or_equal", torch.le), ("greater", torch.gt),
                     ("greater_or_equal", torch.ge)):
    binary(op, "", function)
truth = torch.tensor([False, False, True, True]), torch.tensor([False, True, False, True])
for op, function in (("logical_and", torch.logical_and), ("logical_or", torch.logical_or),
                     ("logical_xor", torch.logical_xor)):
    case("random", op, "", function, *truth)
case("random", "logical_not", "", torch.logical_not, truth[1])
choice = torch.rand(3, 1, 5) > 0.5
for dtype in (torch.float64, torch.float32):
    case("random", "where", "", torch.where, choice, numbers(dtype, -1, 1, 4, 5),
         numbers(dtype, -1, 1, 3, 4, 1))
case("extreme", "where", "", torch.where, torch.arange(37) % 2 == 0, torch.tensor(EXTREME),
     torch.tensor(EXTREME[::-1]))
for axis in (-1, 0, 1):
    for dtype in (torch.float64, torch.float32):
        case("random", "log_softmax", f"axis={axis}", lambda x: F.log_softmax(x, axis),
             numbers(dtype, -9, 9, 4, 3, 5))
    for dtype in (torch.float64, torch.float32):
        case("random", "softmax", f"axis={axis}", lambda x: F.softmax(x, axis),
             numbers(dtype, -9, 9, 4, 3, 5))
rows = [[0, inf, 1], [0, -inf, 1], [-inf, -inf, -inf], [nan, 1, 2], [1e4, 0, -1e4],
        [3.4e38, -3.4e38, 0], [1e-45, 0, -1e-45], [104, 0, -104]]
case("extreme", "log_softmax", "", lambda x: F.log_softmax(x, -1), torch.tensor(rows))
for axis in (0, 1, 3):
    case("random", "glu", f"axis={axis}", lambda x: F.glu(x, axis),
         numbers(torch.float64, -4, 4, 2, 4, 3, 2))

save_file(tensors, sys.argv[1], metadata)
