// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the window for other programs: models, weights, a run's measurements, a picture.
#pragma once

#include <QObject>
#include <QPointer>

#include "core/base/result.h"
#include "gui/bridge/view_context.h"
#include "gui/shell/export_work.h"
#include "gui/widgets/plot_export.h"

class QMenu;
class QSettings;

namespace vitrine::gui {

class ExportDialog;

class ExportActions : public QObject {
    Q_OBJECT
  public:
    ExportActions(const ViewContext& context, QSettings& settings, QWidget* window);
    void fill(QMenu& menu);

  Q_SIGNALS:
    void failed(const vitrine::Error& error);
    void message(const QString& text);

  private:
    void build();
    QAction* addModel(ExportKind kind, const char* id, const QString& text,
                      const QKeySequence& keys, const QString& tip);
    void exportModel(ExportKind kind);
    void exportRun();
    QString runToExport() const;
    void exportWeights();
    void savePicture();
    void sayRun(const RunExport& report);
    void sayWeights(const WeightsReport& report);
    void followDocument();

    ViewContext m_context;
    QSettings& m_settings;
    QWidget* m_window;
    QAction *m_model, *m_cpp, *m_torch, *m_weights, *m_runs, *m_picture;
    QPointer<ExportDialog> m_dialog;
    ExportWork m_work;
    PlotExport m_files;
    int64_t m_steps = 0;  ///< that the weights being written have seen
};

}  // namespace vitrine::gui
