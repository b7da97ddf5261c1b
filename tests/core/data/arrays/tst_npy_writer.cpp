// SPDX-License-Identifier: Apache-2.0
// Arrays written and read again. Truth: headers as NumPy 2.4.6 (with ml_dtypes 0.6.0 for bfloat16)
// wrote them, printed with repr() and copied here; element bytes by hand.
#include "core/data/arrays/npy_writer.h"

#include <QtTest/QtTest>

#include <QTemporaryDir>

#include "core/base/file.h"
#include "core/data/arrays/tensor_file.h"

using namespace vitrine;

namespace {

using namespace std::string_literals;

std::string padded(const std::string& dictionary) {
    std::string text = "\x93NUMPY\x01\x00v\x00"s + dictionary;
    text.resize(127, ' ');
    return text + "\n";
}

std::shared_ptr<const TensorData> tensorOf(DType type, const Shape& shape,
                                           const std::string& elements) {
    const auto* begin = reinterpret_cast<const std::byte*>(elements.data());
    return TensorData::of(type, shape, {begin, begin + elements.size()});
}

std::string textOf(const TensorData& tensor) {
    return {reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()};
}

}  // namespace

class TestNpyWriter : public QObject {
    Q_OBJECT

  private slots:
    void headersAreThoseOfNumPy_data();
    void headersAreThoseOfNumPy();
    void readsWhatItWrote_data();
    void readsWhatItWrote();
    void numbersThatShareAByteComeApart();
    void archivesHoldAllOfThem();
    void otherOrdersBecomeRows();
    void filesAreCalledAfterTensors_data();
    void filesAreCalledAfterTensors();
    void tooManyAxesAreRefused();

  private:
    std::string inFolder(const char* file) const { return m_folder.filePath(file).toStdString(); }
    QTemporaryDir m_folder;
};

void TestNpyWriter::headersAreThoseOfNumPy_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("extents");
    QTest::addColumn<QString>("expected");
    const auto row = [](DType type, const char* extents, const char* expected) {
        QTest::addRow("%s of %s", name(type).data(), extents) << int(type) << extents << expected;
    };
    row(DType::F32, "", "{'descr': '<f4', 'fortran_order': False, 'shape': (), }");
    row(DType::Bool, "3", "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }");
    row(DType::I64, "2 0", "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 0), }");
    row(DType::U8, "1 2 3", "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3), }");
    row(DType::F16, "7", "{'descr': '<f2', 'fortran_order': False, 'shape': (7,), }");
    row(DType::BF16, "3", "{'descr': '<V2', 'fortran_order': False, 'shape': (3,), }");
    row(DType::F8E4M3FN, "3", "{'descr': '<V1', 'fortran_order': False, 'shape': (3,), }");
}

void TestNpyWriter::headersAreThoseOfNumPy() {
    QFETCH(int, type);
    QFETCH(QString, extents);
    QFETCH(QString, expected);
    Shape shape;
    for (const QString& extent : extents.split(' ', Qt::SkipEmptyParts))
        shape.push(extent.toLongLong());
    QCOMPARE(npyHeader(static_cast<DType>(type), shape), padded(expected.toStdString()));
}

void TestNpyWriter::readsWhatItWrote_data() {
    QTest::addColumn<int>("type");
    for (const DType type : {DType::F16, DType::BF16, DType::F32, DType::F64, DType::I8, DType::I16,
                             DType::I32, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64})
        QTest::newRow(name(type).data()) << int(type);
}

void TestNpyWriter::readsWhatItWrote() {
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    std::string elements(static_cast<size_t>(6 * sizeOf(dtype)), '\0');
    for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<char>(i * 37 + 1);
    const auto tensor = tensorOf(dtype, {2, 3}, elements);
    QVERIFY(saveNpy(inFolder("a.npy"), *tensor).ok());
    const auto read = readTensors(inFolder("a.npy"));
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
    QCOMPARE(read->size(), 1U);
    QCOMPARE((*read)[0].name, "a"s);
    QCOMPARE((*read)[0].data->dtype, dtype);
    QVERIFY((*read)[0].data->shape == (Shape{2, 3}));
    QCOMPARE(textOf(*(*read)[0].data), elements);
}

void TestNpyWriter::numbersThatShareAByteComeApart() {
    // −1, 7, −8: low bits first.
    const auto tensor = tensorOf(DType::I4, {3}, "\x7F\x08");
    QVERIFY(saveNpy(inFolder("small.npy"), *tensor).ok());
    const auto read = readTensors(inFolder("small.npy"));
    QVERIFY(read.ok());
    QCOMPARE((*read)[0].data->dtype, DType::I8);
    QCOMPARE(textOf(*(*read)[0].data), "\xFF\x07\xF8"s);
}

void TestNpyWriter::archivesHoldAllOfThem() {
    const std::vector<NamedTensor> tensors{{"conv1.weight", tensorOf(DType::U8, {3}, "abc")},
                                           {"größe", tensorOf(DType::I16, {}, "\1\2")},
                                           {"none", tensorOf(DType::F32, {0, 4}, "")}};
    QVERIFY(saveNpz(inFolder("all.npz"), tensors).ok());
    const auto read = readTensors(inFolder("all.npz"));
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
    QCOMPARE(read->size(), tensors.size());
    for (size_t i = 0; i < tensors.size(); ++i) {
        QCOMPARE((*read)[i].name, tensors[i].name);
        QCOMPARE((*read)[i].data->dtype, tensors[i].data->dtype);
        QVERIFY((*read)[i].data->shape == tensors[i].data->shape);
        QCOMPARE(textOf(*(*read)[i].data), textOf(*tensors[i].data));
    }
}

void TestNpyWriter::otherOrdersBecomeRows() {
    // [[1, 2, 3], [4, 5, 6]] as big-endian int16 by columns.
    const std::string header =
        "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }                          \n";
    const std::string file = "\x93NUMPY\x01\x00"s + static_cast<char>(header.size()) + '\0' +
                             header + "\0\1\0\4\0\2\0\5\0\3\0\6"s;
    QVERIFY(saveAtomically(inFolder("columns.npy"), std::string_view(file)).ok());
    const auto read = readTensors(inFolder("columns.npy"));
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
    QCOMPARE(textOf(*(*read)[0].data), "\1\0\2\0\3\0\4\0\5\0\6\0"s);
}

void TestNpyWriter::filesAreCalledAfterTensors_data() {
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << "layer1.0.conv-1_weight"
                           << "layer1.0.conv-1_weight";
    QTest::newRow("a path") << "/layer/Conv:0"
                            << "%2Flayer%2FConv%3A0";
    QTest::newRow("a percent sign") << "50%2F"
                                    << "50%252F";
    QTest::newRow("letters of others") << "ü"
                                       << "%C3%BC";
    QTest::newRow("nothing") << ""
                             << "";
}

void TestNpyWriter::filesAreCalledAfterTensors() {
    QFETCH(QString, tensor);
    QFETCH(QString, expected);
    QCOMPARE(fileNameOf(tensor.toStdString()), expected.toStdString());
}

void TestNpyWriter::tooManyAxesAreRefused() {
    const std::string header =
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }\n";
    const std::string file =
        "\x93NUMPY\x01\x00"s + static_cast<char>(header.size()) + '\0' + header + "x";
    QVERIFY(saveAtomically(inFolder("nine.npy"), std::string_view(file)).ok());
    const auto read = readTensors(inFolder("nine.npy"));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, "N06"s);
    QVERIFY(read.error().message.ends_with("array 'nine' has 9 axes, at most 8 are read"));
}

QTEST_GUILESS_MAIN(TestNpyWriter)
#include "tst_npy_writer.moc"
