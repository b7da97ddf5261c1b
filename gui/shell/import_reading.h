// SPDX-License-Identifier: GPL-3.0-or-later
// ImportReading: a model of another program, read on another thread while somebody decides on it.
#pragma once

#include <QObject>

#include <optional>
#include <string>
#include <vector>

#include "core/session/import_model.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

/// Window thread. Whoever goes does not wait for the reading: it ends by itself and is forgotten.
class ImportReading : public QObject {
    Q_OBJECT
  public:
    ImportReading(std::string path, QObject* parent);
    ~ImportReading() override;

    /// With these choices; what an extent is that nobody has chosen, the model's usual one. Takes
    /// the place of a reading that goes on.
    void read(const ImportChoices& choices);
    bool isRunning() const { return m_work->isRunning(); }
    /// Extents that the file leaves open, once they are known.
    const std::vector<OpenExtent>& open() const { return m_open; }
    /// Of the last reading; nothing before the first has ended.
    const std::optional<Result<ImportedModel>>& model() const { return m_model; }

  Q_SIGNALS:
    void done();

  private:
    struct Found {
        std::vector<OpenExtent> open;
        std::optional<Error> error;
        std::optional<ImportedModel> model;
        explicit Found(Error why) : error(std::move(why)) {}
        Found() = default;
    };
    static Found found(const std::string& path, ImportChoices choices);
    void take();

    const std::string m_path;
    std::vector<OpenExtent> m_open;
    std::optional<Result<ImportedModel>> m_model;
    std::optional<ImportChoices> m_next;  ///< was asked for meanwhile
    Background<Found>* m_work;
};

}  // namespace vitrine::gui
