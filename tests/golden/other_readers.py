# SPDX-License-Identifier: Apache-2.0
"""Prints a table, in Markdown, of how Pillow, OpenCV and torchvision differ from Vitrine and from each
other over the same files: the largest difference of a value, of 255. other_readers.md is what it printed
with the versions that it names. Run it with Pillow, OpenCV, torch, torchvision, tifffile and numpy at hand.

Usage: other_readers.py build/release/bin/picture-values
"""

import io
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import PIL
import tifffile
import torch
import torchvision
from PIL import Image
from torchvision.io import ImageReadMode, decode_image
from torchvision.transforms.v2 import functional as F

program = sys.argv[1]
folder = Path(tempfile.mkdtemp())
rng = np.random.default_rng(3)
H, W = 61, 75
y, x = np.mgrid[:H, :W]
smooth = np.stack([127 + 120 * np.sin(x / 9 + y / 17), 127 + 120 * np.cos(x / 13), 2 * x + y], 2).round().astype(np.uint8)
noise = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
alpha = rng.integers(0, 256, (H, W, 1), dtype=np.uint8)
deep = rng.integers(0, 65536, (H, W, 3), dtype=np.uint16)


def ours(path, form="as_it_is", size=()):
    done = subprocess.run([program, path, form, *map(str, size)], capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return np.asarray(Image.open(io.BytesIO(done.stdout)))


def channels_last(tensor):
    array = tensor.permute(1, 2, 0).numpy()
    return array[..., 0] if array.shape[2] == 1 else array


def by_opencv(path, flags):
    array = cv2.imread(str(path), flags)
    return "not read" if array is None else array if array.ndim == 2 else cv2.cvtColor(array, cv2.COLOR_BGR2RGB)


def tried(make):
    try:
        return make()
    except Exception as problem:
        return "not read"


def png(values, bits, kind):
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + row.astype(f">u{bits // 8}").tobytes() for row in values)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, bits, kind, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def put(name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def tiff(name, values, **options):
    tifffile.imwrite(folder / name, values, **options)
    return folder / name


def difference(a, b):
    if a.ndim != b.ndim:
        a, b = [v if v.ndim == 3 else np.repeat(v[..., None], 3, 2) for v in (a, b)]
    if a.shape != b.shape:
        return "another shape"
    return str(int(np.abs(a.astype(np.int64) - b.astype(np.int64)).max()))


rows = []


def row(what, mine, pillow, opencv, vision):
    answers = [tried(pillow), tried(opencv), tried(vision) if vision else "no such reader"]
    answers = ["left at 16 bits" if not isinstance(a, str) and a.dtype == np.uint16 else a for a in answers]
    cells = [difference(mine, a) if not isinstance(a, str) else a for a in answers]
    read = [a for a in answers if not isinstance(a, str)]
    apart = max((difference(a, b) for i, a in enumerate(read) for b in read[:i]), key=lambda t: int(t) if t.isdigit() else 999, default="")
    rows.append([what, *cells, apart])


def pil(path, mode):
    return lambda: np.asarray(Image.open(path).convert(mode))


def vision(path, mode):
    return lambda: channels_last(decode_image(str(path), mode=mode))


for name, picture in (("smooth", smooth), ("noise", noise)):
    path = put(f"{name}.png", png(picture, 8, 2))
    tensor = torch.from_numpy(picture).permute(2, 0, 1)
    for height, width in ((28, 28), (128, 150)):
        word = "smaller" if height < H else "larger"
        row(f"{name}, {word}: {H}×{W} → {height}×{width}, bilinear", ours(path, size=(height, width)),
            lambda: np.asarray(Image.fromarray(picture).resize((width, height), Image.BILINEAR)),
            lambda: cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR),
            lambda: channels_last(F.resize(tensor, [height, width], antialias=True)))
    row(f"{name}, smaller: area (OpenCV), no antialias (torchvision)", ours(path, size=(28, 28)),
        lambda: np.asarray(Image.fromarray(picture).resize((28, 28), Image.BILINEAR)),
        lambda: cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA),
        lambda: channels_last(F.resize(tensor, [28, 28], antialias=False)))
    row(f"{name}, grey from colours", ours(path, "grey"), lambda: np.asarray(Image.fromarray(picture).convert("L")),
        lambda: cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), lambda: channels_last(F.rgb_to_grayscale(tensor)))
white = np.full((H, W, 3), 255, np.uint8)
row("white, grey from colours", ours(put("white.png", png(white, 8, 2)), "grey"), lambda: np.asarray(Image.fromarray(white).convert("L")),
    lambda: cv2.cvtColor(white, cv2.COLOR_RGB2GRAY), lambda: channels_last(F.rgb_to_grayscale(torch.from_numpy(white).permute(2, 0, 1))))

out = io.BytesIO()
Image.fromarray(noise).save(out, "JPEG", quality=90)
path = put("noise.jpg", out.getvalue())
row("JPEG, colours", ours(path), pil(path, "RGB"), lambda: by_opencv(path, cv2.IMREAD_COLOR), vision(path, ImageReadMode.RGB))
row("JPEG, read as grey", ours(path, "grey"), pil(path, "L"), lambda: by_opencv(path, cv2.IMREAD_GRAYSCALE), vision(path, ImageReadMode.GRAY))

grey16 = put("grey16.png", png(deep[..., :1], 16, 0))
row("PNG, grey of 16 bits, read as grey", ours(grey16), pil(grey16, "L"), lambda: by_opencv(grey16, cv2.IMREAD_GRAYSCALE), vision(grey16, ImageReadMode.GRAY))
colour16 = put("colour16.png", png(deep, 16, 2))
row("PNG, colours of 16 bits", ours(colour16), pil(colour16, "RGB"), lambda: by_opencv(colour16, cv2.IMREAD_COLOR), vision(colour16, ImageReadMode.RGB))
clear = put("clear.png", png(np.concatenate([noise, alpha], 2), 8, 6))
row("PNG with alpha, read as colours (ours: over white)", ours(clear), pil(clear, "RGB"), lambda: by_opencv(clear, cv2.IMREAD_COLOR), vision(clear, ImageReadMode.RGB))

planar = tiff("planar.tif", deep.transpose(2, 0, 1).copy(), photometric="rgb", planarconfig="separate")
row("TIFF, planar colours of 16 bits", ours(planar), pil(planar, "RGB"), lambda: by_opencv(planar, cv2.IMREAD_COLOR), None)
both = tiff("alpha.tif", np.concatenate([noise, alpha], 2), photometric="rgb", extrasamples=["unassalpha"])
row("TIFF, straight alpha, read as colours (ours: over white)", ours(both), pil(both, "RGB"), lambda: by_opencv(both, cv2.IMREAD_COLOR), None)
inverted = tiff("inverted.tif", noise[..., 0], photometric="miniswhite")
row("TIFF, 0 is white", ours(inverted), pil(inverted, "L"), lambda: by_opencv(inverted, cv2.IMREAD_GRAYSCALE), None)
wide = tiff("wide.tif", rng.integers(0, 2**32, (H, W), dtype=np.uint32))
row("TIFF, grey of 32 bits", ours(wide), pil(wide, "L"), lambda: by_opencv(wide, cv2.IMREAD_GRAYSCALE), None)
real = tiff("real.tif", rng.uniform(0, 1, (H, W)).astype(np.float32))
row("TIFF, floats from 0 to 1", ours(real), pil(real, "L"), lambda: by_opencv(real, cv2.IMREAD_GRAYSCALE), None)

print(f"Pillow {PIL.__version__}, OpenCV {cv2.__version__}, torchvision {torchvision.__version__} (torch {torch.__version__}), NumPy {np.__version__}; a picture of {H}×{W}.")
print("\n| what | Pillow | OpenCV | torchvision | largest between them |\n|---|---|---|---|---|")
for cells in rows:
    print("| " + " | ".join(cells) + " |")
