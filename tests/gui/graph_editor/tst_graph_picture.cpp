// SPDX-License-Identifier: Apache-2.0
// Pictures of networks as files. Truth: the document's own places and words, and readers of the
// formats that are not this program's: Qt's SVG renderer, Qt's PNG reader.
#include <QtTest>

#include <QApplication>
#include <QPainter>
#include <QSvgRenderer>

#include "core/graph/graph_text.h"
#include "gui/document/document.h"
#include "gui/graph_editor/graph_picture.h"
#include "gui/graph_editor/node_geometry.h"
#include "tests/gui/support/small_project.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestGraphPicture : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;

    /// One below the other.
    void open(Document& document) {
        const Project project = smallProject(smallNetwork);
        QVERIFY(document.open(saveInto(m_folder.path(), QStringLiteral("small"), project)).ok());
        Transaction moves;
        for (const Node& node : document.graph().nodes())
            moves.push_back(edit::Move{node.id, {0, rowPitch * static_cast<double>(moves.size())}});
        QVERIFY(document.edit("place", moves).ok());
    }
    static QByteArray bytesOf(GraphPicture& picture, const PictureChoices& choices) {
        const Result<QByteArray> bytes = picture.bytes(choices);
        if (!bytes) qFatal("%s", bytes.error().text().c_str());
        return *bytes;
    }
    static int colours(const QImage& image) {
        QSet<QRgb> seen;
        for (int y = 0; y < image.height(); y += 2)
            for (int x = 0; x < image.width(); x += 2) seen.insert(image.pixel(x, y));
        return static_cast<int>(seen.size());
    }

  private Q_SLOTS:
    void pngHasAsManyPixelsAsItsScaleSays_data() {
        QTest::addColumn<int>("scale");
        for (const int scale : {1, 2, 4}) QTest::addRow("%d", scale) << scale;
    }
    void pngHasAsManyPixelsAsItsScaleSays() {
        QFETCH(int, scale);
        Document document;
        open(document);
        GraphPicture picture(document, ThemeKind::Light);
        const QByteArray bytes = bytesOf(picture, {.format = PictureFormat::Png, .scale = scale});
        const QImage image = QImage::fromData(bytes, "PNG");
        QCOMPARE(image.size(), picture.size() * scale);
        // Every node is in it: from the first one's top to the last one's foot.
        QVERIFY(picture.size().height() > 7 * nodeHeight);
        QVERIFY(colours(image) > 20);
        QCOMPARE(QColor(image.pixel(0, 0)), Theme(ThemeKind::Light).tokens().window);
    }

    void darkIsDark() {
        Document document;
        open(document);
        GraphPicture picture(document, ThemeKind::Dark);
        const QImage image = QImage::fromData(
            bytesOf(picture, {.format = PictureFormat::Png, .theme = ThemeKind::Dark}), "PNG");
        QCOMPARE(QColor(image.pixel(0, 0)), Theme(ThemeKind::Dark).tokens().window);
    }

    /// Lines stay lines: no picture lies in it, and drawn anew it is what the PNG is.
    void svgHasLinesAlone() {
        Document document;
        open(document);
        GraphPicture picture(document, ThemeKind::Light);
        const QByteArray svg = bytesOf(picture, {.format = PictureFormat::Svg});
        QVERIFY(!svg.contains("<image"));
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        QCOMPARE(renderer.viewBox().size(), picture.size());
        QImage drawn(picture.size(), QImage::Format_RGB32);
        drawn.fill(Qt::white);
        QPainter painter(&drawn);
        renderer.render(&painter);
        painter.end();
        const QImage wanted =
            QImage::fromData(bytesOf(picture, {.format = PictureFormat::Png}), "PNG");
        int64_t unlike = 0;
        for (int y = 0; y < wanted.height(); ++y)
            for (int x = 0; x < wanted.width(); ++x)
                unlike += std::abs(qGray(wanted.pixel(x, y)) - qGray(drawn.pixel(x, y))) > 64;
        const int64_t all = int64_t{1} * wanted.width() * wanted.height();
        QVERIFY2(unlike * 50 < all, qPrintable(QString::number(unlike)));
    }

    void pdfHasOnePageOfThatSize() {
        Document document;
        open(document);
        GraphPicture picture(document, ThemeKind::Light);
        const QByteArray pdf = bytesOf(picture, {.format = PictureFormat::Pdf});
        QVERIFY(pdf.startsWith("%PDF-"));
        const QRegularExpression box("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)");
        const auto found = box.match(QString::fromLatin1(pdf));
        QVERIFY(found.hasMatch());
        QCOMPARE(QSizeF(found.captured(1).toDouble(), found.captured(2).toDouble()),
                 QSizeF(picture.size()));
        QVERIFY(!pdf.contains("/Subtype /Image"));
    }

    void followsTheDocument() {
        Document document;
        open(document);
        GraphPicture picture(document, ThemeKind::Light);
        QVERIFY(picture.size().width() < 1000);
        QVERIFY(document.edit("place", {edit::Move{"fc", {5000, 40}}}).ok());
        const QImage moved =
            QImage::fromData(bytesOf(picture, {.format = PictureFormat::Png}), "PNG");
        QVERIFY(moved.width() > 5000);
    }

    /// Qt's raster engine would leave most of it out.
    void aPngThatIsTooLargeIsRefused() {
        Document document;
        open(document);
        QVERIFY(document.edit("place", {edit::Move{"fc", {20'000, 40}}}).ok());
        GraphPicture picture(document, ThemeKind::Light);
        const auto refused = picture.bytes({.format = PictureFormat::Png, .scale = 4});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("G13"));
        QVERIFY(picture.bytes({.format = PictureFormat::Svg}).ok());
        const QByteArray pdf = bytesOf(picture, {.format = PictureFormat::Pdf});
        const QRegularExpression box("/MediaBox \\[0 0 ([0-9.]+)");
        const auto found = box.match(QString::fromLatin1(pdf));
        QVERIFY(found.hasMatch() && found.captured(1).toDouble() <= 14'400);
    }
};

QTEST_MAIN(TestGraphPicture)
#include "tst_graph_picture.moc"
