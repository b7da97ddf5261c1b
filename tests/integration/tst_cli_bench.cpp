// SPDX-License-Identifier: Apache-2.0
// vitrine-cli bench, alone and beside a program that stands in for a Python with PyTorch: it
// answers with times that are known. Truth for what a step of LeNet counts: two operations for each
// product of its layers, three passes but the first layer's, which has no gradient to pass on.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
using nlohmann::json;

namespace {

constexpr double productsOfLeNet =
    28 * 28 * 6 * 25 + 10 * 10 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10;
constexpr double firstLayer = 28 * 28 * 6 * 25;

}  // namespace

class TestCliBench : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    QString path(const QString& name) const { return m_temporary.filePath(name); }
    CliResult bench(const QStringList& more) const {
        return runCli(QStringList{"bench"} + more, m_temporary.path());
    }
    /// The rows of an event.
    std::vector<json> rows(const QStringList& more, const std::string& event) const;
    void writeProgram(const QString& name, const std::string& text) const {
        writeBytes(path(name).toStdString(), text);
        QFile::setPermissions(path(name), QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner);
    }

  private slots:
    void initTestCase() {
        writeProgram("peer",
                     readBytes(VITRINE_SOURCE_DIR "/tests/integration/files/bench_peer.sh"));
        writeProgram(
            "without_torch",
            "#!/bin/sh\necho '{\"error\": \"ModuleNotFoundError: No module named torch\"}'\n");
        writeProgram("other_network",
                     "#!/bin/sh\necho '{\"parameters\": 5}'\n"
                     "while read -r n; do echo '{\"seconds\": [1, 1, 1, 1, 1]}'; done\n");
        writeProgram("talks_nonsense", "#!/bin/sh\necho hello\n");
    }
    void measuresTrainingAndInference();
    void comparesWithTheFastestFormInTurn();
    void goesOnWhereOneProgramIsMissing();
    void saysWhereAStepGoes();
    void comparesMemoryWithWhatIsSaved();
    void measuresSingleOperators();
    void measuresWhatStepsCostBesideTheirKernels();
    void comparesWithOneThread();
    void everySuiteCanBeCapped_data();
    void everySuiteCanBeCapped();
    void writesATable();
    void refusesByName_data();
    void refusesByName();
};

std::vector<json> TestCliBench::rows(const QStringList& more, const std::string& event) const {
    const CliResult result = bench(more + QStringList{"--json", "--threads", "1", "--pairs", "3"});
    if (result.status != 0) qWarning("%s", result.err.constData());
    std::vector<json> found;
    for (const json& line : jsonLines(result.out))
        if (line.at("event") == event) found.push_back(line);
    return found;
}

void TestCliBench::measuresTrainingAndInference() {
    const auto training = rows({"--networks", "lenet", "--batch", "8"}, "train");
    QCOMPARE(training.size(), size_t{1});
    const json& step = training[0];
    const double flops = 8 * 2 * (3 * productsOfLeNet - firstLayer);
    QVERIFY(step.at("gflop").get<double>() * 1e9 > flops);
    QVERIFY(step.at("gflop").get<double>() * 1e9 < 1.1 * flops);
    QVERIFY(qFuzzyCompare(step.at("images_per_s").get<double>(),
                          8e3 / step.at("ms_p50").get<double>()));
    QVERIFY(qFuzzyCompare(step.at("share_of_peak").get<double>(),
                          step.at("gflop").get<double>() / step.at("ms_p50").get<double>() * 1e3 /
                              step.at("peak_gflops").get<double>()));
    QVERIFY(step.at("ms_p90") >= step.at("ms_p50"));
    QVERIFY(step.at("arena_bytes").get<int64_t>() > 0);

    const auto inference = rows({"--suite", "infer", "--networks", "lenet"}, "infer");
    QCOMPARE(inference.size(), size_t{2});
    QCOMPARE(inference[0].at("batch").get<int>(), 1);
    QCOMPARE(inference[1].at("batch").get<int>(), 64);
    QVERIFY(inference[1].at("gflop").get<double>() * 1e9 >= 64 * 2 * productsOfLeNet);
}

void TestCliBench::comparesWithTheFastestFormInTurn() {
    const auto all = rows(
        {"--networks", "lenet", "--batch", "8", "--peers", "./peer", "--cap", "avx2"}, "train");
    QCOMPARE(all.size(), size_t{2});
    const json &ours = all[0], &theirs = all[1];
    QCOMPARE(ours.at("program").get<std::string>(), std::string("vitrine"));
    QCOMPARE(theirs.at("program").get<std::string>(), std::string("torch"));
    QCOMPARE(theirs.at("variant").get<std::string>(), std::string("channels_last"));
    QCOMPARE(theirs.at("versions").get<std::string>(), std::string("torch 1 AVX2"));
    QCOMPARE(theirs.at("ms_p50").get<double>(), 250.0);
    QVERIFY(theirs.at("ratio_low") <= theirs.at("ratio"));
    QVERIFY(theirs.at("ratio") <= theirs.at("ratio_high"));
    // Ours takes less than a tenth of that on any machine.
    QVERIFY(theirs.at("ratio").get<double>() > 10);
    const json& tried = theirs.at("tried");
    QCOMPARE(tried.size(), size_t{4});
    QCOMPARE(tried[0].at("ms").get<double>(), 500.0);
    QVERIFY(tried[2].at("error").get<std::string>().find("CompileError") != std::string::npos);
}

void TestCliBench::goesOnWhereOneProgramIsMissing() {
    const auto all = rows(
        {"--suite", "infer", "--networks", "lenet", "--batch", "8", "--peers", "./peer"}, "infer");
    QCOMPARE(all.size(), size_t{3});
    QCOMPARE(all[1].at("program").get<std::string>(), std::string("torch"));
    QVERIFY(all[1].contains("ratio"));
    QCOMPARE(all[2].at("program").get<std::string>(), std::string("onnxruntime"));
    QVERIFY(!all[2].contains("ratio"));
    QVERIFY(all[2].at("tried").at(0).at("error").get<std::string>().find("No module named") !=
            std::string::npos);
}

void TestCliBench::saysWhereAStepGoes() {
    const QStringList words{"--networks", "lenet", "--batch", "8", "--profile"};
    const CliResult result = bench(words + QStringList{"--json", "--pairs", "3"});
    QCOMPARE(result.status, 0);
    double share = 0, ofKernels = 0, ofEntries = 0;
    int convolutions = 0;
    for (const json& line : jsonLines(result.out)) {
        if (line.at("event") == "kernel") {
            share += line.at("share").get<double>();
            ofKernels += line.at("ms").get<double>();
        } else if (line.at("event") == "entry") {
            ofEntries += line.at("ms").get<double>();
            convolutions +=
                line.at("operator").get<std::string>().find("conv") != std::string::npos;
            QVERIFY(!line.at("kernel").get<std::string>().empty());
        }
    }
    QVERIFY(std::abs(share - 1) < 1e-9);
    QVERIFY(std::abs(ofKernels - ofEntries) < 1e-9);
    QCOMPARE(convolutions, 5);  // two layers, three passes, but not the first one's data
}

void TestCliBench::comparesMemoryWithWhatIsSaved() {
    const auto all =
        rows({"--suite", "memory", "--networks", "lenet", "--peers", "./peer"}, "memory");
    QCOMPARE(all.size(), size_t{12});  // three batches
    const std::string modes[] = {"none", "cheap", "blocks", "budget"};
    for (size_t i = 0; i < all.size(); ++i) {
        const json& row = all[i];
        QCOMPARE(row.at("recompute").get<std::string>(), modes[i % 4]);
        if (i % 4 == 0) QCOMPARE(row.at("more_time").get<double>(), 0.0);
        QVERIFY(row.at("step_bytes") >= row.at("least_step_bytes"));
        QVERIFY(row.at("step_bytes") <= all[i / 4 * 4].at("step_bytes"));
        QCOMPARE(row.at("ratio").get<double>(), row.at("step_bytes").get<double>() / 1e6);
    }
}

void TestCliBench::measuresWhatStepsCostBesideTheirKernels() {
    const CliResult result = bench({"--suite", "rest", "--networks", "lenet", "--batch", "64",
                                    "--json", "--threads", "1", "--pairs", "21"});
    QCOMPARE(result.status, 0);
    const auto lines = jsonLines(result.out);
    QCOMPARE(lines.size(), size_t{3});
    QCOMPARE(lines[1].at("event").get<std::string>(), std::string("dispatch"));
    QVERIFY(lines[1].at("us").get<double>() > 0);
    const json& row = lines[2];
    QCOMPARE(row.at("event").get<std::string>(), std::string("rest"));
    QCOMPARE(row.at("page_faults").get<double>(), 0.0);
    QVERIFY(row.at("sample_ms").get<double>() > 0);
    QVERIFY(row.at("steps_of_sample").get<double>() > 1);
    QVERIFY2(row.at("share_of_instruments").get<double>() < 0.02, row.dump().c_str());
}

void TestCliBench::comparesWithOneThread() {
    const CliResult result = bench({"--networks", "lenet", "--batch", "8", "--threads", "2",
                                    "--pairs", "3", "--scaling", "--json"});
    QCOMPARE(result.status, 0);
    const json row = jsonLines(result.out).back();
    QVERIFY(row.at("scaling_low") <= row.at("scaling"));
    QVERIFY(row.at("scaling") <= row.at("scaling_high"));
    QVERIFY(row.at("scaling").get<double>() > 0);
    // One thread beside itself says nothing.
    QCOMPARE(bench({"--networks", "lenet", "--threads", "1", "--scaling"}).status, 2);
}

void TestCliBench::everySuiteCanBeCapped_data() {
    QTest::addColumn<QStringList>("words");
    for (const char* suite : {"train", "infer", "memory", "rest"})
        QTest::newRow(suite) << QStringList{"--suite", suite,     "--networks",
                                            "lenet",   "--batch", "8"};
    QTest::newRow("kernels") << QStringList{"--suite", "kernels", "--only", "linear 4096"};
    QTest::newRow("profile") << QStringList{"--networks", "lenet", "--batch", "8", "--profile"};
}
void TestCliBench::everySuiteCanBeCapped() {
    QFETCH(QStringList, words);
    const QStringList few{"--threads", "1", "--pairs", "3"};
    const CliResult result = bench(words + few + QStringList{"--cap", "avx2"});
    QCOMPARE(result.status, 0);
    QVERIFY2(result.out.contains("instruction set AVX2"), result.out.constData());
}

void TestCliBench::measuresSingleOperators() {
    const auto all =
        rows({"--suite", "kernels", "--only", "linear 4096", "--peers", "./peer"}, "kernel");
    QCOMPARE(all.size(), size_t{3});
    const std::string passes[] = {"forward", "data", "weights"};
    for (size_t i = 0; i < all.size(); ++i) {
        QCOMPARE(all[i].at("pass").get<std::string>(), passes[i]);
        const double flops =
            all[i].at("gflops").get<double>() * all[i].at("ms").get<double>() * 1e6;
        QVERIFY(std::abs(flops / (2.0 * 64 * 4096 * 256) - 1) < 1e-6);
        QCOMPARE(all[i].at("peer_ms").get<double>(), 250.0);
        QCOMPARE(all[i].at("variant").get<std::string>(), std::string("channels_last"));
    }
}

void TestCliBench::writesATable() {
    const CliResult result =
        bench({"--networks", "lenet", "--batch", "8", "--pairs", "3", "--peers", "./peer"});
    QCOMPARE(result.status, 0);
    for (const char* words : {"instruction set", "times as fast (95 %)", "torch channels_last",
                              "geometric mean of 1", "compile failed: ", "CompileError"})
        QVERIFY2(result.out.contains(words), words);
}

void TestCliBench::refusesByName_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, QStringList words, const char* code, const char* says) {
        QTest::newRow(name) << words << code << says;
    };
    row("suite", {"--suite", "speed"}, "L06", "--suite 'speed' is not known");
    row("network", {"--networks", "lenet,resnet"}, "L06", "--networks 'resnet' is not known");
    row("math", {"--math", "quick"}, "L06", "--math 'quick' is not known");
    row("operator", {"--suite", "kernels", "--only", "conv9d"}, "L06",
        "no operator that is measured has 'conv9d'");
    row("instruction set", {"--cap", "sse2"}, "L06", "there is no instruction set 'sse2' here");
    row("pairs", {"--pairs", "2"}, "U22", "pairs");
    row("batch", {"--batch", "0"}, "U02", "batch");
    row("threads", {"--threads", "0"}, "U08", "threads");
    const QStringList small{"--networks", "lenet", "--batch", "1", "--peers"};
    row("no program", small + QStringList{"./nothing"}, "L05", "'./nothing' cannot be started");
    row("no torch", small + QStringList{"./without_torch"}, "L05", "No module named torch");
    row("no answer", small + QStringList{"/bin/true"}, "L05", "it ended without an answer");
    row("another network", small + QStringList{"./other_network"}, "L05",
        "lenet has 5 parameters there and 61706 here");
    row("no JSON", small + QStringList{"./talks_nonsense"}, "L05", "its answer is no JSON object");
}

void TestCliBench::refusesByName() {
    QFETCH(QStringList, words);
    QFETCH(QString, code);
    QFETCH(QString, says);
    QCOMPARE(faultOfAnswer(bench(words), 2, code, says), QString());
}

QTEST_GUILESS_MAIN(TestCliBench)
#include "tst_cli_bench.moc"
