// SPDX-License-Identifier: Apache-2.0
// Pictures as networks take them. Truth: pixels of small PGM and PPM files, counted by hand.
#include "core/session/picture_input.h"

#include <QtTest/QtTest>

#include "core/data/transform.h"
#include "tests/support/picture_files.h"

using namespace vitrine;

namespace {

QString qt(const std::string& text) { return QString::fromStdString(text); }

/// `grey`: two rows of four pixels, 10 20 30 40 and 50 60 70 80. `colour`: one of each.
std::string textOf(const char* picture) {
    using namespace std::string_literals;
    return picture == "grey"s ? "P5 4 2 255\n\x0A\x14\x1E\x28\x32\x3C\x46\x50"s
                              : "P6 2 1 255\n\x01\x02\x03\x04\x05\x06"s;
}

QString numbersOf(const TensorData& tensor) {
    QStringList numbers;
    for (const std::byte byte : tensor.bytes)
        numbers << QString::number(std::to_integer<int>(byte));
    return numbers.join(' ');
}

}  // namespace

class TestPictureInput : public QObject {
    Q_OBJECT

  private slots:
    void becomesWhatTheInputTakes_data();
    void becomesWhatTheInputTakes();
    void goesThroughTheTransformsForEvaluation();
    void pixelsOfAPictureAreFromZeroToOne();
    void refusesWhatIsNoPictureForTheInput_data();
    void refusesWhatIsNoPictureForTheInput();
    void knowsPicturesByTheirContents();

  private:
    std::string file(const char* picture) const {
        m_folder.put(picture, test::bytesOfText(textOf(picture)));
        return m_folder.path() + "/" + picture;
    }
    test::PictureFolderFixture m_folder;
};

void TestPictureInput::becomesWhatTheInputTakes_data() {
    QTest::addColumn<QString>("picture");
    QTest::addColumn<QString>("fit");  ///< empty: of a format without such a field
    QTest::addColumn<QString>("shape");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* title, const char* picture, const char* fit, const char* shape,
                        const char* expected) {
        QTest::newRow(title) << picture << fit << shape << expected;
    };
    row("as it is", "grey", "", "1 2 4", "10 20 30 40 50 60 70 80");
    row("planes", "colour", "", "3 1 2", "1 4 2 5 3 6");
    row("grey becomes three", "grey", "", "3 2 4",
        "10 20 30 40 50 60 70 80 10 20 30 40 50 60 70 80 10 20 30 40 50 60 70 80");
    row("its middle", "grey", "crop", "1 2 2", "20 30 60 70");
    row("bars above and below", "grey", "letterbox", "1 4 4",
        "0 0 0 0 10 20 30 40 50 60 70 80 0 0 0 0");
    row("stretched", "grey", "stretch", "1 1 1", "45");
    row("of the only size", "grey", "refuse", "1 2 4", "10 20 30 40 50 60 70 80");
}

void TestPictureInput::becomesWhatTheInputTakes() {
    QFETCH(QString, picture);
    QFETCH(QString, fit);
    QFETCH(QString, shape);
    QFETCH(QString, expected);
    DataSettings data;
    data.format = "idx";
    if (!fit.isEmpty()) QVERIFY(setPictureFit(data, fit.toStdString()).ok());
    ArrayWish wish{.name = "x"};
    for (const QString& extent : shape.split(' ')) wish.shape.push(extent.toInt());
    const auto pixels = pictureInput(file(picture.toStdString().c_str()), wish, data);
    QVERIFY2(pixels.ok(), pixels.ok() ? "" : pixels.error().text().c_str());
    QCOMPARE((*pixels)->dtype, DType::U8);
    QCOMPARE((*pixels)->shape.rank(), 4);
    QCOMPARE(numbersOf(**pixels), expected);
}

void TestPictureInput::goesThroughTheTransformsForEvaluation() {
    DataSettings data;
    const TransformDescriptor& crop = *findTransform("center_crop");
    data.evaluationTransforms.push_back(
        {"center_crop", Attrs(crop.fields).with("height", int64_t{1}).with("width", int64_t{2})});
    const auto pixels = pictureInput(file("grey"), {.name = "x", .shape = {1, 1, 2}}, data);
    QVERIFY2(pixels.ok(), pixels.ok() ? "" : pixels.error().text().c_str());
    const QString found = numbersOf(**pixels);
    QVERIFY2(found == "20 30" || found == "60 70", found.toUtf8());
    const auto other = pictureInput(file("grey"), {.name = "x", .shape = {1, 2, 2}}, data);
    QVERIFY(!other.ok());
    QCOMPARE(other.error().code, std::string("P13"));
    QVERIFY(other.error().message.ends_with(
        "becomes [1, 1, 2] by the project's transforms, and 'x' takes [N, 1, 2, 2]"));
}

void TestPictureInput::pixelsOfAPictureAreFromZeroToOne() {
    const auto pixels = picturePixels(file("colour"), {3, 1, 2}, PictureFit::Stretch);
    QVERIFY2(pixels.ok(), pixels.ok() ? "" : pixels.error().text().c_str());
    QCOMPARE(*pixels, (std::vector<float>{1 / 255.0f, 4 / 255.0f, 2 / 255.0f, 5 / 255.0f,
                                          3 / 255.0f, 6 / 255.0f}));
    const auto middle = picturePixels(file("grey"), {1, 2, 2}, PictureFit::Crop);
    QVERIFY(middle.ok());
    QCOMPARE(*middle, (std::vector<float>{20 / 255.0f, 30 / 255.0f, 60 / 255.0f, 70 / 255.0f}));
    const auto two = picturePixels(file("grey"), {2, 2, 2}, PictureFit::Crop);
    QVERIFY(!two.ok());
    QCOMPARE(two.error().code, std::string("P13"));
}

void TestPictureInput::refusesWhatIsNoPictureForTheInput_data() {
    QTest::addColumn<QString>("shape");
    QTest::addColumn<QString>("fit");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("numbers") << "8"
                             << "stretch"
                             << "P13"
                             << "is a picture, and 'x' takes f32 [N, 8]";
    QTest::newRow("five channels") << "5 2 4"
                                   << "stretch"
                                   << "P13"
                                   << "'x' takes f32 [N, 5, 2, 4]";
    QTest::newRow("another size") << "1 3 4"
                                  << "refuse"
                                  << "M09"
                                  << "is 2 × 4 pixels, the project's data take pictures of 3 × 4";
}

void TestPictureInput::refusesWhatIsNoPictureForTheInput() {
    QFETCH(QString, shape);
    QFETCH(QString, fit);
    QFETCH(QString, code);
    QFETCH(QString, says);
    DataSettings data;
    QVERIFY(setPictureFit(data, fit.toStdString()).ok());
    ArrayWish wish{.name = "x"};
    for (const QString& extent : shape.split(' ')) wish.shape.push(extent.toInt());
    const auto pixels = pictureInput(file("grey"), wish, data);
    QVERIFY(!pixels.ok());
    QCOMPARE(qt(pixels.error().code), code);
    QVERIFY2(qt(pixels.error().message).contains(says), pixels.error().message.c_str());
}

void TestPictureInput::knowsPicturesByTheirContents() {
    QVERIFY(isPictureFile(file("grey")));
    m_folder.put("array.png", test::bytesOfText("\x93NUMPY"));
    QVERIFY(!isPictureFile(m_folder.path() + "/array.png"));
    QVERIFY(!isPictureFile(m_folder.path() + "/none.png"));
    DataSettings data;
    const auto refused = setPictureFit(data, "zoom");
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, std::string("P11"));
}

QTEST_GUILESS_MAIN(TestPictureInput)
#include "tst_picture_input.moc"
