// SPDX-License-Identifier: GPL-3.0-or-later
// Versions are asked of the libraries that are loaded, wherever they tell.
#include "gui/shell/program_parts.h"

#include <gvc.h>
#include <qcustomplot.h>

#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QObject>
#include <QSysInfo>

#include <algorithm>

#include "core/base/version.h"
#include "core/session/machine_text.h"

namespace vitrine::gui {

namespace {

QString graphvizVersion() {
    GVC_t* const context = gvContextPlugins(nullptr, 0);
    const QString version = QString::fromLatin1(gvcVersion(context));
    gvFreeContext(context);
    return version;
}

/// Of the engine's libraries by name.
ProgramPart describedPart(const LibraryVersion& library) {
    struct Words {
        const char* name;
        const char* licence;
        QString use;
    };
    const Words words[] = {
        {"{fmt}", "MIT", QObject::tr("texts and messages")},
        {"HDF5", "BSD-3-Clause", QObject::tr("HDF5 data files")},
        {"Highway", "Apache-2.0", QObject::tr("instruction sets of the processor")},
        {"JSON for Modern C++", "MIT", QObject::tr("projects and logs")},
        {"libjpeg-turbo", "IJG AND BSD-3-Clause", QObject::tr("JPEG pictures")},
        {"libspng", "BSD-2-Clause", QObject::tr("PNG pictures")},
        {"libtiff", "libtiff", QObject::tr("TIFF pictures")},
        {"libwebp", "BSD-3-Clause", QObject::tr("WebP pictures")},
        {"matio", "BSD-2-Clause", QObject::tr("MATLAB data files")},
        {"OpenSSL", "Apache-2.0", QObject::tr("SHA-256 sums")},
        {"protozero", "BSD-2-Clause", QObject::tr("ONNX models")},
        {"zlib", "Zlib", QObject::tr("compressed data files")},
    };
    ProgramPart part{
        QString::fromStdString(library.name), QString::fromStdString(library.version), {}, {}};
    for (const Words& known : words)
        if (part.name == QLatin1String(known.name)) {
            part.licence = QString::fromLatin1(known.licence);
            part.use = known.use;
        }
    return part;
}

}  // namespace

std::vector<ProgramPart> programParts() {
    std::vector<ProgramPart> parts{
        {"Graphviz", graphvizVersion(), "EPL-1.0", QObject::tr("layout of graphs")},
        {"QCustomPlot", QCUSTOMPLOT_VERSION_STR, "GPL-3.0-or-later", QObject::tr("charts")},
        {"Qt", QString::fromLatin1(qVersion()), "LGPL-3.0-only", QObject::tr("the window")},
    };
    for (const LibraryVersion& library : engineLibraries()) parts.push_back(describedPart(library));
    std::sort(parts.begin(), parts.end(), [](const ProgramPart& a, const ProgramPart& b) {
        return a.name.compare(b.name, Qt::CaseInsensitive) < 0;
    });
    return parts;
}

QStringList programSurroundings() {
    QStringList lines{QObject::tr("System: %1").arg(QSysInfo::prettyProductName()),
                      QObject::tr("Window system: %1").arg(QGuiApplication::platformName())};
    for (const MachinePart& part : machineParts())
        lines << QString::fromStdString(part.name + ": " + part.text);
    return lines;
}

QString examplesFolder() {
    const QDir program(QCoreApplication::applicationDirPath());
    for (const char* place : {"../share/vitrine/projects", "../../../projects"}) {
        const QString folder = QDir::cleanPath(program.filePath(QString::fromLatin1(place)));
        if (QFileInfo(folder).isDir()) return folder;
    }
    return {};
}

}  // namespace vitrine::gui
