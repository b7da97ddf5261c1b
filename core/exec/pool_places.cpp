// SPDX-License-Identifier: Apache-2.0
// One walk over the instructions: who makes an index, and who reads it otherwise than pools do.
#include "core/exec/pool_places.h"

#include <functional>
#include <numeric>
#include <string_view>

#include "core/exec/readers.h"
#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

constexpr int64_t mostPlaces = 256;
constexpr size_t indexPort = 1;

bool isMaxPool(const Instr& instr) {
    const std::string_view id = instr.op->id;
    return id == "max_pool1d" || id == "max_pool2d" || id == "max_pool3d";
}

bool readsPlaces(const Instr& instr) {
    return instr.op->id == "max_pool_backward" || instr.op->id == "max_pool_gather";
}

int64_t placesOf(const Instr& pool) {
    const std::vector<int64_t>& kernel = pool.attrs.list("kernel");
    return std::accumulate(kernel.begin(), kernel.end(), int64_t{1}, std::multiplies<>());
}

}  // namespace

void keepPlacesInBytes(Program& program) {
    std::vector<ValueId> indices;
    std::vector<char> staysWide = stayingValues(program);
    const auto stay = [&](ValueId v) { staysWide[static_cast<size_t>(v)] = 1; };
    for (const Instr& instr : program.instrs) {
        if (isMaxPool(instr) && placesOf(instr) <= mostPlaces)
            indices.push_back(instr.out[indexPort]);
        for (size_t k = 0; k < instr.in.size(); ++k)
            if (instr.in[k] != noValue && !(k == indexPort && readsPlaces(instr)))
                stay(instr.in[k]);
    }
    for (ValueId v : indices)
        if (!staysWide[static_cast<size_t>(v)])
            program.values[static_cast<size_t>(v)].dtype = DType::U8;
}

}  // namespace vitrine
