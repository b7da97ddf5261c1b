#!/usr/bin/env bash
# onnx 1.23.2: the ReferenceEvaluator pads MaxPool with SAME_LOWER at the wrong end, or to another size.
#
# A good guess: the standard's own evaluator is the judge when two runtimes disagree. For MaxPool with
# auto_pad="SAME_LOWER" it is not: at stride 2 it answers as if the odd pixel of padding stood at the
# end, and on an odd side it gives floor(n / 2) values instead of ceil(n / 2). AveragePool with the same
# attributes is right.
# Seen: 1 ... 7, kernel 3, stride 2: the evaluator [3, 5, 7]; ONNX's shape inference says 4 values, ONNX
# Runtime 1.32.0 gives [2, 4, 6, 7]. 1 ... 6: [3, 5, 6] against [2, 4, 6]. At stride 1 it raises an error.
# What follows: an engine that was tested against the evaluator alone learns its mistake, and its answers
# move by a pixel per pooling. A test of auto_pad takes its right value from the formula (the standard
# prints it) and runs odd and even sides with stride 2; a parity bench lists this pair as a deviation of
# the judge. An exporter writes pads as numbers.
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

def pool(op, length, kernel=3, stride=2):
    h = onnx.helper
    x = np.arange(1, length + 1, dtype=np.float32).reshape(1, 1, length)
    graph = h.make_graph(
        [h.make_node(op, ["x"], ["y"], kernel_shape=[kernel], strides=[stride], auto_pad="SAME_LOWER")], "g",
        [h.make_tensor_value_info("x", 1, x.shape)], [h.make_tensor_value_info("y", 1, None)])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 12)], ir_version=10)
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    onnx.checker.check_model(model, full_check=True)
    told = model.graph.output[0].type.tensor_type.shape.dim[2].dim_value
    outside = (told - 1) * stride + kernel - length  # the standard's pad_shape; SAME_LOWER: more at the beginning
    padded = [np.nan] * (outside - outside // 2) + x.ravel().tolist() + [np.nan] * (outside // 2)
    best = np.nanmax if op == "MaxPool" else np.nanmean
    formula = [float(best(padded[i * stride:i * stride + kernel])) for i in range(told)]
    ort = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    ort = ort.run(None, {"x": x})[0].ravel().tolist()
    ref = ReferenceEvaluator(model).run(None, {"x": x})[0].ravel().tolist()
    print(f"{op} of 1 ... {length}: formula {formula}, ONNX Runtime {ort}, evaluator {ref}")
    return formula == ort, formula == ref

found = [pool(op, length) for op in ("MaxPool", "AveragePool") for length in (4, 6, 5, 7)]
sys.exit(found != [(True, False)] * 4 + [(True, True)] * 4)
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
