# SPDX-License-Identifier: Apache-2.0
# Asks PyTorch what it makes of an exported module.
#   python torch_check.py MODULE.py WEIGHTS.safetensors INPUTS.npz OUTPUTS.npz
# INPUTS.npz: arrays 0, 1, … in the order of forward(). OUTPUTS.npz: what is to come out, likewise.
# Prints one JSON object: the version, and for each output how far it is off.
import importlib.util
import json
import sys

import numpy as np


def main():
    module_path, weights, inputs_path, outputs_path = sys.argv[1:5]
    try:
        import torch
    except ImportError:
        print(json.dumps({"error": "it has no torch"}))
        return
    spec = importlib.util.spec_from_file_location("exported", module_path)
    exported = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(exported)
    network = exported.load(weights)
    inputs = np.load(inputs_path)
    wanted = np.load(outputs_path)
    with torch.no_grad():
        given = network(*[torch.from_numpy(inputs[str(k)]) for k in range(len(inputs.files))])
    given = given if isinstance(given, tuple) else (given,)
    rows = []
    for k, value in enumerate(given):
        theirs, ours = value.numpy().astype(np.float64), wanted[str(k)].astype(np.float64)
        if theirs.shape != ours.shape:
            rows.append({"shape": list(theirs.shape)})
            continue
        both = np.isfinite(ours) & np.isfinite(theirs)
        same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        rows.append({
            "difference": float(np.abs(ours - theirs)[both].max(initial=0)),
            "largest": float(np.abs(ours[np.isfinite(ours)]).max(initial=0)),
            "unlike": int((~same & ~both).sum()),
        })
    print(json.dumps({"torch": torch.__version__.split("+")[0], "outputs": rows}))


try:
    main()
except Exception as trouble:
    print(json.dumps({"error": f"{type(trouble).__name__}: {trouble}"}))
