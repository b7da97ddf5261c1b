#!/usr/bin/env bash
# GridSample with mode="cubic", padding_mode="border" has two readings: beyond the last pixel or not.
#
# A good guess: "border: use border values for out-of-bound grid locations" means that a point outside
# the picture gets the value of the border. onnx 1.23.2's evaluator and tract 0.23.9 move such a point to
# the border first. ONNX Runtime 1.32.0 and OpenVINO 2026.4.1 keep the point and move each of its sixteen
# neighbours, so that a point less than a pixel outside overshoots. align_corners says where outside
# begins: behind the last pixel's middle (1) or its edge (0); with 0 the first two overshoot up to the
# edge and then jump.
# Seen: the row 0 0 0 10, sampled 0.25, 0.5 and 0.75 behind the last pixel: 11.05, 10.94, 10.35 in ONNX
# Runtime and OpenVINO either way; in the other two 10, 10, 10 with align_corners=1 and 11.05, 10.94, 10
# with 0. All agree for linear, and a whole pixel outside.
# What follows: the standard's own tests pass in all and do not reach this, so its evaluator cannot judge
# it. A sampler clamps the neighbours, as the two big runtimes do, and cuts to 0 ... 255 behind it if the
# values are a picture. A test of padding needs points within one pixel outside, in each mode.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 onnxruntime==1.32.0 \
    openvino==2026.4.1 tract==0.23.9 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "cannot be had here: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, tract 0.23.9 and numpy 2.4.6" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, onnxruntime, openvino, tract
from onnx.reference import ReferenceEvaluator
core = openvino.Core()
x = np.array([0, 0, 0, 10], np.float32).reshape(1, 1, 1, 4)
at = np.array([2, 3, 3.25, 3.5, 3.75, 5])  # in pixels; the last one is pixel 3

def sample(mode, align):
    h = onnx.helper
    grid = np.zeros((1, 1, len(at), 2), np.float32)
    grid[0, 0, :, 0] = at / 1.5 - 1 if align else (at + 0.5) / 2 - 1
    node = h.make_node("GridSample", ["x", "grid"], ["y"], mode=mode, padding_mode="border", align_corners=align)
    graph = h.make_graph([node], "g", [h.make_tensor_value_info("x", 1, x.shape),
                                       h.make_tensor_value_info("grid", 1, grid.shape)],
                         [h.make_tensor_value_info("y", 1, [1, 1, 1, len(at)])])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString()
    onnx.save(model, "m.onnx")
    inputs = {"x": x, "grid": grid}
    compiled = core.compile_model(core.read_model(data), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    loaded = tract.onnx().load("m.onnx")
    names = [loaded.input_name(k) for k in range(2)]
    for k, name in enumerate(names):
        loaded.set_input_fact(k, ",".join(map(str, inputs[name].shape)) + ",f32")
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    every = {"evaluator": ReferenceEvaluator(model).run(None, inputs)[0],
             "tract": loaded.into_model().into_runnable().run([inputs[n] for n in names])[0].to_numpy(),
             "ONNX Runtime": session.run(None, inputs)[0],
             "OpenVINO": np.array(compiled([x, grid])[0])}
    print(f"{mode}, align_corners={align}, pixels {at.tolist()}:",
          ", ".join(f"{n} {np.round(a.astype(float), 2).ravel().tolist()}" for n, a in every.items()))
    return [np.round(a.ravel()[2:].astype(float), 2).tolist() for a in every.values()]

over, flat, jump = [11.05, 10.94, 10.35, 10], [10] * 4, [11.05, 10.94, 10, 10]
found = [sample("cubic", 1), sample("cubic", 0), sample("linear", 1)]
sys.exit(found != [[flat, flat, over, over], [jump, jump, over, over], [flat] * 4])
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
