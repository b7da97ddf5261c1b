# SPDX-License-Identifier: Apache-2.0
# Writes reductions.safetensors: values and gradients of reductions, running sums, shape operators
# and adaptive pooling as PyTorch computes them, in float64. Run it with torch, numpy and
# safetensors at hand; the file beside it says which versions made the one that is committed.
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

torch.manual_seed(15)
tensors, metadata = {}, {}


def draw(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def whole(below, *shape, dtype=torch.int64):
    return torch.randint(below, shape, dtype=dtype)


def case(op, fields, inputs, function, *operands):
    """`operands` in the order of the operator's ports. Results of whole numbers have no gradient."""
    key = f"{len(metadata):03}"
    metadata[key] = f"{op}|{fields}|{inputs}"
    results = function(*operands)
    results = results if isinstance(results, tuple) else (results,)
    for k, x in enumerate(operands):
        tensors[f"{key}.in{k}"] = x.detach().numpy()
    for k, out in enumerate(results):
        tensors[f"{key}.out{k}"] = out.detach().numpy()
    out = results[0]
    there = [k for k, x in enumerate(operands) if x.requires_grad]
    if not out.requires_grad:
        return
    cotangent = torch.randn_like(out)
    tensors[f"{key}.cotangent"] = cotangent.numpy()
    gradients = torch.autograd.grad(out, [operands[k] for k in there], cotangent)
    for k, gradient in zip(there, gradients):
        tensors[f"{key}.grad{k}"] = gradient.numpy()


def prod(x, axes, keep):
    for axis in sorted(axes, reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x


reductions = {
    "reduce_sum": lambda x, axes, keep: x.sum(axes, keepdim=keep),
    "reduce_mean": lambda x, axes, keep: x.mean(axes, keepdim=keep),
    "reduce_max": lambda x, axes, keep: x.amax(axes, keepdim=keep),
    "reduce_min": lambda x, axes, keep: x.amin(axes, keepdim=keep),
    "reduce_prod": prod,
    "reduce_l1": lambda x, axes, keep: torch.linalg.vector_norm(x, 1, axes, keepdim=keep),
    "reduce_l2": lambda x, axes, keep: torch.linalg.vector_norm(x, 2, axes, keepdim=keep),
    "reduce_log_sum_exp": lambda x, axes, keep: x.logsumexp(axes, keepdim=keep),
    "reduce_variance": lambda x, axes, keep: x.var(axes, correction=1, keepdim=keep),
    "reduce_std": lambda x, axes, keep: x.std(axes, correction=1, keepdim=keep),
}
for name, function in reductions.items():
    for axes, keep in (((0,), False), ((1, 2), True), ((0, 2), False), ((2,), True)):
        text = ",".join(map(str, axes))
        case(name, f"axes={text} keep_axes={str(keep).lower()}", "3x4x5",
             lambda x: function(x, axes, keep), draw(3, 4, 5))
for name in ("reduce_variance", "reduce_std"):
    function = torch.var if name == "reduce_variance" else torch.std
    case(name, "axes=1 unbiased=false", "3x4x5",
         lambda x: function(x, 1, correction=0, keepdim=True), draw(3, 4, 5))

for axis in (0, 1, 2):
    case("argmax", f"axis={axis}", "3x4x5", lambda x: x.argmax(axis), draw(3, 4, 5))
    case("argmin", f"axis={axis} keep_axis=true", "3x4x5",
         lambda x: x.argmin(axis, keepdim=True), draw(3, 4, 5))
    for largest in (True, False):
        case("top_k", f"axis={axis} k=3 largest={str(largest).lower()}", "3x4x5",
             lambda x: tuple(x.topk(3, axis, largest)), draw(3, 4, 5))


def cumsum(x, axis, exclusive, reverse):
    x = x.flip(axis) if reverse else x
    y = x.cumsum(axis)
    y = y - x if exclusive else y
    return y.flip(axis) if reverse else y


for axis in (0, -1):
    for exclusive in (False, True):
        for reverse in (False, True):
            case("cumsum", f"axis={axis} exclusive={str(exclusive).lower()} "
                 f"reverse={str(reverse).lower()}", "3x4x5",
                 lambda x: cumsum(x, axis, exclusive, reverse), draw(3, 4, 5))

case("squeeze", "", "2x1x3x1", torch.squeeze, draw(2, 1, 3, 1))
case("squeeze", "axes=1", "2x1x3x1", lambda x: x.squeeze(1), draw(2, 1, 3, 1))
case("unsqueeze", "axes=-2", "2x3", lambda x: x.unsqueeze(-2), draw(2, 3))
case("slice", "axis=1 start=1 length=3 step=2", "2x7x3", lambda x: x[:, 1:7:2], draw(2, 7, 3))
case("slice", "axis=0 start=-3 length=2", "5x2", lambda x: x[-3:-1], draw(5, 2))
case("slice", "axis=1 start=-1 length=3 step=-2", "2x6", lambda x: x.flip(1)[:, :5:2], draw(2, 6))
case("stack", "axis=1", "2x3 2x3 2x3", lambda *x: torch.stack(x, 1), draw(2, 3), draw(2, 3),
     draw(2, 3))
case("stack", "axis=-1", "2x3 2x3", lambda *x: torch.stack(x, -1), draw(2, 3), draw(2, 3))
case("tile", "repeats=2,3", "2x3x4", lambda x: x.tile(2, 3), draw(2, 3, 4))
case("tile", "repeats=2,1,3", "3x4", lambda x: x.tile(2, 1, 3), draw(3, 4))
case("one_hot", "classes=5 dtype=f64", "2x3:i64<5",
     lambda i: F.one_hot(i, 5).double(), whole(5, 2, 3))
case("one_hot", "classes=4 axis=1 dtype=f64", "2x3x2:i64<4",
     lambda i: F.one_hot(i, 4).double().movedim(-1, 1), whole(4, 2, 3, 2))
case("range", "start=0.5 stop=3 step=0.3 dtype=f64", "",
     lambda: torch.arange(0.5, 3, 0.3, dtype=torch.float64))
case("range", "start=7 stop=-4 step=-2 dtype=i64", "", lambda: torch.arange(7, -4, -2))
for diagonal in (-2, 0, 1):
    case("triangular", f"side=upper diagonal={diagonal}", "2x4x5",
         lambda x: x.triu(diagonal), draw(2, 4, 5))
    case("triangular", f"side=lower diagonal={diagonal}", "2x5x4",
         lambda x: x.tril(diagonal), draw(2, 5, 4))
case("flip", "axes=0,2", "3x2x4", lambda x: x.flip(0, 2), draw(3, 2, 4))
case("roll", "shifts=2,-3 axes=0,1", "3x5", lambda x: x.roll((2, -3), (0, 1)), draw(3, 5))
case("pixel_shuffle", "factor=2", "2x8x3x2", lambda x: F.pixel_shuffle(x, 2), draw(2, 8, 3, 2))
case("pixel_unshuffle", "factor=3", "1x2x6x3", lambda x: F.pixel_unshuffle(x, 3), draw(1, 2, 6, 3))
case("channel_shuffle", "groups=3", "2x6x2x2", lambda x: F.channel_shuffle(x, 3), draw(2, 6, 2, 2))
case("pad", "pads=1,2,3,0", "2x3x4x5", lambda x: F.pad(x, (2, 0, 1, 3)), draw(2, 3, 4, 5))
case("pad", "pads=1,2,3,0 value=1.5", "2x3x4x5",
     lambda x: F.pad(x, (2, 0, 1, 3), value=1.5), draw(2, 3, 4, 5))
case("pad", "pads=-1,2,1,-2", "2x3x4x5", lambda x: F.pad(x, (2, -2, -1, 1)), draw(2, 3, 4, 5))
for mode in ("reflect", "replicate", "circular"):
    case("pad", f"pads=1,2,3,0 mode={mode}", "2x3x4x5",
         lambda x: F.pad(x, (2, 0, 1, 3), mode=mode), draw(2, 3, 4, 5))
    case("pad", f"pads=-1,2,1,-1 mode={mode}", "2x3x6x7",
         lambda x: F.pad(x, (2, -1, -1, 1), mode=mode), draw(2, 3, 6, 7))
case("crop", "size=2,4", "2x3x6x4", lambda x: x[:, :, 2:4], draw(2, 3, 6, 4))
index = whole(4, 6)
case("scatter_add", "axis=1 rows=4", "2x6x3 6:i64<4",
     lambda x, i: torch.zeros(2, 4, 3, dtype=x.dtype).index_add(1, i, x), draw(2, 6, 3), index)
case("global_max_pool2d", "", "2x3x4x5", lambda x: F.adaptive_max_pool2d(x, 1), draw(2, 3, 4, 5))
for kind in ("avg", "max"):
    for size, shape in (((3, 3), (7, 5)), ((1, 4), (3, 6)), ((5, 2), (3, 4)), ((7, 7), (13, 10))):
        function = getattr(F, f"adaptive_{kind}_pool2d")
        extents = "x".join(map(str, shape))
        case(f"adaptive_{kind}_pool", f"size={size[0]},{size[1]}", f"2x2x{extents}",
             lambda x: function(x, size), draw(2, 2, *shape))
    one, three = getattr(F, f"adaptive_{kind}_pool1d"), getattr(F, f"adaptive_{kind}_pool3d")
    case(f"adaptive_{kind}_pool", "size=3", "2x2x7", lambda x: one(x, 3), draw(2, 2, 7))
    case(f"adaptive_{kind}_pool", "size=2,3,2", "1x2x3x4x5",
         lambda x: three(x, (2, 3, 2)), draw(1, 2, 3, 4, 5))


def unpool(x, position):
    """PyTorch counts in the whole image, Vitrine in the window."""
    rows, columns = torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")
    flat = (2 * rows + position // 2) * 6 + 2 * columns + position % 2
    return F.max_unpool2d(x, flat.long(), 2)


case("max_unpool2d", "", "2x3x2x3 2x3x2x3<4", unpool, draw(2, 3, 2, 3),
     whole(4, 2, 3, 2, 3, dtype=torch.int32))
case("l2_pool2d", "kernel=3,2 stride=2,1", "2x3x5x6",
     lambda x: F.lp_pool2d(x, 2, (3, 2), (2, 1)), draw(2, 3, 5, 6))

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
