#!/usr/bin/env bash
# tract 0.23.9 leaves alpha out of Celu and partly out of Swish, silently.
#
# A good guess: an activation's attribute is either used or refused. tract uses it for Elu, Selu,
# LeakyRelu, HardSigmoid and others. Celu (alpha 2) divides by it inside the exponential but does not
# multiply by it outside; Swish (opset 24, x * sigmoid(alpha * x)) ignores it.
# Seen: Celu, alpha 2, at -30: the standard's evaluator -2, tract -1; at -1: -0.787 and -0.393. Swish,
# alpha 2, at 1: 0.881, tract 0.731, which is alpha 1. With alpha 1 both are right, and so is Elu.
# What follows: the default values hide it: a parity test of an activation needs an alpha that is not
# the default, on both sides of 0. An exporter that wants to be read everywhere writes Celu as Div, Elu
# (alpha 1), Mul, and Swish with an alpha as Mul, Sigmoid, Mul: those give the right values in both.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 tract==0.23.9 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages onnx 1.23.2, tract 0.23.9 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, tract
from onnx.reference import ReferenceEvaluator
x = np.array([-30, -1, -0.5, 0, 1, 3], np.float32)
formulas = {"Elu": lambda a: np.where(x > 0, x, a * np.expm1(x)),
            "Celu": lambda a: np.maximum(0, x) + np.minimum(0, a * np.expm1(x / a)),
            "Swish": lambda a: x / (1 + np.exp(-a * x))}
wrong = []
for op, version in (("Elu", 22), ("Celu", 12), ("Swish", 24)):
    for alpha in (1.0, 2.0):
        h = onnx.helper
        graph = h.make_graph([h.make_node(op, ["x"], ["y"], alpha=alpha)], "g",
                             [h.make_tensor_value_info("x", 1, [6])], [h.make_tensor_value_info("y", 1, [6])])
        model = h.make_model(graph, opset_imports=[h.make_opsetid("", version)], ir_version=10)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, "m.onnx")
        loaded = tract.onnx().load("m.onnx")
        loaded.set_input_fact(0, "6,f32")
        got = loaded.into_model().into_runnable().run([x])[0].to_numpy()
        right = ReferenceEvaluator(model).run(None, {"x": x})[0]
        assert np.allclose(right, formulas[op](alpha), atol=1e-5)
        if not np.allclose(got, right, atol=1e-3):
            wrong.append((op, alpha))
        shown = [np.round(a.astype(float), 3).tolist() for a in (right, got)]
        print(f"{op}, alpha {alpha}: standard {shown[0]}, tract {shown[1]}")
sys.exit(wrong != [("Celu", 2.0), ("Swish", 2.0)])
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
