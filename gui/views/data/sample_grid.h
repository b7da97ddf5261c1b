// SPDX-License-Identifier: GPL-3.0-or-later
// SampleGrid: the images of a SamplesModel in rows, page by page, with a bar for size and pages,
// and a menu of what can be changed of them.
#pragma once

#include <QWidget>

#include "gui/models/data_edits.h"
#include "gui/models/samples_model.h"
#include "gui/views/data/sample_finder.h"

class QHBoxLayout;
class QLabel;
class QListView;
class QMenu;
class QSpinBox;
class QToolButton;

namespace vitrine::gui {

class EmptyState;
class SampleDelegate;
class Theme;

/// Window thread. Delete excludes what is selected or takes it in again, Backspace takes changes
/// back, L asks for another class.
class SampleGrid : public QWidget {
    Q_OBJECT
  public:
    /// Names of its parts begin with `name`: `<name>List`, `<name>Size`, …
    SampleGrid(Theme& theme, const QString& name, QWidget* parent = nullptr);
    SamplesModel& model() { return m_model; }
    SampleFinder& finder() { return m_finder; }
    /// What stands in place of the images where there are none.
    void setWhenNone(const QString& what, const QString& how);
    /// At the left end of the bar.
    void addToBar(QWidget* widget);
    /// Places, in their order on the page.
    std::vector<int64_t> selected() const;
    /// Turns to an example of a part that is shown whole, and chooses it.
    void reveal(int64_t place);
    /// With which the draws of training examples begin.
    void setSeed(uint64_t seed);
    /// What the menu offers for the selected examples.
    void fillMenu(QMenu& menu);

  Q_SIGNALS:
    /// By double click or Enter.
    void opened(qint64 place);
    void selectionChanged();
    void editAsked(const std::vector<int64_t>& places, const vitrine::gui::SampleEdit& edit);
    void takeBackAsked(const std::vector<int64_t>& places);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void fitBar();
    void buildList(Theme& theme);
    QWidget* buildBar(Theme& theme);
    void addPager(QHBoxLayout& row);
    QWidget* buildSize();
    QToolButton* buildNormalised();
    QWidget* buildDraw();
    void setPictureSize(int pixels);
    void updateBar();
    void showFound(bool isSameQuestion);
    void select(const std::vector<int64_t>& places);
    void addClasses(QMenu& menu, const std::vector<int64_t>& places);
    bool pressed(int key);
    void showMenu(QMenu& menu);
    void toggleExcluded();

    SamplesModel m_model;
    SampleFinder m_finder;
    SampleDelegate* m_delegate;
    QListView* m_list;
    EmptyState* m_none = nullptr;
    QHBoxLayout* m_bar = nullptr;
    QWidget* m_size = nullptr;
    QSpinBox* m_draw = nullptr;
    QLabel *m_place = nullptr, *m_range = nullptr;
    QToolButton *m_back = nullptr, *m_on = nullptr;
    uint64_t m_seed = 1;
};

}  // namespace vitrine::gui
