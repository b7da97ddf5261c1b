# SPDX-License-Identifier: Apache-2.0
# Opening 128 MB of weights: bench_weights, torch.load (whole, and mapped) and safetensors take
# turns, each in a process of its own that opens the file several times and tells its median;
# medians of these with quartiles. Files are in the system's cache: the first turn is left out.
#   python3 tests/bench/weights.py build/release/bin/bench_weights [rounds]
# Needs torch (2.15.0 was used) and safetensors (0.8.0).
import os
import statistics
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import save_file

LOAD = """
import statistics, sys, time
import torch
from safetensors import safe_open
def torch_load(): return torch.load(sys.argv[1])
def torch_mapped(): return torch.load(sys.argv[1], mmap=True)
def safetensors():
    with safe_open(sys.argv[1], "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}
work, times = globals()[sys.argv[2]], []
for _ in range(9):
    start = time.perf_counter()
    kept = work()
    times.append(time.perf_counter() - start)
    del kept
print(statistics.median(times))
"""


def turn(command):
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [float(word) for word in words[:2]]


program = sys.argv[1]
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
with tempfile.TemporaryDirectory() as folder:
    tensors = {f"layer{i}.weight": torch.randn(1024, 1024) for i in range(32)}
    torch.save(tensors, folder + "/w.pt")
    save_file(tensors, folder + "/w.safetensors")
    python = [sys.executable, "-c", LOAD]
    commands = {"Vitrine": [program, folder + "/w.safetensors"],
                "torch.load": python + [folder + "/w.pt", "torch_load"],
                "torch.load, mapped": python + [folder + "/w.pt", "torch_mapped"],
                "safetensors": python + [folder + "/w.safetensors", "safetensors"]}
    turns = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            found = turn(command)
            if number > 0:
                turns[name].append(found)
    print(os.path.getsize(folder + "/w.safetensors"), "bytes")
for name, found in turns.items():
    for place, what in enumerate(("lazy", "warm") if name == "Vitrine" else ("open",)):
        low, middle, high = statistics.quantiles([t[place] for t in found], n=4)
        print(f"{name:20} {what}: {1000 * middle:8.3f} ms ({1000 * low:.3f} to {1000 * high:.3f})")
