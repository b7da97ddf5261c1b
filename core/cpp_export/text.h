// SPDX-License-Identifier: Apache-2.0
// Pieces of C++ text: numbers, types, calls, loops over arrays that lie anyhow.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/array_view.h"
#include "kernels/api/dtype.h"

namespace vitrine::cpp_export {

/// `float`, `std::int32_t`; empty for a type that plain C++ has not.
std::string typeName(DType dtype);
/// "E01" for a type that plain C++ has not.
Result<void> needPlainType(DType dtype);

std::string number(int64_t value);
/// One that a compiler reads as the very same number of the type.
std::string literal(double value, DType dtype);

std::string joined(const std::vector<std::string>& parts, const char* between = ", ");
/// `{a, b}`.
std::string braced(const std::vector<std::string>& parts);
std::string call(const std::string& function, const std::vector<std::string>& arguments);

struct Variable {
    std::string type, name;
};
/// `[](float a) { … }`.
std::string lambda(const std::vector<Variable>& parameters,
                   const std::vector<std::string>& statements);

/// A walk over arrays of one shape: axes that all pass alike are one.
struct WalkText {
    std::vector<int64_t> extents;             ///< outermost first, at least one
    std::vector<std::vector<int64_t>> steps;  ///< by array

    /// `{2, {3, 4}, {{4, 1}, {1, 3}}}`.
    std::string text() const;
};
/// The first array decides in which order elements are passed.
WalkText walkOver(const std::vector<ArrayView>& arrays);
/// `map<1, 0>(walk, function, y, x)`; the first array is the result.
std::string mapCall(const std::vector<ArrayView>& arrays, const std::string& function,
                    const std::vector<std::string>& pointers);

/// A name that C++ takes, from one that people gave.
std::string identifierFor(const std::string& name);
/// `"…"`, with what is not plain ASCII escaped.
std::string quoted(const std::string& text);

}  // namespace vitrine::cpp_export
