# SPDX-License-Identifier: Apache-2.0
# Writes the .pt files beside it with torch.save, and arrays.npz; README.md says which versions did:
# python make_torch.py FOLDER. Numbers are those that the test computes again.
import collections
import pathlib
import sys

import numpy as np
import torch

folder = pathlib.Path(sys.argv[1])


def count(*shape, dtype=torch.float32):
    numbers = 1
    for extent in shape:
        numbers *= extent
    return (torch.arange(numbers, dtype=torch.float32) / 4).reshape(shape).to(dtype)


types = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16,
         "i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8,
         "u8": torch.uint8, "f8": torch.float8_e4m3fn, "u16": torch.uint16}
torch.save({name: count(2, 3, dtype=dtype) for name, dtype in types.items()} |
           {"bool": torch.tensor([True, False]), "complex": torch.zeros(2, dtype=torch.complex64)},
           folder / "types.pt")

whole = count(4, 6)
views = collections.OrderedDict(
    last=count(2, 3, 2, 2).to(memory_format=torch.channels_last), turned=whole.T, part=whole[1:3, ::2],
    shared=whole, scalar=torch.tensor(2.5), empty=torch.zeros(0, 3), spread=torch.ones(1).expand(5),
    parameter=torch.nn.Parameter(count(3)))
torch.save(views, folder / "views.pt")

net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
with torch.no_grad():
    net[0].weight.copy_(count(3, 2))
    net[0].bias.copy_(count(3))
checkpoint = {"epoch": 3, "best": 0.5, "arch": "small", "state_dict": net.state_dict(),
              "optimizer": torch.optim.Adam(net.parameters()).state_dict(),
              "shape": torch.Size([2, 3]), "device": torch.device("cpu"), "tags": {"a", "b"}}
torch.save(checkpoint, folder / "checkpoint.pt")
torch.save({"model": {"encoder": {"w": count(2)}, "head": [count(1), count(2)]}, "ema": None,
            "score": np.float64(0.75), "seed": 2**64 - 1},
           folder / "nested.pt")
torch.save(checkpoint, folder / "old.pt", _use_new_zipfile_serialization=False)


class Own(torch.nn.Linear):
    pass


torch.save(Own(2, 3), folder / "whole.pt")
torch.save(torch.nn.Linear(2, 3), folder / "layer.pt")
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 3)), folder / "script.pt")
np.savez(folder / "arrays.npz", **{
    "fc.weight": np.asfortranarray(np.arange(6, dtype="float32").reshape(2, 3) / 4),
    "fc.bias": (np.arange(2) / 4).astype(">f8"), "names": np.array(["a", "b"])})
