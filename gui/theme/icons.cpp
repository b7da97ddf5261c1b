// SPDX-License-Identifier: GPL-3.0-or-later
// Icons drawn from SVG files in one colour, sharp at any scale.
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

/// Draws `currentColor` of a file in the colour that it was made with.
class SvgIconEngine : public QIconEngine {
  public:
    SvgIconEngine(QByteArray svg, QColor colour, QColor disabled)
        : m_svg(std::move(svg)), m_colour(std::move(colour)), m_disabled(std::move(disabled)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const QColor& colour = mode == QIcon::Disabled ? m_disabled : m_colour;
        QByteArray svg = m_svg;
        svg.replace("currentColor", colour.name().toLatin1());
        QSvgRenderer renderer(svg);
        renderer.render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return picture;
    }

    QIconEngine* clone() const override { return new SvgIconEngine(*this); }

  private:
    QByteArray m_svg;
    QColor m_colour, m_disabled;
};

}  // namespace

QIcon Theme::icon(const QString& name) const { return icon(name, m_tokens.text); }

QIcon Theme::icon(const QString& name, const QColor& colour) const {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new SvgIconEngine(file.readAll(), colour, m_tokens.disabled));
}

}  // namespace vitrine::gui
