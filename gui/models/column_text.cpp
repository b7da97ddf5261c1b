// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes become words.
#include "gui/models/column_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

#include "core/probe/predictions.h"
#include "core/tensor/element.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

template <class Fits>
int firstColumn(const Dataset& data, std::string_view wanted, Fits fits) {
    const int named = data.column(wanted);
    if (named >= 0 && fits(data.columns[static_cast<size_t>(named)])) return named;
    const auto found = std::ranges::find_if(data.columns, fits);
    return found == data.columns.end() ? -1 : static_cast<int>(found - data.columns.begin());
}

}  // namespace

ShownColumns shownColumns(const Dataset& data, std::string_view image, std::string_view truth) {
    const auto isImage = [](const Column& column) { return column.isImage(); };
    const auto isText = [](const Column& column) { return !column.isImage(); };
    return {firstColumn(data, image, isImage), firstColumn(data, truth, isText)};
}

ImageExtent extentOf(const Column& column) {
    if (!column.isImage()) return {};
    return {static_cast<int>(column.shape[0]), static_cast<int>(column.shape[1]),
            static_cast<int>(column.shape[2])};
}

QImage pictureOf(const Column& column, std::span<const std::byte> value) {
    if (!column.isImage()) return {};
    return imageOf(std::span(reinterpret_cast<const uint8_t*>(value.data()), value.size()),
                   extentOf(column));
}

QString classText(const Column& column, int32_t number) {
    if (number == noAnswer) return QCoreApplication::translate("ColumnText", "not a number");
    const auto at = static_cast<size_t>(number);
    return at < column.classes.size() ? QString::fromStdString(column.classes[at])
                                      : QString::number(number);
}

namespace {

constexpr int64_t most = 4;

/// A number for each class: the names of those that are there, with shares where they are mixed.
QString presentClasses(const Column& column, std::span<const std::byte> value) {
    QStringList names;
    for (int64_t i = 0; i < column.shape.elements(); ++i) {
        const double share = readElement(value.data(), column.dtype, i);
        if (share <= 0) continue;
        if (std::ssize(names) == most)
            return names.join(QStringLiteral(", ")) + QStringLiteral(", …");
        const QString name = classText(column, static_cast<int32_t>(i));
        names << (share < 1 ? QStringLiteral("%1 %2").arg(name, percentText(share, 0)) : name);
    }
    return names.isEmpty() ? QCoreApplication::translate("ColumnText", "none of the classes")
                           : names.join(QStringLiteral(", "));
}

}  // namespace

QString textOf(const Column& column, std::span<const std::byte> value) {
    const bool isOfEachClass =
        column.shape.rank() == 1 && column.shape.elements() == std::ssize(column.classes);
    if (column.hasClasses() && isOfEachClass) return presentClasses(column, value);
    QStringList numbers;
    for (int64_t i = 0; i < std::min(column.shape.elements(), most); ++i) {
        const double number = readElement(value.data(), column.dtype, i);
        numbers << (column.hasClasses() ? classText(column, static_cast<int32_t>(number))
                                        : realText(number));
    }
    if (column.shape.elements() > most) numbers << QStringLiteral("…");
    return numbers.join(QStringLiteral(", "));
}

}  // namespace vitrine::gui
