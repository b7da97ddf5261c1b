// SPDX-License-Identifier: Apache-2.0
// NaN only: infinity is what masks are made of.
#include "core/onnx/weight_check.h"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "core/graph/names.h"

namespace vitrine::onnx {

namespace {

template <class Float>
int64_t countNan(std::span<const std::byte> bytes) {
    int64_t count = 0;
    for (size_t at = 0; at + sizeof(Float) <= bytes.size(); at += sizeof(Float)) {
        Float number;
        std::memcpy(&number, bytes.data() + at, sizeof number);
        count += std::isnan(number);
    }
    return count;
}

}  // namespace

std::vector<std::string> brokenWeights(const Draft& draft) {
    const std::map<std::string, std::string> weights = draft.weights();
    std::vector<std::string> sentences;
    for (const auto& [id, parameter] : draft.parameters()) {
        if (!parameter.data) continue;
        const TensorData& data = *parameter.data;
        const int64_t count = data.dtype == DType::F32   ? countNan<float>(data.bytes)
                              : data.dtype == DType::F64 ? countNan<double>(data.bytes)
                                                         : 0;
        if (count == 0) continue;
        const auto weight = weights.find(id);
        sentences.push_back(fmt::format("weight {} holds {} NaN",
                                        quoted(weight == weights.end() ? id : weight->second),
                                        count));
    }
    return sentences;
}

}  // namespace vitrine::onnx
