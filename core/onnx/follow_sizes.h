// SPDX-License-Identifier: Apache-2.0
// One graph for inputs of any height, width or length, from readings of a model for several.
#pragma once

#include "core/onnx/network.h"
#include "core/onnx/reader.h"

namespace vitrine::onnx {

/// A model as it was read for a batch.
struct FirstReading {
    Reader& reader;
    /// Its draft before it was made to follow the batch, and one of another batch if there is one.
    const Draft& draft;
    const Draft* otherBatch = nullptr;
    Batch batch;
};

/// Whether some input leaves an extent open other than its first one, and `choices` says what it
/// is.
bool hasOpenSizes(const Model& model, const Choices& choices);

/// Reads the model for other sizes and changes the first reading's draft so that it holds for them.
/// An extent that some node holds on to stays as it is: the inputs' field `extents` says which are
/// free and which are not, and a remark does.
void followSizes(FirstReading first, const Model& model, const Choices& choices);

/// Says of all open extents that they stay as they are: the network is for them alone. Nothing,
/// where the choices ask for nothing else.
void holdSizes(Reader& reader, const Model& model, const Choices& choices);

}  // namespace vitrine::onnx
