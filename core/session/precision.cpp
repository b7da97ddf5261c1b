// SPDX-License-Identifier: Apache-2.0
#include "core/session/precision.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/file.h"

namespace vitrine {

namespace {

using kernels::ProductFormat;

struct Precision {
    const char* name;
    ProductFormat products;
    bool isOfGpus;
    bool trainsInWords;  ///< of 32 bits
};

constexpr std::array<Precision, 5> precisions{{{"fp32", ProductFormat::F32, false, true},
                                               {"fp64", ProductFormat::F32, false, false},
                                               {"tf32", ProductFormat::Tf32, true, true},
                                               {"bf16", ProductFormat::Bf16, true, true},
                                               {"fp16", ProductFormat::F16, true, true}}};

}  // namespace

std::vector<std::string> precisionNames(bool withGpu) {
    std::vector<std::string> names;
    for (const Precision& precision : precisions)
        if (withGpu || !precision.isOfGpus) names.emplace_back(precision.name);
    return names;
}

std::vector<std::string> trainingPrecisions() {
    std::vector<std::string> names;
    for (const Precision& precision : precisions)
        if (precision.trainsInWords) names.emplace_back(precision.name);
    return names;
}

bool roundsProducts(const std::string& precision) {
    const auto found = std::ranges::find(precisions, precision, &Precision::name);
    return found != precisions.end() && found->isOfGpus;
}

Result<ProductFormat> productFormatOf(const std::string& precision) {
    const auto found = std::ranges::find(precisions, precision, &Precision::name);
    if (found != precisions.end()) return found->products;
    return Error{"L06",
                 fmt::format("the precision '{}' is not known; there are {}",
                             printable(precision, 40), fmt::join(precisionNames(true), ", ")),
                 {},
                 "Nothing was done.",
                 "Choose one of these."};
}

}  // namespace vitrine
