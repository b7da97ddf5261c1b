// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences about a prediction.
#include "gui/models/prediction_words.h"

#include <QCoreApplication>
#include <QStringList>

#include "gui/models/number_text.h"
#include "gui/models/output_view.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("PredictionWords", text); }

/// Of one example; a picture is named by its extents.
QString givenWords(const PredictedOutput& output, const Dataset* data) {
    const QString name = QString::fromStdString(output.name);
    if (pictureOf(output, 0).isNull()) return tr("%1 gives %2").arg(name, textOf(output, 0, data));
    return tr("%1 gives a picture, %2").arg(name, shapeText(output.shape));
}

}  // namespace

QString predictionWords(const PredictionPlace& place, const Dataset* data, const QString& origin) {
    QString weights = weightsText(place.weights, origin);
    if (!weights.endsWith(QLatin1Char('.'))) weights += QLatin1Char('.');
    const QString text =
        tr("Stepping through the prediction for %1. %2").arg(place.subject, weights);
    QStringList given;
    for (const PredictedOutput& output : place.outputs) given << givenWords(output, data);
    return given.isEmpty() ? text : tr("%1 %2.").arg(text, given.join(QStringLiteral("; ")));
}

QString compilingWords(const QString& subject) {
    return tr("Compiling the network for the prediction for %1 …").arg(subject);
}

QString endedWords(const QString& subject) {
    return tr("The network has been edited: the prediction for %1 has ended. The next step begins "
              "it anew, with the network as it is now.")
        .arg(subject);
}

}  // namespace vitrine::gui
