// SPDX-License-Identifier: GPL-3.0-or-later
// Three choices and a preview.
#include "gui/shell/picture_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/document/document.h"

namespace vitrine::gui {

namespace {

struct Format {
    PictureFormat format;
    const char* ending;
    const char* text;
};
constexpr Format formats[] = {
    {PictureFormat::Svg, "svg", QT_TRANSLATE_NOOP("PictureDialog", "SVG: sharp at any size")},
    {PictureFormat::Png, "png", QT_TRANSLATE_NOOP("PictureDialog", "PNG: pixels")},
    {PictureFormat::Pdf, "pdf", QT_TRANSLATE_NOOP("PictureDialog", "PDF: one page, for papers")}};

QComboBox* addChoice(QFormLayout& form, const char* name, const QString& label) {
    auto* box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    form.addRow(label, box);
    return box;
}

}  // namespace

PictureDialog::PictureDialog(Document& document, const Theme& theme, QWidget* parent)
    : QDialog(parent), m_document(document) {
    setObjectName(QStringLiteral("pictureDialog"));
    setWindowTitle(tr("A picture of the graph"));
    m_preview = new QLabel(this);
    m_preview->setObjectName(QStringLiteral("picture.preview"));
    m_preview->setAccessibleName(tr("The picture, made small"));
    m_preview->setAlignment(Qt::AlignCenter);
    constexpr QSize least{360, 420};
    m_preview->setMinimumSize(least);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton* save = buttons->addButton(tr("&Save …"), QDialogButtonBox::AcceptRole);
    save->setObjectName(QStringLiteral("picture.save"));
    save->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &PictureDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(6 * space);
    columns->addWidget(buildChoices(theme));
    columns->addWidget(m_preview, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * space, 3 * space, 4 * space, 3 * space);
    layout->addLayout(columns, 1);
    layout->addWidget(buttons);
    showPicture(choices());
}

QWidget* PictureDialog::buildChoices(const Theme& theme) {
    auto* widget = new QWidget(this);
    auto* form = new QFormLayout(widget);
    form->setContentsMargins(0, 0, 0, 0);
    m_format = addChoice(*form, "picture.format", tr("&Format"));
    for (const Format& format : formats) m_format->addItem(tr(format.text));
    m_scale = addChoice(*form, "picture.scale", tr("S&ize"));
    for (const int scale : {1, 2, 4}) m_scale->addItem(tr("%1 ×").arg(scale), scale);
    m_scale->setCurrentIndex(1);
    m_theme = addChoice(*form, "picture.theme", tr("&Colours"));
    m_theme->addItem(tr("light"), static_cast<int>(ThemeKind::Light));
    m_theme->addItem(tr("dark"), static_cast<int>(ThemeKind::Dark));
    m_theme->setToolTip(tr("The window is %1 now").arg(theme.isDark() ? tr("dark") : tr("light")));
    m_facts = new QLabel(widget);
    m_facts->setObjectName(QStringLiteral("picture.facts"));
    m_facts->setProperty("quiet", true);
    form->addRow(QString(), m_facts);
    for (QComboBox* box : {m_format, m_scale, m_theme})
        connect(box, &QComboBox::currentIndexChanged, this, [this] { showPicture(choices()); });
    return widget;
}

PictureChoices PictureDialog::choices() const {
    return {.format = formats[m_format->currentIndex()].format,
            .theme = static_cast<ThemeKind>(m_theme->currentData().toInt()),
            .scale = m_scale->currentData().toInt()};
}

void PictureDialog::showPicture(const PictureChoices& choices) {
    const bool isPng = choices.format == PictureFormat::Png;
    m_scale->setEnabled(isPng);
    if (!m_picture || m_shown != choices.theme) {
        m_picture = std::make_unique<GraphPicture>(m_document, choices.theme);
        m_shown = choices.theme;
        QImage image =
            m_picture->preview((QSizeF(m_preview->minimumSize()) * devicePixelRatioF()).toSize());
        image.setDevicePixelRatio(devicePixelRatioF());
        m_preview->setPixmap(QPixmap::fromImage(image));
    }
    const QSize size = m_picture->size() * (isPng ? choices.scale : 1);
    m_facts->setText(isPng ? tr("%1 × %2 pixels").arg(size.width()).arg(size.height())
                           : tr("%1 × %2 points").arg(size.width()).arg(size.height()));
}

/// The dialog stays where nothing can be made, or nobody has said where it goes.
void PictureDialog::save() {
    const QString ending = QLatin1String(formats[m_format->currentIndex()].ending);
    const QFileInfo project(m_document.file());
    const QDir folder = m_document.file().isEmpty() ? QDir::home() : project.dir();
    QFileDialog dialog(this, tr("Save the picture"), folder.path(),
                       QStringLiteral("%1 (*.%2)").arg(ending.toUpper(), ending));
    dialog.setObjectName(QStringLiteral("picture.chooseFile"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(ending);
    dialog.selectFile(m_document.title() + QLatin1Char('.') + ending);
    if (dialog.exec() != QDialog::Accepted) return;
    auto bytes = m_picture->bytes(choices());
    if (!bytes) return failed(bytes.error());
    m_bytes = std::move(bytes).value();
    m_file = dialog.selectedFiles().value(0);
    accept();
}

}  // namespace vitrine::gui
