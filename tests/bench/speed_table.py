# SPDX-License-Identifier: Apache-2.0
# One table of everything that `vitrine-cli bench` compares: Vitrine, PyTorch and ONNX Runtime take
# turns, and each row says what is aimed at and whether it is reached. Markdown, on standard output;
# what is being measured goes to standard error.
#   python3 tests/bench/speed_table.py build/release/bin/vitrine-cli ~/torch/bin/python [PART...]
# The second is a Python with torch, onnx and onnxruntime (2.15, 1.23 and 1.32 were used). Parts:
# train, avx2, direct, scaling, infer, memory; all unless some are named. Half an hour on one core
# with nothing beside.
import json
import math
import subprocess
import sys

NETWORKS = ("lenet", "vgg", "resnet20", "mobilenet", "unet", "densenet", "convnext")
TRAIN_GOALS = {
    ("lenet", 64): 6.0,
    ("lenet", 1): 8.0,
    ("lenet", 256): 6.0,
    ("vgg", 64): 2.3,
    ("resnet20", 128): 2.2,
    ("mobilenet", 64): 2.5,
    ("unet", 16): 2.2,
    ("densenet", 64): 1.8,
    ("convnext", 64): 1.5,
}
AVX2_GOALS = {("lenet", 64): 3.5, ("vgg", 64): 2.5}
INFER_GOALS = {("lenet", 64): 2.0, ("resnet20", 64): 1.4, ("vgg", 64): 1.8, ("mobilenet", 64): 1.2}
MEMORY_GOALS = {"none": 0.60, "cheap": 0.60, "blocks": 0.36, "budget": 0.36}


def rows(words):
    """JSON objects of a bench, each as soon as it is there."""
    print("measuring:", " ".join(words), file=sys.stderr)
    command = [PROGRAM, "bench", "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode != 0:
        print(f"\nThe command failed: {' '.join(command)}")


def head(title, row):
    print(
        f"\n**{title}** (Vitrine {row['version']}, {row['processor']}, {row['instruction_set']}, "
        f"{row['date']})\n"
    )


def verdict(value, goal, smaller=False):
    if goal is None:
        return ""
    reached = value <= goal if smaller else value >= goal
    return f"{goal:g}: {'reached' if reached else f'missed, {value / goal:.0%} of it'}"


def compared(title, words, goals, other):
    """A row for each network beside one other program."""
    ours, ratios, versions = {}, {}, ""
    for row in rows([*words, "--peers", PYTHON]):
        if row["event"] == "bench":
            head(title, row)
            print("| network, batch | images/s | the other | times as fast (95 %) | its form | aimed at |")
            print("|---|---|---|---|---|---|")
            continue
        key = (row["network"], row["batch"])
        if row["program"] == "vitrine":
            ours[key] = row
        elif row["program"] == other and "ratio" in row:
            versions = row["versions"]
            ratios[key] = row["ratio"]
            print(
                f"| {key[0]}, {key[1]} | {ours[key]['images_per_s']:,.0f} | {row['images_per_s']:,.0f} "
                f"| {row['ratio']:.2f} ({row['ratio_low']:.2f} to {row['ratio_high']:.2f}) "
                f"| {row['variant']} | {verdict(row['ratio'], goals.get(key))} |",
                flush=True,
            )
    print(f"\nBeside {versions}.")
    return ratios


def train():
    ratios = compared("Training, one thread", ["--threads", "1"], TRAIN_GOALS, "torch")
    batch_of = {network: batch for network, batch in reversed(TRAIN_GOALS)}
    known = [ratios[(n, batch_of[n])] for n in NETWORKS if (n, batch_of[n]) in ratios]
    if len(known) == len(NETWORKS):
        mean = math.exp(sum(map(math.log, known)) / len(known))
        print(f"Geometric mean of the {len(known)}: {mean:.2f} ({verdict(mean, 2.5)}).")


def avx2():
    words = ["--threads", "1", "--cap", "avx2", "--networks", "lenet,vgg,resnet20"]
    compared("Training, one thread, AVX2 on both sides", words, AVX2_GOALS, "torch")


def direct():
    goals = {key: 1.3 for key in TRAIN_GOALS}
    words = ["--threads", "1", "--math", "direct", "--networks", "vgg,resnet20,unet"]
    compared("Training, one thread, every product formed", words, goals, "torch")


def scaling():
    for row in rows(["--scaling"]):
        if row["event"] == "bench":
            head(f"Training, {row['threads']} threads beside one", row)
            print("| network, batch | images/s | times as fast as one thread (95 %) | aimed at |")
            print("|---|---|---|---|")
        else:
            print(
                f"| {row['network']}, {row['batch']} | {row['images_per_s']:,.0f} | {row['scaling']:.2f} "
                f"({row['scaling_low']:.2f} to {row['scaling_high']:.2f}) "
                f"| {verdict(row['scaling'], 1.85)} |",
                flush=True,
            )


def infer():
    goals = {(network, 1): 1.0 for network in (*NETWORKS, "resnet50")} | INFER_GOALS
    words = ["--suite", "infer", "--threads", "1"]
    compared("Answers beside ONNX Runtime, one thread", words, goals, "onnxruntime")


def memory():
    for row in rows(["--suite", "memory", "--peers", PYTHON]):
        if row["event"] == "bench":
            head("Memory of a step beside what PyTorch's autograd saves", row)
            print("| network, batch | made again | MB | PyTorch | share | more time, estimated | aimed at |")
            print("|---|---|---|---|---|---|---|")
        elif "ratio" in row:
            print(
                f"| {row['network']}, {row['batch']} | {row['recompute']} | {row['step_bytes'] / 1e6:.1f} "
                f"| {row['saved_bytes'] / 1e6:.1f} | {row['ratio']:.2f} | {row['more_time']:.1%} "
                f"| {verdict(row['ratio'], MEMORY_GOALS.get(row['recompute']), smaller=True)} |",
                flush=True,
            )


PARTS = {part.__name__: part for part in (train, avx2, direct, scaling, infer, memory)}
if len(sys.argv) < 3 or any(name not in PARTS for name in sys.argv[3:]):
    sys.exit(f"Usage: speed_table.py VITRINE_CLI PYTHON [{' | '.join(PARTS)}]...")
PROGRAM, PYTHON = sys.argv[1:3]
for name in sys.argv[3:] or PARTS:
    PARTS[name]()
