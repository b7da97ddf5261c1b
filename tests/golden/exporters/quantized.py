# SPDX-License-Identifier: Apache-2.0
# A small network of convolutions, quantised as ONNX Runtime's tools do it: pairs of QuantizeLinear
# and DequantizeLinear, integer operators, one scale for all and one for each channel. Outputs: ONNX
# Runtime with nothing fused. Run with torch, onnx, onnxruntime, safetensors.
import tempfile
from pathlib import Path

import numpy as np
import torch
from keeping import keep, written
from onnxruntime import quantization as q
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 8, 3, padding=1, groups=4), nn.Hardswish(),
            nn.Conv2d(8, 12, 3, 2, 1), nn.LeakyReLU(0.1), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(12, 6), nn.Sigmoid())

    def forward(self, x):
        return self.net(x)


class Plain(nn.Module):
    """Nothing but what ONNX itself has integer operators for."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 6, 3, 2, 1),
            nn.Flatten(), nn.Linear(54, 5, bias=False))

    def forward(self, x):
        return self.net(x)


def exported(net, path):
    torch.onnx.export(net.eval(), torch.from_numpy(x), str(path), dynamo=False, opset_version=17,
                      input_names=["x"], dynamic_axes={"x": {0: "batch"}})


class Pictures(q.CalibrationDataReader):
    def __init__(self):
        self.left = [np.random.default_rng(k).normal(size=(2, 3, 12, 12)).astype("f4")
                     for k in range(8)]

    def get_next(self):
        return {"x": self.left.pop()} if self.left else None


torch.manual_seed(3)
x = np.random.default_rng(0).normal(size=(2, 3, 12, 12)).astype("f4")
with tempfile.TemporaryDirectory() as folder:
    plain, found = Path(folder) / "plain.onnx", Path(folder) / "q.onnx"
    exported(Net(), plain)
    byte, signed = q.QuantType.QUInt8, q.QuantType.QInt8
    for name, form, activation, weight, more in [
            ("qdq_signed", q.QuantFormat.QDQ, signed, signed, {}),
            ("qdq_channels", q.QuantFormat.QDQ, byte, signed, {"per_channel": True}),
            ("qdq_16_bits", q.QuantFormat.QDQ, q.QuantType.QUInt16, signed, {}),
            ("integer_operators", q.QuantFormat.QOperator, byte, byte, {}),
            ("integer_channels", q.QuantFormat.QOperator, byte, signed, {"per_channel": True})]:
        q.quantize_static(plain, found, Pictures(), quant_format=form, activation_type=activation,
                          weight_type=weight, **more)
        keep(name, found, {"x": x})
    for name, weight in [("dynamic", byte), ("dynamic_signed", signed)]:
        q.quantize_dynamic(plain, found, weight_type=weight)
        keep(name, found, {"x": x})
    exported(Plain(), plain)
    for name, activation, more in [("standard_integers", byte, {}),
                                   ("standard_integers_channels", signed, {"per_channel": True})]:
        q.quantize_static(plain, found, Pictures(), quant_format=q.QuantFormat.QOperator,
                          activation_type=activation, weight_type=signed, **more)
        keep(name, found, {"x": x})
written("quantized")
