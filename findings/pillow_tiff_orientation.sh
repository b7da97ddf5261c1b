#!/usr/bin/env bash
# Pillow 13.0.0 mixes up the pixels of an uncompressed TIFF whose Orientation tag is 5, 6, 7 or 8.
#
# A good guess: a reader either turns a picture by its orientation tag, as Pillow does for TIFF when it
# loads one, or leaves it as it is stored; and how the pixels are packed makes no difference to them.
# Seen: the picture of 2 rows and 3 columns, Orientation 6, is turned rightly from a Deflate file. From
# the uncompressed file with the same pixels it comes as 2 x 3, not 3 x 2, and its rows are wrong: the
# rows are cut at the turned width first, and then turned. No error, no warning. Orientation 1 to 4 and
# square pictures are right.
# What follows: a set of upright pictures from a camera or a scanner is noise while the landscape ones
# are fine, and a test with square pictures sees nothing. An importer reads the rows at the stored
# width and turns afterwards; whoever uses Pillow here checks that size before and after load() agree,
# or reads with tifffile and turns by itself. Tests need a picture that is not square in every packing.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v pillow==13.0.0 tifffile==2026.3.3 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages pillow 13.0.0, tifffile 2026.3.3 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, tifffile
from PIL import Image

def turned(a, tag):  # what the tag asks for
    return {1: a, 2: a[:, ::-1], 3: a[::-1, ::-1], 4: a[::-1], 5: a.T,
            6: np.rot90(a, -1), 7: a[::-1, ::-1].T, 8: np.rot90(a)}[tag]

wrong = {}
for name, shape in (("2 x 3", (2, 3)), ("3 x 3", (3, 3))):
    stored = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    for packing in (None, "zlib"):
        for tag in range(1, 9):
            tifffile.imwrite("a.tif", stored, compression=packing, extratags=[(274, "H", 1, tag, True)])
            assert np.array_equal(tifffile.imread("a.tif"), stored)
            picture = Image.open("a.tif")
            before = picture.size
            picture.load()
            got, right = np.asarray(picture), turned(stored, tag)
            if got.shape != right.shape or not np.array_equal(got, right):
                wrong.setdefault((name, packing), []).append(tag)
            if name == "2 x 3" and tag == 6:
                print(f"Orientation 6, {packing or 'uncompressed'}: size {before}, after load {picture.size},",
                      f"{got.tolist()}, right is {right.tolist()}")
for (name, packing), tags in wrong.items():
    print(f"{name}, {packing or 'uncompressed'}: wrong for Orientation {tags}")
sys.exit(wrong != {("2 x 3", None): [5, 6, 7, 8]})
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
