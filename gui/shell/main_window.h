// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: canvas in the middle, docks around it, menus, bars, and what is remembered.
#pragma once

#include <QMainWindow>

#include <memory>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/shell/action_book.h"
#include "gui/shell/recovery.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"

class QSettings;

namespace vitrine::gui {

class CommandPalette;
class DockLayout;
class FileActions;
class GraphEditor;
class RecoveryBanner;
class StatusLine;
class TrainActions;
class TrainingBar;
struct LostWork;

/// Where the program keeps its own things.
struct UserFolders {
    QString settings;    ///< an INI file
    QString data;        ///< recovery copies, runs of projects that have no folder
    bool apart = false;  ///< all runs go there, none beside its project
    /// Of the person who runs the program.
    static UserFolders standard();
};

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(Theme& theme, const UserFolders& folders);
    ~MainWindow() override;

    Document& document() { return m_document; }
    RunController& run() { return m_run; }
    Selection& selection() { return m_selection; }
    GraphEditor& editor() { return *m_editor; }
    ActionBook& actions() { return m_actions; }
    DockLayout& docks() { return *m_docks; }
    bool open(const QString& path);

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void buildCentre(const ViewContext& context);
    void buildEditActions();
    void buildViewActions();
    void buildMenus();
    void connectParts();
    void updateTitle();
    void recover(const LostWork& work);

    Theme& m_theme;
    std::unique_ptr<QSettings> m_settings;
    ActionBook m_actions;
    Document m_document;
    Selection m_selection;
    RunController m_run;
    Recovery m_recovery;
    GraphEditor* m_editor = nullptr;
    RecoveryBanner* m_banner = nullptr;
    DockLayout* m_docks = nullptr;
    FileActions* m_files = nullptr;
    TrainActions* m_train = nullptr;
    TrainingBar* m_bar = nullptr;
    StatusLine* m_status = nullptr;
    CommandPalette* m_palette = nullptr;
    std::vector<QAction*> m_edit, m_view;
    bool m_isArranged = false;  ///< as the settings say; else shared out when first shown
};

}  // namespace vitrine::gui
