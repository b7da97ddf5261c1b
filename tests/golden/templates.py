# SPDX-License-Identifier: Apache-2.0
# Writes templates.tsv: how many parameters networks have in torchvision and PyTorch. Run it with
# torch and torchvision at hand; the file beside it says which versions made the one that is
# committed. Nothing is computed: networks are built without memory.
import importlib
import sys

import torch
from torch import nn
from torchvision import models

rows = []


def case(template, fields, build):
    with torch.device("meta"):
        net = build()
    rows.append((template, fields, sum(p.numel() for p in net.parameters())))


# As torchvision has them.
named = {
    "alexnet": [("", models.alexnet), ("classes=10", lambda: models.alexnet(num_classes=10))],
    "vgg11": [("", models.vgg11), ("depth=13", models.vgg13), ("depth=16", models.vgg16),
              ("depth=19", models.vgg19), ("batch_norm=true", models.vgg11_bn),
              ("depth=19;batch_norm=true", models.vgg19_bn)],
    "resnet18": [("", models.resnet18), ("depth=34", models.resnet34),
                 ("classes=7", lambda: models.resnet18(num_classes=7))],
    "resnet50": [("", models.resnet50), ("depth=101", models.resnet101),
                 ("depth=152", models.resnet152)],
    "wide_resnet50": [("", models.wide_resnet50_2), ("depth=101", models.wide_resnet101_2)],
    "resnext50": [("", models.resnext50_32x4d)],
    "densenet121": [("", models.densenet121), ("depth=169", models.densenet169),
                    ("depth=201", models.densenet201)],
    "inception": [("", lambda: models.googlenet(aux_logits=False, init_weights=False))],
    "squeezenet": [("", models.squeezenet1_1), ("version=1.0", models.squeezenet1_0)],
    "mobilenet_v2": [("", models.mobilenet_v2),
                     ("width_multiplier=0.5", lambda: models.mobilenet_v2(width_mult=0.5)),
                     ("width_multiplier=1.4", lambda: models.mobilenet_v2(width_mult=1.4))],
    "mobilenet_v3": [("", models.mobilenet_v3_large), ("size=small", models.mobilenet_v3_small)],
    "shufflenet_v2": [("", models.shufflenet_v2_x1_0)],
    "efficientnet_b0": [("", models.efficientnet_b0)],
    "convnext_tiny": [("", models.convnext_tiny)],
}
for template, variants in named.items():
    for fields, build in variants:
        case(template, fields, build)


def vit(size, patch, depth, heads):
    return models.VisionTransformer(size, patch, depth, heads, 64 * heads, 256 * heads)


case("vit_small", "", lambda: vit(224, 16, 12, 6))
case("vit_small", "heads=12", models.vit_b_16)
case("vit_small", "height=32;width=32;patch=4;depth=3", lambda: vit(32, 4, 3, 6))

# The first block of GoogLeNet alone, with torchvision's layers.
blocks = importlib.import_module("torchvision.models.googlenet")  # not the function of that name
conv = blocks.BasicConv2d
case("inception", "blocks=1", lambda: nn.ModuleList([
    conv(3, 64, kernel_size=7), conv(64, 64, kernel_size=1), conv(64, 192, kernel_size=3),
    blocks.Inception(192, 64, 96, 128, 16, 32, 32), nn.Linear(256, 1000)]))


# What torchvision has not, spelt with PyTorch's layers in the order of the paper.
def norm_conv(before, after, kernel=3, groups=1):
    return nn.ModuleList([nn.Conv2d(before, after, kernel, groups=groups, bias=False),
                          nn.BatchNorm2d(after)])


def lenet(*rows):
    widths = list(zip(rows, rows[1:]))
    return nn.ModuleList([nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)] +
                         [nn.Linear(a, b) for a, b in widths])


def residual(stem, widths, count, classes):
    layers, before = [norm_conv(3, stem)], stem
    for width in widths:
        for _ in range(count):
            layers += [norm_conv(before, width), norm_conv(width, width)]
            if before != width:
                layers.append(norm_conv(before, width, 1))
            before = width
    return nn.ModuleList(layers + [nn.Linear(before, classes)])


def u_net(before, widths, after):
    layers, x = [], before
    for width in widths:
        layers += [norm_conv(x, width), norm_conv(width, width)]
        x = width
    for width in widths[-2::-1]:
        layers += [nn.ConvTranspose2d(x, width, 2, 2), norm_conv(2 * width, width),
                   norm_conv(width, width)]
        x = width
    return nn.ModuleList(layers + [nn.Conv2d(x, after, 1)])


def small_vgg():
    widths = [3, 64, 64, 128, 128, 256, 256]
    return nn.ModuleList([norm_conv(a, b) for a, b in zip(widths, widths[1:])] +
                         [nn.Linear(256 * 4 * 4, 256), nn.Linear(256, 10)])


def small_mobile():
    layers, before = [norm_conv(3, 16)], 16
    for expand, width, count in ((1, 16, 1), (4, 24, 2), (4, 32, 3), (4, 64, 3), (4, 96, 2)):
        for _ in range(count):
            middle = before * expand
            if expand > 1:
                layers.append(norm_conv(before, middle, 1))
            layers += [norm_conv(middle, middle, 3, middle), norm_conv(middle, width, 1)]
            before = width
    return nn.ModuleList(layers + [norm_conv(before, 256, 1), nn.Linear(256, 10)])


def small_dense():
    layers, width = [nn.Conv2d(3, 24, 3, bias=False)], 24
    for block in range(3):
        for _ in range(6):
            layers += [nn.BatchNorm2d(width), nn.Conv2d(width, 12, 3, bias=False)]
            width += 12
        if block < 2:
            layers += [nn.BatchNorm2d(width), nn.Conv2d(width, width // 2, 1, bias=False)]
            width //= 2
    return nn.ModuleList(layers + [nn.BatchNorm2d(width), nn.Linear(width, 10)])


def small_convnext():
    def block(width):
        return [nn.Conv2d(width, width, 7, groups=width), nn.LayerNorm(width),
                nn.Linear(width, 4 * width), nn.Linear(4 * width, width)]
    return nn.ModuleList([nn.Conv2d(3, 48, 2), nn.LayerNorm(48)] +
                         [layer for _ in range(3) for layer in block(48)] +
                         [nn.LayerNorm(48), nn.Conv2d(48, 96, 2)] +
                         [layer for _ in range(3) for layer in block(96)] +
                         [nn.LayerNorm(96), nn.Linear(96, 10)])


def autoencoder(latent):
    return nn.ModuleList([nn.Conv2d(1, 32, 4), nn.Conv2d(32, 64, 4),
                          nn.Linear(64 * 7 * 7, latent), nn.Linear(64 * 7 * 7, latent),
                          nn.Linear(latent, 64 * 7 * 7), nn.ConvTranspose2d(64, 32, 4),
                          nn.ConvTranspose2d(32, 1, 4)])


def enlarger(factor):
    return nn.ModuleList([nn.Conv2d(1, 64, 5), nn.Conv2d(64, 32, 3),
                          nn.Conv2d(32, factor * factor, 3)])


def wave(layers):
    # The last layer has no next one to mix for.
    gated = [nn.ModuleList([nn.Conv1d(32, 64, 2), nn.Conv1d(32, 32, 1)] +
                           ([nn.Conv1d(32, 32, 1)] if i + 1 < layers else []))
             for i in range(layers)]
    return nn.ModuleList([nn.Conv1d(1, 32, 2)] + gated +
                         [nn.Conv1d(32, 32, 1), nn.Conv1d(32, 1, 1)])


def reader(classes):
    def lstm(width):
        return nn.LSTM(width, 256, bidirectional=True)
    return nn.ModuleList([nn.Conv2d(1, 64, 3), nn.Conv2d(64, 128, 3), nn.Conv2d(128, 256, 3),
                          nn.BatchNorm2d(256), nn.Conv2d(256, 256, 3), nn.Conv2d(256, 512, 3),
                          nn.BatchNorm2d(512), nn.Conv2d(512, 512, 3), nn.Conv2d(512, 512, 2),
                          nn.BatchNorm2d(512), lstm(512), nn.Linear(512, 256), lstm(256),
                          nn.Linear(512, classes)])


case("lenet5", "", lambda: lenet(400, 120, 84, 10))
case("resnet20", "", lambda: residual(16, (16, 32, 64), 3, 10))
case("resnet20", "blocks=9", lambda: residual(16, (16, 32, 64), 9, 10))
case("unet", "", lambda: u_net(1, [64, 128, 256, 512, 1024], 1))
case("unet", "channels=3;levels=3;masks=4", lambda: u_net(3, [64, 128, 256], 4))
case("unet_classes", "", lambda: u_net(3, [64, 128, 256, 512, 1024], 3))
case("unet_classes", "channels=1;classes=5;levels=3", lambda: u_net(1, [64, 128, 256], 5))
case("variational_autoencoder", "", lambda: autoencoder(16))
case("super_resolution", "", lambda: enlarger(2))
case("super_resolution", "factor=4", lambda: enlarger(4))
case("wavenet", "", lambda: wave(8))
case("crnn", "", lambda: reader(37))
case("bench_lenet", "", lambda: lenet(400, 120, 84, 10))
case("bench_vgg", "", small_vgg)
case("bench_resnet20", "", lambda: residual(16, (16, 32, 64), 3, 10))
case("bench_resnet18", "", lambda: residual(64, (64, 128, 256, 512), 2, 10))
case("bench_mobilenet", "", small_mobile)
case("bench_densenet", "", small_dense)
case("bench_convnext", "", small_convnext)
case("bench_unet", "", lambda: u_net(3, [16, 32, 64, 128], 2))

with open(sys.argv[1] if len(sys.argv) > 1 else "templates.tsv", "w") as out:
    for row in sorted(rows):
        out.write("\t".join(map(str, row)) + "\n")
