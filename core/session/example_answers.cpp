// SPDX-License-Identifier: Apache-2.0
// Batch by batch; the last one is filled up with its first example.
#include "core/session/example_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/file_error.h"
#include "core/base/guard.h"
#include "core/probe/softmax.h"
#include "core/session/data_facts.h"
#include "core/session/predict_network.h"

namespace vitrine {

namespace {

constexpr int64_t batchSize = 64;

Error noSuchColumn(const std::string& name) {
    return {"U05",
            fmt::format("the data have no column '{}'", name),
            {},
            {},
            "Problems says what the network and the data disagree on."};
}

/// The values of a batch for every input of the network.
class BatchValues {
  public:
    static Result<BatchValues> create(const PredictNetwork& network, const Dataset& data) {
        BatchValues values(data);
        for (const PredictorInput& input : network.inputs()) {
            const int column = data.column(input.column);
            if (column < 0) return noSuchColumn(input.column);
            const auto place = static_cast<size_t>(column);
            values.m_places.push_back(place);
            values.m_values.emplace_back(
                static_cast<size_t>(network.batch() * data.columns[place].bytes()));
        }
        return values;
    }

    const std::vector<std::vector<std::byte>>& read(const ExampleSet& set, int64_t first,
                                                    int64_t count, int64_t batch) {
        std::vector<std::span<std::byte>> to(m_data.columns.size());
        for (int64_t i = 0; i < batch; ++i) {
            for (size_t k = 0; k < m_places.size(); ++k) {
                const auto each = static_cast<size_t>(m_data.columns[m_places[k]].bytes());
                to[m_places[k]] =
                    std::span(m_values[k]).subspan(static_cast<size_t>(i) * each, each);
            }
            set.write(first + (i < count ? i : 0), {}, to);
        }
        return m_values;
    }

  private:
    explicit BatchValues(const Dataset& data) : m_data(data) {}
    const Dataset& m_data;
    std::vector<size_t> m_places;
    std::vector<std::vector<std::byte>> m_values;
};

Error noClasses() {
    return {"U21",
            "no output of the network stands for classes of the data",
            {},
            {},
            "Compare an output with a column of classes by a loss such as cross_entropy."};
}

Error noNumbers(const Column& column) {
    return {"U21",
            fmt::format("no output of the network has as many numbers as column '{}', {}",
                        column.name, column.shape.elements()),
            {},
            {},
            "Name an output that stands for it."};
}

}  // namespace

Result<void> askExamples(const AnswerRequest& request, const AnswersSeen& seen) {
    const ExampleSet& set = request.isTest ? request.data->test : request.data->train;
    if (set.count == 0) return {};
    auto network =
        PredictNetwork::compile(request.project, {.batch = std::min(batchSize, set.count),
                                                  .columns = columnTypes(request.data->columns),
                                                  .stop = request.stop});
    if (!network) return network.error();
    if (request.states) (*network)->setStates(*request.states);
    const int64_t batch = (*network)->batch();
    auto values = BatchValues::create(**network, *request.data);
    if (!values) return values.error();
    for (int64_t first = 0; first < set.count; first += batch) {
        if (request.stop.stop_requested()) return stoppedError();
        const int64_t count = std::min(batch, set.count - first);
        const auto& batchValues = values->read(set, first, count, batch);
        VITRINE_TRY((*network)->check(batchValues));
        VITRINE_TRY((*network)->write(batchValues));
        (*network)->executor().runAll();
        seen(first, count, (*network)->outputs());
        if (request.progress)
            request.progress(static_cast<double>(first + count) / static_cast<double>(set.count));
    }
    return {};
}

Result<Predictions> classAnswers(const AnswerRequest& request, const std::vector<int32_t>& labels) {
    Predictions answers;
    bool hasClasses = true;
    const auto seen = [&](int64_t first, int64_t count,
                          const std::vector<PredictedOutput>& outputs) {
        const auto output = std::ranges::find_if(outputs, &PredictedOutput::isClasses);
        hasClasses = hasClasses && output != outputs.end();
        if (!hasClasses) return;
        for (int64_t i = 0; i < count; ++i) {
            appendAnswer(logitsOf(output->of(i), output->rows),
                         labels[static_cast<size_t>(first + i)], answers);
        }
    };
    VITRINE_TRY(askExamples(request, seen));
    if (!hasClasses) return noClasses();
    return answers;
}

Result<std::vector<float>> numberAnswers(const AnswerRequest& request, const Column& column) {
    std::vector<float> numbers;
    bool hasNumbers = true;
    const auto seen = [&](int64_t, int64_t count, const std::vector<PredictedOutput>& outputs) {
        const auto output = std::ranges::find_if(outputs, [&](const PredictedOutput& one) {
            return !one.isClasses && std::ssize(one.of(0)) == column.shape.elements();
        });
        hasNumbers = hasNumbers && output != outputs.end();
        if (!hasNumbers) return;
        for (int64_t i = 0; i < count; ++i) {
            const std::span<const float> row = output->of(i);
            numbers.insert(numbers.end(), row.begin(), row.end());
        }
    };
    VITRINE_TRY(askExamples(request, seen));
    if (!hasNumbers) return noNumbers(column);
    return numbers;
}

}  // namespace vitrine
