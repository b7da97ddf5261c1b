// SPDX-License-Identifier: Apache-2.0
// What vitrine-cli answers to bad files, projects, data and words: exit status, code, the three
// lines of the answer, and nothing left on disk. Codes and meanings are those of the rows G, P, I,
// U and L of the list of bad inputs.
#include <sys/stat.h>

#include <QTemporaryDir>
#include <filesystem>
#include <functional>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"

using namespace vitrine::test;
namespace fs = std::filesystem;

/// Makes a project in a folder and gives its path.
using MakeProject = std::function<QString(const QString& folder)>;
Q_DECLARE_METATYPE(MakeProject)

class TestCliMessages : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    QString m_folder;
    CliResult m_answer;  ///< the last one

    QString path(const QString& name) const { return m_folder + "/" + name; }
    /// Runs and checks the answer, and that no file came or went.
    QString fault(const QStringList& arguments, int status, const QString& code,
                  const QString& says) {
        const auto before = pathsBelow(m_folder.toStdString());
        m_answer = runCli(arguments, m_folder);
        const QString fault = faultOfAnswer(m_answer, status, code, says);
        if (!fault.isEmpty()) return fault;
        return pathsBelow(m_folder.toStdString()) == before ? QString()
                                                            : "files were left or taken away";
    }

  private slots:
    void init() {
        m_folder = m_temporary.filePath(QTest::currentDataTag() ? QTest::currentDataTag()
                                                                : QTest::currentTestFunction());
        fs::create_directories(m_folder.toStdString());
        writeBytes(path("small.vitrine").toStdString(), strokesProject());
    }

    // The folder of names that are no UTF-8 is more than QTemporaryDir can remove.
    void cleanup() { fs::remove_all(m_folder.toStdString()); }

    void answersFilesThatCannotBeRead_data();
    void answersFilesThatCannotBeRead();
    void saysWhoOwnsAFileThatMayNotBeRead();
    void showsStrangeNamesEscaped();
    void aReaderThatHasEnoughIsNoFullDisk();
    void answersWrongProjects_data();
    void answersWrongProjects();
    void computesNothingWithAnOperatorThatItDoesNotKnow();
    void leavesOutOneThatTheLossDoesNotNeed();
    void answersWrongIdxFiles_data();
    void answersWrongIdxFiles();
    void answersWrongValues_data();
    void answersWrongValues();
    void refusesToWriteOverARun();
};

void TestCliMessages::answersFilesThatCannotBeRead_data() {
    QTest::addColumn<MakeProject>("make");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* code, const char* says, MakeProject make) {
        QTest::newRow(name) << std::move(make) << code << says;
    };
    const auto file = [](const std::string& bytes) {
        return [bytes](const QString& folder) {
            writeBytes((folder + "/made.vitrine").toStdString(), bytes);
            return QString("made.vitrine");
        };
    };
    row("G01", "G01", "it was not found",
        [](const QString&) { return QString("missing.vitrine"); });
    row("G03 pipe", "G03", "it is a pipe", [](const QString& folder) {
        mkfifo((folder + "/pipe.vitrine").toUtf8().constData(), 0600);
        return QString("pipe.vitrine");
    });
    row("G03 device", "G03", "it is a device", [](const QString&) { return QString("/dev/zero"); });
    row("G04", "G04", "it has 0 bytes", file(""));
    row("G05 picture", "G05", "it holds a PNG picture", file("\x89PNG\r\n\x1a\nrest"));
    row("G05 archive", "G05", "it holds a zip archive", file("PK\x03\x04rest"));
    row("G05 weights", "G05", "it holds safetensors weights",
        file(std::string("\2\0\0\0\0\0\0\0{}", 10)));
    row("G05 pickle", "G05", "it holds a Python pickle", file("\x80\x02}q."));
    row("G10", "G10", "it holds gzip data", file("\x1f\x8b\x08rest"));
    row("G12 loop", "G12", "the path cannot be resolved", [](const QString& folder) {
        fs::create_symlink("loop.vitrine", (folder + "/loop.vitrine").toStdString());
        return QString("loop.vitrine");
    });
    row("G12 long", "G12", "the path cannot be resolved",
        [](const QString&) { return QString("a/").repeated(3000); });
    row("P01 folder", "P01", "holds no *.vitrine file", [](const QString& folder) {
        fs::create_directories((folder + "/empty").toStdString());
        return QString("empty");
    });
    row("P01 cut", "P01", "this is not JSON", file(strokesProject().substr(0, 700)));
}

void TestCliMessages::answersFilesThatCannotBeRead() {
    QFETCH(MakeProject, make);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const QString project = make(m_folder);
    for (const char* command : {"train", "check"})
        QCOMPARE(fault({command, project}, 1, code, says), QString());
}

void TestCliMessages::saysWhoOwnsAFileThatMayNotBeRead() {
    fs::permissions(m_temporary.path().toStdString(), fs::perms(0755));
    fs::permissions(path("small.vitrine").toStdString(), fs::perms(geteuid() == 0 ? 0600 : 0000));
    if (geteuid() == 0 && runCliWithoutRights({"--version"}, m_folder).status != 0)
        QSKIP("a user without rights cannot reach the program here");
    const QString says = "permission denied (it belongs to '";
    QCOMPARE(faultOfAnswer(runCliWithoutRights({"tape", path("small.vitrine")}, m_folder), 1, "G02",
                           says),
             QString());
}

void TestCliMessages::aReaderThatHasEnoughIsNoFullDisk() {
    const CliResult read = runProgram(
        "sh", {"-c", R"({ "$0" ops; echo "status $?" >&2; } | head -n 1)", cliPath()}, m_folder);
    QCOMPARE(read.out.count('\n'), 1);
    QCOMPARE(read.err, QByteArray("status 0\n"));
}

// The bytes are no UTF-8, hold an escape character and turn the writing direction.
void TestCliMessages::showsStrangeNamesEscaped() {
    const std::string name = "caf\xe9\x1b[31m\xe2\x80\xae";
    writeBytes(m_folder.toStdString() + "/" + name + ".vitrine", strokesProject());
    const auto run = [&](const QString& command) {
        const QString word = R"(name=$(printf 'caf\351\033[31m\342\200\256'); exec "$0" )";
        return runProgram("sh", {"-c", word + command, cliPath()}, m_folder);
    };
    const CliResult trained = run(R"(train "$name.vitrine" --epochs 1 --out "run-$name" --json)");
    QCOMPARE(trained.status, 0);
    QVERIFY(!jsonLines(trained.out).empty());
    QVERIFY(fs::exists(m_folder.toStdString() + "/run-" + name + "/weights.safetensors"));

    const CliResult people = run(R"(train "$name.vitrine" --epochs 1 --out "again-$name")");
    QCOMPARE(people.status, 0);
    QVERIFY2(!people.out.contains('\x1b') && !people.out.contains("\xe2\x80\xae"), people.out);
    QCOMPARE(faultOfAnswer(run(R"(tape "no-$name.vitrine")"), 1, "G01",
                           R"(caf\xE9\x1B[31m\u{202E}.vitrine)"),
             QString());
}

void TestCliMessages::answersWrongProjects_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* from, const char* to, int status,
                        const char* code, const char* says) {
        QTest::newRow(name) << from << to << status << code << says;
    };
    row("P10 cycle", R"("from": "input.x", "to": "conv1.x")",
        R"("from": "relu1.y", "to": "conv1.x")", 1, "P10", "would close a cycle: ");
    row("P10 dangling", R"("from": "relu2.y")", R"("from": "relu7.y")", 1, "P10",
        "there is no node 'relu7'");
    row("P10 doubled", R"("id": "relu2")", R"("id": "relu1")", 1, "P10",
        "relu 'relu1': this id is there twice");
    row("P10 unknown", R"("op": "relu")", R"("op": "relo")", 1, "P10",
        "relo 'relu1': this program does not know the operator 'relo', did you mean 'relu'?");
    row("P10 port", R"("to": "conv2.x")", R"("to": "conv2.z")", 1, "P10",
        "conv2d 'conv2': there is no input port 'z', only 'x'");
    row("P11 NaN", R"("lr": 0.05)", R"("lr": NaN)", 1, "P11",
        "training.lr is NaN, wanted a finite number");
    row("P11 1e400", R"("lr": 0.05)", R"("lr": 1e400)", 1, "P11",
        "training.lr is 1e400, wanted a finite number");
    row("P11 -1", R"("out_channels": 4)", R"("out_channels": -1)", 1, "P11",
        "conv2d 'conv1': field 'out_channels' is '-1', wanted a whole number from 1 to");
    row("P11 2^31", R"("out_channels": 4)", R"("out_channels": 2147483648)", 1, "P11",
        "conv2d 'conv1': field 'out_channels' is '2147483648', wanted a whole number from 1 to");
    row("P11 field", R"("padding": [2, 2])", R"("paddin": [2, 2])", 1, "P11",
        "field 'paddin' is unknown");
    row("P11 batch", R"("batch": 16)", R"("batch": 0)", 1, "P11",
        "training.batch is 0, wanted a whole number from 1 to");
    row("P03", R"("version": 1)", R"("version": 9)", 1, "P03",
        "version 9, this program knows up to 2");
    row("P05", R"("format": "strokes")", R"("format": "tables")", 1, "P05",
        "no reader of that name");
    row("P08", R"("mean": 0.1307)", R"("folder": "", "mean": 0.1307)", 1, "P08",
        "data folder '' is empty");
    row("U05 data", "[1, 28, 28]", "[1, 32, 32]", 2, "U05",
        "takes images of [1, 32, 32], the data have [1, 28, 28]");
    row("U05 small", R"("kernel": [5, 5]})", R"("kernel": [15, 15]})", 1, "shape",
        "conv2d 'conv2'");
    row("U06 data", R"("classes": 10)", R"("classes": 9)", 2, "U06",
        "has 9 classes, the data have labels up to 9");
    row("U06 layer", R"("classes": 10)", R"("classes": 11)", 2, "U06",
        "gives 10 numbers an image, target 'target' has 11");
}

void TestCliMessages::answersWrongProjects() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(int, status);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const std::string text = replaced(strokesProject(), from.toStdString(), to.toStdString());
    writeBytes(path("wrong.vitrine").toStdString(), text);
    QCOMPARE(fault({"train", "wrong.vitrine", "--out", "run"}, status, code, says), QString());
}

void TestCliMessages::computesNothingWithAnOperatorThatItDoesNotKnow() {
    writeBytes(path("foreign.vitrine").toStdString(),
               replaced(strokesProject(), R"("op": "relu")", R"("op": "warp")"));
    const QString says = "warp 'relu1': this program does not know the operator 'warp'";
    for (const char* command : {"tape", "train"})
        QCOMPARE(fault({command, "foreign.vitrine"}, 1, "P10", says), QString());
    // The table of nodes comes first.
    const CliResult checked = runCli({"check", "foreign.vitrine"}, m_folder);
    QCOMPARE(checked.status, 1);
    QVERIFY(checked.err.startsWith("P10: " + says.toUtf8()));
}

void TestCliMessages::leavesOutOneThatTheLossDoesNotNeed() {
    const std::string text =
        replaced(replaced(strokesProject(), R"({"id": "relu1")",
                          R"({"id": "side", "op": "warp", "fields": {"at": [0.5]}},
      {"id": "relu1")"),
                 R"({"from": "relu1.y", "to": "pool1.x"})",
                 R"({"from": "relu1.y", "to": "side.x"}, {"from": "relu1.y", "to": "pool1.x"})");
    writeBytes(path("foreign.vitrine").toStdString(), text);
    for (const char* command : {"check", "tape"})
        QCOMPARE(runCli({command, "foreign.vitrine"}, m_folder).status, 0);
    for (const char* name : {"small", "foreign"})
        QCOMPARE(
            runCli({"train", name + QString(".vitrine"), "--epochs", "1", "--out", name}, m_folder)
                .status,
            0);
    const auto weights = [&](const char* run) {
        return readBytes(path(run + QString("/weights.safetensors")).toStdString());
    };
    QVERIFY(!weights("small").empty());
    QVERIFY(weights("small") == weights("foreign"));
}

void TestCliMessages::answersWrongIdxFiles_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* file, const std::string& bytes,
                        const char* code, const char* says) {
        QTest::newRow(name) << file << QByteArray::fromStdString(bytes) << code << says;
    };
    const char *images = "train-images-idx3-ubyte", *labels = "train-labels-idx1-ubyte";
    const std::string good = idxBytes(0x08, {64, 28, 28}, std::string(64 * 784, 'p'));
    const std::string four(4, '\x03');
    row("G04", images, "", "G04", "it has 0 bytes");
    row("G09", images, std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", 11), "G09",
        "end too early, after byte");
    row("I01", images, "PI" + good.substr(2), "I01",
        "begins with the bytes 00 00, this begins with 50 49");
    row("I01 short", images, std::string(3, '\0'), "I01", "4 bytes of magic, this has 3");
    row("I02", images,
        replaced(good, std::string("\x00\x00\x08", 3), std::string("\x00\x00\x07", 3)), "I02",
        "element type 0x07 is unknown");
    row("I03 none", images, idxBytes(0x08, {}, four), "I03", "0 dimensions");
    row("I03 many", images, idxBytes(0x08, std::vector<uint32_t>(200, 1), four), "I03",
        "200 dimensions");
    row("I04 short", images, good.substr(0, good.size() - 10), "I04",
        "64×28×28 = 50,176 bytes, file has 50,166");
    row("I04 long", images, good + four, "I04", "64×28×28 = 50,176 bytes, file has 50,180");
    row("I05", images, idxBytes(0x08, {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, four), "I05",
        "more bytes than a file can have");
    row("I06", labels, idxBytes(0x08, {4}, four), "I06", "64 images");
    row("I07", labels, idxBytes(0x08, {64}, std::string(63, '\x01') + '\x0A'), "I07",
        "label 10 of item 63 is out of range");
    row("I09 images", images, idxBytes(0x08, {4}, four), "I09",
        "images have 3 or 4 dimensions, this has 1");
    row("I09 labels", labels, good, "I09", "labels have 1 dimension or 2, this has 3");
}

void TestCliMessages::answersWrongIdxFiles() {
    QFETCH(QString, file);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFETCH(QString, says);
    writeBytes(path("idx.vitrine").toStdString(), idxProject());
    writeIdxFolder(path("data").toStdString());
    writeBytes(path("data/" + file).toStdString(), bytes.toStdString());
    const QStringList train{"train", "idx.vitrine", "--data", "data", "--out", "run"};
    QCOMPARE(fault(train, 1, code, says), QString());
    QVERIFY2(m_answer.err.contains(file.toUtf8()), "the file is not named");
}

void TestCliMessages::answersWrongValues_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* code, const char* says, QStringList words) {
        QTest::newRow(name) << words << code << says;
    };
    const QStringList train{"train", "small.vitrine", "--out", "run"};
    const char *rate = "a number above 0 and up to 1000",
               *epochs = "a whole number from 1 to 100000";
    row("U01 0", "U01", rate, train + QStringList{"--lr", "0"});
    row("U01 negative", "U01", rate, train + QStringList{"--lr=-0.1"});
    row("U01 large", "U01", rate, train + QStringList{"--lr", "1e9"});
    row("U01 text", "U01", "lr is 'fast', wanted", train + QStringList{"--lr", "fast"});
    row("U01 NaN", "U01", rate, train + QStringList{"--lr", "nan"});
    row("U02 0", "U02", "a whole number from 1 to 65536", train + QStringList{"--batch", "0"});
    row("U02 set", "U02", "batch is 161, wanted at most 160",
        train + QStringList{"--batch", "161"});
    row("U02 10^9", "U02", "a whole number from 1 to 65536",
        train + QStringList{"--batch", "1000000000"});
    row("U03 0", "U03", epochs, train + QStringList{"--epochs", "0"});
    row("U03 10^9", "U03", epochs, train + QStringList{"--epochs", "1000000000"});
    row("U07 empty", "U07", "seed is empty, wanted", train + QStringList{"--seed", ""});
    row("U07 huge", "U07", "seed is '9223372036854775808', wanted",
        train + QStringList{"--seed", "9223372036854775808"});
    row("U08 0", "U08", "a whole number from 1 to 1024", train + QStringList{"--threads", "0"});
    row("U08 10^4", "U08", "threads is 10000, wanted", train + QStringList{"--threads", "10000"});
    row("U12", "U12", "checkpoint-every is 'often', wanted",
        train + QStringList{"--checkpoint-every", "often"});
    row("L01 nothing", "L01", "", {});
    row("L01 command", "L01", "'trai' is no command, did you mean 'train'?",
        {"trai", "small.vitrine"});
    row("L01 option", "L01", "'--epoch' was not expected by train, did you mean '--epochs'?",
        train + QStringList{"--epoch", "3"});
    row("L01 value", "L01", "--lr", train + QStringList{"--lr"});
    row("L01 project", "L01", "PROJECT is required", {"train"});
    row("L01 weights", "L01", "--weights is required", {"eval", "small.vitrine"});
    row("L01 out and resume", "L01", "--resume and --out",
        train + QStringList{"--resume", "other"});
    row("L06 device", "L06", "the device 'gpu' is not known; there are cpu, cuda and cuda:N",
        train + QStringList{"--device", "gpu"});
    row("L06 device of a command", "L06", "this command computes on the CPU alone",
        {"check", "small.vitrine", "--device", "cuda"});
    row("L06 precision of a command", "L06",
        "--precision bf16 is of the tensor cores of a GPU, and this command computes on the CPU",
        {"check", "small.vitrine", "--precision", "bf16"});
    row("L06 no device", "L06", "the device '' is not known", train + QStringList{"--device", ""});
    row("L07 recompute and budget", "L07", "'blocks' and a budget each say what is made again",
        train + QStringList{"--recompute", "blocks", "--budget", "100MB"});
    row("L07 budget", "L07", "a budget is 'abc', wanted bytes",
        train + QStringList{"--budget", "abc"});
    row("L07 budget beyond all", "L07", "a budget is '99999999999GB', wanted at most a million TB",
        train + QStringList{"--budget", "99999999999GB"});
    row("L06 bench only", "L06", "--only is of the suite kernels", {"bench", "--only", "3x3"});
    row("L06 bench profile", "L06", "--profile is of the suites train and infer",
        {"bench", "--profile", "--suite", "memory"});
    row("L06 bench scaling", "L06", "--scaling is of several threads",
        {"bench", "--scaling", "--threads", "1"});
    row("L01 bench cap", "L01", "--cap names nothing", {"bench", "--cap", ""});
    row("L06 precision", "L06",
        "--precision 'int8' is not supported by this version; it knows fp32 or fp64 or tf32 or "
        "bf16 or fp16",
        train + QStringList{"--precision", "int8"});
    row("L06 precision of a GPU", "L06",
        "the precision bf16 is of the tensor cores of a GPU; the CPU computes in fp32 or fp64",
        train + QStringList{"--precision", "bf16"});
}

void TestCliMessages::answersWrongValues() {
    QFETCH(QStringList, words);
    QFETCH(QString, code);
    QFETCH(QString, says);
    QCOMPARE(fault(words, 2, code, says), QString());
}

void TestCliMessages::refusesToWriteOverARun() {
    const QStringList train{"train", "small.vitrine", "--epochs", "1", "--out", "run"};
    QCOMPARE(runCli(train, m_folder).status, 0);
    const std::string weights = readBytes(path("run/weights.safetensors").toStdString());
    QCOMPARE(fault(train, 2, "U10", "already holds a run"), QString());
    QCOMPARE(readBytes(path("run/weights.safetensors").toStdString()), weights);
}

QTEST_GUILESS_MAIN(TestCliMessages)
#include "tst_cli_messages.moc"
