// SPDX-License-Identifier: GPL-3.0-or-later
// LayoutPage: the physical layout of the selected value with its formula and what is under the
// pointer.
#pragma once

#include <QWidget>

#include <memory>

#include "core/session/live_run.h"

class QComboBox;
class QLabel;

namespace vitrine::gui {

class LayoutWidget;
class Theme;

/// Window thread.
class LayoutPage : public QWidget {
    Q_OBJECT
  public:
    explicit LayoutPage(Theme& theme, QWidget* parent = nullptr);
    /// noValue, or a value that fusion made disappear: says what to do.
    void show(std::shared_ptr<const Tape> tape, ValueId value);

  private:
    void buildHead();
    void fillColours(const TensorType& type);
    QLabel* m_title = nullptr;
    QLabel* m_pointer = nullptr;
    QLabel* m_empty = nullptr;
    QComboBox* m_colour = nullptr;
    LayoutWidget* m_cells = nullptr;
    std::shared_ptr<const Tape> m_tape;
    ValueId m_value = noValue;
};

}  // namespace vitrine::gui
