# SPDX-License-Identifier: Apache-2.0
# Writes networks/*.onnx, small networks of the kinds that torchvision and timm have as both of
# PyTorch's exporters write them, and networks.safetensors: for each an input, what PyTorch gives for
# it in float64 and in float32, the gradient of Σ y · cotangent in the input, and the product of the
# Hessian of Σ y² · cotangent / 2 with the input. Run it with torch, torchvision, timm, onnx,
# onnxscript and safetensors at hand; the file beside it says which versions made what is committed.
import copy
import os
import sys
import warnings
from functools import partial

import onnx
import timm
import torch
import torch.nn.functional as F
import torchvision.models as tv
from safetensors.torch import save_file
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torchvision.models.googlenet import BasicConv2d, Inception

warnings.filterwarnings("ignore")
FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."
os.makedirs(f"{FOLDER}/networks", exist_ok=True)
tensors, metadata = {}, {}


def settle(net):
    """Statistics and affine numbers as after some training, so that nothing is 0 or 1."""
    for m in net.modules():
        if getattr(m, "running_mean", None) is not None:
            nn.init.normal_(m.running_mean, 0, 0.3)
            nn.init.uniform_(m.running_var, 0.5, 2)
        if isinstance(m, (nn.BatchNorm2d, nn.BatchNorm1d, nn.LayerNorm, nn.GroupNorm)):
            if m.weight is not None:
                nn.init.uniform_(m.weight, 0.5, 1.5)
                nn.init.normal_(m.bias, 0, 0.2)
        if isinstance(m, nn.Linear) and not m.weight.any():  # heads that begin with zeros
            nn.init.normal_(m.weight, 0, 0.3)
    return net.eval()


def stripped(model):
    """Without where on this machine the exporter has found what it wrote."""
    for part in [model, model.graph, *model.graph.node, *model.graph.initializer,
                 *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.functions, *(n for f in model.functions for n in f.node)]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def case(name, build, shape, exporter, opset, **options):
    """`build` makes the network; `exporter` is dynamo or legacy. Written with an open batch, or as
    most people do with a batch of one."""
    torch.manual_seed(sum(map(ord, name)))
    net = settle(build())
    x = torch.randn(shape)
    path = f"{FOLDER}/networks/{name}.onnx"
    written, is_open = copy.deepcopy(net), options.pop("open", True)
    if exporter == "dynamo":
        if is_open:
            options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(written, (x if is_open else x[:1],), path, dynamo=True, verbose=False,
                          opset_version=opset, external_data=False, **options)
    else:
        if is_open:
            options["dynamic_axes"] = {"x": {0: "batch"}}
        torch.onnx.export(written, (x if is_open else x[:1],), path, dynamo=False,
                          opset_version=opset, input_names=["x"], **options)
    wide, y32 = copy.deepcopy(net).double(), net(x)
    x64 = x.double().requires_grad_()
    y64 = wide(x64)
    cotangent = torch.randn_like(y64)
    grad, = torch.autograd.grad(y64, x64, cotangent)
    numbers = {"x": x, "y64": y64, "y32": y32, "cotangent": cotangent, "grad": grad.float()}
    if not any(isinstance(m, (nn.Hardsigmoid, nn.Hardswish)) for m in net.modules()):
        # PyTorch has no second derivative of those, nor of its other attentions.
        with sdpa_kernel(SDPBackend.MATH):
            loss = (cotangent * wide(x64) ** 2).sum() / 2
            slope, = torch.autograd.grad(loss, x64, create_graph=True)
            numbers["hvp"] = torch.autograd.grad(slope, x64, x.double())[0].float()
    for key, value in numbers.items():
        tensors[f"{name}.{key}"] = value.detach().contiguous()
    model = stripped(onnx.load(path))
    onnx.save(model, path)
    kinds = sorted({node.op_type for node in model.graph.node})
    metadata[name] = f"{exporter}|{opset}|{' '.join(kinds)}"
    print(f"{name}: {os.path.getsize(path)} B, {len(model.graph.node)} nodes: {' '.join(kinds)}",
          flush=True)


class UNet(nn.Module):
    def __init__(self, mode):
        super().__init__()
        def block(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o),
                                 nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.ReLU())
        self.down, self.deep = block(3, 6), block(6, 12)
        self.up = nn.ConvTranspose2d(12, 6, 2, 2) if mode == "transposed" else nn.Conv2d(12, 6, 1)
        self.mode, self.join, self.head = mode, block(12, 6), nn.Conv2d(6, 2, 1)

    def forward(self, x):
        a = self.down(x)
        b = self.deep(F.max_pool2d(a, 2))
        if self.mode != "transposed":
            b = F.interpolate(b, scale_factor=2, mode=self.mode,
                              **({} if self.mode == "nearest" else {"align_corners": True}))
        return self.head(self.join(torch.cat([a, self.up(b)], 1)))


class SmallVgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = tv.vgg.make_layers([8, "M", 12, "M", 16, 16, "M"], batch_norm=True)
        self.classifier = nn.Sequential(nn.Linear(16 * 16, 24), nn.ReLU(True), nn.Dropout(),
                                        nn.Linear(24, 10))

    def forward(self, x):
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(self.features(x), 4), 1))


class SmallSqueezeNet(nn.Module):
    def __init__(self):
        super().__init__()
        fire = tv.squeezenet.Fire
        self.net = nn.Sequential(nn.Conv2d(3, 12, 3, 2), nn.ReLU(True),
                                 nn.MaxPool2d(3, 2, ceil_mode=True), fire(12, 4, 8, 8),
                                 fire(16, 4, 8, 8), nn.MaxPool2d(3, 2, ceil_mode=True),
                                 fire(16, 6, 12, 12), nn.Dropout(0.5), nn.Conv2d(24, 10, 1),
                                 nn.ReLU(True), nn.AdaptiveAvgPool2d(1))

    def forward(self, x):
        return torch.flatten(self.net(x), 1)


class SmallGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        inception, conv = Inception, BasicConv2d
        self.net = nn.Sequential(conv(3, 8, kernel_size=7, stride=2, padding=3),
                                 nn.MaxPool2d(3, 2, ceil_mode=True),
                                 inception(8, 4, 4, 8, 2, 4, 4), inception(20, 6, 4, 8, 2, 4, 4),
                                 nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2),
                                 nn.Linear(22, 10))

    def forward(self, x):
        return self.net(x)


class Recurrent(nn.Module):
    """Rows of a picture as steps."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer(12, 8, bidirectional=True, batch_first=True)
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


def efficient():
    block = partial(tv.efficientnet.MBConvConfig, width_mult=1, depth_mult=1)
    setting = [block(1, 3, 1, 8, 8, 1), block(4, 3, 2, 8, 12, 1), block(4, 5, 2, 12, 16, 2)]
    return tv.efficientnet.EfficientNet(setting, 0.2, num_classes=10, last_channel=32)


def small_v3(kind):
    setting, _ = tv.mobilenetv3._mobilenet_v3_conf(kind, width_mult=0.25)
    return tv.MobileNetV3(setting[:6], 64, num_classes=10)


def convnext():
    block = tv.convnext.CNBlockConfig
    return tv.ConvNeXt([block(8, 16, 1), block(16, 24, 1), block(24, None, 1)], 0.1, 1e-1,
                       num_classes=10)


def regnet():
    return tv.RegNet(tv.regnet.BlockParams([1, 1, 2], [8, 16, 24], [4, 8, 8], [1, 1, 1],
                                           [2, 2, 2], 0.25), num_classes=10, stem_width=8)


def timm_resnet(block, **more):
    return timm.models.resnet.ResNet(block, (1, 1, 1, 1), num_classes=10,
                                     channels=(8, 8, 16, 16), stem_width=8, **more)


def timm_vit():
    return timm.models.vision_transformer.VisionTransformer(
        img_size=32, patch_size=8, num_classes=10, embed_dim=24, depth=2, num_heads=3, mlp_ratio=2)


basic, deep = timm.models.resnet.BasicBlock, timm.models.resnet.Bottleneck
picture = (2, 3, 32, 32)
vit = partial(tv.VisionTransformer, 32, 8, 2, 2, 24, 48, num_classes=10)
swin = partial(tv.SwinTransformer, [2, 2], 8, [2, 2], [2, 2], [4, 4], num_classes=10)
dense = partial(tv.DenseNet, 4, (2, 2, 2), 8, 2, num_classes=10)
shuffle = partial(tv.ShuffleNetV2, [2, 2, 1], [8, 16, 24, 32, 48], num_classes=10)
mnas = partial(tv.MNASNet, 0.1, num_classes=10)
mobile2 = partial(tv.MobileNetV2, num_classes=10, width_mult=0.1, inverted_residual_setting=[
    [1, 8, 1, 1], [6, 12, 2, 2], [6, 16, 1, 2]])
kept = {"optimize": False}
one = {"open": False}

case("resnet18_dynamo", partial(timm_resnet, basic), picture, "dynamo", 18)
case("resnet18_kept", partial(timm_resnet, basic), picture, "dynamo", 20, **kept)
case("resnet18_legacy", partial(timm_resnet, basic), picture, "legacy", 18, **one)
case("resnet18_old", partial(timm_resnet, basic), picture, "legacy", 9,
     keep_initializers_as_inputs=True, **one)
case("resnet50_dynamo", partial(timm_resnet, deep, avg_down=True), picture, "dynamo", 20)
case("resnet50_older", partial(timm_resnet, deep), picture, "legacy", 8,
     keep_initializers_as_inputs=True, **one)
case("vgg_bn_legacy", SmallVgg, picture, "legacy", 20, **one)
case("vgg_bn_kept", SmallVgg, picture, "dynamo", 18, **kept)
case("mobilenet_v2_dynamo", mobile2, picture, "dynamo", 18, **one)
case("mobilenet_v2_oldest", mobile2, picture, "legacy", 7, keep_initializers_as_inputs=True, **one)
case("mobilenet_v3_small_dynamo", partial(small_v3, "mobilenet_v3_small"), picture, "dynamo", 20)
case("mobilenet_v3_large_legacy", partial(small_v3, "mobilenet_v3_large"), picture, "legacy", 13)
case("densenet_dynamo", dense, picture, "dynamo", 18, **one)
case("densenet_legacy", dense, picture, "legacy", 11)
case("efficientnet_dynamo", efficient, picture, "dynamo", 20)
case("efficientnet_legacy", efficient, picture, "legacy", 18, **one)
case("squeezenet_legacy", SmallSqueezeNet, (2, 3, 65, 65), "legacy", 18)
case("shufflenet_dynamo", shuffle, (2, 3, 64, 64), "dynamo", 18)
case("shufflenet_legacy", shuffle, (2, 3, 64, 64), "legacy", 12, **one)
case("googlenet_dynamo", SmallGoogLeNet, picture, "dynamo", 20, **one)
case("convnext_dynamo", convnext, (1, 3, 32, 32), "dynamo", 18, **one)
case("convnext_legacy", convnext, picture, "legacy", 20)
case("regnet_legacy", regnet, picture, "legacy", 18)
case("mnasnet_dynamo", mnas, picture, "dynamo", 18)
case("vit_dynamo", vit, picture, "dynamo", 20)
case("vit_legacy", vit, picture, "legacy", 17)
case("vit_attention", timm_vit, picture, "dynamo", 23)
case("swin_legacy", swin, picture, "legacy", 18)
case("unet_transposed_dynamo", partial(UNet, "transposed"), (2, 3, 16, 16), "dynamo", 18)
case("unet_bilinear_legacy", partial(UNet, "bilinear"), (2, 3, 16, 16), "legacy", 11, **one)
case("unet_nearest_old", partial(UNet, "nearest"), (2, 3, 16, 16), "legacy", 9, **one)
case("lstm_legacy", partial(Recurrent, nn.LSTM), (3, 7, 12), "legacy", 18, **one)
case("gru_dynamo", partial(Recurrent, nn.GRU), (3, 7, 12), "dynamo", 20)

save_file(tensors, f"{FOLDER}/networks.safetensors", metadata)
