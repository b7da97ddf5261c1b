// SPDX-License-Identifier: Apache-2.0
// Folders of small PNG pictures, a folder for each class, for tests of the window.
#pragma once

#include <QDir>
#include <QImage>
#include <QString>
#include <QTest>

namespace vitrine::test {

/// Of one colour in the middle of another: each (hue, number) is another picture.
inline void writePicture(const QString& file, QSize size, int hue, int number) {
    QImage picture(size, QImage::Format_RGB888);
    picture.fill(QColor::fromHsv(hue, 160, 60 + number % 40));
    for (int y = size.height() / 4; y < size.height() * 3 / 4; ++y)
        for (int x = size.width() / 4; x < size.width() * 3 / 4; ++x)
            picture.setPixelColor(x, y, QColor::fromHsv((hue + 7 * number) % 360, 200, 220));
    QVERIFY(picture.save(file));
}

/// `<folder>/<name>/<number>.png` for as many pictures as are wanted.
inline void writeClass(const QString& folder, const QString& name, int count, int hue,
                       QSize size = {16, 12}) {
    const QDir place(folder + QLatin1Char('/') + name);
    QVERIFY(QDir().mkpath(place.path()));
    for (int i = 0; i < count; ++i)
        writePicture(place.filePath(QStringLiteral("%1.png").arg(i, 3, 10, QLatin1Char('0'))), size,
                     hue, i);
}

}  // namespace vitrine::test
