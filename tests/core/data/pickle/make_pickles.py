# SPDX-License-Identifier: Apache-2.0
"""Pickles for tst_pickle and tst_cifar: every protocol, and CIFAR's batches as Python 2 wrote them.

Usage: make_pickles.py FOLDER   (Python 3.11.7, numpy 2.4.6)
"""

import io
import pickle
import struct
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np


class Python2(pickle._Pickler):
    """Protocol 2 with bytes as Python 2's str, in NumPy's old modules, as CIFAR's files have it."""

    def save_bytes(self, text):
        if len(text) < 256:
            self.write(b"U" + bytes([len(text)]) + text)
        else:
            self.write(b"T" + struct.pack("<i", len(text)) + text)

    def save_str(self, text):
        self.save_bytes(text.encode())

    dispatch = dict(pickle._Pickler.dispatch)
    dispatch[bytes] = save_bytes
    dispatch[str] = save_str


def python2(value):
    out = io.BytesIO()
    Python2(out, 2).dump(value)
    made = out.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")
    read = pickle.loads(made, encoding="bytes")
    assert set(read) == {key.encode() for key in value}
    return made


def batch(rng, count, **labels):
    data = rng.integers(0, 256, (count, 3072), dtype=np.uint8)
    return python2({"data": data, **labels})


def main(folder):
    rng = np.random.default_rng(3)
    value = {
        "bytes": b"\x00\x80\xff'\\\n",
        "data": np.arange(6, dtype=np.uint8).reshape(2, 3),
        "flags": [True, False, None],
        "floats": np.array([[1.5, -2.0]], ">f4"),
        "fortran": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
        "labels": [0, 255, 65535, -1, 2**31 - 1, -(2**40)],
        "order": OrderedDict([("a", 1)]),
        "real": 0.1,
        "scalars": [np.int64(7), np.float32(0.5)],
        "text": "Gr\u00fcn",
    }
    for protocol in range(6):
        kept = dict(value)
        if protocol < 2:  # NumPy's arrays want bytes, which these write as text
            for name in ("data", "floats", "fortran", "scalars", "bytes"):
                del kept[name]
        (folder / f"protocol{protocol}.pkl").write_bytes(pickle.dumps(kept, protocol))
    (folder / "runs_code.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    (folder / "evaluates.pkl").write_bytes(
        b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x041+1\x85R."
    )
    ten = folder / "cifar-10-batches-py"
    ten.mkdir(exist_ok=True)
    (ten / "data_batch_1").write_bytes(batch(rng, 2, labels=[3, 9], filenames=["a", "b"]))
    (ten / "test_batch").write_bytes(batch(rng, 1, labels=[0]))
    names = "airplane automobile bird cat deer dog frog horse ship truck".split()
    (ten / "batches.meta").write_bytes(python2({"label_names": names, "num_vis": 3072}))
    hundred = folder / "cifar-100-python"
    hundred.mkdir(exist_ok=True)
    (hundred / "train").write_bytes(batch(rng, 2, fine_labels=[99, 4], coarse_labels=[19, 0]))
    (hundred / "test").write_bytes(batch(rng, 1, fine_labels=[50], coarse_labels=[7]))
    (hundred / "meta").write_bytes(
        python2(
            {
                "fine_label_names": [f"fine{i}" for i in range(100)],
                "coarse_label_names": [f"coarse{i}" for i in range(20)],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
