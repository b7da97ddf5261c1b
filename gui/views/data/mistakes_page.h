// SPDX-License-Identifier: GPL-3.0-or-later
// MistakesPage: what the network takes for what on the test set, and the images that it got wrong.
#pragma once

#include <QStringList>
#include <QWidget>

#include "gui/bridge/background.h"
#include "gui/models/confusion.h"

class QLayout;

namespace vitrine::gui {

class ConfusionTable;
class EmptyState;
class ReadOut;
class SampleGrid;
class SampleKeeper;
class Theme;

/// Window thread.
class MistakesPage : public QWidget {
    Q_OBJECT
  public:
    MistakesPage(Theme& theme, SampleKeeper& keeper, QWidget* parent = nullptr);
    /// Whether the network is asked for the classes of the data.
    void setAsked(bool asked);
    SampleGrid& grid() { return *m_grid; }

  private:
    struct Made {
        ConfusionMatrix matrix;
        Made(ConfusionMatrix counted) : matrix(std::move(counted)) {}
        Made(const Error&) {}
    };
    QWidget* buildHalves();
    QLayout* buildFoot();
    void follow();
    void count();
    void isCounted();
    void take(ConfusionMatrix matrix);
    QString summaryOf(const ConfusionMatrix& matrix) const;
    QStringList classNames(int count) const;
    void showMistakes();
    void sayWhatComes(const QString& what, const QString& how);
    void tell(const QString& sentence);

    SampleKeeper& m_keeper;
    SampleGrid* m_grid;
    ConfusionTable* m_matrix;
    ReadOut* m_sentence;
    EmptyState* m_empty;
    QString m_summary;
    Background<Made> m_counting;
    bool m_isAsked = false, m_isStale = false;
};

}  // namespace vitrine::gui
