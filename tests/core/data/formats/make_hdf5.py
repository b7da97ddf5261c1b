# SPDX-License-Identifier: Apache-2.0
"""HDF5 files that h5py writes, and MATLAB files that scipy writes, for tst_hdf5 and tst_svhn.

Usage: make_hdf5.py FOLDER      writes the committed files there (files/README.md says with what)
       make_hdf5.py FOLDER 200  writes that many random files, NNN.h5, and what h5py reads from them:
                                NNN.txt has a line `name type extents` for each array, in the order of
                                names, NNN.f8 all numbers as doubles, one array behind the other

Pixels of the committed files are numbered: the one at place i of an array is i · 7 mod 251. Labels of
item i are i mod the number of classes.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
from scipy.io import savemat


def pixels(*shape, kind="u1"):
    return (np.arange(np.prod(shape), dtype=np.int64) * 7 % 251).reshape(shape).astype(kind)


def labels(count, classes, kind="i8"):
    return (np.arange(count) % classes).astype(kind)


def file(path, **attributes):
    return h5py.File(path, "w", libver=attributes.pop("libver", "earliest"), track_order=False, **attributes)


def committed(folder):
    with file(folder / "keras.h5") as h5:
        packed = dict(chunks=(4, 3, 5, 3), compression="gzip", shuffle=True)
        h5.create_dataset("x_train", data=pixels(10, 6, 5, 3), **packed)
        h5["y_train"] = labels(10, 5)
        h5.create_dataset("x_test", data=pixels(4, 6, 5, 3), fletcher32=True, **packed)
        h5["y_test"] = labels(4, 5)
    with file(folder / "groups.hdf5", libver=("v110", "v110")) as h5:
        h5["label_names"] = ["Grün", "", "a name that is longer than others"]
        h5["train/images"] = pixels(9, 3, 7, 6)
        h5["train/labels"] = np.eye(3, dtype="f4")[labels(9, 3)]
        h5["test/images"] = pixels(3, 3, 7, 6)
        h5["test/labels"] = np.eye(3, dtype="f4")[labels(3, 3)]
    pair = folder / "pair"
    pair.mkdir(exist_ok=True)
    for part, count in (("train", 6), ("test", 4)):
        with file(pair / f"{part}_catvnoncat.h5") as h5:
            h5[f"{part}_set_x"] = pixels(count, 8, 8, 3)
            h5[f"{part}_set_y"] = labels(count, 2)
            h5["list_classes"] = np.array([b"non-cat", b"cat"])
    four = folder / "four"
    four.mkdir(exist_ok=True)
    for part, count in (("train", 6), ("test", 4)):
        with file(four / f"level_2_split_{part}_x.h5") as h5:
            h5.create_dataset("x", data=pixels(count, 8, 8, 3), chunks=(1, 8, 8, 3), compression="gzip")
        with file(four / f"level_2_split_{part}_y.h5") as h5:
            h5["y"] = labels(count, 2, "u1").reshape(count, 1, 1, 1)
    with file(folder / "one_part.h5") as h5:
        h5["images"] = pixels(20, 4, 4, kind=">u2")
        h5["label"] = labels(20, 4, ">i2")
    with file(folder / "numbers.h5") as h5:
        h5["features"] = np.arange(40, dtype=">f8").reshape(8, 5) / 4
        h5["targets"] = np.arange(8, dtype="f2") / 8
    with file(folder / "not_read.h5") as h5:
        h5["images"] = h5py.ExternalLink("one_part.h5", "images")
        h5["label"] = labels(20, 4)
        h5.create_dataset("packed", data=pixels(20, 4, 4), chunks=(5, 4, 4), compression="lzf")
        h5["records"] = np.zeros(20, [("a", "i4"), ("b", "f4")])
        h5["words"] = np.array([b"a", b"b"])
        h5["complex"] = np.zeros(20, "c8")
        layout = h5py.VirtualLayout((20, 4, 4), "u1")
        layout[:] = h5py.VirtualSource("one_part.h5", "images", (20, 4, 4))
        h5.create_virtual_dataset("virtual", layout)
        h5.create_dataset("elsewhere", (20,), "u1", external=[("outside.bin", 0, h5py.h5f.UNLIMITED)])
    with file(folder / "with_a_block_in_front.mat", userblock_size=512) as h5:
        h5["X"] = pixels(5, 4, 4)
        h5["y"] = labels(5, 5)
    svhn = folder / "svhn"
    svhn.mkdir(exist_ok=True)
    for part, count in (("train", 12), ("test", 5)):
        digits = (np.arange(count) % 10 + 1).astype("u1").reshape(count, 1)
        savemat(svhn / f"{part}_32x32.mat", {"X": pixels(32, 32, 3, count), "y": digits}, do_compression=part == "train")


TYPES = ["u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", ">u8", "<i8", ">i8",
         "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "?"]


def random_array(rng, kind):
    shape = tuple(int(n) for n in rng.integers(1, 7, rng.integers(0, 5)))
    if kind == "?":
        return rng.integers(0, 2, shape).astype(bool)
    if kind[-2] == "f":
        return np.asarray(rng.normal(0, 50, shape)).astype(kind)
    bits = 8 * int(kind[-1])
    sign = kind[-2] == "i"
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if sign else (0, 2**bits)
    return np.asarray(rng.integers(low, high, shape, dtype="i8" if sign else "u8")).astype(kind)


def random_files(folder, count):
    rng = np.random.default_rng(5)
    for i in range(count):
        path = folder / f"{i:03}.h5"
        libver = ["earliest", ("v108", "v108"), ("v110", "v110")][i % 3]
        with h5py.File(path, "w", libver=libver) as h5:
            for j in range(1 + i % 4):
                array = random_array(rng, TYPES[rng.integers(len(TYPES))])
                name = ["a", "b/c", "group/deeper/d", "e 1"][j]
                options = {}
                if array.ndim > 0 and rng.integers(2):
                    options = dict(chunks=tuple(int(rng.integers(1, n + 1)) for n in array.shape), shuffle=bool(rng.integers(2)),
                                   fletcher32=bool(rng.integers(2)), compression=[None, "gzip"][rng.integers(2)],
                                   maxshape=tuple(None for _ in array.shape))
                h5.create_dataset(name, data=array, **options)
        lines, numbers = [], []
        with h5py.File(path) as h5:
            def note(name, item):
                if isinstance(item, h5py.Dataset):
                    read = np.asarray(item[()])
                    kind = read.dtype.newbyteorder("=").name.replace("float16", "float32")
                    lines.append("\t".join([name, kind, *map(str, read.shape)]))
                    numbers.append(read.astype("<f8").ravel())
            h5.visititems(note)
        path.with_suffix(".txt").write_text("".join(line + "\n" for line in lines))
        np.concatenate(numbers).tofile(path.with_suffix(".f8"))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        random_files(target, int(sys.argv[2]))
    else:
        committed(target)
