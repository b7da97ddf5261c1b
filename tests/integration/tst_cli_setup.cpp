// SPDX-License-Identifier: Apache-2.0
// Set-ups that cannot train, as check and train answer them: refused by name, or warned of and then
// done; whatever check accepts never kills train.
#include <QTemporaryDir>
#include <random>

#include "core/graph/graph_text.h"
#include "core/io/project.h"
#include "core/optim/optimizer.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/random_graph.h"

using namespace vitrine;
using namespace vitrine::test;

class TestCliSetup : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    int m_runs = 0;

    std::string path(const std::string& name) const {
        return m_temporary.filePath(QString::fromStdString(name)).toStdString();
    }
    /// IDX files of `count` training images and half as many for the test, of the given extents,
    /// with labels below `classes`.
    void writeData(uint32_t count, const std::vector<int64_t>& extents, uint32_t classes) const;
    static Project projectOf(const std::string& network, int64_t batch);
    CliResult check() const {
        return runCli({"check", "made.vitrine", "--data", "data"}, m_temporary.path());
    }
    CliResult train() {
        return runCli({"train", "made.vitrine", "--data", "data", "--epochs", "1", "--out",
                       QString("run-%1").arg(++m_runs)},
                      m_temporary.path());
    }

  private slots:
    void refusesByName_data();
    void refusesByName();
    void warnsAndTrains_data();
    void warnsAndTrains();
    void whatCheckAcceptsNeverKillsTrain_data();
    void whatCheckAcceptsNeverKillsTrain();
    void saysWhenTheProjectsDataAreNotThere();
    void checksWithTheBatchThatFieldsName();
    void saysThatALossIsNoNumber();
    void countsWhatIsTrained();
};

void TestCliSetup::writeData(uint32_t count, const std::vector<int64_t>& extents,
                             uint32_t classes) const {
    std::mt19937 random(5);
    for (const auto& [part, images] : {std::pair("train", count), {"t10k", count / 2}}) {
        std::vector<uint32_t> shape{images};
        for (const int64_t extent : extents) shape.push_back(static_cast<uint32_t>(extent));
        uint32_t bytes = 1;
        for (const uint32_t extent : shape) bytes *= extent;
        std::string pixels, labels;
        for (uint32_t i = 0; i < bytes; ++i) pixels += static_cast<char>(random() & 0xFF);
        for (uint32_t i = 0; i < images; ++i) labels += static_cast<char>(i % classes);
        const std::string name = path("data/") + part;
        writeBytes(name + "-images-idx3-ubyte", idxBytes(0x08, shape, pixels));
        writeBytes(name + "-labels-idx1-ubyte", idxBytes(0x08, {images}, labels));
    }
}

Project TestCliSetup::projectOf(const std::string& network, int64_t batch) {
    Project project;
    project.name = "made";
    auto graph = graphFromText(network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.data.format = "idx";
    project.training.batch = batch;
    project.training.optimizer = {"sgd", Attrs(findOptimizer("sgd")->fields)};
    project.training.schedule = {"constant", Attrs(findSchedule("constant")->fields)};
    return project;
}

namespace {

constexpr const char* plain =
    "x[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(labels)";
constexpr const char* ofOne =
    "x[1,8,8] -> global_avg_pool2d -> batch_norm2d as bn -> flatten -> linear(out_features=10)"
    " -> cross_entropy(labels)";
constexpr const char* ofOneClass =
    "t<1\nx[1,8,8] -> flatten -> linear(out_features=1) -> cross_entropy(t)";

}  // namespace

void TestCliSetup::refusesByName_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* network, int batch, int status,
                        const char* code, const char* says) {
        QTest::newRow(name) << network << batch << status << code << says;
    };
    row("a column that is not there",
        "x[1,8,8](column=picture) -> flatten -> linear(out_features=10) -> cross_entropy(labels)",
        8, 2, "U05", "input 'x' takes column 'picture', the data have image, label");
    row("an image as a class",
        "t<10(column=image)\nx[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(t)", 8,
        2, "U05", "target 't' takes one class number of each example");
    row("no loss that counts",
        "x[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(labels weight=0)", 8, 1,
        "P10", "no loss has a weight");
    row("batch of one number", ofOne, 1, 2, "U13", "one number per channel");
    row("batch", plain, 41, 2, "U02", "batch is 41, wanted at most 40");
    row("extents", "x[1,8,9] -> flatten -> linear(out_features=10) -> cross_entropy(labels)", 8, 2,
        "U05", "takes images of [1, 8, 9], the data have [1, 8, 8]");
    row("labels", ofOneClass, 8, 2, "U06",
        "target 't' has 1 classes, the data have labels up to 9");
}

void TestCliSetup::refusesByName() {
    QFETCH(QString, network);
    QFETCH(int, batch);
    QFETCH(int, status);
    QFETCH(QString, code);
    QFETCH(QString, says);
    writeData(40, {1, 8, 8}, 10);
    const Project project = projectOf(network.toStdString(), batch);
    writeBytes(path("made.vitrine"), projectText(project));
    CliResult checked = check();
    checked.out.clear();  // the table of shapes
    QCOMPARE(faultOfAnswer(checked, status, code, says), QString());
    QCOMPARE(faultOfAnswer(train(), status, code, says), QString());
    QVERIFY(!QFile::exists(m_temporary.filePath(QString("run-%1").arg(m_runs))));
}

void TestCliSetup::warnsAndTrains_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("images");
    QTest::addColumn<int>("classes");
    QTest::addColumn<QByteArray>("says");  // empty: nothing
    QTest::newRow("nothing") << plain << 40 << 10 << QByteArray();
    QTest::newRow("one class") << ofOneClass << 40 << 1
                               << QByteArray("U14: cross_entropy 'cross_entropy' has one class");
    QTest::newRow("one label") << plain << 40 << 1
                               << QByteArray("U14: all 40 training images are of class 0");
    QTest::newRow("missing classes")
        << plain << 40 << 7 << QByteArray("U17: 3 of 10 classes have no training image: 7, 8, 9");
    QTest::newRow("last batch of one")
        << ofOne << 41 << 10
        << QByteArray(
               "U13: batch_norm2d 'bn' sees one number per channel in each epoch's last "
               "batch, which has 1 image (41 in batches of 8)");
    QTest::newRow("a stray node")
        << "x[1,8,8] -> flatten -> linear(out_features=10) -> cross_entropy(labels)\n"
           "conv2d as lost -> relu"
        << 40 << 10
        << QByteArray(
               "U16: conv2d 'lost': port 'x' is not connected: it is left out, and the "
               "node behind it");
    QTest::newRow("an unused layer")
        << "x[1,8,8] -> flatten as f -> linear(out_features=10) -> cross_entropy(labels)\n"
           "f -> linear(out_features=7) as side"
        << 40 << 10
        << QByteArray(
               "U16: linear 'side' feeds nothing, so that it does not count; 455 "
               "parameters are never trained");
    QTest::newRow("softmax twice")
        << "x[1,8,8] -> flatten -> linear(out_features=10) -> softmax -> cross_entropy(labels)"
        << 40 << 10 << QByteArray("U18: softmax 'softmax' makes probabilities");
    QTest::newRow("against itself")
        << "x[1,8,8] -> flatten -> linear(out_features=10) as fc -> mse(fc) as same\n"
           "fc -> cross_entropy(labels)"
        << 40 << 10 << QByteArray("U14: mse 'same' compares linear 'fc' with itself");
    QTest::newRow("sigmoid before logits")
        << "t[1](column=label)\nx[1,8,8] -> flatten -> linear(out_features=1) -> sigmoid -> "
           "binary_cross_entropy(t)"
        << 40 << 2 << QByteArray("U18: sigmoid 'sigmoid' keeps logits between 0 and 1");
    QTest::newRow("an autoencoder")
        << "x[1,8,8] -> conv2d(out_channels=1 kernel=3 padding=1) -> mse(x)" << 40 << 10
        << QByteArray();
}

void TestCliSetup::warnsAndTrains() {
    QFETCH(QString, network);
    QFETCH(int, images);
    QFETCH(int, classes);
    QFETCH(QByteArray, says);
    writeData(static_cast<uint32_t>(images), {1, 8, 8}, static_cast<uint32_t>(classes));
    const Project project = projectOf(network.toStdString(), 8);
    writeBytes(path("made.vitrine"), projectText(project));
    const CliResult checked = check(), trained = train();
    QCOMPARE(checked.status, 0);
    QCOMPARE(checked.out.contains("Warning"), !says.isEmpty());
    QVERIFY2(checked.out.contains(says.isEmpty() ? "Everything agrees."
                                                 : "Gradients agree; 1 warning stands above."),
             checked.out);
    QVERIFY2(checked.out.contains(says), checked.out);
    QCOMPARE(trained.status, 0);
    QVERIFY2(trained.err.startsWith(says) && trained.err.isEmpty() == says.isEmpty(), trained.err);
}

void TestCliSetup::whatCheckAcceptsNeverKillsTrain_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("images");
    const auto row = [](const char* name, const std::string& network, int batch = 16,
                        int images = 40) {
        QTest::newRow(name) << QString::fromStdString(network) << batch << images;
    };
    row("autoencoder", "x[1,8,8] -> conv2d(out_channels=1 kernel=3 padding=1) -> mse(x)");
    row("loss feeds on", std::string(plain) + " -> relu");
    row("loss feeds a sum", std::string(plain) + " as loss -> add(loss)");
    row("side branch", std::string(plain) + "\nx -> conv2d(out_channels=2 kernel=3) -> relu");
    row("dropout alone",
        "x[1,8,8] -> flatten -> dropout(rate=0.999) -> linear(out_features=10) -> "
        "cross_entropy(labels)");
    row("logits from one value twice",
        "x[1,8,8] -> flatten -> linear(out_features=10) as fc -> mul(fc) -> "
        "cross_entropy(labels)");
    row("a difference of nothing",
        "x[1,8,8] -> flatten -> linear(out_features=10) as fc -> sub(fc) -> "
        "cross_entropy(labels)");
    row("no weights",
        "x[1,8,8] -> flatten -> slice(axis=1 start=0 length=10) -> "
        "cross_entropy(labels)");
    row("weights over the batch",
        "x[1,8,8] -> flatten -> transpose(permutation=1,0) -> linear(out_features=16) -> "
        "transpose(permutation=1,0) -> slice(axis=1 start=0 length=10) -> cross_entropy(labels)");
    row("a part of the batch",
        "x[1,8,8] -> slice(axis=0 start=0 length=2) -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        2);
    row("a whole batch alone",
        "x[1,8,8] -> slice(axis=0 start=1 length=1) as last\n"
        "x -> concat(last axis=0) -> slice(axis=0 start=0 length=2) -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        2, 41);
    row("logarithm of logits",
        "x[1,8,8] -> flatten -> linear(out_features=10) -> log -> cross_entropy(labels)");
    row("one image a batch", plain, 1);
    row("all images in one", plain, 40);
    row("deep pooling",
        "x[1,8,8] -> max_pool2d(kernel=8 stride=8) -> conv2d(out_channels=3 "
        "kernel=3 padding=1) -> flatten -> linear(out_features=10) -> "
        "cross_entropy(labels)");
    constexpr uint64_t seeds = 10;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
        const RandomGraph random = randomGraph(seed);
        QTest::addRow("random %d", static_cast<int>(seed))
            << QString::fromStdString(random.text) << static_cast<int>(random.batch) << 40;
    }
}

void TestCliSetup::whatCheckAcceptsNeverKillsTrain() {
    QFETCH(QString, network);
    QFETCH(int, batch);
    QFETCH(int, images);
    const Project project = projectOf(network.toStdString(), batch);
    writeData(static_cast<uint32_t>(images), project.graph.nodes().front().attrs.list("shape"), 10);
    writeBytes(path("made.vitrine"), projectText(project));
    const CliResult checked = check(), trained = train();
    QVERIFY2(checked.status >= 0, checked.err);  // negative: killed
    QVERIFY2(trained.status >= 0, trained.err);
    if (checked.status != 0) return;
    QVERIFY2(trained.status == 0 || trained.err.contains("H01: "), trained.err);
}

void TestCliSetup::saysWhenTheProjectsDataAreNotThere() {
    Project project = projectOf(plain, 8);
    project.data.folder = "elsewhere";
    writeBytes(path("made.vitrine"), projectText(project));
    const CliResult unasked = runCli({"check", "made.vitrine"}, m_temporary.path());
    QCOMPARE(unasked.status, 0);
    QVERIFY2(unasked.out.contains("Warning G01: "), unasked.out);
    CliResult asked = runCli({"check", "made.vitrine", "--data", "elsewhere"}, m_temporary.path());
    asked.out.clear();
    QCOMPARE(faultOfAnswer(asked, 1, "G01", "elsewhere"), QString());
}

void TestCliSetup::checksWithTheBatchThatFieldsName() {
    writeData(32, {8, 8}, 10);
    const Project project = projectOf(
        "x[1,8,8] -> expand(shape=16,2,8,8) -> flatten -> linear(out_features=10) -> "
        "cross_entropy(labels)",
        16);
    QVERIFY(saveProject(project, path("made.vitrine")).ok());
    const CliResult checked = check();
    QVERIFY2(checked.status == 0, checked.err);
    QVERIFY2(checked.out.contains("batch of 16"), checked.out);
    const CliResult trained = train();
    QVERIFY2(trained.status == 0, trained.err);
}

void TestCliSetup::saysThatALossIsNoNumber() {
    writeData(32, {8, 8}, 10);
    const Project project = projectOf(
        "x[1,8,8] -> log -> flatten -> linear(out_features=10) -> cross_entropy(labels)", 16);
    QVERIFY(saveProject(project, path("made.vitrine")).ok());
    const CliResult checked = check();
    QCOMPARE(checked.status, 1);
    QVERIFY2(checked.err.contains("H01") && checked.err.contains("the loss is no number"),
             checked.err);
    QVERIFY2(!checked.out.contains("DIFFERS"), checked.out);
}

void TestCliSetup::countsWhatIsTrained() {
    writeData(32, {8, 8}, 10);
    const Project project = projectOf(
        "x[1,8,8] -> conv2d(out_channels=16 kernel=3) -> batch_norm2d as bn -> flatten -> "
        "linear(out_features=10) -> cross_entropy(labels)",
        16);
    QVERIFY(saveProject(project, path("made.vitrine")).ok());
    const QRegularExpression row(R"(bn +batch_norm2d +\[N, 16, 6, 6\] +32\n)");
    const QString out = QString::fromUtf8(check().out);
    QVERIFY2(row.match(out).hasMatch(), qPrintable(out));
}

QTEST_GUILESS_MAIN(TestCliSetup)
#include "tst_cli_setup.moc"
