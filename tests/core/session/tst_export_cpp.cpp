// SPDX-License-Identifier: Apache-2.0
// Networks that leave as plain C++. Truth: what the network gives here for the same numbers, which
// exportCpp compares itself with; what compilers and the system say of the rest. VITRINE_LONG=1:
// larger networks, and both compilers for all of them.
#include "core/session/export_cpp.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/base/file.h"
#include "core/graph/graph_text.h"
#include "core/session/child_program.h"
#include "core/session/new_project.h"
#include "core/templates/template.h"

using namespace vitrine;

namespace {

namespace fs = std::filesystem;

QString qt(const std::string& text) { return QString::fromStdString(text); }

ForeignNetwork networkOf(Project project) {
    auto made = networkOfProject(std::move(project));
    if (!made) qFatal("%s", made.error().text().c_str());
    return std::move(made).value();
}

ForeignNetwork templateNetwork(const char* id) {
    for (const TemplateDescriptor* of : allTemplates())
        if (of->id == id) {
            auto project = projectOf(*of, Attrs(of->fields));
            if (!project) qFatal("%s", project.error().text().c_str());
            return networkOf(std::move(project).value());
        }
    qFatal("no template '%s'", id);
}

ForeignNetwork textNetwork(std::string_view text) {
    Project project;
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    project.name = "tiny";
    return networkOf(std::move(project));
}

bool isLong() { return qEnvironmentVariableIsSet("VITRINE_LONG"); }

bool hasCompiler(const std::string& name) { return runProgram({name, "--version"}) == 0; }

/// In the folder, by a shell.
int shell(const std::string& folder, const std::string& words) {
    return runProgram({"sh", "-c", "cd '" + folder + "' && " + words}).value_or(-1);
}

}  // namespace

class ExportCppTest : public QObject {
    Q_OBJECT

  private slots:
    void init() { m_room = std::make_unique<QTemporaryDir>(); }

    void exportedNetworksGiveTheSameNumbers_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("batch");
        QTest::addColumn<bool>("inside");
        QTest::newRow("LeNet") << "lenet5" << 1 << false;
        QTest::newRow("LeNet, three at once, weights inside") << "lenet5" << 3 << true;
        if (!isLong()) return;
        QTest::newRow("ResNet-20") << "resnet20" << 1 << false;
        QTest::newRow("ResNet-20, weights inside") << "resnet20" << 1 << true;
        for (const char* id : {"bench_mobilenet", "bench_unet", "bench_densenet", "bench_convnext",
                               "shufflenet_v2", "super_resolution", "crnn", "wavenet"})
            QTest::newRow(id) << id << 2 << false;
    }
    void exportedNetworksGiveTheSameNumbers() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        QFETCH(bool, inside);
        if (!hasCompiler("c++")) QSKIP("there is no C++ compiler");
        const auto report =
            exportCpp(templateNetwork(network.toUtf8().constData()),
                      {.folder = folder(), .batch = batch, .weightsInside = inside});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        QCOMPARE(qt(report->compiler), QString("c++"));
        QVERIFY(!report->differences.empty());
        for (const CppDifference& found : report->differences) {
            qInfo("%s: %.3g apart of %.3g", found.output.c_str(), found.largest,
                  found.largestNumber);
            QVERIFY(found.largestNumber > 0);
            QVERIFY(found.largest <= cppTolerance * found.largestNumber);
        }
        QVERIFY(!fs::exists(folder() + "/proof"));
        QCOMPARE(fs::exists(folder() + "/weights.bin"), !inside);
    }

    /// Nodes may be called as what stands in the code: pointers, functions, words of the language.
    void namesOfNodesAreNobodyElses() {
        if (!hasCompiler("c++")) QSKIP("there is no C++ compiler");
        ForeignNetwork network = textNetwork(
            "x[3,6,6] -> conv2d(out_channels=2 kernel=3) as w -> relu as at -> output as y; "
            "at -> relu as relu1 -> output as relu; at -> relu as relu2 -> output as throw");
        network.project.name = "relu";
        const auto report = exportCpp(network, {.folder = folder()});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        QCOMPARE(report->differences.size(), size_t{3});
    }

    void compilersHaveNothingToSay_data() {
        QTest::addColumn<QString>("compiler");
        QTest::newRow("GCC") << "g++";
        QTest::newRow("Clang") << "clang++";
    }
    void compilersHaveNothingToSay() {
        QFETCH(QString, compiler);
        const std::string name = compiler.toStdString();
        if (!hasCompiler(name)) QSKIP("it is not installed");
        exportLeNet();
        const std::string build = name +
                                  " -std=c++20 -O3 -march=native -Wall -Wextra -Wpedantic "
                                  "-Werror network.cpp weights.cpp main.cpp -o network";
        QCOMPARE(shell(folder(), build), 0);
        QCOMPARE(shell(folder(), "strip network"), 0);
        // 1.5 MB at most without the weights, which lie beside it.
        const auto bytes = fs::file_size(folder() + "/network");
        qInfo("%s: a program of %s", name.c_str(), sizeText(static_cast<int64_t>(bytes)).c_str());
        QVERIFY(bytes <= 1'500'000);
        runsInLittleMemory();
        refusesOtherWeights();
    }

    void nothingIsLeftWhereAnOperatorHasNoPlainForm() {
        const auto report =
            exportCpp(textNetwork("x[4] -> cast(to=bf16) -> cast(to=f32) -> output as y"),
                      {.folder = folder()});
        QVERIFY(!report.ok());
        QCOMPARE(qt(report.error().code + ": " + report.error().message),
                 QString("E01: 'cast' cannot be written as plain C++: cast gives bf16"));
        QCOMPARE(qt(report.error().place.node), QString("cast"));
        QVERIFY(!fs::exists(folder()));
    }

    void nothingIsWrittenOverWhatIsThere() {
        fs::create_directories(folder());
        std::ofstream(folder() + "/mine.txt") << "mine";
        const auto report = exportCpp(templateNetwork("lenet5"), {.folder = folder()});
        QVERIFY(!report.ok());
        QCOMPARE(qt(report.error().code), QString("U10"));
        QVERIFY(fs::exists(folder() + "/mine.txt"));
    }

    void nothingIsLeftWhereACompilerRefuses() {
        // `false` is a program that ends with status 1, whatever it is told.
        const auto report =
            exportCpp(templateNetwork("lenet5"), {.folder = folder(), .compiler = "false"});
        QVERIFY(!report.ok());
        QCOMPARE(qt(report.error().code), QString("E05"));
        QVERIFY(!fs::exists(folder()));
    }

    /// A compiler that never ends is ended, with what it has started.
    void anExportThatIsStoppedLeavesNothing() {
        const std::string compiler = m_room->filePath("slow").toStdString(),
                          mark = m_room->filePath("started").toStdString();
        std::ofstream(compiler) << "#!/bin/sh\n(touch '" << mark << "'; exec sleep 600)\n";
        fs::permissions(compiler, fs::perms::owner_all);
        std::stop_source stop;
        std::jthread person([&] {
            while (!fs::exists(mark)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
            stop.request_stop();
        });
        const auto report =
            exportCpp(templateNetwork("lenet5"),
                      {.folder = folder(), .compiler = compiler, .stop = stop.get_token()});
        QVERIFY(!report.ok());
        QCOMPARE(qt(report.error().code), qt(std::string(stoppedCode)));
        QVERIFY(!fs::exists(folder()));
    }

    void withoutACompilerItSaysThatNothingIsProven() {
        const auto report = exportCpp(templateNetwork("lenet5"),
                                      {.folder = folder(), .compiler = "no-such-compiler"});
        QVERIFY(report.ok());
        QVERIFY(report->compiler.empty() && report->differences.empty());
        QVERIFY(fs::exists(folder() + "/network.cpp"));
    }

  private:
    std::string folder() const { return m_room->filePath("made").toStdString(); }

    void exportLeNet() {
        const auto report =
            exportCpp(templateNetwork("lenet5"), {.folder = folder(), .compiler = {}});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
    }

    /// 64 MB of address space, libraries and all.
    void runsInLittleMemory() {
        const std::vector<char> zeros(28 * 28 * sizeof(float));
        std::ofstream(folder() + "/x.raw", std::ios::binary).write(zeros.data(), std::ssize(zeros));
        QCOMPARE(shell(folder(), "ulimit -v 65536 && ./network x.raw --repeat 3"), 0);
    }

    void refusesOtherWeights() {
        QCOMPARE(shell(folder(), "printf more >> weights.bin && ./network x.raw"), 1);
        QCOMPARE(shell(folder(), "./network x.raw --weights nowhere.bin"), 1);
    }

    std::unique_ptr<QTemporaryDir> m_room;
};

QTEST_GUILESS_MAIN(ExportCppTest)
#include "tst_export_cpp.moc"
