# SPDX-License-Identifier: Apache-2.0
# Writes pictures.safetensors: small picture files in all forms that are read, and the pixels that
# they are to give. Pixels of files without loss are those that they were made of, by the rules in
# core/data/pictures/picture.h; those of JPEG files and of resized pictures are Pillow's. Run it with
# Pillow, numpy and safetensors at hand; the file beside it says which versions made the one that is
# committed.
import io
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image
from safetensors.numpy import save_file

rng = np.random.default_rng(16)
H, W = 13, 19
tensors, metadata = {}, {}


def add(name, data, pixels, background="white"):
    key = f"{len(metadata):02}"
    metadata[key] = f"{name}|{background}"
    tensors[f"{key}.file"] = np.frombuffer(data, dtype=np.uint8).copy()
    tensors[f"{key}.pixels"] = np.ascontiguousarray(pixels.astype(np.uint8).reshape(H, W, -1))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(rows, bits):
    """Rows of numbers of so many bits, with filter type 0 in front of each."""
    out = b""
    for row in rows:
        flat = row.reshape(-1)
        if bits == 16:
            out += b"\0" + flat.astype(">u2").tobytes()
        else:
            stream = "".join(f"{v:0{bits}b}" for v in flat)
            stream += "0" * (-len(stream) % 8)
            out += b"\0" + bytes(int(stream[i : i + 8], 2) for i in range(0, len(stream), 8))
    return out


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(values, kind, bits, extra=b"", interlaced=False):
    header = struct.pack(">IIBBBBB", W, H, bits, kind, 0, 0, int(interlaced))
    if interlaced:
        data = b"".join(pack(p, bits) for x, y, dx, dy in ADAM7 if (p := values[y::dy, x::dx]).size)
    else:
        data = pack(values, bits)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def byte(values, most):
    return (values.astype(np.int64) * 255 + most // 2) // most


def over(values, alpha, behind):
    return (values * alpha + behind * (255 - alpha) + 127) // 255


for bits in (1, 2, 4, 8, 16):
    most = (1 << bits) - 1
    grey = rng.integers(0, most + 1, (H, W))
    add(f"PNG grey {bits} bit", png(grey, 0, bits), byte(grey, most))
    if bits >= 8:
        rgb = rng.integers(0, most + 1, (H, W, 3))
        alpha = rng.integers(0, most + 1, (H, W, 1))
        alpha[:4], alpha[4:8] = 0, most
        add(f"PNG colour {bits} bit", png(rgb, 2, bits), byte(rgb, most))
        add(f"PNG colour {bits} bit interlaced", png(rgb, 2, bits, interlaced=True), byte(rgb, most))
        for background, behind in (("white", 255), ("black", 0)):
            wanted = over(byte(rgb, most), byte(alpha, most), behind)
            add(f"PNG colour and alpha {bits} bit", png(np.concatenate([rgb, alpha], 2), 6, bits), wanted, background)
            wanted = over(byte(grey[..., None], most), byte(alpha, most), behind)
            add(f"PNG grey and alpha {bits} bit", png(np.concatenate([grey[..., None], alpha], 2), 4, bits), wanted, background)
    if bits <= 8:
        count = min(most + 1, 200)
        palette = rng.integers(0, 256, (count, 3))
        index = rng.integers(0, count, (H, W))
        colours = chunk(b"PLTE", palette.astype(np.uint8).tobytes())
        add(f"PNG palette {bits} bit", png(index, 3, bits, colours), palette[index])
        seen = rng.integers(0, 256, count // 2 + 1)
        full = np.concatenate([seen, np.full(count - len(seen), 255)])
        trns = colours + chunk(b"tRNS", seen.astype(np.uint8).tobytes())
        add(f"PNG palette {bits} bit, some of it clear", png(index, 3, bits, trns), over(palette[index], full[index][..., None], 255))

smooth = np.stack([np.add.outer(np.arange(H) * a, np.arange(W) * b) % 256 for a, b in ((5, 9), (11, 3), (2, 13))], 2).astype(np.uint8)
noise = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)


def saved(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def seen(data, mode):
    return np.asarray(Image.open(io.BytesIO(data)).convert(mode))


for name, pixels in (("smooth", smooth), ("noise", noise)):
    image = Image.fromarray(pixels)
    for quality, sampling in ((90, 0), (75, 1), (50, 2)):
        data = saved(image, format="JPEG", quality=quality, subsampling=sampling)
        add(f"JPEG {name} {quality}, sampling {sampling}", data, seen(data, "RGB"))
    data = saved(image, format="JPEG", quality=85, progressive=True)
    add(f"JPEG {name} progressive", data, seen(data, "RGB"))
    data = saved(image.convert("L"), format="JPEG", quality=85)
    add(f"JPEG {name} grey", data, seen(data, "L"))
    data = saved(image.convert("CMYK"), format="JPEG", quality=95)
    ink = 255 - np.asarray(Image.open(io.BytesIO(data))).astype(np.int64)  # Pillow turns them round
    add(f"JPEG {name} CMYK", data, (ink[..., :3] * ink[..., 3:] * 255 + 65025 // 2) // 65025)
    add(f"BMP {name} 24 bit", saved(image, format="BMP"), pixels)
    add(f"PPM {name}", saved(image, format="PPM"), pixels)
    add(f"PGM {name}", saved(image.convert("L"), format="PPM"), np.asarray(image.convert("L")))
paletted = Image.fromarray(rng.integers(0, 256, (H, W), dtype=np.uint8), "P")
colours = rng.integers(0, 256, (256, 3), dtype=np.uint8)
paletted.putpalette(colours.tobytes())
add("BMP palette", saved(paletted, format="BMP"), colours[np.asarray(paletted)])
bits = Image.fromarray((rng.integers(0, 2, (H, W)) * 255).astype(np.uint8)).convert("1")
add("BMP 1 bit", saved(bits, format="BMP"), np.repeat(np.asarray(bits.convert("L"))[..., None], 3, 2))


def bmp(rows, bits, height):
    data = b"".join(r + b"\0" * (-len(r) % 4) for r in rows)
    return b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, W, height, 1, bits, 0, len(data), 0, 0, 0, 0) + data


add("BMP from above", bmp([r[:, ::-1].tobytes() for r in noise], 24, -H), noise)
four = np.concatenate([noise[..., ::-1], np.zeros((H, W, 1), np.uint8)], 2)
add("BMP 32 bit", bmp([r.tobytes() for r in four[::-1]], 32, H), noise)
deep = rng.integers(0, 40001, (H, W, 3))
add("PPM most 40000", b"P6 # wide\n%d %d\n40000\n" % (W, H) + deep.astype(">u2").tobytes(), byte(deep, 40000))
few = rng.integers(0, 8, (H, W))
add("PGM text, most 7", b"P2\n# seven\n%d %d 7\n" % (W, H) + b" ".join(b"%d" % v for v in few.reshape(-1)), byte(few, 7))
add("PPM text", b"P3\n%d %d\n255\n" % (W, H) + b"\n".join(b"%d" % v for v in noise.reshape(-1)) + b"\n", noise)

tensors["resize.in"] = noise
for height, width in ((13, 19), (28, 28), (7, 19), (13, 5), (1, 1), (3, 40), (64, 9)):
    for name, channels in (("colour", noise), ("grey", np.asarray(Image.fromarray(noise).convert("L")))):
        made = Image.fromarray(channels).resize((width, height), Image.BILINEAR)
        tensors[f"resize.{name}.{height}x{width}"] = np.asarray(made).reshape(height, width, -1)

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
print(len(metadata), "pictures, Pillow", PIL.__version__, "numpy", np.__version__)
