# SPDX-License-Identifier: Apache-2.0
# Networks as paddle2onnx writes them, old operator sets among them. Outputs and gradients: Paddle.
# Run with paddlepaddle, paddle2onnx, onnxruntime, safetensors.
import tempfile

import paddle
import paddle2onnx
from keeping import keep, written
from paddle import nn
from paddle.nn import functional as F


class Residual(nn.Layer):
    """What PaddleClas' networks have: normalised convolutions, squeezing, hard activations."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2D(3, 8, 3, 2, 1, bias_attr=False), nn.BatchNorm2D(8),
                                  nn.Hardswish(), nn.MaxPool2D(3, 2, 1))
        self.deep = nn.Sequential(nn.Conv2D(8, 8, 3, padding=1, groups=8, bias_attr=False),
                                  nn.BatchNorm2D(8), nn.ReLU6(), nn.Conv2D(8, 8, 1))
        self.squeeze = nn.Sequential(nn.AdaptiveAvgPool2D(1), nn.Conv2D(8, 4, 1), nn.ReLU(),
                                     nn.Conv2D(4, 8, 1), nn.Hardsigmoid())
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(x)
        y = self.deep(x)
        x = x + y * self.squeeze(y)
        return F.softmax(self.head(x.mean([2, 3])))


class Segments(nn.Layer):
    """What PaddleSeg's networks have: transposed and dilated convolutions, sizes from shapes."""

    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Conv2D(3, 6, 3, 2, 1), nn.ELU(0.7))
        self.b = nn.Sequential(nn.Conv2D(6, 8, 3, padding=2, dilation=2), nn.PReLU(8))
        self.up = nn.Conv2DTranspose(8, 6, 4, 2, 1)
        self.last = nn.Conv2D(9, 2, 1)

    def forward(self, x):
        y = self.b(F.avg_pool2d(self.a(x), 2))
        y = F.interpolate(self.up(y), size=x.shape[2:], mode="bilinear")
        return self.last(paddle.concat([y, x], 1))


class Tokens(nn.Layer):
    """A small transformer over the cells of a picture."""

    def __init__(self):
        super().__init__()
        self.cells = nn.Conv2D(3, 12, 4, 4)
        self.layer = nn.TransformerEncoderLayer(12, 2, 24, 0.1, "gelu")
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        x = self.cells(x).flatten(2).transpose([0, 2, 1])
        return self.head(self.layer(x)[:, 0])


class Recurrent(nn.Layer):
    """Rows of a picture as steps, as PaddleOCR's recognition reads them."""

    def __init__(self):
        super().__init__()
        self.steps = nn.LSTM(6, 5, direction="bidirect")
        self.head = nn.Linear(10, 4)

    def forward(self, x):
        return self.head(self.steps(x)[0].max(1))


def settled(net):
    for m in net.sublayers():
        if isinstance(m, (nn.BatchNorm2D, nn.LayerNorm)):
            m.weight.set_value(paddle.rand(m.weight.shape) + 0.5)
            m.bias.set_value(paddle.randn(m.bias.shape) * 0.2)
        if isinstance(m, nn.BatchNorm2D):
            m._mean.set_value(paddle.randn(m._mean.shape) * 0.3)
            m._variance.set_value(paddle.rand(m._variance.shape) + 0.5)
    net.eval()
    return net


def case(name, build, shape, opset, fixed=False):
    paddle.seed(sum(map(ord, name)))
    net, x = settled(build()), paddle.randn(shape)
    x.stop_gradient, derived = False, None
    y = net(x)
    if build is not Recurrent:  # Paddle derives recurrent layers in training alone
        cotangent = paddle.randn(y.shape)
        # Asked for x alone, Paddle leaves gamma out of layer normalisation (../../../findings).
        grad = paddle.grad([y], [x, *net.parameters()], [cotangent], allow_unused=True)[0]
        derived = cotangent.numpy(), {"x": grad.numpy()}
    asked = paddle.static.InputSpec(shape if fixed else [None, *shape[1:]], "float32", "x")
    with tempfile.TemporaryDirectory() as folder:
        paddle.onnx.export(net, f"{folder}/net", input_spec=[asked], opset_version=opset)
        keep(name, f"{folder}/net.onnx", {"x": x.numpy()}, [y.numpy()], derived)


picture = [2, 3, 16, 16]
for opset in (11, 13, 17):  # 7 to 10 become 11 in its hands
    case(f"paddle_residual_{opset}", Residual, picture, opset)
for opset in (11, 17):
    case(f"paddle_segments_{opset}", Segments, picture, opset, fixed=opset == 11)
    case(f"paddle_tokens_{opset}", Tokens, picture, opset)
    case(f"paddle_recurrent_{opset}", Recurrent, [2, 7, 6], opset)
written("paddle_models")
