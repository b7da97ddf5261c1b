// SPDX-License-Identifier: GPL-3.0-or-later
// Counts first, then what an example has.
#include "gui/models/data_words.h"

#include <QCoreApplication>
#include <QStringList>

#include "gui/models/number_text.h"

namespace vitrine::gui {

QString dataFactsText(const Dataset& stored) {
    const auto tr = [](const char* words) { return QCoreApplication::translate("Data", words); };
    QStringList parts{tr("%1 training and %2 test examples")
                          .arg(exactText(stored.train.count), exactText(stored.test.count))};
    const std::vector<Column>& columns = stored.storedColumns();
    if (const int classes = classColumn(columns); classes >= 0)
        parts << tr("%1 classes")
                     .arg(exactText(std::ssize(columns[static_cast<size_t>(classes)].classes)));
    for (const Column& column : columns)
        if (column.shape.rank() > 0)
            parts << QStringLiteral("%1 %2").arg(QString::fromStdString(column.name),
                                                 shapeText(column.shape));
    return parts.join(QStringLiteral(" · "));
}

}  // namespace vitrine::gui
