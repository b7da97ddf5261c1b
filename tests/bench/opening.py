# SPDX-License-Identifier: Apache-2.0
# Opening a folder of pictures and having the first one: bench_opening and torchvision's
# ImageFolder take turns, each in a process of its own; medians with quartiles. The first turn of
# both, which brings names into the system's cache, is left out.
#   python3 tests/bench/opening.py build/release/bin/bench_opening FOLDER [rounds]
# FOLDER has class folders in train and test. Needs torchvision (0.29.2 was used).
import statistics
import subprocess
import sys

OTHER = """
import sys, time
from torchvision.datasets import ImageFolder
from torchvision.transforms import PILToTensor
start = time.perf_counter()
parts = [ImageFolder(sys.argv[1] + "/" + part, PILToTensor()) for part in ("train", "test")]
opened = time.perf_counter()
first = parts[0][0]
print(sum(map(len, parts)), opened - start, time.perf_counter() - opened)
"""


def turn(command):
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [float(word) for word in words[:3]]


def line(name, turns):
    texts = []
    for place, what in ((1, "open"), (2, "first picture")):
        low, middle, high = statistics.quantiles([t[place] for t in turns], n=4)
        texts.append(f"{what} {middle:.4f} s ({low:.4f} to {high:.4f})")
    print(f"{name:22} {int(turns[0][0])} pictures: {', '.join(texts)}")


program, folder = sys.argv[1:3]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
commands = {
    "Vitrine": [program, folder],
    "torchvision": [sys.executable, "-c", OTHER, folder],
}
turns = {name: [] for name in commands}
for index in range(rounds + 1):
    for name, command in commands.items():
        result = turn(command)
        if index > 0:
            turns[name].append(result)
for name in commands:
    line(name, turns[name])
