// SPDX-License-Identifier: Apache-2.0
// Reads the tree that the build was configured from.
#include "tests/support/source_tree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <algorithm>

namespace vitrine::test {
namespace {

const QString top = QStringLiteral(VITRINE_SOURCE_DIR);

QByteArray contentsOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The patterns of .gitignore that concern the top level: `/build/` is `build`.
QStringList ignoredNames() {
    QStringList names;
    for (QString line : QString::fromUtf8(contentsOf(top + "/.gitignore")).split('\n')) {
        if (line.startsWith('/')) line.remove(0, 1);
        if (line.endsWith('/')) line.chop(1);
        if (!line.isEmpty()) names << line;
    }
    return names;
}

}  // namespace

std::vector<SourceFile> sourceFiles() {
    std::vector<SourceFile> files;
    for (const char* folder : {"core", "kernels", "gui", "tests"}) {
        QDirIterator walk(top + '/' + folder, {"*.h", "*.cpp", "*.cu", "*.cuh"}, QDir::Files,
                          QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            const QString path = walk.next();
            files.push_back(
                {QDir(top).relativeFilePath(path).toStdString(), contentsOf(path).toStdString()});
        }
    }
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

std::vector<std::string> topLevelNames() {
    const QStringList ignored = ignoredNames();
    std::vector<std::string> names;
    const auto filter = QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot;
    for (const QString& name : QDir(top).entryList(filter))
        if (!QDir::match(ignored, name)) names.push_back(name.toStdString());
    return names;
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

}  // namespace vitrine::test
