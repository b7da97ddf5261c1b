// SPDX-License-Identifier: GPL-3.0-or-later
// What the program is made of: its own version and licences, and the libraries that it uses.
#pragma once

#include <QString>

#include <vector>

namespace vitrine::gui {

struct ProgramPart {
    QString name, version, licence;
    QString use;  ///< what it does here, in a few words
};

/// Every library that is linked or compiled in, by name, with the version that runs.
std::vector<ProgramPart> programParts();

/// `Processor: 16 cores, AVX3`, and the like for a report of a fault: one line each.
QStringList programSurroundings();

/// The folder of the examples: of an installation, or of the sources beside a build; empty where
/// there is neither.
QString examplesFolder();

}  // namespace vitrine::gui
