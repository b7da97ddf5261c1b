// SPDX-License-Identifier: Apache-2.0
// vitrine-cli infer, grad and hvp on files. Truth: what predict says of the same bytes of a test
// image; numbers that NumPy's format puts where they stand (tst_npy_writer.cpp reads them).
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "core/data/arrays/tensor_file.h"
#include "core/tensor/element.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine;
using namespace vitrine::test;
using nlohmann::json;

namespace {

constexpr size_t imageBytes = 28 * 28, idxHead = 16;

/// Class → probability of an `infer --json` line, or of `predict`'s.
std::map<std::string, double> probabilitiesOf(const json& classes) {
    std::map<std::string, double> found;
    for (const json& each : classes)
        found[each.at("class").get<std::string>()] = each.at("probability").get<double>();
    return found;
}

}  // namespace

class TestCliInfer : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    std::string path(const char* name) const { return m_temporary.filePath(name).toStdString(); }
    CliResult run(const QStringList& words) const { return runCli(words, m_temporary.path()); }
    CliResult infer(const QStringList& more) const {
        return run(QStringList{"infer", "idx.vitrine", "--weights", "run/weights.safetensors"} +
                   more);
    }
    void saveArray(const char* name, DType type, const Shape& shape,
                   const std::vector<double>& numbers) const {
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, shape.elements())));
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(bytes.data(), type, static_cast<int64_t>(i), numbers[i]);
        QVERIFY(saveNpy(path(name), *TensorData::of(type, shape, std::move(bytes))).ok());
    }

  private slots:
    void initTestCase();
    void saysOfAnArrayWhatPredictSaysOfTheExample();
    void takesPicturesOneByOneOrSeveral();
    void namesClassesByAFile();
    void savesEachOutputAsAnArray();
    void measuresBatches();
    void gradientsAndProductsBecomeFiles();
    void refusesByName_data();
    void refusesByName();
};

void TestCliInfer::initTestCase() {
    writeBytes(path("idx.vitrine"), idxProject());
    writeIdxFolder(path("idx"));
    const CliResult trained = run({"train", "idx.vitrine", "--data", "idx", "--out", "run"});
    QVERIFY2(trained.status == 0, trained.err);
    const std::string images = readBytes(path("idx/t10k-images-idx3-ubyte"));
    std::vector<double> pixels;
    for (size_t i = 0; i < 2 * imageBytes; ++i)
        pixels.push_back(static_cast<unsigned char>(images[idxHead + i]));
    saveArray("two.npy", DType::U8, {2, 1, 28, 28}, pixels);
    for (size_t i = 0; i < 2; ++i)
        writeBytes(path(i == 0 ? "0.pgm" : "1.pgm"),
                   "P5 28 28 255\n" + images.substr(idxHead + i * imageBytes, imageBytes));
    saveArray("labels.npy", DType::I64, {2}, {3, 7});
    saveArray("bad_labels.npy", DType::I64, {2}, {3, 10});
    saveArray("flat.npy", DType::F32, {2, 784}, std::vector<double>(2 * 784));
    saveArray("nan.npy", DType::F32, {1, 1, 28, 28}, std::vector<double>(784, std::nan("")));
    saveArray("whole.npy", DType::I64, {1, 1, 28, 28}, std::vector<double>(784));
    writeBytes(path("cut.npy"), readBytes(path("two.npy")).substr(0, 500));
}

void TestCliInfer::saysOfAnArrayWhatPredictSaysOfTheExample() {
    const CliResult result = infer({"--input", "two.npy", "--json", "--top", "10"});
    QVERIFY2(result.status == 0, result.err);
    const auto lines = jsonLines(result.out);
    QCOMPARE(lines.size(), size_t{3});
    QCOMPARE(lines[0].at("event").get<std::string>(), std::string("output"));
    QCOMPARE(lines[0].at("shape"), json({2, 10}));
    for (size_t example = 0; example < 2; ++example) {
        const CliResult predicted =
            run({"predict", "idx.vitrine", "--data", "idx", "--weights", "run/weights.safetensors",
                 "--json", "--example", QString::number(example)});
        QVERIFY2(predicted.status == 0, predicted.err);
        const auto wanted =
            probabilitiesOf(jsonLines(predicted.out).at(0).at("outputs").at(0).at("classes"));
        const auto found = probabilitiesOf(lines[example + 1].at("classes"));
        QCOMPARE(found.size(), wanted.size());
        for (const auto& [name, probability] : wanted)
            QVERIFY(std::abs(found.at(name) - probability) <= 1e-5);
    }
}

void TestCliInfer::takesPicturesOneByOneOrSeveral() {
    const auto array = jsonLines(infer({"--input", "two.npy", "--json"}).out);
    const CliResult both = infer({"--input", "0.pgm", "--input", "1.pgm", "--json"});
    QVERIFY2(both.status == 0, both.err);
    QVERIFY(jsonLines(both.out) == array);
    const CliResult one = infer({"--input", "input=1.pgm"});
    QVERIFY2(one.status == 0, one.err);
    QVERIFY2(one.out.contains(" %, "), one.out);
}

void TestCliInfer::namesClassesByAFile() {
    writeBytes(path("names.txt"), "zero\none\ntwo\r\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
    const auto plain = jsonLines(infer({"--input", "two.npy", "--json", "--top", "1"}).out);
    const auto named = jsonLines(
        infer({"--input", "two.npy", "--json", "--top", "1", "--classes", "names.txt"}).out);
    const std::vector<std::string> words{"zero", "one", "two",   "three", "four",
                                         "five", "six", "seven", "eight", "nine"};
    for (size_t line = 1; line < 3; ++line) {
        const json& first = named.at(line).at("classes").at(0);
        QCOMPARE(first.at("index"), plain.at(line).at("classes").at(0).at("index"));
        QCOMPARE(first.at("class").get<std::string>(), words[first.at("index").get<size_t>()]);
    }
}

void TestCliInfer::savesEachOutputAsAnArray() {
    const CliResult result = infer({"--input", "two.npy", "--out", "answers", "--json"});
    QVERIFY2(result.status == 0, result.err);
    const std::string file = jsonLines(result.out).at(0).at("file");
    const auto read = readTensors(path(file.c_str()));
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
    QVERIFY((*read)[0].data->shape == (Shape{2, 10}));
    QCOMPARE((*read)[0].data->dtype, DType::F32);
    QVERIFY(infer({"--input", "two.npy", "--out", "all.npz"}).status == 0);
    const auto archive = readTensors(path("all.npz"));
    QVERIFY(archive.ok() && archive->size() == 1 && (*archive)[0].name == (*read)[0].name);
    QVERIFY(std::ranges::equal((*archive)[0].data->bytes, (*read)[0].data->bytes));
}

void TestCliInfer::measuresBatches() {
    const CliResult result =
        infer({"--bench", "--seconds", "0.05", "--json", "--batch", "1", "--batch", "8"});
    QVERIFY2(result.status == 0, result.err);
    const auto lines = jsonLines(result.out);
    QCOMPARE(lines.size(), size_t{2});
    for (size_t i = 0; i < 2; ++i) {
        QCOMPARE(lines[i].at("batch").get<int>(), i == 0 ? 1 : 8);
        const double p50 = lines[i].at("p50_ms"), p90 = lines[i].at("p90_ms");
        QVERIFY(0 < p50 && p50 <= p90 && p90 <= lines[i].at("p99_ms").get<double>());
        QVERIFY(lines[i].at("runs").get<int>() >= 10);
        QVERIFY(lines[i].at("images_per_s").get<double>() > 0);
    }
}

void TestCliInfer::gradientsAndProductsBecomeFiles() {
    const QStringList words{"idx.vitrine", "--weights", "run/weights.safetensors",
                            "--input",     "two.npy",   "--target",
                            "labels.npy",  "--json",    "--precision",
                            "fp64"};
    const CliResult grad = run(QStringList{"grad"} + words + QStringList{"--out", "grad"});
    QVERIFY2(grad.status == 0, grad.err);
    const auto lines = jsonLines(grad.out);
    QCOMPARE(lines.at(0).at("event").get<std::string>(), std::string("loss"));
    for (size_t i = 1; i < lines.size(); ++i) {
        const auto read = readTensors(path(lines[i].at("file").get<std::string>().c_str()));
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
        QCOMPARE((*read)[0].data->dtype, DType::F64);
        QCOMPARE(lines[i].at("shape"), json((*read)[0].data->shape.dims()));
    }
    QVERIFY(QFile::exists(m_temporary.filePath("grad/conv1.weight.npy")));
    QVERIFY(QFile::exists(m_temporary.filePath("grad/grad_input.npy")));

    // The Hessian along the gradients themselves, and along ones.
    const CliResult along =
        run(QStringList{"hvp"} + words + QStringList{"--vector", "grad", "--out", "along"});
    QVERIFY2(along.status == 0, along.err);
    QCOMPARE(jsonLines(along.out).at(0), lines.at(0));
    QVERIFY(QFile::exists(m_temporary.filePath("along/conv1.weight.npy")));
    QVERIFY(!QFile::exists(m_temporary.filePath("along/grad_input.npy")));
    const CliResult ones =
        run(QStringList{"hvp"} + words + QStringList{"--vector", "ones", "--out", "ones"});
    QVERIFY2(ones.status == 0, ones.err);
    // What is there stays, unless it is said otherwise.
    QStringList inWords = words;
    inWords.removeAll("--json");
    for (const QStringList& command :
         {QStringList{"grad"} + inWords,
          QStringList{"hvp"} + inWords + QStringList{"--vector", "ones"}})
        QCOMPARE(faultOfAnswer(run(command + QStringList{"--out", "grad"}), 2, "U10",
                               "conv1.weight.npy' is there already"),
                 QString());
    QVERIFY(readBytes(path("ones/conv1.weight.npy")) != readBytes(path("along/conv1.weight.npy")));
}

void TestCliInfer::refusesByName_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const QStringList weights{"--weights", "run/weights.safetensors"};
    const auto row = [&](const char* title, const QStringList& words, int status, const char* code,
                         const char* says) {
        QTest::newRow(title) << words + weights << status << QString(code) << QString(says);
    };
    const QStringList ask{"infer", "idx.vitrine", "--input"},
        grad{"grad", "idx.vitrine", "--input", "two.npy"};
    row("no input", {"infer", "idx.vitrine"}, 2, "U29", "input 'input' has no array");
    row("no such input", ask + QStringList{"y=two.npy"}, 2, "U29", "there is no input 'y'");
    row("no such file", ask + QStringList{"none.npy"}, 1, "G01", "none.npy");
    row("another shape", ask + QStringList{"flat.npy"}, 1, "P13",
        "'input' takes [N, 1, 28, 28], the array is [2, 784]");
    row("whole numbers", ask + QStringList{"whole.npy"}, 1, "P13", "takes f32");
    row("no numbers", ask + QStringList{"nan.npy"}, 1, "N15", "element 0");
    row("a cut file", ask + QStringList{"cut.npy"}, 1, "N05", "cut.npy");
    row("a pickle of nothing", ask + QStringList{"idx.vitrine"}, 1, "N01", "idx.vitrine");
    row("too many classes", ask + QStringList{"two.npy", "--top", "0"}, 2, "U22", "top is 0");
    row("names that are none", ask + QStringList{"two.npy", "--classes", "two.npy"}, 1, "M04",
        "is no list of names");
    row("no such fit", ask + QStringList{"two.npy", "--fit", "zoom"}, 1, "P11",
        "'fit' is 'zoom', wanted one of");
    row("no mean", ask + QStringList{"two.npy", "--mean", "grey"}, 1, "P11", "mean is 'grey'");
    row("no target", grad, 2, "U29", "input 'target' has no array");
    row("no such class", grad + QStringList{"--target", "bad_labels.npy"}, 1, "P13",
        "element 1 is 10, and classes are 0 to 9");
    row("no such loss", grad + QStringList{"--target", "labels.npy", "--loss", "mae"}, 1, "P11",
        "--loss is 'mae'");
    row("no such output", grad + QStringList{"--target", "labels.npy", "--output", "y"}, 2, "U21",
        "there is no output 'y'");
    row("no direction",
        QStringList{"hvp"} + grad.mid(1) + QStringList{"--target", "labels.npy", "--vector", "idx"},
        2, "U29", "'idx' has a direction for no weight");
}

void TestCliInfer::refusesByName() {
    QFETCH(QStringList, words);
    QFETCH(int, status);
    QFETCH(QString, code);
    QFETCH(QString, says);
    QCOMPARE(faultOfAnswer(run(words), status, code, says), QString());
}

QTEST_GUILESS_MAIN(TestCliInfer)
#include "tst_cli_infer.moc"
