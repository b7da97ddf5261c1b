// SPDX-License-Identifier: Apache-2.0
// Project files: the shipped ones open, check and come back byte for byte; every kind of bad file
// is refused with its code and words; mutated ones never do harm. Truth: the words stand here.

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "core/base/rng.h"
#include "core/graph/fingerprint.h"
#include "core/graph/lower.h"
#include "core/graph/shapes.h"
#include "core/io/project.h"
#include "core/io/settings.h"

using namespace vitrine;

namespace {

std::string bytesOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

std::string folderOf(const QString& project) {
    return VITRINE_SOURCE_DIR "/projects/" + project.toStdString();
}

const std::string& digits() {
    static const std::string text = bytesOf(folderOf("digits_lenet") + "/digits_lenet.vitrine");
    return text;
}

/// The digits project with its first `old` replaced.
std::string changed(const std::string& old, const std::string& with) {
    std::string text = digits();
    const size_t at = text.find(old);
    if (at == std::string::npos) qFatal("the project does not hold %s", old.c_str());
    return text.replace(at, old.size(), with);
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

/// Random bytes in, out and exchanged, and blocks of the file in other places.
std::string mutated(std::string text, Rng& rng) {
    const uint32_t changes = 1 + rng.below(4);
    for (uint32_t i = 0; i < changes && !text.empty(); ++i) {
        const auto size = static_cast<uint32_t>(text.size());
        const size_t at = rng.below(size), other = rng.below(size);
        const size_t length = 1 + rng.below(40);
        static constexpr std::string_view letters = "0123456789-+.eE\"{}[],: \\ntrufalsNI\x01\xff";
        switch (rng.below(5)) {
            case 0:
                text[at] = letters[rng.below(static_cast<uint32_t>(letters.size()))];
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(other, length));
                break;
            case 3:
                text.insert(at, 1, letters[rng.below(static_cast<uint32_t>(letters.size()))]);
                break;
            default:
                text[at] = static_cast<char>(rng.below(256));
        }
    }
    return text;
}

}  // namespace

class TestProject : public QObject {
    Q_OBJECT

  private slots:
    void shippedProjectsComeBackByteForByte_data();
    void shippedProjectsComeBackByteForByte();
    void shippedProjectsFitAndLower_data();
    void shippedProjectsFitAndLower();
    void lenetProjectsShareNodesAndNormalisation();
    void everyPartComesBack();
    void versionOneIsReadAndBecomesTwo();
    void namesWithoutEntriesAreOnlyInVersionOne();
    void keysAreWrittenWhereTheyAreNotTheIds();
    void refusesBadFiles_data();
    void refusesBadFiles();
    void refusesManyNodesAtTheLimit();
    void aFolderMeansItsProject();
    void missingAndForeignFilesSaySo();
    void refusesToSaveWhatWouldNotOpen();
    void settingsAreNeverClamped_data();
    void settingsAreNeverClamped();
    void mutatedFilesNeverCrash_data();
    void mutatedFilesNeverCrash();
};

void TestProject::shippedProjectsComeBackByteForByte_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"digits_lenet", "mnist_lenet", "cifar_small_resnet"})
        QTest::newRow(name) << QString(name);
}

void TestProject::shippedProjectsComeBackByteForByte() {
    QFETCH(QString, name);
    const Result<Project> project = loadProject(folderOf(name));
    QVERIFY2(project.ok(), project.ok() ? "" : project.error().message.c_str());
    QCOMPARE(qt(project->name), name);
    QCOMPARE(qt(projectText(*project)), qt(bytesOf(project->file)));

    QTemporaryDir folder;
    const std::string copy = folder.filePath("copy.vitrine").toStdString();
    QVERIFY(saveProject(*project, copy).ok());
    QVERIFY(bytesOf(copy) == bytesOf(project->file));
}

void TestProject::shippedProjectsFitAndLower_data() { shippedProjectsComeBackByteForByte_data(); }

void TestProject::shippedProjectsFitAndLower() {
    QFETCH(QString, name);
    const Result<Project> project = loadProject(folderOf(name));
    QVERIFY(project.ok());
    const ShapeReport report = shapesOf(project->graph);
    for (const Error& error : report.errors) qWarning("%s", error.text().c_str());
    QVERIFY(report.ok());
    const Result<Program> program = lower(project->graph, {.batch = project->training.batch});
    QVERIFY(program.ok());
    int64_t weights = 0;
    for (const StateBinding& state : program->states)
        if (state.kind == StateKind::Parameter)
            weights += program->value(state.in).shape.elements();
    // LeNet: 6·(25+1) + 16·(150+1) + 120·401 + 84·121 + 10·85.
    // The residual network, by stages: stem 432+32; 2·2·(2304+32); 13888+… summed layer by layer.
    const int64_t lenet = 156 + 2416 + 48120 + 10164 + 850;
    const int64_t stem = 27 * 16 + 32;
    const auto stage = [](int64_t from, int64_t to) {
        const int64_t shortcut = from == to ? 0 : from * to + 2 * to;
        return 9 * from * to + 3 * 9 * to * to + 4 * 2 * to + shortcut;
    };
    const int64_t resnet = stem + stage(16, 16) + stage(16, 32) + stage(32, 64) + 650;
    QCOMPARE(weights, name.contains("lenet") ? lenet : resnet);
}

void TestProject::lenetProjectsShareNodesAndNormalisation() {
    const Result<Project> digitsProject = loadProject(folderOf("digits_lenet")),
                          mnist = loadProject(folderOf("mnist_lenet"));
    QVERIFY(digitsProject.ok() && mnist.ok());
    QVERIFY(digitsProject->graph == mnist->graph);
    QVERIFY(digitsProject->data.normalisation == mnist->data.normalisation);
    QCOMPARE(qt(digitsProject->data.format), QString("strokes"));
    QCOMPARE(qt(mnist->data.format), QString("idx"));
}

/// Its nodes' keys are their ids.
void TestProject::versionOneIsReadAndBecomesTwo() {
    const Result<Project> old = projectFromText(changed("\"version\": 2", "\"version\": 1"));
    QVERIFY(old.ok());
    for (const Node& node : old->graph.nodes()) QCOMPARE(node.key, node.id);
    QCOMPARE(qt(projectText(*old)), qt(digits()));
}

/// Version 1 had no entries, and a name was enough. Now it is an error, which the node tells.
void TestProject::namesWithoutEntriesAreOnlyInVersionOne() {
    std::string text = changed("\"id\": \"fc3\", \"op\": \"linear\"",
                               "\"id\": \"fc3\", \"op\": \"linear\", "
                               "\"parameters\": {\"bias\": \"offset\"}");
    const Result<Project> project = projectFromText(text);
    QVERIFY(project.ok());
    const ShapeReport report = shapesOf(project->graph);
    QVERIFY(report.errorOf("fc3"));
    QVERIFY(qt(report.errorOf("fc3")->text()).startsWith("P10"));
    QVERIFY(qt(report.errorOf("fc3")->message).contains("parameter 'offset', which has no entry"));

    const std::string version = "\"version\": 2";
    const Result<Project> old =
        projectFromText(text.replace(text.find(version), version.size(), "\"version\": 1"));
    QVERIFY(old.ok());
    QVERIFY(shapesOf(old->graph).ok());
    QVERIFY(old->graph.findParameter("offset"));
    QCOMPARE(graphFingerprint(old->graph), graphFingerprint(project->graph));
    const Result<Project> again = projectFromText(projectText(*old));
    QVERIFY(again.ok());
    QVERIFY(again->graph == old->graph);
}

void TestProject::keysAreWrittenWhereTheyAreNotTheIds() {
    Result<Project> project = projectFromText(digits());
    QVERIFY(project.ok());
    QVERIFY(!qt(projectText(*project)).contains("\"key\""));
    QVERIFY(project->graph.rename("conv1", "stem").ok());
    const std::string text = projectText(*project);
    QCOMPARE(qt(text).count("\"key\""), 1);
    QVERIFY(qt(text).contains(R"({"id": "stem", "op": "conv2d", "key": "conv1")"));
    const Result<Project> again = projectFromText(text);
    QVERIFY(again.ok());
    QVERIFY(again->graph == project->graph);
    QCOMPARE(again->graph.find("stem")->key, std::string("conv1"));
}

void TestProject::everyPartComesBack() {
    Result<Project> project = projectFromText(digits());
    QVERIFY(project.ok());
    project->name = "näme \"quoted\"";
    QVERIFY(project->graph.setTitle("conv1", "Erste „Faltung“\n").ok());
    QVERIFY(project->graph.setPosition("conv1", {0.1, -1234567.25}).ok());
    QVERIFY(project->graph.setFeed("conv1", "weight", "shared/kernel").ok());
    project->data.folder = "data/train set";
    project->training.learningRate = 1e-7;
    project->training.seed = INT64_MAX;
    project->training.clipNorm = 0.1;
    project->goals = {{"accuracy", 0.987654321}, {"steer.mae", 0.125}};
    project->training.metrics = {{"accuracy", "loss"}, {"mae", "steer_loss"}};
    const Result<Project> again = projectFromText(projectText(*project));
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    QVERIFY(again->graph == project->graph);
    QCOMPARE(qt(again->name), qt(project->name));
    QCOMPARE(qt(again->data.folder), qt(project->data.folder));
    QVERIFY(again->data.fields == project->data.fields);
    QCOMPARE(again->training.learningRate, project->training.learningRate);
    QCOMPARE(again->training.seed, project->training.seed);
    QCOMPARE(again->training.clipNorm, project->training.clipNorm);
    QVERIFY(again->training.optimizer.attrs == project->training.optimizer.attrs);
    QVERIFY(again->goals == project->goals);
    QVERIFY(again->training.metrics == project->training.metrics);
    QVERIFY(projectText(*again) == projectText(*project));
}

void TestProject::refusesBadFiles_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("node");
    const auto row = [](const char* name, const std::string& text, const char* code,
                        const char* words, const char* node = "") {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QString(code)
                            << QString::fromUtf8(words) << QString(node);
    };
    row("not JSON", "hello", "P01", "line 1: this is not JSON");
    row("cut", digits().substr(0, digits().size() / 2), "P01", "this is not JSON");
    row("a list", "[1, 2]", "P01", "'the file' is [1,2], wanted an object");
    row("other JSON", "{\"a\": 1}", "P01", "this is not a Vitrine project");
    row("no version", changed("\"version\": 2", "\"version\": \"one\""), "P01",
        "'version' is missing");
    row("newer", changed("\"version\": 2", "\"version\": 7"), "P03",
        "made by a newer program: version 7, this program knows up to 2");
    row("nested 100,000 deep", std::string(100'000, '['), "P01", "nested deeper than 16");
    row("key twice", changed("\"epochs\": 5", "\"epochs\": 5, \"epochs\": 6"), "P01",
        "training.epochs is there twice");
    row("not UTF-8", changed("digits_lenet", "digits\xff"), "P01", "this is not JSON");
    row("a node's key is no word",
        changed("\"op\": \"conv2d\"", "\"op\": \"conv2d\", \"key\": \"a b\""), "U10",
        "a node's key is 'a b'");
    row("a node's key is empty", changed("\"op\": \"conv2d\"", "\"op\": \"conv2d\", \"key\": \"\""),
        "U10", "key is empty", "conv1");
    row("unknown key", changed("\"epochs\"", "\"epoch\""), "P11",
        "'training.epoch' is unknown, did you mean 'epochs'?");
    row("no graph", changed("\"graph\"", "\"grap\""), "P01", "'graph' is missing");
    row("no training", changed("\"training\"", "\"train\""), "P01", "'training' is missing");
    row("nodes no list", changed("\"nodes\": [", "\"nodes\": 3, \"no\": ["), "P01",
        "'graph.nodes' is no list");
    row("bad name", changed("\"name\": \"digits_lenet\"", "\"name\": \"a/b\""), "U10",
        "name is 'a/b', wanted 1 to 255 bytes without '/'");

    row("cycle", changed("\"to\": \"conv1.x\"", "\"to\": \"target.labels\""), "P10",
        "target 'target': there is no input port 'labels', nor any other", "target");
    row("cycle of three", changed("{\"from\": \"input.x\"", "{\"from\": \"pool1.y\""), "P10",
        "would close a cycle: ");
    row("dangling edge", changed("\"from\": \"input.x\"", "\"from\": \"ghost.x\""), "P10",
        "edge from 'ghost.x' to 'conv1.x': there is no node 'ghost'", "ghost");
    row("edge without port", changed("\"input.x\"", "\"input\""), "P10",
        "'graph.edges[0].from' is 'input', wanted 'node.port'");
    row("two edges into a port", changed("\"to\": \"relu1.x\"", "\"to\": \"conv1.x\""), "P10",
        "conv2d 'conv1': port 'x' has two edges, wanted one", "conv1");
    row("id twice", changed("{\"id\": \"relu1\"", "{\"id\": \"conv1\""), "P10",
        "'conv1': this id is there twice", "conv1");
    row("no operator's name", changed("\"op\": \"conv2d\"", "\"op\": \"conv 2d\""), "P10",
        "node 'conv1': operator 'conv 2d' is unknown, did you mean 'conv2d'?", "conv1");
    row("bad id", changed("\"id\": \"conv1\"", "\"id\": \"conv 1\""), "U10",
        "a node's id is 'conv 1'");
    row("node no object", changed("{\"id\": \"input\"", "3, {\"id\": \"input\""), "P01",
        "'graph.nodes[0]' is 3, wanted an object");

    row("2^31 channels", changed("\"out_channels\": 6", "\"out_channels\": 2147483648"), "P11",
        "conv2d 'conv1': field 'out_channels' is '2147483648', wanted a whole number from 1 to "
        "65536",
        "conv1");
    row("-1 channels", changed("\"out_channels\": 6", "\"out_channels\": -1"), "P11",
        "'out_channels' is '-1', wanted a whole number from 1 to 65536", "conv1");
    row("2^64 channels", changed("\"out_channels\": 6", "\"out_channels\": 18446744073709551615"),
        "P11", "'out_channels' is", "conv1");
    row("half a channel", changed("\"out_channels\": 6", "\"out_channels\": 6.5"), "P11",
        "'out_channels' is '6.5', wanted a whole number", "conv1");
    row("text for a number", changed("\"out_channels\": 6", "\"out_channels\": \"six\""), "P11",
        "'out_channels' is 'six', wanted a whole number", "conv1");
    row("null", changed("\"out_channels\": 6", "\"out_channels\": null"), "P11",
        "field 'out_channels': null is not a value", "conv1");
    row("three kernels", changed("\"kernel\": [5, 5]", "\"kernel\": [5, 5, 5]"), "P11",
        "field 'kernel' is '5,5,5', wanted two whole numbers from 1 to 1024", "conv1");
    row("unknown field", changed("\"out_channels\": 6", "\"out_chanels\": 6"), "P11",
        "field 'out_chanels' is unknown", "conv1");
    row("NaN", changed("\"lr\": 0.05", "\"lr\": NaN"), "P11",
        "training.lr is NaN, wanted a finite number");
    row("infinity", changed("\"lr\": 0.05", "\"lr\": -Infinity"), "P11",
        "training.lr is -Infinity, wanted a finite number");
    row("1e400", changed("\"lr\": 0.05", "\"lr\": 1e400"), "P11",
        "training.lr is 1e400, wanted a finite number");
    row("1e400 in a node", changed("\"out_channels\": 6", "\"out_channels\": 1e400"), "P11",
        "graph.nodes[1].fields.out_channels is 1e400, wanted a finite number");
    row("position", changed("\"position\": [0, 0]", "\"position\": [0, 1e300]"), "P11",
        "position is 0, 1e+300, wanted numbers from -10000000 to 10000000", "input");
    row("recompute", changed("\"position\": [0, 0]", "\"recompute\": 1, \"position\": [0, 0]"),
        "P11", "recompute is neither true nor false", "input");
    row("position of one", changed("\"position\": [0, 0]", "\"position\": [0]"), "P11",
        "position is not [x, y]", "input");

    row("a budget that is not told",
        changed("\"lr\": 0.05", "\"recompute\": \"budget\", \"lr\": 0.05"), "P01",
        "'training.memory_budget' is missing");
    row("learning rate 0", changed("\"lr\": 0.05", "\"lr\": 0"), "P11",
        "training.lr is 0, wanted a number above 0 and up to 1000");
    row("batch 0", changed("\"batch\": 64", "\"batch\": 0"), "P11",
        "training.batch is 0, wanted a whole number from 1 to 65536");
    row("epochs 10^9", changed("\"epochs\": 5", "\"epochs\": 1000000000"), "P11",
        "training.epochs is 1000000000, wanted a whole number from 1 to 100000");
    row("half an epoch", changed("\"epochs\": 5", "\"epochs\": 0.5"), "P11",
        "training.epochs is 0.5, wanted a whole number");
    row("seed -1", changed("\"seed\": 1", "\"seed\": -1"), "P11",
        "training.seed is -1, wanted a whole number from 0 to");
    row("seed of 2^64", changed("\"seed\": 1", "\"seed\": 18446744073709551615"), "P11",
        "training.seed is 18446744073709551615, wanted a whole number from 0 to");
    row("std 0", changed("\"std\": 0.3081", "\"std\": 0"), "P11",
        "data.std is 0, wanted a number from 1e-06 to 1000");
    row("unknown optimiser", changed("\"id\": \"sgd\"", "\"id\": \"sgdd\""), "P11",
        "'training.optimizer' is 'sgdd', wanted one of adadelta, adagrad, adam, adamax, adamw");
    row("momentum 2", changed("\"momentum\": 0.9", "\"momentum\": 2"), "P11",
        "optimizer 'sgd': field 'momentum' is '2', wanted a number from 0 to 1");
    row("unknown schedule", changed("\"id\": \"one_cycle\"", "\"id\": \"two_cycle\""), "P11",
        "'training.schedule' is 'two_cycle', wanted one of");
    row("unknown clipping",
        changed("\"clip_norm\": 0.0", "\"clip_norm\": 0, \"clip_by\": \"luck\""), "P11",
        "'training.clip_by' is 'luck', wanted one of norm, value, layer, adaptive");
    const auto added = [&](const char* members) {
        return changed("\"clip_norm\": 0.0", fmt::format("\"clip_norm\": 0, {}", members));
    };
    row("unknown extra", added("\"extras\": [{\"id\": \"emma\"}]"), "P11",
        "'training.extras' is 'emma', wanted one of ema, lookahead, sam, swa");
    row("an extra twice", added("\"extras\": [{\"id\": \"sam\"}, {\"id\": \"sam\"}]"), "P11",
        "'training.extras' has 'sam' twice");
    row("two averages", added("\"extras\": [{\"id\": \"ema\"}, {\"id\": \"swa\"}]"), "P11",
        "'ema' and 'swa' are both averages of the weights, wanted one");
    row("extras that are no list", added("\"extras\": {}"), "P11", "'training.extras' is no list");
    row("a decay of 2", added("\"extras\": [{\"id\": \"ema\", \"fields\": {\"decay\": 2}}]"), "P11",
        "extras 'ema': field 'decay' is '2', wanted a number from 0 to");
    row("a group of nothing", added("\"groups\": [{\"parameters\": \" , \"}]"), "P11",
        "group 1 of parameters: a group of parameters has no pattern");
    row("a group's rate", added("\"groups\": [{}, {\"lr\": -1}]"), "P11",
        "group 2 of parameters: field 'lr' is '-1', wanted a number from 0 to 1000");
    row("accumulate 0", added("\"accumulate\": 0"), "P11",
        "training.accumulate is 0, wanted a whole number from 1 to 65536");
    row("patience -1", added("\"stopping\": {\"patience\": -1}"), "P11",
        "stopping: field 'patience' is '-1', wanted a whole number from 0 to 100000");
    row("a plateau in a row",
        changed(
            "\"id\": \"one_cycle\", \"fields\": {\"warmup_share\": 0.3, \"start_divisor\": 25.0, "
            "\"final_divisor\": 10000.0}",
            "\"id\": \"sequence\", \"fields\": {\"parts\": \"5 plateau; cosine\"}"),
        "P11", "wanted the id of a schedule that is no sequence and follows no losses");
    row("points that are none",
        changed(
            "\"id\": \"one_cycle\", \"fields\": {\"warmup_share\": 0.3, \"start_divisor\": 25.0, "
            "\"final_divisor\": 10000.0}",
            "\"id\": \"piecewise\", \"fields\": {\"points\": \"0:1, 5\"}"),
        "P11", "schedule 'piecewise': field 'points' has '5', wanted an epoch");

    const auto folder = [&](const char* name, const char* path) {
        row(name,
            changed("\"format\": \"strokes\"",
                    fmt::format("\"format\": \"strokes\", \"folder\": \"{}\"", path)),
            "P08", "data folder '");
    };
    folder("an empty folder", "");
    folder("a folder with NUL", "a\\u0000b");
    folder("a folder of 4,096 bytes", std::string(4096, 'a').c_str());
    row("NUL bytes at the end", digits() + std::string(300, '\0'), "P01",
        "300 NUL bytes at its end");
    row("NUL bytes and more at the end", digits() + std::string(3, '\0') + "}", "P01", "is NUL");
    row("a NUL byte within", changed("\"epochs\"", std::string("\0\"epochs\"", 9)), "P01",
        "is NUL, wanted text");
    row("NUL bytes only", std::string(100, '\0'), "P01", "line 1: 100 NUL bytes at its end");
}

void TestProject::refusesBadFiles() {
    QFETCH(QByteArray, text);
    QFETCH(QString, code);
    QFETCH(QString, words);
    QFETCH(QString, node);
    QTemporaryDir folder;
    const QString path = folder.filePath("bad.vitrine");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    const Result<Project> project = loadProject(path.toStdString());
    QVERIFY(!project.ok());
    const Error& error = project.error();
    QVERIFY2(qt(error.message).contains(words), error.message.c_str());
    QCOMPARE(qt(error.code), code);
    if (!node.isEmpty()) QCOMPARE(qt(error.place.node), node);
    QCOMPARE(qt(error.place.file), path);
    QVERIFY(qt(error.message).startsWith("'" + path + "': "));
    QVERIFY(!error.kept.empty());
}

void TestProject::refusesManyNodesAtTheLimit() {
    std::string nodes;
    for (int i = 0; i < 1'000'000; ++i)
        nodes += fmt::format("{{\"id\":\"n{}\",\"op\":\"relu\"}},", i);
    const Result<Project> project =
        projectFromText(changed("{\"id\": \"input\"", nodes + "{\"id\": \"input\""));
    QVERIFY(!project.ok());
    QCOMPARE(qt(project.error().code), QString("P10"));
    QVERIFY2(qt(project.error().message).contains("graph.nodes has more than 100000 entries"),
             project.error().message.c_str());
}

void TestProject::aFolderMeansItsProject() {
    QTemporaryDir folder;
    const auto write = [&](const char* name) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(digits().data(), static_cast<qint64>(digits().size()));
    };
    const std::string path = folder.path().toStdString();
    const Result<Project> none = loadProject(path);
    QVERIFY(!none.ok());
    QVERIFY2(qt(none.error().text()).contains("holds no *.vitrine file"),
             none.error().message.c_str());
    write("one.vitrine");
    QVERIFY(loadProject(path).ok());
    write("two.vitrine");
    const Result<Project> several = loadProject(path);
    QVERIFY(!several.ok());
    QVERIFY(qt(several.error().text()).contains("holds 2 projects and none with its name"));
    write((QFileInfo(folder.path()).fileName() + ".vitrine").toStdString().c_str());
    QVERIFY(loadProject(path).ok());
    QVERIFY(loadProject(path + "/").ok());
}

void TestProject::missingAndForeignFilesSaySo() {
    QTemporaryDir folder;
    QCOMPARE(qt(loadProject(folder.filePath("ghost.vitrine").toStdString()).error().code),
             QString("G01"));
    QFile empty(folder.filePath("empty.vitrine"));
    QVERIFY(empty.open(QIODevice::WriteOnly));
    empty.close();
    QCOMPARE(qt(loadProject(empty.fileName().toStdString()).error().code), QString("G04"));
    QFile large(folder.filePath("large.vitrine"));
    QVERIFY(large.open(QIODevice::WriteOnly) && large.resize((64 << 20) + 1));
    QCOMPARE(qt(loadProject(large.fileName().toStdString()).error().code), QString("G06"));
}

void TestProject::refusesToSaveWhatWouldNotOpen() {
    Result<Project> project = projectFromText(digits());
    project->data.format = "telepathy";
    project->data.fields = {{"words", std::string(size_t{65} << 20, 'x')}};
    QTemporaryDir folder;
    const std::string file = folder.filePath("large.vitrine").toStdString();
    const Result<void> saved = saveProject(*project, file);
    QVERIFY(!saved.ok());
    QCOMPARE(qt(saved.error().code), QString("G06"));
    QVERIFY(!std::filesystem::exists(file));
}

void TestProject::settingsAreNeverClamped_data() {
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");  // empty: allowed
    const char* rate = ", wanted a number above 0 and up to 1000: ";
    for (const char* text : {"0", "-0.1", "1e9", "fast", "nan", "inf", "", "0.1 ", "1e400"})
        QTest::newRow(qPrintable(QString("rate %1").arg(text)))
            << "lr" << text << QString("U01 %1").arg(rate);
    for (const char* text : {"0", "-1", "1000000000", "6.4", "64k", ""})
        QTest::newRow(qPrintable(QString("batch %1").arg(text)))
            << "batch" << text << "U02 , wanted a whole number from 1 to 65536: ";
    for (const char* text : {"0", "1000000000", "many"})
        QTest::newRow(qPrintable(QString("epochs %1").arg(text)))
            << "epochs" << text << "U03 , wanted a whole number from 1 to 100000: ";
    for (const char* text : {"", "-1", "9223372036854775808", "0x10"})
        QTest::newRow(qPrintable(QString("seed %1").arg(text)))
            << "seed" << text << "U07 , wanted a whole number from 0 to 9223372036854775807: ";
    for (const char* text : {"0", "10000", "-2"})
        QTest::newRow(qPrintable(QString("threads %1").arg(text)))
            << "threads" << text << "U08 , wanted a whole number from 1 to 1024: ";
    QTest::newRow("good rate") << "lr"
                               << "1e-3"
                               << "";
    QTest::newRow("good batch") << "batch"
                                << "65536"
                                << "";
    QTest::newRow("good seed") << "seed"
                               << "9223372036854775807"
                               << "";
}

void TestProject::settingsAreNeverClamped() {
    QFETCH(QString, setting);
    QFETCH(QString, text);
    QFETCH(QString, expected);
    std::optional<Error> error;
    if (setting == "lr") {
        const Result<double> value = settingFromText(learningRateSetting, text.toStdString());
        if (!value) error = value.error();
    }
    for (const WholeSetting* whole : {&batchSetting, &epochsSetting, &seedSetting, &threadsSetting})
        if (setting == QString::fromStdString(std::string(whole->id))) {
            const Result<int64_t> value = settingFromText(*whole, text.toStdString());
            if (!value)
                error = value.error();
            else
                QCOMPARE(QString::number(*value), text);
        }
    QCOMPARE(error.has_value(), !expected.isEmpty());
    if (!error) return;
    QCOMPARE(qt(error->code), expected.section(' ', 0, 0));
    QVERIFY2(qt(error->message).contains(expected.section(' ', 1)), error->message.c_str());
    QCOMPARE(qt(error->place.field), setting);
}

void TestProject::mutatedFilesNeverCrash_data() { shippedProjectsComeBackByteForByte_data(); }

/// 5,000 in all, half of them of digits_lenet. What still opens goes on to shapes and a Program,
/// and is written and read again as the same bytes.
void TestProject::mutatedFilesNeverCrash() {
    QFETCH(QString, name);
    const std::string text = bytesOf(folderOf(name) + "/" + name.toStdString() + ".vitrine");
    const int count = name == "digits_lenet" ? 2500 : 1250;
    int opened = 0;
    for (int i = 0; i < count; ++i) {
        Rng rng(11, RngStream::Test, static_cast<uint64_t>(i));
        const Result<Project> project = projectFromText(mutated(text, rng));
        if (!project) {
            QVERIFY2(!project.error().code.empty() && !project.error().message.empty(),
                     qPrintable(QString::number(i)));
            continue;
        }
        ++opened;
        const std::string written = projectText(*project);
        const Result<Project> again = projectFromText(written);
        QVERIFY2(again.ok() && projectText(*again) == written, qPrintable(QString::number(i)));
        (void)lower(project->graph, {.batch = 2});
    }
    QVERIFY(opened > 0 && opened < count);
}

QTEST_APPLESS_MAIN(TestProject)
#include "tst_project.moc"
