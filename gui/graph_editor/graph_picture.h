// SPDX-License-Identifier: GPL-3.0-or-later
// GraphPicture: all of a network as a file for papers and pages, as the canvas shows it.
#pragma once

#include <QByteArray>
#include <QImage>

#include <memory>

#include "core/base/result.h"
#include "gui/theme/theme.h"

class QPainter;

namespace vitrine::gui {

class Document;

enum class PictureFormat { Svg, Png, Pdf };

struct PictureChoices {
    PictureFormat format = PictureFormat::Svg;
    ThemeKind theme = ThemeKind::Light;
    int scale = 1;  ///< of PNG: pixels for one of the canvas at 100 %
};

/// Window thread. A scene of its own: what is selected, where a run stands and how far the canvas
/// is zoomed is not in it. In SVG letters are outlines, so that it looks the same everywhere.
class GraphPicture {
  public:
    GraphPicture(Document& document, ThemeKind theme);
    ~GraphPicture();

    /// At 100 %, with a margin; empty where there are no nodes.
    QSize size() const;
    /// As a file's bytes. Errors: "G13" where a PNG would be larger than pictures can be.
    Result<QByteArray> bytes(const PictureChoices& choices);
    /// Fitted into a size, for a look at it.
    QImage preview(const QSize& room);

  private:
    struct Parts;
    QRectF content() const;
    void paint(QPainter& painter, const QRectF& target);
    Result<QByteArray> png(int scale);
    QByteArray svg();
    QByteArray pdf();
    std::unique_ptr<Parts> m_parts;
};

}  // namespace vitrine::gui
