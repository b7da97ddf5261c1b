# SPDX-License-Identifier: Apache-2.0
"""Images a second that PyTorch trains on the GPU, for the networks of `vitrine-cli bench`.

    python training.py SECONDS NETWORK:BATCH:fp32|tf32|bf16...

tf32 is that of PyTorch's products, bf16 its autocast.

A line for each way: eager, eager as one CUDA graph, and compiled where SECONDS are left. What does
not work is said and is no failure. Networks are those of resources/bench/peers.py.
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
    """A step of training, its model in memory formats as PyTorch likes them, and its optimiser."""
    model = made().cuda().train()
    x = torch.randn(batch, *shape, device="cuda")
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


def main():
    end = time.monotonic() + float(sys.argv[1])
    import torch

    torch.backends.cudnn.benchmark = True
    peers = pathlib.Path(__file__).resolve().parents[2] / "resources/bench/peers.py"
    shown = os.dup(1)  # that script turns standard output away
    networks = runpy.run_path(str(peers), run_name="peers")["networks"]()
    os.dup2(shown, 1)
    print(f"PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}")
    for word in sys.argv[2:]:
        network, batch, precision = word.split(":")
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.allow_tf32 = precision == "tf32"
        made, shape, classes = networks[network][:3]
        for way in ("eager", "graphed", "compiled"):
            if time.monotonic() > end:
                print(f"left out: {network} {way}: no time is left")
                continue
            try:
                model, step = maker(torch, made, shape, classes, int(batch), precision)
                if way == "graphed":
                    step = graphed(torch, step)
                if way == "compiled":
                    forward, plain = torch.compile(model, mode="reduce-overhead"), step
                    step = lambda: plain(forward)  # noqa: E731
                print(f"{network:10} batch {batch:>4} {precision}  PyTorch {way:9} {rate(torch, step, int(batch)):12.0f} images/s", flush=True)
            except Exception as trouble:  # whatever a way of PyTorch's ends with
                print(f"left out: {network} {way}: {str(trouble).splitlines()[0][:120]}", flush=True)


main()
