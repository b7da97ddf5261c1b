#!/usr/bin/env bash
# tract 0.23.9 puts all of a ConvTranspose's padding at the end when output_shape is given.
#
# A good guess: with output_shape the pads are worked out and shared between both sides; ONNX gives the
# formula (without auto_pad the beginning gets the greater half). tract cuts everything at the end. The
# shape is right, the picture lies some pixels off.
# Seen: input [1, 2, 3, 4], kernel [1, 10, 100], stride 2, output_shape 8 (one pixel of padding, at the
# beginning): ONNX Runtime 1.32.0 starts with 10, tract with 1, so it is shifted by one. Kernel 5,
# stride 1, output_shape 4 (two and two): shifted by two. With the same padding written as pads both
# agree.
# What follows: a network with such layers that makes masks lays every object off by a pixel or two per
# layer, which no shape check sees. An exporter never writes output_shape: it works out pads and
# output_padding and writes those. A parity test compares positions (one bright pixel), not means.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install -q --no-compile --target v onnx==1.23.2 onnxruntime==1.32.0 \
    tract==0.23.9 numpy==2.4.6 >/dev/null 2>&1 || {
    echo "the packages onnx 1.23.2, onnxruntime 1.32.0, tract 0.23.9 and numpy 2.4.6 cannot be had here" >&2
    exit 2
}
cat >see.py <<'PY'
import sys
import numpy as np, onnx, onnxruntime, tract

def answers(kernel, stride, **attributes):
    h = onnx.helper
    x = np.arange(1, 5, dtype=np.float32).reshape(1, 1, 4)
    w = (10.0 ** np.arange(kernel)).astype(np.float32).reshape(1, 1, kernel)
    graph = h.make_graph([h.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[stride], **attributes)], "g",
                         [h.make_tensor_value_info("x", 1, x.shape)], [h.make_tensor_value_info("y", 1, None)],
                         [onnx.numpy_helper.from_array(w, "w")])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 11)], ir_version=10)
    model = onnx.shape_inference.infer_shapes(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "m.onnx")
    ort = onnxruntime.InferenceSession("m.onnx", providers=["CPUExecutionProvider"]).run(None, {"x": x})[0].ravel()
    loaded = tract.onnx().load("m.onnx")
    loaded.set_input_fact(0, "1,1,4,f32")
    tr = loaded.into_model().into_runnable().run([x])[0].to_numpy().ravel()
    print(f"kernel {kernel}, stride {stride}, {attributes}: ONNX Runtime {ort.astype(int).tolist()},",
          f"tract {tr.astype(int).tolist()}")
    return ort, tr

found = []
for kernel, stride, length, pads in ((3, 2, 8, [1, 0]), (5, 1, 4, [2, 2])):
    right, same = answers(kernel, stride, pads=pads)
    ort, tr = answers(kernel, stride, output_shape=[length])
    off = pads[0]
    found += [np.array_equal(right, same), np.array_equal(right, ort), len(tr) == len(ort),
              not np.array_equal(tr, ort), np.array_equal(tr[off:], ort[:-off])]
sys.exit(not all(found))
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
