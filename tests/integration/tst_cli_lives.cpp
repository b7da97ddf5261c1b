// SPDX-License-Identifier: Apache-2.0
// Runs that have many lives: killed at random moments and gone on with, on other numbers of threads
// and in other locales, by two processes at once, in folders that are moved meanwhile, on a disk
// that is full for a moment. Truth: the run that nobody disturbed. 40 kills; 500 with VITRINE_LONG.
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <csignal>
#include <filesystem>

#include "tests/support/cli_fixtures.h"
#include "tests/support/cli_program.h"
#include "tests/support/locale_files.h"
#include "tests/support/patience.h"

using namespace vitrine::test;
namespace fs = std::filesystem;

namespace {

constexpr int epochs = 100, stepsPerEpoch = 10, mostKillsOfARun = 4;

int killsPerRow() { return qEnvironmentVariableIntValue("VITRINE_LONG") > 0 ? 125 : 10; }

}  // namespace

class TestCliLives : public QObject {
    Q_OBJECT

  public:
    enum class Way { Alone, TwoAtOnce, Moved, FullDisk };
    Q_ENUM(Way)

  private:
    QTemporaryDir m_temporary;
    QString m_folder, m_disk;
    QRandomGenerator m_random{1};
    std::string m_weights;  ///< of the undisturbed run
    int m_wholeMs = 0;
    bool m_hasLocale = false, m_isMounted = false;

    std::string path(const QString& name) const { return (m_folder + "/" + name).toStdString(); }
    /// The next life of a run, in the background.
    std::unique_ptr<QProcess> live(const QString& run) {
        QStringList arguments{"train",
                              "small.vitrine",
                              "--epochs",
                              QString::number(epochs),
                              "--checkpoint-every",
                              "0.02",
                              "--threads",
                              QString::number(m_random.bounded(1, 4))};
        // Before run.json is there, there is nothing to go on with.
        const bool again = fs::exists(path(run + "/run.json"));
        arguments += QStringList{again ? "--resume" : "--out", run};
        auto process = std::make_unique<QProcess>();
        process->setWorkingDirectory(m_folder);
        process->setStandardInputFile(QProcess::nullDevice());
        QString program = cliPath();
        if (m_hasLocale && m_random.bounded(2) == 0) {
            program += "-in-locale";
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("LOCPATH", m_temporary.filePath("locales"));
            environment.insert("LC_ALL", "de_DE.UTF-8");
            process->setProcessEnvironment(environment);
        }
        process->start(program, arguments);
        return process;
    }
    /// Waits for a random time; false where the process has ended before.
    bool wait(QProcess& process) {
        return !process.waitForFinished(m_random.bounded(1, m_wholeMs * 2 / 3 + 2));
    }
    static QByteArray endOf(QProcess& process) {
        if (!process.waitForFinished(60'000 * slowness)) process.kill();
        return process.readAllStandardError();
    }
    /// True where it was alive until the signal came.
    static bool kill(QProcess& process) {
        process.kill();
        process.waitForFinished();
        return process.exitStatus() == QProcess::CrashExit;
    }
    /// One disturbed life; how many processes were killed, or −1 with a reason in `m_fault`.
    int disturb(QString& run, Way way);
    int disturbByTwo(const QString& run);
    void fillDiskForAMoment();
    QString faultOf(const QString& run) const;
    QString m_fault;
    int m_refusals = 0;

  private slots:
    void initTestCase();
    void everyRunEndsTheSame_data();
    void everyRunEndsTheSame();
    void cleanupTestCase() {
        if (m_isMounted) runProgram("umount", {m_disk}, m_folder);
    }
};

void TestCliLives::initTestCase() {
    m_folder = m_temporary.path();
    writeBytes(path("small.vitrine"), strokesProject());
    fs::create_directories(m_temporary.filePath("locales").toStdString());
    const QString fault = buildLocale("de_DE", m_temporary.filePath("locales"));
    m_hasLocale = fault.isEmpty();
    if (!m_hasLocale) qInfo("all lives are in one locale: %s", qPrintable(fault));
    m_disk = m_temporary.filePath("disk");
    fs::create_directories(m_disk.toStdString());
    m_isMounted =
        runProgram("mount", {"-t", "tmpfs", "-o", "size=4m", "tmpfs", m_disk}, m_folder).status ==
        0;
    QElapsedTimer timer;
    timer.start();
    const auto undisturbed = live("undisturbed");
    const QByteArray said = endOf(*undisturbed);
    QVERIFY2(undisturbed->exitCode() == 0, said);
    m_wholeMs = static_cast<int>(timer.elapsed());
    m_weights = readBytes(path("undisturbed/weights.safetensors"));
    QCOMPARE(faultOf("undisturbed"), QString());
}

void TestCliLives::fillDiskForAMoment() {
    const std::string filler = m_disk.toStdString() + "/filler";
    QFile file(QString::fromStdString(filler));
    file.open(QIODevice::WriteOnly | QIODevice::Unbuffered);
    while (file.write(QByteArray(16 * 1024, 'x')) > 0) continue;
    while (file.write("x") > 0) continue;
    file.close();
    QThread::msleep(static_cast<unsigned long>(m_random.bounded(20, 150)));
    fs::remove(filler);
}

int TestCliLives::disturbByTwo(const QString& run) {
    const auto first = live(run), second = live(run);
    wait(*first);
    const std::array<bool, 2> killed{kill(*first), kill(*second)};
    for (QProcess* process : {first.get(), second.get()}) {
        const QByteArray said = process->readAllStandardError();
        const bool isRefused = said.contains("P12: ");
        if (process->exitStatus() == QProcess::NormalExit && process->exitCode() != 0 && !isRefused)
            m_fault = "ended by itself: " + said;
        m_refusals += isRefused;
    }
    return killed[0] + killed[1];
}

int TestCliLives::disturb(QString& run, Way way) {
    if (way == Way::TwoAtOnce && fs::exists(path(run + "/run.json"))) return disturbByTwo(run);
    const auto process = live(run);
    bool isAlive = wait(*process);
    // A folder that is moved while it is being opened is not found.
    if (isAlive && way == Way::Moved && process->readAllStandardOutput().contains("run folder")) {
        const QString moved = run + "m";
        fs::rename(path(run), path(moved));
        run = moved;
        isAlive = wait(*process);
    }
    if (isAlive && way == Way::FullDisk) {
        fillDiskForAMoment();
        isAlive = wait(*process);
    }
    if (isAlive) return kill(*process);
    // A disk that is full before the run has begun ends it.
    const QByteArray said = process->readAllStandardError();
    if (process->exitCode() != 0 && !(way == Way::FullDisk && said.contains("C09: ")))
        m_fault = "ended by itself: " + said;
    return 0;
}

QString TestCliLives::faultOf(const QString& run) const {
    if (readBytes(path(run + "/weights.safetensors")) != m_weights) return "other weights";
    int64_t next = 1;
    for (const auto& line :
         jsonLines(QByteArray::fromStdString(readBytes(path(run + "/log.jsonl")))))
        if (line.value("event", "") == "step" && line["step"] != next++)
            return QString("step %1 stands where %2 belongs")
                .arg(line["step"].get<int64_t>())
                .arg(next - 1);
    if (next != epochs * stepsPerEpoch + 1) return QString("%1 steps").arg(next - 1);
    for (const std::string& left : pathsBelow(path(run)))
        if (left.ends_with(".vitrine-tmp") || left.ends_with("in-use.json"))
            return QString::fromStdString("left behind: " + left);
    return {};
}

void TestCliLives::everyRunEndsTheSame_data() {
    QTest::addColumn<Way>("way");
    QTest::addRow("alone") << Way::Alone;
    QTest::addRow("two resumes at once") << Way::TwoAtOnce;
    QTest::addRow("moved") << Way::Moved;
    QTest::addRow("disk full for a moment") << Way::FullDisk;
}

void TestCliLives::everyRunEndsTheSame() {
    QFETCH(Way, way);
    if (way == Way::FullDisk && !m_isMounted) QSKIP("no right to mount a small file system here");
    const quint32 seed = qEnvironmentVariableIsSet("VITRINE_SEED")
                             ? qEnvironmentVariable("VITRINE_SEED").toUInt()
                             : 1;
    m_random.seed(seed + static_cast<quint32>(way));
    int kills = 0, runs = 0;
    while (kills < killsPerRow()) {
        QString run = QString("%1run-%2-%3")
                          .arg(way == Way::FullDisk ? "disk/" : "")
                          .arg(static_cast<int>(way))
                          .arg(++runs);
        m_fault.clear();
        for (int i = m_random.bounded(1, mostKillsOfARun + 1); i > 0 && m_fault.isEmpty(); --i)
            kills += disturb(run, way);
        if (m_fault.isEmpty()) {
            const auto last = live(run);
            const QByteArray said = endOf(*last);
            if (last->exitCode() != 0)
                m_fault = "did not go on: " + said;
            else
                m_fault = faultOf(run);
        }
        QVERIFY2(m_fault.isEmpty(),
                 qPrintable(QString("%1, run %2, VITRINE_SEED=%3").arg(m_fault, run).arg(seed)));
        fs::remove_all(path(run));
        QVERIFY2(runs < 20 * killsPerRow(), "runs end before they can be killed");
    }
    qInfo("%d kills in %d runs", kills, runs);
    QVERIFY(way != Way::TwoAtOnce || m_refusals > 0);
}

QTEST_GUILESS_MAIN(TestCliLives)
#include "tst_cli_lives.moc"
