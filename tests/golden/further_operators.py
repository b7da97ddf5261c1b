# SPDX-License-Identifier: Apache-2.0
# Writes further_operators.safetensors: values and gradients of operators that models from elsewhere
# need, as PyTorch computes them, in float64. Run it with torch, torchvision, numpy and safetensors
# at hand; the file beside it says which versions made the one that is committed.
import sys

import torch
import torch.nn.functional as F
import torchvision
from safetensors.numpy import save_file

torch.manual_seed(21)
tensors, metadata = {}, {}


def draw(*shape, low=-1.5, high=1.5):
    x = torch.rand(*shape, dtype=torch.float64) * (high - low) + low
    return x.requires_grad_()


def positions(below, *shape):
    return torch.randint(0, below, shape)


def numbers(x):
    # save_file writes memory as it lies: transposed it would be another tensor.
    return x.detach().contiguous().numpy()


def case(op, fields, inputs, function, *operands):
    """`operands` in the order of the operator's ports; None is missing."""
    key = f"{len(metadata):03}"
    out = function(*[x for x in operands if x is not None])
    cotangent = torch.randn_like(out)
    there = [x for x in operands if x is not None and x.requires_grad]
    gradients = torch.autograd.grad(out, there, cotangent)
    metadata[key] = f"{op}|{fields}|{inputs}"
    for k, x in enumerate(operands):
        if x is None:
            continue
        tensors[f"{key}.in{k}"] = numbers(x)
        if x.requires_grad:
            tensors[f"{key}.grad{k}"] = numbers(gradients[[t is x for t in there].index(True)])
    tensors[f"{key}.out"] = numbers(out)
    tensors[f"{key}.cotangent"] = numbers(cotangent)


for name, low, high in [("tan", -1.4, 1.4), ("asin", -0.95, 0.95), ("acos", -0.95, 0.95),
                        ("atan", -9, 9), ("sinh", -4, 4), ("cosh", -4, 4), ("asinh", -9, 9),
                        ("acosh", 1.1, 9), ("atanh", -0.95, 0.95)]:
    case(name, "", "3x5", getattr(torch, name), draw(3, 5, low=low, high=high))

case("shrink", "lambda=0.5", "4x7", lambda x: F.hardshrink(x, 0.5), draw(4, 7))
case("shrink", "lambda=0.5 bias=0.5", "4x7", lambda x: F.softshrink(x, 0.5), draw(4, 7))
case("cumprod", "axis=1", "3x5x2", lambda x: torch.cumprod(x, 1), draw(3, 5, 2))
case("lp_normalize", "axis=1 p=1", "3x5", lambda x: F.normalize(x, 1, 1), draw(3, 5))
case("lp_normalize", "axis=0", "3x5", lambda x: F.normalize(x, 2, 0), draw(3, 5))

for align in (False, True):
    for padding in ("zeros", "border", "reflection"):
        for ours, theirs in (("linear", "bilinear"), ("nearest", "nearest"), ("cubic", "bicubic")):
            grid = draw(2, 3, 4, 2, low=-1.9, high=1.9)
            case("grid_sample", f"mode={ours} padding={padding} align_corners={str(align).lower()}",
                 "2x3x4x5 2x3x4x2", lambda x, g: F.grid_sample(x, g, theirs, padding, align),
                 draw(2, 3, 4, 5), grid.detach() if ours == "nearest" else grid)
        case("grid_sample", f"padding={padding} align_corners={str(align).lower()}",
             "2x2x3x4x2 2x2x1x3x3", lambda x, g: F.grid_sample(x, g, "bilinear", padding, align),
             draw(2, 2, 3, 4, 2), draw(2, 2, 1, 3, 3, low=-1.9, high=1.9))

case("gather_elements", "axis=1", "3x5x2 2x7x2:i64<5", lambda x, i: torch.gather(x, 1, i),
     draw(3, 5, 2), positions(5, 2, 7, 2))
case("scatter_elements", "axis=1", "3x5 2x3:i64<5 2x3", lambda x, i, u: torch.scatter(x, 1, i, u),
     draw(3, 5), torch.tensor([[4, 0, 2], [1, 3, 0]]), draw(2, 3))
for ours, theirs in (("add", "sum"), ("mul", "prod"), ("max", "amax"), ("min", "amin")):
    case("scatter_elements", f"axis=0 mode={ours}", "4x3 7x3:i64<4 7x3",
         lambda x, i, u: torch.scatter_reduce(x, 0, i, u, theirs), draw(4, 3), positions(4, 7, 3),
         draw(7, 3))
zeros = draw(7, 3)
with torch.no_grad():
    zeros[1:4] = 0
case("scatter_elements", "axis=0 mode=mul", "4x3 7x3:i64<4 7x3",
     lambda x, i, u: torch.scatter_reduce(x, 0, i, u, "prod"), draw(4, 3), positions(4, 7, 3),
     zeros)
case("gather_nd", "", "4x3x2 5x2:i64<3", lambda x, i: x[i[:, 0], i[:, 1]], draw(4, 3, 2),
     positions(3, 5, 2))
case("scatter_nd", "mode=add", "4x3x2 5x2:i64<3 5x2",
     lambda x, i, u: x.index_put((i[:, 0], i[:, 1]), u, accumulate=True), draw(4, 3, 2),
     positions(3, 5, 2), draw(5, 2))

for equation, *shapes in [("ij,jk->ik", (3, 4), (4, 5)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
                          ("...ij->...ji", (2, 3, 4)), ("ii->i", (4, 4)), ("ii", (4, 4)),
                          ("ij->", (3, 4)), ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
                          ("i,j,k->kij", (2,), (3,), (4,)), ("...a,...a->...", (2, 3, 4), (1, 4)),
                          ("ba,ac", (3, 4), (4, 2)), ("bn,anm,bm->ba", (2, 3), (4, 3, 5), (2, 5)),
                          ("abcb->ca", (2, 3, 4, 3)), ("i,i->i", (4,), (4,)),
                          ("ijk,k->", (2, 3, 4), (4,))]:
    case("einsum", f"equation={equation}", " ".join("x".join(map(str, s)) for s in shapes),
         lambda *x: torch.einsum(equation, *x), *[draw(*s) for s in shapes])


def regrouped(weight, order):
    """Rows of gates in another order."""
    parts = weight.chunk(len(order), 0)
    return torch.cat([parts[k] for k in order], 0)


def recurrent(kind, order, both, backwards):
    def run(x, w, r, bias, h0, *more):
        hidden = r.shape[2]
        module = getattr(torch.nn, kind)(x.shape[2], hidden, bidirectional=both).double()
        rows, parameters = w.shape[1], {}
        for d in range(w.shape[0]):
            end = "_reverse" if d else ""
            parameters[f"weight_ih_l0{end}"] = regrouped(w[d], order)
            parameters[f"weight_hh_l0{end}"] = regrouped(r[d], order)
            parameters[f"bias_ih_l0{end}"] = regrouped(bias[d, :rows], order)
            parameters[f"bias_hh_l0{end}"] = regrouped(bias[d, rows:], order)
        start = (h0, *more) if more else h0
        steps = x.flip(0) if backwards else x
        y, _ = torch.func.functional_call(module, parameters, (steps, start))
        y = y.flip(0) if backwards else y
        return y.reshape(x.shape[0], x.shape[1], w.shape[0], hidden).transpose(1, 2)
    return run


# Ours have update, reset, candidate, and input, output, forget, cell; PyTorch reset, update,
# candidate, and input, forget, cell, output.
for kind, ours, order in [("RNN", "rnn_given", [0]), ("GRU", "gru_given", [1, 0, 2]),
                          ("LSTM", "lstm_given", [0, 2, 3, 1])]:
    for direction, count in [("forward", 1), ("reverse", 1), ("bidirectional", 2)]:
        rows = 2 * len(order)
        cells = [draw(count, 2, 2)] if kind == "LSTM" else []
        behind = " reset_behind=true" if kind == "GRU" else ""
        shapes = f"4x2x3 {count}x{rows}x3 {count}x{rows}x2 {count}x{2 * rows} - {count}x2x2"
        shapes += f" {count}x2x2 -" if kind == "LSTM" else ""
        case(ours, f"direction={direction}{behind}", shapes,
             recurrent(kind, order, count == 2, direction == "reverse"), draw(4, 2, 3),
             draw(count, rows, 3), draw(count, rows, 2), draw(count, 2 * rows), None,
             draw(count, 2, 2), *cells)

for rows in (1, 2, 4, 6):
    case("det", "", f"3x{rows}x{rows}", torch.linalg.det, draw(3, rows, rows))
for align in (False, True):
    flag = str(align).lower()
    case("affine_grid", f"size=3,4 align_corners={flag}", "2x2x3",
         lambda t: F.affine_grid(t, (2, 1, 3, 4), align), draw(2, 2, 3))
    case("affine_grid", f"size=2,3,4 align_corners={flag}", "2x3x4",
         lambda t: F.affine_grid(t, (2, 1, 2, 3, 4), align), draw(2, 3, 4))


def waves(function, **options):
    def run(x):
        x = torch.view_as_complex(x) if x.shape[-1] == 2 else x.squeeze(-1)
        return torch.view_as_real(function(x, **options))
    return run


case("dft", "axis=1", "2x5x1", waves(torch.fft.fft, dim=1), draw(2, 5, 1))
case("dft", "axis=1 length=7", "2x5x1", waves(torch.fft.fft, dim=1, n=7), draw(2, 5, 1))
case("dft", "axis=0 length=3", "5x2x2", waves(torch.fft.fft, dim=0, n=3), draw(5, 2, 2))
case("dft", "axis=1 inverse=true", "2x6x3x2", waves(torch.fft.ifft, dim=1), draw(2, 6, 3, 2))
case("dft", "axis=1 one_sided=true", "2x6x1", waves(torch.fft.rfft, dim=1), draw(2, 6, 1))
case("dft", "axis=1 one_sided=true", "2x7x1", waves(torch.fft.rfft, dim=1), draw(2, 7, 1))


def signals(**options):
    return lambda x: torch.fft.irfft(torch.view_as_complex(x), **options).unsqueeze(-1)


case("dft", "axis=1 inverse=true one_sided=true", "2x4x2", signals(dim=1), draw(2, 4, 2))
case("dft", "axis=1 inverse=true one_sided=true length=7", "2x4x2", signals(dim=1, n=7),
     draw(2, 4, 2))
case("dft", "axis=1 inverse=true one_sided=true length=8", "2x3x2", signals(dim=1, n=8),
     draw(2, 3, 2))
case("col2im", "size=4,5 kernel=2,3", "2x12x9", lambda x: F.fold(x, (4, 5), (2, 3)),
     draw(2, 12, 9))
case("col2im", "size=6,7 kernel=3,2 stride=2,3 padding=1 dilation=1,2", "2x18x9",
     lambda x: F.fold(x, (6, 7), (3, 2), (1, 2), 1, (2, 3)), draw(2, 18, 9))

case("lp_pool1d", "kernel=3 stride=2 p=3", "2x3x8",
     lambda x: F.lp_pool1d(x, 3, 3, 2), draw(2, 3, 8, low=0.1))
case("lp_pool2d", "kernel=2,3 stride=2,1", "2x3x6x7", lambda x: F.lp_pool2d(x, 2, (2, 3), (2, 1)),
     draw(2, 3, 6, 7))
case("lp_pool2d", "kernel=3 stride=1 p=1.5", "1x2x5x5", lambda x: F.lp_pool2d(x, 1.5, 3, 1),
     draw(1, 2, 5, 5, low=0.1))
case("lp_pool3d", "kernel=2 stride=2", "1x2x4x5x4", lambda x: F.lp_pool3d(x, 2, 2),
     draw(1, 2, 4, 5, 4))


def normalized(axes):
    def run(x):
        rest = x - x.mean(axes, keepdim=True)
        return rest / torch.sqrt((rest * rest).mean(axes, keepdim=True) + 1e-9)
    return run


case("mean_variance_normalization", "axes=0,2,3", "3x2x4x5", normalized((0, 2, 3)),
     draw(3, 2, 4, 5))

edges = torch.tensor([[0.3, 0.7, 4.1, 5.2], [-2.0, 1.0, 9.5, 3.5], [2.0, 2.0, 2.3, 2.2]],
                     dtype=torch.float64)
for ratio, scale, aligned in [(2, 1.0, True), (3, 0.5, False), (0, 1.0, True), (0, 1.0, False)]:
    flags = f"size=2,3 sampling_ratio={ratio} spatial_scale={scale} aligned={str(aligned).lower()}"
    case("roi_align", flags, "2x3x6x7 3x4 3:i64<2",
         lambda x, r, i: torchvision.ops.roi_align(
             x, torch.cat([i[:, None].double(), r], 1), (2, 3), scale, ratio, aligned),
         draw(2, 3, 6, 7), edges, torch.tensor([1, 0, 1]))

case("deform_conv2d", "", "1x2x4x4 3x2x2x2 1x8x3x3 3 -",
     lambda x, w, o, b: torchvision.ops.deform_conv2d(x, o, w, b), draw(1, 2, 4, 4),
     draw(3, 2, 2, 2), draw(1, 8, 3, 3), draw(3), None)
case("deform_conv2d", "stride=2,1 padding=1,2 dilation=1,2 groups=2 offset_groups=2",
     "2x4x5x6 4x2x3x2 2x24x3x8 4 2x12x3x8",
     lambda x, w, o, b, m: torchvision.ops.deform_conv2d(x, o, w, b, (2, 1), (1, 2), (1, 2), m),
     draw(2, 4, 5, 6), draw(4, 2, 3, 2), draw(2, 24, 3, 8), draw(4), draw(2, 12, 3, 8))

if __name__ == "__main__":
    save_file(tensors, sys.argv[1], metadata)
    print(len(metadata), "cases, PyTorch", torch.__version__)
