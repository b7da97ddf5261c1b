# SPDX-License-Identifier: Apache-2.0
"""The other side of `vitrine-cli bench`: PyTorch and ONNX Runtime, one measured step at a time.

    python peers.py SUITE WHAT BATCH THREADS VARIANT

SUITE    train, infer, memory or kernel
WHAT     a network by its id; of kernel nothing: what is measured comes in as JSON objects
VARIANT  default, channels_last, compile; of infer onnxruntime as well

The first line of the answer is a JSON object: versions and parameters, or `error`. Then each line
that comes in, a number of steps, is answered with {"seconds": […]}, one of each; an object that
says operator, shapes, fields, operands whose gradient is wanted and variant is answered with {} once
that is what a step computes. Whoever asks measures in turn, so between two questions this process only waits. It ends with its input.
"""

import ctypes
import json
import os
import signal
import sys
import time

# Whoever asks may be ended while this side computes: then nobody wants the rest (PR_SET_PDEATHSIG).
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

# What libraries print must not come between the answers.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

WARM_STEPS = 3


def answer(**fields):
    answers.write(json.dumps(fields) + "\n")
    answers.flush()


def networks():
    """By id: how a network is made, the shape of an example, how many classes, whether each pixel has one."""
    import torch
    from torch import nn
    from torch.nn import functional

    def conv_norm(inputs, outputs, kernel=3, stride=1, groups=1, act=nn.ReLU):
        layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
        return nn.Sequential(*layers, *([act(inplace=True)] if act else []))

    def pooled(channels, classes=10):
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]

    def lenet():
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

    def vgg():
        layers, channels = [], 3
        for width in (64, 128, 256):
            layers += [conv_norm(channels, width), conv_norm(width, width), nn.MaxPool2d(2)]
            channels = width
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(4096, 256), nn.ReLU(inplace=True), nn.Linear(256, 10))

    class Residual(nn.Module):
        def __init__(self, branch, shortcut=None, act=None):
            super().__init__()
            self.branch, self.shortcut, self.act = branch, shortcut, act

        def forward(self, x):
            y = self.branch(x) + (x if self.shortcut is None else self.shortcut(x))
            return y if self.act is None else self.act(y)

    def basic(inputs, outputs, stride):
        shortcut = None if inputs == outputs and stride == 1 else conv_norm(inputs, outputs, 1, stride, act=None)
        branch = nn.Sequential(conv_norm(inputs, outputs, 3, stride), conv_norm(outputs, outputs, act=None))
        return Residual(branch, shortcut, nn.ReLU(inplace=True))

    def bottleneck(inputs, width, stride):
        outputs = 4 * width
        shortcut = None if inputs == outputs and stride == 1 else conv_norm(inputs, outputs, 1, stride, act=None)
        branch = nn.Sequential(conv_norm(inputs, width, 1), conv_norm(width, width, 3, stride), conv_norm(width, outputs, 1, act=None))
        return Residual(branch, shortcut, nn.ReLU(inplace=True))

    def resnet20():
        layers, channels = [conv_norm(3, 16)], 16
        for width, stride in ((16, 1), (32, 2), (64, 2)):
            for block in range(3):
                layers.append(basic(channels, width, stride if block == 0 else 1))
                channels = width
        return nn.Sequential(*layers, *pooled(64))

    def resnet18():
        layers, channels = [conv_norm(3, 64)], 64
        for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            for block in range(2):
                layers.append(basic(channels, width, stride if block == 0 else 1))
                channels = width
        return nn.Sequential(*layers, *pooled(512))

    def resnet50():
        layers, channels = [conv_norm(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
        for width, stride, count in ((64, 1, 3), (128, 2, 4), (256, 2, 6), (512, 2, 3)):
            for block in range(count):
                layers.append(bottleneck(channels, width, stride if block == 0 else 1))
                channels = 4 * width
        return nn.Sequential(*layers, *pooled(2048, 1000))

    def inverted(inputs, outputs, stride, expand):
        hidden = inputs * expand
        layers = [conv_norm(inputs, hidden, 1, act=nn.ReLU6)] if expand > 1 else []
        layers += [conv_norm(hidden, hidden, 3, stride, hidden, nn.ReLU6), conv_norm(hidden, outputs, 1, act=None)]
        branch = nn.Sequential(*layers)
        return Residual(branch) if inputs == outputs and stride == 1 else branch

    def mobilenet():
        layers, channels = [conv_norm(3, 16, act=nn.ReLU6)], 16
        for expand, width, stride, count in ((1, 16, 1, 1), (4, 24, 1, 2), (4, 32, 2, 3), (4, 64, 2, 3), (4, 96, 1, 2)):
            for block in range(count):
                layers.append(inverted(channels, width, stride if block == 0 else 1, expand))
                channels = width
        return nn.Sequential(*layers, conv_norm(96, 256, 1, act=nn.ReLU6), *pooled(256))

    class Grown(nn.Module):
        def __init__(self, inputs, growth):
            super().__init__()
            self.branch = nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, growth, 3, padding=1, bias=False))

        def forward(self, x):
            return torch.cat([x, self.branch(x)], 1)

    def densenet():
        layers, channels = [nn.Conv2d(3, 24, 3, padding=1, bias=False)], 24
        for block in range(3):
            for _ in range(6):
                layers.append(Grown(channels, 12))
                channels += 12
            if block < 2:
                layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
                channels //= 2
        return nn.Sequential(*layers, nn.BatchNorm2d(channels), nn.ReLU(), *pooled(channels))

    class ChannelNorm(nn.LayerNorm):
        def forward(self, x):
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def next_block(channels):
        return Residual(nn.Sequential(
            nn.Conv2d(channels, channels, 7, padding=3, groups=channels), ChannelNorm(channels),
            nn.Conv2d(channels, 4 * channels, 1), nn.GELU(), nn.Conv2d(4 * channels, channels, 1)))

    def convnext():
        first = [nn.Conv2d(3, 48, 2, 2), ChannelNorm(48), *(next_block(48) for _ in range(3))]
        second = [ChannelNorm(48), nn.Conv2d(48, 96, 2, 2), *(next_block(96) for _ in range(3))]
        return nn.Sequential(*first, *second, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(96), nn.Linear(96, 10))

    class UNet(nn.Module):
        def __init__(self, widths=(16, 32, 64, 128)):
            super().__init__()
            pairs = list(zip(widths, widths[1:]))
            twice = lambda inputs, outputs: nn.Sequential(conv_norm(inputs, outputs), conv_norm(outputs, outputs))
            self.down = nn.ModuleList([twice(3, widths[0])] + [twice(a, b) for a, b in pairs])
            self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, 2) for a, b in reversed(pairs))
            self.mix = nn.ModuleList(twice(2 * a, a) for a, _ in reversed(pairs))
            self.out = nn.Conv2d(widths[0], 2, 1)

        def forward(self, x):
            kept = []
            for level, block in enumerate(self.down):
                x = block(x if level == 0 else functional.max_pool2d(x, 2))
                kept.append(x)
            for up, mix, beside in zip(self.up, self.mix, kept[-2::-1]):
                x = mix(torch.cat([beside, up(x)], 1))
            return self.out(x)

    small = (3, 32, 32)
    return {
        "lenet": (lenet, (1, 28, 28), 10, False), "vgg": (vgg, small, 10, False), "resnet20": (resnet20, small, 10, False), "resnet18": (resnet18, small, 10, False),
        "mobilenet": (mobilenet, small, 10, False), "unet": (UNet, (3, 64, 64), 2, True), "densenet": (densenet, small, 10, False),
        "convnext": (convnext, small, 10, False), "resnet50": (resnet50, (3, 224, 224), 1000, False)}


class Task:
    """A network on random numbers, in the form that the variant names."""

    def __init__(self, what, batch, variant):
        import torch

        self.torch, self.batch = torch, batch
        make, shape, classes, is_map = networks()[what]
        self.module = make()
        self.x = torch.randn(batch, *shape)
        self.y = torch.randint(0, classes, (batch, *shape[1:]) if is_map else (batch,))
        # What is compiled is given both forms by the caller's choice of variants, too.
        if "channels_last" in variant:
            self.module = self.module.to(memory_format=torch.channels_last)
            self.x = self.x.contiguous(memory_format=torch.channels_last)
        self.forward = torch.compile(self.module) if "compile" in variant else self.module

    def parameters(self):
        return sum(p.numel() for p in self.module.parameters())

    def loss(self):
        return self.torch.nn.functional.cross_entropy(self.forward(self.x), self.y)

    def training(self):
        optimizer = self.torch.optim.SGD(self.module.parameters(), 0.01, 0.9)

        def step():
            optimizer.zero_grad(set_to_none=True)
            self.loss().backward()
            optimizer.step()

        return step

    def inference(self):
        self.module.eval()

        def step():
            with self.torch.inference_mode():
                self.forward(self.x)

        return step

    def saved_bytes(self):
        """What autograd keeps for the backward pass: each storage once, parameters left out."""
        own = {p.untyped_storage().data_ptr() for p in self.module.parameters()}
        seen = {}

        def keep(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own:
                seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        with self.torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            loss = self.loss()
        total = sum(seen.values())
        del loss
        return total


def exported(task, threads):
    """The same network in ONNX Runtime."""
    import io
    import numpy
    import onnxruntime

    file = io.BytesIO()
    task.module.eval()
    task.torch.onnx.export(task.module, (task.x,), file, input_names=["x"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # While others are measured nobody spins.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
    x = numpy.ascontiguousarray(task.x.numpy())
    return lambda: session.run(None, {"x": x})


def kernel_step(case):
    """One operator: its forward pass, or what its backward pass computes for some of its operands."""
    import torch
    from torch.nn import functional

    tensors = [torch.randn(shape) for shape in case["shapes"]]
    if case["variant"] == "channels_last":
        formats = {4: torch.channels_last, 5: torch.channels_last_3d}
        tensors = [t.contiguous(memory_format=formats.get(t.dim(), torch.contiguous_format)) for t in tensors]
    fields, wanted = case["fields"], case["wanted"]
    functions = {
        "layer_norm": lambda x, w, b: functional.layer_norm(x, x.shape[-1:], w, b),
        "group_norm": lambda x, w, b: functional.group_norm(x, fields["groups"], w, b),
        "batch_norm": lambda x, w, b: functional.batch_norm(x, None, None, w, b, training=True),
        "softmax": lambda x: functional.softmax(x, -1),
        "matmul": torch.matmul,
        "attention": functional.scaled_dot_product_attention,
        "resize": lambda x: functional.interpolate(x, scale_factor=2, mode=fields["mode"]),
        "max_pool2d": lambda x: functional.max_pool2d(x, **fields),
        "avg_pool2d": lambda x: functional.avg_pool2d(x, **fields),
    }
    run = functions.get(case["op"]) or (lambda *all: getattr(functional, case["op"])(*all, **fields))
    if not wanted:

        def forward():
            with torch.inference_mode():
                run(*tensors)

        return forward
    for index in wanted:
        tensors[index].requires_grad_()
    result = run(*tensors)
    given = torch.randn_like(result)
    return lambda: torch.autograd.grad(result, [tensors[index] for index in wanted], given, retain_graph=True)


def prepared(suite, what, batch, threads, variant):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    about = {"versions": {"torch": f"{torch.__version__.split('+')[0]} on {torch.backends.cpu.get_cpu_capability()}"}}
    if suite == "kernel":
        return None, about
    task = Task(what, batch, variant)
    about["parameters"] = task.parameters()
    if suite == "memory":
        about["saved_bytes"] = task.saved_bytes()
        return task.loss, about
    if variant == "onnxruntime":
        import onnxruntime

        about["versions"]["onnxruntime"] = onnxruntime.__version__
        return exported(task, threads), about
    return task.training() if suite == "train" else task.inference(), about


def sentence(trouble):
    lines = str(trouble).strip().splitlines() or [""]
    return f"{type(trouble).__name__}: {lines[0]}"[:300]


def warmed(step):
    for _ in range(WARM_STEPS):
        step()
    return step


def measured(step, count):
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return seconds


def main():
    suite, what, batch, threads, variant = sys.argv[1:6]
    try:
        step, about = prepared(suite, what, int(batch), int(threads), variant)
        if step:
            warmed(step)
    except Exception as trouble:
        answer(error=sentence(trouble))
        return
    answer(**about)
    for line in sys.stdin:
        try:
            if line.startswith("{"):
                step = warmed(kernel_step(json.loads(line)))
                answer()
            else:
                answer(seconds=measured(step, int(line)))
        except Exception as trouble:
            answer(error=sentence(trouble))


if __name__ == "__main__":
    main()
