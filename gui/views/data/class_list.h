// SPDX-License-Identifier: GPL-3.0-or-later
// ClassList: the classes of the data with bars of how many examples they have; choosing one is a
// filter.
#pragma once

#include <QListView>

#include <optional>

#include "gui/models/class_model.h"

namespace vitrine::gui {

class Theme;

/// Window thread. The upper bar of a class is of the training part, the lower of the test part.
class ClassList : public QListView {
    Q_OBJECT
  public:
    explicit ClassList(Theme& theme, QWidget* parent = nullptr);
    void setTable(std::shared_ptr<const SampleTable> table, ClassCounts counts);
    /// None: all classes.
    std::optional<int32_t> chosen() const;
    void choose(std::optional<int32_t> number);

    QSize sizeHint() const override { return {150, 200}; }
    QSize minimumSizeHint() const override { return {96, 60}; }

  Q_SIGNALS:
    void chosenChanged();

  private:
    ClassModel m_model;
};

}  // namespace vitrine::gui
