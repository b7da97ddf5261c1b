# SPDX-License-Identifier: Apache-2.0
"""Images a second that PyTorch trains on the GPU, for the networks of `vitrine-cli bench`.

    python training.py SECONDS NETWORK:BATCH:fp32|tf32|bf16...

tf32 is that of PyTorch's products, bf16 its autocast.

A line for each way: eager, eager as one CUDA graph, and for ResNets compiled, which comes last as it
takes long; nothing begins once SECONDS are over. Where numbers are rounded for tensor cores, images
lie channels last, as cuDNN likes them there. What does not work is said and is no failure. Networks
are those of resources/bench/peers.py.
"""

import os
import pathlib
import runpy
import sys
import time

WARM_STEPS, STEPS = 5, 50


def rate(torch, step, batch):
    for _ in range(WARM_STEPS):
        step()
    torch.cuda.synchronize()
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(STEPS // 5):
            step()
        torch.cuda.synchronize()
        best = min(best, (time.perf_counter() - start) / (STEPS // 5))
    return batch / best


def maker(torch, made, shape, classes, batch, precision):
    """A model, and a step of its training."""
    lies = torch.contiguous_format if precision == "fp32" else torch.channels_last
    model = made().cuda().train().to(memory_format=lies)
    x = torch.randn(batch, *shape, device="cuda").contiguous(memory_format=lies)
    labels = torch.randint(0, classes, (batch,), device="cuda")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss_of = torch.nn.CrossEntropyLoss()

    def step(forward=model):
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bf16"):
            loss = loss_of(forward(x), labels)
        loss.backward()
        optimizer.step()

    return model, step


def graphed(torch, step):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def measure(torch, network, batch, precision, way, name):
    model, step = maker(torch, *network, batch, precision)
    if way == "graphed":
        step = graphed(torch, step)
    if way == "compiled":
        forward, plain = torch.compile(model, mode="reduce-overhead"), step
        step = lambda: plain(forward)  # noqa: E731
    print(f"{name}  PyTorch {way:9} {rate(torch, step, batch):12.0f} images/s", flush=True)


def main():
    end = time.monotonic() + float(sys.argv[1])
    import torch

    torch.backends.cudnn.benchmark = True
    peers = pathlib.Path(__file__).resolve().parents[2] / "resources/bench/peers.py"
    shown = os.dup(1)  # that script turns standard output away
    networks = runpy.run_path(str(peers), run_name="peers")["networks"]()
    os.dup2(shown, 1)
    print(f"PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}")
    words = [word.split(":") for word in sys.argv[2:]]
    tries = [(word, way) for word in words for way in ("eager", "graphed")]
    tries += [(word, "compiled") for word in words if word[0].startswith("resnet")]
    for (network, batch, precision), way in tries:
        if time.monotonic() > end:
            print(f"left out: {network} {precision} {way}: no time is left")
            continue
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.allow_tf32 = precision == "tf32"
        try:
            measure(torch, networks[network][:3], int(batch), precision, way, f"{network:10} batch {batch:>4} {precision}")
        except Exception as trouble:  # whatever a way of PyTorch's ends with
            print(f"left out: {network} {precision} {way}: {str(trouble).splitlines()[0][:120]}", flush=True)


main()
