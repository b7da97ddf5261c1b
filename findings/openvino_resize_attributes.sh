#!/usr/bin/env bash
# OpenVINO 2026.4.1 drops three attributes of ONNX's Resize without a word.
#
# A good guess: an importer that does not know an attribute refuses the file. OpenVINO reads Resize of
# opset 18 and 19 and leaves out antialias, keep_aspect_ratio_policy and exclude_outside; the first
# changes the numbers, the second even the shape of the output.
# Seen: nine pixels, 1 but 9 in the middle, shrunk to three: antialias=1 gives 1, 3.667, 1 in the
# standard's own evaluator; OpenVINO gives 1, 9, 1, which is the answer without antialias. 2 x 4 to fit
# into 4 x 4: "not_larger" is 2 x 4, "not_smaller" 4 x 8; OpenVINO stretches to 4 x 4 both times. Cubic
# doubling with exclude_outside=1 gives the values of exclude_outside=0. The standard's own node tests
# of the three differ there in the same way.
# What follows: a model that shrinks its own pictures with antialias sees other pictures there, and its
# accuracy falls without an error. An exporter leaves such a step to the program in front of the model,
# or writes it as a strided Conv where the factor is whole, and turns "keep the proportions" into sizes.
# A comparison between runtimes needs a picture with fine detail and sides that are not in proportion.
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

def resize(x, sizes, **attributes):
    h = onnx.helper
    graph = h.make_graph(
        [h.make_node("Resize", ["x", "", "", "sizes"], ["y"], **attributes)], "g",
        [h.make_tensor_value_info("x", 1, x.shape)], [h.make_tensor_value_info("y", 1, [1, 1, "h", "w"])],
        [onnx.numpy_helper.from_array(np.array([1, 1, *sizes], np.int64), "sizes")])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 19)], ir_version=10)
    onnx.checker.check_model(model)
    compiled = core.compile_model(core.read_model(model.SerializeToString()), "CPU",
                                  {"INFERENCE_PRECISION_HINT": "f32"})
    return ReferenceEvaluator(model).run(None, {"x": x})[0], np.array(compiled([x])[0])

point = np.array([1, 1, 1, 1, 9, 1, 1, 1, 1], np.float32).reshape(1, 1, 1, 9)
four = np.array([1, 2, 4, 8], np.float32).reshape(1, 1, 1, 4)
block = np.arange(8, dtype=np.float32).reshape(1, 1, 2, 4)
dropped = []
for x, sizes, common, name, values in (
        (point, (1, 3), {"mode": "linear"}, "antialias", (0, 1)),
        (block, (4, 4), {"mode": "nearest"}, "keep_aspect_ratio_policy", ("stretch", "not_larger", "not_smaller")),
        (four, (1, 8), {"mode": "cubic"}, "exclude_outside", (0, 1))):
    plain = None
    for value in values:
        right, got = resize(x, sizes, **common, **{name: value})
        plain = got if plain is None else plain
        agree = right.shape == got.shape and np.allclose(right, got, atol=1e-4)
        dropped.append((value == values[0]) == agree and np.array_equal(got, plain))
        show = lambda a: f"{a.shape[2:]} {np.round(a.ravel()[:3].astype(float), 3).tolist()} ..."
        print(f"{name}={value}: standard {show(right)}, OpenVINO {show(got)}")
sys.exit(not all(dropped))
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
