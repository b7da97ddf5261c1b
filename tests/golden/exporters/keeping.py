# SPDX-License-Identifier: Apache-2.0
# What the scripts beside it share: a model as its exporter wrote it, and what it gives.
import os
import sys
from pathlib import Path

import numpy as np
import onnx
from safetensors.numpy import save_file

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
tensors, metadata = {}, {}


def stripped(model):
    """Without where on this machine the exporter has found what it wrote."""
    for part in [model, model.graph, *model.graph.node, *model.graph.initializer,
                 *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.functions, *(n for f in model.functions for n in f.node)]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def by_onnxruntime(path, inputs):
    """Outputs in the order of the file, nothing fused."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    return session.run(None, inputs)


def keep(name, model, inputs, outputs=None, derived=None):
    """`inputs` by their names, `outputs` in the file's order; ONNX Runtime's where none are given.
    `derived`: a cotangent of the first output and the gradients that it gives in inputs."""
    model = stripped(onnx.load(model) if isinstance(model, (str, Path)) else model)
    path = FOLDER / f"{name}.onnx"
    onnx.save(model, path)
    if outputs is None:
        outputs = by_onnxruntime(path, inputs)
    parts = {f"in.{key}": value for key, value in inputs.items()}
    parts |= {f"out.{k}": np.asarray(value) for k, value in enumerate(outputs)}
    if derived is not None:
        cotangent, gradients = derived
        parts |= {"cotangent": cotangent}
        parts |= {f"grad.{key}": value for key, value in gradients.items()}
    for key, value in parts.items():
        tensors[f"{name}.{key}"] = np.ascontiguousarray(value)
    kinds = sorted({node.op_type for node in model.graph.node})
    sets = " ".join(f"{s.domain or 'ai.onnx'} {s.version}" for s in model.opset_import)
    metadata[name] = f"{model.producer_name} {model.producer_version}|{sets}|{' '.join(kinds)}"
    print(f"{name}: {os.path.getsize(path)} B, {len(model.graph.node)} nodes, {sets}: "
          f"{' '.join(kinds)}", flush=True)


def written(name):
    save_file(tensors, FOLDER / f"{name}.safetensors", metadata)
