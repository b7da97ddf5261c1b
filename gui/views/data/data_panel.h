// SPDX-License-Identifier: GPL-3.0-or-later
// DataPanel: the examples of a data set, what the network gives for them, what it gets wrong, and a
// canvas to try it on.
#pragma once

#include <QTabWidget>

#include <memory>

#include "core/session/project.h"
#include "gui/models/samples_model.h"

class QComboBox;

namespace vitrine::gui {

class DrawPage;
class EmptyState;
class MistakesPage;
class ResultsPage;
class SampleGrid;
class Theme;

/// Window thread. Knows no engine: it is told.
class DataPanel : public QTabWidget {
    Q_OBJECT
  public:
    explicit DataPanel(Theme& theme, QWidget* parent = nullptr);

    /// Null: there are none yet, because of what setWhy() says.
    void setData(std::shared_ptr<const Dataset> dataset);
    void setWhy(const QString& what, const QString& how);
    void setNormalisation(const Normalisation& normalisation);
    /// Which columns the network takes its first image from, and what it is asked for: names; empty
    /// for none.
    void setColumns(const std::string& image, const std::string& truth);
    ResultsPage& results() { return *m_results; }
    bool isShowingResults() const;
    DrawPage& draw() { return *m_draw; }
    MistakesPage& mistakes() { return *m_mistakes; }
    bool isDrawing() const;
    /// The same for every page: opening one must not widen the dock.
    QSize minimumSizeHint() const override { return {240, 120}; }

  Q_SIGNALS:
    /// Somebody wants to choose a folder of images.
    void dataAskedFor();
    /// The canvas is seen or no longer seen.
    void drawingShown(bool shown);
    void resultsShown(bool shown);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QWidget* buildSamples(Theme& theme);
    DataPart part() const;
    void tellShown();
    void fillImages();
    void applyColumns();
    void showSamples();
    void tryOut(const SamplesModel& model, const QModelIndex& index, DataPart part);

    SampleGrid* m_samples = nullptr;
    QComboBox *m_part = nullptr, *m_image = nullptr;
    EmptyState* m_samplesEmpty = nullptr;
    MistakesPage* m_mistakes;
    DrawPage* m_draw;
    ResultsPage* m_results;
    std::string m_imageWanted, m_truthWanted;
    ShownColumns m_columns;
    std::shared_ptr<const Dataset> m_data;
};

}  // namespace vitrine::gui
