// SPDX-License-Identifier: GPL-3.0-or-later
// Two buttons, two choices.
#include "gui/views/data/picture_bar.h"

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QStandardItemModel>
#include <QToolButton>

#include <algorithm>
#include <utility>

#include "core/session/picture_input.h"
#include "gui/bridge/window_words.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr qint64 longestList = 1 << 20;
constexpr int mostNames = 100'000, longestName = 200;

struct Preset {
    const char* title;  ///< short: the box stands in little room
    const char* tip;
    Normalisation normalisation;
    bool isOfColours = false;
};

/// What published networks were trained with.
const std::vector<Preset>& presets() {
    static const std::vector<Preset> list{
        {QT_TRANSLATE_NOOP("PictureBar", "ImageNet"),
         QT_TRANSLATE_NOOP("PictureBar", "ImageNet's mean and deviation"),
         {.mean = PerChannel({0.485, 0.456, 0.406}), .std = PerChannel({0.229, 0.224, 0.225})},
         true},
        {QT_TRANSLATE_NOOP("PictureBar", "−1 to 1"),
         QT_TRANSLATE_NOOP("PictureBar", "From −1 to 1: mean and deviation 0.5"),
         {.mean = 0.5, .std = 0.5}},
        {QT_TRANSLATE_NOOP("PictureBar", "0 to 1"),
         QT_TRANSLATE_NOOP("PictureBar", "From 0 to 1: pixels as they are"),
         {.mean = 0, .std = 1}},
        {QT_TRANSLATE_NOOP("PictureBar", "0 to 255"),
         QT_TRANSLATE_NOOP("PictureBar", "From 0 to 255: bytes as they are"),
         {.mean = 0, .std = 1.0 / 255}}};
    return list;
}

Error noList(const QString& path, const char* code, const QString& why) {
    return {
        code,
        QStringLiteral("'%1' %2").arg(QFileInfo(path).fileName(), why).toStdString(),
        {},
        "The names are as before.",
        PictureBar::tr("Choose a text file with the name of a class on each line.").toStdString()};
}

}  // namespace

Result<QStringList> classNamesIn(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return noList(path, "G01", PictureBar::tr("cannot be read"));
    const QByteArray bytes = file.read(longestList + 1);
    if (bytes.size() > longestList || bytes.contains('\0'))
        return noList(path, "M04", PictureBar::tr("is no list of names"));
    QStringList names;
    for (const QString& line : QString::fromUtf8(bytes).split(QLatin1Char('\n')))
        names << line.trimmed().left(longestName);
    while (!names.isEmpty() && names.back().isEmpty()) names.removeLast();
    if (names.isEmpty() || names.size() > mostNames)
        return noList(path, "M04", PictureBar::tr("is no list of names"));
    return names;
}

PictureBar::PictureBar(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("pictureBar"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    addButton(this, QStringLiteral("open"), "picture.open", tr("Choose a picture file"),
              &PictureBar::choosePicture);
    addButton(this, QStringLiteral("layers"), "picture.names",
              tr("Choose the names of the classes: a text file, one a line"),
              &PictureBar::chooseNames);
    row->addWidget(buildChoices(), 1);
    connect(&m_reading, &BackgroundWork::finished, this, &PictureBar::take);
}

void PictureBar::addButton(QWidget* row, const QString& icon, const char* name, const QString& tip,
                           void (PictureBar::*ask)()) {
    auto* button = new QToolButton(row);
    button->setObjectName(QString::fromLatin1(name));
    button->setAccessibleName(tip);
    button->setToolTip(tip);
    const auto restyle = [this, button, icon] { button->setIcon(m_theme.icon(icon)); };
    restyle();
    connect(&m_theme, &Theme::changed, button, restyle);
    connect(button, &QToolButton::clicked, this, ask);
    row->layout()->addWidget(button);
}

QWidget* PictureBar::buildChoices() {
    auto* choices = new QWidget(this);
    auto* row = new QHBoxLayout(choices);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    const auto choice = [&](const char* name, const QString& title, const QString& tip) {
        auto* box = new QComboBox(choices);
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(title);
        box->setToolTip(tip);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
        row->addWidget(box, 1);
        return box;
    };
    m_fit = choice("picture.fit", tr("How a picture fits"),
                   tr("What happens to a picture that is not as wide and high as the input"));
    m_fit->addItem(tr("Cut to fit"), static_cast<int>(PictureFit::Crop));
    m_fit->addItem(tr("Stretch to fit"), static_cast<int>(PictureFit::Stretch));
    m_fit->addItem(tr("Whole, with bars"), static_cast<int>(PictureFit::Letterbox));
    connect(m_fit, &QComboBox::activated, this, &PictureBar::decode);
    m_normalisation = choice("picture.normalisation", tr("Numbers of pixels"),
                             tr("What the network takes pixels as: the project's mean and "
                                "deviation"));
    for (const Preset& preset : presets()) {
        m_normalisation->addItem(tr(preset.title));
        m_normalisation->setItemData(m_normalisation->count() - 1, tr(preset.tip), Qt::ToolTipRole);
    }
    connect(m_normalisation, &QComboBox::activated, this, [this](int index) {
        if (index < std::ssize(presets()))
            normalisationChosen(presets()[static_cast<size_t>(index)].normalisation);
    });
    return choices;
}

void PictureBar::setExtent(const ImageExtent& extent) {
    m_extent = extent;
    const auto& model = *qobject_cast<QStandardItemModel*>(m_normalisation->model());
    for (int i = 0; i < std::ssize(presets()); ++i)
        model.item(i)->setEnabled(!presets()[static_cast<size_t>(i)].isOfColours ||
                                  extent.channels == 3);
}

void PictureBar::setNormalisation(const Normalisation& normalisation) {
    const int count = static_cast<int>(std::ssize(presets()));
    const auto found = std::ranges::find(presets(), normalisation, &Preset::normalisation);
    m_normalisation->removeItem(count);
    if (found == presets().end())
        m_normalisation->addItem(tr("Mean %1, deviation %2")
                                     .arg(QString::fromStdString(normalisation.mean.text()),
                                          QString::fromStdString(normalisation.std.text())));
    m_normalisation->setCurrentIndex(static_cast<int>(found - presets().begin()));
}

void PictureBar::choosePicture() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose a picture"), QFileInfo(m_path).absolutePath(),
        tr("Pictures (*.png *.jpg *.jpeg *.bmp *.ppm *.pgm *.tif *.tiff *.webp)"));
    if (!path.isEmpty()) open(path);
}

void PictureBar::chooseNames() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Choose the names of the classes"),
                                     QFileInfo(m_path).absolutePath(), tr("Lists (*.txt)"));
    if (!path.isEmpty()) open(path);
}

bool PictureBar::takes(const QString& path) {
    static const QStringList endings =
        QStringLiteral("png jpg jpeg bmp ppm pgm tif tiff webp txt").split(QLatin1Char(' '));
    return endings.contains(QFileInfo(path).suffix().toLower());
}

void PictureBar::open(const QString& path) {
    if (QFileInfo(path).suffix().toLower() == QLatin1String("txt")) {
        const auto names = classNamesIn(path);
        return names ? namesChosen(*names) : tell(names.error());
    }
    m_path = path;
    decode();
}

void PictureBar::decode() {
    if (m_path.isEmpty() || m_extent.elements() == 0) return;
    m_isOutdated = m_reading.isRunning();
    if (m_isOutdated) return;
    m_wanted = m_extent;
    m_reading.run(
        "reading the picture", [path = m_path.toStdString(), extent = m_extent,
                                fit = static_cast<PictureFit>(m_fit->currentData().toInt())] {
            return picturePixels(path, {extent.channels, extent.height, extent.width}, fit);
        });
}

void PictureBar::take() {
    Result<std::vector<float>> pixels = m_reading.take();
    if (std::exchange(m_isOutdated, false)) return decode();
    if (!pixels) return tell(pixels.error());
    read(std::move(pixels).value(), m_wanted);
}

void PictureBar::tell(const Error& error) {
    const Error told = inWindowWords(error);
    failed(sentenceOf(told) + QStringLiteral(". ") + QString::fromStdString(told.next));
}

}  // namespace vitrine::gui
