// SPDX-License-Identifier: Apache-2.0
// Damaged and hostile files of weights: whatever stands in them, they are read or refused, and take
// little memory. Seeds: files that PyTorch and NumPy wrote (files/README.md), and files written out
// here. What the decoder itself does with damaged HDF5 files: core.decode.decoder_fuzz.
// Under sanitizers in ./test --long, with 10^6 executions each.
#include <QtTest/QtTest>

#include <fstream>

#include "core/decode/array_list.h"
#include "core/io/weights/keras_names.h"
#include "core/io/weights/torch_objects.h"
#include "core/io/weights/weight_file.h"
#include "core/io/weights/weight_formats.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/mutator.h"
#include "tests/support/safetensors_bytes.h"

using namespace vitrine;

namespace {

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text));
}

std::string fixture(const char* name) {
    return test::readBytes(std::string(VITRINE_SOURCE_DIR "/tests/core/io/weights/files/") + name);
}

std::string pickleOf(const char* name) {
    const std::string archive = fixture(name);
    const auto entries = readZip("seed", bytesOf(archive));
    if (!entries) qFatal("%s", entries.error().text().c_str());
    for (const ZipEntry& entry : entries.value())
        if (entry.name.ends_with("data.pkl"))
            return {reinterpret_cast<const char*>(entry.content.data()), entry.content.size()};
    qFatal("no pickle in %s", name);
    return {};
}

/// Whoever uses tensors takes them out.
int64_t useOf(std::span<const StoredTensor> tensors) {
    constexpr int64_t most = 100'000;
    int64_t bytes = 0;
    for (const StoredTensor& tensor : tensors)
        if (tensor.isRead() && tensor.elements() <= most) bytes += std::ssize(plainBytes(tensor));
    return bytes;
}

/// Bytes that the process has needed at most besides what it had, where the system tells.
template <class Work>
std::optional<int64_t> peakOf(Work work) {
    const auto peak = [] {
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmHWM:"))
                return int64_t{1024} * std::stol(line.substr(line.find_first_of("0123456789")));
        return int64_t{0};
    };
    std::ofstream reset("/proc/self/clear_refs");
    reset << "5" << std::flush;
    if (!reset) return {};
    const int64_t before = peak();
    work();
    return peak() - before;
}

}  // namespace

class WeightFuzzTest : public QObject {
    Q_OBJECT

  private slots:
    void survivesDamagedFilesOfPyTorch() {
        test::Mutator mutator({fixture("checkpoint.pt"), fixture("views.pt"), fixture("types.pt"),
                               fixture("old.pt"), fixture("nested.pt")});
        surviveFiles("w.pt", mutator);
    }

    /// Without the archive around them, so that damage meets instructions.
    void survivesDamagedPicklesOfPyTorch() {
        test::Mutator mutator(
            {pickleOf("checkpoint.pt"), pickleOf("views.pt"), pickleOf("types.pt")});
        const std::string numbers(256, '\x3F');
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string bytes = mutator.next();
            const auto data = readPickle("p", bytesOf(bytes), PickleUse::Tensors);
            if (!data) continue;
            const auto read = torchTensors("w.pt", *data, false, [&](std::string_view) {
                return std::optional(bytesOf(numbers));
            });
            if (!read) continue;
            ++accepted;
            useOf(read.value().tensors);
        }
        QVERIFY(accepted > 100);
    }

    void survivesDamagedSafetensors() {
        test::Mutator mutator(
            {test::safetensorsBytes("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                                    "'b':{'dtype':'C64','shape':[1],'data_offsets':[8,16]}}",
                                    std::string(16, 'x')),
             test::safetensorsBytes("{'__metadata__':{'k':'v'},'f':{'dtype':'F6_E2M3','shape':[4],"
                                    "'data_offsets':[0,3]},'e':{'dtype':'U8','shape':[0],"
                                    "'data_offsets':[3,3]}}",
                                    "abc"),
             fixture("../../../../golden/python.safetensors")});
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string bytes = mutator.next();
            const auto file = parseSafetensors("w", bytesOf(bytes));
            if (!file) continue;
            ++accepted;
            size_t sum = 0;
            for (const TensorView& tensor : file->tensors) {
                QCOMPARE(std::ssize(tensor.bytes),
                         vitrine::bytesOf(tensor.dtype, tensor.shape.elements()));
                for (const std::byte byte : tensor.bytes) sum += std::to_integer<size_t>(byte);
            }
            QVERIFY(sum < bytes.size() * 256);
        }
        QVERIFY(accepted > 100);
    }

    void survivesDamagedArchivesOfNumPy() {
        test::Mutator mutator({fixture("arrays.npz"),
                               fixture("../../../data/arrays/files/keras.npz"),
                               fixture("../../../data/arrays/files/medmnist_grey.npz")});
        surviveFiles("w.npz", mutator);
    }

    /// In a sound archive, so that damage meets headers of arrays.
    void survivesDamagedArraysInArchives() {
        std::vector<std::string> seeds;
        const std::string archive = fixture("arrays.npz");
        const auto entries = readZip("seed", bytesOf(archive));
        QVERIFY(entries.ok());
        for (const ZipEntry& entry : *entries)
            if (!entry.isPacked)
                seeds.emplace_back(reinterpret_cast<const char*>(entry.content.data()),
                                   entry.content.size());
        QVERIFY(!seeds.empty());
        test::Mutator mutator(seeds);
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string bytes = mutator.next();
            const auto file = readNpzWeights(
                "w.npz", {{.name = "a.npy", .content = bytesOf(bytes), .size = std::ssize(bytes)}});
            if (!file) {
                QVERIFY(file.error().code.starts_with('N'));
                continue;
            }
            ++accepted;
            useOf(file->tensors);
        }
        QVERIFY(accepted > 100);
    }

    /// What the decoder says of a Keras file's arrays is believed only as far as it can be true.
    void survivesDamagedListsOfKeras() {
        const auto listOf = [](std::vector<decode::ArrayInfo> arrays) {
            const std::vector<std::byte> bytes = decode::packed(arrays);
            return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        };
        using decode::Number;
        test::Mutator mutator(
            {listOf({{"layers/conv2d/vars/0", Number::F32, {3, 3, 1, 8}},
                     {"layers/conv2d/vars/1", Number::F32, {8}}}),
             listOf({{"model_weights/dense/dense/kernel:0", Number::F64, {4, 2}},
                     {"optimizer/vars/0", Number::I64, {}}}),
             listOf({{"layers/depthwise_conv2d/vars/0", Number::BF16, {3, 3, 4, 2}},
                     {"layers/functional/layers/separable_conv2d/vars/1", Number::U8, {1, 1, 0, 2}},
                     {"text", Number::Text, {5, 9}, "it is text"}})});
        int accepted = 0;
        for (int i = test::executions(); i > 0; --i) {
            const std::string bytes = mutator.next();
            const auto arrays = decode::unpacked(bytesOf(bytes));
            if (!arrays) continue;
            ++accepted;
            for (const decode::ArrayInfo& array : *arrays) {
                const auto name = kerasNameOf(array.name);
                if (!name) continue;
                StoredTensor tensor{.name = name->layer, .typeName = "", .shape = array.shape};
                const std::string part =
                    name->isNumbered ? kerasPart(name->layer, 0, arrays->size()) : name->part;
                const int64_t elements = tensor.elements();
                turnKerasAxes(name->layer, part, array.items(), tensor);
                QCOMPARE(tensor.elements(), elements);
                QVERIFY(tensor.strides.empty() || tensor.strides.size() == tensor.shape.size());
            }
        }
        QVERIFY(accepted > 100);
    }

    void takesLittleMemoryForWhatItRefuses_data() {
        QTest::addColumn<QByteArray>("pickle");
        const auto row = [](const char* name, const QByteArray& start, const QByteArray& again) {
            constexpr qsizetype size = 8'000'000;
            QTest::newRow(name) << start + again.repeated(size / again.size());
        };
        row("marks", "\x80\2", "(");
        row("values", "\x80\2", "N");
        row("lists", "\x80\2", "]");
        row("kept values", "\x80\2N", "\x94");
        row("the same value", "\x80\2N", "2");
        row("a value of before", "\x80\2Nq\1", "h\1");
        row("tuples of three", "\x80\2NNN", "\x87NN");
        row("lists in lists", "\x80\2]q\1", "h\1a");
        row("dicts", "\x80\2}q\1K\1K\2s", "h\1h\1s");
        row("texts", "\x80\2", QByteArray("X\1\0\0\0a", 6));
        row("storages of long tuples",
            "\x80\2(X\7" + QByteArray(3, '\0') + "storagectorch\nFloatStorage\nX\1" +
                QByteArray(3, '\0') + "0X\1" + QByteArray(3, '\0') + "cK\1" +
                QByteArray("N").repeated(200'000) + "tq\1",
            "h\1Q");
    }
    void takesLittleMemoryForWhatItRefuses() {
        QFETCH(QByteArray, pickle);
        const std::string bytes = pickle.toStdString();
        bool isRefused = false;
        const auto peak =
            peakOf([&] { isRefused = !readPickle("p", bytesOf(bytes), PickleUse::Tensors).ok(); });
        QVERIFY(isRefused);
        if (!peak) QSKIP("the system does not tell how much memory there was");
        if (!test::allocationCounterWorks()) QSKIP("a sanitizer takes memory of its own");
        const int64_t allowed = 64'000'000 + 4 * std::ssize(bytes);
        QVERIFY2(*peak <= allowed, qPrintable(QString("%1 of %2").arg(*peak).arg(allowed)));
    }

  private:
    /// Damaged files under a name: each is refused with words, or its tensors can be taken out.
    static void surviveFiles(const char* name, test::Mutator& mutator) {
        int accepted = 0;
        for (int i = test::executions() / 2; i > 0; --i) {
            const std::string bytes = mutator.next();
            const auto file = readWeights(name, bytesOf(bytes));
            if (!file) {
                QVERIFY(!file.error().code.empty() && !file.error().message.empty());
                continue;
            }
            ++accepted;
            useOf(file->tensors);
            const auto checked = file->checkNumbers();
            QVERIFY(checked.ok() || checked.error().code.starts_with("N"));
        }
        QVERIFY(accepted > 100);
    }
};

QTEST_APPLESS_MAIN(WeightFuzzTest)
#include "tst_weight_fuzz.moc"
