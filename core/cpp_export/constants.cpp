// SPDX-License-Identifier: Apache-2.0
// Instructions whose operands are all known are run by the engine.
#include "core/cpp_export/constants.h"

#include <algorithm>

#include "core/opdef/descriptor.h"
#include "core/tensor/element.h"

namespace vitrine::cpp_export {

namespace {

/// A few numbers may be made of none.
constexpr int64_t alwaysFolded = 1024, mostBytes = int64_t{1} << 32;

bool shouldFold(const Program& program, const Instr& instr, const std::vector<Numbers>& known) {
    int64_t in = 0, out = 0;
    for (const ValueId v : instr.operands()) {
        const Numbers& numbers = known[static_cast<size_t>(v)];
        if (!numbers) return false;
        in += std::ssize(numbers->bytes);
    }
    for (const ValueId v : instr.out)
        out += bytesOf(program.value(v).dtype, program.value(v).shape.elements());
    return out <= std::max(in, alwaysFolded);
}

}  // namespace

std::vector<Numbers> knownNumbers(const Program& program, std::vector<Numbers> states) {
    std::vector<Numbers> known = std::move(states);
    known.resize(program.values.size());
    for (const Instr& instr : program.instrs) {
        if (!shouldFold(program, instr, known)) continue;
        std::vector<Numbers> operands;
        for (const ValueId v : instr.in)
            operands.push_back(v == noValue ? nullptr : known[static_cast<size_t>(v)]);
        // What the engine does not work out alone the exported program does.
        const auto results = evaluate(*instr.op, instr.attrs, operands, mostBytes);
        for (size_t k = 0; results.ok() && k < instr.out.size(); ++k)
            known[static_cast<size_t>(instr.out[k])] = (*results)[k];
    }
    return known;
}

std::vector<double> asDoubles(const TensorData& numbers) {
    std::vector<double> all(static_cast<size_t>(numbers.shape.elements()));
    for (size_t i = 0; i < all.size(); ++i)
        all[i] = readElement(numbers.bytes.data(), numbers.dtype, static_cast<int64_t>(i));
    return all;
}

const double* uniformNumber(const TensorData& numbers, double& room) {
    constexpr int64_t mostLookedAt = 1 << 16;
    const int64_t count = numbers.shape.elements();
    if (count < 1 || count > mostLookedAt) return nullptr;
    room = readElement(numbers.bytes.data(), numbers.dtype, 0);
    for (int64_t i = 1; i < count; ++i)
        if (readElement(numbers.bytes.data(), numbers.dtype, i) != room) return nullptr;
    return &room;
}

}  // namespace vitrine::cpp_export
