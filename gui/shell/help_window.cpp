// SPDX-License-Identifier: GPL-3.0-or-later
// Three pages of text.
#include "gui/shell/help_window.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QImage>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTabWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "gui/shell/help_pages.h"
#include "gui/shell/help_style.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr QSize windowSize{820, 720};
constexpr int pictureWidth = 740;  ///< with margins and a scroll bar it fits the window

/// Shows pictures that are compiled in, at one width, as sharp as the screen.
class Browser : public QTextBrowser {
  public:
    using QTextBrowser::QTextBrowser;

    QVariant loadResource(int type, const QUrl& name) override {
        if (type != QTextDocument::ImageResource) return {};
        const qreal ratio = devicePixelRatioF();
        QImage picture = QImage(QStringLiteral(":/") + name.path())
                             .scaledToWidth(qRound(pictureWidth * ratio), Qt::SmoothTransformation);
        picture.setDevicePixelRatio(ratio);
        return picture;
    }
};

}  // namespace

HelpWindow::HelpWindow(const ActionBook& actions, Theme& theme, QWidget* parent)
    : QDialog(parent), m_actions(actions), m_theme(theme), m_pages(new QTabWidget(this)) {
    setObjectName(QStringLiteral("help"));
    setWindowTitle(tr("Help – Vitrine"));
    m_pages->setObjectName(QStringLiteral("help.pages"));
    m_pages->setAccessibleName(tr("Pages of help"));
    m_pages->setDocumentMode(true);
    m_pages->addTab(buildTour(), tr("Five minutes"));
    m_pages->addTab(buildShortcuts(), tr("Shortcuts"));
    m_pages->addTab(buildAbout(), tr("About"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, space, 0, 0);
    layout->addWidget(m_pages);
    resize(windowSize);
    connect(&theme, &Theme::changed, this, &HelpWindow::fill);
    fill();
}

QTextBrowser* HelpWindow::browser(const char* name, const QString& title) {
    auto* made = new Browser(this);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(title);
    made->setOpenLinks(false);
    made->setFrameShape(QFrame::NoFrame);
    made->document()->setDocumentMargin(4 * space);
    connect(made, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
    return made;
}

QWidget* HelpWindow::buildTour() {
    return m_tour = browser("help.tour", tr("Five minutes with the window"));
}

QWidget* HelpWindow::buildShortcuts() {
    auto* page = new QWidget(this);
    m_words = new QLineEdit(page);
    m_words->setObjectName(QStringLiteral("help.words"));
    m_words->setAccessibleName(tr("Words that a shortcut must have"));
    m_words->setPlaceholderText(tr("Search: step, zoom, Ctrl …"));
    m_words->setClearButtonEnabled(true);
    m_shortcuts = browser("help.shortcuts", tr("Shortcuts"));
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 2 * space, 0, 0);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(3 * space, 0, 3 * space, 0);
    line->addWidget(m_words);
    layout->addLayout(line);
    layout->addWidget(m_shortcuts, 1);
    connect(m_words, &QLineEdit::textChanged, this, &HelpWindow::fillShortcuts);
    return page;
}

QWidget* HelpWindow::buildAbout() {
    auto* page = new QWidget(this);
    m_about = browser("help.about", tr("About"));
    auto* copy = new QPushButton(tr("Copy"), page);
    copy->setObjectName(QStringLiteral("help.copy"));
    copy->setToolTip(tr("Versions and surroundings as text, for a report of a fault"));
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this,
            [] { QGuiApplication::clipboard()->setText(aboutText()); });
    auto* line = new QHBoxLayout;
    line->setContentsMargins(3 * space, 0, 3 * space, 2 * space);
    line->addStretch();
    line->addWidget(copy);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_about, 1);
    layout->addLayout(line);
    return page;
}

void HelpWindow::fill() {
    m_tour->setMarkdown(tourMarkdown());
    stylePage(*m_tour->document(), m_theme);
    m_about->setHtml(aboutHtml(m_theme));
    fillShortcuts();
}

void HelpWindow::fillShortcuts() {
    m_shortcuts->setHtml(shortcutsHtml(m_actions, m_words->text(), m_theme));
}

void HelpWindow::open(HelpPage page) {
    fillShortcuts();
    m_pages->setCurrentIndex(static_cast<int>(page));
    show();
    raise();
    activateWindow();
    if (page == HelpPage::Shortcuts)
        m_words->setFocus();
    else
        m_pages->currentWidget()->setFocus();
}

/// A licence, back from it, or an address for the person's browser.
void HelpWindow::follow(const QUrl& link) {
    if (link.scheme() == QLatin1String("licence"))
        m_about->setHtml(licenceHtml(link.path(), m_theme));
    else if (link.scheme() == QLatin1String("about"))
        m_about->setHtml(aboutHtml(m_theme));
    else if (link.scheme() == QLatin1String("https"))
        QDesktopServices::openUrl(link);
}

}  // namespace vitrine::gui
