// SPDX-License-Identifier: Apache-2.0
// QProcess around vitrine-cli.
#include "tests/support/cli_program.h"

#include <unistd.h>

#include <csignal>

#include "tests/support/patience.h"

namespace vitrine::test {

namespace {

constexpr int hungAfterMs = 300'000 * slowness;

/// The lines of an answer; the last one ends too.
QList<QByteArray> linesOf(const QByteArray& text) {
    QList<QByteArray> lines = text.split('\n');
    if (lines.back().isEmpty()) lines.removeLast();
    return lines;
}

bool hasControlCharacters(const QByteArray& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

int statusOf(const QProcess& process) {
    return process.exitStatus() == QProcess::CrashExit ? 128 + process.exitCode()
                                                       : process.exitCode();
}

}  // namespace

QString cliPath() { return QStringLiteral(VITRINE_BINARY_DIR "/bin/vitrine-cli"); }

CliResult runProgram(const QString& program, const QStringList& arguments, const QString& folder) {
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments);
    CliResult result;
    if (process.waitForFinished(hungAfterMs) && process.exitStatus() == QProcess::NormalExit)
        result.status = process.exitCode();
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

CliResult runCli(const QStringList& arguments, const QString& folder) {
    return runProgram(cliPath(), arguments, folder);
}

CliResult runCliWithoutRights(const QStringList& arguments, const QString& folder) {
    if (geteuid() != 0) return runCli(arguments, folder);
    const QStringList nobody{"--reuid=65534", "--regid=65534", "--clear-groups", cliPath()};
    return runProgram("setpriv", nobody + arguments, folder);
}

QString faultOfAnswer(const CliResult& result, int status, const QString& code,
                      const QString& says) {
    const QString answer =
        QString("status %1\n%2%3").arg(result.status).arg(QString(result.out), QString(result.err));
    if (result.status != status) return QString("wanted status %1, got %2").arg(status).arg(answer);
    const QList<QByteArray> lines = linesOf(result.err);
    if (!result.err.startsWith((code + ": ").toUtf8()))
        return QString("wanted %1, got %2").arg(code, answer);
    if (!lines.front().contains(says.toUtf8()))
        return QString("wanted '%1', got %2").arg(says, answer);
    if (lines.size() != 3 || lines[1].isEmpty() || lines[2].isEmpty())
        return "wanted three lines, got " + answer;
    if (hasControlCharacters(result.err)) return "control characters in " + answer;
    return result.out.isEmpty() ? QString() : "standard output is not empty: " + answer;
}

std::vector<nlohmann::json> jsonLines(const QByteArray& text) {
    std::vector<nlohmann::json> objects;
    for (const QByteArray& line : linesOf(text)) {
        objects.push_back(nlohmann::json::parse(line.toStdString(), nullptr, false));
        if (!objects.back().is_object()) return {};
    }
    return objects;
}

int trainUntil(const QStringList& arguments, const QString& folder, int steps, int signal,
               QByteArray* err, QStringList program) {
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setStandardInputFile(QProcess::nullDevice());
    const QString first = program.takeFirst();
    process.start(first, program + QStringList{"train", "--json"} + arguments);
    QByteArray out;
    while (steps > 0 && process.waitForReadyRead(hungAfterMs)) {
        out += process.readAllStandardOutput();
        if (out.count("\"event\":\"step\"") < steps) continue;
        ::kill(static_cast<pid_t>(process.processId()), signal);
        break;
    }
    if (process.state() != QProcess::NotRunning && !process.waitForFinished(hungAfterMs)) return -1;
    if (err) *err = process.readAllStandardError();
    return statusOf(process);
}

}  // namespace vitrine::test
