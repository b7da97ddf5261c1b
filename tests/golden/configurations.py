# SPDX-License-Identifier: Apache-2.0
# Writes configurations.safetensors: operators in random configurations (odd extents, strides, groups,
# uneven padding, repetition, axes) as PyTorch computes them in float64, and how far PyTorch's own
# float32 is from that. Needs torch, numpy and safetensors.
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

torch.manual_seed(2115)
rng = np.random.default_rng(2115)
tensors, metadata = {}, {}


def whole(low, high):
    """Between low and high, both included."""
    return int(rng.integers(low, high + 1))


def one_of(*choices):
    return choices[rng.integers(len(choices))]


def extents(rank, largest=5):
    return [whole(1, largest) for _ in range(rank)]


def draw(*shape, low=-2.0, high=2.0):
    """Numbers that float32 holds exactly."""
    x = low + (high - low) * torch.rand(*shape, dtype=torch.float64)
    return x.float().double().requires_grad_()


def text(numbers):
    return ",".join(map(str, numbers))


def flag(name, value):
    return f"{name}={str(bool(value)).lower()}"


def operand_text(x):
    if x is None:
        return "-"
    shape = "x".join(map(str, x.shape)) or "scalar"
    if x.is_floating_point():
        return shape
    return shape + {torch.int32: "<", torch.int64: ":i64<", torch.bool: ":bool<"}[x.dtype] + "2"


def run(function, operands, cotangent, dtype):
    made = [x if x is None or not x.is_floating_point() else
            x.detach().to(dtype).requires_grad_(x.requires_grad) for x in operands]
    out = function(*made)
    there = [x for x in made if x is not None and x.requires_grad]
    if cotangent is None:
        cotangent = torch.randn_like(out).float()
    gradients = torch.autograd.grad(out, there, cotangent.to(dtype), materialize_grads=True) \
        if out.requires_grad else []
    return cotangent, [out.detach(), *gradients]


def case(op, fields, function, values, parameters=()):
    """`values`, then `parameters`, in the order of the operator's ports; None is missing."""
    operands = [*values, *parameters]
    cotangent, wanted = run(function, operands, None, torch.float64)
    _, rough = run(function, operands, cotangent, torch.float32)
    errors = [float((a - b.double()).abs().max()) if a.numel() else 0.0
              for a, b in zip(wanted, rough)]
    if not all(torch.isfinite(x).all() for x in wanted) or not all(map(math.isfinite, errors)):
        return
    key = f"{len(metadata):04}"
    metadata[key] = (f"{op}|{fields}|{' '.join(operand_text(x) for x in values)}|"
                     + ",".join(f"{e:.3g}" for e in errors))
    gradients = iter(wanted[1:])
    for k, x in enumerate(operands):
        if x is None:
            continue
        tensors[f"{key}.in{k}"] = (x.detach().float() if x.is_floating_point() else x).numpy()
        if x.requires_grad and len(wanted) > 1:
            tensors[f"{key}.grad{k}"] = next(gradients).numpy()
    tensors[f"{key}.out"] = wanted[0].numpy()
    tensors[f"{key}.cotangent"] = cotangent.numpy()


def times(count):
    return range(count)


# One number in, one out.

def alpha():
    return round(float(rng.uniform(0.3, 2)), 2)


unary = {
    "abs": torch.abs, "ceil": torch.ceil, "cos": torch.cos, "erf": torch.erf, "exp": torch.exp,
    "floor": torch.floor, "hard_swish": lambda x: x * F.relu6(x + 3) / 6, "mish": F.mish,
    "neg": torch.neg, "relu": F.relu, "relu6": F.relu6, "round": torch.round, "selu": F.selu,
    "sigmoid": torch.sigmoid, "sign": torch.sign, "silu": F.silu, "sin": torch.sin,
    "softplus": F.softplus, "softsign": F.softsign, "tanh": torch.tanh,
    "identity": lambda x: x * 1,
}
for name, function in unary.items():
    for k in times(10):
        size = one_of(1, 4, 8)
        case(name, "", function, [draw(*extents(whole(1, 4), 6), low=-size, high=size)])
for name, function in {"log": torch.log, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt,
                       "reciprocal": torch.reciprocal}.items():
    for k in times(10):
        case(name, "", function, [draw(*extents(whole(1, 4), 6), low=0.1, high=9)])
for k in times(10):
    shape, a = extents(whole(1, 4), 6), alpha()
    case("celu", f"alpha={a}", lambda x: F.celu(x, a), [draw(*shape)])
    case("elu", f"alpha={a}", lambda x: F.elu(x, a), [draw(*shape)])
    case("leaky_relu", f"slope={a / 4}", lambda x: F.leaky_relu(x, a / 4), [draw(*shape)])
    case("softshrink", f"lambda={a}", lambda x: F.softshrink(x, a), [draw(*shape)])
    case("threshold", f"threshold={a} value=-1.5", lambda x: F.threshold(x, a, -1.5),
         [draw(*shape)])
    case("hard_tanh", f"low={-a} high={a / 2}", lambda x: F.hardtanh(x, -a, a / 2), [draw(*shape)])
    case("clamp", f"bounds=both low={-a} high={a}", lambda x: x.clamp(-a, a), [draw(*shape)])
    case("pow_scalar", f"exponent={a}", lambda x: x ** a, [draw(*shape, low=0.2, high=3)])
    case("hard_sigmoid", f"slope={a / 4} offset=0.5", lambda x: (x * (a / 4) + 0.5).clamp(0, 1),
         [draw(*shape, low=-4, high=4)])
    case("gelu", "approximation=erf", F.gelu, [draw(*shape, low=-4, high=4)])
    case("gelu", "approximation=tanh", lambda x: F.gelu(x, approximate="tanh"),
         [draw(*shape, low=-4, high=4)])

# Two numbers in, repeated as NumPy does.

binary = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div,
          "max": torch.maximum, "min": torch.minimum, "pow": torch.pow, "mod": torch.remainder}


def repeated(shape):
    kept = [1 if rng.random() < 0.3 else e for e in shape]
    return kept[whole(0, len(kept) - 1) if rng.random() < 0.4 else 0:]


for name, function in binary.items():
    positive = name in ("pow", "div", "mod")
    for k in times(20):
        shape = extents(whole(1, 4))
        low = 0.3 if positive else -2
        case(name, "", function, [draw(*repeated(shape), low=low), draw(*repeated(shape), low=low)])
for k in times(20):
    shape = extents(whole(1, 4))
    case("where", "", torch.where, [torch.rand(*repeated(shape)) > 0.5, draw(*repeated(shape)),
                                    draw(*repeated(shape))])

# Along axes.


def prod(x, axes, keep):
    for axis in sorted(axes, reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x


reductions = {
    "reduce_sum": lambda x, a, k: x.sum(a, keepdim=k),
    "reduce_mean": lambda x, a, k: x.mean(a, keepdim=k),
    "reduce_max": lambda x, a, k: x.amax(a, keepdim=k),
    "reduce_min": lambda x, a, k: x.amin(a, keepdim=k), "reduce_prod": prod,
    "reduce_l1": lambda x, a, k: torch.linalg.vector_norm(x, 1, a, keepdim=k),
    "reduce_l2": lambda x, a, k: torch.linalg.vector_norm(x, 2, a, keepdim=k),
    "reduce_log_sum_exp": lambda x, a, k: x.logsumexp(a, keepdim=k),
    "reduce_variance": lambda x, a, k: x.var(a, correction=0, keepdim=k),
    "reduce_std": lambda x, a, k: x.std(a, correction=0, keepdim=k),
}
for name, function in reductions.items():
    for k in times(20):
        rank = whole(1, 4)
        shape = [whole(2, 6) if name == "reduce_std" else whole(1, 6) for _ in times(rank)]
        axes = tuple(int(a) for a in sorted(rng.choice(rank, whole(1, rank), replace=False)))
        keep = rng.random() < 0.5
        more = " unbiased=false" if name in ("reduce_variance", "reduce_std") else ""
        case(name, f"axes={text(axes)} {flag('keep_axes', keep)}{more}",
             lambda x: function(x, axes, keep), [draw(*shape)])
for k in times(20):
    shape = extents(whole(1, 4), 6)
    axis = whole(0, len(shape) - 1)
    case("softmax", f"axis={axis}", lambda x: x.softmax(axis), [draw(*shape, low=-6, high=6)])
    case("log_softmax", f"axis={axis}", lambda x: x.log_softmax(axis),
         [draw(*shape, low=-6, high=6)])
    case("cumsum", f"axis={axis}", lambda x: x.cumsum(axis), [draw(*shape)])
    case("l2_normalize", f"axis={axis} epsilon=1e-06", lambda x: F.normalize(x, 2, axis, 1e-6),
         [draw(*shape)])
    shape[axis] = 2 * shape[axis]
    case("glu", f"axis={axis}", lambda x: F.glu(x, axis), [draw(*shape)])

# Convolution.


def window(axes, largest=3):
    kernel, dilation = [whole(1, largest) for _ in times(axes)], [whole(1, 2) for _ in times(axes)]
    stride = [whole(1, 3) for _ in times(axes)]
    before = [whole(0, 2) for _ in times(axes)]
    after = [whole(0, 2) for _ in times(axes)]
    image = [whole(1, 4) + max(0, d * (k - 1) + 1 - b - a)
             for k, d, b, a in zip(kernel, dilation, before, after)]
    return kernel, dilation, stride, before, after, image


def sides(before, after):
    return [side for pair in reversed(list(zip(before, after))) for side in pair]


convolve = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
transposed = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
for axes, count in ((1, 50), (2, 80), (3, 30)):
    for k in times(count):
        kernel, dilation, stride, before, after, image = window(axes, 4 if axes < 3 else 2)
        groups = one_of(1, 1, 2, 3)
        c, out = groups * whole(1, 3), groups * whole(1, 3)
        bias = rng.random() < 0.5
        fields = (f"out_channels={out} kernel={text(kernel)} stride={text(stride)} "
                  f"padding={text(before + after)} dilation={text(dilation)} groups={groups} "
                  f"{flag('bias', bias)}")
        case(f"conv{axes}d", fields,
             lambda x, w, b: convolve[axes](F.pad(x, sides(before, after)), w, b, stride, 0,
                                            dilation, groups),
             [draw(whole(1, 3), c, *image)],
             [draw(out, c // groups, *kernel), draw(out) if bias else None])
for axes, count in ((1, 30), (2, 40), (3, 20)):
    for k in times(count):
        kernel, dilation, stride, padding, _, _ = window(axes, 3 if axes < 3 else 2)
        padding = [min(p, d * (k - 1)) for p, d, k in zip(padding, dilation, kernel)]
        more = [whole(0, s - 1) for s in stride]
        image = [whole(2, 4) for _ in times(axes)]
        groups = one_of(1, 1, 2, 3)
        c, out = groups * whole(1, 2), groups * whole(1, 2)
        bias = rng.random() < 0.5
        if min((e - 1) * s + d * (k - 1) + m + 1 - 2 * p for e, s, d, k, m, p in
               zip(image, stride, dilation, kernel, more, padding)) < 1:
            continue
        fields = (f"out_channels={out} kernel={text(kernel)} stride={text(stride)} "
                  f"padding={text(padding)} output_padding={text(more)} dilation={text(dilation)} "
                  f"groups={groups} {flag('bias', bias)}")
        case(f"conv_transpose{axes}d", fields,
             lambda x, w, b: transposed[axes](x, w, b, stride, padding, more, groups, dilation),
             [draw(whole(1, 2), c, *image)],
             [draw(c, out // groups, *kernel), draw(out) if bias else None])
for k in times(20):
    kernel, dilation, stride, before, after, image = window(2)
    c, more, out = whole(1, 3), whole(1, 2), whole(1, 3)
    fields = (f"multiplier={more} kernel={text(kernel)} stride={text(stride)} "
              f"padding={text(before + after)} dilation={text(dilation)}")
    x, depth = draw(2, c, *image), draw(c * more, 1, *kernel)
    case("depthwise_conv2d", fields,
         lambda x, w, b: F.conv2d(F.pad(x, sides(before, after)), w, b, stride, 0, dilation, c),
         [x], [depth, draw(c * more)])
    case("separable_conv2d", f"out_channels={out} {fields}",
         lambda x, d, p, b: F.conv2d(F.conv2d(F.pad(x, sides(before, after)), d, None, stride, 0,
                                              dilation, c), p, b),
         [x], [depth, draw(out, c * more, 1, 1), draw(out)])

# Pooling.
pools = {("avg", 1): F.avg_pool1d, ("avg", 2): F.avg_pool2d, ("avg", 3): F.avg_pool3d,
         ("max", 1): F.max_pool1d, ("max", 2): F.max_pool2d, ("max", 3): F.max_pool3d}
for (kind, axes), function in pools.items():
    for k in times(25 if axes == 2 else 20):
        kernel = [whole(1, 3) for _ in times(axes)]
        stride = [whole(1, 3) for _ in times(axes)]
        padding = [whole(0, k // 2) for k in kernel]
        ceil, include = rng.random() < 0.4, rng.random() < 0.5
        dilation = [whole(1, 2) if kind == "max" else 1 for _ in times(axes)]
        image = [whole(1, 4) + d * (k - 1) for d, k in zip(dilation, kernel)]
        fields = (f"kernel={text(kernel)} stride={text(stride)} padding={text(padding)} "
                  f"{flag('ceil_mode', ceil)} ")
        x = draw(whole(1, 2), whole(1, 3), *image)
        if kind == "max":
            case(f"max_pool{axes}d", fields + f"dilation={text(dilation)}",
                 lambda x: function(x, kernel, stride, padding, dilation, ceil), [x])
        else:
            case(f"avg_pool{axes}d", fields + flag("count_include_pad", include),
                 lambda x: function(x, kernel, stride, padding, ceil, include), [x])
for k in times(15):
    kernel, stride = [whole(1, 3), whole(1, 3)], [whole(1, 3), whole(1, 3)]
    x = draw(2, whole(1, 3), whole(3, 6), whole(3, 6))
    case("l2_pool2d", f"kernel={text(kernel)} stride={text(stride)}",
         lambda x: F.lp_pool2d(x, 2, kernel, stride), [x])
    case("global_avg_pool2d", "", lambda x: x.mean((2, 3), keepdim=True), [x])
    case("global_max_pool2d", "", lambda x: F.adaptive_max_pool2d(x, 1), [x])
    axes = whole(1, 3)
    size = [whole(1, 4) for _ in times(axes)]
    x = draw(whole(1, 2), whole(1, 2), *[whole(1, 6) for _ in size])
    for kind in ("avg", "max"):
        function = getattr(F, f"adaptive_{kind}_pool{axes}d")
        case(f"adaptive_{kind}_pool", f"size={text(size)}", lambda x: function(x, size), [x])

# Normalisation.


def statistics(c):
    return [torch.randn(c).double(), (torch.rand(c) + 0.5).double(), None]


def batch_norm(x, w, b, mean, variance, _):
    return F.batch_norm(x, mean.clone(), variance.clone(), w, b, True, 0.1, 1e-3)


for k in times(15):
    c = whole(1, 6)
    for axes in (1, 2, 3):
        case(f"batch_norm{axes}d", "eps=0.001", batch_norm,
             [draw(whole(2, 4), c, *[whole(1, 4) for _ in times(axes)])],
             [draw(c), draw(c), *statistics(c)])
for k in times(20):
    groups = whole(1, 3)
    c = groups * whole(1, 3)
    affine = rng.random() < 0.7
    x = draw(whole(1, 3), c, *[whole(2, 4) for _ in times(whole(1, 3))])
    scales = [draw(c), draw(c)] if affine else [None, None]
    case("group_norm", f"groups={groups} epsilon=0.001 {flag('affine', affine)}",
         lambda x, s, t: F.group_norm(x, groups, s, t, 1e-3), [x], scales)
    case("instance_norm", f"epsilon=0.001 {flag('affine', affine)}",
         lambda x, s, t: F.instance_norm(x, None, None, s, t, True, 0, 1e-3), [x], scales)
    axes = whole(1, x.dim() - 1)
    over = list(x.shape[-axes:])
    scales = [draw(*over), draw(*over)] if affine else [None, None]
    case("layer_norm", f"axes={axes} epsilon=0.001 {flag('affine', affine)}",
         lambda x, s, t: F.layer_norm(x, over, s, t, 1e-3), [x], scales)
    case("rms_norm", f"axes={axes} epsilon=0.001 {flag('affine', affine)}",
         lambda x, s: F.rms_norm(x, over, s, 1e-3), [x], scales[:1])
    size = whole(1, 6)
    case("local_response_norm", f"size={size} alpha=0.3 beta=0.6 k=1.2",
         lambda x: F.local_response_norm(x, size, 0.3, 0.6, 1.2), [x])

# Products and attention.
for k in times(20):
    n, f, o = whole(1, 5), whole(1, 19), whole(1, 18)
    bias = rng.random() < 0.6
    case("linear", f"out_features={o} {flag('bias', bias)}", F.linear, [draw(n, f)],
         [draw(o, f), draw(o) if bias else None])
    a, b, c = whole(1, 9), whole(1, 9), whole(1, 9)
    outer = extents(whole(0, 2), 3)
    case("matmul", "", torch.matmul, [draw(*repeated(outer) if outer else [], a, b),
                                      draw(*outer, b, c)])
    rows, features = whole(2, 6), whole(1, 5)
    index = torch.randint(rows, extents(whole(1, 3), 4), dtype=one_of(torch.int32, torch.int64))
    case("embedding", f"rows={rows} features={features}",
         lambda i, w: F.embedding(i.long(), w), [index], [draw(rows, features)])
    c = whole(1, 5)
    case("prelu", "", F.prelu, [draw(2, c, *extents(whole(0, 2), 4))], [draw(c)])


def heads_of(x, heads):
    return x.unflatten(2, (heads, -1)).transpose(1, 2)


for k in times(20):
    heads, n = whole(1, 3), whole(1, 2)
    t, s, f, g = whole(1, 4), whole(1, 4), heads * whole(1, 3), heads * whole(1, 3)
    scale, masked = round(float(rng.uniform(0.2, 1)), 2), rng.random() < 0.5

    def attend(q, k, v, m):
        y = F.scaled_dot_product_attention(*(heads_of(x, heads) for x in (q, k, v)), m, scale=scale)
        return y.transpose(1, 2).flatten(2)
    case("attention", f"heads={heads} scale={scale}", attend,
         [draw(n, t, f), draw(n, s, f), draw(n, s, g), draw(t, s) if masked else None])


def recurrent(kind, features, hidden, both):
    layer = kind(features, hidden, batch_first=True, bidirectional=both)
    names = [f"{name}_l0{back}" for back in (["", "_reverse"] if both else [""])
             for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    states = 2 if kind is nn.LSTM else 1

    def of(x, *operands):
        return torch.func.functional_call(layer.to(x.dtype), dict(zip(names, operands[states:])),
                                          (x,))[0]
    return of


for k in times(15):
    features, hidden, both = whole(1, 4), whole(1, 4), rng.random() < 0.4
    for kind, gates, states in ((nn.LSTM, 4, 2), (nn.GRU, 3, 1)):
        weights = [x for _ in times(2 if both else 1)
                   for x in (draw(gates * hidden, features), draw(gates * hidden, hidden),
                             draw(gates * hidden), draw(gates * hidden))]
        case("lstm" if kind is nn.LSTM else "gru", f"hidden={hidden} {flag('bidirectional', both)}",
             recurrent(kind, features, hidden, both),
             [draw(whole(1, 3), whole(1, 4), features), *[None] * states],
             weights + [None] * (8 - len(weights)))

for k in times(12):
    shape = extents(whole(2, 4))
    rank = len(shape)
    axis = whole(0, rank - 1)
    order = [int(a) for a in rng.permutation(rank)]
    case("transpose", f"permutation={text(order)}", lambda x: x.permute(order) * 1, [draw(*shape)])
    case("reshape", f"shape={shape[0]},-1", lambda x: x.reshape(shape[0], -1) * 1, [draw(*shape)])
    case("flatten", "", lambda x: x.flatten(1) * 1, [draw(*shape)])
    case("unsqueeze", f"axes={axis}", lambda x: x.unsqueeze(axis) * 1, [draw(*shape)])
    thin = [*shape[:axis], 1, *shape[axis:]]
    case("squeeze", f"axes={axis}", lambda x: x.squeeze(axis) * 1, [draw(*thin)])
    start, step = whole(0, shape[axis] - 1), whole(1, 3)
    length = whole(1, (shape[axis] - 1 - start) // step + 1)
    case("slice", f"axis={axis} start={start} length={length} step={step}",
         lambda x: x.index_select(axis, start + step * torch.arange(length)), [draw(*shape)])
    others = [[*shape[:axis], whole(1, 4), *shape[axis + 1:]] for _ in times(whole(1, 3))]
    case("concat", f"axis={axis}", lambda *x: torch.cat(x, axis), [draw(*s) for s in others])
    case("stack", f"axis={axis}", lambda *x: torch.stack(x, axis),
         [draw(*shape) for _ in times(whole(1, 3))])
    index = torch.randint(shape[axis], (whole(1, 6),), dtype=torch.int64)
    case("gather", f"axis={axis}", lambda x, i: x.index_select(axis, i), [draw(*shape), index])
    rows = whole(1, 4)
    places = torch.randint(rows, (shape[axis],), dtype=torch.int64)
    case("scatter_add", f"axis={axis} rows={rows}",
         lambda x, i: torch.zeros(*x.shape[:axis], rows, *x.shape[axis + 1:], dtype=x.dtype)
         .index_add(axis, i, x), [draw(*shape), places])
    case("expand", f"shape={text(shape)}", lambda x: x.expand(shape) * 1, [draw(*repeated(shape))])
    repeats = [whole(1, 3) for _ in shape]
    case("tile", f"repeats={text(repeats)}", lambda x: x.tile(*repeats), [draw(*shape)])
    case("flip", f"axes={axis}", lambda x: x.flip(axis), [draw(*shape)])
    shift = whole(-3, 3)
    case("roll", f"shifts={shift} axes={axis}", lambda x: x.roll(shift, axis), [draw(*shape)])
    before, after = whole(0, 3), whole(0, 3)
    case("zero_pad", f"axis={axis} before={before} after={after}",
         lambda x: F.pad(x.movedim(axis, -1), (before, after)).movedim(-1, axis), [draw(*shape)])
    for mode in ("constant", "reflect", "replicate", "circular"):
        image = draw(whole(1, 2), whole(1, 2), whole(3, 5), whole(3, 5))
        pads = [whole(0, 2) for _ in times(4)]
        case("pad", f"pads={text(pads)} mode={mode}",
             lambda x: F.pad(x, (pads[1], pads[3], pads[0], pads[2]), mode), [image])
    less = [2 * whole(0, 1), 2 * whole(0, 1)]
    image = draw(whole(1, 2), whole(1, 3), whole(3, 6), whole(3, 6))
    size = [image.shape[2] - less[0], image.shape[3] - less[1]]
    at = [e // 2 for e in less]
    case("crop", f"size={text(size)}",
         lambda x: x[:, :, at[0]:at[0] + size[0], at[1]:at[1] + size[1]] * 1, [image])
    factor = whole(1, 3)
    case("pixel_shuffle", f"factor={factor}", lambda x: F.pixel_shuffle(x, factor),
         [draw(whole(1, 2), factor ** 2 * whole(1, 2), *extents(2, 3))])
    case("pixel_unshuffle", f"factor={factor}", lambda x: F.pixel_unshuffle(x, factor),
         [draw(whole(1, 2), whole(1, 2), factor * whole(1, 2), factor * whole(1, 2))])
    case("channel_shuffle", f"groups={factor}",
         lambda x: x.unflatten(1, (factor, -1)).transpose(1, 2).flatten(1, 2),
         [draw(2, factor * whole(1, 3), *extents(2, 3))])
    diagonal = whole(-2, 2)
    case("triangular", f"side=upper diagonal={diagonal}", lambda x: x.triu(diagonal),
         [draw(*shape)])
    case("triangular", f"side=lower diagonal={diagonal}", lambda x: x.tril(diagonal),
         [draw(*shape)])
for k in times(30):
    axes = whole(1, 3)
    size = [whole(1, 7) for _ in times(axes)]
    x = draw(whole(1, 2), whole(1, 2), *extents(axes, 5))
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]
    case("resize", f"size={text(size)}", lambda x: F.interpolate(x, size, mode="nearest-exact"), [x])
    for corners in (False, True):
        sampling = " sampling=align_corners" if corners else ""
        case("resize", f"size={text(size)} mode=linear{sampling}",
             lambda x: F.interpolate(x, size, mode=linear, align_corners=corners), [x])

# Losses.


def shares(*shape):
    return torch.randn(*shape).double().softmax(1).float().double().requires_grad_()


binary_cross = F.binary_cross_entropy_with_logits
for k in times(15):
    n, c = whole(1, 5), whole(2, 7)
    places = extents(whole(0, 2), 3)
    x, y = draw(n, c, *places, low=-4, high=4), draw(n, c, *places)
    labels = torch.randint(c, (n,), dtype=torch.int32)
    place_labels = torch.randint(c, (n, *places), dtype=torch.int32)
    smooth, size = round(float(rng.uniform(0, 0.5)), 2), alpha()
    case("mse", "", F.mse_loss, [x, y])
    case("l1", "", F.l1_loss, [x, y])
    case("huber", f"delta={size}", lambda x, t: F.huber_loss(x, t, delta=size), [x, y])
    case("smooth_l1", f"beta={size}", lambda x, t: F.smooth_l1_loss(x, t, beta=size), [x, y])
    case("cross_entropy", f"label_smoothing={smooth}",
         lambda x, t: F.cross_entropy(x, t.long(), label_smoothing=smooth),
         [draw(n, c, low=-5, high=5), labels])
    weights = [round(float(w), 2) for w in rng.uniform(0.1, 2, c)]
    case("weighted_cross_entropy", f"class_weights={text(weights)} label_smoothing={smooth}",
         lambda x, t: F.cross_entropy(x, t.long(), torch.tensor(weights, dtype=x.dtype),
                                      label_smoothing=smooth), [x, place_labels])
    case("nll", f"class_weights={text(weights)}",
         lambda x, t: F.nll_loss(x, t.long(), torch.tensor(weights, dtype=x.dtype)),
         [x, place_labels])
    case("soft_cross_entropy", f"label_smoothing={smooth}",
         lambda x, t: F.cross_entropy(x, t, label_smoothing=smooth), [x, shares(n, c, *places)])
    case("kl_divergence", "",
         lambda x, t: F.kl_div(x.log_softmax(1), t, reduction="sum") / (x.numel() / x.shape[1]),
         [x, shares(n, c, *places)])
    case("binary_cross_entropy", f"pos_weight={size}", lambda x, t: binary_cross(
        x, t, pos_weight=torch.tensor(size, dtype=x.dtype)), [x, y])
    case("hinge", f"margin={size}", lambda x, t: F.multi_margin_loss(x, t.long(), margin=size),
         [draw(n, c), labels])
    f = whole(2, 6)
    case("triplet", f"margin={size}", lambda a, p, q: F.triplet_margin_loss(a, p, q, size),
         [draw(n, f), draw(n, f), draw(n, f)])
    signs = (2.0 * torch.randint(2, (n,)) - 1).double()
    case("cosine_embedding", "margin=0.2",
         lambda a, b, t: F.cosine_embedding_loss(a, b, t, margin=0.2),
         [draw(n, f), draw(n, f), signs])

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
print(len(metadata), "configurations, torch", torch.__version__)
