#!/usr/bin/env bash
# paddle2onnx 2.1.0 writes LeakyReLU with a slope of chance and Hardtanh with bounds of -1 and 1.
#
# A good guess: what an activation was made with is in the file. With models of Paddle 3 (its PIR) the
# slope of LeakyReLU becomes a number that nobody gave, another one at each export (2e-21, 0.043, 6e22:
# memory that was never written, it seems); Hardtanh(-2, 3) becomes Clip to -1 and 1. No warning; the
# checker passes. ELU, ReLU6 and PReLU are right.
# Seen: LeakyReLU(0.25) at -8: Paddle -2, the file -1e-15 or -4e23 by ONNX Runtime; Hardtanh(-2, 3) at
# -8, 2.5: Paddle -2, 2.5, the file -1, 1. A network with one LeakyReLU was off by 3 %.
# What follows: a model by this exporter that gives other answers than Paddle is read right here:
# judge an import by ONNX Runtime on the same file, and the exporter apart from it.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v paddlepaddle==3.3.1 paddle2onnx==2.1.0 onnxruntime==1.32.0 \
    numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages paddlepaddle 3.3.1, paddle2onnx 2.1.0 and onnxruntime 1.32.0 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np
import onnx
import onnxruntime
import paddle

x = np.array([[-8, -1.5, -0.5, 0.5, 2.5, 8]], np.float32)


def found(layer):
    layer.eval()
    asked = paddle.static.InputSpec([1, 6], "float32", "x")
    paddle.onnx.export(layer, "net", input_spec=[asked], opset_version=13)
    onnx.checker.check_model(onnx.load("net.onnx"), full_check=True)
    exported = onnxruntime.InferenceSession("net.onnx").run(None, {"x": x})[0]
    own = layer(paddle.to_tensor(x)).numpy()
    print(f"{type(layer).__name__}: Paddle {own.ravel()}, its file {exported.ravel()}", flush=True)
    return own, exported


nn = paddle.nn
leaky, plain = found(nn.LeakyReLU(0.25))
hard, clipped = found(nn.Hardtanh(-2, 3))
as_seen = np.allclose(leaky, np.where(x > 0, x, x / 4)) and not np.allclose(leaky, plain, atol=0.01)
as_seen &= np.allclose(hard, x.clip(-2, 3)) and np.allclose(clipped, x.clip(-1, 1))
for layer in (nn.ELU(0.25), nn.ReLU6(), nn.PReLU(1, 0.25)):
    own, exported = found(layer)
    as_seen &= np.allclose(own, exported, atol=1e-5)
sys.exit(not as_seen)
PY
PYTHONPATH=$folder/v python3 see.py 2>/dev/null | grep ': Paddle' || {
    echo "the behaviour has changed" >&2
    exit 1
}
