// SPDX-License-Identifier: Apache-2.0
// Lists of tensors: they exist while reading only, and every place in them is known.
#pragma once

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/onnx/context.h"

namespace vitrine::onnx {

inline Value sequenceOf(std::vector<Value> items) {
    Value value;
    value.items = std::make_shared<const std::vector<Value>>(std::move(items));
    return value;
}

inline const std::vector<Value>& itemsOf(const Context& c, const Value& value) {
    if (!value.items) c.refuse("its input is no list that is known while reading", "O19");
    return *value.items;
}

/// A place below `end`; those below zero count from `count`.
inline int64_t placeIn(const Context& c, const Value& value, int64_t end, int64_t count) {
    const int64_t at = c.integer(value, "its place");
    const int64_t place = at < 0 ? at + count : at;
    if (place < 0 || place >= end)
        c.refuse(fmt::format("there is no place {} in a list of {}", at, count), "O17");
    return place;
}

}  // namespace vitrine::onnx
