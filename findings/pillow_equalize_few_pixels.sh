#!/usr/bin/env bash
# Pillow 13.0.0: ImageOps.equalize gives a picture back unchanged where it has few pixels.
#
# A good guess: equalising spreads the levels of any picture over 0 to 255, and the less contrast a picture
# has, the more it changes. Pillow works in whole numbers: a level moves up by one for every
# (pixels - those of the brightest level) // 255 pixels below it, and where that is 0, with fewer than 255 pixels
# beside the brightest level, every pixel stays as it is. No warning tells of it. It is so in each channel:
# one channel of a picture may be spread and another left.
# Seen: 12 x 20 with 16 levels from 0 to 15, 15 pixels each: unchanged, brightest 15. The same levels in
# 24 x 20: 0, 30, 60, ... 255.
# What follows: augmentation of small pictures (patches, digits cut to 15 x 15) that draws "equalize" often does
# nothing there; torchvision does the same on purpose, also on tensors, OpenCV's equalizeHist does not.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target lib pillow==13.0.0 >/dev/null 2>&1 || {
    echo "cannot be had here: pillow 13.0.0" >&2
    exit 2
}
PYTHONPATH="$folder/lib" python3 - <<'PY'
from PIL import Image, ImageOps

def picture(each):
    return Image.frombytes("L", (20, 16 * each // 20), bytes(level for level in range(16) for _ in range(each)))

small, large = picture(15), picture(30)
print("12 x 20:", sorted(set(ImageOps.equalize(small).tobytes())))
print("24 x 20:", sorted(set(ImageOps.equalize(large).tobytes())))
same = ImageOps.equalize(small).tobytes() == small.tobytes()
spread = max(ImageOps.equalize(large).tobytes()) > 200
raise SystemExit(0 if same and spread else "this is another behaviour")
PY
