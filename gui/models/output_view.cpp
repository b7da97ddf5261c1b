// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers become pixels and words.
#include "gui/models/output_view.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/probe/softmax.h"
#include "gui/models/column_text.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

constexpr int64_t largestSide = 4096;

bool isPicture(const Shape& shape) {
    return shape.rank() == 4 && shape[2] <= largestSide && shape[3] <= largestSide &&
           shape[2] * shape[3] > 1;
}

QString classWords(const PredictedOutput& output, int64_t example, const Dataset* data) {
    const LikeliestClass likeliest = likeliestClass(logitsOf(output.of(example), output.rows));
    static const Column none;
    const int column = data ? data->column(output.classColumn) : -1;
    const QString name =
        classText(column < 0 ? none : data->columns[static_cast<size_t>(column)], likeliest.index);
    if (likeliest.index == noAnswer) return name;
    return QCoreApplication::translate("OutputView", "%1 · %2")
        .arg(name, percentText(static_cast<double>(likeliest.probability), 1));
}

/// `conv1.weight`, `conv1.bias` → `conv1`.
QString nodesOf(const std::vector<std::string>& states) {
    QStringList nodes;
    for (const std::string& state : states)
        nodes << QString::fromStdString(state.substr(0, state.rfind('.')));
    nodes.removeDuplicates();
    return nodes.join(QStringLiteral(", "));
}

QString tr(const char* text) { return QCoreApplication::translate("OutputView", text); }

}  // namespace

QString weightsText(const UsedWeights& weights, const QString& origin) {
    if (weights.step == 0 && !origin.isEmpty()) return tr("Weights as they are in %1").arg(origin);
    if (weights.step == 0) return tr("Weights have not been trained yet.");
    if (weights.isFresh && !weights.fresh.empty())
        return tr("No trained weights fit this network: these are fresh.");
    const QString text = tr("Weights of step %1").arg(exactText(weights.step));
    if (weights.fresh.empty()) return text;
    return text + tr("; fresh, for they have changed since: %1").arg(nodesOf(weights.fresh));
}

std::pair<double, double> rangeOf(const PredictedOutput& output, int64_t example) {
    if (output.range) return *output.range;
    constexpr double slack = 0.25;  // a reconstruction overshoots a little
    double lowest = 0, highest = 1;
    for (const float number : output.of(example)) {
        if (!std::isfinite(number)) continue;
        lowest = std::min(lowest, static_cast<double>(number));
        highest = std::max(highest, static_cast<double>(number));
    }
    if (lowest >= -slack && highest <= 1 + slack) return {0, 1};
    return {lowest, highest};
}

QImage pictureOf(const PredictedOutput& output, int64_t example) {
    if (!isPicture(output.shape)) return {};
    const auto [lowest, highest] = rangeOf(output, example);
    const ImageExtent extent{static_cast<int>(output.shape[1]), static_cast<int>(output.shape[2]),
                             static_cast<int>(output.shape[3])};
    return imageOf(output.of(example), extent, lowest, highest);
}

QString textOf(const PredictedOutput& output, int64_t example, const Dataset* data) {
    if (output.isClasses) return classWords(output, example, data);
    constexpr size_t most = 4;
    QStringList numbers;
    const std::span<const float> all = output.of(example);
    for (const float number : all.first(std::min(all.size(), most)))
        numbers << realText(static_cast<double>(number));
    if (all.size() > most) numbers << QStringLiteral("…");
    return numbers.join(QStringLiteral(", "));
}

}  // namespace vitrine::gui
