// SPDX-License-Identifier: Apache-2.0
// safetensors files as the format's own library takes them: headers, their cap, their order. Truth:
// safetensors 0.8.0, asked with one small file each (FACTS D2 to D8).
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/io/safetensors.h"
#include "tests/support/safetensors_bytes.h"

using namespace vitrine;
using test::littleEndian;

class SafetensorsLibraryTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() { m_path = m_folder.filePath("w.safetensors").toStdString(); }

    void takesHeadersAsTheFormatsLibraryDoes_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const std::string& bytes, const char* code) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << code;
        };
        const std::string one = "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}",
                          four(4, 'x');
        const auto plain = [&](const std::string& header) {
            return test::safetensorsBytes(header, four, 1);
        };
        row("blanks behind", plain(one + "}   "), "");
        row("tab and newline behind", plain(one + "}\t\n"), "");
        row("blanks in front", plain(" \n" + one + "}"), "");
        row("NUL behind", plain(one + "}" + std::string(1, '\0')), "W03");
        row("metadata last", plain(one + ",'__metadata__':{'k':'v'}}"), "");
        row("empty ones at both ends",
            plain("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                  "'b':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},"
                  "'c':{'dtype':'F32','shape':[0],'data_offsets':[4,4]}}"),
            "");
        row("an empty one inside of another",
            plain("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                  "'b':{'dtype':'F32','shape':[0],'data_offsets':[2,2]}}"),
            "W04");
        row("another order",
            test::safetensorsBytes("{'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]},"
                                   "'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
                                   four + four, 1),
            "");
        row("floats behind a byte",
            test::safetensorsBytes("{'b':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
                                   "'a':{'dtype':'F32','shape':[1],'data_offsets':[1,5]}}",
                                   "1" + four, 1),
            "");
    }
    void takesHeadersAsTheFormatsLibraryDoes() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, code);
        put(bytes.toStdString());
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok() == code.isEmpty(), loaded ? "" : loaded.error().message.c_str());
        if (!loaded) QCOMPARE(QString::fromStdString(loaded.error().code), code);
    }

    void refusesAHeaderOverTheCap() {
        put(littleEndian(100'000'001) + "{}");
        std::filesystem::resize_file(m_path, 100'000'100);
        const auto loaded = loadSafetensors(m_path);
        QVERIFY(!loaded.ok());
        QCOMPARE(loaded.error().code, std::string("W02"));
    }

    /// FACTS D8: what the format's library takes, to the byte.
    void acceptsAHeaderOfTheCap() {
        std::string header = test::quoted("{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}");
        header.resize(100'000'000, ' ');
        put(littleEndian(header.size()) + header + "xy");
        const auto loaded = loadSafetensors(m_path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->find("a")->bytes.size(), size_t{2});
        QCOMPARE(std::to_integer<char>(loaded->find("a")->bytes[1]), 'y');
    }

    /// FACTS D2: the format's library writes metadata in another order each time.
    void readsMetadataInAnyOrder() {
        std::vector<std::string> pairs{"'a':'1'", "'b':'2'", "'c':'3'", "'d':'4'"};
        do {
            put(test::safetensorsBytes(
                fmt::format("{{'__metadata__':{{{}}}}}", fmt::join(pairs, ",")), ""));
            const auto loaded = loadSafetensors(m_path);
            QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
            QCOMPARE(loaded->metadata, (std::map<std::string, std::string>{
                                           {"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}));
        } while (std::ranges::next_permutation(pairs).found);
    }

  private:
    void put(const std::string& bytes) {
        std::ofstream(m_path, std::ios::binary | std::ios::trunc) << bytes;
    }

    QTemporaryDir m_folder;
    std::string m_path;
};

QTEST_GUILESS_MAIN(SafetensorsLibraryTest)
#include "tst_safetensors_library.moc"
