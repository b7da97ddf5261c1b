# SPDX-License-Identifier: Apache-2.0
# Writes operators.safetensors: values and gradients of operators as PyTorch computes them, in
# float64. Run it with torch, numpy and safetensors at hand; the file beside it says which versions
# made the one that is committed.
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

torch.manual_seed(20)
tensors, metadata = {}, {}


def draw(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def case(op, fields, inputs, function, *operands):
    """`operands` in the order of the operator's ports; None is missing."""
    number = len(metadata)
    out = function(*operands)
    cotangent = torch.randn_like(out)
    there = [x for x in operands if x is not None and x.requires_grad]
    gradients = torch.autograd.grad(out, there, cotangent)
    metadata[f"{number:02}"] = f"{op}|{fields}|{inputs}"
    key = f"{number:02}"
    for k, x in enumerate(operands):
        if x is None:
            continue
        tensors[f"{key}.in{k}"] = x.detach().numpy()
        if x.requires_grad:
            tensors[f"{key}.grad{k}"] = gradients[[t is x for t in there].index(True)].numpy()
    tensors[f"{key}.out"] = out.detach().numpy()
    tensors[f"{key}.cotangent"] = cotangent.numpy()


def conv(n):
    return [F.conv1d, F.conv2d, F.conv3d][n - 1]


def padded(function, pads, **kw):
    return lambda x, w, b: function(F.pad(x, pads), w, b, **kw)


case("conv1d", "out_channels=4 kernel=3 stride=2 padding=1 groups=2", "2x4x9",
     lambda x, w, b: F.conv1d(x, w, b, 2, 1, 1, 2), draw(2, 4, 9), draw(4, 2, 3), draw(4))
case("conv1d", "out_channels=3 kernel=3 padding=0,4 dilation=2", "2x2x6",
     padded(F.conv1d, (0, 4), dilation=2), draw(2, 2, 6), draw(3, 2, 3), draw(3))
case("conv2d", "out_channels=5 kernel=3,2 stride=2 padding=1,0,2,3", "2x3x6x5",
     padded(F.conv2d, (0, 3, 1, 2), stride=2), draw(2, 3, 6, 5), draw(5, 3, 3, 2), draw(5))
case("conv3d", "out_channels=3 kernel=2,3,1 stride=2,1,2 padding=1,1,0", "2x2x4x3x5",
     lambda x, w, b: F.conv3d(x, w, b, (2, 1, 2), (1, 1, 0)), draw(2, 2, 4, 3, 5),
     draw(3, 2, 2, 3, 1), draw(3))
case("conv_transpose1d", "out_channels=4 kernel=4 stride=3 padding=1 output_padding=2", "2x3x4",
     lambda x, w, b: F.conv_transpose1d(x, w, b, 3, 1, 2), draw(2, 3, 4), draw(3, 4, 4), draw(4))
case("conv_transpose2d",
     "out_channels=4 kernel=3 stride=2 padding=1 output_padding=1 dilation=2 groups=2", "2x4x3x4",
     lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 1, 2, 2), draw(2, 4, 3, 4),
     draw(4, 2, 3, 3), draw(4))
case("conv_transpose3d", "out_channels=2 kernel=3,2,2 stride=2,1,2 padding=1,0,0", "1x2x2x3x2",
     lambda x, w, b: F.conv_transpose3d(x, w, b, (2, 1, 2), (1, 0, 0)), draw(1, 2, 2, 3, 2),
     draw(2, 2, 3, 2, 2), draw(2))
case("max_pool1d", "kernel=3 stride=2 padding=1 ceil_mode=true", "2x3x8",
     lambda x: F.max_pool1d(x, 3, 2, 1, ceil_mode=True), draw(2, 3, 8))
case("max_pool2d", "kernel=2 stride=2 dilation=2,1 ceil_mode=true", "2x3x6x7",
     lambda x: F.max_pool2d(x, 2, 2, 0, (2, 1), ceil_mode=True), draw(2, 3, 6, 7))
case("max_pool3d", "kernel=2 stride=2 ceil_mode=true", "1x2x3x5x4",
     lambda x: F.max_pool3d(x, 2, 2, ceil_mode=True), draw(1, 2, 3, 5, 4))
case("avg_pool1d", "kernel=3 stride=2 padding=1 ceil_mode=true", "2x3x8",
     lambda x: F.avg_pool1d(x, 3, 2, 1, True), draw(2, 3, 8))
case("avg_pool2d", "kernel=3 stride=2 padding=1 ceil_mode=true", "2x3x6x6",
     lambda x: F.avg_pool2d(x, 3, 2, 1, True), draw(2, 3, 6, 6))
case("avg_pool2d", "kernel=3 stride=2 padding=1 ceil_mode=true count_include_pad=false", "2x3x6x6",
     lambda x: F.avg_pool2d(x, 3, 2, 1, True, False), draw(2, 3, 6, 6))
case("avg_pool3d", "kernel=3,2,2 stride=2,1,1 padding=1,0,1 ceil_mode=true", "1x2x4x3x4",
     lambda x: F.avg_pool3d(x, (3, 2, 2), (2, 1, 1), (1, 0, 1), True), draw(1, 2, 4, 3, 4))
case("matmul", "", "2x1x3x4 3x4x2", torch.matmul, draw(2, 1, 3, 4), draw(3, 4, 2))
case("matmul", "", "2x3x4 4", torch.matmul, draw(2, 3, 4), draw(4))
case("add", "", "4x1x3 2x1", torch.add, draw(4, 1, 3), draw(2, 1))
case("mul", "", "2x3x4 3x1", torch.mul, draw(2, 3, 4), draw(3, 1))
case("reduce_sum", "axes=0,2 keep_axes=false", "3x2x5", lambda x: x.sum((0, 2)), draw(3, 2, 5))
case("reduce_mean", "axes=-1", "3x2x5", lambda x: x.mean(-1, keepdim=True), draw(3, 2, 5))
case("group_norm", "groups=2 epsilon=0.001", "2x4x3x2",
     lambda x, s, t: F.group_norm(x, 2, s, t, 1e-3), draw(2, 4, 3, 2), draw(4), draw(4))
case("layer_norm", "axes=2", "2x3x4x2", lambda x, s, t: F.layer_norm(x, (4, 2), s, t, 1e-5),
     draw(2, 3, 4, 2), draw(4, 2), draw(4, 2))
case("silu", "", "3x5", F.silu, draw(3, 5))
case("prelu", "", "2x3x5", F.prelu, draw(2, 3, 5), draw(3))
index = torch.tensor([[0, 4, 1], [3, 3, 2]], dtype=torch.int32)
case("embedding", "rows=5 features=3", "2x3<5", lambda i, w: F.embedding(i, w), index, draw(5, 3))
index = torch.tensor([2, 0, 2, 1], dtype=torch.int32)
case("gather", "axis=1", "2x3x4 4<3", lambda x, i: x[:, i.long()], draw(2, 3, 4), index)


def attend(q, k, v, mask=None, heads=2):
    def split(x):
        return x.unflatten(2, (heads, -1)).transpose(1, 2)
    y = F.scaled_dot_product_attention(split(q), split(k), split(v), mask)
    return y.transpose(1, 2).flatten(2)


case("attention", "heads=2", "1x3x6 1x5x6 1x5x4 -", attend, draw(1, 3, 6), draw(1, 5, 6),
     draw(1, 5, 4), None)
case("attention", "heads=2", "2x3x4 2x2x4 2x2x4 3x2", attend, draw(2, 3, 4), draw(2, 2, 4),
     draw(2, 2, 4), draw(3, 2))
case("resize", "size=5,7 mode=linear", "2x2x3x4",
     lambda x: F.interpolate(x, (5, 7), mode="bilinear", align_corners=False), draw(2, 2, 3, 4))
case("resize", "size=4,3 mode=linear sampling=align_corners", "2x2x3x5",
     lambda x: F.interpolate(x, (4, 3), mode="bilinear", align_corners=True), draw(2, 2, 3, 5))
case("resize", "size=5,7 sampling=asymmetric", "2x2x3x4",
     lambda x: F.interpolate(x, (5, 7), mode="nearest"), draw(2, 2, 3, 4))
case("resize", "size=5,7", "2x2x3x4",
     lambda x: F.interpolate(x, (5, 7), mode="nearest-exact"), draw(2, 2, 3, 4))
case("resize", "scale=2 mode=linear", "1x2x2x3x2",
     lambda x: F.interpolate(x, scale_factor=2, mode="trilinear", align_corners=False),
     draw(1, 2, 2, 3, 2))
case("abs", "", "3x5", torch.abs, draw(3, 5))
case("softplus", "", "3x5", F.softplus, draw(3, 5))
case("binary_cross_entropy", "", "2x1x3x4 2x1x3x4", F.binary_cross_entropy_with_logits,
     draw(2, 1, 3, 4), draw(2, 1, 3, 4))

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
