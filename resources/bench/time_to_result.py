# SPDX-License-Identifier: Apache-2.0
"""How long it takes to train a project, from the start of the command to the last evaluation: by
Vitrine, and by PyTorch from the same project file, in turn.

PROJECT  a chain of layers on images with one cross entropy, trained by SGD, as projects/mnist_fast
         and projects/cifar_fast are
DATA     a folder with the four files of MNIST (.gz), or with train/CLASS and test/CLASS of pictures

Each run is a process of its own. PyTorch reads and shuffles the data, draws the same kind of weights
and evaluates after each epoch, as Vitrine does. `--alone` leaves PyTorch out. Needs torch, and
Pillow for pictures; torch 2.15 was used.
"""

import argparse
import fnmatch
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def project_of(folder):
    for file in Path(folder).glob("*.vitrine"):
        return json.loads(file.read_text())
    raise ValueError(f"'{folder}' is no folder of a project")


# --- PyTorch's side ------------------------------------------------------------------------------


def idx_file(path):
    import numpy

    content = gzip.open(path).read()
    rank = content[3]
    shape = [int.from_bytes(content[4 + 4 * k : 8 + 4 * k], "big") for k in range(rank)]
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * rank).reshape(shape)


def mnist(data, part):
    images = idx_file(Path(data) / f"{part}-images-idx3-ubyte.gz")
    return images[:, None], idx_file(Path(data) / f"{part}-labels-idx1-ubyte.gz")


def pictures(data, part):
    """Decoded by as many processes as there are cores."""
    import multiprocessing
    import numpy

    classes = sorted(folder.name for folder in (Path(data) / part).iterdir())
    files = [(f, k) for k, name in enumerate(classes) for f in sorted((Path(data) / part / name).iterdir())]
    with multiprocessing.Pool() as pool:
        images = pool.map(picture, [f for f, _ in files], chunksize=500)
    return numpy.stack(images), numpy.array([k for _, k in files])


def picture(path):
    import numpy
    from PIL import Image

    return numpy.asarray(Image.open(path)).transpose(2, 0, 1)


def tensors(project, data):
    """Images as the network takes them, and labels: of training, then of the test."""
    import torch

    is_mnist = project["data"]["format"] == "idx"
    parts = [mnist(data, p) for p in ("train", "t10k")] if is_mnist else [pictures(data, p) for p in ("train", "test")]
    mean, deviation = (torch.tensor(project["data"][name]).reshape(-1, 1, 1) for name in ("mean", "std"))
    return [((torch.tensor(x).float() / 255 - mean) / deviation, torch.tensor(y).long()) for x, y in parts]


def layer(node, given, channels, side):
    """A layer, and the channels and the side of what it gives; `given` holds the file's own numbers."""
    from torch import nn

    class Times(nn.Module):
        def __init__(self, factor):
            super().__init__()
            self.register_buffer("factor", factor)

        def forward(self, x):
            return x * self.factor

    fields = node.get("fields", {})
    match node["op"]:
        case "conv2d":
            known_fields(node, stride=[1, 1], dilation=[1, 1], groups=1)
            out, kernel, padding = fields["out_channels"], fields["kernel"][0], fields["padding"][0]
            made = nn.Conv2d(channels, out, kernel, padding=padding, bias=fields["bias"])
            return made, out, side + 2 * padding - kernel + 1
        case "max_pool2d":
            known_fields(node, kernel=[2, 2], stride=[2, 2], padding=[0, 0])
            return nn.MaxPool2d(2), channels, side // 2
        case "global_max_pool2d":
            return nn.AdaptiveMaxPool2d(1), channels, 1
        case "batch_norm2d":
            return nn.BatchNorm2d(channels, fields["eps"], fields["momentum"]), channels, side
        case "relu":
            return nn.ReLU(inplace=True), channels, side
        case "gelu":
            return nn.GELU(), channels, side
        case "flatten":
            return nn.Flatten(), channels * side * side, 1
        case "linear":
            return nn.Linear(channels, fields["out_features"], fields["bias"]), fields["out_features"], 1
        case "mul":
            return Times(given[node["parameters"]["b"]]), channels, side
    raise ValueError(f"node '{node['id']}' is a {node['op']}, which is not known here")


def network(project):
    """In the order of the file, with weights within ±√(6 / inputs) and biases of 0, or the file's numbers."""
    import torch
    from torch import nn

    nodes, parameters = project["graph"]["nodes"], project["graph"].get("parameters", [])
    given = {p["id"]: torch.tensor(p["values"]).reshape(p["shape"]) for p in parameters if "values" in p}
    channels, side, _ = nodes[0]["fields"]["shape"]
    layers = nn.Sequential()
    for node in nodes:
        if node["op"] in ("input", "target", "cross_entropy"):
            continue
        made, channels, side = layer(node, given, channels, side)
        layers.add_module(node["id"], made)
        if isinstance(made, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_uniform_(made.weight, a=0)
            if made.bias is not None:
                nn.init.zeros_(made.bias)
    kept = {p["id"] for p in parameters if p["kind"] == "frozen"}
    for name, parameter in layers.named_parameters():
        if name in given:
            parameter.data.copy_(given[name])
        parameter.requires_grad_(name not in kept)
    return layers


def parameter_groups(model, plan):
    """What learns, each parameter with its own rate and decay: the last group of the plan that names it counts."""
    rate, decay = plan["lr"], plan["optimizer"]["fields"]["weight_decay"]
    for name, parameter in model.named_parameters():
        group = {"lr": 1.0, "decay": 1.0, "frozen": not parameter.requires_grad}
        for asked in plan.get("groups", []):
            if fnmatch.fnmatchcase(name, asked["parameters"]):
                group = asked
        if not group["frozen"]:
            yield {"params": [parameter], "lr": rate * group["lr"], "weight_decay": decay * group["decay"]}


def rate_factor(schedule, steps, steps_per_epoch):
    """The share of the learning rate that a step has."""
    fields = schedule["fields"]
    if schedule["id"] == "piecewise":
        import numpy

        epochs, factors = zip(*(map(float, point.split(":")) for point in fields["points"].split(",")))
        return lambda step: float(numpy.interp(step / steps_per_epoch, epochs, factors))
    if schedule["id"] != "one_cycle":
        raise ValueError(f"schedule '{schedule['id']}' is not known here")
    top = fields["warmup_share"] * steps - 1
    first = 1 / fields["start_divisor"]
    last = first / fields["final_divisor"]

    def along_cycle(step):
        low, share = (first, 1 - step / top) if step <= top else (last, (step - top) / (steps - 1 - top))
        return low + (1 - low) * (1 + math.cos(math.pi * share)) / 2

    return along_cycle


class Lookahead:
    """Every few steps the weights go back part of the way to where they were."""

    def __init__(self, parameters, extras):
        self.parameters = list(parameters)
        unknown = [e["id"] for e in extras if e["id"] != "lookahead"]
        if unknown:
            raise ValueError(f"'{unknown[0]}' around the optimizer is not known here")
        self.fields = extras[0]["fields"] if extras else None
        self.slow = [p.detach().clone() for p in self.parameters] if extras else []

    def step(self, number):
        import torch

        if self.fields is None or (number + 1) % self.fields["steps"] != 0:
            return
        with torch.no_grad():
            for slow, fast in zip(self.slow, self.parameters):
                fast.copy_(slow.lerp_(fast, self.fields["alpha"]))


def moved(x, padding, border):
    """Each image by up to `padding` pixels in both directions; what comes in is reflected or black."""
    import torch
    from torch.nn import functional

    count, channels, height, width = x.shape
    around = {"mode": "reflect"} if border == "reflect" else {"value": float(x.min())}
    padded = functional.pad(x, [padding] * 4, **around)
    rows = torch.randint(0, 2 * padding + 1, (count, 1)) + torch.arange(height)
    columns = torch.randint(0, 2 * padding + 1, (count, 1)) + torch.arange(width)
    which = torch.arange(count)[:, None, None]
    return padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def mirrored(count, chosen, fields, epoch, seed):
    """Which of the chosen of `count` examples are: drawn anew, or those that the epoch before did not mirror."""
    import torch

    if not fields.get("in_turn", False):
        return torch.rand(len(chosen)) < fields.get("chance", 0.5)
    lasting = torch.Generator().manual_seed(seed)
    in_first = torch.rand(count, generator=lasting)[chosen] < fields.get("chance", 0.5)
    return in_first if epoch % 2 == 0 else ~in_first


def known_fields(thing, **wanted):
    """The fields of a node or transform; those that are named must have the value that is known here."""
    fields = thing.get("fields", {})
    for name, value in wanted.items():
        if fields.get(name, value) != value:
            raise ValueError(f"{thing.get('op', thing['id'])} with {name} {fields[name]} is not known here")
    return fields


def transformed(all_images, chosen, transforms, epoch, seed):
    import torch

    x = all_images[chosen]
    for transform in transforms:
        if transform["id"] == "pad_crop":
            fields = transform.get("fields", {})
            border = fields.get("border", "fill")
            if border not in ("fill", "reflect"):
                raise ValueError(f"pad_crop with border {border} is not known here")
            x = moved(x, fields.get("padding", 4), border)
        elif transform["id"] == "flip":
            fields = known_fields(transform, way="sideways")
            which = mirrored(len(all_images), chosen, fields, epoch, seed)
            x = torch.where(which[:, None, None, None], x.flip(3), x)
        else:
            raise ValueError(f"transform '{transform['id']}' is not known here")
    return x


def trained(project, data, seed, threads):
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    (x, y), (test_x, test_y) = tensors(project, data)
    plan, transforms = project["training"], project["data"].get("training_transforms", [])
    if plan.get("clip_norm", 0) != 0:
        raise ValueError("clip_norm is not known here")
    sgd = plan["optimizer"]["fields"]
    smoothing = next(n for n in project["graph"]["nodes"] if n["op"] == "cross_entropy")["fields"]["label_smoothing"]
    model = network(project).to(memory_format=torch.channels_last)
    batch, epochs = plan["batch"], plan["epochs"]
    steps_per_epoch = math.ceil(len(x) / batch)
    groups = list(parameter_groups(model, plan))
    optimizer = torch.optim.SGD(groups, plan["lr"], sgd["momentum"], nesterov=sgd["nesterov"])
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, rate_factor(plan["schedule"], steps_per_epoch * epochs, steps_per_epoch))
    lookahead = Lookahead([p for group in groups for p in group["params"]], plan.get("extras", []))
    step = 0
    for epoch in range(epochs):
        model.train()
        for chosen in torch.randperm(len(x)).split(batch):
            images = transformed(x, chosen, transforms, epoch, seed).contiguous(memory_format=torch.channels_last)
            optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(model(images), y[chosen], label_smoothing=smoothing).backward()
            optimizer.step()
            schedule.step()
            lookahead.step(step)
            step += 1
        model.eval()
        with torch.inference_mode():
            right = sum(int((model(a).argmax(1) == b).sum()) for a, b in zip(test_x.split(500), test_y.split(500)))
    return right / len(test_x)


# --- both, in turn -------------------------------------------------------------------------------


def timed(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"The command failed: {' '.join(command)}")
    return time.perf_counter() - start, done.stdout.splitlines()


def by_vitrine(asked, seed):
    with tempfile.TemporaryDirectory() as folder:
        seconds, lines = timed(
            [asked.vitrine, "train", asked.project, "--data", asked.data, "--seed", str(seed),
             "--threads", str(asked.threads), "--out", f"{folder}/run", "--json"])
    epochs = [row for row in map(json.loads, lines) if row["event"] == "epoch"]
    return seconds, epochs[-1]["test_accuracy"]


def by_pytorch(asked, seed):
    seconds, lines = timed(
        [sys.executable, __file__, asked.vitrine, asked.project, asked.data, "--threads", str(asked.threads), "--one", str(seed)])
    return seconds, json.loads(lines[-1])


def line(name, runs):
    seconds, right = zip(*runs)
    return (f"{name:8}  {statistics.median(seconds):8.2f} s ({min(seconds):.2f} to {max(seconds):.2f})   "
            f"accuracy {100 * statistics.median(right):.2f} % ({100 * min(right):.2f} to {100 * max(right):.2f})")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                    usage="%(prog)s VITRINE_CLI PROJECT DATA [options]")
    words.add_argument("vitrine", metavar="VITRINE_CLI", help="the program vitrine-cli")
    words.add_argument("project", metavar="PROJECT", help="folder of the project")
    words.add_argument("data", metavar="DATA", help="folder of its data")
    words.add_argument("--seeds", type=int, default=5, help="so many runs of each side, with seeds from 1 on (%(default)s)")
    words.add_argument("--threads", type=int, default=os.cpu_count(), help="of each side (as many as cores: %(default)s)")
    words.add_argument("--alone", action="store_true", help="Vitrine's side alone")
    words.add_argument("--one", type=int, metavar="SEED", help="PyTorch's side alone, once; prints its accuracy")
    asked = words.parse_args()
    if asked.seeds < 1 or asked.threads < 1:
        words.error("--seeds and --threads are whole numbers from 1 on")
    if asked.one is not None:
        print(trained(project_of(asked.project), asked.data, asked.one, asked.threads))
        return
    sides = {"Vitrine": by_vitrine} if asked.alone else {"Vitrine": by_vitrine, "PyTorch": by_pytorch}
    runs = {name: [] for name in sides}
    for seed in range(1, asked.seeds + 1):
        for name, run in sides.items():
            runs[name].append(run(asked, seed))
            print(f"seed {seed}  {name}: {runs[name][-1][0]:.2f} s, {100 * runs[name][-1][1]:.2f} %", file=sys.stderr)
    print(f"{project_of(asked.project)['name']}, {asked.threads} threads, {asked.seeds} seeds: median (least to most)")
    for name, measured in runs.items():
        print(line(name, measured))


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
