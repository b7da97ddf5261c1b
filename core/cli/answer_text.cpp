// SPDX-License-Identifier: Apache-2.0
// Softmax over rows of logits, the likeliest first; of other outputs the extents and the range.
#include "core/cli/answer_text.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/cli/network_options.h"
#include "core/cli/text.h"
#include "core/probe/softmax.h"
#include "core/tensor/element.h"

namespace vitrine::cli {

namespace {

using nlohmann::ordered_json;

constexpr int64_t mostNumbers = 16, mostExamples = 16;

double elementOf(const TensorData& tensor, int64_t index) {
    return readElement(tensor.bytes.data(), tensor.dtype, index);
}

struct Likely {
    size_t index = 0;
    double probability = 0;
};

/// The likeliest classes of one row of logits.
std::vector<Likely> likeliest(const TensorData& logits, int64_t example, int64_t top) {
    const int64_t classes = logits.shape[1];
    std::vector<double> row;
    for (int64_t i = 0; i < classes; ++i) row.push_back(elementOf(logits, example * classes + i));
    const std::vector<float> probabilities = softmax(row);
    std::vector<Likely> all;
    for (size_t i = 0; i < probabilities.size(); ++i) all.push_back({i, probabilities[i]});
    std::ranges::stable_sort(all, std::greater(), &Likely::probability);
    all.resize(std::min(all.size(), static_cast<size_t>(top)));
    return all;
}

std::string className(const AnswerView& view, size_t index) {
    return index < view.classes.size() ? view.classes[index] : std::to_string(index);
}

std::string classesText(const AnswerView& view, const NamedTensor& answer) {
    std::string text;
    const int64_t examples = answer.data->shape[0];
    for (int64_t example = 0; example < std::min(examples, mostExamples); ++example) {
        std::vector<std::string> words;
        for (const Likely& likely : likeliest(*answer.data, example, view.top))
            words.push_back(fmt::format("{} {:.2f} %", className(view, likely.index),
                                        100 * likely.probability));
        text += fmt::format("{}{}: {}\n", answer.name,
                            examples == 1 ? "" : fmt::format(" of example {}", example),
                            fmt::join(words, ", "));
    }
    if (examples > mostExamples) text += fmt::format("… {} more\n", examples - mostExamples);
    return text;
}

std::string numbersText(const NamedTensor& answer) {
    const TensorData& tensor = *answer.data;
    const int64_t elements = tensor.shape.elements();
    std::string text =
        fmt::format("{}: {} {}", answer.name, name(tensor.dtype), tensor.shape.text());
    double smallest = INFINITY, largest = -INFINITY;
    std::vector<std::string> few;
    for (int64_t i = 0; i < elements; ++i) {
        const double number = elementOf(tensor, i);
        smallest = std::fmin(smallest, number);
        largest = std::fmax(largest, number);
        if (elements <= mostNumbers) few.push_back(fmt::format("{:.7g}", number));
    }
    if (elements == 0) return text + "\n";
    if (elements <= mostNumbers) return fmt::format("{}: {}\n", text, fmt::join(few, ", "));
    return fmt::format("{}, from {:.6g} to {:.6g}\n", text, smallest, largest);
}

ordered_json classesJson(const AnswerView& view, const NamedTensor& answer, int64_t example) {
    ordered_json json{{"event", "classes"},
                      {"output", answer.name},
                      {"example", example},
                      {"classes", ordered_json::array()}};
    for (const Likely& likely : likeliest(*answer.data, example, view.top)) {
        ordered_json one{{"class", className(view, likely.index)}, {"index", likely.index}};
        one["probability"] =
            std::isfinite(likely.probability) ? ordered_json(likely.probability) : ordered_json();
        json["classes"].push_back(std::move(one));
    }
    return json;
}

}  // namespace

std::string answerText(const AnswerView& view) {
    std::string text;
    for (size_t i = 0; i < view.answers.size(); ++i) {
        const bool isClasses = view.inference.outputs()[i].isClasses;
        text += isClasses ? classesText(view, view.answers[i]) : numbersText(view.answers[i]);
    }
    if (!view.out.empty())
        text += fmt::format("{} output{} saved in {}\n", view.answers.size(),
                            view.answers.size() == 1 ? "" : "s", shellWord(view.out));
    return text;
}

std::string answerJson(const AnswerView& view) {
    std::string text;
    for (size_t i = 0; i < view.answers.size(); ++i) {
        const NamedTensor& answer = view.answers[i];
        ordered_json json{{"event", "output"},
                          {"name", answer.name},
                          {"shape", answer.data->shape.dims()},
                          {"type", name(answer.data->dtype)}};
        if (!view.out.empty()) json["file"] = placeOf(view.out, answer.name);
        text += json.dump() + "\n";
        if (!view.inference.outputs()[i].isClasses) continue;
        for (int64_t example = 0; example < answer.data->shape[0]; ++example)
            text += classesJson(view, answer, example).dump() + "\n";
    }
    return text;
}

std::string timingTable(const std::vector<InferenceTiming>& timings) {
    Table table({{"batch", true},
                 {"runs", true},
                 {"p50 ms", true},
                 {"p90 ms", true},
                 {"p99 ms", true},
                 {"examples/s", true}});
    for (const InferenceTiming& timing : timings)
        table.add({std::to_string(timing.batch), std::to_string(timing.runs),
                   fmt::format("{:.3f}", 1e3 * timing.p50), fmt::format("{:.3f}", 1e3 * timing.p90),
                   fmt::format("{:.3f}", 1e3 * timing.p99),
                   fmt::format("{:.0f}", timing.examplesPerSecond)});
    return table.text();
}

std::string timingJson(const std::vector<InferenceTiming>& timings) {
    std::string text;
    for (const InferenceTiming& timing : timings)
        text += ordered_json{{"event", "bench"},
                             {"batch", timing.batch},
                             {"runs", timing.runs},
                             {"p50_ms", 1e3 * timing.p50},
                             {"p90_ms", 1e3 * timing.p90},
                             {"p99_ms", 1e3 * timing.p99},
                             {"images_per_s", timing.examplesPerSecond}}
                    .dump() +
                "\n";
    return text;
}

}  // namespace vitrine::cli
