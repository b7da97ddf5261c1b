#!/usr/bin/env bash
# pyvips 3.2.0 (libvips 8.18.7) shows the old picture of a file that was written again under its name.
#
# A good guess: new_from_file opens the file, so it shows what stands in it now. libvips keeps its last
# operations, loading too, by their arguments: a second new_from_file with the same path is answered
# from memory and does not look at the file, neither at its time nor at its length.
# Seen: a 2 x 2 picture of 10 is read; the path then holds 4 x 3 of 200 (written in place, or a new file
# renamed over it, which also has another inode): pyvips still says 2 x 2 of 10. With revalidate=True
# it says 4 x 3 of 200, and from then on the plain call does too.
# What follows: a tool that crops, relabels or corrects pictures and reads them again, or a watcher of a
# folder, works on the old ones without a sign, and a picture it then saves undoes the change. Load with
# revalidate=True, or switch the memory off (pyvips.cache_set_max(0)) in programs that write pictures.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v pyvips==3.2.0 pyvips-binary==8.18.7 pillow==13.0.0 \
    >/dev/null 2>&1 || {
    echo "the packages pyvips 3.2.0, pyvips-binary 8.18.7 and pillow 13.0.0 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import os, sys
import pyvips
from PIL import Image

def seen(path, **how):
    picture = pyvips.Image.new_from_file(path, **how)
    return picture.width, picture.height, picture.avg()

found = []
for way in ("in place", "by rename"):
    for kind in ("png", "tif"):
        path = f"{way[:2]}.{kind}"
        Image.new("L", (2, 2), 10).save(path)
        first = seen(path)
        if way == "in place":
            Image.new("L", (4, 3), 200).save(path)
        else:
            Image.new("L", (4, 3), 200).save("new." + kind)
            os.replace("new." + kind, path)
        os.utime(path, (2e9, 2e9))
        found.append((first, seen(path), seen(path, revalidate=True), seen(path)))
        print(f"{kind} written again {way}: before {first}, again {found[-1][1]},",
              f"revalidate {found[-1][2]}, once more {found[-1][3]}")
old, new = (2, 2, 10.0), (4, 3, 200.0)
kept = len(found)
pyvips.cache_set_max(0)
Image.new("L", (2, 2), 10).save("off.png")
off = [seen("off.png")]
Image.new("L", (4, 3), 200).save("off.png")
off.append(seen("off.png"))
print("with cache_set_max(0):", *off)
sys.exit(found != [(old, old, new, new)] * kept or off != [old, new])
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
