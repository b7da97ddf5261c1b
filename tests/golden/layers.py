# SPDX-License-Identifier: Apache-2.0
# Writes layers.safetensors: values and gradients of layers as PyTorch computes them, in float64.
# Run it with torch, numpy and safetensors at hand; the file beside it says which versions made the
# one that is committed.
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

torch.manual_seed(15)
tensors, metadata = {}, {}


def draw(*shape, low=None):
    x = torch.randn(*shape, dtype=torch.float64)
    return (x if low is None else x.abs() + low).requires_grad_()


def case(op, fields, inputs, function, *operands, evaluation=False, after=None):
    """`operands` in the order of the operator's ports; None is missing. `after` gives what becomes
    of states, by port. The function gives one result or several."""
    key = f"{len(metadata):03}"
    out = function(*operands)
    results = out if isinstance(out, (list, tuple)) else [out]
    cotangents = [torch.randn_like(y) for y in results]
    there = [x for x in operands if x is not None and x.requires_grad]
    loss = sum((y * u).sum() for y, u in zip(results, cotangents))
    gradients = torch.autograd.grad(loss, there)
    metadata[key] = f"{op}|{fields}|{inputs}" + ("|evaluation" if evaluation else "")
    for k, x in enumerate(operands):
        if x is None:
            continue
        tensors[f"{key}.in{k}"] = x.detach().numpy()
        if x.requires_grad:
            tensors[f"{key}.grad{k}"] = gradients[[t is x for t in there].index(True)].numpy()
    for k, (y, u) in enumerate(zip(results, cotangents)):
        tensors[f"{key}.out{k}"] = y.detach().numpy()
        tensors[f"{key}.cotangent{k}"] = u.numpy()
    for port, value in (after or {}).items():
        tensors[f"{key}.after{port}"] = value.numpy()


# Convolution, padded automatically: as TensorFlow's SAME and ONNX's auto_pad.

def same(x, kernel, stride, dilation, upper):
    pads = []
    for extent, k, s, d in zip(x.shape[2:], kernel, stride, dilation):
        total = max((math.ceil(extent / s) - 1) * s + d * (k - 1) + 1 - extent, 0)
        less, more = total // 2, total - total // 2
        pads.insert(0, (less, more) if upper else (more, less))
    return F.pad(x, sum(pads, ()))


case("conv1d", "out_channels=2 kernel=4 auto_padding=same_upper", "2x3x5",
     lambda x, w, b: F.conv1d(x, w, b, padding="same"), draw(2, 3, 5), draw(2, 3, 4), draw(2))
case("conv2d", "out_channels=2 kernel=2,4 dilation=1,2 auto_padding=same_upper", "1x2x4x5",
     lambda x, w, b: F.conv2d(x, w, b, padding="same", dilation=(1, 2)), draw(1, 2, 4, 5),
     draw(2, 2, 2, 4), draw(2))
for upper in (True, False):
    padding = "auto_padding=same_" + ("upper" if upper else "lower")
    case("conv2d", f"out_channels=2 kernel=3,4 stride=2,3 {padding}",
         "2x2x6x7", lambda x, w, b: F.conv2d(same(x, (3, 4), (2, 3), (1, 1), upper), w, b, (2, 3)),
         draw(2, 2, 6, 7), draw(2, 2, 3, 4), draw(2))
    case("conv3d", f"out_channels=2 kernel=2,3,1 stride=1,2,2 bias=false {padding}", "1x2x3x4x3",
         lambda x, w, b: F.conv3d(same(x, (2, 3, 1), (1, 2, 2), (1, 1, 1), upper), w, None,
                                  (1, 2, 2)),
         draw(1, 2, 3, 4, 3), draw(2, 2, 2, 3, 1), None)
case("conv2d", "out_channels=2 kernel=3 padding=1 auto_padding=valid", "1x2x4x5",
     lambda x, w, b: F.conv2d(x, w, b), draw(1, 2, 4, 5), draw(2, 2, 3, 3), draw(2))
for mode in ("reflect", "replicate", "circular"):
    case("conv1d", f"out_channels=2 kernel=3 padding=2,1 dilation=2 padding_mode={mode}", "2x2x5",
         lambda x, w, b: F.conv1d(F.pad(x, (2, 1), mode), w, b, 1, 0, 2), draw(2, 2, 5),
         draw(2, 2, 3), draw(2))
    case("conv2d", f"out_channels=2 kernel=3 padding=2,1 stride=2 padding_mode={mode}", "2x2x4x5",
         lambda x, w, b: F.conv2d(F.pad(x, (1, 1, 2, 2), mode), w, b, 2), draw(2, 2, 4, 5),
         draw(2, 2, 3, 3), draw(2))
    case("conv3d", f"out_channels=2 kernel=3,2,1 padding=1,1,0 padding_mode={mode}", "1x2x3x2x2",
         lambda x, w, b: F.conv3d(F.pad(x, (0, 0, 1, 1, 1, 1), mode), w, b), draw(1, 2, 3, 2, 2),
         draw(2, 2, 3, 2, 1), draw(2))
    case("depthwise_conv2d", f"kernel=3 padding=1 padding_mode={mode}", "1x2x3x4",
         lambda x, w, b: F.conv2d(F.pad(x, (1, 1, 1, 1), mode), w, b, 1, 0, 1, 2), draw(1, 2, 3, 4),
         draw(2, 1, 3, 3), draw(2))
case("depthwise_conv2d", "multiplier=2 kernel=3 stride=2 padding=1", "2x3x5x4",
     lambda x, w, b: F.conv2d(x, w, b, 2, 1, 1, 3), draw(2, 3, 5, 4), draw(6, 1, 3, 3), draw(6))
case("separable_conv2d", "out_channels=4 multiplier=2 kernel=3 padding=1", "2x2x3x4",
     lambda x, d, p, b: F.conv2d(F.conv2d(x, d, None, 1, 1, 1, 2), p, b), draw(2, 2, 3, 4),
     draw(4, 1, 3, 3), draw(4, 4, 1, 1), draw(4))


def standardized(x, w, b):
    v, m = torch.var_mean(w, (1, 2, 3), correction=0, keepdim=True)
    return F.conv2d(x, (w - m) / (v + 1e-5).sqrt(), b, 2, 1, 1, 2)


case("standardized_conv2d", "out_channels=4 kernel=3 stride=2 padding=1 groups=2", "2x4x4x5",
     standardized, draw(2, 4, 4, 5), draw(4, 2, 3, 3), draw(4))

# Normalisation.

for axes, shape in ((1, (4, 3)), (1, (2, 3, 5)), (2, (2, 3, 2, 2)), (3, (2, 3, 2, 1, 2))):
    for mode in ("", "evaluation", "cumulative"):
        x, w, b = draw(*shape), draw(3), draw(3)
        mean, var = torch.randn(3, dtype=torch.float64), torch.rand(3, dtype=torch.float64) + 0.5
        layer = [nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d][axes - 1](
            3, eps=1e-3, momentum=None if mode == "cumulative" else 0.3).double()
        layer.running_mean, layer.running_var = mean.clone(), var.clone()
        layer.num_batches_tracked.fill_(3)
        layer.train(mode != "evaluation")

        def run(x, w, b, *_):
            return torch.func.functional_call(layer, {"weight": w, "bias": b}, (x,))
        batches = torch.tensor([3.0], dtype=torch.float64) if mode == "cumulative" else None
        fields = "eps=0.001 " + ("cumulative=true" if mode == "cumulative" else "momentum=0.3")
        layer_state = {3: layer.running_mean, 4: layer.running_var}
        case(f"batch_norm{axes}d", fields, "x".join(map(str, shape)), run, x, w, b, mean, var,
             batches, evaluation=mode == "evaluation",
             after=None if mode == "evaluation" else layer_state)
case("instance_norm", "epsilon=0.001", "2x3x2x3",
     lambda x, s, t: F.instance_norm(x, None, None, s, t, True, 0, 1e-3), draw(2, 3, 2, 3), draw(3),
     draw(3))
case("instance_norm", "affine=false", "2x3x5", lambda x: F.instance_norm(x), draw(2, 3, 5))
case("rms_norm", "axes=2 epsilon=0.001", "2x3x4", lambda x, s: F.rms_norm(x, (3, 4), s, 1e-3),
     draw(2, 3, 4), draw(3, 4))
case("rms_norm", "affine=false", "3x5", lambda x: F.rms_norm(x, (5,), None, 1e-6), draw(3, 5))
case("l2_normalize", "", "2x3x4", lambda x: F.normalize(x), draw(2, 3, 4))
case("l2_normalize", "axis=2 epsilon=2", "2x3x4", lambda x: F.normalize(x, dim=2, eps=2),
     draw(2, 3, 4))
for size in (1, 2, 3, 4, 5, 8):
    case("local_response_norm", f"size={size} alpha=0.5 beta=0.75 k=1.5", "2x5x2x3",
         lambda x: F.local_response_norm(x, size, 0.5, 0.75, 1.5), draw(2, 5, 2, 3))


def lrn_of_onnx(x, size, alpha, beta, bias):
    """The formula of ONNX's LRN, channel by channel."""
    rows, channels = [], x.shape[1]
    for c in range(channels):
        first = max(0, c - (size - 1) // 2)
        last = min(channels - 1, c + math.ceil((size - 1) / 2))
        square = (x[:, first:last + 1] ** 2).sum(1)
        rows.append(x[:, c] / (bias + alpha / size * square) ** beta)
    return torch.stack(rows, 1)


for size in (2, 3, 4):
    case("local_response_norm", f"size={size} alpha=0.5 beta=0.75 k=1.5 even_window=after",
         "2x5x2x3", lambda x: lrn_of_onnx(x, size, 0.5, 0.75, 1.5), draw(2, 5, 2, 3))

# Resampling: PyTorch's own, then every convention by ONNX's formulas.

for size in ((5, 7), (2, 3), (3, 4), (1, 1)):
    text = ",".join(map(str, size))
    for corners in (False, True):
        sampling = " sampling=align_corners" if corners else ""
        case("resize", f"size={text} mode=cubic{sampling}", "1x2x4x5",
             lambda x: F.interpolate(x, size, mode="bicubic", align_corners=corners),
             draw(1, 2, 4, 5))
        case("resize", f"size={text} mode=linear{sampling}", "1x2x4x5",
             lambda x: F.interpolate(x, size, mode="bilinear", align_corners=corners),
             draw(1, 2, 4, 5))
    case("resize", f"size={text} mode=linear antialias=true", "1x2x4x5",
         lambda x: F.interpolate(x, size, mode="bilinear", antialias=True), draw(1, 2, 4, 5))
    case("resize", f"size={text} mode=cubic antialias=true cubic_coefficient=-0.5", "1x2x4x5",
         lambda x: F.interpolate(x, size, mode="bicubic", antialias=True), draw(1, 2, 4, 5))
    case("resize", f"size={text} sampling=asymmetric rounding=floor", "1x2x4x5",
         lambda x: F.interpolate(x, size, mode="nearest"), draw(1, 2, 4, 5))
    case("resize", f"size={text}", "1x2x4x5",
         lambda x: F.interpolate(x, size, mode="nearest-exact"), draw(1, 2, 4, 5))
for scale in (0.6, 1.3, 1.7):
    for mode, name in (("bilinear", "linear"), ("bicubic", "cubic")):
        case("resize", f"scale={scale} keep_scale=true mode={name}", "1x2x5x4",
             lambda x: F.interpolate(x, scale_factor=scale, mode=mode), draw(1, 2, 5, 4))
        case("resize", f"scale={scale} mode={name}", "1x2x5x4",
             lambda x: F.interpolate(x, scale_factor=scale, mode=mode, recompute_scale_factor=True),
             draw(1, 2, 5, 4))


def place_of_onnx(sampling, p, extent, out, scale):
    if sampling == "half_pixel" or (sampling == "pytorch_half_pixel" and out > 1):
        return (p + 0.5) / scale - 0.5
    if sampling == "pytorch_half_pixel":
        return 0.0
    if sampling == "asymmetric":
        return p / scale
    return 0.0 if out == 1 else p * (extent - 1) / (out - 1)


def weights_of_onnx(mode, rounding, place, extent, a, exclude):
    """One row of the matrix that resizes an axis."""
    row = [0.0] * extent

    def add(i, w):
        row[min(max(i, 0), extent - 1)] += w
    if mode == "nearest":
        add({"floor": lambda: math.floor(place), "ceil": lambda: math.ceil(place),
             "round_prefer_floor": lambda: math.ceil(place - 0.5),
             "round_prefer_ceil": lambda: math.floor(place + 0.5)}[rounding](), 1)
        return row
    low, r = math.floor(place), place - math.floor(place)
    if mode == "linear":
        taps = [(low, 1 - r), (low + 1, r)]
    else:
        taps = [(low - 1, ((a * (r + 1) - 5 * a) * (r + 1) + 8 * a) * (r + 1) - 4 * a),
                (low, ((a + 2) * r - (a + 3)) * r * r + 1),
                (low + 1, ((a + 2) * (1 - r) - (a + 3)) * (1 - r) * (1 - r) + 1),
                (low + 2, ((a * (2 - r) - 5 * a) * (2 - r) + 8 * a) * (2 - r) - 4 * a)]
    if exclude:
        taps = [(i, w) for i, w in taps if 0 <= i < extent]
        total = sum(w for _, w in taps)
        taps = [(i, w / total) for i, w in taps]
    for i, w in taps:
        add(i, w)
    return row


def resize_of_onnx(x, out, mode, sampling, rounding="", scale=None, a=-0.75, exclude=False):
    extent = x.shape[2]
    rows = [weights_of_onnx(mode, rounding, place_of_onnx(sampling, p, extent, out,
                                                          scale or out / extent),
                            extent, a, exclude) for p in range(out)]
    return x @ torch.tensor(rows, dtype=torch.float64).T


for sampling in ("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"):
    for out in (1, 3, 8):
        for rounding in ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"):
            case("resize", f"size={out} sampling={sampling} rounding={rounding}", "1x1x6",
                 lambda x: resize_of_onnx(x, out, "nearest", sampling, rounding), draw(1, 1, 6))
        for mode, a in (("linear", -0.75), ("cubic", -0.75), ("cubic", -0.5)):
            case("resize", f"size={out} sampling={sampling} mode={mode} cubic_coefficient={a}",
                 "1x1x6", lambda x: resize_of_onnx(x, out, mode, sampling, a=a), draw(1, 1, 6))
        case("resize", f"size={out} sampling={sampling} mode=cubic exclude_outside=true", "1x1x6",
             lambda x: resize_of_onnx(x, out, "cubic", sampling, exclude=True), draw(1, 1, 6))
for rounding in ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"):
    case("resize", f"scale=0.7 keep_scale=true sampling=asymmetric rounding={rounding}", "1x1x6",
         lambda x: resize_of_onnx(x, 4, "nearest", "asymmetric", rounding, 0.7), draw(1, 1, 6))

# Attention.


def heads_of(x, heads):
    return x.unflatten(2, (heads, -1)).transpose(1, 2)


def attend(q, k, v, mask, heads, **how):
    y = F.scaled_dot_product_attention(*(heads_of(x, heads) for x in (q, k, v)), mask, **how)
    return y.transpose(1, 2).flatten(2)


case("attention", "heads=2 causal=true", "2x3x4 2x3x4 2x3x4 -",
     lambda q, k, v, m: attend(q, k, v, m, 2, is_causal=True), draw(2, 3, 4), draw(2, 3, 4),
     draw(2, 3, 4), None)
case("attention", "causal=true", "1x4x2 1x2x2 1x2x3 -",
     lambda q, k, v, m: attend(q, k, v, m, 1, is_causal=True), draw(1, 4, 2), draw(1, 2, 2),
     draw(1, 2, 3), None)
case("attention", "causal=true", "1x2x2 1x5x2 1x5x3 -",
     lambda q, k, v, m: attend(q, k, v, m, 1, is_causal=True), draw(1, 2, 2), draw(1, 5, 2),
     draw(1, 5, 3), None)
case("attention", "heads=2 scale=0.3", "2x3x4 2x2x4 2x2x4 3x2",
     lambda q, k, v, m: attend(q, k, v, m, 2, scale=0.3), draw(2, 3, 4), draw(2, 2, 4),
     draw(2, 2, 4), draw(3, 2))


def heads_layer(heads, features, causal=False):
    layer = nn.MultiheadAttention(features, heads, batch_first=True).double()

    def run(q, k, v, mask, iw, ib, ow, ob):
        k = q if k is None else k
        v = k if v is None else v
        if causal:
            mask = torch.full((q.shape[1], k.shape[1]), -math.inf).double().triu(1)
        named = {"in_proj_weight": iw, "out_proj.weight": ow}
        if ib is not None:
            named |= {"in_proj_bias": ib, "out_proj.bias": ob}
        else:
            named |= {"in_proj_bias": torch.zeros(3 * features).double(),
                      "out_proj.bias": torch.zeros(features).double()}
        return torch.func.functional_call(layer, named, (q, k, v), {"attn_mask": mask})[0]
    return run


case("multi_head_attention", "heads=2", "2x3x4 - - -", heads_layer(2, 4), draw(2, 3, 4), None, None,
     None, draw(12, 4), draw(12), draw(4, 4), draw(4))
case("multi_head_attention", "heads=2 causal=true bias=false", "2x3x4 - - -",
     heads_layer(2, 4, True), draw(2, 3, 4), None, None, None, draw(12, 4), None, draw(4, 4), None)
case("multi_head_attention", "heads=3", "2x2x6 2x3x6 2x3x6 2x3", heads_layer(3, 6), draw(2, 2, 6),
     draw(2, 3, 6), draw(2, 3, 6), draw(2, 3), draw(18, 6), draw(18), draw(6, 6), draw(6))
case("multi_head_attention", "heads=1", "1x2x4 1x3x4 - -", heads_layer(1, 4), draw(1, 2, 4),
     draw(1, 3, 4), None, None, draw(12, 4), draw(12), draw(4, 4), draw(4))


def embed(x, w, b, row, places):
    y = F.conv2d(x, w, b, 2).flatten(2).transpose(1, 2)
    y = y if row is None else torch.cat([row.expand(x.shape[0], -1, -1), y], 1)
    return y if places is None else y + places


case("patch_embedding", "patch=2 features=3", "2x2x4x6", embed, draw(2, 2, 4, 6),
     draw(3, 2, 2, 2), draw(3), draw(1, 1, 3), draw(1, 7, 3))
case("patch_embedding", "patch=2 features=3 class_row=false", "2x2x4x2", embed, draw(2, 2, 4, 2),
     draw(3, 2, 2, 2), draw(3), None, draw(1, 2, 3))


def encoder(heads, features, wide, activation, first):
    layer = nn.TransformerEncoderLayer(features, heads, wide, 0.0, activation, batch_first=True,
                                       norm_first=first).double()
    names = ["self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight",
             "self_attn.out_proj.bias", "linear1.weight", "linear1.bias", "linear2.weight",
             "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"]
    return lambda x, mask, *weights: torch.func.functional_call(
        layer, dict(zip(names, weights)), (x,), {"src_mask": mask})


for activation, first in (("gelu", True), ("gelu", False), ("relu", True)):
    case("transformer_encoder_layer",
         f"heads=2 feedforward=5 activation={activation} norm_first={str(first).lower()}",
         "2x3x4 -" if first else "2x3x4 3x3", encoder(2, 4, 5, activation, first), draw(2, 3, 4),
         None if first else draw(3, 3), draw(12, 4), draw(12), draw(4, 4), draw(4), draw(5, 4),
         draw(5), draw(4, 5), draw(4), draw(4), draw(4), draw(4), draw(4))

# Recurrent layers.


def recurrent(kind, features, hidden, both, batch_first, bias=True):
    layer = kind(features, hidden, bias=bias, batch_first=batch_first, bidirectional=both).double()
    names = [f"{name}_l0{back}" for back in (["", "_reverse"] if both else [""])
             for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    states = 2 if kind is nn.LSTM else 1

    def run(x, *operands):
        starts, weights = operands[:states], operands[states:]
        named = {name: weight for name, weight in zip(names, weights) if weight is not None}
        images = x.shape[0 if batch_first else 1]
        zeros = torch.zeros(2 if both else 1, images, hidden).double()
        starts = tuple(zeros if s is None else s for s in starts)
        y, last = torch.func.functional_call(
            layer, named, (x, starts if states == 2 else starts[0]))
        return [y, *last] if states == 2 else [y, last]
    return run


for kind, op, gates in ((nn.LSTM, "lstm", 4), (nn.GRU, "gru", 3)):
    states = 2 if op == "lstm" else 1
    for both, batch_first, started in ((False, True, False), (True, True, True),
                                       (True, False, False)):
        shape = (2, 4, 3) if batch_first else (4, 2, 3)
        directions = 2 if both else 1
        weights = [x for _ in range(directions)
                   for x in (draw(gates * 2, 3), draw(gates * 2, 2), draw(gates * 2),
                             draw(gates * 2))]
        weights += [None] * (8 - len(weights))
        starts = [draw(directions, 2, 2) if started else None for _ in range(states)]
        text = " ".join(f"{directions}x2x2" if started else "-" for _ in starts)
        case(op, f"hidden=2 bidirectional={str(both).lower()} "
             f"batch_first={str(batch_first).lower()}",
             "x".join(map(str, shape)) + " " + text, recurrent(kind, 3, 2, both, batch_first),
             draw(*shape), *starts, *weights)

# Blocks. PyTorch's own hard sigmoid and hard swish multiply gradients by 1 / 6 in float32.


def hard_sigmoid(x):
    return F.relu6(x + 3) / 6


def hard_swish(x):
    return x * hard_sigmoid(x)


def excite(x, w1, b1, w2, b2, inner, gate):
    return x * gate(F.conv2d(inner(F.conv2d(x.mean((2, 3), keepdim=True), w1, b1)), w2, b2))


for inner, gate in ((F.relu, torch.sigmoid), (F.silu, hard_sigmoid)):
    name = "hard_sigmoid" if gate is hard_sigmoid else "sigmoid"
    case("squeeze_excite", f"squeeze_channels=2 activation={inner.__name__} gate={name}", "2x3x2x3",
         lambda *o: excite(*o, inner, gate), draw(2, 3, 2, 3), draw(2, 3, 1, 1), draw(2),
         draw(3, 2, 1, 1), draw(3))


def inverted(kernel, stride, activation, inner, gate, eps):
    def norm(x, state):
        return F.batch_norm(x, state[2].clone(), state[3].clone(), state[0], state[1], True, 0.1,
                            eps)

    def run(x, *o):
        y = x
        if o[0] is not None:
            y = activation(norm(F.conv2d(y, o[0]), o[1:5]))
        y = F.conv2d(y, o[5], None, stride, (kernel - 1) // 2, 1, y.shape[1])
        y = activation(norm(y, o[6:10]))
        if o[10] is not None:
            y = excite(y, *o[10:14], inner, gate)
        y = norm(F.conv2d(y, o[14]), o[15:19])
        return y + x if stride == 1 and y.shape == x.shape else y
    return run


def normed(channels):
    state = [draw(channels), draw(channels), torch.randn(channels).double(),
             torch.rand(channels).double() + 0.5]
    return state


def block_operands(channels, middle, out, kernel, expand, squeeze):
    o = [draw(middle, channels, 1, 1), *normed(middle)] if expand else [None] * 5
    o += [draw(middle, 1, kernel, kernel), *normed(middle)]
    o += [draw(squeeze, middle, 1, 1), draw(squeeze), draw(middle, squeeze, 1, 1),
          draw(middle)] if squeeze else [None] * 4
    return o + [draw(out, middle, 1, 1), *normed(out)]


case("inverted_residual", "out_channels=2 middle_channels=4", "2x2x4x3",
     inverted(3, 1, F.relu6, None, None, 1e-5), draw(2, 2, 4, 3),
     *block_operands(2, 4, 2, 3, True, 0))
case("inverted_residual",
     "out_channels=3 middle_channels=4 kernel=5 stride=2 activation=hard_swish squeeze=true "
     "squeeze_channels=2 eps=0.001", "2x2x5x4",
     inverted(5, 2, hard_swish, F.relu, hard_sigmoid, 1e-3), draw(2, 2, 5, 4),
     *block_operands(2, 4, 3, 5, True, 2))
case("inverted_residual",
     "out_channels=3 expand=false activation=silu squeeze=true squeeze_channels=1 "
     "squeeze_activation=silu gate=sigmoid", "2x3x3x3",
     inverted(3, 1, F.silu, F.silu, torch.sigmoid, 1e-5), draw(2, 3, 3, 3),
     *block_operands(3, 3, 3, 3, False, 1))


def convnext(x, dw, db, s, t, w1, b1, w2, b2, gamma):
    y = F.conv2d(x, dw, db, 1, dw.shape[2] // 2, 1, x.shape[1]).permute(0, 2, 3, 1)
    y = F.layer_norm(y, y.shape[3:], s, t, 1e-6)
    y = F.linear(F.gelu(F.linear(y, w1, b1)), w2, b2)
    return x + (y if gamma is None else y * gamma).permute(0, 3, 1, 2)


for scaled in (True, False):
    case("convnext_block", f"kernel=3 expansion=2 layer_scale={str(scaled).lower()}", "2x3x4x3",
         convnext, draw(2, 3, 4, 3), draw(3, 1, 3, 3), draw(3), draw(3), draw(3), draw(6, 3),
         draw(6), draw(3, 6), draw(3), draw(3) if scaled else None)

for kind, op in ((nn.LSTM, "lstm"), (nn.GRU, "gru")):
    states, gates = (2, 4) if op == "lstm" else (1, 3)
    for both in (False, True):
        weights = [x for back in (False, True)
                   for x in ((draw(gates * 2, 3), draw(gates * 2, 2), None, None)
                             if both or not back else (None,) * 4)]
        case(op, f"hidden=2 bias=false bidirectional={str(both).lower()}",
             "2x4x3 " + " ".join(["-"] * states), recurrent(kind, 3, 2, both, True, False),
             draw(2, 4, 3), *[None] * states, *weights)

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
print(len(metadata), "cases, torch", torch.__version__)
