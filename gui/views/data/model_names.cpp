// SPDX-License-Identifier: GPL-3.0-or-later
// Follows the document's origin.
#include "gui/views/data/model_names.h"

#include "core/session/import_model.h"
#include "core/session/model_classes.h"
#include "gui/bridge/follow.h"
#include "gui/models/output_view.h"

namespace vitrine::gui {

ModelNames::ModelNames(Document& document, QObject* parent)
    : QObject(parent), m_document(document) {
    connect(&m_reading, &BackgroundWork::finished, this, &ModelNames::take);
    follow(&document, &Document::graphChanged, this, [this] {
        if (m_document.lastChange().changesMeaning) look();
    });
    look();
}

void ModelNames::look() {
    const QString path = originPathOf(m_document.graph());
    if (path == m_path || m_reading.isRunning()) return;
    m_path = path;
    m_reading.run("reading names of classes", [path = path.toStdString()]() -> Names {
        if (path.empty() || !isOnnxModel(path)) return std::vector<std::string>();
        return classNamesOfModel(path);
    });
}

void ModelNames::take() {
    QStringList names;
    for (const std::string& name : m_reading.take().names) names << QString::fromStdString(name);
    changed(names);
    look();
}

}  // namespace vitrine::gui
