// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: canvas in the middle, docks around it, menus, bars, and what is remembered.
#pragma once

#include <QMainWindow>

#include "gui/shell/workbench.h"

namespace vitrine::gui {

class CommandPalette;
class DataActions;
class DockLayout;
class FileActions;
class GraphEditor;
class HelpActions;
class RecoveryBanner;
class RunSaver;
class StatusLine;
class TrainActions;
class TrainingBar;
class WeightsBanner;
struct LostWork;

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    /// `bench` must outlive the window.
    explicit MainWindow(Workbench& bench);
    ~MainWindow() override;

    GraphEditor& editor() { return *m_editor; }
    DockLayout& docks() { return *m_docks; }
    bool open(const QString& path);

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void buildCentre(const ViewContext& context);
    void buildEditActions();
    void buildViewActions();
    void buildMenus();
    void fillCanvasActions(QMenu& edit);
    void connectParts();
    void goToCanvas();
    void updateTitle();
    void recover(const LostWork& work);
    void takeDropped(const QString& path);
    void refuseDropped(const QString& why, const QString& next);

    Workbench& m_bench;
    GraphEditor* m_editor = nullptr;
    RecoveryBanner* m_banner = nullptr;
    WeightsBanner* m_weights = nullptr;
    DockLayout* m_docks = nullptr;
    FileActions* m_files = nullptr;
    DataActions* m_data = nullptr;
    RunSaver* m_saver = nullptr;
    TrainActions* m_train = nullptr;
    TrainingBar* m_bar = nullptr;
    StatusLine* m_status = nullptr;
    HelpActions* m_help = nullptr;
    CommandPalette* m_palette = nullptr;
    std::vector<QAction*> m_edit, m_view;
    bool m_isArranged = false;  ///< as the settings say; else shared out when first shown
};

}  // namespace vitrine::gui
