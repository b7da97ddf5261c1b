#!/usr/bin/env bash
# tract 0.23.9 runs RNN, GRU and LSTM with direction="reverse" forwards.
#
# A good guess: an importer that reads direction="bidirectional" rightly also reads "reverse", which is
# half of it. tract does the first and takes the second for "forward": the sequence is read from its
# first step on, with the reverse weights.
# Seen: for all three operators the answer to direction="reverse" is, to the bit, the one to "forward";
# ONNX Runtime 1.32.0 gives another one. "bidirectional" agrees.
# What follows: a text or row scanner with a single backward layer (Keras go_backwards=True, or two
# single layers in place of one bidirectional) gives wrong answers there, in the right shape. An exporter
# can write a reversed Slice in front of a forward layer and one behind it, which every runtime reads; a
# parity test of a recurrent layer needs all three directions and more than one step.
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
random = np.random.RandomState(0)
x = random.randn(3, 1, 2).astype(np.float32)
found = []
for op, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
    w = random.randn(2, gates * 2, 2).astype(np.float32)
    r = random.randn(2, gates * 2, 2).astype(np.float32)
    both = {}
    for direction, count in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
        h = onnx.helper
        graph = h.make_graph([h.make_node(op, ["x", "w", "r"], ["y"], hidden_size=2, direction=direction)], "g",
                             [h.make_tensor_value_info("x", 1, x.shape)],
                             [h.make_tensor_value_info("y", 1, [3, count, 1, 2])],
                             [onnx.numpy_helper.from_array(w[:count], "w"),
                              onnx.numpy_helper.from_array(r[:count], "r")])
        model = h.make_model(graph, opset_imports=[h.make_opsetid("", 14)], ir_version=10)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, "m.onnx")
        session = onnxruntime.InferenceSession("m.onnx", providers=["CPUExecutionProvider"])
        loaded = tract.onnx().load("m.onnx")
        loaded.set_input_fact(0, "3,1,2,f32")
        both[direction] = (session.run(None, {"x": x})[0],
                           loaded.into_model().into_runnable().run([x])[0].to_numpy())
        off = np.abs(both[direction][0] - both[direction][1]).max()
        print(f"{op} {direction}: largest difference between tract and ONNX Runtime {off:.4f}")
        found.append((off > 1e-3) == (direction == "reverse"))
    same = np.array_equal(both["reverse"][1], both["forward"][1])
    print(f"{op}: tract's reverse is its forward: {same}")
    found.append(same)
sys.exit(not all(found))
PY
PYTHONPATH=$folder/v python3 see.py || {
    echo "the behaviour has changed" >&2
    exit 1
}
