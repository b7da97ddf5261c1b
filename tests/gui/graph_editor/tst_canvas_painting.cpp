// SPDX-License-Identifier: Apache-2.0
// What the canvas paints, looked at pixel by pixel: edges without gaps, words within their width.
#include <QtTest>
#include <QtWidgets>

#include "core/graph/graph.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/edge_item.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_item.h"
#include "gui/graph_editor/text_line.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr double margin = 20;

/// The part of a picture that is not background.
class Ink {
  public:
    explicit Ink(const QImage& picture) : m_picture(picture) {}
    bool at(int x, int y) const {
        return m_picture.valid(x, y) && qAlpha(m_picture.pixel(x, y)) >= 40;
    }
    bool in(const QRect& part) const {
        const QImage cut = m_picture.copy(part);
        return !Ink(cut).bounds().isEmpty();
    }
    QRect bounds() const {
        QRect rect;
        for (int y = 0; y < m_picture.height(); ++y)
            for (int x = 0; x < m_picture.width(); ++x)
                if (at(x, y)) rect |= QRect(x, y, 1, 1);
        return rect;
    }
    /// All of it hangs together.
    bool isOnePiece() const {
        QImage left = m_picture;
        int pieces = 0;
        for (int y = 0; y < left.height(); ++y)
            for (int x = 0; x < left.width(); ++x)
                if (Ink(left).at(x, y)) ++pieces, clearFrom(left, {x, y});
        return pieces == 1;
    }
    /// Every pixel is either left as it was or wholly covered.
    bool isSharp() const {
        for (int y = 0; y < m_picture.height(); ++y)
            for (int x = 0; x < m_picture.width(); ++x)
                if (const int alpha = qAlpha(m_picture.pixel(x, y)); alpha != 0 && alpha != 255)
                    return false;
        return true;
    }

  private:
    const QImage& m_picture;

    static void clearFrom(QImage& picture, const QPoint& start) {
        std::vector<QPoint> open{start};
        while (!open.empty()) {
            const QPoint at = open.back();
            open.pop_back();
            if (!Ink(picture).at(at.x(), at.y())) continue;
            picture.setPixel(at, 0);
            for (int dy = -1; dy <= 1; ++dy)
                for (int dx = -1; dx <= 1; ++dx) open.push_back(at + QPoint(dx, dy));
        }
    }
};

/// What `paint` paints in canvas units over `size`, seen at a zoom and moved by parts of a pixel.
template <class Paint>
QImage pictureOf(const QSizeF& size, double zoom, double ratio, const QPointF& offset,
                 Paint paint) {
    const QSizeF pixels = (size + QSizeF(2 * margin, 2 * margin)) * zoom * ratio;
    QImage picture(pixels.toSize(), QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(offset);
    painter.scale(zoom, zoom);
    painter.translate(margin, margin);
    paint(painter);
    return picture;
}

}  // namespace

class TestCanvasPainting : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void edgesHaveNoGaps_data();
    void edgesHaveNoGaps();
    void uprightEdgesAreSharp();
    void labelsLeaveTheirEdgeWhole();
    void noEdgeStrikesALabelThrough();
    void wordsOfAnErrorEndBeforeTheNextNode();
    void wordsKeepToTheirWidth();
    void wordsGrowWithTheZoom();

  private:
    Theme m_theme{ThemeKind::Dark};
    CanvasStyle m_style{m_theme};

    QImage edgePicture(const EdgeRoute& route, const QSizeF& size, double zoom, double ratio,
                       const QPointF& offset, const QString& label = {}) {
        QGraphicsScene scene;
        EdgeItem edge(m_style, {{"a", "y"}, {"b", "x"}}, [&] { return label; });
        scene.addItem(&edge);
        edge.setRoute(route);
        edge.setLabelled(true);
        return pictureOf(size, zoom, ratio, offset, [&](QPainter& painter) {
            for (QGraphicsItem* item : scene.items(Qt::AscendingOrder)) {
                painter.translate(item->pos());
                item->paint(&painter, nullptr, nullptr);
                painter.translate(-item->pos());
            }
        });
    }
};

void TestCanvasPainting::edgesHaveNoGaps_data() {
    QTest::addColumn<EdgeRoute>("route");
    QTest::addColumn<QSizeF>("size");
    QTest::newRow("straight") << EdgeRoute{{50, 0}, {50, 90}} << QSizeF(100, 90);
    QTest::newRow("to the side") << EdgeRoute{{10, 0}, {90, 90}} << QSizeF(100, 90);
    QTest::newRow("bow") << EdgeRoute{{10, 0}, {10, 220}, 110, true} << QSizeF(110, 220);
    QTest::newRow("bow to the left")
        << EdgeRoute{{110, 0}, {90, 220}, 10, true} << QSizeF(110, 220);
    QTest::newRow("back up") << EdgeRoute{{10, 200}, {150, 60}, 80, true} << QSizeF(160, 240);
}

void TestCanvasPainting::edgesHaveNoGaps() {
    QFETCH(EdgeRoute, route);
    QFETCH(QSizeF, size);
    for (const double ratio : {1.0, 1.5, 2.0})
        for (const double zoom : {0.1, 0.33, 0.6, 0.87, 1.0, 1.31, 2.5})
            for (const double part : {0.0, 0.3, 0.5, 0.8}) {
                const QImage picture = edgePicture(route, size, zoom, ratio, {part, part});
                QVERIFY2(Ink(picture).isOnePiece(),
                         qPrintable(QStringLiteral("zoom %1, ratio %2, moved by %3")
                                        .arg(zoom)
                                        .arg(ratio)
                                        .arg(part)));
                // From end to end; where it turns, half its width lies beyond the line.
                const QRectF drawn = Ink(picture).bounds();
                const double scale = zoom * ratio;
                QVERIFY(std::abs(drawn.top() / scale - part / zoom - margin -
                                 lineOf(route).boundingRect().top()) <= 2 / scale + 0.75);
                QVERIFY(std::abs(drawn.height() / scale - lineOf(route).boundingRect().height()) <=
                        3 / scale + 1.5);
            }
}

void TestCanvasPainting::uprightEdgesAreSharp() {
    for (const double zoom : {0.2, 0.6, 1.0, 1.7, 3.0})
        for (const double part : {0.0, 0.25, 0.5, 0.75}) {
            const QImage picture =
                edgePicture({{50, 0}, {50, 90}}, {100, 90}, zoom, 1, {part, part});
            QVERIFY(Ink(picture).isSharp());
            const int wanted = std::max(1, static_cast<int>(std::round(1.5 * zoom)));
            QCOMPARE(Ink(picture).bounds().width(), wanted);
        }
}

void TestCanvasPainting::labelsLeaveTheirEdgeWhole() {
    const QSizeF size(320, 60);
    const double middle = 160;
    for (const double aside : {-240.0, -120.0, 0.0, 120.0, 240.0}) {
        const EdgeRoute route{{middle + aside / 2, 0}, {middle - aside / 2, 54}};
        const QImage bare = edgePicture(route, size, 1, 1, {});
        const QImage labelled =
            edgePicture(route, size, 1, 1, {}, QStringLiteral("N × 32 × 16 × 16"));
        QVERIFY(bare != labelled);
        for (int y = 0; y < bare.height(); ++y)
            for (int x = 0; x < bare.width(); ++x)
                if (qAlpha(bare.pixel(x, y)) == 255)
                    QVERIFY2(bare.pixel(x, y) == labelled.pixel(x, y),
                             qPrintable(QStringLiteral("aside %1").arg(aside)));
    }
}

void TestCanvasPainting::noEdgeStrikesALabelThrough() {
    QGraphicsScene scene(0, 0, 400, 200);
    const auto shape = [] { return QStringLiteral("N × 32 × 16 × 16"); };
    EdgeItem labelled(m_style, {{"a", "y"}, {"b", "x"}}, shape),
        passing(m_style, {{"c", "y"}, {"d", "x"}}, shape);
    labelled.setRoute({{100, 0}, {100, 200}});
    labelled.setLabelled(true);
    passing.setRoute({{150, 0}, {150, 200}});
    scene.addItem(&labelled);
    const auto picture = [&] {
        QImage image(scene.sceneRect().size().toSize(), QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        scene.render(&painter);
        return image;
    };
    const QImage alone = picture();
    scene.addItem(&passing);
    passing.setHighlighted(true);
    const QImage both = picture();
    QVERIFY(alone != both);
    const QRect label(100 + 6, 100 - 7, 60, 14);
    QVERIFY(Ink(alone).at(150, 100));
    QVERIFY(alone.copy(label) == both.copy(label));
}

void TestCanvasPainting::wordsOfAnErrorEndBeforeTheNextNode() {
    NodeLook look;
    look.title = QStringLiteral("a");
    look.trouble = QStringLiteral(
        "x needs shape [N, 16, 5, 5], got [N, 6, 14, 14], which is "
        "another one, and that is a long story of many words");
    look.foundWanted = look.trouble;
    NodeItem node(m_style);
    node.setLook(look);
    QCOMPARE(node.toolTip(), look.trouble);
    const double below = node.boundingRect().bottom();
    QGraphicsScene scene;
    scene.addItem(&node);
    const QImage picture =
        pictureOf({nodeWidth + 20, 2 * rowPitch}, 1, 1, {},
                  [&](QPainter& painter) { node.paint(&painter, nullptr, nullptr); });
    scene.removeItem(&node);
    const QRect drawn = Ink(picture).bounds();
    QVERIFY(drawn.bottom() - margin < rowPitch);
    QVERIFY(drawn.bottom() - margin > nodeHeight + 20);  // two lines
    QVERIFY(drawn.bottom() - margin < below);
    // They stay clear of the sign at the corner of the next node, which may be painted before.
    const QRect sign(QPoint(nodeWidth - 10, rowPitch - 6), QPoint(nodeWidth + 6, rowPitch));
    QVERIFY(!Ink(picture).in(sign.translated(margin, margin)));
    // Of a selected node all of them are there.
    node.setMarks({.isSelected = true});
    scene.addItem(&node);
    const QImage whole =
        pictureOf({nodeWidth + 20, 3 * rowPitch}, 1, 1, {},
                  [&](QPainter& painter) { node.paint(&painter, nullptr, nullptr); });
    scene.removeItem(&node);
    QVERIFY(Ink(whole).bounds().bottom() > drawn.bottom() + 20);
    QVERIFY(Ink(whole).bounds().bottom() - margin < node.boundingRect().bottom());
    node.setMarks({});
    // Another node that stands nearer lies above them.
    NodeItem other(m_style);
    other.setLook({});
    QVERIFY(other.zValue() > node.zValue());
}

void TestCanvasPainting::wordsKeepToTheirWidth() {
    const QString text = QStringLiteral("a_name_that_no_node_has_room_for");
    const auto widthOf = [&](double room, double zoom) {
        const TextLine line(text, m_style.titleFont(), room);
        const QImage picture = pictureOf({400, 30}, zoom, 1, {}, [&](QPainter& painter) {
            painter.setPen(Qt::white);
            line.draw(painter, {});
        });
        return Ink(picture).bounds().right() / zoom - margin;
    };
    constexpr double room = 116;
    const double whole = widthOf(1e9, 1);
    QVERIFY(whole > 2 * room);
    for (const double zoom : {0.6, 1.0, 1.9}) {
        QVERIFY(widthOf(room, zoom) <= room + 2 / zoom);
        QVERIFY(widthOf(room, zoom) > 0.8 * room);
        QVERIFY(std::abs(widthOf(whole + 1, zoom) - whole) <= 3 / zoom);
    }
}

void TestCanvasPainting::wordsGrowWithTheZoom() {
    const TextLine line(QStringLiteral("conv1"), m_style.titleFont());
    const auto sizeAt = [&](double zoom) {
        const QImage picture = pictureOf({120, 30}, zoom, 1, {}, [&](QPainter& painter) {
            painter.setPen(Qt::white);
            line.draw(painter, {});
        });
        return Ink(picture).bounds().size();
    };
    const QSize once = sizeAt(1), thrice = sizeAt(3);
    QVERIFY(std::abs(thrice.width() - 3 * once.width()) <= 6);
    QVERIFY(std::abs(thrice.height() - 3 * once.height()) <= 6);
    // Its top is where the line was asked for, not its baseline.
    QVERIFY(once.height() <= line.height());
    QVERIFY(TextLine(QString(), m_style.titleFont()).height() == 0);
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestCanvasPainting)
#include "tst_canvas_painting.moc"
