// SPDX-License-Identifier: Apache-2.0
// Files of weights of other programs, by their contents. Truth: files that PyTorch and NumPy wrote
// (files/make_torch.py says which versions and which numbers), and files written out here.
#include "core/io/weights/weight_file.h"

#include "core/io/weights/replacement.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>
#include <iterator>

#include "core/tensor/element.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/safetensors_bytes.h"

using namespace vitrine;

namespace {

std::string fixture(const std::string& name) {
    return VITRINE_SOURCE_DIR "/tests/core/io/weights/files/" + name;
}

std::vector<double> numbersOf(const StoredTensor& tensor) {
    const std::vector<std::byte> bytes = plainBytes(tensor);
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.elements(); ++i)
        numbers.push_back(readElement(bytes.data(), *tensor.dtype, i));
    return numbers;
}

/// 0, 1/4, 2/4, …
std::vector<double> quarters(int count) {
    std::vector<double> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(i / 4.0);
    return numbers;
}

QString problemOf(const Result<WeightFile>& file) {
    return file ? QString() : QString::fromStdString(file.error().text());
}

QStringList namesOf(const WeightFile& file) {
    QStringList names;
    for (const StoredTensor& tensor : file.tensors) names << QString::fromStdString(tensor.name);
    return names;
}

}  // namespace

class WeightFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

  private slots:
    void readsEveryTypeOfPyTorch_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("type");
        const auto row = [](const char* name, DType type) {
            QTest::newRow(name) << QString(name) << static_cast<int>(type);
        };
        row("f64", DType::F64);
        row("f32", DType::F32);
        row("f16", DType::F16);
        row("bf16", DType::BF16);
        row("i64", DType::I64);
        row("i32", DType::I32);
        row("i16", DType::I16);
        row("i8", DType::I8);
        row("u8", DType::U8);
        row("u16", DType::U16);
        row("f8", DType::F8E4M3FN);
    }
    void readsEveryTypeOfPyTorch() {
        QFETCH(QString, name);
        QFETCH(int, type);
        const auto file = openWeights(fixture("types.pt"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        const StoredTensor* tensor = file->find(name.toStdString());
        QVERIFY(tensor && tensor->isRead());
        QVERIFY(*tensor->dtype == static_cast<DType>(type));
        QCOMPARE(tensor->shapeText(), std::string("[2, 3]"));
        std::vector<double> wanted = quarters(6);
        if (isInteger(*tensor->dtype)) wanted = {0, 0, 0, 0, 1, 1};
        QCOMPARE(numbersOf(*tensor), wanted);
        QVERIFY(file->checkNumbers().ok());
    }

    void namesTypesThatItDoesNotRead() {
        const auto file = openWeights(fixture("types.pt"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        const StoredTensor* tensor = file->find("complex");
        QVERIFY(tensor && !tensor->isRead());
        QCOMPARE(tensor->typeName, std::string("complex64"));
        QCOMPARE(numbersOf(*file->find("bool")), (std::vector<double>{1, 0}));
    }

    void readsViewsOfStorages_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("shape");
        QTest::addColumn<QList<double>>("numbers");
        const auto row = [](const char* name, const char* shape, QList<double> numbers) {
            QTest::newRow(name) << QString(name) << QString(shape) << numbers;
        };
        const auto each = [](const QList<int>& places) {
            QList<double> numbers;
            for (const int place : places) numbers << place / 4.0;
            return numbers;
        };
        QList<int> all;
        for (int i = 0; i < 24; ++i) all << i;
        row("last", "[2, 3, 2, 2]", each(all));
        row("shared", "[4, 6]", each(all));
        row("turned", "[6, 4]", each({0, 6, 12, 18, 1, 7,  13, 19, 2, 8,  14, 20,
                                      3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23}));
        row("part", "[2, 3]", each({6, 8, 10, 12, 14, 16}));
        row("scalar", "[]", {2.5});
        row("empty", "[0, 3]", {});
        row("spread", "[5]", {1, 1, 1, 1, 1});
        row("parameter", "[3]", each({0, 1, 2}));
    }
    void readsViewsOfStorages() {
        QFETCH(QString, name);
        QFETCH(QString, shape);
        QFETCH(QList<double>, numbers);
        const auto file = openWeights(fixture("views.pt"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        const StoredTensor* tensor = file->find(name.toStdString());
        QVERIFY(tensor && tensor->isRead());
        QCOMPARE(QString::fromStdString(tensor->shapeText()), shape);
        QCOMPARE(numbersOf(*tensor), std::vector<double>(numbers.begin(), numbers.end()));
    }

    void choosesTheWeightsOfACheckpoint_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("archive") << "checkpoint.pt";
        QTest::newRow("before version 1.6") << "old.pt";
    }
    void choosesTheWeightsOfACheckpoint() {
        QFETCH(QString, name);
        const auto file = openWeights(fixture(name.toStdString()));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        QCOMPARE(namesOf(*file),
                 (QStringList{"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean",
                              "1.running_var", "1.num_batches_tracked"}));
        QCOMPARE(numbersOf(*file->find("0.weight")), quarters(6));
        QCOMPARE(numbersOf(*file->find("1.running_var")), (std::vector<double>{1, 1, 1}));
        for (const char* other : {"epoch = 3", "best = 0.5", "arch = 'small'",
                                  "weights are under 'state_dict'", "optimizer: 2 entries"})
            QVERIFY2(std::ranges::count(file->others, other) == 1, other);
        QVERIFY(file->isInOrder);
    }

    void joinsNamesOfNestedDictionaries() {
        const auto file = openWeights(fixture("nested.pt"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        QCOMPARE(namesOf(*file), (QStringList{"encoder.w", "head.0", "head.1"}));
        QVERIFY(std::ranges::count(file->others, "score = 0.75") == 1);
        QVERIFY(std::ranges::count(file->others, "seed = 1.84467e+19") == 1);
    }

    void refusesWhatWouldRunCode_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("a class of somebody's") << "whole.pt"
                                               << "F03"
                                               << "it wants Python's '__main__.Own'";
        QTest::newRow("a layer") << "layer.pt"
                                 << "F03"
                                 << "it wants Python's 'torch.nn.modules.linear.Linear'";
        QTest::newRow("TorchScript") << "script.pt"
                                     << "O25"
                                     << "TorchScript";
    }
    void refusesWhatWouldRunCode() {
        QFETCH(QString, name);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const auto file = openWeights(fixture(name.toStdString()));
        QVERIFY(!file.ok());
        QCOMPARE(QString::fromStdString(file.error().code), code);
        QVERIFY2(problemOf(file).contains(says), qPrintable(problemOf(file)));
        QVERIFY2(problemOf(file).contains("state_dict()"), qPrintable(problemOf(file)));
        QCOMPARE(file.error().place.file, fixture(name.toStdString()));
    }

    void seesDamageOnceNumbersAreUsed() {
        std::string bytes = test::readBytes(fixture("nested.pt"));
        const float one = 0.25f;
        const size_t at = bytes.find(std::string(reinterpret_cast<const char*>(&one), 4));
        QVERIFY(at != std::string::npos);
        bytes[at + 1] = static_cast<char>(bytes[at + 1] ^ 4);
        test::writeBytes(path("damaged.pt"), bytes);
        const auto file = openWeights(path("damaged.pt"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        const auto checked = file->checkNumbers();
        QVERIFY(!checked.ok());
        QCOMPARE(checked.error().code, std::string("N10"));
    }

    void tellsOfAFileThatWasCutWhileItWasOpen() {
        std::string header = "{'w':{'dtype':'F32','shape':[50000],'data_offsets':[0,200000]}}";
        test::writeBytes(path("cut.safetensors"),
                         test::safetensorsBytes(header, std::string(200'000, '\x3F')));
        const auto file = openWeights(path("cut.safetensors"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        QVERIFY(file->checkUnchanged().ok());
        std::filesystem::resize_file(path("cut.safetensors"), 10'000);
        const std::vector<double> numbers = numbersOf(file->tensors.front());
        QVERIFY(numbers.front() > 0.7 && numbers.back() == 0);
        const auto checked = file->checkUnchanged();
        QVERIFY(!checked.ok());
        QCOMPARE(checked.error().code, std::string("G07"));
    }

    /// FACTS P16: members of an archive begin anywhere; here the first numbers are at byte 191.
    void readsArraysOfNumPy() {
        const auto file = openWeights(fixture("arrays.npz"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        QCOMPARE(namesOf(*file), (QStringList{"fc.weight", "fc.bias", "names"}));
        QCOMPARE(file->find("fc.weight")->order, std::string("Fortran"));
        QCOMPARE(numbersOf(*file->find("fc.weight")), quarters(6));
        QCOMPARE(numbersOf(*file->find("fc.bias")), quarters(2));
        QVERIFY(!file->find("names")->isRead());
        QVERIFY(file->checkNumbers().ok());
    }

    void readsKerasFiles_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("layers");  ///< of the convolution, … in the file
        QTest::newRow("network.keras")
            << "network.keras"
            << QStringList{"conv2d", "batch_normalization", "depthwise_conv2d", "conv2d_transpose",
                           "dense"};
        QTest::newRow("network.weights.h5")
            << "network.weights.h5"
            << QStringList{"conv2d", "batch_normalization", "depthwise_conv2d", "conv2d_transpose",
                           "dense"};
        QTest::newRow("old.h5") << "old.h5" << QStringList{"b", "a", "zz", "up", "out"};
    }
    /// Element [h][w][i][o] of a kernel is its place in the file, in quarters.
    void readsKerasFiles() {
        QFETCH(QString, name);
        QFETCH(QStringList, layers);
        const auto file = openWeights(fixture(name.toStdString()));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        const auto tensor = [&](int layer, const char* part) {
            const auto* found = file->find((layers[layer] + part).toStdString());
            if (!found) qFatal("no %s%s", qPrintable(layers[layer]), part);
            return *found;
        };
        // [1, 2, 2, 3] → [3, 2, 1, 2]
        QCOMPARE(tensor(0, ".kernel").shapeText(), std::string("[3, 2, 1, 2]"));
        std::vector<double> wanted;
        for (int o = 0; o < 3; ++o)
            for (int i = 0; i < 2; ++i)
                for (int w = 0; w < 2; ++w) wanted.push_back((w * 6 + i * 3 + o) / 4.0);
        QCOMPARE(numbersOf(tensor(0, ".kernel")), wanted);
        QCOMPARE(numbersOf(tensor(1, ".moving_variance")), quarters(3));
        // [2, 2, 3, 2] → [6, 1, 2, 2]
        QCOMPARE(tensor(2, ".kernel").shapeText(), std::string("[6, 1, 2, 2]"));
        wanted.clear();
        for (int c = 0; c < 6; ++c)
            for (int tap = 0; tap < 4; ++tap) wanted.push_back((tap * 6 + c) / 4.0);
        QCOMPARE(numbersOf(tensor(2, ".kernel")), wanted);
        // [1, 2, 2, 6], out before in → [in, out, 1, 2]
        QCOMPARE(tensor(3, ".kernel").shapeText(), std::string("[6, 2, 1, 2]"));
        // [18, 2] → [2, 18]
        QCOMPARE(tensor(4, ".kernel").shapeText(), std::string("[2, 18]"));
        QCOMPARE(numbersOf(tensor(4, ".kernel"))[1], 0.5);
    }

    void readsBrainFloatsOfKeras() {
        const auto file = openWeights(fixture("brain.weights.h5"));
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        const StoredTensor* kernel = file->find("dense.kernel");
        QVERIFY(kernel && kernel->isRead() && *kernel->dtype == DType::BF16);
        // [2, 3] → [3, 2]
        QCOMPARE(numbersOf(*kernel), (std::vector<double>{0, 0.75, 0.25, 1, 0.5, 1.25}));
    }

    /// Whatever order an array has, the file has its numbers in C order and in the tensor's type.
    void replacesATensorByAnArrayOfAnyOrder() {
        test::writeBytes(
            path("r.safetensors"),
            test::safetensorsBytes("{'w':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]}}",
                                   std::string(24, 'x')));
        std::string header = "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }";
        header.append(117 - header.size(), ' ');
        std::string array("\x93NUMPY\1\0v\0", 10);
        array += header + '\n';
        for (const double number : {0.0, 3.0, 1.0, 4.0, 2.0, 5.0}) {
            std::array<char, 8> bytes{};
            std::memcpy(bytes.data(), &number, 8);
            std::ranges::reverse(bytes);
            array.append(bytes.data(), 8);
        }
        test::writeBytes(path("a.npy"), array);
        const std::string file = path("r.safetensors");
        const auto replaced = replaceByArray(file, "w", path("a.npy"), file);
        QVERIFY2(replaced.ok(), replaced ? "" : replaced.error().text().c_str());
        const auto read = openWeights(file);
        QVERIFY2(read.ok(), qPrintable(problemOf(read)));
        QCOMPARE(numbersOf(read->tensors.front()), (std::vector<double>{0, 1, 2, 3, 4, 5}));
        QVERIFY(*read->tensors.front().dtype == DType::F32);
    }

    void joinsFilesByTheirIndex() {
        const std::string one(4, '\x3F'), two(8, '\x40');
        test::writeBytes(
            path("a.safetensors"),
            test::safetensorsBytes("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", one));
        test::writeBytes(
            path("b.safetensors"),
            test::safetensorsBytes("{'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", two));
        const auto index = [&](const std::string& map, const std::string& metadata) {
            test::writeBytes(path("i.json"),
                             test::quoted("{'metadata':{'total_size':12" + metadata +
                                          "},'weight_map':{" + map + "}}"));
            return openWeights(path("i.json"));
        };
        const std::string map = "'a':'a.safetensors','b':'b.safetensors'";
        const auto file = index(map, ",'tied':'a'");
        QVERIFY2(file.ok(), qPrintable(problemOf(file)));
        QCOMPARE(namesOf(*file), (QStringList{"a", "b", "tied"}));
        QCOMPARE(numbersOf(*file->find("tied")), numbersOf(*file->find("a")));
        QCOMPARE(QString::fromStdString(index("'a':'b.safetensors'", "").error().code),
                 QString("W04"));
        QCOMPARE(QString::fromStdString(index("'a':'../a.safetensors'", "").error().code),
                 QString("W03"));
        QCOMPARE(QString::fromStdString(index("'a':'c.safetensors'", "").error().code),
                 QString("G01"));
    }
};

QTEST_GUILESS_MAIN(WeightFileTest)
#include "tst_weight_file.moc"
