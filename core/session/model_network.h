// SPDX-License-Identifier: Apache-2.0
// A model of another program as a network that is asked: opened for the arrays that it is asked
// with, or for any batch.
#pragma once

#include <string>

#include "core/session/asked_sizes.h"
#include "core/session/foreign_network.h"

namespace vitrine {

/// An ONNX model. Without arrays its inputs take batches where it can have them, and sizes that the
/// file leaves open are the chosen ones, else those of pictures. With arrays, by the names of its
/// inputs (an empty name: the only input), it has their shapes, and shapes inside follow from their
/// numbers where the model wants that. Errors: those of onnx::readModel, askedSizes and
/// onnx::networkOf; the first node that is not read, by its name.
Result<ForeignNetwork> networkOfModel(const std::string& path, const AskedWith& with = {});

}  // namespace vitrine
