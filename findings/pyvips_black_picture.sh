#!/usr/bin/env bash
# pyvips 3.2.0 with pyvips-binary 8.18.7 gives a black picture for a TIFF whose packing it was built without.
#
# A good guess: a reader that cannot unpack a file raises an error. libvips opens a picture with
# fail_on="none": what cannot be decoded is left at 0, the cause goes to a log that is silent unless
# asked for, and the picture has the right size, type and colour space.
# Seen: the libvips of the wheel has no Zstandard in its TIFF part. A good TIFF with Compression 50000
# (Pillow, tifffile and GDAL write it) comes as zeros, without an exception. The same pixels packed with
# Deflate are read. With fail_on="error" the Zstandard file raises.
# What follows: a set of pictures or masks prepared with pyvips can hold black ones, or masks without
# any object, and training goes on. Pass fail_on="error" (or "warning") to every load, and let an
# importer count pictures of one single value and say so.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v pyvips==3.2.0 pyvips-binary==8.18.7 pillow==13.0.0 numpy==2.4.6 \
    >/dev/null 2>&1 || {
    echo "the packages pyvips 3.2.0, pyvips-binary 8.18.7, pillow 13.0.0 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, pyvips
from PIL import Image
stored = np.arange(10, 250, dtype=np.uint8).reshape(12, 20)
found = []
for packing in ("tiff_adobe_deflate", "zstd"):
    path = packing + ".tif"
    Image.fromarray(stored).save(path, compression=packing)
    assert np.array_equal(np.asarray(Image.open(path)), stored)
    for how in ({}, {"fail_on": "error"}):
        try:
            got = pyvips.Image.new_from_file(path, **how).numpy()
            found.append("right" if np.array_equal(got, stored) else "black" if not got.any() else "wrong")
            shown = f"{got.shape} {got.dtype}, first row {got[0, :4].tolist()} ..."
        except pyvips.Error as error:
            found.append("error")
            shown = "error: " + str(error).strip().splitlines()[-1]
        print(f"{packing} {how or 'as it is'}: {shown}")
print("stored:", stored[0, :4].tolist(), "...")
sys.exit(found != ["right", "right", "black", "error"])
PY
PYTHONPATH=$folder/v python3 see.py 2>/dev/null || {
    echo "the behaviour has changed" >&2
    exit 1
}
