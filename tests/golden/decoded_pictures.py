# SPDX-License-Identifier: Apache-2.0
# Writes decoded_pictures.safetensors: small TIFF and WebP files in all forms that are read, and the
# pixels that they are to give: those that they were made of, by the rules in
# core/data/pictures/picture.h; those of lossy WebP files are Pillow's. TIFF files are put together
# here, since each program that writes them has forms that it cannot write. The last group is one
# picture in every layout of every format: all of it gives the same pixels. Run it with Pillow, numpy,
# imagecodecs, tifffile and safetensors at hand; the file beside it says which versions made the one that is
# committed.
import io
import struct
import sys
import zlib

import imagecodecs
import numpy as np
import PIL
import tifffile
from PIL import Image
from safetensors.numpy import save_file

rng = np.random.default_rng(1616)
H, W = 13, 19
tensors, metadata = {}, {}
UINT, INT, FLOAT = 1, 2, 3


def add(name, data, pixels, background="white"):
    key = f"{len(metadata):03}"
    metadata[key] = f"{name}|{background}"
    tensors[f"{key}.file"] = np.frombuffer(data, dtype=np.uint8).copy()
    tensors[f"{key}.pixels"] = np.ascontiguousarray(pixels.astype(np.uint8).reshape(H, W, -1))


def packed(rows, bits, order):
    """[height, width, samples] as bytes: rows of numbers of so many bits, each row from a byte on."""
    if rows.dtype.kind == "f":
        return rows.astype(f"{order}f{bits // 8}").tobytes()
    if bits in (8, 16, 32):
        return rows.astype(f"{order}u{bits // 8}").tobytes()
    out = b""
    for row in rows.reshape(rows.shape[0], -1):
        stream = "".join(f"{v:0{bits}b}" for v in row)
        stream += "0" * (-len(stream) % 8)
        out += bytes(int(stream[i : i + 8], 2) for i in range(0, len(stream), 8))
    return out


COMPRESSIONS = {
    "raw": (1, lambda data: data),
    "LZW": (5, imagecodecs.lzw_encode),
    "Deflate": (8, zlib.compress),
    "PackBits": (32773, imagecodecs.packbits_encode),
}


def tiff(values, bits=8, photometric=None, form=UINT, compression="raw", planar=False, tile=0, strip=5,
         order="<", extra=None, palette=None, big=False, pages=1):
    """values [H, W, samples]. extra: of the samples behind the colours; None: no such tag."""
    samples = values.shape[2]
    code, encode = COMPRESSIONS[compression]
    blocks = []
    for plane in [values[..., c : c + 1] for c in range(samples)] if planar else [values]:
        if tile:
            for y in range(0, H, tile):
                for x in range(0, W, tile):
                    full = np.zeros((tile, tile, plane.shape[2]), plane.dtype)
                    part = plane[y : y + tile, x : x + tile]
                    full[: part.shape[0], : part.shape[1]] = part
                    blocks.append(encode(packed(full, bits, order)))
        else:
            blocks += [encode(packed(plane[y : y + strip], bits, order)) for y in range(0, H, strip)]
    if photometric is None:
        photometric = 2 if samples >= 3 else 1
    SHORT, LONG = "H", "I"
    tags = [(256, LONG, [W]), (257, LONG, [H]), (258, SHORT, [bits] * samples), (259, SHORT, [code]),
            (262, SHORT, [photometric]), (277, SHORT, [samples]), (284, SHORT, [2 if planar else 1]),
            (339, SHORT, [form] * samples)]
    tags += [(322, LONG, [tile]), (323, LONG, [tile])] if tile else [(278, LONG, [strip])]
    if extra is not None:
        tags.append((338, SHORT, extra))
    if palette is not None:
        tags.append((320, SHORT, list(palette.T.reshape(-1))))
    data = b"".join(blocks)
    head = 16 if big else 8
    starts = list(head + np.cumsum([0] + [len(b) for b in blocks[:-1]]))
    places, sizes = (324, 325) if tile else (273, 279)
    tags += [(places, LONG, starts), (sizes, LONG, [len(b) for b in blocks])]
    tags.sort()
    word, count_form, entry = ("Q", "Q", 20) if big else ("I", "H", 12)
    inline = struct.calcsize(word)
    first = head + len(data) + len(data) % 2
    body = data + b"\0" * (len(data) % 2)
    for page in range(pages):
        at = head + len(body)
        list_size = struct.calcsize(order + count_form) + entry * len(tags) + inline
        entries, far = b"", b""
        for tag, kind, numbers in tags:
            value = struct.pack(f"{order}{len(numbers)}{kind}", *[int(n) for n in numbers])
            if len(value) > inline:
                place = at + list_size + len(far)
                far += value + b"\0" * (len(value) % 2)
                value = struct.pack(order + word, place)
            entries += struct.pack(f"{order}HH{word}", tag, 3 if kind == SHORT else 4, len(numbers)) + value.ljust(inline, b"\0")
        following = at + list_size + len(far) if page + 1 < pages else 0
        body += struct.pack(order + count_form, len(tags)) + entries + struct.pack(order + word, following) + far
    mark = b"II" if order == "<" else b"MM"
    header = mark + (struct.pack(order + "HHHQ", 43, 8, 0, first) if big else struct.pack(order + "HI", 42, first))
    return header + body


def byte(values, most):
    return (values.astype(object) * 255 + most // 2) // most


def over(values, alpha, behind):
    values, alpha = values.astype(np.int64), alpha.astype(np.int64)
    return (values * alpha + behind * (255 - alpha) + 127) // 255


def drawn(bits, samples):
    return rng.integers(0, 1 << bits, (H, W, samples), dtype=np.uint64)


for bits in list(range(1, 17)) + [32]:
    most = (1 << bits) - 1
    grey, rgb = drawn(bits, 1), drawn(bits, 3)
    add(f"TIFF grey {bits} bit", tiff(grey, bits), byte(grey, most))
    if bits in (1, 4, 8, 12, 16, 32):
        add(f"TIFF colour {bits} bit", tiff(rgb, bits), byte(rgb, most))
        add(f"TIFF grey {bits} bit, 0 is white", tiff(grey, bits, photometric=0), 255 - byte(grey, most))
for bits in (1, 2, 4, 8):
    palette = rng.integers(0, 256, (1 << bits, 3))
    index = drawn(bits, 1)
    for name, colours in (("times 257", palette * 257), ("times 256", palette * 256), ("plain", palette)):
        add(f"TIFF palette {bits} bit, {name}", tiff(index, bits, photometric=3, palette=colours), palette[index[..., 0].astype(int)])

eight, sixteen = drawn(8, 3), drawn(16, 3)
for compression in COMPRESSIONS:
    for bits, values in ((8, eight), (16, sixteen)):
        for planar in (False, True):
            for tile in (0, 16, 32):
                for order in "<>":
                    wanted = byte(values, (1 << bits) - 1)
                    what = f"{compression}, {'planar' if planar else 'interleaved'}, {f'tiles of {tile}' if tile else 'strips'}, {order}"
                    add(f"TIFF colour {bits} bit, {what}", tiff(values, bits, compression=compression, planar=planar, tile=tile, order=order), wanted)
add("TIFF, one strip", tiff(eight, strip=H), eight)
add("BigTIFF", tiff(eight, big=True), eight)
add("BigTIFF, high byte first", tiff(eight, big=True, order=">"), eight)
add("TIFF of 3 pages", tiff(eight, pages=3), eight)

for bits in (8, 16):
    most = (1 << bits) - 1
    for samples in (1, 3):
        colour, alpha = drawn(bits, samples), drawn(bits, 1)
        alpha[:4], alpha[4:8] = 0, most
        both = np.concatenate([colour, alpha], 2)
        colour8, alpha8 = byte(colour, most), byte(alpha, most)
        for planar in (False, True):
            for background, behind in (("white", 255), ("black", 0)):
                name = f"TIFF {samples} colours {bits} bit {'planar' if planar else 'interleaved'}"
                straight = over(colour8, alpha8, behind)
                add(f"{name}, straight alpha", tiff(both, bits, planar=planar, extra=[2]), straight, background)
                add(f"{name}, alpha that is not told", tiff(both, bits, planar=planar), straight, background)
                add(f"{name}, fourth sample is none", tiff(both, bits, planar=planar, extra=[0]), colour8, background)
                times = np.concatenate([(colour.astype(object) * alpha + most // 2) // most, alpha], 2)
                laid = np.minimum(255, byte(times[..., :samples], most) + (255 - alpha8 if behind else 0))
                add(f"{name}, associated alpha", tiff(times.astype(np.uint64), bits, planar=planar, extra=[1]), laid, background)

for bits in (16, 32, 64):
    real = rng.uniform(-0.3, 1.3, (H, W, 3)).astype(f"f{bits // 8}")
    real[0, 0] = (0, 1, np.nan)
    wanted = np.floor(255 * np.clip(np.nan_to_num(real.astype(np.float64)), 0, 1) + 0.5)
    add(f"TIFF float of {bits} bits", tiff(real, bits, form=FLOAT), wanted)
    add(f"TIFF float of {bits} bits, planar, high byte first", tiff(real, bits, form=FLOAT, planar=True, order=">"), wanted)


def saved(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


smooth = np.stack([np.add.outer(np.arange(H) * a, np.arange(W) * b) % 256 for a, b in ((5, 9), (11, 3), (2, 13))], 2).astype(np.uint8)
image = Image.fromarray(smooth)
add("TIFF by Pillow, JPEG inside", saved(image, format="TIFF", compression="jpeg", quality=95),
    np.asarray(Image.open(io.BytesIO(saved(image, format="TIFF", compression="jpeg", quality=95))).convert("RGB")))
for compression in ("tiff_lzw", "tiff_deflate", "packbits"):
    add(f"TIFF by Pillow, {compression}", saved(image, format="TIFF", compression=compression), smooth)
black = Image.fromarray((rng.integers(0, 2, (H, W)) * 255).astype(np.uint8)).convert("1")
add("TIFF by Pillow, fax", saved(black, format="TIFF", compression="group4"), np.asarray(black.convert("L")))
for quality in (30, 90):
    data = saved(image, format="WEBP", quality=quality)
    add(f"WebP lossy {quality}", data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
alpha = rng.integers(0, 256, (H, W, 1), dtype=np.uint8)
rgba = np.concatenate([smooth, alpha], 2)
for background, behind in (("white", 255), ("black", 0)):
    add("WebP lossless, alpha", saved(Image.fromarray(rgba), format="WEBP", lossless=True, exact=True), over(smooth, alpha, behind), background)
    data = saved(Image.fromarray(rgba), format="WEBP", quality=80)
    seen = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    add("WebP lossy, alpha", data, over(seen[..., :3], seen[..., 3:], behind), background)

def by_tifffile(values, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, values, photometric="rgb" if values.ndim == 3 else "minisblack", metadata=None, **options)
    return out.getvalue()


# Differences of neighbours, as most programs pack them, and other methods.
real = rng.uniform(0, 1, (H, W, 3)).astype("f4")
real_bytes = np.floor(255 * real.astype("f8") + 0.5)
for compression in ("lzw", "zlib", "zstd", "lzma", "packbits"):
    for order in "<>":
        for tile in (None, (16, 32)):
            options = dict(compression=compression, byteorder=order, tile=tile, rowsperstrip=None if tile else 4)
            what = f"{compression}, {'tiles' if tile else 'strips'}, {order}"
            differ = compression in ("lzw", "zlib")
            add(f"TIFF by tifffile, 8 bit, {what}", by_tifffile(eight.astype("u1"), predictor=differ, **options), eight)
            add(f"TIFF by tifffile, 16 bit, {what}", by_tifffile(sixteen.astype("u2"), predictor=differ, **options), byte(sixteen, 65535))
            if differ:
                add(f"TIFF by tifffile, float, {what}", by_tifffile(real, predictor=3, **options), real_bytes)

# One picture in every layout: numbers of 16 bits that are 257 times those of 8, alpha 0 or all.
one = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
clear = (rng.integers(0, 4, (H, W, 1)) > 0) * 255
seen = over(one, clear, 255)
four = np.concatenate([one, clear], 2).astype(np.uint8)


def png(values, bits):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + row.astype(f">u{bits // 8}").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", W, H, bits, 6 if values.shape[2] == 4 else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


for bits, times in ((8, 1), (16, 257)):
    deep, deep4 = one.astype(int) * times, four.astype(int) * times
    add(f"One picture: PNG {bits} bit", png(deep, bits), one)
    add(f"One picture: PNG {bits} bit, alpha", png(deep4, bits), seen)
    add(f"One picture: PPM {bits} bit", b"P6 %d %d %d\n" % (W, H, 255 * times) + deep.astype(f">u{bits // 8}").tobytes(), one)
    for planar in (False, True):
        for compression in COMPRESSIONS:
            what = f"{bits} bit, {'planar' if planar else 'interleaved'}, {compression}"
            add(f"One picture: TIFF {what}", tiff(deep, bits, planar=planar, compression=compression), one)
            add(f"One picture: TIFF {what}, alpha", tiff(deep4, bits, planar=planar, compression=compression, extra=[2]), seen)
add("One picture: BMP", saved(Image.fromarray(one), format="BMP"), one)
add("One picture: WebP", saved(Image.fromarray(one), format="WEBP", lossless=True), one)
add("One picture: WebP, alpha", saved(Image.fromarray(four), format="WEBP", lossless=True, exact=True), seen)
add("One picture: TIFF float", tiff(one / np.float32(255), 32, form=FLOAT), one)

# What other readers are known to take otherwise, and what is right here: see the test for what each is.
def chunked(header, data, extra=()):
    chunk = lambda kind, part: struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
    rest = b"".join(chunk(kind, part) for kind, part in extra)
    rows = b"".join(b"\0" + row.tobytes() for row in data)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, *header, 0, 0, 0)) + rest + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def flat(*colour, kind="u1"):
    return np.broadcast_to(np.array(colour, kind), (H, W, len(colour)))


half = flat(200, 100, 50, 128)
half_white = over(half[..., :3], half[..., 3:], 255)
add("Fact PB14: straight alpha, TIFF", tiff(half, extra=[2]), half_white)
add("Fact PB14: straight alpha, TIFF, black", tiff(half, extra=[2]), over(half[..., :3], half[..., 3:], 0), "black")
add("Fact PB14: straight alpha, TIFF without the tag", tiff(half), half_white)
add("Fact PB14: straight alpha, PNG", png(half, 8), half_white)
add("Fact PB14: straight alpha, WebP", saved(Image.fromarray(np.ascontiguousarray(half)), format="WEBP", lossless=True, exact=True), half_white)
add("Fact PB12: planar colours of 16 bits, not packed", tiff(deep, 16, planar=True), one)
whole = rng.integers(0, 2, (H, W, 1))
add("Fact PB13: one bit, 0 is white", tiff(whole, 1, photometric=0), 255 * (1 - whole))
add("Fact PB13: 8 bits, 0 is white", tiff(one[..., :1], 8, photometric=0), 255 - one[..., :1])
add("Fact PB13: one bit, 0 is black", tiff(whole, 1), 255 * whole)
large = rng.integers(0, 2**32, (H, W, 1), dtype=np.uint64)
add("Fact PB15: whole numbers of 32 bits", tiff(large, 32), byte(large, 2**32 - 1))


def bmp(pixels, bits, masks=None):
    rows = [np.ascontiguousarray(r).tobytes() for r in pixels[::-1]]
    data = b"".join(r + b"\0" * (-len(r) % 4) for r in rows)
    extra = struct.pack("<3I", *masks) if masks else b""
    start = 54 + len(extra)
    return (b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start)
            + struct.pack("<IiiHHIIiiII", 40, W, H, 1, bits, 3 if masks else 0, len(data), 0, 0, 0, 0) + extra + data)


five = rng.integers(0, 32, (H, W, 3))
five[0, 0] = 31
add("Fact PB15: BMP of 16 bits, white is 255", bmp((five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2]).astype("<u2"), 16), byte(five, 31))
six = rng.integers(0, [32, 64, 32], (H, W, 3))
add("BMP of 16 bits, green has 6", bmp((six[..., 0] << 11 | six[..., 1] << 5 | six[..., 2]).astype("<u2"), 16, (0xF800, 0x7E0, 0x1F)), np.stack([byte(six[..., c], most) for c, most in ((0, 31), (1, 63), (2, 31))], 2))
turned = one.astype("<u4")
add("BMP of 32 bits, red is last", bmp(turned[..., 2] << 16 | turned[..., 1] << 8 | turned[..., 0], 32, (0xFF, 0xFF00, 0xFF0000)), one)
deep_grey = np.concatenate([deep[..., :1], np.full((H, W, 1), 32768)], 2).astype(">u2")
add("Fact L7: PNG, grey and alpha of 16 bits", chunked((16, 4), deep_grey), over(one[..., :1], np.full((H, W, 1), 128), 255))
grey_clear = np.where(one[..., :1] == one[0, 0, 0], 255, one[..., :1])
add("Fact L7: PNG, a grey that is clear", chunked((8, 0), one[..., :1], [(b"tRNS", struct.pack(">H", int(one[0, 0, 0])))]), grey_clear)
clear_colour = np.where((one == one[0, 0]).all(2, keepdims=True), 255, one)
add("Fact L7: PNG, a colour that is clear", chunked((8, 2), one, [(b"tRNS", struct.pack(">3H", *map(int, one[0, 0])))]), clear_colour)
add("Fact L7: PNG with a gamma", chunked((8, 2), one, [(b"gAMA", struct.pack(">I", 100000))]), one)
add("Fact P22: PNG, grey of 16 bits, is scaled", png(deep, 16), one)
exif = Image.Exif()
exif[0x112] = 6
data = saved(Image.fromarray(smooth), format="JPEG", quality=95, exif=exif)
add("Fact G2: JPEG that says it lies on its side is left so", data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))

# Forms that are refused by name, M05, and what is damaged.
refused = {
    "numbers with a sign": tiff(drawn(8, 1), 8, form=INT),
    "numbers of 16 bits with a sign": tiff(drawn(16, 1), 16, form=INT),
    "inks": tiff(drawn(8, 4), 8, photometric=5),
    "Lab": tiff(drawn(8, 3), 8, photometric=8),
    "floats of another scale": tiff(rng.uniform(0, 255, (H, W, 1)).astype("f4"), 32, form=FLOAT),
    "a moving WebP": saved(image, format="WEBP", save_all=True, append_images=[Image.fromarray(255 - smooth)]),
    "24 bits": tiff(drawn(8, 1), 24),
}
for name, data in refused.items():
    tensors[f"refused.{name}"] = np.frombuffer(data, dtype=np.uint8).copy()

save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, sys.argv[1], metadata)
print(len(metadata), "pictures, Pillow", PIL.__version__, "numpy", np.__version__, "imagecodecs", imagecodecs.__version__, "tifffile", tifffile.__version__)
