// SPDX-License-Identifier: GPL-3.0-or-later
// New, open, save, recent files; and asking before unsaved work is lost.
#pragma once

#include <QObject>

#include <functional>
#include <optional>

#include "core/base/result.h"
#include "gui/bridge/view_context.h"

class QMenu;
class QSettings;

namespace vitrine::gui {

class ExportActions;
struct PresentData;

class FileActions : public QObject {
    Q_OBJECT
  public:
    FileActions(const ViewContext& context, QSettings& settings, QWidget* window);
    /// `fillMiddle` adds what stands between opening and saving.
    void fill(QMenu& menu, const std::function<void()>& fillMiddle);

    /// Opens and remembers it, or tells why not through `failed`. A model of another program is
    /// shown first, and opened once somebody wants that.
    bool open(const QString& path);
    /// The same after asking about unsaved work.
    void openAfterAsking(const QString& path);
    bool save();
    bool saveAs();
    /// True where nothing would be lost, or the user said what to do with it.
    bool mayClose();
    /// The same, for another document in its place.
    bool mayLeave();

  Q_SIGNALS:
    void failed(const vitrine::Error& error);
    void message(const QString& text);

  private:
    void build();
    void openWithDialog(const QString& kinds);
    void importModel(const QString& path);
    void startNew();
    void startFromTemplate();
    std::optional<PresentData> presentData() const;
    void remember(const QString& file);
    void fillRecent();

    ViewContext m_context;
    QSettings& m_settings;
    QWidget* m_window;
    ExportActions* m_exports;
    QMenu* m_recent = nullptr;
    QAction *m_new, *m_fromTemplate, *m_import, *m_open, *m_save, *m_saveAs, *m_quit;
};

}  // namespace vitrine::gui
