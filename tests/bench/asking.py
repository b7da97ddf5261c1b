# SPDX-License-Identifier: Apache-2.0
# Answers of ONNX models: vitrine-cli infer --bench and ONNX Runtime take turns, each in a process of
# its own, on as many threads; medians of rounds with quartiles, and the ratio of turns.
#   python3 tests/bench/asking.py build/release/bin/vitrine-cli MODEL.onnx… [--batch N]… [--rounds N]
# Needs onnxruntime and numpy (1.32.0 and 2.4 were used). The ratio is ONNX Runtime's time by ours.
import argparse
import json
import statistics
import subprocess
import sys

OTHER = """
import sys, time
import numpy as np
import onnxruntime
path, batch, threads, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
feeds = {}
for put in session.get_inputs():
    shape = [batch if k == 0 else extent for k, extent in enumerate(put.shape)]
    feeds[put.name] = np.random.default_rng(1).standard_normal(shape).astype("f4")
for _ in range(3):
    session.run(None, feeds)
times, end = [], time.perf_counter() + seconds
while time.perf_counter() < end or len(times) < 3:
    start = time.perf_counter()
    session.run(None, feeds)
    times.append(time.perf_counter() - start)
print(sorted(times)[len(times) // 2])
"""


def ours(program, model, batch, threads, seconds):
    command = [program, "infer", model, "--bench", "--batch", str(batch), "--seconds", str(seconds)]
    out = subprocess.run([*command, "--threads", str(threads), "--json"], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])["p50_ms"] / 1e3


def other(model, batch, threads, seconds):
    words = [sys.executable, "-c", OTHER, model, str(batch), str(threads), str(seconds)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("models", nargs="+")
parser.add_argument("--batch", type=int, action="append")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=1)
args = parser.parse_args()
for model in args.models:
    for batch in args.batch or [1]:
        mine, theirs = [], []
        for _ in range(args.rounds):
            mine.append(ours(args.program, model, batch, args.threads, args.seconds))
            theirs.append(other(model, batch, args.threads, args.seconds))
        low, middle, high = statistics.quantiles([b / a for a, b in zip(mine, theirs)], n=4)
        print(
            f"{model.rsplit('/', 1)[-1]:28} batch {batch:3}: Vitrine {statistics.median(mine) * 1e3:.2f} ms, "
            f"ONNX Runtime {statistics.median(theirs) * 1e3:.2f} ms, ratio {middle:.2f} ({low:.2f} to {high:.2f})"
        )
