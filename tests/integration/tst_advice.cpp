// SPDX-License-Identifier: Apache-2.0
// What a message advises can be done: each row provokes an answer, takes command, option, value or
// file out of its words, does that, and gets what it wanted in the first place. Advice that is
// only prose has no row here.
#include <QRegularExpression>
#include <QTemporaryDir>
#include <filesystem>
#include <functional>

#include <zlib.h>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/safetensors_bytes.h"

using namespace vitrine::test;
namespace fs = std::filesystem;

namespace {

/// What a row's follower has: the folder, and the words that it took out of the message.
struct Advice {
    QString folder;
    QStringList words;  ///< of the command that failed
    QStringList taken;  ///< what the row's pattern found

    std::string path(const QString& name) const { return (folder + "/" + name).toStdString(); }
    CliResult shell(const QString& command) const {
        return runProgram("sh", {"-c", command}, folder);
    }
    /// The failed command with one word in place of another.
    CliResult again(const QString& from, const QString& to) const {
        QStringList changed = words;
        changed.replace(changed.indexOf(from), to);
        return runCli(changed, folder);
    }
};

}  // namespace

using Prepare = std::function<void(const QString& folder)>;
using Follow = std::function<CliResult(const Advice&)>;
Q_DECLARE_METATYPE(Prepare)
Q_DECLARE_METATYPE(Follow)

class TestAdvice : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    std::string m_weights;  ///< of a run of small.vitrine

    static void change(const QString& folder, const std::function<std::string(std::string)>& edit) {
        const std::string path = (folder + "/w.safetensors").toStdString();
        writeBytes(path, edit(readBytes(path)));
    }

  private slots:
    void initTestCase();
    void canBeFollowed_data();
    void canBeFollowed();
    void namesOnlyOptionsOfTheCommand_data();
    void namesOnlyOptionsOfTheCommand();
};

void TestAdvice::initTestCase() {
    writeBytes(m_temporary.filePath("small.vitrine").toStdString(), strokesProject());
    const CliResult run =
        runCli({"train", "small.vitrine", "--epochs", "1", "--out", "run"}, m_temporary.path());
    QVERIFY2(run.status == 0, run.err);
    m_weights = readBytes(m_temporary.filePath("run/weights.safetensors").toStdString());
}

namespace {

/// Our own hashes would see every edit first.
std::string withoutOurMetadata(std::string file) {
    const size_t from = file.find("\"__metadata__\""), to = file.find("},", from) + 2;
    const std::string header = file.substr(8, file.find("}}", to) + 2 - 8);
    std::string data = file.substr(8 + static_cast<size_t>(static_cast<unsigned char>(file[0])) +
                                   256u * static_cast<unsigned char>(file[1]));
    std::string rest = header;
    rest.erase(from - 8, to - from);
    return safetensorsBytes(rest, data);
}

std::string gzipped(const std::string& text) {
    std::string out(text.size() + 1000, '\0');
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// The weights of small.vitrine as F64, one of them too large for F32.
std::string wideWeights(const std::string& file) {
    std::string wide = withoutOurMetadata(file);
    const uint64_t length =
        static_cast<unsigned char>(wide[0]) + 256u * static_cast<unsigned char>(wide[1]);
    QString header = QString::fromStdString(wide.substr(8, length)).replace("F32", "F64");
    static const QRegularExpression offsets(R"(\[(\d+),(\d+)\]\})");
    for (qsizetype at = 0;;) {
        const auto match = offsets.match(header, at);
        if (!match.hasMatch()) break;
        const QString doubled = QString("[%1,%2]}")
                                    .arg(2 * match.captured(1).toLongLong())
                                    .arg(2 * match.captured(2).toLongLong());
        header.replace(match.capturedStart(), match.capturedLength(), doubled);
        at = match.capturedStart() + doubled.size();
    }
    std::string data;
    for (size_t at = 8 + length; at + 4 <= wide.size(); at += 4) {
        float number = 0;
        std::memcpy(&number, wide.data() + at, 4);
        const double copy = data.empty() ? 1e39 : static_cast<double>(number);
        data.append(reinterpret_cast<const char*>(&copy), 8);
    }
    return safetensorsBytes(header.toStdString(), data);
}

}  // namespace

void TestAdvice::canBeFollowed_data() {
    QTest::addColumn<Prepare>("prepare");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<Follow>("follow");
    const auto row = [](const char* name, const QStringList& words, const char* code,
                        const char* pattern, Prepare prepare, Follow follow) {
        QTest::newRow(name) << std::move(prepare) << words << code << pattern << std::move(follow);
    };
    const Prepare nothing = [](const QString&) {};
    const QStringList eval{"eval", "small.vitrine", "--weights", "w.safetensors"};

    row(
        "cut what was appended", eval, "W05", R"((head -c \d+) FILE > (NEW\.safetensors))",
        [](const QString& folder) {
            change(folder, [](std::string file) { return file + "appended"; });
        },
        [](const Advice& advice) {
            advice.shell(advice.taken[0] + " w.safetensors > " + advice.taken[1]);
            return advice.again("w.safetensors", advice.taken[1]);
        });
    row(
        "unpack weights", eval, "G10", R"((gunzip))",
        [](const QString& folder) { change(folder, gzipped); },
        [](const Advice& advice) {
            fs::rename(advice.path("w.safetensors"), advice.path("w.safetensors.gz"));
            advice.shell(advice.taken[0] + " w.safetensors.gz");
            return runCli(advice.words, advice.folder);
        });
    row(
        "the file in the run's folder", {"eval", "small.vitrine", "--weights", "run"}, "G03",
        R"(Name the file in it: (\S+))",
        [](const QString& folder) {
            fs::create_directories((folder + "/run").toStdString());
            fs::copy((folder + "/w.safetensors").toStdString(),
                     (folder + "/run/weights.safetensors").toStdString());
        },
        [](const Advice& advice) { return advice.again("run", advice.taken[0]); });
    row(
        "leave our metadata out", eval, "C01", R"(leave out the metadata that begin with '(\S+)')",
        [](const QString& folder) {
            change(folder, [](std::string file) {
                file[file.size() - 3] = static_cast<char>(file[file.size() - 3] ^ 1);
                return file;
            });
        },
        [](const Advice& advice) {
            if (advice.taken[0] == "vitrine.") change(advice.folder, withoutOurMetadata);
            return runCli(advice.words, advice.folder);
        });
    row(
        "numbers too large", eval, "C05", R"((--precision) (fp64))",
        [](const QString& folder) { change(folder, wideWeights); },
        [](const Advice& advice) { return runCli(advice.words + advice.taken, advice.folder); });
    row("a smaller batch for a budget", {"tape", "small.vitrine", "--budget", "180000"}, "U09",
        R"(a smaller batch)", nothing, [](const Advice& advice) {
            return runCli(advice.words + QStringList{"--batch", "1"}, advice.folder);
        });
    row("a batch that fits",
        {"train", "small.vitrine", "--epochs", "1", "--out", "fits", "--batch", "161"}, "U02",
        R"(wanted at most (\d+))", nothing,
        [](const Advice& advice) { return advice.again("161", advice.taken[0]); });
    row("help", {"evaluate"}, "L01", R"(vitrine-cli (--help) lists)", nothing,
        [](const Advice& advice) { return runCli(advice.taken, advice.folder); });
    row("what a device knows", {"check", "small.vitrine", "--device", "gpu"}, "L06",
        R"(there are (\w+),)", nothing,
        [](const Advice& advice) { return advice.again("gpu", advice.taken[0]); });
    row("did you mean, a command", {"chek", "small.vitrine"}, "L01", R"(did you mean '(\S+)')",
        nothing, [](const Advice& advice) { return advice.again("chek", advice.taken[0]); });
    row("did you mean, an option", {"tape", "small.vitrine", "--thread", "1"}, "L01",
        R"(did you mean '(\S+)')", nothing,
        [](const Advice& advice) { return advice.again("--thread", advice.taken[0]); });
    row(
        "unpack a project", {"check", "packed.vitrine"}, "G10", R"((Unpack) it first)",
        [](const QString& folder) {
            writeBytes((folder + "/packed.vitrine").toStdString(), gzipped(strokesProject()));
        },
        [](const Advice& advice) {
            advice.shell("mv packed.vitrine packed.vitrine.gz && gunzip packed.vitrine.gz");
            return runCli(advice.words, advice.folder);
        });
}

void TestAdvice::canBeFollowed() {
    QFETCH(Prepare, prepare);
    QFETCH(QStringList, words);
    QFETCH(QString, code);
    QFETCH(QString, pattern);
    QFETCH(Follow, follow);
    const QString folder = m_temporary.filePath(QTest::currentDataTag());
    fs::create_directories(folder.toStdString());
    writeBytes((folder + "/small.vitrine").toStdString(), strokesProject());
    writeBytes((folder + "/w.safetensors").toStdString(), m_weights);
    prepare(folder);

    const CliResult failed = runCli(words, folder);
    QVERIFY2(failed.status != 0 && failed.err.startsWith((code + ": ").toUtf8()), failed.err);
    const auto match = QRegularExpression(pattern).match(failed.err);
    QVERIFY2(match.hasMatch(), failed.err);
    const CliResult followed = follow({folder, words, match.capturedTexts().mid(1)});
    QVERIFY2(followed.status == 0, followed.err);
}

void TestAdvice::namesOnlyOptionsOfTheCommand_data() {
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char* name, const QStringList& words) {
        QTest::newRow(name) << words;
    };
    row("eval, missing weights", {"eval", "small.vitrine", "--weights", "none"});
    row("eval, wrong option", {"eval", "small.vitrine", "--weights", "w", "--epochs", "1"});
    row("eval, wrong value", {"eval", "small.vitrine", "--weights", "w", "--batch", "0"});
    row("eval, data", {"eval", "idx.vitrine", "--weights", "w"});
    row("tape, budget", {"tape", "small.vitrine", "--budget", "1"});
    row("tape, missing project", {"tape", "none.vitrine"});
    row("check, wrong device", {"check", "small.vitrine", "--device", "gpu"});
    row("check, wrong threads", {"check", "small.vitrine", "--threads", "0"});
    row("train, data", {"train", "idx.vitrine", "--out", "never"});
    row("train, wrong rate", {"train", "small.vitrine", "--lr", "0", "--out", "never"});
}

void TestAdvice::namesOnlyOptionsOfTheCommand() {
    QFETCH(QStringList, words);
    const QString folder = m_temporary.path();
    writeBytes((folder + "/idx.vitrine").toStdString(), idxProject());
    const CliResult failed = runCli(words, folder);
    QVERIFY2(failed.status > 0, failed.err);
    const QString advice = QString(failed.err).section('\n', 1);
    const QByteArray help = runCli({words[0], "--help"}, folder).out;
    QVERIFY(help.contains("--help"));
    static const QRegularExpression option(R"(--[a-z-]+)");
    for (auto match = option.globalMatch(advice); match.hasNext();) {
        const QString named = match.next().captured();
        QVERIFY2(help.contains(named.toUtf8()), failed.err);
    }
}

QTEST_GUILESS_MAIN(TestAdvice)
#include "tst_advice.moc"
