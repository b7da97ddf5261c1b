# SPDX-License-Identifier: Apache-2.0
# Writes open_sizes/*.onnx, small networks whose height and width (or length) stay open, as both of
# PyTorch's exporters write them, and open_sizes.safetensors: for each, inputs of several sizes and
# what ONNX Runtime gives for them. Run it with torch, onnx, onnxscript, onnxruntime and safetensors
# at hand; the file beside it says which versions made what is committed.
import os
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

warnings.filterwarnings("ignore")
FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."
os.makedirs(f"{FOLDER}/open_sizes", exist_ok=True)
tensors, metadata = {}, {}
SIZES = [(16, 24), (24, 40), (21, 35)]
INPUTS = [np.random.default_rng(k).standard_normal((1, 3, *size)).astype(np.float32)
          for k, size in enumerate(SIZES)]


def convolution(channels, filters, stride=1):
    return nn.Sequential(nn.Conv2d(channels, filters, 3, stride, 1, bias=False),
                         nn.BatchNorm2d(filters), nn.ReLU())


class Dense(nn.Module):
    """Convolutions alone."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(convolution(3, 4), convolution(4, 6, 2), nn.Conv2d(6, 2, 1))

    def forward(self, x):
        return self.body(x)


class Classes(nn.Module):
    """Means of everything, flattened, and scores."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(convolution(3, 4, 2), nn.MaxPool2d(3, 2, 1), convolution(4, 6),
                                  nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5))

    def forward(self, x):
        return self.body(x)


class UNet(nn.Module):
    """What is coarse is brought to the size of what it is joined with, or padded to it."""

    def __init__(self, how):
        super().__init__()
        self.how = how
        self.first, self.second = convolution(3, 4), convolution(4, 6, 2)
        self.deepest, self.up, self.last = convolution(6, 8, 2), convolution(14, 6), nn.Conv2d(10, 2, 3)

    def join(self, x, skip):
        if self.how == "pad":
            x = F.interpolate(x, scale_factor=2, mode="nearest")[:, :, :-1, :-1]
            down, across = skip.shape[2] - x.shape[2], skip.shape[3] - x.shape[3]
            x = F.pad(x, [across // 2, across - across // 2, down // 2, down - down // 2])
        else:
            corners = {"align_corners": False} if self.how == "bilinear" else {}
            x = F.interpolate(x, size=skip.shape[2:], mode=self.how, **corners)
        return torch.cat([x, skip], 1)

    def forward(self, x):
        a = self.first(x)
        b = self.second(a)
        return self.last(self.join(self.up(self.join(self.deepest(b), b)), a))


class Padded(nn.Module):
    """Padded to a multiple of 8 and cut back, as networks for restoring pictures do."""

    def __init__(self):
        super().__init__()
        self.down, self.up = convolution(3, 8, 4), nn.ConvTranspose2d(8, 3, 4, 4)

    def forward(self, x):
        height, width = x.shape[2], x.shape[3]
        x = F.pad(x, (0, (8 - width % 8) % 8, 0, (8 - height % 8) % 8))
        return self.up(self.down(x))[:, :, :height, :width]


class Same(nn.Module):
    """As TensorFlow pads: every place is reached, and what is odd goes behind."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, 2)
        self.second = nn.Conv2d(4, 5, 5, 2)

    @staticmethod
    def padded(x, kernel):
        down = ((x.shape[2] + 1) // 2 - 1) * 2 + kernel - x.shape[2]
        across = ((x.shape[3] + 1) // 2 - 1) * 2 + kernel - x.shape[3]
        return F.pad(x, [across // 2, across - across // 2, down // 2, down - down // 2])

    def forward(self, x):
        return self.second(self.padded(torch.relu(self.first(self.padded(x, 3))), 5))


class Tokens(nn.Module):
    """Pixels as a sequence, and back."""

    def __init__(self):
        super().__init__()
        self.patch, self.mix, self.head = nn.Conv2d(3, 6, 4, 4), nn.Linear(6, 6), nn.Conv2d(6, 2, 1)

    def forward(self, x):
        x = self.patch(x)
        height, width = x.shape[2], x.shape[3]
        t = x.flatten(2).transpose(1, 2)
        t = t + torch.softmax(t @ t.transpose(1, 2), -1) @ self.mix(t)
        return self.head(t.transpose(1, 2).reshape(x.shape[0], 6, height, width))


def write(name, build, exporter):
    torch.manual_seed(sum(map(ord, name)))
    network = build().eval()
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.running_mean, 0, 0.3)
            nn.init.uniform_(part.running_var, 0.5, 2)
    path = f"{FOLDER}/open_sizes/{name}.onnx"
    x = torch.randn(2, 3, *SIZES[0])
    names = {0: "batch", 2: "height", 3: "width"}
    if exporter == "dynamo":
        program = torch.onnx.export(network, (x,), dynamo=True, opset_version=20, input_names=["x"],
                                    output_names=["y"], verbose=False,
                                    dynamic_shapes=({axis: torch.export.Dim.DYNAMIC if axis == 0 else
                                                     torch.export.Dim(word, min=9, max=4096)
                                                     for axis, word in names.items()},))
        model = program.model_proto
    else:
        torch.onnx.export(network, (x,), path, dynamo=False, opset_version=17, input_names=["x"],
                          output_names=["y"], dynamic_axes={"x": names})
        model = onnx.load(path)
    for part in [model, model.graph, *model.graph.node, *model.graph.initializer,
                 *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.functions, *(n for f in model.functions for n in f.node)]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for k, x in enumerate(INPUTS):
        tensors[f"{name}.y{k}"] = session.run(None, {"x": x})[0]
    metadata[name] = exporter


for k, x in enumerate(INPUTS):
    tensors[f"x{k}"] = x
for exporter in ("legacy", "dynamo"):
    for name, build in [("dense", Dense), ("classes", Classes), ("padded", Padded),
                        ("unet_bilinear", lambda: UNet("bilinear")),
                        ("unet_nearest", lambda: UNet("nearest")),
                        ("unet_padded", lambda: UNet("pad")), ("tokens", Tokens), ("same", Same)]:
        write(f"{name}_{exporter}", build, exporter)
save_file(tensors, f"{FOLDER}/open_sizes.safetensors", metadata)
print(len(metadata), "networks; torch", torch.__version__, "onnx", onnx.__version__,
      "onnxruntime", onnxruntime.__version__)
