// SPDX-License-Identifier: Apache-2.0
// A person who answers dialogs and menus that open while something is done.
#pragma once

#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <vector>

namespace vitrine::test {

/// Down to an entry with the arrow keys; false: there is none, and the menu is closed.
bool walkTo(QMenu& menu, const QString& entry);

class DialogAnswers {
  public:
    using Answer = std::function<void(QWidget&)>;
    /// Each is given once, to the next window that waits for one: what opens it can be called
    /// after this, and returns when it is closed.
    explicit DialogAnswers(std::vector<Answer> answers);
    /// All of them, and nothing opened that no answer was left for.
    bool areAllGiven() const { return m_given == m_answers.size(); }

    /// In a file dialog, then Return.
    static Answer type(const QString& name);
    static Answer press(QMessageBox::StandardButton button);
    /// A button by its object name.
    static Answer click(const char* name);
    /// The same, once it can be pressed.
    static Answer clickWhenReady(const char* name);
    /// An entry of a menu, then Return.
    static Answer choose(const QString& entry);
    static Answer escape();

  private:
    void look();
    std::vector<Answer> m_answers;
    size_t m_given = 0;
    QPointer<QWidget> m_last;
    QTimer m_timer;
};

}  // namespace vitrine::test
