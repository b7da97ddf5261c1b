// SPDX-License-Identifier: GPL-3.0-or-later
// Models are told by their content, weights by the ending of the name.
#include "gui/shell/foreign_file.h"

#include <QDir>
#include <QFileInfo>

#include "core/session/import_model.h"
#include "core/session/weights_summary.h"
#include "gui/models/count_words.h"

namespace vitrine::gui {

namespace {

const char* const kept = "Everything is as before.";

/// The folder of the run that a file of weights belongs to: it lies there, or among the
/// checkpoints. Empty where there is none.
QString runFolderOf(const QFileInfo& weights) {
    QDir folder = weights.absoluteDir();
    if (folder.exists(QStringLiteral("run.json"))) return folder.path();
    const bool isUp = folder.dirName() == QLatin1String("checkpoints") && folder.cdUp();
    return isUp && folder.exists(QStringLiteral("run.json")) ? folder.path() : QString();
}

Error refusedWeights(const QFileInfo& file, const WeightsSummary& weights) {
    const QString what =
        QObject::tr("'%1' holds weights (%2, %3) and no network to show")
            .arg(file.fileName())
            .arg(countWords(weights.tensors, QObject::tr("1 tensor"), QObject::tr("%1 tensors")))
            .arg(countWords(weights.numbers, QObject::tr("1 number"), QObject::tr("%1 numbers")));
    const QString run = runFolderOf(file);
    const QString next =
        run.isEmpty()
            ? QObject::tr(
                  "Open the project of their network: Train, Go on with a run, lists its runs.")
            : QObject::tr("They are of a run. To see it, drop its folder on the window: %1")
                  .arg(QDir::toNativeSeparators(run));
    return {"G01", what.toStdString(), {}, kept, next.toStdString()};
}

}  // namespace

bool isForeignModel(const QString& path) {
    const QFileInfo file(path);
    return file.isFile() &&
           (file.suffix().toLower() == QLatin1String("onnx") || isOnnxModel(path.toStdString()));
}

std::optional<Error> refusedForeignFile(const QString& path) {
    const QFileInfo file(path);
    const QString ending = file.suffix().toLower();
    if (!file.isFile() || ending != QLatin1String("safetensors")) return {};
    const auto weights = summariseWeights(path.toStdString());
    if (!weights) return weights.error();
    return refusedWeights(file, *weights);
}

}  // namespace vitrine::gui
