#!/usr/bin/env bash
# tract 0.23.9 computes Softplus, LogSoftmax and ReduceLogSumExp by the bare formula; tinygrad the last.
#
# A good guess: these three operators exist so that nobody has to take exp and log one after the other;
# a loss written with them is finite for any score. tract does take them one after the other: exp
# overflows float32 from 88.73 on, and underflows to log(0).
# Seen: Softplus(89) is 89 in ONNX Runtime 1.32.0, inf in tract. LogSoftmax of [1000, 0] ends in -1000,
# in tract in -inf. ReduceLogSumExp of [200, 201] is 201.313, in tract and in tinygrad 0.14.0 inf, and
# of [-200, -201] it is -199.687, there -inf.
# What follows: "write Sigmoid and Log as Softplus, Softmax and Log as LogSoftmax" makes a file safe for
# some runtimes only. What is safe by its graph is Relu(x) + Softplus(-Abs(x)), and a ReduceMax that is
# subtracted before the exponential. Parity tests need scores of 100 and 1000, not only of size 1.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 onnxruntime==1.32.0 \
    tract==0.23.9 tinygrad==0.14.0 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "cannot be had here: onnx 1.23.2, onnxruntime 1.32.0, tract 0.23.9, tinygrad 0.14.0 and numpy 2.4.6" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, onnxruntime, tract
from tinygrad import Tensor
from tinygrad.nn.onnx import OnnxRunner

def answers(op, version, x, out, **attributes):
    h = onnx.helper
    names, constants = ["x"], []
    if op.startswith("Reduce"):
        names.append("axes")
        constants.append(onnx.numpy_helper.from_array(np.array([1], np.int64), "axes"))
    x = np.array(x, np.float32)
    graph = h.make_graph([h.make_node(op, names, ["y"], **attributes)], "g",
                         [h.make_tensor_value_info("x", 1, x.shape)],
                         [h.make_tensor_value_info("y", 1, out)], constants)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", version)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "m.onnx")
    ort = onnxruntime.InferenceSession("m.onnx", providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
    loaded = tract.onnx().load("m.onnx")
    loaded.set_input_fact(0, ",".join(map(str, x.shape)) + ",f32")
    tr = loaded.into_model().into_runnable().run([x])[0].to_numpy()
    tiny = OnnxRunner("m.onnx")({"x": Tensor(x)})["y"].numpy()
    kinds = []
    for name, a in (("ONNX Runtime", ort), ("tract", tr), ("tinygrad", tiny)):
        print(f"{op} of {x.tolist()}: {name} {np.round(a.astype(float), 3).tolist()}")
        close = np.allclose(a, ort, rtol=1e-4, atol=1e-3)
        kinds.append("same" if close else "inf" if np.isinf(a).any() else "other")
    return kinds[1:]

found = [answers("Softplus", 13, [[88, 89, 100]], [1, 3]),
         answers("LogSoftmax", 13, [[1000, 0]], [1, 2], axis=1),
         answers("ReduceLogSumExp", 18, [[200, 201], [-200, -201]], [2], keepdims=0)]
sys.exit(found != [["inf", "same"], ["inf", "same"], ["inf", "inf"]])
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
