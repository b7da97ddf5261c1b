#!/usr/bin/env bash
# Paddle 3.3.1's layer normalisation leaves gamma out of its gradient when gamma is not asked for.
#
# A good guess: the gradient in the input does not depend on what else is derived. Paddle's kernel on
# the CPU multiplies by gamma only where the gradient of gamma itself is wanted; for the input alone
# (paddle.grad([y], [x]), or weights that are frozen) it gives the gradient of a layer whose gamma is
# one, in float32 and in float64, without a word.
# Seen: rows of 3 to 64 features: with gamma's gradient within 1e-6 of the formula, without it off by
# up to 1.7 and within 1e-6 of the formula with gamma = 1.
# What follows: a network fine-tuned in Paddle with frozen normalisation learns by wrong gradients, and
# saliency maps of its transformers are wrong. Gradients of Paddle are no judge of ours unless all
# parameters are asked for beside the input.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v paddlepaddle==3.3.1 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages paddlepaddle 3.3.1 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np
import paddle
from paddle.nn import functional as F

paddle.set_device("cpu")
rng = np.random.default_rng(0)


def formula(x, gamma, cotangent):
    deviation = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    normal, d = (x - x.mean(-1, keepdims=True)) / deviation, cotangent * gamma
    return (d - d.mean(-1, keepdims=True) - normal * (d * normal).mean(-1, keepdims=True)) / deviation


def apart(found, wanted):
    return float(np.abs(found.numpy() - wanted).max())


as_seen = True
for width in (3, 8, 24, 64):
    x, cotangent = rng.normal(size=(2, width)), rng.normal(size=(2, width))
    gamma, beta = rng.uniform(0.5, 1.5, width), rng.normal(size=width)
    given, *weights = (paddle.to_tensor(a, "float64", stop_gradient=False) for a in (x, gamma, beta))
    y, along = F.layer_norm(given, [width], *weights), [paddle.to_tensor(cotangent)]
    alone, = paddle.grad([y], [given], along, retain_graph=True)
    together = paddle.grad([y], [given, *weights], along)[0]
    right, plain = formula(x, gamma, cotangent), formula(x, np.ones(width), cotangent)
    # The formula itself against differences.
    step, v = 1e-5, rng.normal(size=x.shape)
    ends = [float((F.layer_norm(paddle.to_tensor(x + s * step * v), [width], *weights).numpy()
                   * cotangent).sum()) for s in (1, -1)]
    assert abs((ends[0] - ends[1]) / (2 * step) - (right * v).sum()) < 1e-5
    print(f"{width} features: with gamma's gradient {apart(together, right):.1e} from the formula, "
          f"alone {apart(alone, right):.2f}, and {apart(alone, plain):.1e} from gamma = 1")
    as_seen &= apart(together, right) < 1e-9 and apart(alone, right) > 0.1
    as_seen &= apart(alone, plain) < 1e-9
sys.exit(not as_seen)
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
