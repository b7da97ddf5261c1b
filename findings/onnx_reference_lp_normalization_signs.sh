#!/usr/bin/env bash
# The reference evaluator of onnx 1.23.2 takes LpNormalization's p = 1 for a sum with signs.
#
# A good guess: the p-norm for p = 1 is the sum of magnitudes, which is what the standard says and what
# ONNX Runtime computes. The evaluator sums the numbers as they are: with a negative number in it the
# norm is another one, and the result may have its signs turned round. The suite's cases of p = 1 hold
# no negative number, so nothing shows there.
# Seen: [1, -1, 2, -4] gives [-0.5, 0.5, -1, 2]; right is [0.125, -0.125, 0.25, -0.5] (ONNX Runtime
# 1.32.0). p = 2 is right.
# What follows: this judge is not used for p = 1, and a case of p = 1 has numbers of both signs.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages onnx 1.23.2, onnxruntime 1.32.0 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, onnxruntime
from onnx.reference import ReferenceEvaluator

h = onnx.helper
x = np.array([[1, -1, 2, -4]], np.float32)
as_seen = True
for p, is_right in ((1, False), (2, True)):
    node = h.make_node("LpNormalization", ["x"], ["y"], axis=1, p=p)
    ends = [h.make_tensor_value_info(name, 1, [1, 4]) for name in "xy"]
    model = h.make_model(h.make_graph([node], "g", ends[:1], ends[1:]),
                         opset_imports=[h.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    right = x / (np.abs(x) ** p).sum(axis=1, keepdims=True) ** (1 / p)
    reference = ReferenceEvaluator(model).run(None, {"x": x})[0]
    runtime = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
    print(f"p {p}: right {np.round(right, 3).tolist()}, reference {np.round(reference, 3).tolist()}, "
          f"ONNX Runtime {np.round(runtime, 3).tolist()}")
    as_seen &= np.allclose(reference, right, atol=1e-5) == is_right
    as_seen &= np.allclose(runtime, right, atol=1e-5)
sys.exit(not as_seen)
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
