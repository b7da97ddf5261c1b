// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers with their units, in the language of the window.
#include "gui/models/metric_words.h"

#include <QCoreApplication>

#include "gui/models/number_text.h"

namespace vitrine::gui {

QString metricWords(const MetricDescriptor& metric, double value) {
    switch (metric.unit) {
        case MetricUnit::Share:
            return percentText(value, 2);
        case MetricUnit::Degrees:
            return QStringLiteral("%1°").arg(decimalText(value, 2));
        case MetricUnit::Number:
            break;
    }
    return realText(value);
}

QString channelWords(const std::string& channel, double value) {
    const MetricDescriptor* metric = metricOfChannel(channel);
    const QString words = metric ? metricWords(*metric, value) : realText(value);
    if (channel == "accuracy")
        return QCoreApplication::translate("MetricWords", "%1 of test").arg(words);
    return QStringLiteral("%1 %2").arg(QString::fromStdString(channel), words);
}

}  // namespace vitrine::gui
