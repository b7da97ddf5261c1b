#!/usr/bin/env bash
# OpenVINO 2026.4.1 and tract 0.23.9 run operator sets newer than they know and drop the new attributes.
#
# A good guess: a file says which operator set it needs, so a runtime that does not know it refuses, as
# ONNX Runtime does above its own newest. These two take the newest operator they know under that name
# and do not look at attributes that came later.
# Seen: causal Attention of opset 25 with left_window_size=1: the standard's evaluator and ONNX Runtime
# 1.32.0 look one position back, OpenVINO and tract at all earlier ones. SpaceToDepth of opset 28 with
# mode="CRD": the two give the channels in the order of DCR, the only order before 28. No warning.
# What follows: "it loads and the shapes are right" proves nothing for a newer operator set. An exporter
# declares the oldest operator set in which every attribute it writes exists, writes no attribute that
# has its default, and offers the long way (SpaceToDepth CRD as Reshape, Transpose, Reshape); an importer
# refuses an attribute it does not know by name, whatever its operator set.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 openvino==2026.4.1 \
    onnxruntime==1.32.0 tract==0.23.9 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "cannot be had here: onnx 1.23.2, openvino 2026.4.1, onnxruntime 1.32.0, tract 0.23.9 and numpy 2.4.6" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, onnxruntime, openvino, tract
from onnx.reference import ReferenceEvaluator
core = openvino.Core()

def answers(op, version, inputs, out, **attributes):
    h = onnx.helper
    graph = h.make_graph([h.make_node(op, list(inputs), ["y"], **attributes)], "g",
                         [h.make_tensor_value_info(n, 1, a.shape) for n, a in inputs.items()],
                         [h.make_tensor_value_info("y", 1, out)])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", version)], ir_version=13)
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString()
    onnx.save(model, "m.onnx")
    compiled = core.compile_model(core.read_model(data), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    loaded = tract.onnx().load("m.onnx")
    for k in range(loaded.input_count()):
        loaded.set_input_fact(k, ",".join(map(str, inputs[loaded.input_name(k)].shape)) + ",f32")
    values = list(inputs.values())
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    every = {"standard": ReferenceEvaluator(model).run(None, inputs)[0],
             "ONNX Runtime": session.run(None, inputs)[0],
             "OpenVINO": np.array(compiled(values)[0]),
             "tract": loaded.into_model().into_runnable().run(values)[0].to_numpy()}
    print(f"{op} of opset {version}, {attributes or 'no attribute'}:",
          ", ".join(f"{n} {a.ravel().tolist()}" for n, a in every.items()))
    return every

equal_keys = {"q": np.zeros((1, 1, 4, 2), np.float32), "k": np.zeros((1, 1, 4, 2), np.float32),
              "v": np.array([1, 11, 111, 1111], np.float32).reshape(1, 1, 4, 1)}
block = {"x": np.arange(8, dtype=np.float32).reshape(1, 2, 2, 2)}
as_seen = True
for op, version, inputs, out, base, new in (
        ("Attention", 25, equal_keys, [1, 1, 4, 1], {"is_causal": 1}, {"left_window_size": 1}),
        ("SpaceToDepth", 28, block, [1, 8, 1, 1], {"blocksize": 2}, {"mode": "CRD"})):
    old = answers(op, version, inputs, out, **base)
    got = answers(op, version, inputs, out, **base, **new)
    as_seen &= all(np.allclose(a, old["standard"]) for a in old.values())
    as_seen &= not np.allclose(got["standard"], old["standard"])
    for name in got:
        kept = np.allclose(got[name], got["standard"])
        as_seen &= kept == (name in ("standard", "ONNX Runtime"))
        as_seen &= kept or np.allclose(got[name], old[name])
sys.exit(not as_seen)
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
