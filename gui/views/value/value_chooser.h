// SPDX-License-Identifier: GPL-3.0-or-later
// ValueChooser: which value is looked at, and which image and channel of it.
#pragma once

#include <QWidget>

#include <memory>

#include "core/graph/graph.h"
#include "core/session/live_run.h"
#include "gui/models/node_values.h"

class QComboBox;
class QLabel;
class QSpinBox;

namespace vitrine::gui {

/// Window thread.
class ValueChooser : public QWidget {
    Q_OBJECT
  public:
    explicit ValueChooser(QWidget* parent = nullptr);

    /// Offers operands and results of an entry and chooses `value`; a value of no entry is offered
    /// alone. Tells nobody.
    void offer(std::shared_ptr<const Tape> tape, int entry, ValueId value);
    /// Offers a node's result, what its entry works on, and its weights. Somebody who looked at
    /// the weights of another node sees this one's.
    void offerNode(std::shared_ptr<const Tape> tape, const Node& node);
    /// Chooses one that is offered; tells nobody.
    void keep(ValueId value);
    ValueQuery query() const;
    /// Image and channel; tells nobody.
    void setPlace(int64_t image, int64_t channel);

  Q_SIGNALS:
    /// By a person.
    void queryChanged();

  private:
    void valueChanged();
    void fitRanges();
    void nameFirstAxis(FirstAxis axis);
    void clear(std::shared_ptr<const Tape> tape);
    void add(ValueId value, const QString& pattern);
    void addEntry(int entry);
    void finish(ValueId value);
    std::shared_ptr<const Tape> m_tape;
    bool m_prefersWeights = false;  ///< a person chose weights last
    QComboBox* m_values = nullptr;
    QLabel *m_imageName = nullptr, *m_channelName = nullptr;
    QSpinBox *m_image = nullptr, *m_channel = nullptr;
};

}  // namespace vitrine::gui
