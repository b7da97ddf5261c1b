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

#include "gui/theme/theme.h"

namespace vitrine::gui {

TypedLine::TypedLine(Commit commit, QWidget* parent)
    : QLineEdit(parent), m_commit(std::move(commit)) {
    connect(this, &QLineEdit::editingFinished, this, &TypedLine::finish);
    connect(this, &QLineEdit::textEdited, this, [this](const QString& typed) {
        delete m_bubble;
        if (typed != m_used) return;  // undone by hand: there is nothing to refuse any more
        setModified(false);
        setRefused(false);
    });
}

TypedLine::~TypedLine() { delete m_bubble; }

void TypedLine::showUsed(const QString& used) {
    m_used = used;
    if (isModified()) return;
    if (text() != used) setText(used);
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
    if (!isModified()) return;
    setModified(false);
    const QPointer<TypedLine> guard(this);
    const QString typed = text();
    const Result<void> done = m_commit(typed);
    if (!guard) return;
    if (done) {
        if (text() == typed) m_used = typed;
        setRefused(false);
        return;
    }
    const QString reason = QString::fromStdString(done.error().message);
    if (!hasFocus()) {
        restore();
        tell(reason);
        return;
    }
    setModified(true);
    setRefused(true);
    refused(reason);
}

void TypedLine::restore() {
    setText(m_used);
    setModified(false);
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

/// Esc is the line's own while there is something to give up.
bool TypedLine::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && isModified() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void TypedLine::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape || !isModified()) return QLineEdit::keyPressEvent(event);
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
