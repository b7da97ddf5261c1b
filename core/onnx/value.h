// SPDX-License-Identifier: Apache-2.0
// Value: what a name of an ONNX file stands for while a network is made of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exec/evaluate.h"
#include "core/graph/graph.h"
#include "core/onnx/model.h"

namespace vitrine::onnx {

/// Cheap to copy. One that is missing (a left-out input) has nothing at all.
struct Value {
    std::string name = {};  ///< in the file; empty: made on the way
    /// As it is computed here; nothing: not known, as behind a placeholder. 16-bit floats are
    /// computed as F32.
    std::optional<ValueShape> type = {};
    ElementType element = ElementType::Undefined;  ///< as the file has it
    std::optional<PortRef> port = {};              ///< what gives it in the graph
    /// What it is, where that is known while reading: constants, and what follows from shapes and
    /// from inputs whose numbers were given.
    Numbers numbers = {};
    /// The numbers hold whatever comes in: nothing needs to compute it.
    bool isFixed = false;
    /// The numbers are extents, or follow from some: others for inputs of other sizes.
    bool isOfShape = false;
    /// The weight of the file that it is; such a one is fixed, and can be trained.
    std::string weight = {};
    /// Of a sequence: what is in it, each known by its place.
    std::shared_ptr<const std::vector<Value>> items = {};
    /// Text, which nothing here computes with.
    std::shared_ptr<const std::vector<std::string>> texts = {};

    bool isMissing() const {
        return !type && !port && !numbers && !items && !texts && name.empty();
    }
    bool isWeight() const { return !weight.empty(); }
};

/// The element type that this program has for one of ONNX; nothing for text, complex numbers and
/// those of 6 bits.
std::optional<DType> storedType(ElementType type);
/// What is computed with: F32 for 16-bit floats, else the same.
DType computedType(DType stored);
ElementType elementOf(DType type);

}  // namespace vitrine::onnx
