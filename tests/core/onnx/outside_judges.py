# SPDX-License-Identifier: Apache-2.0
# Committed ONNX models before the newest official checker and shape inference: each is valid in
# full, and what infer gives has the shapes that are inferred.
#   python3 tests/core/onnx/outside_judges.py build/release/bin/vitrine-cli
# Needs onnx and numpy (1.23.2 and 2.4 were used).
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx

ROOT = Path(__file__).resolve().parents[3]
# Operators that this program refuses by name; a file that its exporter has made wrong (Einsum at
# operator set 10); shapes that ONNX has no inference for.
REFUSED = {"forest", "forest_regressor", "support_vectors", "integer_operators", "integer_channels"}
INVALID, NOT_INFERRED = {"tf_dilated_10"}, {"mlp_pipeline"}


def extents(value):
    return [d.dim_value if d.HasField("dim_value") else None for d in value.type.tensor_type.shape.dim]


def arrays(model, folder):
    weights = {tensor.name for tensor in model.graph.initializer}
    words = []
    for k, value in enumerate(v for v in model.graph.input if v.name not in weights):
        kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        shape = [extent or 2 for extent in extents(value)]
        file = folder / f"in{k}.npy"
        np.save(file, np.random.default_rng(k).random(shape).astype(kind))
        words += ["--input", f"{value.name}={file}"]
    return words


def judged(program, path, folder):
    (folder / "out.npz").unlink(missing_ok=True)
    model = onnx.load(path)
    inferred = model
    if path.stem not in NOT_INFERRED:
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    words = [program, "infer", str(path), *arrays(model, folder), "--out", str(folder / "out.npz")]
    run = subprocess.run(words, capture_output=True, text=True)
    if path.stem in REFUSED:
        return None if run.returncode and "O04" in run.stderr else f"{path.name}: is not refused"
    run.check_returncode()
    given = np.load(folder / "out.npz")
    for output in inferred.graph.output:
        wanted, found = extents(output), list(given[output.name].shape)
        if len(wanted) != len(found) or any(w not in (None, f) for w, f in zip(wanted, found)):
            return f"{path.name}: {output.name} is {found}, inferred {wanted}"
    return None


models = sorted((ROOT / "tests").rglob("*.onnx"))
wrong = []
for path in models:
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = judged(sys.argv[1], path, Path(folder))
            found = found or (f"{path.name}: is valid" if path.stem in INVALID else None)
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
            found = None if path.stem in INVALID else f"{path.name}: {error}"
        except subprocess.CalledProcessError as error:
            found = f"{path.name}: {error.stderr.splitlines()[0]}"
    if found:
        wrong.append(found)
print(f"{len(models) - len(wrong)} of {len(models)} models: as onnx {onnx.__version__} finds them, "
      f"{len(REFUSED)} refused and {len(INVALID)} invalid among them")
print("\n".join(wrong))
sys.exit(bool(wrong) or not models)
