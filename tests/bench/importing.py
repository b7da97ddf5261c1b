# SPDX-License-Identifier: Apache-2.0
"""Imports one ONNX file in turns with Python's onnx: load, and a copy of every tensor.

Usage: importing.py BENCH_IMPORT [FILE.onnx]. Without a file, one of 200 MB is made in a folder of
its own. Prints both medians of 15 turns, in warm pages, and how many times faster this program is.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import onnx
from onnx import numpy_helper

TURNS = 15
MEGABYTES = 200


def theirs(path):
    start = time.perf_counter()
    model = onnx.load(path)
    copies = [numpy_helper.to_array(tensor).copy() for tensor in model.graph.initializer]
    taken = time.perf_counter() - start
    assert copies
    return taken


def ours(bench, path):
    line = subprocess.run([bench, path], check=True, capture_output=True, text=True).stdout
    seconds, _nodes, weights, refused = line.split()
    assert int(weights) > 0 and int(refused) == 0, line
    return float(seconds)


def main():
    bench = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        path = sys.argv[2] if len(sys.argv) > 2 else str(Path(folder) / "large.onnx")
        if len(sys.argv) <= 2:
            subprocess.run([bench, "--make", path, str(MEGABYTES)], check=True)
        pairs = [(ours(bench, path), theirs(path)) for _ in range(TURNS + 1)][1:]
        size = Path(path).stat().st_size / 1e6
    mine = statistics.median(pair[0] for pair in pairs)
    other = statistics.median(pair[1] for pair in pairs)
    print(f"{size:.0f} MB: vitrine {mine * 1e3:.1f} ms, onnx {onnx.__version__} "
          f"{other * 1e3:.1f} ms, {other / mine:.1f} times as fast")


if __name__ == "__main__":
    main()
