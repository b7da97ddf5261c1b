# SPDX-License-Identifier: Apache-2.0
# Opening 128 MB of weights: bench_weights in a process of its own, and here torch.load (whole, and
# mapped) and safetensors, take turns; medians with quartiles. Files are in the system's cache: the
# first turn is left out.
#   python3 tests/bench/weights.py build/release/bin/bench_weights [rounds]
# Needs torch (2.15.0 was used) and safetensors (0.8.0).
import statistics
import subprocess
import sys
import tempfile
import time

import torch
from safetensors import safe_open
from safetensors.torch import save_file


def timed(work):
    start = time.perf_counter()
    kept = work()
    taken = time.perf_counter() - start
    del kept
    return taken


def all_tensors(path):
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


program = sys.argv[1]
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
with tempfile.TemporaryDirectory() as folder:
    tensors = {f"layer{i}.weight": torch.randn(1024, 1024) for i in range(32)}
    pt, st = folder + "/w.pt", folder + "/w.safetensors"
    torch.save(tensors, pt)
    save_file(tensors, st)
    turns = {}
    for number in range(rounds + 1):
        words = subprocess.run([program, st], check=True, capture_output=True, text=True).stdout
        lazy, warm = map(float, words.split()[:2])
        found = {"Vitrine, header alone": lazy, "Vitrine, every page": warm,
                 "torch.load": timed(lambda: torch.load(pt)),
                 "torch.load, mapped": timed(lambda: torch.load(pt, mmap=True)),
                 "safetensors": timed(lambda: all_tensors(st))}
        for name, taken in found.items():
            turns.setdefault(name, []).append(taken)
for name, taken in turns.items():
    low, middle, high = statistics.quantiles(taken[1:], n=4)
    print(f"{name:22} {1000 * middle:9.3f} ms ({1000 * low:.3f} to {1000 * high:.3f})")
