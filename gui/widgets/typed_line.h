// SPDX-License-Identifier: GPL-3.0-or-later
// TypedLine: a line of text that is taken over or refused, and never shows for long what is not in
// use.
#pragma once

#include <QLineEdit>
#include <QPointer>

#include <functional>

#include "core/base/result.h"

class QLabel;

namespace vitrine::gui {

/// Return takes over what was typed. What is refused stays, to be mended, while the line has the
/// focus; Esc, and leaving, put back the value that is in use. Whoever leaves is told why beside
/// the line for a few seconds.
class TypedLine : public QLineEdit {
    Q_OBJECT
  public:
    using Commit = std::function<Result<void>(const QString& typed)>;
    TypedLine(Commit commit, QWidget* parent);
    ~TypedLine() override;

    /// The value that is in use: shown at once, or, where somebody is typing, when that is given
    /// up.
    void showUsed(const QString& text);
    /// Something stands there that is not in use.
    bool isTyped() const { return text() != m_used; }
    /// Says something beside the line until it is edited or a few seconds are over.
    void tell(const QString& words);

  Q_SIGNALS:
    /// The words are the reason. The typed text stands there still.
    void refused(const QString& reason);
    /// What stands there is in use (again).
    void settled();
    /// Return was pressed and nothing refused: whoever typed is done here.
    void entered();

  protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    void finish();
    void restore();
    void setRefused(bool isRefused);

    Commit m_commit;
    QString m_used;
    QPointer<QLabel> m_bubble;
};

/// For a line edit that may be one; any other shows it unless it is being typed into.
void showUsed(QLineEdit* line, const QString& text);

}  // namespace vitrine::gui
