# SPDX-License-Identifier: Apache-2.0
"""Arrays and archives that NumPy writes, and what NumPy reads from them.

Usage: make_npz.py FOLDER        writes files as MedMNIST and Keras have them, and 8 random ones in
                                 FOLDER/random: what is committed (numpy 2.4.6, Python 3.11.7)
       make_npz.py FOLDER COUNT  writes random ones alone; 500 are compared by hand

Random ones are NNN.npy or NNN.npz, and NNN.f8: the numbers as doubles in C order, arrays by name.
"""

import sys
from pathlib import Path

import numpy as np

TYPES = ["|b1", "|u1", "|i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", ">u8",
         "<i8", ">i8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]


def committed(folder):
    rng = np.random.default_rng(1)
    image = lambda n: rng.integers(0, 256, (n, 6, 5), dtype=np.uint8)
    colour = lambda n: rng.integers(0, 256, (n, 6, 5, 3), dtype=np.uint8)
    labels = lambda n, k: rng.integers(0, k, (n, 1), dtype=np.uint8)
    np.savez_compressed(folder / "medmnist_grey.npz", train_images=image(7), val_images=image(2),
                        test_images=image(3), train_labels=labels(7, 2), val_labels=labels(2, 2),
                        test_labels=np.array([[1], [0], [1]], np.uint8))
    several = lambda n: rng.integers(0, 2, (n, 14), dtype=np.uint8)
    np.savez_compressed(folder / "medmnist_several.npz", train_images=image(4), val_images=image(2),
                        test_images=image(2), train_labels=several(4), val_labels=several(2),
                        test_labels=several(2))
    np.savez(folder / "keras.npz", x_train=colour(4), y_train=labels(4, 10), x_test=colour(2),
             y_test=labels(2, 10))


def array(rng, kind):
    shape = tuple(int(n) for n in rng.integers(1, 5, rng.integers(1, 5)))
    if kind[1:] in ("f2", "f4", "f8"):
        values = rng.normal(0, 50, shape)
    elif kind[1:] == "b1":
        values = rng.integers(0, 2, shape)
    else:
        bits = 8 * int(kind[2:])
        low, high = (0, 2**bits) if kind[1] == "u" else (-2 ** (bits - 1), 2 ** (bits - 1))
        values = rng.integers(low, high, shape, dtype=np.uint64 if kind[1] == "u" else np.int64)
    made = np.asarray(values).astype(kind)
    return np.asfortranarray(made) if rng.integers(2) else made


def random_files(folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(2)
    for i in range(count):
        arrays = {f"a{j}": array(rng, TYPES[rng.integers(len(TYPES))]) for j in range(1 + i % 3)}
        if i % 2:
            path = folder / f"{i:03}.npz"
            (np.savez if i % 4 == 1 else np.savez_compressed)(path, **arrays)
            with np.load(path) as read:
                numbers = [read[name] for name in sorted(arrays)]
        else:
            path = folder / f"{i:03}.npy"
            version = [(1, 0), (2, 0), (3, 0)][i // 2 % 3]
            with open(path, "wb") as file:
                np.lib.format.write_array(file, arrays["a0"], version)
            numbers = [np.load(path)]
        flat = np.concatenate([n.astype("f8").ravel(order="C") for n in numbers])
        flat.astype("<f8").tofile(path.with_suffix(".f8"))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        random_files(target, int(sys.argv[2]))
    else:
        committed(target)
        random_files(target / "random", 8)
