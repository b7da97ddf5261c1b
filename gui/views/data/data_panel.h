// SPDX-License-Identifier: GPL-3.0-or-later
// DataPanel: the examples of a data set, what the network gives for them, what it gets wrong, what
// the project changes of them, and a canvas to try it on.
#pragma once

#include <QTabWidget>

#include <memory>
#include <vector>

#include "core/session/project.h"
#include "gui/models/column_text.h"
#include "gui/models/data_edits.h"
#include "gui/views/data/sample_keeper.h"

class QComboBox;

namespace vitrine::gui {

class ChangesPage;
class DrawPage;
class EmptyState;
class MistakesPage;
class ResultsPage;
class SampleGrid;
class SamplesPage;
class ScatterPage;
class Theme;

/// Window thread. Knows no engine: it is told.
class DataPanel : public QTabWidget {
    Q_OBJECT
  public:
    explicit DataPanel(Theme& theme, QWidget* parent = nullptr);

    /// As they are stored. Null: there are none yet, because of what setWhy() says.
    void setData(std::shared_ptr<const Dataset> stored);
    /// The same through the project's transforms, without its changes of examples; null: not there.
    void setSeen(std::shared_ptr<const Dataset> seen);
    void setWhy(const QString& what, const QString& how);
    void setNormalisation(const Normalisation& normalisation);
    /// With which draws of transforms begin.
    void setSeed(uint64_t seed);
    void setChanges(const std::vector<DataChange>& changes);
    /// Which columns the network takes its first image from, and what it is asked for: names; empty
    /// for none.
    void setColumns(const std::string& image, const std::string& truth);
    /// Of the test part, without what `changes` exclude.
    void setPredictions(const Predictions& predictions,
                        const std::vector<DataChange>& changes = {});
    /// Of any part, all of it.
    void setAnswers(DataPart part, const Predictions& predictions,
                    const std::shared_ptr<const SampleTable>& asked);
    SampleKeeper& keeper() { return m_keeper; }
    SamplesPage& samples() { return *m_samples; }
    ResultsPage& results() { return *m_results; }
    bool isShowingResults() const;
    DrawPage& draw() { return *m_draw; }
    MistakesPage& mistakes() { return *m_mistakes; }
    bool isDrawing() const;
    ScatterPage& scatter() { return *m_scatter; }
    /// Whether the network is asked for numbers of the data.
    void setHasNumbers(bool has);
    bool isShowingScatter() const;
    /// The same for every page: opening one must not widen the dock.
    QSize minimumSizeHint() const override { return {240, 120}; }

  Q_SIGNALS:
    /// Somebody wants to choose a folder of images.
    void dataAskedFor();
    /// The project's list of changed examples is to be this one; `text` names the step for undo.
    void changesEdited(const std::vector<vitrine::DataChange>& changes, const QString& text);
    /// The canvas is seen or no longer seen.
    void drawingShown(bool shown);
    void resultsShown(bool shown);
    void scatterShown(bool shown);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QWidget* buildSamples();
    void connectEdits();
    std::vector<SampleGrid*> grids() const;
    void tellShown();
    void nameTabs();
    void fillImages();
    void applyColumns();
    void applyMask();
    void edit(const std::vector<int64_t>& places, const SampleEdit& edit);
    void takeBack(const std::vector<int64_t>& places);
    void tryOut(int64_t place);
    /// Among the samples.
    void showTestExample(int64_t example);

    SampleKeeper m_keeper;
    SamplesPage* m_samples;
    QComboBox* m_image = nullptr;
    EmptyState* m_samplesEmpty = nullptr;
    MistakesPage* m_mistakes;
    ChangesPage* m_changes;
    DrawPage* m_draw;
    ResultsPage* m_results;
    ScatterPage* m_scatter;
    std::string m_imageWanted, m_truthWanted;
    ShownColumns m_columns;
    std::shared_ptr<const Dataset> m_data, m_seen;
};

}  // namespace vitrine::gui
