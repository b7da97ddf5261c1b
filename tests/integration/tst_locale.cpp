// SPDX-License-Identifier: Apache-2.0
// Files and what programs read know no locale: every writer and reader of core gives the same bytes
// under locales with a decimal comma, grouped digits and a decimal point of two bytes as under "C".
// First the functions, in this process; then whole commands, in a vitrine-cli whose C and C++
// library have the locale; then a run that changes its locale in between.
#include <QRegularExpression>
#include <QTemporaryDir>
#include <csignal>
#include <filesystem>
#include <functional>
#include <locale>
#include <sstream>

#include "core/base/file.h"
#include "core/graph/graph_text.h"
#include "core/io/json_fields.h"
#include "core/io/json_line.h"
#include "core/io/project.h"
#include "core/io/safetensors.h"
#include "core/io/settings.h"
#include "core/session/fragment.h"
#include "core/session/run_log.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/locale_files.h"
#include "tests/support/locale_leaks.h"

using namespace vitrine;
using namespace vitrine::test;
namespace fs = std::filesystem;

/// Writes and reads something and gives all of it as text.
using Walk = std::function<std::string()>;
Q_DECLARE_METATYPE(Walk)

namespace {

/// A locale of the C and C++ library while it lives.
class InLocale {
  public:
    explicit InLocale(const QString& name)
        : m_before(std::locale::global(std::locale((name + ".UTF-8").toStdString()))) {}
    ~InLocale() { std::locale::global(m_before); }
    InLocale(const InLocale&) = delete;
    InLocale& operator=(const InLocale&) = delete;

  private:
    std::locale m_before;
};

std::string ofPrintf(double number) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f", number);
    return text.data();
}

std::string ofStream(int number) {
    std::ostringstream text;
    text << number;
    return text.str();
}

constexpr double oddNumbers[] = {0.5, 1234567.25, 1e-7, 60000, 0.1, 5e-324, 1.7976931348623157e308};

std::string errorOr(const Result<double>& number) {
    return number ? fieldText(*number) : number.error().text();
}

/// Read once, before any locale is set.
const Project& smallProject() {
    static const Project project = projectFromText(strokesProject()).value();
    return project;
}

std::string projectWalk() {
    Project project = smallProject();
    project.training.learningRate = 0.0125;
    project.training.clipNorm = 60000.5;
    project.data.normalisation.mean = 0.1307;
    const std::string text = projectText(project);
    const auto read = projectFromText(text);
    return text + (read ? projectText(*read) : read.error().text());
}

std::string fragmentWalk() {
    const std::string text = fragmentText(smallProject().graph);
    const auto read = fragmentFromText(text);
    return text + (read ? fragmentText(*read) : read.error().text());
}

std::string graphTextWalk() {
    static const Graph graph =
        graphFromText("x[1,28,28] -> flatten -> dropout(rate=0.25) -> linear(out_features=60000)")
            .value();
    const std::string text = graphToText(graph);
    const auto read = graphFromText(text);
    return text + (read ? graphToText(*read) : read.error().text());
}

std::string jsonWalk() {
    const char* text = "[0.5, 1234567.25, 1e-7, -2.5E+3, 60000, 1.0, 0.1, 5e-324]";
    std::string all = jsonLine(jsonFromText(text));
    for (const char* one : {text, "[1.5e999]", "[-INFINITY]", "[1,5,]"}) {
        const auto read = readJson(one, {});
        all += read ? jsonLine(*read) : read.error().text();
    }
    return all;
}

std::string fieldWalk() {
    FieldSpec spec;
    spec.id = "p";
    spec.type = FieldType::Real;
    spec.maximum = 1000.5;
    std::string all;
    for (const double number : oddNumbers) all += fieldText(number) + " ";
    for (const char* text : {"0.5", "0,5", "1e-3", "2000"}) {
        const auto value = fieldFromText(spec, text);
        all += value ? fieldText(*value) : value.error().text();
    }
    return all;
}

std::string settingWalk() {
    std::string all;
    for (const char* text : {"0.05", "0,05", "1e-7", "12345.5"})
        all += errorOr(settingFromText(learningRateSetting, text)) + "\n";
    const auto whole = settingFromText(batchSetting, "60000");
    return all + (whole ? fieldText(*whole) : whole.error().text()) +
           settingFromText(batchSetting, "70000").error().text();
}

std::string logWalk() {
    std::string all;
    for (const double number : oddNumbers) {
        StepRecord record;
        record.step = 1234567;
        record.loss = number;
        record.learningRate = number / 3;
        all += stepLine(record) + jsonLine(jsonFromText(stepLine(record))) + "\n";
    }
    return all;
}

std::string safetensorsWalk() {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("w.safetensors").toStdString();
    const std::vector<float> numbers(12345, 0.5f);
    const std::vector<TensorView> tensors{
        {"w", DType::F32, {12345}, std::as_bytes(std::span(numbers))}};
    if (!saveSafetensors(path, tensors, {{"step", std::to_string(1234567)}})) return "not saved";
    const auto loaded = loadSafetensors(path);
    return readBytes(path) + (loaded ? loaded->tensors[0].shape.text() : loaded.error().text());
}

std::string sizeWalk() {
    std::string all;
    for (const int64_t bytes : {999, 1500, 60'000, 1'234'567}) all += sizeText(bytes) + " ";
    return all;
}

/// Without what a clock or the machine has a say in. Lines are in order: steps and epochs are
/// reported by two ways, and either may come first.
/// Also without what is another in every run.
QByteArray withoutTimes(const QByteArray& text) {
    static const QRegularExpression times(
        "\"(images_per_s|seconds|[a-z_]*time|started|id|vitrine.run|vitrine.header_sha256)\": "
        "?(\"[^\"]*\"|[-+.eE0-9]+)"
        "|[0-9]+ images/s|after [0-9]+ s");
    QStringList lines = QString::fromUtf8(text).replace(times, "#").split('\n');
    lines.sort();
    return lines.join('\n').toUtf8();
}

}  // namespace

class TestLocale : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    QString m_missing;  ///< why there are no locales

    QString folderOf(const QString& locale) const { return m_temporary.filePath("run-" + locale); }
    /// The program in a locale, for runProgram.
    QStringList program(const QString& locale) const {
        return {"env", "LOCPATH=" + m_temporary.path(),
                "LC_ALL=" + (locale == "C" ? locale : locale + ".UTF-8"), cliPath() + "-in-locale"};
    }
    CliResult run(const QString& locale, const QStringList& words) {
        QStringList all = program(locale) + words;
        const QString first = all.takeFirst();
        return runProgram(first, all, folderOf(locale));
    }
    /// Each locale that numbers are written in otherwise, with what half and sixty thousand are.
    static void localeRows(const std::function<void(const char*, const QString&)>& row) {
        row("comma", "de_DE");
        row("point of two bytes", "ps_AF");
    }

  private slots:
    void initTestCase();
    void functionsKnowNoLocale_data();
    void functionsKnowNoLocale();
    void commandsKnowNoLocale_data();
    void commandsKnowNoLocale();
    void aRunGoesOnInAnotherLocale_data();
    void aRunGoesOnInAnotherLocale();
};

void TestLocale::initTestCase() {
    qputenv("LOCPATH", m_temporary.path().toUtf8());
    localeRows([&](const char*, const QString& name) {
        if (m_missing.isEmpty()) m_missing = buildLocale(name, m_temporary.path());
        QVERIFY(QDir().mkpath(folderOf(name)));
        writeBytes((folderOf(name) + "/small.vitrine").toStdString(), strokesProject());
    });
    if (!m_missing.isEmpty()) QSKIP(qPrintable(m_missing));
    QVERIFY(QDir().mkpath(folderOf("C")));
    writeBytes((folderOf("C") + "/small.vitrine").toStdString(), strokesProject());
    {
        const InLocale locale("de_DE");
        QCOMPARE(ofPrintf(0.5), std::string("0,5"));
        QCOMPARE(ofStream(60000), std::string("60.000"));
    }
    const InLocale locale("ps_AF");
    QCOMPARE(ofPrintf(0.5), std::string("0\xD9\xAB"
                                        "5"));
}

void TestLocale::functionsKnowNoLocale_data() {
    QTest::addColumn<QString>("locale");
    QTest::addColumn<Walk>("walk");
    localeRows([](const char* what, const QString& locale) {
        const auto row = [&](const char* name, Walk walk) {
            QTest::newRow(qPrintable(QString("%1, %2").arg(name, what))) << locale << walk;
        };
        row("project", projectWalk);
        row("fragment", fragmentWalk);
        row("graph's text", graphTextWalk);
        row("JSON", jsonWalk);
        row("field", fieldWalk);
        row("setting", settingWalk);
        row("log", logWalk);
        row("safetensors", safetensorsWalk);
        row("size", sizeWalk);
    });
}

void TestLocale::functionsKnowNoLocale() {
    QFETCH(QString, locale);
    QFETCH(Walk, walk);
    const std::string plain = walk();
    const InLocale inLocale(locale);
    QCOMPARE(QByteArray::fromStdString(walk()), QByteArray::fromStdString(plain));
}

void TestLocale::commandsKnowNoLocale_data() {
    QTest::addColumn<QString>("locale");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("files");
    localeRows([](const char* what, const QString& locale) {
        const auto row = [&](const char* name, const QStringList& words,
                             const QStringList& files = {}) {
            QTest::newRow(qPrintable(QString("%1, %2").arg(name, what)))
                << locale << words << files;
        };
        const QStringList files{"run.json", "project.vitrine", "log.jsonl", "weights.safetensors",
                                "checkpoints/step-20.safetensors"};
        const QStringList train{"train", "small.vitrine", "--epochs", "2", "--threads", "1"},
            eval{"eval", "small.vitrine", "--threads", "1", "--weights", "run/weights.safetensors"};
        row("train", train + QStringList{"--out", "run"}, files);
        row("train, JSON", train + QStringList{"--out", "json", "--json"});
        row("train, typed", train + QStringList{"--out", "typed", "--lr", "0.0125",
                                                "--checkpoint-every", "1234.5"});
        row("train, wrong", train + QStringList{"--out", "never", "--lr", "0,0125"});
        row("eval", eval);
        row("eval, JSON", eval + QStringList{"--json"});
        row("check", {"check", "small.vitrine"});
        row("tape", {"tape", "small.vitrine"});
        row("tape, JSON", {"tape", "small.vitrine", "--json"});
        row("tape, budget", {"tape", "small.vitrine", "--budget", "60000"});
        row("ops", {"ops"});
        row("ops, JSON", {"ops", "--json"});
    });
}

void TestLocale::commandsKnowNoLocale() {
    QFETCH(QString, locale);
    QFETCH(QStringList, words);
    QFETCH(QStringList, files);
    if (words.contains("--out")) {
        const QString out = words[words.indexOf("--out") + 1];
        for (const QString& one : {QString("C"), locale})
            fs::remove_all((folderOf(one) + "/" + out).toStdString());
    }
    const CliResult plain = run("C", words), localised = run(locale, words);
    const QByteArray half = locale == "de_DE" ? "half is 0,5\n"
                                              : "half is 0\xD9\xAB"
                                                "5\n";
    QVERIFY2(localised.err.startsWith(half), localised.err);
    QCOMPARE(localised.status, plain.status);
    QCOMPARE(withoutTimes(localised.out), withoutTimes(plain.out));
    QCOMPARE(withoutTimes(localised.err.mid(half.size())),
             withoutTimes(plain.err.mid(sizeof("half is 0.5\n") - 1)));
    for (const QString& file : files) {
        const auto bytes = [&](const QString& one) {
            return withoutTimes(QByteArray::fromStdString(
                readBytes((folderOf(one) + "/run/" + file).toStdString())));
        };
        QVERIFY2(bytes(locale) == bytes("C"), qPrintable(file));
    }
}

void TestLocale::aRunGoesOnInAnotherLocale_data() {
    QTest::addColumn<QStringList>("lives");
    QTest::newRow("C, comma") << QStringList{"C", "de_DE"};
    QTest::newRow("comma, C") << QStringList{"de_DE", "C"};
    QTest::newRow("comma, point of two bytes, C") << QStringList{"de_DE", "ps_AF", "C"};
}

void TestLocale::aRunGoesOnInAnotherLocale() {
    QFETCH(QStringList, lives);
    const QString folder = folderOf("C");
    const auto weightsOf = [&](const QString& name) {
        return readBytes((folder + "/" + name + "/weights.safetensors").toStdString());
    };
    const QString out = QString("lives-") + QTest::currentDataTag();
    // Epochs of 200 steps: a run that is stopped after 25 or 50 is in the middle of one, and what
    // it has summed up so far is no whole number.
    const QStringList settings{"long.vitrine", "--epochs", "8", "--lr", "0.0123"};
    if (!fs::exists((folder + "/long.vitrine").toStdString())) {
        writeBytes((folder + "/long.vitrine").toStdString(),
                   replaced(strokesProject(), "\"train\": 160", "\"train\": 3200"));
        QCOMPARE(trainUntil(settings + QStringList{"--out", "whole"}, folder, 0, 0), 0);
    }
    QStringList how{"--out", out};
    for (const QString& locale : lives) {
        const bool isLast = locale == lives.back();
        QByteArray err;
        const int status = trainUntil(settings + how, folder, isLast ? 0 : 25, isLast ? 0 : SIGINT,
                                      &err, program(locale));
        QVERIFY2(status == (isLast ? 0 : 130), err);
        how = QStringList{"--resume", out};
    }
    QVERIFY(weightsOf(out) == weightsOf("whole"));
}

QTEST_GUILESS_MAIN(TestLocale)
#include "tst_locale.moc"
