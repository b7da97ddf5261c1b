# SPDX-License-Identifier: Apache-2.0
# Writes foreign_weights_names.tsv (network, tensor, shape) and foreign_weights.tsv (network,
# template, fields, image size, outputs): what networks of torchvision give for weights and an image
# that are formulas, which the test computes again. Run it with torch, torchvision and timm at hand:
# python foreign_weights.py FOLDER; foreign_weights.tsv.txt says which versions made those that are committed.
import pathlib
import sys

import numpy as np
import timm
import torch
import torchvision
from torch import nn
from torchvision import models

folder = pathlib.Path(sys.argv[1])


def noise(name, count):
    """Numbers from -0.5 on below 0.5: a hash of the name and the place."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint64) * 2654435761 + seed & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    x = x * 0x45D9F3B & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**32 - 0.5


def fill(net):
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        u = noise(name, tensor.numel())
        if tensor.dim() > 1:
            u *= 2 * np.sqrt(6 / (tensor.numel() / tensor.shape[0]))
        elif name.endswith("running_var"):
            u = 1 + u
        elif name.endswith("weight"):
            u = 1 + 0.4 * u
        else:
            u *= 0.4
        tensor.copy_(torch.from_numpy(u.astype(np.float32)).reshape(tensor.shape))
    return net.eval()


def narrow_vgg(batch_norm):
    cfg = [8, "M", 16, "M", 32, 32, "M", 64, 64, "M", 64, 64, "M"]
    net = models.VGG(models.vgg.make_layers(cfg, batch_norm), num_classes=10, init_weights=False)
    net.classifier = nn.Sequential(nn.Linear(64 * 49, 512), nn.ReLU(), nn.Dropout(),
                                   nn.Linear(512, 512), nn.ReLU(), nn.Dropout(),
                                   nn.Linear(512, 10))
    return net


def narrow_convnext():
    sizes = [models.convnext.CNBlockConfig(c, n, count)
             for c, n, count in [(24, 48, 3), (48, 96, 3), (96, 192, 9), (192, None, 3)]]
    return models.ConvNeXt(sizes, num_classes=10)


def narrow_densenet():
    return models.DenseNet(growth_rate=8, block_config=(6, 12, 24, 16), num_init_features=16,
                           num_classes=10)


def small_transformer():
    return models.VisionTransformer(image_size=32, patch_size=16, num_layers=2, num_heads=2,
                                    hidden_dim=128, mlp_dim=512, num_classes=10)


networks = {
    "resnet18": ("resnet18", "classes=10", 40, lambda: models.resnet18(num_classes=10)),
    "vgg11": ("vgg11", "classes=10;width_multiplier=0.125", 32, lambda: narrow_vgg(False)),
    "vgg11_bn": ("vgg11", "classes=10;width_multiplier=0.125;batch_norm=true", 32,
                 lambda: narrow_vgg(True)),
    "mobilenet_v2": ("mobilenet_v2", "classes=10;width_multiplier=0.5", 48,
                     lambda: models.mobilenet_v2(num_classes=10, width_mult=0.5)),
    "mobilenet_v3_large": ("mobilenet_v3", "classes=10;width_multiplier=0.5", 48,
                           lambda: models.mobilenet_v3_large(num_classes=10, width_mult=0.5)),
    "mobilenet_v3_small": ("mobilenet_v3", "classes=10;size=small", 48,
                           lambda: models.mobilenet_v3_small(num_classes=10)),
    "efficientnet_b0": ("efficientnet_b0", "classes=10", 48,
                        lambda: models.efficientnet_b0(num_classes=10)),
    "convnext": ("convnext_tiny", "classes=10;width_multiplier=0.25", 64, narrow_convnext),
    "densenet121": ("densenet121", "classes=10;width_multiplier=0.25", 64, narrow_densenet),
    "squeezenet1_0": ("squeezenet", "classes=10;version=1.0", 64,
                      lambda: models.squeezenet1_0(num_classes=10)),
    "squeezenet1_1": ("squeezenet", "classes=10", 64,
                      lambda: models.squeezenet1_1(num_classes=10)),
    "shufflenet_v2": ("shufflenet_v2", "classes=10", 64,
                      lambda: models.shufflenet_v2_x1_0(num_classes=10)),
    "googlenet": ("inception", "classes=10", 64,
                  lambda: models.GoogLeNet(10, aux_logits=False, init_weights=False)),
    "vision_transformer": ("vit_small", "classes=10;patch=16;depth=2;heads=2", 32,
                           small_transformer),
    "timm_convnext": ("convnext_tiny", "classes=10;width_multiplier=0.25", 64,
                      lambda: timm.models.ConvNeXt(depths=(3, 3, 9, 3), dims=(24, 48, 96, 192),
                                                   num_classes=10)),
    "timm_efficientnet_b0": ("efficientnet_b0", "classes=10", 48,
                             lambda: timm.create_model("efficientnet_b0", num_classes=10)),
    "timm_vision_transformer": ("vit_small", "classes=10;patch=16;depth=2;heads=2", 32,
                                lambda: timm.models.VisionTransformer(
                                    img_size=32, patch_size=16, embed_dim=128, depth=2,
                                    num_heads=2, num_classes=10)),
}
named = {
    "resnet50": ("resnet50", "", models.resnet50),
    "resnext50": ("resnext50", "", models.resnext50_32x4d),
    "wide_resnet50": ("wide_resnet50", "", models.wide_resnet50_2),
    "vgg19_bn": ("vgg11", "depth=19;batch_norm=true", models.vgg19_bn),
    "alexnet": ("alexnet", "", models.alexnet),
    "convnext_tiny": ("convnext_tiny", "", models.convnext_tiny),
}
with open(folder / "foreign_weights_names.tsv", "w") as names, \
        open(folder / "foreign_weights.tsv", "w") as outputs:
    def write(label, net):
        for name, tensor in net.state_dict().items():
            names.write(f"{label}\t{name}\t{','.join(map(str, tensor.shape))}\n")

    for label, (template, fields, size, build) in networks.items():
        with torch.no_grad():
            net = fill(build())
            image = 2 * noise("image", 3 * size * size)
            image = torch.from_numpy(image.astype(np.float32)).reshape(1, 3, size, size)
            result = net.double()(image.double())[0].tolist()
        write(label, net)
        row = " ".join(f"{x:.9g}" for x in result)
        outputs.write(f"{label}\t{template}\t{fields};height={size};width={size}\t{size}\t{row}\n")
    for label, (template, fields, build) in named.items():
        with torch.device("meta"):
            write(label, build())
        outputs.write(f"{label}\t{template}\t{fields}\t0\t\n")
print("torch", torch.__version__, "torchvision", torchvision.__version__, "timm",
      timm.__version__, "numpy", np.__version__)
