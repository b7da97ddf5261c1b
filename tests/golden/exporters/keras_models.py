# SPDX-License-Identifier: Apache-2.0
# Keras' networks as its own export writes them. One back end a run (Keras' choice KERAS_BACKEND):
# tensorflow (through tf2onnx), torch (PyTorch's exporter) or jax (jax2onnx). Outputs: Keras;
# gradients: the back end's. Run with keras, what the back end needs, onnx and safetensors.
import os
import tempfile

import keras
import numpy as np
import onnx
from keeping import keep, written
from keras import layers

backend = keras.backend.backend()


def normalised(x, filters, size, strides=1, act="relu"):
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)
    return layers.Activation(act)(layers.BatchNormalization()(x))


def residual(x):
    x = normalised(x, 8, 3, 2)
    y = normalised(x, 8, 3, act="swish")
    x = layers.Add()([x, layers.Conv2D(8, 1)(y)])
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    return layers.Dense(5, "softmax")(layers.GlobalAveragePooling2D()(x))


def separable(x):
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(layers.Rescaling(1 / 127.5, -1)(x))
    x = layers.Conv2D(6, 3, 2, activation="relu6")(x)
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x)
    x = layers.BatchNormalization()(x)
    x = layers.SeparableConv2D(8, 3, strides=2, padding="same", activation="leaky_relu")(x)
    return layers.Dense(4)(layers.Flatten()(layers.Dropout(0.3)(x)))


def up_and_down(x):
    y = layers.Conv2D(6, 3, 2, padding="same", activation="elu")(x)
    z = layers.AveragePooling2D(2)(layers.PReLU(shared_axes=[1, 2])(y))
    z = layers.UpSampling2D(2)(layers.Conv2D(6, 3, padding="same", dilation_rate=2)(z))
    y = layers.Conv2DTranspose(4, 3, 2, padding="same")(layers.Concatenate()([y, z]))
    return layers.Conv2D(2, 1, activation="sigmoid")(layers.Concatenate()([x, y]))


def tokens(x):
    x = layers.Reshape((16, 12))(layers.Conv2D(12, 4, 4)(x))
    y = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 6)(y, y)])
    return layers.Dense(5)(layers.GlobalAveragePooling1D()(layers.Dense(12, "tanh")(x)))


def recurrent(x):
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(x)
    return layers.Dense(3)(layers.GRU(4)(x))


def settled(model):
    rng = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, (layers.BatchNormalization, layers.LayerNormalization, layers.PReLU)):
            layer.set_weights([rng.uniform(0.3, 1.5, w.shape) for w in layer.get_weights()])


def gradient(model, x, cotangent):
    if backend == "jax":
        import jax
        return np.asarray(jax.vjp(lambda a: model(a, training=False), x)[1](cotangent)[0])
    if backend == "torch":
        import torch
        given = torch.tensor(x, requires_grad=True)
        return torch.autograd.grad(model(given), given, torch.tensor(cotangent))[0].numpy()
    import tensorflow as tf
    given = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(given)
        y = model(given, training=False)
    return tape.gradient(y, given, tf.constant(cotangent)).numpy()


def case(name, build, shape, fixed=False):
    keras.utils.set_random_seed(sum(map(ord, name)))
    sizes = {"batch_size": 2} if fixed else {}
    given = keras.Input(shape, name="x", **sizes)
    model = keras.Model(given, build(given))
    settled(model)
    rng = np.random.default_rng(11)
    x = rng.normal(size=(2, *shape)).astype("f4")
    y = keras.ops.convert_to_numpy(model(x, training=False))
    cotangent = rng.normal(size=y.shape).astype("f4")
    with tempfile.TemporaryDirectory() as folder:
        model.export(f"{folder}/net.onnx", format="onnx", verbose=False)
        kept = onnx.load(f"{folder}/net.onnx")
        weights = {w.name for w in kept.graph.initializer}
        entry, = (v.name for v in kept.graph.input if v.name not in weights)
        keep(f"{name}_{backend}", kept, {entry: x}, [y],
             (cotangent, {entry: gradient(model, x, cotangent)}))


picture = (16, 16, 3)
for name, build, shape in [("residual", residual, picture), ("separable", separable, (15, 15, 3)),
                           ("up_and_down", up_and_down, picture), ("tokens", tokens, picture),
                           ("recurrent", recurrent, (7, 6))]:
    try:
        case(f"keras_{name}", build, shape)
    except Exception as error:  # some layers of some back ends have no form in ONNX
        print(f"keras_{name}_{backend}: {type(error).__name__}: {error}"[:300])
written(f"keras_{backend}")
