// SPDX-License-Identifier: Apache-2.0
// Layers of well-known networks at their usual sizes: what libraries are good at, and what not.
#include "core/session/bench_kernel.h"

namespace vitrine {

namespace {

constexpr KernelCase cases[] = {
    // Convolutions of batch 64, from many channels to few.
    {"3x3 64-64 @32", "conv2d", "out_channels=64 kernel=3 padding=1 bias=false",
     "64x64x32x32 64x64x3x3", "conv2d", R"({"padding": 1})"},
    {"3x3 128-128 @16", "conv2d", "out_channels=128 kernel=3 padding=1 bias=false",
     "64x128x16x16 128x128x3x3", "conv2d", R"({"padding": 1})"},
    {"3x3 64-64 @8", "conv2d", "out_channels=64 kernel=3 padding=1 bias=false",
     "64x64x8x8 64x64x3x3", "conv2d", R"({"padding": 1})"},
    {"3x3 32-32 @16", "conv2d", "out_channels=32 kernel=3 padding=1 bias=false",
     "64x32x16x16 32x32x3x3", "conv2d", R"({"padding": 1})"},
    {"3x3 16-16 @32", "conv2d", "out_channels=16 kernel=3 padding=1 bias=false",
     "64x16x32x32 16x16x3x3", "conv2d", R"({"padding": 1})"},
    {"3x3 stride 2 64-128 @32", "conv2d", "out_channels=128 kernel=3 padding=1 stride=2 bias=false",
     "64x64x32x32 128x64x3x3", "conv2d", R"({"padding": 1, "stride": 2})"},
    {"1x1 256-64 @16", "conv2d", "out_channels=64 kernel=1 bias=false", "64x256x16x16 64x256x1x1",
     "conv2d"},
    {"1x1 64-256 @16", "conv2d", "out_channels=256 kernel=1 bias=false", "64x64x16x16 256x64x1x1",
     "conv2d"},
    {"3x3 dilation 2 64-64 @32", "conv2d",
     "out_channels=64 kernel=3 padding=2 dilation=2 bias=false", "64x64x32x32 64x64x3x3", "conv2d",
     R"({"padding": 2, "dilation": 2})"},
    {"3x3 in 4 groups 64-64 @32", "conv2d",
     "out_channels=64 kernel=3 padding=1 groups=4 bias=false", "64x64x32x32 64x16x3x3", "conv2d",
     R"({"padding": 1, "groups": 4})"},
    // First layers.
    {"3x3 3-64 @32", "conv2d", "out_channels=64 kernel=3 padding=1 bias=false",
     "64x3x32x32 64x3x3x3", "conv2d", R"({"padding": 1})"},
    {"5x5 1-32 @28", "conv2d", "out_channels=32 kernel=5 padding=2 bias=false",
     "64x1x28x28 32x1x5x5", "conv2d", R"({"padding": 2})"},
    {"5x5 1-6 @28 (LeNet)", "conv2d", "out_channels=6 kernel=5 padding=2 bias=false",
     "64x1x28x28 6x1x5x5", "conv2d", R"({"padding": 2})"},
    {"5x5 6-16 @14 (LeNet)", "conv2d", "out_channels=16 kernel=5 bias=false", "64x6x14x14 16x6x5x5",
     "conv2d"},
    {"7x7 stride 2 3-64 @112", "conv2d", "out_channels=64 kernel=7 padding=3 stride=2 bias=false",
     "8x3x112x112 64x3x7x7", "conv2d", R"({"padding": 3, "stride": 2})"},
    // Depthwise.
    {"depthwise 3x3 128 @32", "conv2d", "out_channels=128 kernel=3 padding=1 groups=128 bias=false",
     "64x128x32x32 128x1x3x3", "conv2d", R"({"padding": 1, "groups": 128})"},
    {"depthwise 3x3 stride 2 96 @32", "conv2d",
     "out_channels=96 kernel=3 padding=1 stride=2 groups=96 bias=false", "64x96x32x32 96x1x3x3",
     "conv2d", R"({"padding": 1, "stride": 2, "groups": 96})"},
    {"depthwise 7x7 48 @16", "conv2d", "out_channels=48 kernel=7 padding=3 groups=48 bias=false",
     "64x48x16x16 48x1x7x7", "conv2d", R"({"padding": 3, "groups": 48})"},
    // Other convolutions.
    {"transposed 2x2 stride 2 64-32 @16", "conv_transpose2d",
     "out_channels=32 kernel=2 stride=2 bias=false", "16x64x16x16 64x32x2x2", "conv_transpose2d",
     R"({"stride": 2})"},
    {"transposed 4x4 stride 2 64-64 @16", "conv_transpose2d",
     "out_channels=64 kernel=4 stride=2 padding=1 bias=false", "16x64x16x16 64x64x4x4",
     "conv_transpose2d", R"({"stride": 2, "padding": 1})"},
    {"1-D 3 64-64 @1024", "conv1d", "out_channels=64 kernel=3 padding=1 bias=false",
     "16x64x1024 64x64x3", "conv1d", R"({"padding": 1})"},
    {"3-D 3x3x3 32-32 @16", "conv3d", "out_channels=32 kernel=3 padding=1 bias=false",
     "2x32x16x16x16 32x32x3x3x3", "conv3d", R"({"padding": 1})"},
    // Products.
    {"linear 4096-256, batch 64", "linear", "out_features=256 bias=false", "64x4096 256x4096",
     "linear"},
    {"linear 1024-1024, batch 1024", "linear", "out_features=1024 bias=false",
     "1024x1024 1024x1024", "linear"},
    {"matmul 512x512x512", "matmul", "", "512x512 512x512", "matmul"},
    {"matmul 64 of 64x64x64", "matmul", "", "64x64x64 64x64x64", "matmul"},
    {"attention 8 heads, 196 places, 384", "attention", "heads=8", "8x196x384 8x196x384 8x196x384",
     "attention", "{}", "8x8x196x48 8x8x196x48 8x8x196x48"},
    // Normalisations, and what moves memory.
    {"layer norm 384", "layer_norm", "", "1568x384 384 384", "layer_norm"},
    {"group norm 32 of 64 @32", "group_norm", "groups=32", "16x64x32x32 64 64", "group_norm",
     R"({"groups": 32})"},
    {"softmax of 1000", "softmax", "", "1024x1000", "softmax"},
    {"resize x2 linear 64 @32", "resize", "mode=linear", "16x64x32x32", "resize",
     R"({"mode": "bilinear"})"},
    {"resize x2 nearest 64 @32", "resize", "", "16x64x32x32", "resize", R"({"mode": "nearest"})"},
    {"max pool 2x2 64 @32", "max_pool2d", "kernel=2 stride=2", "64x64x32x32", "max_pool2d",
     R"({"kernel_size": 2})"},
    {"max pool 3x3 stride 2 64 @56", "max_pool2d", "kernel=3 stride=2 padding=1", "8x64x56x56",
     "max_pool2d", R"({"kernel_size": 3, "stride": 2, "padding": 1})"},
    {"average pool 2x2 64 @32", "avg_pool2d", "kernel=2 stride=2", "64x64x32x32", "avg_pool2d",
     R"({"kernel_size": 2})"},
};

}  // namespace

std::span<const KernelCase> kernelCases() { return cases; }

}  // namespace vitrine
