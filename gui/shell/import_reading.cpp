// SPDX-License-Identifier: GPL-3.0-or-later
// Extents first, then the network with them.
#include "gui/shell/import_reading.h"

#include <QCoreApplication>

#include <utility>

namespace vitrine::gui {

ImportReading::ImportReading(std::string path, QObject* parent)
    : QObject(parent),
      m_path(std::move(path)),
      m_work(new Background<Found>(QCoreApplication::instance())) {
    connect(m_work, &BackgroundWork::finished, this, &ImportReading::take);
}

ImportReading::~ImportReading() {
    m_work->disconnect(this);
    if (m_work->isRunning())
        connect(m_work, &BackgroundWork::finished, m_work, &QObject::deleteLater);
    else
        delete m_work;
}

void ImportReading::read(const ImportChoices& choices) {
    if (m_work->isRunning()) {
        m_next = choices;
        return;
    }
    m_work->run("reading the model", [path = m_path, choices] { return found(path, choices); });
}

/// On the work's own thread.
ImportReading::Found ImportReading::found(const std::string& path, ImportChoices choices) {
    Found found;
    Result<std::vector<OpenExtent>> open = openExtents(path);
    if (!open) return Found(open.error());
    found.open = std::move(open).value();
    for (const OpenExtent& extent : found.open)
        if (extent.usual > 0) choices.extents.emplace(extent.symbol, extent.usual);
    Result<ImportedModel> model = importModel(path, choices);
    if (model)
        found.model = std::move(model).value();
    else
        found.error = model.error();
    return found;
}

void ImportReading::take() {
    Found found = m_work->take();
    if (const auto next = std::exchange(m_next, std::nullopt)) return read(*next);
    m_open = std::move(found.open);
    if (found.model)
        m_model.emplace(std::move(*found.model));
    else
        m_model.emplace(*found.error);
    done();
}

}  // namespace vitrine::gui
