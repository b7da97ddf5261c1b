// SPDX-License-Identifier: GPL-3.0-or-later
// Canvas, tools, bars and pictures.
#include "gui/views/data/draw_page.h"

#include <QColorDialog>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QScrollArea>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

#include "gui/models/count_words.h"
#include "gui/models/number_text.h"
#include "gui/models/output_view.h"
#include "gui/theme/theme.h"
#include "gui/views/data/activation_mosaic.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/picture_bar.h"
#include "gui/views/data/probability_bars.h"

namespace vitrine::gui {

namespace {

/// Brush positions are tenths of a pixel.
constexpr int brushUnits = 10;

}  // namespace

DrawPage::DrawPage(Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_canvas(new DrawCanvas(theme)),
      m_pictures(new PictureBar(theme)),
      m_bars(new ProbabilityBars(theme)),
      m_activations(new ActivationMosaic(theme)),
      m_note(new QLabel) {
    auto* left = new QVBoxLayout;
    left->setSpacing(space);
    left->addWidget(m_canvas, 1);
    left->addWidget(buildTools());
    left->addWidget(m_pictures);
    auto* middle = new QVBoxLayout;
    middle->setSpacing(space);
    middle->addWidget(m_bars);
    m_picture = new QLabel;
    m_picture->setObjectName(QStringLiteral("drawPicture"));
    m_words = new QLabel;
    m_words->setObjectName(QStringLiteral("drawOutputs"));
    m_words->setTextFormat(Qt::PlainText);
    middle->addWidget(m_picture);
    middle->addWidget(m_words);
    middle->addStretch();
    middle->addWidget(m_note);
    m_note->setObjectName(QStringLiteral("drawNote"));
    m_note->setProperty("quiet", true);
    m_note->setWordWrap(true);
    auto* right = new QScrollArea;
    right->setObjectName(QStringLiteral("drawActivations"));
    right->setAccessibleName(tr("Activations of the convolutions"));
    right->setFrameShape(QFrame::NoFrame);
    right->setWidgetResizable(true);
    right->setWidget(m_activations);
    auto* content = new QWidget;
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(2 * space, 2 * space, 2 * space, space);
    row->setSpacing(3 * space);
    row->addLayout(left, 3);
    row->addLayout(middle, 3);
    row->addWidget(right, 4);
    m_empty = new EmptyState(tr("Add an input node to draw for it."),
                             tr("The canvas has the size of the network's input."), content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    connect(m_canvas, &DrawCanvas::changed, this, [this] { drawn(m_canvas->drawing().pixels()); });
    connect(m_pictures, &PictureBar::read, this, &DrawPage::setImage);
    connect(m_pictures, &PictureBar::failed, this, &DrawPage::showTrouble);
    connect(m_pictures, &PictureBar::namesChosen, this, [this](const QStringList& names) {
        m_chosenNames = names;
        showNames();
    });
    setAcceptDrops(true);
}

/// A picture or a list of names; everything else is the window's.
void DrawPage::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    const bool isOne = urls.size() == 1 && urls[0].isLocalFile();
    const QString path = isOne ? urls[0].toLocalFile() : QString();
    const bool isTaken = isOne && (PictureBar::takes(path)) && !m_empty->isEmpty();
    event->setAccepted(isTaken);
}

void DrawPage::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    m_pictures->open(event->mimeData()->urls().value(0).toLocalFile());
}

QWidget* DrawPage::buildTools() {
    auto* tools = new QWidget;
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    QToolButton* eraser = addTool(*row, QStringLiteral("eraser"), QStringLiteral("drawErase"),
                                  tr("Erase (right button)"));
    eraser->setCheckable(true);
    connect(eraser, &QToolButton::toggled, m_canvas, &DrawCanvas::setErasing);
    QToolButton* clear = addTool(*row, QStringLiteral("delete"), QStringLiteral("drawClear"),
                                 tr("Clear the canvas"));
    connect(clear, &QToolButton::clicked, m_canvas, &DrawCanvas::clear);
    addBrush(*row);
    addInks(*row);
    row->addStretch();
    QToolButton* step = addTool(*row, QStringLiteral("step-entry"), QStringLiteral("drawStep"),
                                tr("Step through the prediction for this"));
    connect(step, &QToolButton::clicked, this, &DrawPage::stepAskedFor);
    return tools;
}

QToolButton* DrawPage::addTool(QHBoxLayout& row, const QString& icon, const QString& name,
                               const QString& text) {
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setAccessibleName(text);
    button->setToolTip(text);
    const auto restyle = [this, button, icon] { button->setIcon(m_theme.icon(icon)); };
    restyle();
    connect(&m_theme, &Theme::changed, button, restyle);
    row.addWidget(button);
    return button;
}

void DrawPage::addBrush(QHBoxLayout& row) {
    m_brush = new QSlider(Qt::Horizontal);
    m_brush->setObjectName(QStringLiteral("drawBrush"));
    m_brush->setAccessibleName(tr("Size of the brush"));
    m_brush->setToolTip(tr("Size of the brush"));
    m_brush->setMinimumWidth(48);
    m_brush->setMaximumWidth(96);
    connect(m_brush, &QSlider::valueChanged, m_canvas, [this](int position) {
        m_canvas->setRadius(static_cast<double>(position) / brushUnits);
    });
    row.addWidget(m_brush);
}

/// Only for colour images: all channels take part in white.
void DrawPage::addInks(QHBoxLayout& row) {
    m_ink =
        addTool(row, QStringLiteral("draw"), QStringLiteral("drawInk"), tr("Colour of the pen"));
    m_ink->hide();
    connect(m_ink, &QToolButton::clicked, this, &DrawPage::chooseInk);
    connect(&m_theme, &Theme::changed, m_ink, [this] { showInk(); });
    showInk();
}

/// The pen, and a bar of what it draws with, which its border sets apart from what it lies on.
void DrawPage::showInk() {
    constexpr qreal bar = 4, apart = 2.5;
    const QSize size = m_ink->iconSize();
    QPixmap picture(size * devicePixelRatioF());
    picture.setDevicePixelRatio(devicePixelRatioF());
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    const int pen = size.height() - int(bar);
    m_theme.icon(QStringLiteral("draw")).paint(&painter, QRect(0, 0, size.width(), pen));
    painter.setPen(m_theme.tokens().text);
    painter.setBrush(m_colour);
    painter.drawRect(QRectF(apart, size.height() - bar - 0.5, size.width() - 2 * apart, bar));
    painter.end();
    m_ink->setIcon(picture);
}

void DrawPage::chooseInk() {
    const QColor colour = QColorDialog::getColor(m_colour, this, tr("Colour of the pen"));
    if (!colour.isValid()) return;
    m_colour = colour;
    showInk();
    m_canvas->setInk({colour.redF(), colour.greenF(), colour.blueF()});
}

void DrawPage::setExtent(const ImageExtent& extent) {
    m_empty->setEmpty(extent.elements() == 0);
    if (extent == m_canvas->drawing().extent()) return;
    m_canvas->setExtent(extent);
    m_pictures->setExtent(extent);
    m_ink->setVisible(extent.channels == 3);
    showNothing();
    m_note->clear();
    const int side = std::max(extent.width, extent.height);
    m_brush->setRange(brushUnits / 2, std::max(brushUnits, brushUnits * side / 6));
    m_brush->setValue(std::max(brushUnits * 4 / 5, brushUnits * side / 20));
}

void DrawPage::setClassNames(const QStringList& names) {
    m_names = names;
    showNames();
}

void DrawPage::setModelNames(const QStringList& names) {
    m_modelNames = names;
    showNames();
}

void DrawPage::showNames() {
    const QStringList& others = m_chosenNames.isEmpty() ? m_modelNames : m_chosenNames;
    m_bars->setClassNames(m_names.isEmpty() ? others : m_names);
}

void DrawPage::setImage(std::vector<float> pixels, const ImageExtent& extent) {
    const ImageExtent& wanted = m_canvas->drawing().extent();
    if (extent == wanted) return m_canvas->setPixels(std::move(pixels));
    const auto text = [](const ImageExtent& of) {
        return shapeText({of.channels, of.height, of.width});
    };
    showTrouble(tr("The image is %1, the network takes %2: it cannot be put on the canvas.")
                    .arg(text(extent), text(wanted)));
}

/// Those that the bars do not show: the first picture, and words for all others.
void DrawPage::showOutputs(const Prediction& prediction) {
    constexpr int side = 112;
    QImage shown;
    QStringList words;
    bool hasBars = false;
    for (const PredictedOutput& output : prediction.outputs) {
        if (output.isClasses && !std::exchange(hasBars, true)) continue;
        const QString name = QString::fromStdString(output.name);
        const QImage picture = pictureOf(output, 0);
        if (picture.isNull()) {
            words << tr("%1: %2").arg(name, textOf(output, 0, m_data.get()));
        } else if (shown.isNull()) {
            shown = picture;
            const auto [lowest, highest] = rangeOf(output, 0);
            words << tr("%1: black %2, white %3").arg(name, realText(lowest), realText(highest));
        }
    }
    m_bars->setVisible(hasBars);
    m_picture->setVisible(!shown.isNull());
    if (!shown.isNull())
        m_picture->setPixmap(QPixmap::fromImage(
            shown.scaled(side, side, Qt::KeepAspectRatio, Qt::FastTransformation)));
    m_words->setVisible(!words.isEmpty());
    m_words->setText(words.join(QLatin1Char('\n')));
}

void DrawPage::showNothing() {
    m_picture->hide();
    m_words->hide();
    m_bars->setProbabilities({});
    m_activations->setActivations({});
    m_note->setToolTip({});
}

void DrawPage::forget() {
    m_canvas->clear();
    m_pictures->forget();
    m_chosenNames.clear();
    showNames();
    m_bars->show();
    showNothing();
    m_note->clear();
}

void DrawPage::showAnswer(const Prediction& prediction) {
    m_bars->setProbabilities(prediction.probabilities);
    showOutputs(prediction);
    m_activations->setActivations(prediction.activations);
    m_note->setText(noteOf(prediction));
    m_note->setToolTip(tr("Answered in %1").arg(secondsText(prediction.seconds)));
}

QString DrawPage::noteOf(const Prediction& prediction) const {
    QString text;
    const bool hasClasses = !prediction.probabilities.empty();
    if (hasClasses && m_bars->isNotANumber()) text = tr("The network's outputs are not numbers. ");
    const auto outputs = std::ssize(prediction.probabilities);
    if (hasClasses && !m_names.isEmpty() && outputs != m_names.size())
        text += tr("The network has %1, the data have %2. ")
                    .arg(countWords(outputs, tr("1 output"), tr("%1 outputs")),
                         countWords(m_names.size(), tr("1 class"), tr("%1 classes")));
    return text + weightsText(prediction.weights, m_origin);
}

void DrawPage::showTrouble(const QString& message) {
    showNothing();
    m_bars->hide();
    m_note->setText(message);
}

}  // namespace vitrine::gui
