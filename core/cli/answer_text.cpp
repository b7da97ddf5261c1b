// SPDX-License-Identifier: Apache-2.0
// Rows of classes, the likeliest first; of other outputs the extents and the range.
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
    double number = 0, probability = 0;
};

/// A row of classes, the likeliest first.
struct ClassRow {
    std::vector<Likely> likeliest;
    /// Nothing says that the numbers are of classes: they are shown beside what softmax makes.
    bool isGuess = false;
};

ClassRow rowOf(const AnswerView& view, size_t output, int64_t example) {
    const TensorData& numbers = *view.answers[output].data;
    const RowKind kind = view.inference.outputs()[output].rows;
    const int64_t classes = numbers.shape[1];
    std::vector<double> row;
    for (int64_t i = 0; i < classes; ++i) row.push_back(elementOf(numbers, example * classes + i));
    const std::vector<float> probabilities = softmax(logitsOf(row, kind));
    ClassRow found;
    found.isGuess =
        kind == RowKind::Unknown && !addUpToOne(row) && std::ssize(view.classes) != classes;
    for (size_t i = 0; i < row.size(); ++i)
        found.likeliest.push_back({i, row[i], probabilities[i]});
    std::ranges::stable_sort(found.likeliest, std::greater(), &Likely::probability);
    found.likeliest.resize(std::min(row.size(), static_cast<size_t>(view.top)));
    return found;
}

std::string className(const AnswerView& view, size_t index) {
    return index < view.classes.size() ? view.classes[index] : std::to_string(index);
}

/// `robin 87.20 %`; of a guess `3: 17.5 (softmax 87.20 %)`
std::string likelyText(const AnswerView& view, const Likely& likely, bool isGuess) {
    const double percent = 100 * likely.probability;
    const std::string called = className(view, likely.index);
    return isGuess ? fmt::format("{}: {:.6g} (softmax {:.2f} %)", called, likely.number, percent)
                   : fmt::format("{} {:.2f} %", called, percent);
}

std::string classesText(const AnswerView& view, size_t output) {
    const NamedTensor& answer = view.answers[output];
    std::string text;
    const int64_t examples = answer.data->shape[0];
    for (int64_t example = 0; example < std::min(examples, mostExamples); ++example) {
        std::vector<std::string> words;
        const ClassRow row = rowOf(view, output, example);
        for (const Likely& likely : row.likeliest)
            words.push_back(likelyText(view, likely, row.isGuess));
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

ordered_json classesJson(const AnswerView& view, size_t output, int64_t example) {
    ordered_json json{{"event", "classes"},
                      {"output", view.answers[output].name},
                      {"example", example},
                      {"classes", ordered_json::array()}};
    const auto number = [](double x) {
        return std::isfinite(x) ? ordered_json(x) : ordered_json();
    };
    const ClassRow row = rowOf(view, output, example);
    for (const Likely& likely : row.likeliest) {
        ordered_json one{{"class", className(view, likely.index)}, {"index", likely.index}};
        one["number"] = number(likely.number);
        one[row.isGuess ? "softmax" : "probability"] = number(likely.probability);
        json["classes"].push_back(std::move(one));
    }
    return json;
}

}  // namespace

std::string answerText(const AnswerView& view) {
    std::string text;
    for (size_t i = 0; i < view.answers.size(); ++i) {
        const bool isClasses = view.inference.outputs()[i].isClasses;
        text += isClasses ? classesText(view, i) : numbersText(view.answers[i]);
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
            text += classesJson(view, i, example).dump() + "\n";
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
