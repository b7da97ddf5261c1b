// SPDX-License-Identifier: Apache-2.0
// What files are by their first bytes. Truth: the formats' specifications; for GGUF and Flax files
// that gguf 0.19.0 and flax 0.12.8 wrote (FACTS K6, K7).
#include <QtTest/QtTest>

#include "core/base/content_kind.h"

using namespace vitrine;
using namespace std::string_view_literals;

class ContentKindTest : public QObject {
    Q_OBJECT

  private slots:
    void namesWhatBeginsSo_data() {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* name, std::string_view bytes, const char* kind) {
            QTest::newRow(name) << std::string(bytes) << QString(kind);
        };
        row("GGUF", "GGUF\x03\0\0\0\x01\0\0\0"sv, "GGUF weights, as llama.cpp reads them");
        row("Flax", "\x81\xA6params\x81\xA4head"sv, "msgpack, as Flax writes weights");
        row("Flax, with statistics", "\x82\xA6params\x81\xA4head"sv,
            "msgpack, as Flax writes weights");
        row("another map", "\x81\xA6values\x81\xA4head"sv, "");
        row("a pickle", "\x80\x02}q"sv, "a Python pickle, as PyTorch writes, which may run code");
        row("HDF5", "\x89HDF\r\n\x1A\n"sv, "an HDF5 file, as Keras writes");
        row("safetensors", "\x10\0\0\0\0\0\0\0{\"a\":"sv, "safetensors weights");
        row("numbers", "\x01\x02\x03\x04"sv, "");
        row("nothing", ""sv, "");
    }
    void namesWhatBeginsSo() {
        QFETCH(std::string, bytes);
        QFETCH(QString, kind);
        const std::string_view found = contentKind(std::as_bytes(std::span(bytes)));
        QCOMPARE(QString::fromUtf8(found.data(), static_cast<qsizetype>(found.size())), kind);
    }
};

QTEST_GUILESS_MAIN(ContentKindTest)
#include "tst_content_kind.moc"
