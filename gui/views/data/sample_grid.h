// SPDX-License-Identifier: GPL-3.0-or-later
// SampleGrid: the images of a SamplesModel in rows, page by page, with a bar for size and pages.
#pragma once

#include <QWidget>

#include "gui/models/samples_model.h"

class QHBoxLayout;
class QLabel;
class QListView;
class QToolButton;

namespace vitrine::gui {

class EmptyState;
class SampleDelegate;
class Theme;

/// Window thread.
class SampleGrid : public QWidget {
    Q_OBJECT
  public:
    /// Names of its parts begin with `name`: `<name>List`, `<name>Size`, …
    SampleGrid(Theme& theme, const QString& name, QWidget* parent = nullptr);
    SamplesModel& model() { return m_model; }
    /// What stands in place of the images where there are none.
    void setWhenNone(const QString& what, const QString& how);
    /// At the left end of the bar.
    void addToBar(QWidget* widget);

  Q_SIGNALS:
    /// By double click or Enter: position in the model's page.
    void opened(const QModelIndex& index);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void fitBar();
    void buildList(Theme& theme);
    QWidget* buildBar(Theme& theme);
    void addPager(QHBoxLayout& row);
    QWidget* buildSize();
    QToolButton* buildNormalised();
    void setPictureSize(int pixels);
    void updateBar();

    SamplesModel m_model;
    SampleDelegate* m_delegate;
    QListView* m_list;
    EmptyState* m_none = nullptr;
    QHBoxLayout* m_bar = nullptr;
    QWidget* m_size = nullptr;
    QLabel *m_place = nullptr, *m_range = nullptr;
    QToolButton *m_back = nullptr, *m_on = nullptr;
};

}  // namespace vitrine::gui
