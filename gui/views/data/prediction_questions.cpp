// SPDX-License-Identifier: GPL-3.0-or-later
// Values become the bytes that the data store.
#include "gui/views/data/prediction_questions.h"

#include <cmath>

#include <fmt/format.h>

#include "core/tensor/element.h"

namespace vitrine::gui {

using Values = std::vector<std::vector<std::byte>>;

PredictionQuestion drawnQuestion(const std::vector<float>& pixels) {
    return [pixels](const std::vector<PredictorInput>& inputs) -> Result<Values> {
        std::vector<std::byte> bytes;
        const DType type = inputs.empty() ? DType::F32 : inputs.front().dtype;
        bytes.resize(pixels.size() * static_cast<size_t>(sizeOf(type)));
        for (size_t i = 0; i < pixels.size(); ++i)
            writeElement(bytes.data(), type, static_cast<int64_t>(i),
                         type == DType::U8 ? std::round(255 * static_cast<double>(pixels[i]))
                                           : static_cast<double>(pixels[i]));
        Values values;
        values.push_back(std::move(bytes));
        return values;
    };
}

PredictionQuestion examplesQuestion(std::shared_ptr<const Dataset> data, int64_t first,
                                    int64_t count) {
    return [data, first, count](const std::vector<PredictorInput>& inputs) -> Result<Values> {
        Values values;
        for (const PredictorInput& input : inputs) {
            const int column = data->column(input.column);
            if (column < 0)
                return Error{"U05",
                             fmt::format("the data have no column '{}'", input.column),
                             {},
                             {},
                             "Problems says what the network and the data disagree on."};
            std::vector<std::byte>& all = values.emplace_back();
            for (int64_t i = first; i < first + count; ++i) {
                const auto value = data->test.value(static_cast<size_t>(column), i);
                all.insert(all.end(), value.begin(), value.end());
            }
        }
        return values;
    };
}

}  // namespace vitrine::gui
