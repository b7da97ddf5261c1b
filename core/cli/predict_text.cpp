// SPDX-License-Identifier: Apache-2.0
// Writes predictions out.
#include "core/cli/predict_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/cli/text.h"

namespace vitrine::cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t mostNumbers = 16;  ///< an output of more is told by its range
constexpr size_t mostClasses = 5;   ///< for people

std::vector<int64_t> extentsOf(const PredictedOutput& output) {
    const auto dims = output.shape.dims().subspan(1);
    return {dims.begin(), dims.end()};
}

std::string className(const ExamplePrediction& prediction, const PredictedOutput& output,
                      size_t index) {
    const int column = prediction.data->column(output.classColumn);
    if (column < 0) return std::to_string(index);
    const auto& classes = prediction.data->columns[static_cast<size_t>(column)].classes;
    return index < classes.size() ? classes[index] : std::to_string(index);
}

/// What the data have for an output that stands for classes; empty where they say nothing.
std::string expectedClass(const ExamplePrediction& prediction, const PredictedOutput& output) {
    const int column = prediction.data->column(output.classColumn);
    if (column < 0) return {};
    const int32_t number =
        prediction.data->test.number(static_cast<size_t>(column), prediction.example);
    return className(prediction, output, static_cast<size_t>(number));
}

std::string classesText(const ExamplePrediction& prediction, const PredictedOutput& output) {
    const std::vector<float> probabilities = probabilitiesOf(output, 0);
    std::vector<size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return probabilities[a] > probabilities[b]; });
    std::vector<std::string> likeliest;
    for (size_t i = 0; i < std::min(order.size(), mostClasses); ++i)
        likeliest.push_back(fmt::format("{} {:.2f} %", className(prediction, output, order[i]),
                                        100.0 * probabilities[order[i]]));
    std::string text = fmt::format("{}", fmt::join(likeliest, ", "));
    if (order.size() > mostClasses) text += ", …";
    const std::string expected = expectedClass(prediction, output);
    return expected.empty() ? text : fmt::format("{} (the data say {})", text, expected);
}

std::string outputText(const ExamplePrediction& prediction, const PredictedOutput& output) {
    if (output.isClasses) return classesText(prediction, output);
    const std::span<const float> elements = output.of(0);
    if (elements.size() <= mostNumbers) {
        std::vector<std::string> numbers;
        for (float element : elements) numbers.push_back(fmt::format("{:.6g}", element));
        return fmt::format("{}", fmt::join(numbers, ", "));
    }
    const auto [smallest, largest] = std::ranges::minmax(elements);
    return fmt::format("{} number{} from {:.6g} to {:.6g}", fmt::join(extentsOf(output), " × "),
                       elements.size() == 1 ? "" : "s", smallest, largest);
}

ordered_json outputJson(const ExamplePrediction& prediction, const PredictedOutput& output,
                        bool isResult) {
    ordered_json json{{"name", output.name}, {"shape", extentsOf(output)}};
    const std::span<const float> elements = output.of(0);
    const auto number = [&](float x) { return isResult ? ordered_json(x) : ordered_json(); };
    if (output.isClasses) {
        const std::vector<float> probabilities = probabilitiesOf(output, 0);
        json["classes"] = ordered_json::array();
        for (size_t i = 0; i < probabilities.size(); ++i)
            json["classes"].push_back({{"class", className(prediction, output, i)},
                                       {"probability", number(probabilities[i])}});
        if (const std::string expected = expectedClass(prediction, output); !expected.empty())
            json["expected"] = expected;
    } else if (elements.size() <= mostNumbers) {
        json["numbers"] = ordered_json::array();
        for (float element : elements) json["numbers"].push_back(number(element));
    } else {
        const auto [smallest, largest] = std::ranges::minmax(elements);
        json["smallest"] = number(smallest);
        json["largest"] = number(largest);
    }
    return json;
}

bool isAnyFinite(const TensorStatistics& statistics) {
    return statistics.count > statistics.nonFinite;
}

}  // namespace

std::string entriesTable(const std::vector<EntryResult>& results) {
    Table table({{"#", true},
                 {"operator", false, 34},
                 {"node", false, 24},
                 {"value", false, 34},
                 {"shape"},
                 {"min", true},
                 {"max", true},
                 {"mean", true},
                 {""}});
    for (const EntryResult& result : results) {
        const TensorStatistics& statistics = result.value.statistics;
        const auto number = [&](double x) {
            return isAnyFinite(statistics) ? fmt::format("{:.6g}", x) : std::string("none");
        };
        table.add(
            {std::to_string(result.entry), result.operatorId,
             fmt::format("{}", fmt::join(result.nodes, " ")), result.value.name,
             result.value.type.shape.text(), number(statistics.minimum), number(statistics.maximum),
             number(statistics.mean),
             statistics.nonFinite == 0
                 ? std::string()
                 : fmt::format("{} of {} not finite", statistics.nonFinite, statistics.count)});
    }
    return table.text();
}

std::string entriesJson(const std::vector<EntryResult>& results) {
    std::string text;
    for (const EntryResult& result : results) {
        const TensorStatistics& statistics = result.value.statistics;
        const auto number = [&](double x) {
            return isAnyFinite(statistics) ? ordered_json(x) : ordered_json();
        };
        const ordered_json line{{"event", "entry"},
                                {"index", result.entry},
                                {"operator", result.operatorId},
                                {"origins", result.nodes},
                                {"value", result.value.name},
                                {"shape", result.value.type.shape.dims()},
                                {"minimum", number(statistics.minimum)},
                                {"maximum", number(statistics.maximum)},
                                {"mean", number(statistics.mean)},
                                {"not_finite", statistics.nonFinite}};
        text += line.dump() + "\n";
    }
    return text;
}

std::string predictionText(const ExamplePrediction& prediction) {
    std::string text = fmt::format("Test example {}:\n", prediction.example);
    for (const PredictedOutput& output : prediction.outputs)
        text += fmt::format("{}: {}\n", output.name, outputText(prediction, output));
    return text;
}

std::string predictionJson(const ExamplePrediction& prediction, const std::optional<Error>& fault) {
    ordered_json json{{"event", "prediction"},
                      {"example", prediction.example},
                      {"outputs", ordered_json::array()}};
    for (const PredictedOutput& output : prediction.outputs)
        json["outputs"].push_back(outputJson(prediction, output, !fault));
    if (fault) json["error"] = fault->code + ": " + fault->message;
    return json.dump() + "\n";
}

}  // namespace vitrine::cli
