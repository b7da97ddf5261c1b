// SPDX-License-Identifier: Apache-2.0
// What a project keeps of the model that it was made from: names of classes, and a mark of the
// numbers, by which another file of the same name is noticed.
#include <QtTest/QtTest>

#include <QFile>
#include <QTemporaryDir>

#include "core/io/model_marks.h"
#include "core/io/project_model.h"
#include "core/session/import_model.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr int64_t many = 40'000;  // of which a mark is made of some

/// y = (x · a + b) · c + d: a is a large constant of a function, b stands in a branch, c is sparse,
/// and d is a large constant of a branch, whole numbers.
std::string nested() {
    const std::vector<float> halves(static_cast<size_t>(3 * 100'000), 0.5f);
    const std::string function = onnxFunction(
        {.name = "F",
         .domain = "d",
         .inputs = {"p"},
         .outputs = {"q"},
         .nodes = {onnxNode("Constant", {}, {"a"},
                            {onnxTensorAttribute("value", onnxFloats("a", {3, 100'000}, halves))}),
                   onnxNode("MatMul", {"p", "a"}, {"q"})}});
    const std::string whole = onnxIntegers("d", {3, 100'000}, std::vector<int64_t>(300'000, 2));
    const auto branch = [&](float number) {
        return onnxGraph(
            {.nodes = {onnxNode("Constant", {}, {"d"}, {onnxTensorAttribute("value", whole)}),
                       onnxNode("Cast", {"d"}, {"e"}, {onnxAttribute("to", int64_t{1})}),
                       onnxNode("MatMul", {"x", "e"}, {"f"}), onnxNode("Add", {"h", "f"}, {"g"}),
                       onnxNode("Mul", {"g", "b"}, {"r"})},
             .initializers = {onnxFloats("b", {1, 100'000}, std::vector<float>(100'000, number))},
             .outputs = {onnxValue("r", OnnxFloat)}});
    };
    const OnnxMessage sparse = OnnxMessage()
                                   .bytes(1, onnxFloats("c", {1}, {7}))
                                   .bytes(2, onnxIntegers("", {1}, {99'999}))
                                   .packed(3, {100'000});
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode({.op = "F", .inputs = {"x"}, .outputs = {"h"}, .domain = "d"}),
                        onnxNode("If", {"yes"}, {"k"},
                                 {onnxGraphAttribute("then_branch", branch(3)),
                                  onnxGraphAttribute("else_branch", branch(4))}),
                        onnxNode("Mul", {"k", "c"}, {"y"})},
              .initializers = {onnxTyped("yes", OnnxBool, {}, OnnxField::Int32s, {1})},
              .inputs = {onnxValue("x", OnnxFloat, {"N", int64_t{3}})},
              .outputs = {onnxValue("y", OnnxFloat)},
              .sparse = {sparse}}),
         .functions = {function},
         .domains = {{"d", 1}}});
}

/// x [N, 3] times two weights, one of them large.
std::string model(float first, float last, const OnnxEntries& metadata = {}) {
    std::vector<float> large(static_cast<size_t>(3 * many), 0.5f);
    large.back() = last;
    return onnxModel(
        {.graph = onnxGraph(
             {.nodes = {onnxNode("MatMul", {"x", "large"}, {"h"}),
                        onnxNode("MatMul", {"h", "small"}, {"y"})},
              .initializers = {onnxFloats("large", {3, many}, large),
                               onnxFloats("small", {many, 2}, std::vector<float>(2 * many, first))},
              .inputs = {onnxValue("x", OnnxFloat, {"N", int64_t{3}})},
              .outputs = {onnxValue("y", OnnxFloat)}}),
         .metadata = metadata});
}

}  // namespace

class TestProjectModel : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(name); }
    std::string file() const { return path("p.vitrine").toStdString(); }

    void write(const char* name, const std::string& bytes) const {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(QByteArray::fromStdString(bytes)), qint64(bytes.size()));
    }

    /// Imports `net.onnx` and saves the project beside it.
    void import() const {
        auto imported = importModel(path("net.onnx").toStdString());
        QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
        imported->project.file = file();
        const auto saved = saveProject(imported->project, file());
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().message.c_str());
    }

    /// What is said when the project is opened.
    std::vector<Error> told() const {
        const auto project = loadProject(file());
        return project ? replacedModels(*project) : std::vector<Error>{project.error()};
    }

  private slots:
    void cleanup() {
        for (const char* name : {"net.onnx", "p.vitrine", "gone.onnx"}) QFile::remove(path(name));
    }

    void namesOfClassesStayWhenTheModelIsGone() {
        write("net.onnx", model(1, 1, {{"names", "['cat', 'dog\"s']"}}));
        import();
        QVERIFY(QFile::remove(path("net.onnx")));
        const auto project = loadProject(file());
        QVERIFY(project.ok());
        QCOMPARE(project->classes, (std::vector<std::string>{"cat", "dog\"s"}));
        // Reading and writing gives the same bytes.
        QFile saved(path("p.vitrine"));
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QByteArray::fromStdString(projectText(*project)), saved.readAll());
    }

    /// Of graphs and functions inside, of both kinds of tensors.
    void numbersInsideAreFoundAgain() {
        write("net.onnx", nested());
        const auto imported = importModel(path("net.onnx").toStdString(), {.addsLoss = false});
        QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
        QVERIFY(imported->report.refused.empty());
        import();
        const auto project = loadProject(file());
        QVERIFY2(project.ok(), project.ok() ? "" : project.error().message.c_str());
        int fromFile = 0;
        for (const auto& [id, parameter] : imported->project.graph.parameters()) {
            const Parameter* again = project->graph.findParameter(id);
            QVERIFY(again && parameter.data);
            QVERIFY2(again->data, (id + ": " + again->trouble).c_str());
            QVERIFY(std::ranges::equal(again->data->bytes, parameter.data->bytes));
            fromFile += again->file.has_value();
        }
        QCOMPARE(fromFile, 4);
    }

    void whatIsTheSameIsNotTold() {
        write("net.onnx", model(1, 2));
        import();
        QVERIFY(told().empty());
        write("net.onnx", model(1, 2, {{"author", "somebody"}}));  // another file, the same numbers
        QVERIFY(told().empty());
    }

    void otherNumbersAreTold_data() {
        QTest::addColumn<float>("first");
        QTest::addColumn<float>("last");
        QTest::newRow("all of a tensor") << 3.f << 2.f;
        QTest::newRow("the last of a large one") << 1.f << 5.f;
        QTest::newRow("no number") << 1.f << std::numeric_limits<float>::quiet_NaN();
    }
    void otherNumbersAreTold() {
        QFETCH(float, first);
        QFETCH(float, last);
        write("net.onnx", model(1, 2));
        import();
        write("net.onnx", model(first, last));
        const std::vector<Error> remarks = told();
        QCOMPARE(remarks.size(), size_t{1});
        QCOMPARE(remarks.front().code, std::string("C02"));
        QVERIFY(remarks.front().message.find("net.onnx") != std::string::npos);
        // Whoever saves the project takes it as it is now.
        auto project = loadProject(file());
        QVERIFY(project.ok() && saveProject(*project, file()).ok());
        QVERIFY(told().empty());
    }

    void aMarkOutlivesItsModel() {
        write("net.onnx", model(1, 2));
        import();
        QVERIFY(QFile::rename(path("net.onnx"), path("gone.onnx")));
        auto project = loadProject(file());
        QVERIFY(project.ok() && replacedModels(*project).empty());
        QVERIFY(saveProject(*project, file()).ok());
        QVERIFY(QFile::copy(path("gone.onnx"), path("net.onnx")));
        QVERIFY(told().empty());
        write("net.onnx", model(4, 2));
        QCOMPARE(told().size(), size_t{1});
    }

    void sectionsThatAreWrongAreNamed_data() {
        QTest::addColumn<QByteArray>("section");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* section, const char* words) {
            QTest::newRow(name) << QByteArray(section) << QString(words);
        };
        row("no object", "[]", "'model' is [], wanted an object");
        row("another key", R"({"color": 1})", "model.color");
        row("classes", R"({"classes": "cat"})", "'model.classes' is no list");
        row("a class", R"({"classes": ["cat", 7]})", "an entry that is no text");
        row("files", R"({"files": {}})", "'model.files' is no list");
        row("no mark", R"({"files": [{"file": "a.onnx"}]})", "mark");
        row("no count", R"({"files": [{"file": "a.onnx", "mark": "0", "tensors": -1}]})",
            "'tensors' in 'model.files'");
    }
    void sectionsThatAreWrongAreNamed() {
        QFETCH(QByteArray, section);
        QFETCH(QString, words);
        const Result<Json> json = readJson(section.toStdString(), {});
        QVERIFY(json.ok());
        Project project;
        const Result<void> read = readModelSection(*json, project);
        QVERIFY(!read.ok());
        QVERIFY2(QString::fromStdString(read.error().message).contains(words),
                 read.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestProjectModel)
#include "tst_project_model.moc"
