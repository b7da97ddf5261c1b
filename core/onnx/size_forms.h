// SPDX-License-Identifier: Apache-2.0
// SizeForms: how a node says by itself what it was given as a number, so that it holds for inputs
// of other sizes too. Forms are found by readings of the same model for several sizes.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/onnx/draft.h"

namespace vitrine::onnx {

/// The same node in every reading.
class NodeReadings {
  public:
    /// The first reading counts; all have node `index` at the same place.
    NodeReadings(std::span<const Draft* const> readings, size_t index)
        : m_readings(readings), m_index(index) {}

    size_t count() const { return m_readings.size(); }
    size_t index() const { return m_index; }
    const DraftNode& at(size_t reading) const { return m_readings[reading]->nodes()[m_index]; }
    const vitrine::Node& node() const { return at(0).node; }
    Shape x(size_t reading) const { return at(reading).operands.front().shape; }
    Shape y(size_t reading) const { return at(reading).results.front().shape; }
    /// Whether something that a reading tells is the same in all.
    bool isSame(const std::function<int64_t(size_t reading)>& number) const;
    /// What a node in front gives whose shapes, one of each reading, fit; the last of them.
    std::optional<PortRef> before(
        const std::function<bool(std::span<const Shape> shapes)>& fits) const;

  private:
    std::span<const Draft* const> m_readings;
    size_t m_index;
};

/// A node as it is to be: another operator, perhaps, with other fields and one operand more.
struct SizeForm {
    const OpDescriptor* op = nullptr;
    Attrs attrs = {};
    std::optional<PortRef> like = {};
};

/// A form that gives in every reading what the node gives there; nothing where none is known.
std::optional<SizeForm> sizeFormOf(const NodeReadings& readings);

}  // namespace vitrine::onnx
