# SPDX-License-Identifier: Apache-2.0
# Asks the runtimes that this Python has what they make of an exported model.
#   python runtimes.py MODEL INPUTS.npz KNOWN.npz TOLERANCE
# INPUTS.npz: an array for each input. KNOWN.npz: what the values of the model are, by name. Prints
# one JSON object: for each runtime its version, the deviation of each known value in running order,
# or why it gave nothing.
import json
import sys

import numpy as np


def deviation(wanted, given):
    if given.shape != wanted.shape:
        return {"shape": list(given.shape)}
    wanted, given = wanted.astype(np.float64), given.astype(np.float64)
    same = (wanted == given) | (np.isnan(wanted) & np.isnan(given))
    both = np.isfinite(wanted) & np.isfinite(given)
    finite = wanted[np.isfinite(wanted)]
    return {
        "difference": float(np.abs(wanted - given)[both].max(initial=0)),
        "largest": float(np.abs(finite).max(initial=0)),
        "unlike": int((~same & ~both).sum()),
    }


def with_values(model, names):
    """The model with those of its values as outputs that it has, in running order."""
    import onnx

    outputs = {value.name for value in model.graph.output}
    ordered, makers = [], {}
    for node in model.graph.node:
        for name in node.output:
            if name in names:
                ordered.append(name)
                makers[name] = node.op_type
    wider = onnx.ModelProto()
    wider.CopyFrom(model)
    for name in ordered:
        if name not in outputs:
            wider.graph.output.append(onnx.ValueInfoProto(name=name))
    return wider, ordered, makers


def onnxruntime_values(wider, path, names, inputs):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(names, inputs)


def openvino_values(wider, path, names, inputs):
    import openvino

    core = openvino.Core()
    compiled = core.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    result = compiled(inputs)
    return [np.asarray(result[name]) for name in names]


RUNTIMES = {"onnxruntime": onnxruntime_values, "openvino": openvino_values}


def ask(runtime, values, model, path, inputs, known, outputs):
    module = __import__(runtime)
    answer = {"runtime": runtime + " " + module.__version__.split("-")[0]}
    names = [name for name in outputs]
    try:
        given = values(model, path, names, inputs)
    except Exception as trouble:
        return {**answer, "refusal": str(trouble).splitlines()[0][:300]}
    answer["outputs"] = [
        {"name": name, **deviation(known[name], value)} for name, value in zip(names, given)
    ]
    return answer


def inner(runtime, values, wider, ordered, makers, folder, inputs, known, tolerance):
    """The first known value that differs, once the model gives all of them."""
    import os

    import onnx

    path = os.path.join(folder, "wider.onnx")
    onnx.save(wider, path)
    try:
        given = values(wider, path, ordered, inputs)
    except Exception:
        return {}
    for name, value in zip(ordered, given):
        found = deviation(known[name], value)
        wrong = "shape" in found or found["unlike"] > 0
        if wrong or found["difference"] > tolerance * max(found["largest"], 1e-30):
            return {"first": name, "operator": makers[name], **found}
    return {}


def main():
    path, inputs_path, known_path, tolerance = sys.argv[1:5]
    import os

    try:
        import onnx
    except ImportError:
        print(json.dumps({"error": "it has no onnx"}))
        return
    inputs = dict(np.load(inputs_path))
    known = dict(np.load(known_path))
    model = onnx.load(path)
    outputs = [value.name for value in model.graph.output]
    answers = []
    for runtime, values in RUNTIMES.items():
        try:
            __import__(runtime)
        except ImportError:
            continue
        answer = ask(runtime, values, model, path, inputs, known, outputs)
        differs = "refusal" not in answer and any(
            "shape" in output or output["unlike"] > 0
            or output["difference"] > float(tolerance) * max(output["largest"], 1e-30)
            for output in answer["outputs"]
        )
        if differs:
            wider, ordered, makers = with_values(model, known.keys())
            answer.update(
                inner(runtime, values, wider, ordered, makers, os.path.dirname(path), inputs,
                      known, float(tolerance))
            )
        answers.append(answer)
    try:
        onnx.checker.check_model(path, full_check=True)
        checked = "passes"
    except Exception as trouble:
        checked = str(trouble).splitlines()[0][:300]
    print(json.dumps({"runtimes": answers, "checker": checked, "onnx": onnx.__version__}))


main()
