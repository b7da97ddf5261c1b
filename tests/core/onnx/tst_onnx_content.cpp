// SPDX-License-Identifier: Apache-2.0
// What is taken for an ONNX model. The truth is the table of fields in onnx.proto: each row is
// written byte by byte.
#include <QTemporaryDir>

#include "core/onnx/onnx_content.h"

using vitrine::isOnnxModel;

class TestOnnxContent : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string written(const QByteArray& bytes) {
        QFile file(m_folder.filePath("content"));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) return {};
        return file.fileName().toStdString();
    }

  private slots:
    void isToldByItsFields_data();
    void isToldByItsFields();
    void noNumberOfRandomBytesIsOne();
    void everyCutOfAModelIsNone();
    void whatCannotBeReadIsNone();
};

namespace {

const QByteArray version("\x08\x0a", 2);                    // ir_version: 10
const QByteArray producer("\x12\x04test", 6);               // producer_name
const QByteArray graph("\x3a\x03\x12\x01g", 5);             // graph { name: "g" }
const QByteArray operators("\x42\x04\x0a\x00\x10\x15", 6);  // opset_import { version: 21 }
const QByteArray training("\xa2\x01\x00", 3);               // training_info {}: a tag of two bytes

}  // namespace

void TestOnnxContent::isToldByItsFields_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isModel");
    QTest::newRow("model") << version + producer + graph + operators << true;
    QTest::newRow("another order") << operators + graph + version << true;
    QTest::newRow("a large field number") << version + graph + training << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("no graph") << version + producer + operators << false;
    QTest::newRow("no version") << graph + operators << false;
    QTest::newRow("a field that no model has")
        << version + graph + QByteArray("\x4a\x00", 2) << false;
    QTest::newRow("a field of another wire type")
        << version + graph + QByteArray("\x10\x01", 2) << false;
    QTest::newRow("a length beyond the end")
        << version + graph + QByteArray("\x12\x7ftest", 6) << false;
    QTest::newRow("a length beyond 64 bits")
        << version + graph + QByteArray("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12)
        << false;
    QTest::newRow("text") << QByteArray("{\"format\": \"vitrine-project\"}") << false;
}

void TestOnnxContent::isToldByItsFields() {
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isModel);
    QCOMPARE(isOnnxModel(written(bytes)), isModel);
}

void TestOnnxContent::noNumberOfRandomBytesIsOne() {
    QRandomGenerator random(14);
    for (int size = 1; size <= 1000; ++size) {
        QByteArray bytes(size, Qt::Uninitialized);
        for (char& byte : bytes) byte = static_cast<char>(random.bounded(256));
        QVERIFY2(!isOnnxModel(written(bytes)), qPrintable(QString(bytes.toHex())));
    }
}

void TestOnnxContent::everyCutOfAModelIsNone() {
    const QByteArray model = version + producer + operators + graph;
    QVERIFY(isOnnxModel(written(model)));
    for (int size = 0; size < model.size(); ++size)
        QVERIFY2(!isOnnxModel(written(model.left(size))), qPrintable(QString::number(size)));
}

void TestOnnxContent::whatCannotBeReadIsNone() {
    QVERIFY(!isOnnxModel(m_folder.filePath("nothing").toStdString()));
    QVERIFY(!isOnnxModel(m_folder.path().toStdString()));
    QVERIFY(!isOnnxModel("/dev/zero"));
}

QTEST_APPLESS_MAIN(TestOnnxContent)
#include "tst_onnx_content.moc"
