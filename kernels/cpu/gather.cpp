// SPDX-License-Identifier: Apache-2.0
// Rows by their numbers.
#include "kernels/api/gather.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "kernels/api/half.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"

namespace vitrine::kernels {
namespace {

constexpr int64_t grainBytes = 64 * 1024;

/// What lies at place i of an index, or −1 where it names no row.
template <class Index>
int64_t rowOf(const void* index, int64_t i, int64_t rows) {
    const Index number = static_cast<const Index*>(index)[i];
    if constexpr (std::numeric_limits<Index>::is_signed) {
        const int64_t row = number < 0 ? static_cast<int64_t>(number) + rows : number;
        return row >= 0 && row < rows ? row : -1;
    } else {
        return static_cast<uint64_t>(number) < static_cast<uint64_t>(rows)
                   ? static_cast<int64_t>(number)
                   : -1;
    }
}
using RowOf = int64_t (*)(const void* index, int64_t i, int64_t rows);

RowOf rowOfType(DType type) {
    switch (type) {
        case DType::I8:
            return rowOf<int8_t>;
        case DType::I16:
            return rowOf<int16_t>;
        case DType::I32:
            return rowOf<int32_t>;
        case DType::I64:
            return rowOf<int64_t>;
        case DType::U8:
            return rowOf<uint8_t>;
        case DType::U16:
            return rowOf<uint16_t>;
        case DType::U32:
            return rowOf<uint32_t>;
        case DType::U64:
            return rowOf<uint64_t>;
        default:
            return nullptr;
    }
}

/// The bytes of what stands for a row that is not there.
uint64_t missingOf(DType type) {
    switch (type) {
        case DType::F16:
            return floatToHalf(std::numeric_limits<float>::quiet_NaN());
        case DType::BF16:
            return floatToBrain(std::numeric_limits<float>::quiet_NaN());
        case DType::F32:
            return std::bit_cast<uint32_t>(std::numeric_limits<float>::quiet_NaN());
        case DType::F64:
            return std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN());
        default:
            return 0;
    }
}

struct Plan {
    GatherProblem problem;
    RowOf rowOf;
    uint64_t missing;
    Cut items;  ///< gather: rows of y; scatter: rows of dx
};

void runGather(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(bound);
    const GatherProblem& pr = plan.problem;
    const auto bytes = static_cast<size_t>(sizeOf(pr.dtype) * pr.inner);
    const auto* x = static_cast<const std::byte*>(operands[0]);
    auto* y = static_cast<std::byte*>(operands[2]);
    for (int64_t item = plan.items.begin(part); item < plan.items.end(part); ++item) {
        const int64_t row = plan.rowOf(operands[1], item % pr.count, pr.rows);
        std::byte* const to = y + static_cast<size_t>(item) * bytes;
        if (row >= 0) {
            std::memcpy(to, x + static_cast<size_t>(item / pr.count * pr.rows + row) * bytes,
                        bytes);
            continue;
        }
        const auto size = static_cast<size_t>(sizeOf(pr.dtype));
        for (size_t at = 0; at < bytes; at += size) std::memcpy(to + at, &plan.missing, size);
    }
}

/// Each part owns rows of dx and looks at all numbers, so that sums have one order.
template <class T>
void runScatter(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    constexpr int64_t width = 64;
    const auto& plan = *static_cast<const Plan*>(bound);
    const GatherProblem& pr = plan.problem;
    const auto* dy = static_cast<const T*>(operands[0]);
    auto* dx = static_cast<T*>(operands[2]);
    for (int64_t item = plan.items.begin(part); item < plan.items.end(part); ++item)
        for (int64_t first = 0; first < pr.inner; first += width) {
            const int64_t count = std::min(width, pr.inner - first);
            cpu::SumOf<T> sums[width] = {};
            for (int64_t i = 0; i < pr.count; ++i) {
                if (plan.rowOf(operands[1], i, pr.rows) != item % pr.rows) continue;
                const T* const from = dy + (item / pr.rows * pr.count + i) * pr.inner + first;
                for (int64_t k = 0; k < count; ++k) sums[k] += static_cast<cpu::SumOf<T>>(from[k]);
            }
            for (int64_t k = 0; k < count; ++k)
                dx[item * pr.inner + first + k] = static_cast<T>(sums[k]);
        }
}

Kernel bindRows(std::string family, const GatherProblem& problem, int64_t items, int64_t work,
                Kernel::Run run) {
    const RowOf rows = rowOfType(problem.index);
    if (!rows)
        return refuse(family + ": wants whole numbers, got " + std::string(name(problem.index)));
    const Plan plan{problem, rows, missingOf(problem.dtype), cut(items, work, grainBytes)};
    Kernel kernel =
        bindKernel(std::move(family) + " row-major " + std::string(name(problem.dtype)) + " by " +
                       std::string(name(problem.index)),
                   plan, run);
    kernel.parts[0] = plan.items.parts;
    return kernel;
}

}  // namespace

Kernel selectGather(const GatherProblem& problem) {
    if (isPacked(problem.dtype)) return refuse("gather: wants whole bytes");
    return bindRows("gather", problem, problem.outer * problem.count,
                    problem.inner * sizeOf(problem.dtype), runGather);
}

Kernel selectScatterAdd(const GatherProblem& problem) {
    const Kernel::Run run = cpu::forRealOrWhole(
        problem.dtype, [](auto number) -> Kernel::Run { return runScatter<decltype(number)>; });
    if (!run)
        return refuse("scatter_add: wants f32, f64 or whole numbers, got " +
                      std::string(name(problem.dtype)));
    return bindRows("scatter_add", problem, problem.outer * problem.rows,
                    problem.count + problem.inner, run);
}

}  // namespace vitrine::kernels
