"""Times the training steps of two convolutional networks in PyTorch, eagerly, on CPU.

ConvolutionTrainingBenchmark compares them with ours. By hand, in the project's folder:

    /usr/bin/python3 src/test/python/pytorch_lenet.py --network lenet --batch 32 --threads 1

Needs PyTorch (Debian: python3-torch). Debian's PyTorch uses whatever BLAS is installed for dense
layers; without libopenblas0-pthread that is the reference BLAS, which is much slower. The line
that is printed says which one was loaded.

Data is in memory as float tensors, an epoch is shuffled at once and then sliced, and gradients are
set to none: what remains in a step is PyTorch's.
"""

import argparse
import gzip
import os
import struct
import sys
import time
import warnings

parser = argparse.ArgumentParser(
    description="Times PyTorch's training steps; prints one line of name=value pairs."
)
parser.add_argument(
    "--network",
    choices=["lenet", "colour"],
    default="lenet",
    help="lenet: MNIST, 5x5x8 and 5x5x16 convolutions, 96 dense units; "
    "colour: generated 32 x 32 x 3 images, 3x3 convolutions of 32, 64 and 128 channels",
)
parser.add_argument("--batch", type=int, default=32, help="rows of a step")
parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch and its BLAS")
parser.add_argument(
    "--seconds",
    type=float,
    default=2,
    help="for how long steps are timed, after half as long a warm-up; at least 10 steps",
)
parser.add_argument("--rows", type=int, default=60_000, help="rows to train with")
parser.add_argument(
    "--layout",
    choices=["nchw", "nhwc"],
    default="nchw",
    help="memory layout of images: PyTorch's default, or channels last",
)
parser.add_argument("--data", default="data/mnist", help="the folder with MNIST")
arguments = parser.parse_args()

# BLAS libraries read these when they are loaded.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(arguments.threads)

import torch  # noqa: E402
from torch import nn  # noqa: E402

warnings.filterwarnings("ignore", message=".*non-writable.*")


def idx(name, items):
    """The first items of an IDX file of unsigned bytes: a tensor [items, ...]."""
    with gzip.open(os.path.join(arguments.data, name)) as file:
        dimensions = file.read(4)[3]
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    return values.reshape(shape)[:items]


def mnist():
    images = idx("train-images-idx3-ubyte.gz", arguments.rows)
    labels = idx("train-labels-idx1-ubyte.gz", arguments.rows)
    return images.unsqueeze(1).float() / 255, labels.long()


def generated():
    """Images whose brightness follows their class, with noise."""
    count = min(arguments.rows, 4_096)
    labels = torch.randint(10, (count,))
    return torch.rand(count, 3, 32, 32) + labels.reshape(-1, 1, 1, 1) / 10, labels


def block(inputs, outputs, kernel, padding):
    return [
        nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]


def lenet():
    return nn.Sequential(
        *block(1, 8, 5, 0),
        nn.MaxPool2d(2),
        *block(8, 16, 5, 0),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 96, bias=False),
        nn.BatchNorm1d(96),
        nn.ReLU(inplace=True),
        nn.Linear(96, 10),
    )


def colour():
    return nn.Sequential(
        *block(3, 32, 3, 1),
        nn.MaxPool2d(2),
        *block(32, 64, 3, 1),
        nn.MaxPool2d(2),
        *block(64, 128, 3, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(128, 10),
    )


def batches(x, y):
    """Whole mini-batches without end, in a new order in each epoch."""
    while True:
        order = torch.randperm(len(x))
        x, y = x[order].contiguous(memory_format=memory_format), y[order]
        for at in range(0, len(x) - arguments.batch + 1, arguments.batch):
            yield x[at : at + arguments.batch], y[at : at + arguments.batch]


def blas():
    """The BLAS libraries that this process has loaded."""
    try:
        with open("/proc/self/maps") as maps:
            files = {os.path.realpath(line.split()[-1]) for line in maps if "/" in line}
        names = {os.path.basename(file) for file in files}
        return "+".join(sorted(name for name in names if "blas" in name)) or "built-in"
    except OSError:
        return "unknown"


torch.manual_seed(1)
torch.set_num_threads(arguments.threads)
memory_format = (
    torch.channels_last if arguments.layout == "nhwc" else torch.contiguous_format
)
x, y = mnist() if arguments.network == "lenet" else generated()
if arguments.batch > len(x):
    sys.exit(f"a batch is larger than the data: batch={arguments.batch} rows={len(x)}")
model = (lenet() if arguments.network == "lenet" else colour()).to(memory_format=memory_format)
model.train()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
cross_entropy = nn.CrossEntropyLoss()
data = batches(x, y)


def train(seconds):
    """Trains for a time; returns the number of steps, seconds a step, and the last loss."""
    start = time.perf_counter()
    steps, elapsed = 0, 0.0
    while steps < 10 or elapsed < seconds:
        images, labels = next(data)
        optimizer.zero_grad(set_to_none=True)
        loss = cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        steps += 1
        elapsed = time.perf_counter() - start
    return steps, elapsed / steps, loss.item()


train(arguments.seconds / 2)
steps, step, last_loss = train(arguments.seconds)
print(
    f"network={arguments.network} batch={arguments.batch} threads={arguments.threads}"
    f" layout={arguments.layout} steps={steps} ms_per_step={1e3 * step:.4f}"
    f" seconds_per_1000_rows={1e3 * step / arguments.batch:.5f}"
    f" seconds_per_60000_rows={6e4 * step / arguments.batch:.3f}"
    f" loss={last_loss:.4f} torch={torch.__version__} blas={blas()}"
)
