// SPDX-License-Identifier: Apache-2.0
// Holds the whole tree to the rules of its architecture. Truth: the folders, arrows and licences
// that README.md describes; the rows below show that each rule can fail.
#include <QtTest>

#include <algorithm>

#include "tests/support/architecture_rules.h"
#include "tests/support/source_tree.h"

using namespace vitrine::test;

namespace {

constexpr const char* apache = "// SPDX-License-Identifier: Apache-2.0\n";
constexpr const char* gpl = "// SPDX-License-Identifier: GPL-3.0-or-later\n";

/// A file of `path` with the licence that belongs there and one more line.
void addRow(const char* path, const char* line, const char* words = "") {
    const bool window = QLatin1String(path).startsWith(QLatin1String("gui/"));
    QTest::addRow("%s %s", path, line) << path << QString(window ? gpl : apache) + line + '\n'
                                       << words;
}

void addColumns() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
}

std::vector<std::string> violationsOfRow() {
    QFETCH(QString, path);
    QFETCH(QString, text);
    return violationsIn(path.toStdString(), text.toStdString());
}

}  // namespace

class TestArchitecture : public QObject {
    Q_OBJECT
  private slots:
    void findsViolations_data();
    void findsViolations();
    void acceptsWhatIsLawful_data();
    void acceptsWhatIsLawful();
    void everyFileFollowsTheRules_data();
    void everyFileFollowsTheRules();
    void oneFunctionPutsFilesInPlace();
    void topLevelHoldsOnlyTheFixedNames();
    void namesStrangersAtTheTop();
};

void TestArchitecture::findsViolations_data() {
    addColumns();
    addRow("core/base/a.h", "#include \"core/tensor/shape.h\"", "core/base (rank 0) includes");
    addRow("core/ops/a.cpp", "#include \"core/exec/tape.h\"", "core/exec (rank 6)");
    addRow("core/graph/a.cpp", "#include \"core/ops/a.h\"", "core/ops (rank 5)");
    addRow("core/misc/a.cpp", "#include \"core/base/result.h\"", "core/misc has no rank");
    addRow("core/base/a.cpp", "#include \"core/misc/a.h\"", "core/misc has no rank");
    addRow("core/exec/a.cpp", "#include \"kernels/cpu/conv2d.h\"", "than api and dispatch");
    addRow("core/exec/a.cpp", "#  include <QString>", "core includes Qt");
    addRow("core/exec/a.cpp", "#include <QtCore/QString>", "core includes Qt");
    addRow("core/exec/team.h", "#include <tbb/task_arena.h>", "header of core includes oneTBB");
    addRow("core/exec/team.h", "#include <oneapi/tbb.h>", "header of core includes oneTBB");
    addRow("core/ops/a.cpp", "    .layouts = everyLayout,", "do not speak of layouts: layouts");
    addRow("core/ops/a.cpp", "int halo(const OpQuery&) { return 1; }", "do not speak of layouts");
    addRow("core/ops/a.cpp", "if (in.kind == LayoutKind::Lanes) return {};", "of layouts: Layout");
    addRow("core/exec/a.cpp", "std::get_if<kernels::Conv>(&problem);", "offers alone: Conv");
    addRow("core/exec/a.cpp", "kernels::Kernel k = kernels::selectPool(p);", "alone: selectPool");
    addRow("core/train/a.cpp", "std::byte* at = m_model.memory().host();", "memory: .host()");
    addRow("core/session/a.cpp", "std::memcpy(memory->host() + at, from, 4);", "memory: ->host()");
    addRow("core/train/a.cpp", "void* x = deviceMemory->address(at);",
           "point into memory: ->address");
    addRow("core/train/a.h", "    Arena m_memory;", "point into memory: Arena");
    addRow("core/session/a.h", "#include \"core/device/arena.h\"", "memory: core/device/arena.h");
    addRow("core/session/a.cpp", "#include \"gui/shell/window.h\"", "core includes gui");
    addRow("core/session/a.cpp", "#include \"../base/result.h\"", "start at the top folder");
    addRow("core/base/a.cpp", "#include \"tests/support/a.h\"", "includes tests");
    addRow("kernels/cpu/a.cpp", "#include \"core/base/check.h\"", "kernels include only");
    addRow("kernels/cpu/a.cpp", "#include \"gui/a.h\"", "kernels include only");
    addRow("kernels/cpu/a.cpp", "#include <QVector>", "kernels include only");
    addRow("kernels/cpu/a.cpp", "#include <tbb/parallel_for.h>", "kernels include only");
    addRow("kernels/cuda/a.cu", "#include <QVector>", "kernels include only");
    addRow("gui/views/tape/a.cpp", "#include \"kernels/api/conv2d.h\"", "gui includes kernels");
    addRow("gui/views/tape/a.cpp", "#include \"core/exec/tape.h\"", "gui includes core/exec");
    addRow("gui/views/tape/a.cpp", "#include \"gui/shell/main_window.h\"",
           "gui/views (rank 6) includes gui/shell (rank 7)");
    addRow("gui/models/a.cpp", "#include \"gui/pictures/a.h\"", "gui/pictures has no rank");
    addRow("gui/shell/a.cpp", "#include <tbb/task_arena.h>", "gui includes oneTBB");
    addRow("core/io/a.cpp", "if (::rename(from, to) != 0) return false;", "replaces files");
    addRow("core/io/a.cpp", "std::filesystem::rename(from, to);", "replaces files");
    addRow("core/io/a.cpp", "int f = open(path, O_WRONLY | O_CREAT, 0644);", "replaces files");
    addRow("core/io/a.cpp", "std::ofstream log(path);", "replaces files");
    addRow("core/io/a.cpp", "return rename(from, to) == 0;", "replaces files");
    addRow("core/io/a.cpp", "std::rename(from, to);", "replaces files");
    addRow("core/io/a.cpp", "auto* file = std::fopen(path, \"w\");", "replaces files");
    addRow("gui/document/a.cpp", "QSaveFile file(path);", "replaces files");
    for (const char* line :
         {"value = std::strtod(text, &end);", "value = std::stof(text);", "std::stringstream out;",
          "std::istringstream in(text);", "std::setlocale(LC_ALL, \"\");",
          "std::printf(\"loss %.4f\", loss);", "\"loss %-8.*g and %lld\", loss);",
          "return fmt::format(\"{:a}\", value);", "return fmt::format(\"{0:.3L}\", value);",
          "const auto json = nlohmann::json::parse(text);"})
        addRow("core/session/a.cpp", line, "depends on the locale: ");
    addRow("kernels/dispatch/a.cpp", "double value = atof(text);", "depends on the locale: atof");
    QTest::newRow("no licence") << QString("core/base/a.h") << QString("#pragma once\n")
                                << QString("SPDX-License-Identifier: Apache-2.0");
    QTest::newRow("empty") << QString("core/base/a.h") << QString()
                           << QString("SPDX-License-Identifier: Apache-2.0");
    QTest::newRow("licence of the window")
        << QString("gui/app/main.cpp") << QString(apache) << QString("GPL-3.0-or-later");
    QTest::newRow("licence of the engine")
        << QString("core/base/a.h") << QString(gpl) << QString("Apache-2.0");
    QTest::newRow("501 lines") << QString("kernels/cpu/a.cpp")
                               << QString(apache) + QString(500, QLatin1Char('\n'))
                               << QString("longer than 500 lines");
}

void TestArchitecture::findsViolations() {
    QFETCH(QString, words);
    const auto found = violationsOfRow();
    QCOMPARE(found.size(), size_t{1});
    QVERIFY2(found[0].find(words.toStdString()) != std::string::npos, found[0].c_str());
}

void TestArchitecture::acceptsWhatIsLawful_data() {
    addColumns();
    addRow("core/ops/a.cpp", "#include \"core/opdef/builder.h\"");
    addRow("core/optim/schedules/a.cpp", "#include \"core/optim/optimizer.h\"");
    addRow("core/ops/a.cpp", "#include \"kernels/api/conv2d.h\"");
    addRow("core/exec/a.cpp", "#include \"kernels/dispatch/candidates.h\"");
    addRow("core/exec/team.cpp", "#include <tbb/task_arena.h>");
    addRow("core/exec/a.cpp", "std::byte* const start = memory.host();");
    addRow("core/exec/a.h", "    Arena m_workspace;");
    addRow("core/train/a.cpp", "orThrow(memory.write(slot.at, values));  // not to memory.host()");
    addRow("core/session/a.cpp", "const auto view = memory.view(item.offset, item.bytes());");
    addRow("gui/views/memory/a.cpp", "setAccessibleName(tr(\"Arena map\"));");
    addRow("core/cli/main.cpp", "#include <CLI/CLI.hpp>");
    addRow("core/io/a.cpp", "const auto [rename] = old;  // rename(old, new) comes later");
    addRow("core/graph/a.cpp", "graph.rename(node, name);");
    addRow("core/graph/a.cpp", "Result<void> Graph::rename(std::string_view from) {");
    addRow("core/graph/a.h", "Result<void> rename(std::string_view from);");
    addRow("core/io/a.cpp", "m_log.reset(std::fopen(path, \"ae\"));");
    addRow("core/base/atomic_file.cpp", "if (::rename(from, to) != 0) return false;");
    addRow("core/cli/a.cpp", "print(fmt::format(\"{:.2f} %, {:.0f} images/s\", share, speed));");
    addRow("core/cli/a.cpp", "std::printf(\"%lld of %s\", count, name);");
    addRow("core/io/a.cpp", "int64_t step = 0;  // strtod would ask the locale");
    addRow("core/io/json_reader.cpp", "return Json::parse(text, nullptr, false);");
    addRow("gui/models/a.cpp", "std::ostringstream text;");
    addRow("kernels/cpu/a.cpp", "#include <hwy/highway.h>");
    addRow("kernels/cpu/a.cpp", "#include \"kernels/api/conv2d.h\"");
    addRow("kernels/cpu/a.cpp", "#include <cstddef>");
    addRow("kernels/cuda/a.cu", "#include <cuda_runtime.h>");
    addRow("gui/views/a.cpp", "#include \"core/session/session.h\"");
    addRow("gui/views/a.cpp", "#include <QWidget>");
    addRow("tests/core/exec/tst_team.cpp", "#include <tbb/task_arena.h>");
    addRow("tests/core/exec/tst_team.cpp", "#include \"tst_team.moc\"");
    QTest::newRow("500 lines") << QString("kernels/cpu/a.cpp")
                               << QString(apache) + QString(499, QLatin1Char('\n')) << QString();
}

void TestArchitecture::acceptsWhatIsLawful() {
    const auto found = violationsOfRow();
    QVERIFY2(found.empty(), found.empty() ? "" : found[0].c_str());
}

void TestArchitecture::everyFileFollowsTheRules_data() {
    addColumns();
    const auto files = sourceFiles();
    QVERIFY2(std::ranges::count(files, "core/base/result.h", &SourceFile::path) == 1,
             "the tree was not found");
    for (const auto& [path, text] : files)
        QTest::newRow(path.c_str())
            << QString::fromStdString(path) << QString::fromStdString(text) << QString();
}

void TestArchitecture::everyFileFollowsTheRules() {
    const auto found = violationsOfRow();
    for (const auto& violation : found) qWarning("%s", violation.c_str());
    QCOMPARE(found.size(), size_t{0});
}

void TestArchitecture::oneFunctionPutsFilesInPlace() {
    const auto files = sourceFiles();
    const auto file = std::ranges::find(files, "core/base/atomic_file.cpp", &SourceFile::path);
    QVERIFY2(file != files.end(), "core/base/atomic_file.cpp is not there");
    const auto lines = linesOf(file->text);
    const auto renames = std::ranges::count_if(
        lines, [](auto line) { return fileReplacingCall(line).starts_with("rename"); });
    QCOMPARE(renames, 1);
}

void TestArchitecture::topLevelHoldsOnlyTheFixedNames() {
    const auto names = topLevelNames();
    QVERIFY2(std::ranges::count(names, "CMakeLists.txt") == 1, "the tree was not found");
    const auto strangers = strangersAtTheTop(names);
    QVERIFY2(strangers.empty(), strangers.empty() ? "" : strangers[0].c_str());
}

void TestArchitecture::namesStrangersAtTheTop() {
    const std::vector<std::string> names = {"core", "notes.md", ".ci", "src"};
    const std::vector<std::string> expected = {"notes.md", "src"};
    QVERIFY(strangersAtTheTop(names) == expected);
}

QTEST_APPLESS_MAIN(TestArchitecture)
#include "tst_architecture.moc"
