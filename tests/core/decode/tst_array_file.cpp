// SPDX-License-Identifier: Apache-2.0
// Arrays in HDF5 and MATLAB files through the decoder. Truth: a formula of places
// (tests/core/data/formats/make_hdf5.py), and what h5py reads from random files, where
// VITRINE_HDF5_FILES names a folder of such.
#include <QtTest>

#include <cstring>

#include "core/decode/array_file.h"
#include "tests/support/counts.h"

using namespace vitrine;
using namespace vitrine::decode;

namespace {

const std::string files = VITRINE_SOURCE_DIR "/tests/core/data/formats/files/";

ArrayFile opened(const std::string& path, Kind kind = Kind::Hdf5) {
    auto file = ArrayFile::open(path, kind);
    if (!file) qFatal("%s", file.error().text().c_str());
    return std::move(file).value();
}

template <class Number>
double numberAt(std::span<const std::byte> bytes, size_t index) {
    Number number;
    std::memcpy(&number, &bytes[index * sizeof number], sizeof number);
    return static_cast<double>(number);
}

double numberAt(Number kind, std::span<const std::byte> bytes, size_t index) {
    switch (kind) {
        case Number::Bool:
        case Number::U8:
            return numberAt<uint8_t>(bytes, index);
        case Number::I8:
            return numberAt<int8_t>(bytes, index);
        case Number::U16:
            return numberAt<uint16_t>(bytes, index);
        case Number::I16:
            return numberAt<int16_t>(bytes, index);
        case Number::U32:
            return numberAt<uint32_t>(bytes, index);
        case Number::I32:
            return numberAt<int32_t>(bytes, index);
        case Number::U64:
            return numberAt<uint64_t>(bytes, index);
        case Number::I64:
            return numberAt<int64_t>(bytes, index);
        case Number::F32:
            return numberAt<float>(bytes, index);
        case Number::F64:
            return numberAt<double>(bytes, index);
        case Number::Text:
        case Number::BF16:
            break;
    }
    return 0;
}

}  // namespace

class ArrayFileTest : public QObject {
    Q_OBJECT

  private slots:
    void listsWhatIsThere() {
        const ArrayFile file = opened(files + "keras.h5");
        QStringList seen;
        for (const ArrayInfo& array : file.arrays()) {
            QString text = QString::fromStdString(array.name);
            text += ' ' + QString::fromUtf8(name(array.number).data());
            for (const int64_t extent : array.shape) text += QString(" %1").arg(extent);
            seen << text;
        }
        QCOMPARE(seen, (QStringList{"x_test uint8 4 6 5 3", "x_train uint8 10 6 5 3",
                                    "y_test int64 4", "y_train int64 10"}));
    }

    void readsPackedChunks() {
        ArrayFile file = opened(files + "keras.h5");
        const auto values = file.read("x_train", {});
        QVERIFY2(values.ok(), values ? "" : values.error().text().c_str());
        QCOMPARE(values->size(), size_t{900});
        for (size_t i = 0; i < values->size(); ++i)
            QCOMPARE(std::to_integer<size_t>((*values)[i]), i * 7 % 251);
    }

    void readsMatlabsFiles() {
        ArrayFile file = opened(files + "svhn/train_32x32.mat", Kind::Mat);
        QCOMPARE(file.find("X")->shape, (std::vector<int64_t>{12, 3, 32, 32}));
        QCOMPARE(file.find("y")->shape, (std::vector<int64_t>{1, 12}));
        const auto values = file.read("X", {});
        QVERIFY2(values.ok(), values ? "" : values.error().text().c_str());
        // (h, w, c, n) of NumPy's array lies at h + 32 · (w + 32 · (c + 3 · n)).
        for (size_t n = 0; n < 12; ++n)
            for (size_t c = 0; c < 3; ++c)
                for (size_t w = 0; w < 32; ++w)
                    for (size_t h = 0; h < 32; ++h)
                        QCOMPARE(
                            std::to_integer<size_t>((*values)[h + 32 * (w + 32 * (c + 3 * n))]),
                            (((h * 32 + w) * 3 + c) * 12 + n) * 7 % 251);
    }

    void whatIsNotReadIsNamed_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("why");
        const auto row = [](const char* name, const char* why) {
            QTest::newRow(name) << QString(name) << QString(why);
        };
        row("packed", "is compressed by 'lzf' (filter 32000), which is not there");
        row("records", "holds records of several fields");
        row("virtual", "is put together from other files");
        row("elsewhere", "lies in another file");
    }
    void whatIsNotReadIsNamed() {
        QFETCH(QString, name);
        QFETCH(QString, why);
        ArrayFile file = opened(files + "not_read.h5");
        const auto values = file.read(name.toStdString(), {});
        QVERIFY(!values.ok());
        QCOMPARE(QString::fromStdString(values.error().code), "N07");
        QCOMPARE(QString::fromStdString(values.error().message),
                 QString("not_read.h5: '%1' %2").arg(name, why));
        QVERIFY(file.read("label", {}).ok());
    }

    /// Of one length, and each of its own.
    void readsTexts() {
        const auto textsOf = [](const char* file, const char* name) {
            const auto texts = opened(files + file).readTexts(name, {});
            return texts ? *texts : std::vector<std::string>{texts.error().text()};
        };
        QCOMPARE(textsOf("pair/train_catvnoncat.h5", "list_classes"),
                 (std::vector<std::string>{"non-cat", "cat"}));
        QCOMPARE(textsOf("groups.hdf5", "label_names"),
                 (std::vector<std::string>{"Grün", "", "a name that is longer than others"}));
        QVERIFY(textsOf("keras.h5", "y_test")[0].starts_with("N07"));
    }

    /// The link is there, and where it leads there is an array; it is not followed.
    void linksToOtherFilesAreNotFollowed() {
        ArrayFile file = opened(files + "not_read.h5");
        QVERIFY(!file.find("images"));
        QCOMPARE(QString::fromStdString(file.read("images", {}).error().code), "N11");
    }

    void whatIsNoFileOfThatKindIsSaid() {
        QTemporaryDir folder;
        const auto put = [&](const char* name, const QByteArray& bytes) {
            QFile file(folder.filePath(name));
            if (!file.open(QIODevice::WriteOnly)) qFatal("no file");
            file.write(bytes);
            return file.fileName().toStdString();
        };
        const auto codeOf = [](const Result<ArrayFile>& file) {
            return file ? QString() : QString::fromStdString(file.error().code);
        };
        QFile whole(QString::fromStdString(files) + "keras.h5");
        QVERIFY(whole.open(QIODevice::ReadOnly));
        const QByteArray bytes = whole.readAll();
        QCOMPARE(codeOf(ArrayFile::open(put("a.h5", "text"), Kind::Hdf5)), "G09");
        QCOMPARE(codeOf(ArrayFile::open(put("a.mat", "text"), Kind::Mat)), "G09");
        QCOMPARE(codeOf(ArrayFile::open(put("cut.h5", bytes.left(5000)), Kind::Hdf5)), "G09");
        QCOMPARE(codeOf(ArrayFile::open("/nowhere.h5", Kind::Hdf5)), "G01");
        QCOMPARE(codeOf(ArrayFile::open(folder.path().toStdString(), Kind::Hdf5)), "G03");
    }

    void aStopIsLookedAt() {
        ArrayFile file = opened(files + "keras.h5");
        std::stop_source source;
        source.request_stop();
        QCOMPARE(QString::fromStdString(file.read("x_train", source.get_token()).error().code),
                 QString("stopped"));
    }

    void readsWhatH5pyReads() {
        const QDir folder(qEnvironmentVariable("VITRINE_HDF5_FILES"));
        if (qEnvironmentVariableIsEmpty("VITRINE_HDF5_FILES"))
            QSKIP("random files are made by make_hdf5.py, for the long tests");
        int64_t arrays = 0, numbers = 0, count = 0;
        for (const QString& name : folder.entryList({"*.h5"}, QDir::Files)) {
            ArrayFile file = opened(folder.filePath(name).toStdString());
            QFile list(folder.filePath(name.chopped(3) + ".txt")),
                values(folder.filePath(name.chopped(3) + ".f8"));
            QVERIFY(list.open(QIODevice::ReadOnly) && values.open(QIODevice::ReadOnly));
            const QByteArray wanted = values.readAll();
            size_t at = 0, listed = 0;
            for (QByteArray line = list.readLine(); !line.isEmpty(); line = list.readLine()) {
                const QList<QByteArray> words = line.chopped(1).split('\t');
                const ArrayInfo* array = file.find(words[0].toStdString());
                QVERIFY2(array, qPrintable(name + " " + words[0]));
                QCOMPARE(QByteArray(vitrine::decode::name(array->number).data()), words[1]);
                QCOMPARE(array->shape.size(), static_cast<size_t>(words.size() - 2));
                size_t size = 1;
                for (size_t axis = 0; axis < array->shape.size(); ++axis) {
                    QCOMPARE(array->shape[axis], words[static_cast<int>(axis) + 2].toLongLong());
                    size *= static_cast<size_t>(array->shape[axis]);
                }
                const auto read = file.read(array->name, {});
                QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
                for (size_t i = 0; i < size; ++i) {
                    double number = 0;
                    std::memcpy(&number, wanted.constData() + (at + i) * sizeof number,
                                sizeof number);
                    QCOMPARE(numberAt(array->number, *read, i), number);
                }
                at += size;
                ++listed;
            }
            QCOMPARE(file.arrays().size(), listed);
            arrays += static_cast<int64_t>(listed);
            numbers += static_cast<int64_t>(at);
            ++count;
        }
        QVERIFY(count >= 200);
        qInfo("%lld files, %lld arrays, %lld numbers", static_cast<long long>(count),
              static_cast<long long>(arrays), static_cast<long long>(numbers));
        test::printCount(count, "HDF5 files that h5py has read alike");
    }
};

QTEST_GUILESS_MAIN(ArrayFileTest)
#include "tst_array_file.moc"
