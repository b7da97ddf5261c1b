// SPDX-License-Identifier: GPL-3.0-or-later
// Follows the document and its origin.
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

/// The project has kept them; one that was made before projects did names the model still.
void ModelNames::look() {
    const std::vector<std::string>& kept = m_document.project().classes;
    if (kept != m_kept) {
        m_kept = kept;
        tell(kept);
    }
    if (!kept.empty()) return;
    const QString path = originPathOf(m_document.graph());
    if (path == m_path || m_reading.isRunning()) return;
    m_path = path;
    m_reading.run("reading names of classes", [path = path.toStdString()]() -> Names {
        if (path.empty() || !isOnnxModel(path)) return std::vector<std::string>();
        return classNamesOfModel(path);
    });
}

void ModelNames::take() {
    const Names read = m_reading.take();
    if (m_kept.empty()) tell(read.names);
    look();
}

void ModelNames::tell(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names) list << QString::fromStdString(name);
    changed(list);
}

}  // namespace vitrine::gui
