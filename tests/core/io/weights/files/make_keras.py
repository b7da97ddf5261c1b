# SPDX-License-Identifier: Apache-2.0
# Writes the Keras files beside it, with numbers that the test computes again. README.md says
# which versions made them: KERAS_BACKEND=torch python make_keras.py FOLDER.
import pathlib
import sys

import h5py
import keras
import numpy as np
from keras import layers

folder = pathlib.Path(sys.argv[1])


def filled(model):
    """Quarters: element i is i / 4."""
    for weight in model.weights:
        count = int(np.prod(weight.shape))
        weight.assign(np.arange(count, dtype="float32").reshape(weight.shape) / 4)
    return model


def network():
    return filled(keras.Sequential([
        layers.Input((4, 4, 2)), layers.Conv2D(3, (1, 2), name="b"),
        layers.BatchNormalization(name="a"), layers.DepthwiseConv2D(2, depth_multiplier=2, name="zz"),
        layers.Conv2DTranspose(2, (1, 2), name="up"), layers.Conv2D(2, 1, name="last"),
        layers.Flatten(), layers.Dense(2, name="out")]))


# What the network gives for an image [4, 4, 2] of element i = (i % 7 - 3) / 8.
image = ((np.arange(32) % 7 - 3) / 8).astype("float32").reshape(1, 4, 4, 2)
outputs = network().predict(image, verbose=0)[0]
(folder / "network.txt").write_text(" ".join(f"{x:.9g}" for x in outputs) + "\n")
network().save(folder / "network.keras")
network().save_weights(folder / "network.weights.h5")
network().save(folder / "old.h5")
# Twelve layers: their numbers are counted, not spelt.
many = keras.Sequential([layers.Input((3,))] + [layers.Dense(3) for _ in range(12)])
for number, layer in enumerate(many.layers):
    layer.set_weights([np.full((3, 3), number, "float32"), np.full((3,), number, "float32")])
many.save_weights(folder / "many.weights.h5")
keras.config.set_dtype_policy("bfloat16")
filled(keras.Sequential([layers.Input((2,)), layers.Dense(3)])).save_weights(
    folder / "brain.weights.h5")
print("Python", sys.version.split()[0], "keras", keras.__version__, "h5py", h5py.__version__,
      "numpy", np.__version__, "back end", keras.backend.backend())
