# SPDX-License-Identifier: Apache-2.0
"""Exported C++ beside ONNX Runtime: sizes, memory, and the time of one answer on one thread.

    python cpp_export.py PROGRAM [--compiler c++] [--pairs 21] [TEMPLATE...]

PROGRAM is vitrine-cli, and this Python has numpy and onnxruntime. Each template is exported as C++
and as an ONNX model, with the weights that a training starts with. The C++ is compiled with
-O3 -march=native and stripped, and runs within 64 MB of addresses (RLIMIT_AS). Then both answer in
turns, each for about a tenth of a second, whose fastest answer counts; of all turns the median ratio
is told, with the interval that holds the middle half of them.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime

TEMPLATES = ["bench_lenet", "bench_mobilenet", "bench_resnet20"]
SOURCES = ["network.cpp", "weights.cpp", "main.cpp"]
ADDRESSES = 64 << 20
TURN_SECONDS = 0.1


def run(words, **more):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, **more)


def within_little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))


def peak_so_far(pid, program):
    """0 before it has become that program, and once it has ended."""
    try:
        if os.readlink(f"/proc/{pid}/exe") != str(program):
            return 0
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return 1024 * int(found.group(1)) if found else 0


def peak_bytes(words):
    """What a program needs in memory at most, run with as many addresses as a small machine has."""
    process = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL,
                               preexec_fn=within_little_memory)
    peak = 0
    while process.poll() is None:
        peak = max(peak, peak_so_far(process.pid, words[0]))
        time.sleep(0.01)
    if process.returncode != 0:
        raise SystemExit(f"{words[0]} has not run in {ADDRESSES >> 20} MB")
    return peak


class Exported:
    def __init__(self, program, template, compiler, folder):
        project, self.code = folder / template, folder / "cpp"
        run([program, "new", "--template", template, "--out", project])
        run([program, "export-cpp", project, "--out", self.code, "--no-proof"])
        run([program, "export", project, "--onnx", folder / "model.onnx", "--fix-batch"])
        binary = ["-std=c++20", "-O3", "-march=native", *SOURCES, "-o", "network"]
        run([compiler, *binary], cwd=self.code)
        run(["strip", "network"], cwd=self.code)
        self.size = (self.code / "network").stat().st_size
        self.weights = (self.code / "weights.bin").stat().st_size
        self.session = session_of(folder / "model.onnx")
        taken = self.session.get_inputs()[0]
        self.given = np.random.default_rng(1).standard_normal(taken.shape).astype(np.float32)
        np.save(self.code / "x.npy", self.given)
        self.name = taken.name

    def words(self, repeat):
        return [self.code / "network", self.code / "x.npy", "--weights", self.code / "weights.bin",
                "--repeat", repeat]

    def ours(self, repeat):
        out = run(self.words(repeat)).stdout
        return float(re.search(r"([\d.]+) microseconds", out).group(1))

    def theirs(self, repeat):
        best, fed = float("inf"), {self.name: self.given}
        for _ in range(repeat):
            started = time.perf_counter()
            self.session.run(None, fed)
            best = min(best, time.perf_counter() - started)
        return 1e6 * best

    def apart(self):
        """How far both are apart, of the largest number."""
        out = self.code / "out.npy"
        run([*self.words(1), "--out", out])
        theirs = self.session.run(None, {self.name: self.given})[0]
        return float(np.abs(np.load(out) - theirs).max() / np.abs(theirs).max())


def session_of(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def measured(exported, pairs):
    repeat = max(3, int(TURN_SECONDS * 1e6 / exported.ours(3)))
    exported.theirs(repeat)
    times = [(exported.ours(repeat), exported.theirs(repeat)) for _ in range(pairs)]
    ratios = sorted(ours / theirs for ours, theirs in times)
    middle = len(ratios) // 4
    return {
        "ours": min(ours for ours, _ in times),
        "theirs": min(theirs for _, theirs in times),
        "ratio": statistics.median(ratios),
        "low": ratios[middle],
        "high": ratios[-1 - middle],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("templates", nargs="*", default=TEMPLATES)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--pairs", type=int, default=21)
    wanted = parser.parse_args()
    print(f"onnxruntime {onnxruntime.__version__}; {run([wanted.compiler, '--version']).stdout.splitlines()[0]}")
    print(f"{'network':<16} {'program':>9} {'weights':>9} {'peak':>8} {'C++':>10} {'ORT':>10}  ratio (middle half)")
    for template in wanted.templates:
        with tempfile.TemporaryDirectory() as folder:
            exported = Exported(Path(wanted.program).resolve(), template, wanted.compiler, Path(folder))
            peak = peak_bytes(exported.words(2000))
            if exported.apart() > 1e-4:
                raise SystemExit(f"{template}: ONNX Runtime gives something else")
            m = measured(exported, wanted.pairs)
            print(f"{template:<16} {exported.size / 1e3:6.0f} kB {exported.weights / 1e6:6.2f} MB {peak / 1e6:5.1f} MB "
                  f"{m['ours']:7.1f} us {m['theirs']:7.1f} us  {m['ratio']:.2f} ({m['low']:.2f} to {m['high']:.2f})", flush=True)


if __name__ == "__main__":
    main()
