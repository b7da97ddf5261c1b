// SPDX-License-Identifier: Apache-2.0
// Which array is for which input of a network, and the batch that they have.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/graph/lower.h"
#include "core/session/array_fit.h"
#include "core/session/foreign_network.h"

namespace vitrine {

/// An input with what it takes.
struct NetworkInput {
    std::string node;
    ArrayWish wish;  ///< by the file's name for it
    std::string column = {};
    /// Bytes of pixels are taken too, and become numbers as training makes them.
    bool takesPixels = false;
};
NetworkInput networkInput(const Node& node, const NetworkEnd& end, DType floatType);

/// One array for each input; one without a name is for the only input. Errors: "U29" (an input
/// without an array, an array without an input, two for one).
Result<std::vector<SharedTensor>> matched(std::span<const NetworkInput> inputs,
                                          std::span<const NamedTensor> arrays);

/// That of all arrays that have one; 1 where none has. Errors: "P13" (a shape or a
/// type that does not fit, two batches).
Result<int64_t> batchOf(std::span<const NetworkInput> inputs, std::span<const SharedTensor> arrays);

/// Whether each of them is for an input, in a shape and a type that it takes, and of one batch.
bool takesArrays(const ForeignNetwork& network, std::span<const NamedTensor> arrays);

/// Whether some input takes arrays of channels, height and width.
bool takesPictures(const ForeignNetwork& network);

/// For who needs examples: a batch of 0 fits too.
Error noExamples();

/// Columns of the data that arrays stand for: bytes of pixels come in as they do. Errors: "P13",
/// where two inputs of one column are given pixels and floats.
Result<std::vector<ColumnType>> pixelColumns(std::span<const NetworkInput> inputs,
                                             std::span<const SharedTensor> arrays);

}  // namespace vitrine
