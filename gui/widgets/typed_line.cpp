// SPDX-License-Identifier: GPL-3.0-or-later
// Committing, refusing, giving up; and the bubble, which is a child of the window, so that it
// stands at the line wherever the window is and outlives the click that has taken the focus away.
#include "gui/widgets/typed_line.h"

#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QTimer>
#include <QToolTip>

#include <algorithm>
#include <utility>

#include "gui/theme/theme.h"

namespace vitrine::gui {

TypedLine::TypedLine(Commit commit, QWidget* parent)
    : QLineEdit(parent), m_commit(std::move(commit)) {
    connect(this, &QLineEdit::editingFinished, this, &TypedLine::finish);
    connect(this, &QLineEdit::textEdited, this, [this] {
        delete m_bubble;
        if (!isTyped()) setRefused(false);  // undone by hand
    });
}

TypedLine::~TypedLine() { delete m_bubble; }

void TypedLine::showUsed(const QString& used) {
    const bool wasTyped = isTyped();
    m_used = used;
    if (wasTyped && isTyped()) return;
    if (text() != used) {
        setText(used);
        if (!hasFocus()) setCursorPosition(0);  // a long text is seen from where it begins
    }
    setRefused(false);
}

void TypedLine::tell(const QString& words) {
    constexpr int shownMs = 5000, widest = 320;
    delete m_bubble;
    m_bubble = new QLabel(words, window());
    m_bubble->setObjectName(QStringLiteral("field.bubble"));
    m_bubble->setTextFormat(Qt::PlainText);
    m_bubble->setPalette(QToolTip::palette());
    m_bubble->setForegroundRole(QPalette::ToolTipText);
    m_bubble->setBackgroundRole(QPalette::ToolTipBase);
    m_bubble->setAutoFillBackground(true);
    m_bubble->setFrameStyle(QFrame::StyledPanel | QFrame::Plain);
    m_bubble->setMargin(2 * space);
    m_bubble->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_bubble->setWordWrap(m_bubble->sizeHint().width() > widest);
    if (m_bubble->wordWrap()) m_bubble->setFixedWidth(widest);
    m_bubble->adjustSize();
    const QRect bounds = window()->rect();
    QPoint at = mapTo(window(), QPoint(0, height() + space));
    at.setX(std::clamp(at.x(), 0, std::max(0, bounds.width() - m_bubble->width())));
    if (at.y() + m_bubble->height() > bounds.height())
        at.setY(mapTo(window(), QPoint(0, -space)).y() - m_bubble->height());
    m_bubble->move(at);
    m_bubble->raise();
    m_bubble->show();
    QTimer::singleShot(shownMs, m_bubble, [bubble = m_bubble] { delete bubble; });
}

void TypedLine::finish() {
    if (!isTyped()) return;
    const QPointer<TypedLine> guard(this);
    const QString typed = text(), used = std::exchange(m_used, typed);
    const Result<void> done = m_commit(typed);
    if (!guard) return;
    if (!done && m_used == typed) m_used = used;
    if (done) {
        setText(QString(text()));  // what was taken over is not undone in here any more
        setRefused(false);
        return;
    }
    const QString reason = QString::fromStdString(done.error().message);
    if (!hasFocus()) {
        restore();
        tell(reason);
        return;
    }
    setRefused(true);
    refused(reason);
}

void TypedLine::restore() {
    setText(m_used);
    setRefused(false);
}

void TypedLine::setRefused(bool isRefused) {
    if (property("refused").toBool() != isRefused) {
        setProperty("refused", isRefused);
        style()->polish(this);
    }
    if (isRefused) return;
    delete m_bubble;
    settled();
}

/// Esc, undo and redo are the line's own while something is typed, and the window's otherwise.
bool TypedLine::event(QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride) return QLineEdit::event(event);
    const auto& key = *static_cast<QKeyEvent*>(event);
    const bool isUndo = key.matches(QKeySequence::Undo) || key.matches(QKeySequence::Redo);
    if (isUndo || key.key() == Qt::Key_Escape) {
        event->setAccepted(isTyped());
        return true;
    }
    return QLineEdit::event(event);
}

void TypedLine::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        const QPointer<TypedLine> guard(this);
        QLineEdit::keyPressEvent(event);
        if (guard && !isTyped()) entered();
        return;
    }
    if (event->key() != Qt::Key_Escape || !isTyped()) return QLineEdit::keyPressEvent(event);
    restore();
    selectAll();
    event->accept();
}

/// QLineEdit says editingFinished here only where something was typed since Return.
void TypedLine::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::ActiveWindowFocusReason && event->reason() != Qt::PopupFocusReason)
        finish();
}

void showUsed(QLineEdit* line, const QString& text) {
    if (auto* typed = qobject_cast<TypedLine*>(line))
        typed->showUsed(text);
    else if (!line->isModified() && line->text() != text)
        line->setText(text);
}

}  // namespace vitrine::gui
