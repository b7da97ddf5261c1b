// SPDX-License-Identifier: GPL-3.0-or-later
// Significant figures and prefixes.
#include "gui/models/number_text.h"

#include <fmt/format.h>

#include <QLocale>
#include <QRegularExpression>

#include <array>
#include <cmath>
#include <limits>

namespace vitrine::gui {

namespace {

const QString thin = QStringLiteral("\u202f");  ///< narrow space between number and unit

/// Three significant figures without an exponent, for 1 ≤ |x| < 1000.
QString threeFigures(double x) {
    const int decimals = std::abs(x) < 9.995 ? 2 : std::abs(x) < 99.95 ? 1 : 0;
    return QLocale().toString(x, 'f', decimals);
}

/// Exponents stay as files have them: `×10^` of some locales is not what people type.
template <class Real>
QString shortest(Real number) {
    QString text = QString::fromStdString(fmt::format("{}", number));
    return text.replace(QLatin1Char('.'), QLocale().decimalPoint());
}

QString prefixed(double x, const QString& unit) {
    static constexpr std::array prefixes = {"", "k", "M", "G", "T", "P", "E"};
    size_t step = 0;
    while (std::abs(x) >= 999.5 && step + 1 < prefixes.size()) {
        x /= 1000;
        ++step;
    }
    const bool whole = step == 0 && x == std::round(x);
    const QString number = whole ? QLocale().toString(x, 'f', 0) : threeFigures(x);
    const QString end = QLatin1String(prefixes[step]) + unit;
    return end.isEmpty() ? number : number + thin + end;
}

}  // namespace

QString countText(double count) { return prefixed(count, {}); }
QString bytesText(double bytes) { return prefixed(bytes, QStringLiteral("B")); }
QString exactText(int64_t number) { return QLocale().toString(static_cast<qlonglong>(number)); }

QString secondsText(double seconds) {
    struct Unit {
        double size;
        const char* name;
    };
    static constexpr std::array units = {Unit{1, "s"}, Unit{1e-3, "ms"}, Unit{1e-6, "µs"}};
    for (const Unit& unit : units)
        if (seconds >= 0.9995 * unit.size)
            return prefixed(seconds / unit.size, QString::fromUtf8(unit.name));
    return seconds <= 0 ? QStringLiteral("0 s") : threeFigures(seconds * 1e9) + thin + "ns";
}

QString clockText(double seconds) {
    const auto whole = static_cast<qlonglong>(std::lround(std::max(0.0, seconds)));
    const qlonglong hours = whole / 3600, minutes = whole / 60 % 60;
    const QString tail = QStringLiteral("%1").arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (hours == 0) return QStringLiteral("%1:%2").arg(minutes).arg(tail);
    return QStringLiteral("%1:%2:%3").arg(hours).arg(minutes, 2, 10, QLatin1Char('0')).arg(tail);
}

QString realText(double number, int figures) {
    if (std::isnan(number)) return QStringLiteral("nan");
    if (std::isinf(number)) return number > 0 ? QStringLiteral("+inf") : QStringLiteral("−inf");
    QString text = QLocale().toString(number, 'g', figures);
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString decimalText(double number, int decimals) {
    return std::isfinite(number) ? QLocale().toString(number, 'f', decimals) : realText(number);
}

QString percentText(double share, int decimals) {
    return std::isfinite(share) ? decimalText(100 * share, decimals) + thin + QLatin1Char('%')
                                : realText(share);
}

QString editText(double number) { return shortest(number); }
QString editText(float number) { return shortest(number); }

QString editText(const FieldValue& value) {
    const auto* real = std::get_if<double>(&value);
    return real ? editText(*real) : QString::fromStdString(fieldText(value));
}

std::string typedNumber(const QString& text) {
    const QLocale locale;
    QString plain = text.trimmed();
    plain.replace(QChar(0x2212), QLatin1Char('-'));
    plain.replace(locale.negativeSign(), QStringLiteral("-"));
    if (!plain.contains(QLatin1Char('.')))
        plain.replace(locale.decimalPoint(), QStringLiteral("."));
    for (QChar& letter : plain)
        if (letter.isDigit()) letter = QLatin1Char(static_cast<char>('0' + letter.digitValue()));
    return plain.toStdString();
}

QString channelsText(const PerChannel& numbers) {
    QStringList words;
    for (const double number : numbers.numbers()) words << editText(number);
    const bool isComma = QLocale().decimalPoint() == QLatin1String(",");
    return words.join(isComma ? QStringLiteral("; ") : QStringLiteral(", "));
}

std::string typedChannels(const QString& text) {
    const bool isComma = QLocale().decimalPoint() == QLatin1String(",");
    static const QRegularExpression parting(QStringLiteral(";|,\\s"));
    static const QRegularExpression partingAlways(QStringLiteral("[;,]"));
    std::string words;
    for (const QString& word : text.trimmed().split(isComma ? parting : partingAlways))
        words += (words.empty() ? "" : ", ") + typedNumber(word.trimmed());
    return words;
}

std::optional<double> numberFromText(const QString& text) {
    const QString plain = QString::fromStdString(typedNumber(text)).toLower();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (plain == QLatin1String("nan")) return std::numeric_limits<double>::quiet_NaN();
    if (plain == QLatin1String("inf") || plain == QLatin1String("+inf")) return infinity;
    if (plain == QLatin1String("-inf")) return -infinity;
    QLocale files = QLocale::c();
    files.setNumberOptions(QLocale::RejectGroupSeparator);
    bool ok = false;
    const double number = files.toDouble(plain, &ok);
    if (!ok || !std::isfinite(number)) return {};
    return number;
}

QString statisticText(const TensorStatistics& of, double number) {
    return of.count > 0 && of.nonFinite == of.count ? QStringLiteral("—") : realText(number);
}

QString shapeText(const Shape& shape) {
    if (shape.rank() == 0) return QStringLiteral("scalar");
    QStringList extents;
    for (int64_t extent : shape.dims()) extents << QString::number(extent);
    return extents.join(QStringLiteral(" × "));
}

QString batchShapeText(const NodeShapes& shapes, size_t output, int64_t batch) {
    QStringList extents;
    for (const std::string& extent : batchExtents(shapes, output, batch))
        extents << QString::fromStdString(extent);
    return extents.isEmpty() ? QStringLiteral("scalar") : extents.join(QStringLiteral(" × "));
}

}  // namespace vitrine::gui
