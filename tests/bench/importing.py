# SPDX-License-Identifier: Apache-2.0
# Importing one ONNX file: bench_import and Python's onnx, with a copy of every tensor, take turns,
# each in a process of its own; medians with quartiles. The first turn of both, which brings the
# file into the system's cache, is left out.
#   python3 tests/bench/importing.py build/release/bin/bench_import [FILE.onnx] [rounds]
# Without a file, one of 200 MB is made in a folder of its own. Needs onnx (1.23.2 was used).
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

OTHER = """
import sys, time
import onnx
from onnx import numpy_helper
start = time.perf_counter()
model = onnx.load(sys.argv[1])
copies = [numpy_helper.to_array(tensor).copy() for tensor in model.graph.initializer]
print(time.perf_counter() - start, len(model.graph.node), len(copies))
"""


def turn(command):
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [float(word) for word in words[:3]]


def line(name, turns):
    low, middle, high = statistics.quantiles([t[0] for t in turns], n=4)
    print(
        f"{name:8} {int(turns[0][1])} nodes, {int(turns[0][2])} tensors: "
        f"{middle * 1e3:.1f} ms ({low * 1e3:.1f} to {high * 1e3:.1f})"
    )
    return middle


program = sys.argv[1]
with tempfile.TemporaryDirectory() as folder:
    file = sys.argv[2] if len(sys.argv) > 2 else str(Path(folder) / "large.onnx")
    if len(sys.argv) <= 2:
        subprocess.run([program, "--make", file, "200"], check=True)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    commands = {"Vitrine": [program, file], "onnx": [sys.executable, "-c", OTHER, file]}
    turns = {name: [] for name in commands}
    for index in range(rounds + 1):
        for name, command in commands.items():
            result = turn(command)
            if index > 0:
                turns[name].append(result)
medians = {name: line(name, turns[name]) for name in commands}
print(f"{medians['onnx'] / medians['Vitrine']:.1f} times as fast")
