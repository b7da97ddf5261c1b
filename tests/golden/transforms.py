# SPDX-License-Identifier: Apache-2.0
# Writes transforms.safetensors: two small pictures, [3, 23, 31], and what torchvision and Pillow make
# of them with given amounts. Tensors `noise` and `smooth`, and `PICTURE.CASE.WHO` (WHO: tv on
# tensors, pil on Pillow's images); the test knows what each case is. Needs torch, torchvision, Pillow
# 12, numpy and safetensors.
import math
import sys

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, ImageEnhance, ImageOps
from safetensors.numpy import save_file
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

H, W = 23, 31
rng = np.random.default_rng(16)
rows, columns = np.mgrid[0:H, 0:W]
smooth = np.stack([127 + 100 * np.sin(rows / 5 + 0.3 * c) * np.cos(columns / (6 + c)) for c in range(3)])
pictures = {
    "noise": rng.integers(0, 256, size=(3, H, W)).astype(np.uint8),
    "smooth": smooth.round().astype(np.uint8),
}
tensors = dict(pictures)
NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR
EXACT, NEAREST_OF_PILLOW = InterpolationMode.NEAREST_EXACT, Image.NEAREST


def put(name, result):
    if isinstance(result, Image.Image):
        result = np.asarray(result)
        result = result[None] if result.ndim == 2 else result.transpose(2, 0, 1)
    tensors[name] = np.ascontiguousarray(np.asarray(result).astype(np.uint8))


def resizings(name, x, image):
    for h, w in [(11, 13), (46, 62), (16, 50)]:
        for way in ("bilinear", "bicubic", "lanczos"):
            put(f"{name}.{way}{h}x{w}.pil", image.resize((w, h), getattr(Image, way.upper())))
        put(f"{name}.bilinear{h}x{w}.tv", F.resize(x, [h, w], BILINEAR, antialias=True))
        put(f"{name}.nearest{h}x{w}.tv", F.resize(x, [h, w], EXACT, antialias=False))
        put(f"{name}.plain{h}x{w}.tv", F.resize(x, [h, w], BILINEAR, antialias=False))


def geometry(name, x, image):
    # Without fill: what lies half beyond the border is taken times its cover twice with it.
    for degrees in (30, -77, 90):
        put(f"{name}.rotate{degrees}.tv", F.rotate(x, degrees, BILINEAR))
    put(f"{name}.rotate29nearest.tv", F.rotate(x, 29, NEAREST, fill=[9.0]))
    put(f"{name}.rotate29nearest.pil", image.rotate(29, NEAREST_OF_PILLOW, fillcolor=(9, 9, 9)))
    # Angles of affine are clockwise, those of rotate are not.
    put(f"{name}.affine.tv", F.affine(x, -20, [3, -2], 1.25, [10.0, -15.0], BILINEAR))
    put(f"{name}.shear.tv", F.affine(x, 0, [0, 0], 1.0, [math.degrees(math.atan(0.2)), 0.0],
                                     BILINEAR, center=[0, 0]))
    corners = [[0, 0], [W - 1, 0], [W - 1, H - 1], [0, H - 1]]
    ends = [[4, 2], [W - 3, 5], [W - 6, H - 2], [1, H - 4]]
    put(f"{name}.perspective.tv", F.perspective(x, corners, ends, BILINEAR))
    put(f"{name}.flip.tv", F.horizontal_flip(x))
    for mode in ("constant", "edge", "reflect", "symmetric"):
        padded = F.pad(x, [5], fill=9, padding_mode=mode)
        put(f"{name}.crop_{mode}.tv", F.crop(padded, 1, 8, H, W))
    put(f"{name}.resized_crop.pil", image.crop((6, 4, 27, 17)).resize((24, 20), Image.BILINEAR))


def colours(name, x, image):
    for factor in (0.0, 0.4, 1.7):
        put(f"{name}.brightness{factor}.tv", F.adjust_brightness(x, factor))
        put(f"{name}.contrast{factor}.pil", ImageEnhance.Contrast(image).enhance(factor))
        put(f"{name}.saturation{factor}.pil", ImageEnhance.Color(image).enhance(factor))
        put(f"{name}.sharpness{factor}.tv", F.adjust_sharpness(x, factor))
        put(f"{name}.sharpness{factor}.pil", ImageEnhance.Sharpness(image).enhance(factor))
    for turns in (-0.4, 0.07, 0.5):
        put(f"{name}.hue{turns}.tv", F.adjust_hue(x, turns))
    put(f"{name}.grey.pil", image.convert("L"))
    put(f"{name}.blur.tv", F.gaussian_blur(x, [9, 9], [1.3, 1.3]))
    put(f"{name}.invert.tv", F.invert(x))
    put(f"{name}.solarize.tv", F.solarize(x, 178.5))
    put(f"{name}.posterize3.tv", F.posterize(x, 3))
    put(f"{name}.autocontrast.tv", F.autocontrast(x // 2 + 31))
    put(f"{name}.equalize.tv", F.equalize(x))
    put(f"{name}.equalize.pil", ImageOps.equalize(image))


for name, pixels in pictures.items():
    x = torch.tensor(pixels)
    image = Image.fromarray(pixels.transpose(1, 2, 0))
    resizings(name, x, image)
    geometry(name, x, image)
    colours(name, x, image)
# Where the pixels of a bent picture come from, in pixels, and the picture.
bend = rng.normal(0, 2, size=(2, H, W)).astype(np.float32)
tensors["bend"] = bend
x = torch.tensor(pictures["noise"])
share = torch.tensor(np.stack([bend[0] * 2 / W, bend[1] * 2 / H], -1)[None])
put("noise.bend.tv", F.elastic(x, share, BILINEAR))
save_file(tensors, sys.argv[1])
print(len(tensors), torch.__version__, torchvision.__version__, PIL.__version__, np.__version__)
