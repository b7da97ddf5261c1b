# SPDX-License-Identifier: Apache-2.0
# Functions of TensorFlow as tf2onnx writes them: pictures with channels last, borders as SAME has
# them, strided slices, batch normalisation that stays and that is folded, recurrent layers.
# Outputs and gradients: TensorFlow. Run with tensorflow, keras, tf2onnx, onnxruntime, safetensors.
import numpy as np
import tensorflow as tf
import tf2onnx
from keeping import keep, written

rng = np.random.default_rng(3)
weights = {}


def weight_of(name, *shape):
    """Made once, before the function is traced."""
    if (name, shape) not in weights:
        weights[name, shape] = tf.Variable(rng.normal(0, 0.4, shape).astype("f4"))
    return weights[name, shape]


def same_borders(x):
    """An even size, strides of 2, kernels of 3 and 5: more border on one side."""
    x = tf.nn.relu6(tf.nn.conv2d(x, weight_of("a", 3, 3, 3, 6), 2, "SAME"))
    x = tf.nn.max_pool2d(x, 3, 2, "SAME") + tf.nn.avg_pool2d(x, 2, 2, "SAME")
    return tf.nn.conv2d(x, weight_of("b", 5, 5, 6, 4), [1, 2, 2, 1], "SAME")


def kept_normalisation(x):
    """Behind an activation, so that it cannot go into a convolution."""
    x = tf.nn.relu(tf.nn.conv2d(x, weight_of("c", 3, 3, 3, 8), 1, "VALID"))
    x, _, _ = tf.compat.v1.nn.fused_batch_norm(
        x, weight_of("scale", 8), weight_of("offset", 8), weight_of("mean", 8),
        tf.abs(weight_of("var", 8)) + 0.5, is_training=False)
    return tf.nn.leaky_relu(tf.nn.depthwise_conv2d(x, weight_of("d", 3, 3, 8, 1), [1, 1, 1, 1],
                                                   "SAME"), 0.2)


def strided_slices(x):
    """Every second pixel, a mirrored axis, the last rows, an axis taken away and one put in."""
    y = x[:, ::2, 1::3, :]
    z = x[:, -4:, ::-1, tf.newaxis, 1]
    return tf.concat([tf.reshape(y, [tf.shape(x)[0], -1]),
                      tf.reshape(z, [tf.shape(x)[0], -1])], 1)


def space_and_depth(x):
    y = tf.nn.space_to_depth(tf.nn.conv2d(x, weight_of("e", 1, 1, 3, 4), 1, "SAME"), 2)
    y = tf.nn.depth_to_space(tf.nn.elu(y), 2)
    y = tf.pad(y, [[0, 0], [1, 2], [2, 1], [0, 0]], "REFLECT")
    return tf.image.resize(y, [10, 14]) + tf.image.resize(y, [10, 14], "nearest")


def transposed(x):
    n = tf.shape(x)[0]
    y = tf.nn.conv2d_transpose(x, weight_of("f", 3, 3, 5, 3), [n, 16, 16, 5], 2, "SAME")
    return tf.nn.softmax(tf.nn.bias_add(tf.nn.conv2d_transpose(
        y, weight_of("g", 2, 2, 2, 5), [n, 32, 32, 2], 2, "VALID"), weight_of("h", 2)))


def dilated(x):
    x = tf.nn.atrous_conv2d(x, weight_of("i", 3, 3, 3, 4), 2, "SAME")
    mean, variance = tf.nn.moments(x, [1, 2], keepdims=True)
    return tf.einsum("nhwc,cd->nhwd", (x - mean) * tf.math.rsqrt(variance + 1e-3),
                     weight_of("j", 4, 5))


def steps(layer):
    net = tf.keras.Sequential([tf.keras.layers.Input((7, 6)), layer])
    for k, value in enumerate(net.weights):
        value.assign(np.random.default_rng(k).normal(0, 0.5, value.shape))
    return lambda x: net(x, training=False)


def case(name, build, shape, opset):
    x = np.random.default_rng(sum(map(ord, name))).normal(size=shape).astype("f4")
    asked = [tf.TensorSpec([None, *shape[1:]], tf.float32, name="x")]
    given = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(given)
        y = build(given)
    cotangent = np.random.default_rng(1).normal(size=y.shape).astype("f4")
    grad = tape.gradient(y, given, tf.constant(cotangent))
    model, _ = tf2onnx.convert.from_function(tf.function(build), asked, opset=opset)
    entry, = (v.name for v in model.graph.input)
    keep(f"tf_{name}_{opset}", model, {entry: x}, [y.numpy()],
         (cotangent, {entry: grad.numpy()}))


picture = (2, 12, 12, 3)
for opset in (9, 13, 18):
    case("same_borders", same_borders, picture, opset)
    case("kept_normalisation", kept_normalisation, picture, opset)
for opset in (10, 17):
    case("strided_slices", strided_slices, picture, opset)
    case("dilated", dilated, picture, opset)
for opset in (11, 17):
    case("space_and_depth", space_and_depth, picture, opset)
    case("transposed", transposed, (2, 8, 8, 3), opset)
    case("lstm", steps(tf.keras.layers.LSTM(5, return_sequences=True)), (2, 7, 6), opset)
    case("gru", steps(tf.keras.layers.GRU(4, reset_after=False)), (2, 7, 6), opset)
written("tf2onnx_models")
