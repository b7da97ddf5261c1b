#!/usr/bin/env bash
# Pillow 13.0.0 and OpenCV 5.0.0 turn a TIFF whose 0 is white round at 8 bits, and leave it as it is at 16.
#
# A good guess: a reader either honours PhotometricInterpretation 0 (WhiteIsZero, TIFF 6.0, section 4),
# so that black is 0 in what it gives, or hands out the numbers that are stored, as tifffile does; how
# many bits a number has makes no difference to that.
# Seen: of the same picture (black, a third, white) Pillow gives L [0, 85, 255] at 8 bits and I;16
# [65535, 43690, 0] at 16: the negative. OpenCV does the same with IMREAD_UNCHANGED and with
# IMREAD_ANYDEPTH; with IMREAD_GRAYSCALE, which makes 8 bits of it, the 16-bit file is right again. No
# error, no warning, nothing in Pillow's info that a caller would look at.
# What follows: scans and X-ray pictures, where the tag is common, come as negatives once they are saved
# with 16 bits, and a set that mixes depths has both in it. An importer inverts by the tag itself at
# every depth; whoever uses these readers asks for tag 262 (Pillow: tag_v2[262]) and inverts 16 bits.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v pillow==13.0.0 opencv-python-headless==5.0.0.93 tifffile==2026.3.3 numpy==2.4.6 \
    >/dev/null 2>&1 || {
    echo "the packages pillow 13.0.0, opencv-python-headless 5.0.0.93, tifffile 2026.3.3 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import cv2
import numpy as np, tifffile
from PIL import Image

seen = {}
for kind, most in ((np.uint8, 255), (np.uint16, 65535)):
    right = np.array([[0, most // 3, most]], kind)  # black, a third, white
    tifffile.imwrite("a.tif", most - right, photometric="miniswhite")
    assert tifffile.TiffFile("a.tif").pages[0].photometric == 0
    bits = np.dtype(kind).itemsize * 8
    answers = {"Pillow": np.asarray(Image.open("a.tif"))}
    for flag in ("IMREAD_UNCHANGED", "IMREAD_ANYDEPTH", "IMREAD_GRAYSCALE"):
        answers[f"OpenCV {flag}"] = cv2.imread("a.tif", getattr(cv2, flag))
    for reader, got in answers.items():
        scaled = np.round(got.astype(float) * (most / np.iinfo(got.dtype).max))
        seen[reader, bits] = ("right" if np.abs(scaled - right).max() <= most / 255 else
                              "negative" if np.abs(most - scaled - right).max() <= most / 255 else "neither")
        print(f"{bits:2} bits, {reader}: {got.tolist()}, {seen[reader, bits]}")
wanted = {(reader, bits): "negative" if bits == 16 and "GRAY" not in reader else "right" for reader, bits in seen}
sys.exit(seen != wanted)
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
