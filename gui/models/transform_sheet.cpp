// SPDX-License-Identifier: GPL-3.0-or-later
// Stages become pictures.
#include "gui/models/transform_sheet.h"

#include <QCoreApplication>

#include <algorithm>

#include "gui/models/column_text.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("Transforms", words); }

QImage pictureOf(const WorkedImage& image) {
    return imageOf(std::span(image.pixels),
                   {static_cast<int>(image.shape[0]), static_cast<int>(image.shape[1]),
                    static_cast<int>(image.shape[2])});
}

/// `cat 70 % · dog 30 %`, the largest first.
QString sharesText(const WorkedExample& example, const Column& classes) {
    std::vector<std::pair<float, int32_t>> shares;
    for (size_t i = 0; i < example.classShares.size(); ++i)
        if (example.classShares[i] > 0)
            shares.emplace_back(example.classShares[i], static_cast<int32_t>(i));
    std::ranges::sort(shares, std::greater());
    QStringList words;
    for (const auto& [share, number] : shares)
        words << QStringLiteral("%1 %2").arg(classText(classes, number),
                                             percentText(static_cast<double>(share), 0));
    return words.join(QStringLiteral(" · "));
}

/// The longest beginning of a list that images go through.
size_t possible(const std::vector<Column>& columns, std::span<const Transform> list,
                TransformSheet& sheet) {
    for (size_t length = 0; length <= list.size(); ++length) {
        const auto behind = columnsBehind(columns, list.first(length));
        if (!behind) {
            sheet.error = behind.error();
            return length - 1;
        }
        const auto image = std::ranges::find_if(*behind, &Column::isImage);
        sheet.given = image == behind->end() ? QString() : shapeText(image->shape);
    }
    return list.size();
}

}  // namespace

TransformSheet transformSheetOf(const TransformQuestion& question) {
    TransformSheet sheet;
    const std::vector<Column>& columns = question.stored->columns;
    const ExampleSet& set = question.isTest ? question.stored->test : question.stored->train;
    possible(columns, {}, sheet);
    sheet.stored = sheet.given;
    const size_t length = possible(columns, question.list, sheet);
    const std::span<const Transform> list = std::span(question.list).first(length);
    sheet.titles << tr("Before");
    for (const Transform& transform : list)
        sheet.titles << QString::fromUtf8(transform.kind->title.data(),
                                          static_cast<qsizetype>(transform.kind->title.size()));
    const int classes = classColumn(columns);
    // Shares are of the first classes that there are: numbers, or shares themselves.
    const auto named = std::ranges::find_if(columns, &Column::hasClasses);
    const int64_t rows = std::min<int64_t>(question.rows, set.count);
    for (int64_t row = 0; row < rows; ++row) {
        const int64_t index = (question.first + row * (set.count / rows)) % set.count;
        TransformSheet::Row shown;
        shown.name = classes < 0 ? tr("Example %1").arg(exactText(index))
                                 : classText(columns[static_cast<size_t>(classes)],
                                             set.number(static_cast<size_t>(classes), index));
        for (const WorkedExample& stage : stagesOf(set, columns, list, index, question.occasion))
            shown.stages.push_back(
                {stage.images.empty() ? QImage() : pictureOf(stage.images.front()),
                 stage.classShares.empty() || named == columns.end() ? QString()
                                                                     : sharesText(stage, *named)});
        sheet.rows.push_back(std::move(shown));
    }
    return sheet;
}

}  // namespace vitrine::gui
