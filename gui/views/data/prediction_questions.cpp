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
            const auto place = static_cast<size_t>(column);
            const auto each = static_cast<size_t>(data->columns[place].bytes());
            std::vector<std::byte>& all = values.emplace_back(each * static_cast<size_t>(count));
            std::vector<std::span<std::byte>> to(data->columns.size());
            for (int64_t i = 0; i < count; ++i) {
                to[place] = std::span(all).subspan(static_cast<size_t>(i) * each, each);
                data->test.write(first + i, {}, to);
            }
        }
        return values;
    };
}

}  // namespace vitrine::gui
