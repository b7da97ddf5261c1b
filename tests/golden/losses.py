# SPDX-License-Identifier: Apache-2.0
# Writes losses.safetensors: values and gradients of losses as PyTorch computes them, in float64. Run
# it with torch, numpy and safetensors at hand; the file beside it says which versions made the one
# that is committed.
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

torch.manual_seed(23)
tensors, metadata = {}, {}


def draw(*shape, size=1.0):
    return (size * torch.randn(*shape, dtype=torch.float64)).requires_grad_()


def share(*shape):
    """Probabilities along axis 1."""
    return torch.randn(*shape, dtype=torch.float64).softmax(1).requires_grad_()


def mask(*shape):
    return (torch.rand(*shape) > 0.5).double()


def labels(classes, *shape):
    return torch.randint(classes, shape, dtype=torch.int32)


def case(op, fields, function, *operands):
    """`operands` in the order of the operator's ports; None is one that is missing."""
    key = f"{len(metadata):02}"
    text = ["-" if x is None else
            "x".join(map(str, x.shape)) + ("" if x.is_floating_point() else "<2")
            for x in operands]
    metadata[key] = f"{op}|{fields.strip()}|{' '.join(text)}"
    out = function(*operands)
    cotangent = torch.randn_like(out)
    there = [x for x in operands if x is not None and x.requires_grad]
    gradients = torch.autograd.grad(out, there, cotangent)
    for k, x in enumerate(operands):
        if x is None:
            continue
        tensors[f"{key}.in{k}"] = x.detach().numpy()
        if x.requires_grad:
            tensors[f"{key}.grad{k}"] = gradients[[t is x for t in there].index(True)].numpy()
    tensors[f"{key}.out"] = out.detach().numpy()
    tensors[f"{key}.cotangent"] = cotangent.numpy()


def weights(text):
    return torch.tensor([float(w) for w in text.split(",")], dtype=torch.float64)


case("mse", "", F.mse_loss, draw(3, 5), draw(3, 5))
case("l1", "", F.l1_loss, draw(2, 3, 4), draw(2, 3, 4))
equal = draw(3, 4)
case("l1", "", F.l1_loss, equal, equal.detach().clone().requires_grad_())
case("huber", "", F.huber_loss, draw(3, 5, size=2), draw(3, 5))
case("huber", "delta=0.3", lambda x, t: F.huber_loss(x, t, delta=0.3), draw(3, 5), draw(3, 5))
# At the bend, and at 0.
bend = torch.tensor([[1.0, -1.0, 0.0, 2.0]], dtype=torch.float64, requires_grad=True)
zero = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True)
case("huber", "", F.huber_loss, bend, zero)
case("smooth_l1", "", F.smooth_l1_loss, draw(3, 5, size=2), draw(3, 5))
case("smooth_l1", "beta=0.3", lambda x, t: F.smooth_l1_loss(x, t, beta=0.3), draw(3, 5), draw(3, 5))
case("smooth_l1", "", F.smooth_l1_loss, bend, zero)

binary = F.binary_cross_entropy_with_logits
case("binary_cross_entropy", "", binary, draw(2, 5, size=4), draw(2, 5))
case("binary_cross_entropy", "pos_weight=3", lambda x, t: binary(
    x, t, pos_weight=torch.tensor(3.0, dtype=torch.float64)), draw(2, 5, size=4), draw(2, 5))
case("binary_cross_entropy", "pos_weight=0.5", lambda x, t: binary(
    x, t, pos_weight=torch.tensor(0.5, dtype=torch.float64)), draw(2, 5, size=30), mask(2, 5))


def focal(alpha, gamma):
    """torchvision's sigmoid_focal_loss."""
    def of(x, t):
        p = torch.sigmoid(x)
        right = p * t + (1 - p) * (1 - t)
        plain = binary(x, t, reduction="none") * (1 - right) ** gamma
        return ((alpha * t + (1 - alpha) * (1 - t)) * plain).mean()
    return of


case("focal", "", focal(0.25, 2), draw(2, 3, 4, size=2), mask(2, 3, 4))
case("focal", "gamma=0.5 balance=0.6", focal(0.6, 0.5), draw(3, 5, size=3), mask(3, 5))
case("focal", "gamma=0 balance=0.5", lambda x, t: 0.5 * binary(x, t), draw(3, 5), mask(3, 5))

spatial = labels(3, 2, 3, 4)
some = spatial.clone()
some[0, 1] = 255
for fields, kw in [("", {}), ("label_smoothing=0.1", {"label_smoothing": 0.1})]:
    case("cross_entropy", fields, lambda x, t: F.cross_entropy(x, t.long(), **kw),
         draw(4, 5, size=3), labels(5, 4))
    case("weighted_cross_entropy", fields, lambda x, t: F.cross_entropy(x, t.long(), **kw),
         draw(4, 5, size=3), labels(5, 4))
    case("weighted_cross_entropy", "class_weights=1,2,0.25 " + fields, lambda x, t: F.cross_entropy(
        x, t.long(), weights("1,2,0.25"), **kw), draw(2, 3, 3, 4), spatial)
    case("weighted_cross_entropy", "ignore_index=255 class_weights=0.5,2,1 " + fields,
         lambda x, t: F.cross_entropy(x, t.long(), weights("0.5,2,1"), ignore_index=255, **kw),
         draw(2, 3, 3, 4), some)
    case("weighted_cross_entropy", "ignore_index=1 " + fields, lambda x, t: F.cross_entropy(
        x, t.long(), ignore_index=1, **kw), draw(2, 3, 3, 4), spatial)
    case("soft_cross_entropy", fields, lambda x, t: F.cross_entropy(x, t, **kw), draw(4, 5, size=3),
         share(4, 5))
    case("soft_cross_entropy", "class_weights=1,2,0.25 " + fields, lambda x, t: F.cross_entropy(
        x, t, weights("1,2,0.25"), **kw), draw(2, 3, 4), share(2, 3, 4))
# Margins that a softmax of its own would round to 0.
case("weighted_cross_entropy", "", lambda x, t: F.cross_entropy(x, t.long()), draw(4, 5, size=400),
     labels(5, 4))
case("soft_cross_entropy", "", F.cross_entropy, draw(4, 5, size=400), share(4, 5))
case("nll", "", lambda x, t: F.nll_loss(x, t.long()), draw(4, 5), labels(5, 4))
case("nll", "class_weights=1,2,0.25 ignore_index=255", lambda x, t: F.nll_loss(
    x, t.long(), weights("1,2,0.25"), ignore_index=255), draw(2, 3, 3, 4), some)


def divergence(x, t):
    return F.kl_div(x.log_softmax(1), t, reduction="batchmean")


def divergence_of_places(x, t):
    return F.kl_div(x.log_softmax(1), t, reduction="sum") / (x.numel() / x.shape[1])


case("kl_divergence", "", divergence, draw(4, 5, size=3), share(4, 5))
case("kl_divergence", "", divergence, draw(4, 5, size=400), share(4, 5))
case("kl_divergence", "", divergence_of_places, draw(2, 3, 4), share(2, 3, 4))
case("kl_divergence", "", divergence, draw(2, 4),
     torch.tensor([[0.0, 0.5, 0.5, 0.0], [1.0, 0.0, 0.0, 0.0]], dtype=torch.float64))


def dice(smooth):
    def of(x, t):
        p, axes = x.sigmoid().flatten(2), 2
        t = t.flatten(2)
        both, all_ = 2 * (p * t).sum(axes) + smooth, p.sum(axes) + t.sum(axes) + smooth
        return (1 - both / all_).mean()
    return of


case("dice", "", dice(1), draw(2, 3, 4, 5), mask(2, 3, 4, 5))
case("dice", "smooth=0.01", dice(0.01), draw(2, 1, 7, size=5), mask(2, 1, 7))
for fields, kw in [("", {}), ("squared=true", {"p": 2}), ("margin=0.4", {"margin": 0.4})]:
    case("hinge", fields, lambda x, t: F.multi_margin_loss(x, t.long(), **kw), draw(4, 5),
         labels(5, 4))
case("triplet", "", F.triplet_margin_loss, draw(4, 5), draw(4, 5), draw(4, 5))
case("triplet", "margin=3", lambda a, p, n: F.triplet_margin_loss(a, p, n, 3.0), draw(4, 5),
     draw(4, 5), draw(4, 5))
same = draw(2, 3)
case("triplet", "", F.triplet_margin_loss, same, same.detach().clone().requires_grad_(), draw(2, 3))
signs = torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64)
case("cosine_embedding", "", F.cosine_embedding_loss, draw(4, 5), draw(4, 5), signs)
case("cosine_embedding", "margin=-0.5", lambda a, b, t: F.cosine_embedding_loss(
    a, b, t, margin=-0.5), draw(4, 5), draw(4, 5), signs)



def ctc(blank=0, padding=-1, zero_infinity=False):
    def of(x, t, steps=None, lengths=None):
        if steps is None:
            steps = torch.full((x.shape[0],), x.shape[1])
        if lengths is None:
            lengths = (t != padding).sum(1)
        return F.ctc_loss(x.log_softmax(2).transpose(0, 1), t.long().clamp(min=0), steps.long(),
                          lengths.long(), blank, "mean", zero_infinity)
    return of


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.int32)


case("ctc", "", ctc(), draw(2, 6, 5), numbers([1, 2, 3], [4, 1, 2]), None, None)
# Repeated labels need the blank between them: as many steps as there are at least.
case("ctc", "", ctc(), draw(3, 5, 4), numbers([1, 1, 1], [2, 2, 1], [3, 1, 3]), None, None)
case("ctc", "blank=4", ctc(4), draw(3, 9, 5, size=4),
     numbers([0, 0, 3, 3], [1, 2, 1, 2], [3, 2, 1, 0]), None, None)
# Targets of other lengths, the third one empty; by padding and by a port.
ragged = numbers([1, 2, 2, 3], [3, -1, -1, -1], [-1, -1, -1, -1], [2, 1, -1, -1])
case("ctc", "", ctc(), draw(4, 8, 4), ragged, None, None)
case("ctc", "blank=2 padding=9", ctc(2, 9), draw(2, 7, 4), numbers([0, 1, 3], [3, 9, 9]), None,
     None)
case("ctc", "", ctc(), draw(4, 8, 4, size=3), ragged.clamp(min=1), None, numbers(4, 1, 0, 2))
# Images of fewer steps: what comes behind them does not count.
case("ctc", "", ctc(), draw(4, 8, 4), ragged, numbers(8, 3, 2, 5), None)
case("ctc", "", ctc(), draw(3, 6, 4), numbers([1, 2], [3, 3], [2, 1]), numbers(2, 3, 6),
     numbers(2, 2, 1))
# The second one is longer than its steps allow, the third one only for its repetition.
case("ctc", "zero_infinity=true", ctc(zero_infinity=True), draw(3, 3, 4),
     numbers([1, 2, -1, -1], [1, 2, 3, 1], [1, 1, 2, -1]), None, None)
# Probabilities that float cannot hold, and one step alone.
case("ctc", "", ctc(), draw(2, 12, 6, size=200), numbers([1, 5, 2], [3, 3, 4]), None, None)
case("ctc", "", ctc(), draw(2, 1, 3), numbers([1], [-1]), None, None)
# A line of ordinary size.
case("ctc", "", ctc(), draw(2, 40, 12, size=2), 1 + labels(11, 2, 15), None, None)

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
