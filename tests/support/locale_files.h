// SPDX-License-Identifier: Apache-2.0
// Locales for tests, built from the system's sources into a folder of the test's own.
#pragma once

#include <QString>

namespace vitrine::test {

/// Builds `name`.UTF-8 (`de_DE`) in the folder, which LOCPATH is to name. Gives what went wrong,
/// empty where nothing did.
QString buildLocale(const QString& name, const QString& folder);

}  // namespace vitrine::test
