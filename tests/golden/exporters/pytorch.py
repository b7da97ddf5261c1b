# SPDX-License-Identifier: Apache-2.0
# Networks that pictures are changed, found and segmented with, as both of PyTorch's exporters write
# them. Outputs and gradients: PyTorch in float64. Run with torch, onnx, onnxscript, safetensors.
import copy
import warnings

import onnx
import torch
import torch.nn.functional as F
from keeping import FOLDER, keep, written
from torch import nn

warnings.filterwarnings("ignore")


class Normed(nn.Sequential):
    """A convolution behind a mirrored border, as style transfer has it."""

    def __init__(self, i, o, size, stride=1):
        super().__init__(nn.ReflectionPad2d(size // 2), nn.Conv2d(i, o, size, stride),
                         nn.InstanceNorm2d(o, affine=True), nn.ReLU())


class Style(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(Normed(3, 6, 5), Normed(6, 8, 3, 2))
        self.same = Normed(8, 8, 3)
        self.up, self.last = Normed(8, 6, 3), nn.Conv2d(6, 3, 3, padding=1)

    def forward(self, x):
        x = self.down(x)
        x = x + self.same(x)
        return torch.tanh(self.last(self.up(F.interpolate(x, scale_factor=2.0, mode="nearest"))))


class Sharper(nn.Module):
    """Super-resolution: PixelShuffle, beside a bicubic enlargement."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.PReLU(8),
                                 nn.Conv2d(8, 9, 3, padding=1), nn.PixelShuffle(3))

    def forward(self, x):
        return self.net(x) + F.interpolate(x, scale_factor=3.0, mode="bicubic", align_corners=False)


class Boxes(nn.Module):
    """A head over two scales that decodes boxes as YOLO does: offsets to a grid, anchors."""

    def __init__(self, classes=3):
        super().__init__()
        self.outputs = 5 + classes
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.SiLU(),
                                  nn.Conv2d(8, 12, 3, 2, 1), nn.LeakyReLU(0.1))
        self.deep = nn.Sequential(nn.Conv2d(12, 16, 3, 2, 1), nn.SiLU())
        self.pools = nn.ModuleList(nn.MaxPool2d(k, 1, k // 2) for k in (3, 5))
        self.join = nn.Conv2d(16 * 3, 16, 1)
        self.heads = nn.ModuleList([nn.Conv2d(28, 2 * self.outputs, 1),
                                    nn.Conv2d(16, 2 * self.outputs, 1)])
        self.register_buffer("anchors", torch.tensor([[[1.0, 2.0], [3.0, 2.5]],
                                                      [[4.0, 4.0], [6.0, 3.0]]]))

    def decoded(self, raw, scale):
        n, _, h, w = raw.shape
        raw = raw.view(n, 2, self.outputs, h, w).permute(0, 1, 3, 4, 2)
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        grid = torch.stack((x, y), 2).to(raw.dtype)
        squashed = raw.sigmoid()
        at = (squashed[..., 0:2] * 2 - 0.5 + grid) * (4 * 2**scale)
        size = (squashed[..., 2:4] * 2) ** 2 * self.anchors[scale].view(1, 2, 1, 1, 2)
        return torch.cat((at, size, squashed[..., 4:]), 4).view(n, -1, self.outputs)

    def forward(self, x):
        shallow = self.stem(x)
        deep = self.deep(shallow)
        deep = self.join(torch.cat([deep] + [pool(deep) for pool in self.pools], 1))
        up = torch.cat((F.interpolate(deep, scale_factor=2.0, mode="nearest"), shallow), 1)
        return torch.cat([self.decoded(head(part), scale)
                          for scale, (head, part) in enumerate(zip(self.heads, (up, deep)))], 1)


class Queries(nn.Module):
    """A transformer that asks a picture's cells with learnt queries, as DETR does."""

    def __init__(self, width=16):
        super().__init__()
        self.picture = nn.Conv2d(3, width, 4, 4)
        self.row, self.column = (nn.Parameter(torch.rand(4, width // 2)) for _ in range(2))
        self.query = nn.Parameter(torch.rand(3, width))
        self.transformer = nn.Transformer(width, 2, 1, 1, 24, 0.1, batch_first=True)
        self.classes, self.boxes = nn.Linear(width, 5), nn.Linear(width, 4)

    def forward(self, x):
        cells = self.picture(x)
        n, _, h, w = cells.shape
        place = torch.cat([self.column[:w].unsqueeze(0).repeat(h, 1, 1),
                           self.row[:h].unsqueeze(1).repeat(1, w, 1)], -1).flatten(0, 1)
        seen = self.transformer(cells.flatten(2).permute(0, 2, 1) + 0.1 * place,
                                self.query.unsqueeze(0).repeat(n, 1, 1))
        return torch.cat([self.classes(seen), self.boxes(seen).sigmoid()], -1)


class Lite(nn.Module):
    """EfficientNet-Lite: ReLU6, no squeezing, borders of one side alone."""

    def __init__(self):
        super().__init__()
        def inner(i, o, size, stride):
            grown = i * 4
            before = (size - stride) // 2
            return nn.Sequential(
                nn.Conv2d(i, grown, 1, bias=False), nn.BatchNorm2d(grown), nn.ReLU6(),
                nn.ZeroPad2d((before, size - stride - before) * 2),
                nn.Conv2d(grown, grown, size, stride, groups=grown, bias=False),
                nn.BatchNorm2d(grown), nn.ReLU6(), nn.Conv2d(grown, o, 1, bias=False),
                nn.BatchNorm2d(o))
        self.stem = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, 8, 3, 2, bias=False),
                                  nn.BatchNorm2d(8), nn.ReLU6())
        self.first, self.second = inner(8, 12, 3, 2), inner(12, 12, 5, 1)
        self.head = nn.Linear(12, 10)

    def forward(self, x):
        x = self.first(self.stem(x))
        x = x + self.second(x)
        return self.head(F.dropout(x.mean((2, 3)), 0.2, self.training))


class Aged(nn.Module):
    """What files of PyTorch 1.2's time have: batch normalisation behind 1-D and 2-D layers,
    Upsample, weights that are inputs."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(),
                                 nn.Dropout2d(0.3), nn.MaxPool2d(2), nn.Conv2d(6, 6, 3, padding=1),
                                 nn.ELU(0.7))
        self.first, self.norm, self.head = nn.Linear(96, 12), nn.BatchNorm1d(12), nn.Linear(12, 5)

    def forward(self, x):
        x = self.net(x)
        x = F.avg_pool2d(F.interpolate(x, (8, 8), mode="nearest"), 2)
        x = F.dropout(x.view(x.size(0), -1), 0.4, self.training)
        return F.log_softmax(self.head(F.relu(self.norm(self.first(x)))), 1)


def settled(net):
    """Statistics and affine numbers as after some training, so that nothing is 0 or 1."""
    for m in net.modules():
        if getattr(m, "running_mean", None) is not None:
            nn.init.normal_(m.running_mean, 0, 0.3)
            nn.init.uniform_(m.running_var, 0.5, 2)
        if getattr(m, "affine", False) or isinstance(m, nn.LayerNorm):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.normal_(m.bias, 0, 0.2)
    return net.eval()


def aged(path):
    """What its exporter wrote then and does not write now: dropout with its ratio, which the
    standard leaves out when a network is asked, and `spatial` of batch normalisation."""
    model = onnx.load(path)
    nodes = list(model.graph.node)
    for node in nodes:
        if node.op_type == "BatchNormalization" and model.opset_import[0].version < 9:
            node.attribute.append(onnx.helper.make_attribute("spatial", 1))
    k, relu = next((k, node) for k, node in enumerate(nodes) if node.op_type == "Relu")
    name = relu.output[0]
    relu.output[0] = f"{name}_kept"
    nodes.insert(k + 1, onnx.helper.make_node("Dropout", relu.output, [name, f"{name}_mask"],
                                              ratio=0.3))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def case(name, build, shape, exporter, opset, **options):
    torch.manual_seed(sum(map(ord, name)))
    net, x = settled(build()), torch.randn(shape)
    path, copied = str(FOLDER / f"{name}.onnx"), copy.deepcopy(net)
    if exporter == "dynamo":
        torch.onnx.export(copied, (x,), path, dynamo=True, verbose=False, opset_version=opset,
                          external_data=False,
                          dynamic_shapes=({0: torch.export.Dim("batch")},), **options)
    else:
        axes = {} if opset < 10 else {"x": {0: "batch"}}  # else it cannot write Upsample
        torch.onnx.export(copied, (x,), path, dynamo=False, opset_version=opset,
                          input_names=["x"], dynamic_axes=axes, **options)
    if opset < 10:
        aged(path)
    x64 = x.double().requires_grad_()
    y = net.double()(x64)
    cotangent = torch.randn_like(y)
    grad, = torch.autograd.grad(y, x64, cotangent)
    keep(name, path, {"x": x.numpy()}, [y.detach().numpy()],
         (cotangent.numpy(), {"x": grad.numpy()}))


inputs = {"keep_initializers_as_inputs": True}
for kind, build, shape in [("style", Style, (2, 3, 16, 16)), ("sharper", Sharper, (2, 1, 7, 6)),
                           ("boxes", Boxes, (2, 3, 16, 24)), ("queries", Queries, (2, 3, 16, 16)),
                           ("lite", Lite, (2, 3, 16, 16))]:
    case(f"{kind}_dynamo", build, shape, "dynamo", 20)
    case(f"{kind}_legacy", build, shape, "legacy", 17 if kind == "queries" else 13)
for opset in (7, 8, 9):
    case(f"aged_{opset}", Aged, (2, 3, 8, 8), "legacy", opset, do_constant_folding=False, **inputs)
written("pytorch")
