# SPDX-License-Identifier: Apache-2.0
"""Numbers of the first layer of projects/airbench, from pictures that it is trained on.

    python airbench_whitening.py FOLDER

FOLDER has a folder of pictures for each class, as the project's data have in `train`. Prints the values
that the project's file holds for `whiten.weight`: twelve filters of 3 x 2 x 2 that turn patches into
uncorrelated numbers of variance 1, and the same with other signs. Those of the committed project are from the
first 500 pictures of each class (Pillow 13.0, NumPy 2).
"""

import json
import pathlib
import sys

import numpy as np
from PIL import Image

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616)
PICTURES_OF_A_CLASS, EPSILON = 500, 5e-4

pictures = []
for folder in sorted(path for path in pathlib.Path(sys.argv[1]).iterdir() if path.is_dir()):
    for file in sorted(folder.iterdir())[:PICTURES_OF_A_CLASS]:
        pictures.append(np.asarray(Image.open(file).convert("RGB")))
x = (np.stack(pictures).astype(np.float64) / 255 - MEAN) / STD
x = x.transpose(0, 3, 1, 2)
patches = np.lib.stride_tricks.sliding_window_view(x, (2, 2), (2, 3))  # n, 3, 31, 31, 2, 2
patches = patches.transpose(0, 2, 3, 1, 4, 5).reshape(-1, 12)
values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False))
largest_first = np.argsort(values)[::-1]
filters = (vectors[:, largest_first] / np.sqrt(values[largest_first] + EPSILON)).T
filters *= np.sign(filters[np.arange(12), np.abs(filters).argmax(1)])[:, None]  # either sign is an eigenvector's
print(json.dumps([float(f"{number:.6g}") for number in np.concatenate([filters, -filters]).ravel()]))
