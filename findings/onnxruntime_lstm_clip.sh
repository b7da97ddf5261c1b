#!/usr/bin/env bash
# The clip of ONNX's LSTM bounds "the input of activations"; the cell's own activation h is left out by runtimes.
#
# A good guess: with clip=c whatever goes into f, g and h is bounded by c, so that the output is
# o * h(clip(C)), since the standard says that clip "is applied to the input of activations" and names h
# as the activation of the cell.
# ONNX Runtime 1.32.0 bounds what goes into the gates alone, and h sees the cell as it is. OpenVINO 2026.4.1 does the same.
# Seen: one unit, clip 0.5, ten steps that fill the cell: the outputs go on growing after step 1, as
# o * tanh(C) with C past 1; by the standard's words they stay at o * tanh(0.5).
# What follows: a peer that follows the words differs from both runtimes as soon as a cell passes the
# clip, which short tests with small numbers do not reach. Which of the two is meant cannot be settled
# by asking them; the models of the standard's suite have no clip.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 onnxruntime==1.32.0 \
    openvino==2026.4.1 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "cannot be had here: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1 and numpy 2.4.6" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, onnxruntime, openvino

steps, clip = 10, 0.5
x = np.ones((steps, 1, 1), np.float32)
w = np.full((1, 4, 1), 3, np.float32)      # every gate is given 3, past the clip
r = np.zeros((1, 4, 1), np.float32)
h = onnx.helper
node = h.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=1, clip=clip)
graph = h.make_graph([node], "g", [h.make_tensor_value_info("x", 1, x.shape)],
                     [h.make_tensor_value_info("y", 1, [steps, 1, 1, 1])],
                     [onnx.numpy_helper.from_array(w, "w"), onnx.numpy_helper.from_array(r, "r")])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 20)], ir_version=10)
onnx.checker.check_model(model, full_check=True)
data = model.SerializeToString()


def by_hand(bounds_cell):
    gate, cell, given = 1 / (1 + np.exp(-clip)), 0.0, []
    for _ in range(steps):
        cell = gate * cell + gate * np.tanh(clip)
        given.append(gate * np.tanh(min(cell, clip) if bounds_cell else cell))
    return np.array(given)


words, gates = by_hand(True), by_hand(False)
session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
core = openvino.Core()
compiled = core.compile_model(core.read_model(data), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
seen = {"ONNX Runtime": session.run(None, {"x": x})[0].ravel(),
        "OpenVINO": np.array(compiled([x])[0]).ravel()}
for name, given in {"by the words": words, "gates alone": gates, **seen}.items():
    print(f"{name:13s}", np.round(given.astype(float), 4).tolist())
same = all(np.allclose(given, gates, atol=1e-4) and not np.allclose(given, words, atol=1e-2)
           for given in seen.values())
print("as stated" if same else "the behaviour is another one")
sys.exit(0 if same else 1)
PY
PYTHONPATH=v python3 see.py
