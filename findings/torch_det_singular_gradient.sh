#!/usr/bin/env bash
# PyTorch 2.15.0's gradient of a determinant is all zeros at matrices whose determinant is 0.
#
# A good guess: the derivative of det(A) is the adjugate, a polynomial in A, so it is right everywhere;
# the manual even says that another decomposition is used where A has no inverse. Where the triangular
# factor has an exact 0 on its diagonal, PyTorch gives zeros, silently, in float32 and float64.
# Seen: [[1, 2], [2, 4]] gives [[0, 0], [0, 0]]; the adjugate's transpose, [[4, -2], [-2, 1]], is also
# what central differences give, and what PyTorch itself gives at [[1, 2], [2, 4.0000001]]. The same
# with [[1, 1, 0], [1, 1, 0], [0, 0, 1]].
# What follows: a judge of determinants needs singular matrices, against differences and not against
# PyTorch; a loss with a determinant that starts at a singular point (equal rows, zeros) does not move.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v torch==2.15.0 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages torch 2.15.0 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, torch

def gradient(rows):
    a = torch.tensor(rows, dtype=torch.float64, requires_grad=True)
    torch.linalg.det(a).backward()
    return a.grad.numpy()

def differences(rows, h=1e-6):
    a = np.array(rows)
    g = np.zeros_like(a)
    for place in np.ndindex(a.shape):
        step = np.zeros_like(a)
        step[place] = h
        g[place] = (np.linalg.det(a + step) - np.linalg.det(a - step)) / (2 * h)
    return g

as_seen = True
for rows, is_right in (([[1.0, 2], [2, 4.0000001]], True), ([[1.0, 2], [2, 4]], False),
                       ([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]], False)):
    got, right = gradient(rows), differences(rows)
    print(f"{rows}: differences {np.round(right, 3).tolist()}, PyTorch {np.round(got, 3).tolist()}")
    as_seen &= np.allclose(got, right, atol=1e-4) == is_right and (is_right or not got.any())
sys.exit(not as_seen)
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
