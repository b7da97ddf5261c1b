// SPDX-License-Identifier: Apache-2.0
// Runs the built vitrine-cli as a person would, and what its answers have in common.
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vitrine::test {

struct CliResult {
    int status = -1;  ///< -1: it crashed or did not end
    QByteArray out, err;
};

QString cliPath();
/// Runs to the end. Runs that take more than two minutes count as hung.
CliResult runCli(const QStringList& arguments, const QString& folder);
/// As runCli, as a user without rights: root may read and write everything.
CliResult runCliWithoutRights(const QStringList& arguments, const QString& folder);
/// The same for another program, for instance a shell.
CliResult runProgram(const QString& program, const QStringList& arguments, const QString& folder);

/// What is wrong with an error's answer, empty where nothing is. Wanted: the status; on standard
/// error three lines
/// (`CODE: place, found, wanted`; what was kept; what to do) without control characters; nothing on
/// standard output.
QString faultOfAnswer(const CliResult& result, int status, const QString& code,
                      const QString& says);

/// One JSON object a line; stops the test's row by an empty list where a line is none.
std::vector<nlohmann::json> jsonLines(const QByteArray& text);

/// Starts `train --json` and sends the signal when that many steps were reported; `steps` = 0 sends
/// none. Gives the exit status, 128 + signal for a process that a signal ended. `program`: what
/// is run, with words that stand before `train`.
int trainUntil(const QStringList& arguments, const QString& folder, int steps, int signal,
               QByteArray* err = nullptr, QStringList program = {cliPath()});

}  // namespace vitrine::test
