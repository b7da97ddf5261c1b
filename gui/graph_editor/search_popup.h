// SPDX-License-Identifier: GPL-3.0-or-later
// SearchPopup: a field and a list over the canvas to choose a new node. Recent choices come first.
#pragma once

#include <QFrame>
#include <QStringList>

#include <vector>

#include "core/opdef/descriptor.h"

class QLineEdit;
class QListWidget;

namespace vitrine::gui {

class Theme;

class SearchPopup : public QFrame {
    Q_OBJECT
  public:
    SearchPopup(Theme& theme, QWidget* parent);

    /// What becomes of the choice.
    enum class Purpose { Add, Replace };
    /// Opens near a point of the parent. `among`: ids of operators; empty: all.
    void open(const QPoint& at, const QStringList& among, Purpose purpose = Purpose::Add);

  Q_SIGNALS:
    void chosen(const QString& op);
    void closed();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void fill();
    void choose();
    void dismiss();
    void restyle();
    std::vector<const OpDescriptor*> candidates() const;

    Theme& m_theme;
    QLineEdit* m_field;
    QListWidget* m_list;
    QStringList m_among, m_recent;
};

}  // namespace vitrine::gui
