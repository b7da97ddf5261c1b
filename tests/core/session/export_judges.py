# SPDX-License-Identifier: Apache-2.0
# Every template leaves, as an ONNX model and as a module of PyTorch, before those who read such
# things: ONNX's checker and ONNX Runtime (asked by the export itself), onnxslim and onnxsim, after
# whom the model must answer as before, and PyTorch; and TensorBoard reads what a run has measured.
#   python3 tests/core/session/export_judges.py build/release/bin/vitrine-cli [TEMPLATE...]
# Judges that this Python has not are passed over, which is said. Used: onnx 1.23.2, onnxruntime
# 1.32.0, onnxslim 0.1.98, onnxsim 0.8.1, torch 2.15, safetensors 0.8.0, tensorboard 2.21.
import csv
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

TOLERANCE = 1e-4
PROGRAM = str(Path(sys.argv[1]).resolve())


def has(*modules):
    return all(importlib.util.find_spec(module) for module in modules)


class Refused(Exception):
    pass


def done(*words):
    run = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True)
    if run.returncode:
        raise Refused(run.stderr.splitlines()[0])
    return run.stdout


def told(*words):
    return [json.loads(line) for line in done(*words, "--json").splitlines()]


def proven(report, wanted):
    """All who were asked agree, and the one who is wanted is among them."""
    names = [proof["runtime"] for proof in report["proofs"]]
    if not any(name.startswith(wanted) for name in names):
        raise Refused(f"{wanted} was not asked: {names}")
    for proof in report["proofs"]:
        if not proof["agrees"]:
            raise Refused(f"{proof['runtime']} does not agree: {json.dumps(proof)[:200]}")


def fed(session):
    """Numbers for each input: of whole ones, small ones that every table has."""
    rng, given = np.random.default_rng(7), {}
    for value in session.get_inputs():
        shape = [extent if isinstance(extent, int) else 2 for extent in value.shape]
        kind = value.type[7:-1]
        whole = kind.startswith(("int", "uint", "bool"))
        numbers = rng.integers(0, 2, shape) if whole else rng.standard_normal(shape)
        given[value.name] = numbers.astype({"float": "float32", "double": "float64"}.get(kind, kind))
    return given


def answers(model, given):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given = fed(session) if given is None else given
    return session.run(None, given), given


def stays(before, after):
    for wanted, found in zip(before, after):
        largest = max(np.abs(wanted.astype(np.float64)).max(initial=0), 1e-30)
        apart = np.abs(wanted.astype(np.float64) - found.astype(np.float64)).max(initial=0)
        if wanted.shape != found.shape or not apart <= TOLERANCE * largest:
            raise Refused(f"it answers {apart} apart of {largest}")


def slimmed(path):
    import onnxslim

    return onnxslim.slim(str(path))


def simplified(path):
    import onnx
    import onnxsim

    model, agrees = onnxsim.simplify(onnx.load(path))
    if not agrees:
        raise Refused("onnxsim says itself that it is another one")
    return model


def judge_onnx(project, folder):
    report = told("export", project, "--onnx", folder / "model.onnx", "--verify", sys.executable)
    proven(report[0], "onnxruntime")


def judge_slimmer(make):
    def judge(project, folder):
        before, given = answers(str(folder / "model.onnx"), None)
        model = make(folder / "model.onnx")
        stays(before, answers(model.SerializeToString(), given)[0])

    return judge


def judge_torch(project, folder):
    report = told("export", project, "--torch", folder / "torch", "--verify", sys.executable)
    proven(report[0], "torch")


JUDGES = {
    "onnxruntime": (has("onnx", "onnxruntime"), judge_onnx),
    "onnxslim": (has("onnxslim", "onnxruntime"), judge_slimmer(slimmed)),
    "onnxsim": (has("onnxsim", "onnxruntime"), judge_slimmer(simplified)),
    "torch": (has("torch", "safetensors"), judge_torch),
}


def judge_run(folder):
    """TensorBoard reads what stands in the table of the same run."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    done("new", "--template", "lenet5", "--out", folder / "p")
    done("train", folder / "p", "--epochs", "1", "--out", folder / "run")
    told("export-run", folder / "run", "--tensorboard", folder / "events", "--csv", folder / "r.csv")
    events = EventAccumulator(str(folder / "events"), size_guidance={"scalars": 0})
    events.Reload()
    with open(folder / "r.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [(event.step, event.value) for event in events.Scalars("train/loss")]
    wanted = [(int(row["step"]), float(row["loss"])) for row in rows]
    if len(found) != len(wanted) or any(
        a != b or not np.isclose(x, y, rtol=1e-6) for (a, x), (b, y) in zip(found, wanted)
    ):
        raise Refused("the curve of TensorBoard is not that of the table")


def main():
    templates = sys.argv[2:] or [entry["id"] for entry in told("templates")]
    agreeing, wrong = dict.fromkeys(JUDGES, 0), []
    for name, (is_there, _) in JUDGES.items():
        if not is_there:
            print(f"{name} was not asked: this Python has not what that needs")
    for template in templates:
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            done("new", "--template", template, "--out", folder / "p")
            for name, (is_there, judge) in JUDGES.items():
                if not is_there:
                    continue
                try:
                    judge(folder / "p", folder)
                    agreeing[name] += 1
                except Exception as trouble:
                    wrong.append(f"{template}: {name}: {str(trouble).splitlines()[0][:300]}")
                    print(wrong[-1], flush=True)
    for name, count in agreeing.items():
        if JUDGES[name][0]:
            print(f"{name}: {count} of {len(templates)} templates agree")
    if has("tensorboard"):
        with tempfile.TemporaryDirectory() as folder:
            judge_run(Path(folder))
            print("TensorBoard reads the curve of a run")
    sys.exit(1 if wrong else 0)


main()
