# SPDX-License-Identifier: Apache-2.0
"""Trains a network here and in PyTorch on the same numbers, and compares.

Both start from the same weights, and take the same batches (order and augmentations come from a file that
parity_material writes) and the same learning rates (from our log). Data: CIFAR-10 as class folders.
Needs torch, numpy, safetensors. Usage:
  train.py --bin build/release/bin --data CIFAR10 --short            losses of 100 steps, no augmentation
  train.py --bin build/release/bin --data CIFAR10 --pairs 3          5 epochs, one cycle, flips and crops
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file


class Graph(torch.nn.Module):
    """The network of a project file, by the names of its nodes."""

    def __init__(self, project, weights):
        super().__init__()
        self.nodes = {node["id"]: node for node in project["graph"]["nodes"]}
        self.feeds = {}
        for edge in project["graph"]["edges"]:
            node, port = edge["to"].rsplit(".", 1)
            self.feeds.setdefault(node, {})[port] = edge["from"].rsplit(".", 1)[0]
        loss = next(n["id"] for n in project["graph"]["nodes"] if n["op"] == "cross_entropy")
        self.logits = self.feeds[loss]["logits"]
        for name, value in weights.items():
            tensor = torch.from_numpy(value.copy())
            key = name.replace(".", "/")
            if "running_" in name:
                self.register_buffer(key, tensor)
            else:
                self.register_parameter(key, torch.nn.Parameter(tensor))

    def number(self, node, name):
        return getattr(self, f"{node}/{name}", None)

    def value(self, name, values):
        if name in values:
            return values[name]
        node, fields = self.nodes[name], self.nodes[name].get("fields", {})
        inputs = [self.value(source, values) for _, source in sorted(self.feeds[name].items())]
        weight, bias = self.number(name, "weight"), self.number(name, "bias")
        op = node["op"]
        if op == "conv2d":
            y = F.conv2d(inputs[0], weight, bias, fields["stride"], fields["padding"],
                         fields["dilation"], fields["groups"])
        elif op == "batch_norm2d":
            y = F.batch_norm(inputs[0], self.number(name, "running_mean"),
                             self.number(name, "running_var"), weight, bias, self.training,
                             fields["momentum"], fields["eps"])
        elif op == "relu":
            y = F.relu(inputs[0])
        elif op == "add":
            y = inputs[0] + inputs[1]
        elif op == "global_avg_pool2d":
            y = inputs[0].mean((2, 3), keepdim=True)
        elif op == "flatten":
            y = inputs[0].flatten(1)
        elif op == "linear":
            y = F.linear(inputs[0], weight, bias)
        else:
            sys.exit(f"this script has no {op}")
        values[name] = y
        return y

    def forward(self, x):
        source = next(name for name, node in self.nodes.items() if node["op"] == "input")
        return self.value(self.logits, {source: x})


class Material:
    def __init__(self, folder, project, count):
        shape = next(n["fields"]["shape"] for n in project["graph"]["nodes"] if n["op"] == "input")
        self.images = np.memmap(folder / "image.bytes", np.uint8, "r").reshape(-1, *shape)
        self.labels = np.memmap(folder / "label.bytes", np.int32, "r")
        self.test = np.memmap(folder / "test_image.bytes", np.uint8, "r").reshape(-1, *shape)
        self.test_labels = np.memmap(folder / "test_label.bytes", np.int32, "r")
        self.count, self.batch = count, project["training"]["batch"]
        self.mean, self.std = project["data"]["mean"], project["data"]["std"]

    def floats(self, images):
        x = (images.astype(np.float32) / np.float32(255) - np.float32(self.mean)) / np.float32(self.std)
        return torch.from_numpy(x).to(memory_format=torch.channels_last)

    def step(self, step):
        batches = -(-self.count // self.batch)
        epoch, batch = divmod(step, batches)
        first = epoch * self.count + batch * self.batch
        last = min(first + self.batch, (epoch + 1) * self.count)
        return self.floats(self.images[first:last]), torch.from_numpy(self.labels[first:last].astype(np.int64))


def accuracy(net, material):
    net.eval()
    right = 0
    with torch.no_grad():
        for first in range(0, len(material.test), 500):
            logits = net(material.floats(material.test[first:first + 500]))
            right += int((logits.argmax(1).numpy() == material.test_labels[first:first + 500]).sum())
    net.train()
    return right / len(material.test)


def torch_run(project, material, weights, rates, steps, dtype=torch.float32,
              layout=torch.channels_last):
    net = Graph(project, weights).to(dtype).to(memory_format=layout)
    net.train()
    fields = project["training"]["optimizer"]["fields"]
    optimizer = torch.optim.SGD(net.parameters(), lr=rates[0], momentum=fields["momentum"],
                                weight_decay=fields["weight_decay"], nesterov=fields["nesterov"])
    losses = []
    for step in range(steps):
        x, labels = material.step(step)
        x = x.to(dtype).contiguous(memory_format=layout)
        optimizer.param_groups[0]["lr"] = rates[step]
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, net


def trained(command, steps):
    """What a training reports, to its end or for so many steps."""
    events, seen = [], 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            events.append(json.loads(line))
            seen += events[-1]["event"] == "step"
            if steps and seen >= steps:
                process.terminate()
                return events
    if process.returncode:
        sys.exit("the training ended with an error")
    return events


def pair(args, folder, seed, short):
    cli = str(args.bin / "vitrine-cli")
    home = folder / f"seed{seed}"
    subprocess.run([cli, "new", "--template", "bench_resnet20", "--data", args.data, "-o", str(home)],
                   check=True, stdout=subprocess.DEVNULL)
    file = next(home.glob("*.vitrine"))
    project = json.loads(file.read_text())
    epochs = 1 if short else args.epochs
    project["data"].update(mean=0.4734, std=0.2516)
    project["training"].update(epochs=epochs, batch=128, seed=seed, lr=0.01 if short else 0.1)
    project["training"]["optimizer"] = {"id": "sgd", "fields": {
        "momentum": 0.9, "weight_decay": 0.0 if short else 5e-4, "nesterov": not short}}
    if not short:
        project["training"]["schedule"] = {"id": "one_cycle", "fields": {}}
        project["data"]["training_transforms"] = [{"id": "pad_crop"}, {"id": "flip"}]
    file.write_text(json.dumps(project))
    subprocess.run([str(args.bin / "parity_material"), str(file), str(epochs), str(home / "material")],
                   check=True)
    events = trained([cli, "train", str(file), "--json", "--out", str(home / "run")],
                     100 if short else None)
    steps = [event for event in events if event["event"] == "step"]
    count = (home / "material" / "label.bytes").stat().st_size // 4 // epochs
    material = Material(home / "material", project, count)
    weights = load_file(str(home / "material" / "start.safetensors"))
    wanted = 100 if short else len(steps)
    rates = [step["lr"] for step in steps]
    losses, net = torch_run(project, material, weights, rates, wanted)
    if short:
        other = torch_run(project, material, weights, rates, 10, layout=torch.contiguous_format)[0]
        truth = torch_run(project, material, weights, rates, 10, torch.float64)[0]
        return [step["loss"] for step in steps], losses, other, truth
    best = [event for event in events if event["event"] == "epoch"][-1]
    return best["test_accuracy"], accuracy(net, material)


def compared(ours, theirs, other, truth):
    """Rounding grows from step to step, in every program: PyTorch's two layouts differ as well. So the
    first steps are held against float64, and only as far as PyTorch's own keep to it."""
    print("step  ours - float64  channels_last - float64  contiguous - float64")
    for step, exact in enumerate(truth):
        print(f"{step + 1:4}  {ours[step] - exact:+14.1e}  {theirs[step] - exact:+23.1e}"
              f"  {other[step] - exact:+20.1e}")
    worst = max(abs(a - b) for a, b in zip(theirs[:10] + other, truth + truth))
    own = max(abs(a - b) for a, b in zip(ours, truth))
    at100 = ours[99] / theirs[99] - 1
    print(f"largest difference from float64 in 10 steps: ours {own:.1e}, PyTorch's {worst:.1e}")
    print(f"step 100: ours {ours[99]:.4f}, PyTorch {theirs[99]:.4f} ({at100:+.2%})")
    return int(own > max(1e-3, 2 * worst) or abs(at100) > 0.02)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if args.short:
            return compared(*pair(args, folder, 1, True))
        differences = []
        for seed in range(1, args.pairs + 1):
            ours, theirs = pair(args, folder, seed, False)
            differences.append(100 * (ours - theirs))
            print(f"seed {seed}  ours {ours:.2%}  torch {theirs:.2%}  {differences[-1]:+.2f} points",
                  flush=True)
        mean = sum(differences) / len(differences)
        print(f"mean paired difference {mean:+.2f} points")
        return int(abs(mean) > 1)


sys.exit(main())
