// SPDX-License-Identifier: GPL-3.0-or-later
// One scene, three ways to write it down.
#include "gui/graph_editor/graph_picture.h"

#include <QBuffer>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/graph_scene.h"

namespace vitrine::gui {

namespace {

constexpr double margin = 16;
/// Qt's raster engine counts pixels so far.
constexpr int mostPixels = 32'767;
constexpr int64_t mostBytes = int64_t{2} << 30;

}  // namespace

struct GraphPicture::Parts {
    Parts(Document& document, ThemeKind kind)
        : theme(kind), style(theme), scene(document, selection, style) {}

    Theme theme;
    CanvasStyle style;
    Selection selection;
    GraphScene scene;
};

GraphPicture::GraphPicture(Document& document, ThemeKind theme)
    : m_parts(std::make_unique<Parts>(document, theme)) {}

GraphPicture::~GraphPicture() = default;

/// Edges bow past nodes, and their shapes stand beside them.
QRectF GraphPicture::content() const {
    QRectF content = m_parts->scene.contentRect();
    if (content.isNull()) return {};
    for (QGraphicsItem* item : m_parts->scene.items())
        if (auto* label = qgraphicsitem_cast<EdgeLabel*>(item))
            content |= label->mapRectToScene(label->wordsRect());
        else
            content |= item->sceneBoundingRect();
    return content.adjusted(-margin, -margin, margin, margin).toAlignedRect();
}

QSize GraphPicture::size() const { return content().size().toSize(); }

void GraphPicture::paint(QPainter& painter, const QRectF& target) {
    painter.fillRect(target, m_parts->style.tokens().window);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    m_parts->scene.render(&painter, target, content());
}

Result<QByteArray> GraphPicture::bytes(const PictureChoices& choices) {
    switch (choices.format) {
        case PictureFormat::Png:
            return png(choices.scale);
        case PictureFormat::Pdf:
            return pdf();
        case PictureFormat::Svg:
            break;
    }
    return svg();
}

Result<QByteArray> GraphPicture::png(int scale) {
    const QSize pixels = size() * scale;
    const int64_t bytes = int64_t{4} * pixels.width() * pixels.height();
    if (pixels.width() > mostPixels || pixels.height() > mostPixels || bytes > mostBytes) {
        const QString found = QObject::tr("a picture of %1 × %2 pixels is too large for PNG here")
                                  .arg(pixels.width())
                                  .arg(pixels.height());
        return Error{
            "G13",
            found.toStdString(),
            {},
            QObject::tr("Nothing was saved.").toStdString(),
            QObject::tr("Take a smaller size, or SVG or PDF, which have no pixels.").toStdString()};
    }
    QImage image(pixels, QImage::Format_RGB32);
    QPainter painter(&image);
    paint(painter, QRectF(QPointF(), pixels));
    painter.end();
    QByteArray written;
    QBuffer buffer(&written);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return written;
}

QByteArray GraphPicture::svg() {
    QByteArray written;
    QBuffer buffer(&written);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    constexpr int pixelsPerInch = 96;  // CSS
    generator.setResolution(pixelsPerInch);
    generator.setSize(size());
    generator.setViewBox(QRect(QPoint(), size()));
    generator.setTitle(QObject::tr("A network drawn with Vitrine"));
    QPainter painter(&generator);
    paint(painter, QRectF(QPointF(), size()));
    painter.end();
    return written;
}

/// One page as large as the network: a point for a pixel of the canvas, or less where the page
/// would be larger than readers take (14,400 points, PDF 1.7 annex C).
QByteArray GraphPicture::pdf() {
    constexpr double mostPoints = 14'400, pointsPerInch = 72;
    QByteArray written;
    QBuffer buffer(&written);
    buffer.open(QIODevice::WriteOnly);
    const double longest = std::max(size().width(), size().height());
    const double resolution =
        std::max(pointsPerInch, std::ceil(pointsPerInch * longest / mostPoints));
    QPdfWriter writer(&buffer);
    writer.setResolution(static_cast<int>(resolution));
    writer.setPageSize(QPageSize(QSizeF(size()) * pointsPerInch / resolution, QPageSize::Point, {},
                                 QPageSize::ExactMatch));
    writer.setPageMargins({});
    QPainter painter(&writer);
    paint(painter, QRectF(QPointF(), size()));
    painter.end();
    return written;
}

QImage GraphPicture::preview(const QSize& room) {
    if (size().isEmpty() || room.isEmpty()) return {};
    const QSize fitted =
        size().scaled(room.boundedTo(size()), Qt::KeepAspectRatio).expandedTo({1, 1});
    QImage image(fitted, QImage::Format_RGB32);
    QPainter painter(&image);
    paint(painter, QRectF(QPointF(), fitted));
    return image;
}

}  // namespace vitrine::gui
