// SPDX-License-Identifier: Apache-2.0
// The shapes that every fast convolution must take: odd sizes, all strides, dilations and groups.
#include "tests/support/conv2d_case.h"

namespace vitrine::test {

const std::vector<Conv2dShape>& conv2dShapes() {
    // clang-format off
    static const std::vector<Conv2dShape> shapes = {
        //                        n   c   h   w   k   r   s | stride | padding | dilation | groups
        {"one pixel",              1,  1,  1,  1,  1,  1,  1,  1,  1,  0,  0,  1,  1,  1},
        {"odd sizes",              3,  5,  7,  9,  7,  3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"first of LeNet",        20,  1, 28, 28,  6,  5,  5,  1,  1,  2,  2,  1,  1,  1},
        {"second of LeNet",       17,  6, 14, 14, 16,  5,  5,  1,  1,  0,  0,  1,  1,  1},
        {"whole blocks",           2, 32,  8,  8, 32,  3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"one block",              2, 16,  9, 17, 16,  3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"many blocks",            2, 96,  5,  4, 80,  3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"rows beyond a cache",    1, 16,  5, 900, 16, 3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"filters beyond one",     1, 128, 4,  4, 128, 3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"channel tails",          2, 19,  6, 33, 37,  3,  3,  1,  1,  1,  1,  1,  1,  1},
        {"pointwise",              5, 20,  6,  5, 33,  1,  1,  1,  1,  0,  0,  1,  1,  1},
        {"pointwise stride 2",     3, 18,  7,  8, 35,  1,  1,  2,  2,  0,  0,  1,  1,  1},
        {"pointwise, padded",      2,  3,  4,  5,  4,  1,  1,  1,  1,  1,  2,  1,  1,  1},
        {"pointwise beside image", 1, 16,  2,  5, 16,  1,  1,  3,  1,  2,  0,  1,  1,  1},
        {"pointwise, planes of 4 KB", 17, 20, 8, 8, 33, 1,  1,  1,  1,  0,  0,  1,  1,  1},
        {"pointwise, parts of a block", 1, 13, 16, 52, 7, 1, 1,  1,  1,  0,  0,  1,  1,  1},
        {"stride 2",              18, 19, 11, 10, 21,  3,  3,  2,  2,  1,  1,  1,  1,  1},
        {"stride 2, rows of tiles", 2, 34, 5, 66, 40,  3,  3,  2,  2,  1,  1,  1,  1,  1},
        {"stride 2, even padding", 2, 33,  6, 36, 17,  3,  3,  2,  2,  0,  2,  1,  1,  1},
        {"stride 2, unpadded rows", 1, 16, 7, 41, 32,  3,  3,  1,  2,  1,  0,  1,  1,  1},
        {"stride 2, one column",   2, 16,  7,  1, 16,  3,  3,  2,  2,  1,  1,  1,  1,  1},
        {"stride 2, many filters", 1, 128, 6,  7, 128, 3,  3,  2,  2,  1,  1,  1,  1,  1},
        {"stride 2, even kernel",  2,  4,  8,  9,  5,  4,  2,  2,  2,  1,  0,  1,  1,  1},
        {"stride 3 by 1",          2, 17, 13,  9, 18,  5,  3,  3,  1,  2,  1,  1,  1,  1},
        {"stride beyond kernel",   2,  3, 11, 12,  4,  2,  2,  3,  4,  0,  0,  1,  1,  1},
        {"dilation 2",             2, 16,  9, 10, 17,  3,  3,  1,  1,  2,  2,  2,  2,  1},
        {"stride 2, dilation 3",   2,  5, 15, 14,  6,  3,  3,  2,  2,  3,  1,  3,  3,  1},
        {"stride 4, dilation 2",   2,  5, 15, 14,  6,  3,  4,  4,  4,  1,  2,  2,  2,  1},
        {"stem 7 by 7",            1,  3, 21, 22, 20,  7,  7,  2,  2,  3,  3,  1,  1,  1},
        {"kernel over image",      2,  4,  3,  2,  5,  5,  5,  1,  1,  2,  2,  1,  1,  1},
        {"column",                 2,  3,  9,  1,  4,  3,  1,  1,  1,  1,  0,  1,  1,  1},
        {"row",                    2,  3,  1,  9,  4,  1,  3,  1,  1,  0,  1,  1,  1,  1},
        {"two groups of 16",       2, 32,  6,  7, 64,  3,  3,  1,  1,  1,  1,  1,  1,  2},
        {"three small groups",     2,  9,  6,  7,  6,  3,  3,  2,  1,  1,  1,  1,  1,  3},
        {"depthwise",              3, 10,  8,  9, 10,  3,  3,  1,  1,  1,  1,  1,  1, 10},
        {"depthwise in blocks",    2, 40,  7, 37, 40,  3,  3,  1,  1,  1,  1,  1,  1, 40},
        {"depthwise, stride 2",    3, 20, 11, 12, 20,  5,  5,  2,  2,  2,  2,  1,  1, 20},
        {"depthwise 7 by 7",       1, 17, 10,  9, 17,  7,  7,  1,  1,  3,  3,  1,  1, 17},
        {"depthwise 7 by 7, wide", 2, 20,  5, 37, 20,  7,  7,  1,  1,  3,  3,  1,  1, 20},
        {"depthwise 5 by 5",       2, 18,  6, 20, 18,  5,  5,  1,  1,  2,  2,  1,  1, 18},
        {"depthwise 5, dilation",  1, 16,  9, 17, 16,  5,  5,  1,  1,  4,  4,  2,  2, 16},
        {"depthwise, dilation 2",  2, 18,  9, 10, 18,  3,  3,  2,  1,  2,  2,  2,  2, 18},
        {"depthwise, long row",    2,  5,  3, 40,  5,  1,  9,  1,  3,  0,  4,  1,  1,  5},
        {"groups of four",         2, 40,  7, 19, 40,  3,  3,  1,  1,  1,  1,  1,  1, 10},
        {"groups of eight",        3, 24,  9,  8, 24,  3,  3,  2,  2,  1,  1,  1,  1,  3},
        {"groups of two",          1, 18,  8,  7, 18,  5,  5,  1,  2,  2,  2,  1,  1,  9},
        {"depthwise times two",    2, 16,  5,  6, 32,  3,  3,  2,  2,  1,  1,  1,  1, 16},
    };
    // clang-format on
    return shapes;
}

}  // namespace vitrine::test
