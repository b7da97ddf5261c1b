// SPDX-License-Identifier: Apache-2.0
// Writes a confusion matrix out.
#include "core/cli/confusion_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/cli/text.h"

namespace vitrine::cli {

namespace {

constexpr int mostColumns = 16;
constexpr size_t mostConfusions = 20;

std::string plainName(const TestConfusion& confusion, int label) {
    return label == noAnswer ? "no answer" : confusion.names[static_cast<size_t>(label)];
}

/// As a terminal may be told it.
std::string shownName(const TestConfusion& confusion, int label) {
    return printable(plainName(confusion, label), 24);
}

std::string shareText(const ConfusionMatrix& matrix, int truth, int predicted) {
    if (matrix.ofClass(truth) == 0) return "-";
    return fmt::format("{:.2f} %", 100 * matrix.share(truth, predicted));
}

std::string wholeTable(const TestConfusion& confusion) {
    const ConfusionMatrix& matrix = confusion.matrix;
    std::vector<Table::Column> columns{{"is"}};
    for (int column = 0; column < matrix.columns(); ++column)
        columns.push_back({shownName(confusion, matrix.predictedAt(column)), true});
    columns.push_back({"found", true});
    Table table(std::move(columns));
    for (int truth = 0; truth < matrix.classes(); ++truth) {
        std::vector<std::string> cells{shownName(confusion, truth)};
        for (const int64_t count : matrix.row(truth)) cells.push_back(fmt::format("{}", fmt::group_digits(count)));
        cells.push_back(shareText(matrix, truth, truth));
        table.add(std::move(cells));
    }
    return "What each class is taken for, in test images:\n" + table.text();
}

struct Cell {
    int truth = 0, predicted = 0;
    int64_t count = 0;
};

/// Beside the diagonal, the largest first.
std::vector<Cell> confusionsOf(const ConfusionMatrix& matrix) {
    std::vector<Cell> cells;
    for (int truth = 0; truth < matrix.classes(); ++truth)
        for (int column = 0; column < matrix.columns(); ++column)
            if (const int predicted = matrix.predictedAt(column);
                predicted != truth && matrix.count(truth, predicted) > 0)
                cells.push_back({truth, predicted, matrix.count(truth, predicted)});
    std::ranges::stable_sort(cells, std::ranges::greater(), &Cell::count);
    return cells;
}

std::string largestConfusions(const TestConfusion& confusion) {
    std::vector<Cell> cells = confusionsOf(confusion.matrix);
    const size_t all = cells.size();
    cells.resize(std::min(all, mostConfusions));
    Table table({{"is"}, {"taken for"}, {"images", true}, {"of its class", true}});
    for (const Cell& cell : cells)
        table.add({shownName(confusion, cell.truth), shownName(confusion, cell.predicted),
                   fmt::format("{}", fmt::group_digits(cell.count)),
                   shareText(confusion.matrix, cell.truth, cell.predicted)});
    return fmt::format("The {} largest of {} confusions among {} classes (--csv has all counts):\n",
                       cells.size(), fmt::group_digits(all), confusion.matrix.classes()) +
           table.text();
}

/// A cell of a CSV file.
std::string csvCell(std::string_view text) {
    std::string cell(text);
    if (!cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos)
        cell.insert(0, 1, '\'');
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char letter : cell) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
    return quoted + '"';
}

}  // namespace

std::string confusionTable(const TestConfusion& confusion) {
    return confusion.matrix.columns() <= mostColumns ? wholeTable(confusion)
                                                     : largestConfusions(confusion);
}

std::string confusionCsv(const TestConfusion& confusion) {
    const ConfusionMatrix& matrix = confusion.matrix;
    std::string text = "class";
    for (int column = 0; column < matrix.columns(); ++column)
        text += "," + csvCell(plainName(confusion, matrix.predictedAt(column)));
    text += '\n';
    for (int truth = 0; truth < matrix.classes(); ++truth) {
        text += csvCell(plainName(confusion, truth));
        for (const int64_t count : matrix.row(truth)) text += fmt::format(",{}", count);
        text += '\n';
    }
    return text;
}

nlohmann::ordered_json confusionJson(const TestConfusion& confusion) {
    const ConfusionMatrix& matrix = confusion.matrix;
    nlohmann::ordered_json counts = nlohmann::ordered_json::array();
    for (int truth = 0; truth < matrix.classes(); ++truth) {
        const auto row = matrix.row(truth).first(static_cast<size_t>(matrix.classes()));
        counts.push_back(std::vector<int64_t>(row.begin(), row.end()));
    }
    nlohmann::ordered_json json{{"classes", confusion.names}, {"counts", std::move(counts)}};
    if (matrix.withoutAnswer() == 0) return json;
    std::vector<int64_t> without;
    for (int truth = 0; truth < matrix.classes(); ++truth)
        without.push_back(matrix.count(truth, noAnswer));
    json["without_answer"] = without;
    return json;
}

}  // namespace vitrine::cli
