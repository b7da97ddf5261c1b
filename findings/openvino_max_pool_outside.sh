#!/usr/bin/env bash
# OpenVINO 2026.4.1 gives MaxPool with ceil_mode one window too many: a row of -3.4e38.
#
# A good guess: with ceil_mode=1 the last window is cut at the border, and one that would lie wholly
# behind it is left out; ONNX says so ("sliding windows that would start in the right padded region are
# ignored"), and so do its shape inference and its evaluator. OpenVINO rounds up and keeps it. The window
# holds no pixel, so its maximum is the lowest float.
# Seen: kernel 2, stride 3 on six pixels is 2 values, in OpenVINO 3, the last -3.4028235e38; kernel 1,
# stride 2 on four pixels the same. AveragePool with the same attributes has the right length, and so
# has MaxPool with kernel 3, stride 2. The standard's test maxpool_2d_ceil_output_size_reduce_by_one differs.
# What follows: a rounded-up pooling whose kernel is smaller than its stride (1 x 1 with stride 2 in a
# shortcut) has another size there, and what follows it works on -3.4e38. When the rounded-up window is
# empty, an exporter writes ceil_mode=0: the answer is the same and all agree.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 openvino==2026.4.1 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages onnx 1.23.2, openvino 2026.4.1 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, openvino
from onnx.reference import ReferenceEvaluator
core = openvino.Core()

def pool(op, length, kernel, stride):
    h = onnx.helper
    x = -np.arange(1, length + 1, dtype=np.float32).reshape(1, 1, 1, length)
    graph = h.make_graph(
        [h.make_node(op, ["x"], ["y"], kernel_shape=[1, kernel], strides=[1, stride], ceil_mode=1)], "g",
        [h.make_tensor_value_info("x", 1, x.shape)], [h.make_tensor_value_info("y", 1, None)])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 22)], ir_version=10)
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    onnx.checker.check_model(model, full_check=True)
    told = model.graph.output[0].type.tensor_type.shape.dim[3].dim_value
    compiled = core.compile_model(core.read_model(model.SerializeToString()), "CPU",
                                  {"INFERENCE_PRECISION_HINT": "f32"})
    right, got = ReferenceEvaluator(model).run(None, {"x": x})[0].ravel(), np.array(compiled([x])[0]).ravel()
    assert len(right) == told
    print(f"{op} of {x.ravel().tolist()}, kernel {kernel}, stride {stride}: inferred length {told},",
          f"standard {right.tolist()}, OpenVINO {got.tolist()}")
    return right, got

lowest = np.finfo(np.float32).min
as_seen = []
for length, kernel, stride in ((6, 2, 3), (4, 1, 2)):
    right, got = pool("MaxPool", length, kernel, stride)
    as_seen.append(len(got) == len(right) + 1 and np.array_equal(got, [*right, lowest]))
    as_seen.append(np.array_equal(*pool("AveragePool", length, kernel, stride)))
as_seen.append(np.array_equal(*pool("MaxPool", 6, 3, 2)))
sys.exit(not all(as_seen))
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
