# SPDX-License-Identifier: Apache-2.0
# A small network in 16-bit floats, as onnxconverter-common makes it: all of it, with 32-bit ends,
# and with operators that stay at 32 bits between casts. Outputs: ONNX Runtime. Run with torch, onnx,
# onnxconverter-common, onnxruntime, safetensors.
import tempfile
import warnings

import numpy as np
import onnx
import torch
from keeping import keep, written
from onnxconverter_common import float16
from torch import nn

warnings.filterwarnings("ignore")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            nn.MaxPool2d(2), nn.Upsample(scale_factor=2.0, mode="bilinear"),
            nn.Conv2d(8, 6, 3, 2, 1), nn.Sigmoid(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.LayerNorm(6), nn.Linear(6, 4), nn.Softmax(1))

    def forward(self, x):
        return self.net(x)


torch.manual_seed(2)
net = Net().eval()
nn.init.uniform_(net.net[1].weight, 0.5, 1.5)
nn.init.normal_(net.net[1].running_mean, 0, 0.3)
x = torch.randn(2, 3, 8, 8)
with tempfile.TemporaryDirectory() as folder:
    torch.onnx.export(net, x, f"{folder}/net.onnx", dynamo=False, opset_version=17,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
                      input_names=["x"], dynamic_axes={"x": {0: "batch"}})
    wide = onnx.load(f"{folder}/net.onnx")
for name, options in [("half", {}), ("half_inside", {"keep_io_types": True}),
                      ("half_in_part", {"op_block_list": ["Softmax", "LayerNormalization", "Resize"],
                                        "keep_io_types": True})]:
    given = x.numpy() if options.get("keep_io_types") else x.numpy().astype(np.float16)
    keep(name, float16.convert_float_to_float16(wide, **options), {"x": given})
written("half")
