// SPDX-License-Identifier: Apache-2.0
// Grey patterns. Truth: the promises of the header.
#include <QtTest/QtTest>

#include <algorithm>
#include <cmath>

#include "core/data/strokes/texture.h"

using namespace vitrine;
using strokes::Pattern;
using strokes::Texture;

class TextureTest : public QObject {
    Q_OBJECT

  private slots:
    void staysWithinItsRange_data() {
        QTest::addColumn<int>("pattern");
        QTest::newRow("clouds") << static_cast<int>(Pattern::Clouds);
        QTest::newRow("stripes") << static_cast<int>(Pattern::Stripes);
        QTest::newRow("dots") << static_cast<int>(Pattern::Dots);
        QTest::newRow("checks") << static_cast<int>(Pattern::Checks);
    }
    void staysWithinItsRange() {
        QFETCH(int, pattern);
        double sum = 0, squares = 0, count = 0;
        float low = 0, high = 0;
        for (uint64_t seed = 0; seed < 100; ++seed) {
            Rng rng(seed, RngStream::Test);
            const Texture texture(static_cast<Pattern>(pattern), rng);
            for (float y = 0; y <= Texture::side; y += 0.5f)
                for (float x = 0; x <= Texture::side; x += 0.5f) {
                    const float value = texture.at(x, y);
                    low = std::min(low, value);
                    high = std::max(high, value);
                    sum += static_cast<double>(value);
                    squares += static_cast<double>(value * value);
                    ++count;
                }
        }
        const double mean = sum / count, deviation = std::sqrt(squares / count - mean * mean);
        const QString found = QString("%1 %2 %3").arg(mean).arg(deviation).arg(double(high));
        QVERIFY2(low >= -1.0001f && high <= 1.1001f && high > 0.8f, qPrintable(found));
        QVERIFY2(std::abs(mean) < 0.1 && deviation > 0.25, qPrintable(found));
    }

    void turnsAndShiftsFromOneToTheNext() {
        Rng rng(1, RngStream::Test);
        for (uint32_t pattern = 0; pattern < strokes::patternCount; ++pattern) {
            const Texture a(static_cast<Pattern>(pattern), rng),
                b(static_cast<Pattern>(pattern), rng);
            float most = 0;
            for (int i = 0; i < Texture::side; ++i) {
                const auto at = static_cast<float>(i);
                most = std::max(most, std::abs(a.at(at, at) - b.at(at, at)));
            }
            QVERIFY(most > 0.3f);
        }
    }
};

QTEST_APPLESS_MAIN(TextureTest)
#include "tst_texture.moc"
