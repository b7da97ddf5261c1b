// SPDX-License-Identifier: GPL-3.0-or-later
// MistakesPage: what the network takes for what on the test set, and the images that it got wrong.
#pragma once

#include <QStringList>
#include <QWidget>

#include <memory>
#include <vector>

#include "core/probe/predictions.h"
#include "core/session/project.h"
#include "gui/models/column_text.h"
#include "gui/models/confusion.h"

class QLayout;

namespace vitrine::gui {

class ConfusionTable;
class EmptyState;
class ReadOut;
class SampleGrid;
class Theme;

/// Window thread.
class MistakesPage : public QWidget {
    Q_OBJECT
  public:
    explicit MistakesPage(Theme& theme, QWidget* parent = nullptr);
    /// Predictions about other data are forgotten.
    void setData(std::shared_ptr<const Dataset> dataset, const ShownColumns& columns);
    void setPredictions(const Predictions& predictions);
    void clear();
    SampleGrid& grid() { return *m_grid; }

  private:
    QWidget* buildHalves();
    QLayout* buildFoot();
    QString summaryOf(const ConfusionMatrix& matrix) const;
    void showMistakes();
    void sayWhatComes(const QString& what, const QString& how);
    void tell(const QString& sentence);

    SampleGrid* m_grid;
    ConfusionTable* m_matrix;
    ReadOut* m_sentence;
    EmptyState* m_empty;
    std::shared_ptr<const Dataset> m_data;
    std::vector<int32_t> truth() const;
    QStringList classNames() const;

    ShownColumns m_columns;  ///< `truth` holds classes, or there are none
    Predictions m_predictions;
    QString m_summary;
};

}  // namespace vitrine::gui
