# SPDX-License-Identifier: Apache-2.0
# Models of ONNX's backend suite that came in and left again (tst_suite_leaves), before ONNX's checker
# and ONNX Runtime.
#   python3 tests/core/onnx/round_trip_judge.py SUITE EXPORTED
# Of each model ONNX Runtime is asked twice, for the suite's own file and for what left here; what
# counts are those of which it gives what the suite stores for the suite's own file. Ends with 1
# where the checker refuses one, or fewer than 98 % of them agree. Needs onnx and onnxruntime.
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

PARTS = ["node", "simple", "pytorch-converted", "pytorch-operator"]
ENOUGH = 0.98


def stored(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def inputs_of(case, model):
    """The first stored numbers by the names of the model's inputs; what is no tensor is left out."""
    weights = {tensor.name for tensor in model.graph.initializer}
    given, number = {}, 0
    for value in model.graph.input:
        path = case / "test_data_set_0" / f"input_{number}.pb"
        if value.name in weights and not path.exists():
            continue
        number += 1
        try:
            given[value.name] = stored(path)
        except Exception:
            continue
    return given


def answers(path, given):
    """What ONNX Runtime gives, by name; or why it gives nothing."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        wanted = {value.name for value in session.get_inputs()}
        names = [value.name for value in session.get_outputs()]
        fed = {name: array for name, array in given.items() if name in wanted}
        return dict(zip(names, session.run(None, fed))), None
    except Exception as trouble:
        return None, str(trouble).splitlines()[0][:160]


def is_same(wanted, given):
    if isinstance(given, list) or wanted.shape != given.shape:
        return False
    try:
        wanted, given = wanted.astype(np.float64), given.astype(np.float64)
    except (TypeError, ValueError):
        return bool((wanted == given).all())
    return np.allclose(given, wanted, rtol=1e-3, atol=1e-5, equal_nan=True)


def verdict(case, outputs, path, given):
    found, why = answers(path, given)
    if found is None:
        return "refused", why
    for number, name in enumerate(outputs):
        wanted = stored(case / "test_data_set_0" / f"output_{number}.pb")
        if name not in found:
            return "differs", f"there is no output {name}"
        if not is_same(wanted, found[name]):
            return "differs", f"output {name} is another one"
    return "agrees", ""


def main():
    suite, exported = Path(sys.argv[1]), Path(sys.argv[2])
    table, refused, lost = {}, [], []
    for case in sorted(c for part in PARTS for c in (suite / part).glob("*")):
        left = exported / f"{case.name}.onnx"
        if not left.exists():
            continue
        try:
            onnx.checker.check_model(str(left), full_check=True)
        except Exception as trouble:
            refused.append(f"{case.name}: {str(trouble).splitlines()[0][:160]}")
        model = onnx.load(case / "model.onnx")
        given, outputs = inputs_of(case, model), [value.name for value in model.graph.output]
        before, _ = verdict(case, outputs, case / "model.onnx", given)
        after, why = verdict(case, outputs, left, given)
        table[before, after] = table.get((before, after), 0) + 1
        if before == "agrees" and after != "agrees":
            lost.append(f"{case.name}: {after}: {why}")
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
    for (before, after), count in sorted(table.items()):
        print(f"{count:5} the suite's own file: {before}, what left here: {after}")
    for line in refused:
        print("checker refuses", line)
    for line in lost:
        print("lost", line)
    right = sum(count for (before, _), count in table.items() if before == "agrees")
    share = table.get(("agrees", "agrees"), 0) / right if right else 0
    print(f"{len(refused)} of {sum(table.values())} refused by the checker (full)")
    print(f"{100 * share:.2f} % of {right} that ONNX Runtime answers rightly stay so")
    sys.exit(1 if refused or share < ENOUGH else 0)


main()
