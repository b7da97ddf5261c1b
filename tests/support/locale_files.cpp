// SPDX-License-Identifier: Apache-2.0
// Runs localedef.
#include "tests/support/locale_files.h"

#include "tests/support/cli_program.h"

namespace vitrine::test {

QString buildLocale(const QString& name, const QString& folder) {
    const CliResult built = runProgram(
        "localedef", {"-i", name, "-f", "UTF-8", folder + "/" + name + ".UTF-8"}, folder);
    if (built.status == 0) return {};
    return QString("localedef cannot build %1: %2").arg(name, QString(built.err).trimmed());
}

}  // namespace vitrine::test
