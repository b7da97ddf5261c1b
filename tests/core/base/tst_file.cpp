// SPDX-License-Identifier: Apache-2.0
// Reading and saving whole files on real file systems: what stands at a path, full disks, rights,
// names, gzip. Truth: the codes of the header, files made here by other means.
#include <QtTest/QtTest>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/base/sha256.h"

using namespace vitrine;
namespace fs = std::filesystem;

namespace {

std::string contents(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string asText(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A gzip member, by zlib's own file functions.
std::string gzipped(const std::string& path, const std::string& text) {
    const gzFile file = gzopen(path.c_str(), "wb9");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return contents(path);
}

}  // namespace

class FileTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() { QVERIFY(m_dir.isValid()); }

    void readsBackWhatWasSaved() {
        const std::string path = at("round");
        const std::string text("a\0b\n\xFF", 5);
        QVERIFY(saveAtomically(path, text));
        const auto bytes = readFile(path);
        QVERIFY(bytes.ok());
        QCOMPARE(asText(*bytes), text);
        QVERIFY(saveAtomically(path, std::string_view()));
        QCOMPARE(fs::file_size(path), uintmax_t{0});
    }

    void namesWhatItCannotRead_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* what, const char* code, const char* says) {
            QTest::newRow(what) << what << code << says;
        };
        row("missing", "G01", "it was not found");
        row("folder", "G03", "it is a folder");
        row("pipe", "G03", "it is a pipe");
        row("device", "G03", "it is a device");
        row("socket", "G03", "it is a socket");
        row("empty", "G04", "it has 0 bytes");
        row("large", "G06", "are accepted here");
        row("loop", "G12", "its links lead in a circle");
        row("long", "G12", "it is too long");
        row("through a file", "G12", "one of its folders is a file");
    }
    void namesWhatItCannotRead() {
        QFETCH(QString, what);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const auto result = readFile(place(what), {.bytes = 100});
        QVERIFY(!result.ok());
        QCOMPARE(QString::fromStdString(result.error().code), code);
        QVERIFY2(result.error().message.find(says.toStdString()) != std::string::npos,
                 result.error().message.c_str());
        QCOMPARE(result.error().kept, std::string("Nothing was read."));
        QVERIFY(!result.error().next.empty());
        QVERIFY(!result.error().place.file.empty());
    }

    void namesWhereItCannotSave_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::newRow("no folder") << "no folder"
                                   << "G01";
        QTest::newRow("folder") << "folder"
                                << "G03";
        QTest::newRow("device") << "device"
                                << "G03";
        QTest::newRow("pipe") << "pipe"
                              << "G03";
        QTest::newRow("loop") << "loop"
                              << "G12";
        QTest::newRow("long") << "long"
                              << "G12";
    }
    void namesWhereItCannotSave() {
        QFETCH(QString, what);
        QFETCH(QString, code);
        const auto result = saveAtomically(place(what), std::string_view("text"));
        QVERIFY(!result.ok());
        QCOMPARE(QString::fromStdString(result.error().code), code);
        QVERIFY(!result.error().next.empty());
    }

    void savesUnderTheLongestName() {
        const std::string path = at(std::string(255, 'n'));
        QVERIFY(saveAtomically(path, std::string_view("text")));
        QCOMPARE(contents(path), std::string("text"));
    }

    void keepsModeAndFollowsLinks() {
        const std::string real = at("real"), link = at("link");
        put(real, "old");
        fs::permissions(real, fs::perms(0640));
        fs::create_symlink(real, link);
        QVERIFY(saveAtomically(link, std::string_view("new")));
        QVERIFY(fs::is_symlink(link));
        QCOMPARE(contents(real), std::string("new"));
        QCOMPARE(static_cast<int>(fs::status(real).permissions()), 0640);
        const mode_t mask = umask(027);
        QVERIFY(saveAtomically(at("fresh"), std::string_view("new")));
        umask(mask);
        QCOMPARE(static_cast<int>(fs::status(at("fresh")).permissions()), 0640);
    }

    void respectsRightsOfAnOrdinaryUser() {
        const std::string folder = at("locked");
        fs::create_directory(folder);
        put(folder + "/secret", "text");
        fs::permissions(folder + "/secret", fs::perms(0));
        fs::permissions(folder, fs::perms(0555));
        fs::permissions(m_dir.path().toStdString(), fs::perms(0755));
        const pid_t child = fork();
        if (child == 0) {
            // Root ignores permission bits.
            if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(9);
            const auto read = readFile(folder + "/secret");
            const auto save = saveAtomically(folder + "/fresh", std::string_view("text"));
            const bool right = !read.ok() && read.error().code == "G02" && !save.ok() &&
                               save.error().code == "G02";
            _exit(right ? 0 : 1);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        fs::permissions(folder, fs::perms(0755));
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
    }

    void keepsTheOldFileOnAFullDisk_data() {
        QTest::addColumn<qint64>("announced");
        QTest::newRow("size known before") << qint64{3 << 20};
        QTest::newRow("size not known") << qint64{0};
    }
    void keepsTheOldFileOnAFullDisk() {
        QFETCH(qint64, announced);
        const std::string disk = at("disk");
        fs::create_directories(disk);
        if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0)
            QSKIP("mounting needs rights that this process lacks");
        const std::string path = disk + "/weights", old(700'000, 'o'), large(3 << 20, 'n');
        const bool oldSaved = saveAtomically(path, old).ok();
        Error error;
        {
            AtomicFile file(path);
            auto result = file.open(announced);
            if (result) result = file.write(large.data(), static_cast<int64_t>(large.size()));
            const auto committed = result ? file.commit() : result;
            if (!committed) error = committed.error();
        }
        const bool kept = contents(path) == old;
        const auto files = std::distance(fs::directory_iterator(disk), {});
        const bool again = saveAtomically(path, std::string_view("small")).ok();
        QCOMPARE(umount2(disk.c_str(), MNT_DETACH), 0);
        QVERIFY(oldSaved && kept && again);
        QCOMPARE(files, ptrdiff_t{1});
        QCOMPARE(error.code, std::string("C09"));
        QVERIFY2(error.message.find("needs 3.1 MB, 1.4 MB free") != std::string::npos,
                 error.message.c_str());
    }

    void keepsTheOldFileAtASizeLimit() {
        const std::string path = at("limited");
        QVERIFY(saveAtomically(path, std::string_view("old")));
        const pid_t child = fork();
        if (child == 0) {
            signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{100'000, 100'000};
            setrlimit(RLIMIT_FSIZE, &limit);
            const auto result = saveAtomically(path, std::string(1'000'000, 'n'));
            _exit(!result.ok() && result.error().code == "C09" ? 0 : 1);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        QCOMPARE(contents(path), std::string("old"));
    }

    void unpacksGzipByContent() {
        const std::string text(100'000, 'x'), plain = at("plain"), packed = at("packed");
        put(plain, text);
        QCOMPARE(asText(*readMaybeGzip(plain)), text);
        const std::string member = gzipped(packed, text);
        QCOMPARE(asText(*readMaybeGzip(packed)), text);
        put(packed, member + member);
        QCOMPARE(asText(*readMaybeGzip(packed)), text + text);
    }

    void refusesBadGzip_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::newRow("cut") << "cut"
                             << "G09";
        QTest::newRow("damaged") << "damaged"
                                 << "G09";
        QTest::newRow("nothing inside") << "nothing inside"
                                        << "G04";
        QTest::newRow("bomb") << "bomb"
                              << "G06";
    }
    void refusesBadGzip() {
        QFETCH(QString, what);
        QFETCH(QString, code);
        const std::string path = at("bad.gz");
        std::string bytes = gzipped(path, what == "nothing inside" ? "" : std::string(50'000, 'x'));
        if (what == "cut") bytes.resize(bytes.size() / 2);
        if (what == "damaged") bytes[bytes.size() - 6] ^= 1;  // the stored checksum
        put(path, bytes);
        const auto result = readMaybeGzip(path, {.bytes = what == "bomb" ? 40'000 : 80'000});
        QVERIFY(!result.ok());
        QCOMPARE(QString::fromStdString(result.error().code), code);
    }

    void escapesWhatCouldHide_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("plain") << QByteArray("größe 7×7") << QByteArray("größe 7×7");
        QTest::newRow("control") << QByteArray("a\nb\x1B[31m") << QByteArray("a\\nb\\x1B[31m");
        QTest::newRow("not UTF-8") << QByteArray("a\xFFz") << QByteArray("a\\xFFz");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray("\\xC0\\xAF");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QByteArray("\\xED\\xA0\\x80");
        QTest::newRow("override") << QByteArray("a\xE2\x80\xAEz") << QByteArray("a\\u{202E}z");
        QTest::newRow("cut code point") << QByteArray("a\xE2\x80") << QByteArray("a\\xE2\\x80");
        QTest::newRow("long") << QByteArray("123456789012345") << QByteArray("123456789012…");
    }
    void escapesWhatCouldHide() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        const size_t limit = QTest::currentDataTag() == QByteArray("long") ? 12 : 200;
        QCOMPARE(printable(text.toStdString(), limit), shown.toStdString());
    }

    void writesSizesForPeople_data() {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("one") << qint64{1} << "1 byte";
        QTest::newRow("bytes") << qint64{999} << "999 bytes";
        QTest::newRow("kilo") << qint64{1500} << "1.5 kB";
        QTest::newRow("mega") << qint64{412'000'000} << "412 MB";
        QTest::newRow("rounding up") << qint64{999'600} << "1.0 MB";
    }
    void writesSizesForPeople() {
        QFETCH(qint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(sizeText(bytes)), text);
    }

    void hashesAsTheStandardSays() {
        // FIPS 180-4's example: the message "abc".
        const std::string_view text = "abc";
        QCOMPARE(sha256Hex(std::as_bytes(std::span(text))),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

  private:
    std::string at(const std::string& name) const {
        return m_dir.path().toStdString() + "/" + name;
    }

    /// Makes what a row names and gives its path.
    std::string place(const QString& what) const {
        const std::string path = at("place");
        fs::remove_all(path);
        if (what == "folder") fs::create_directory(path);
        if (what == "pipe") mkfifo(path.c_str(), 0600);
        if (what == "empty") put(path, "");
        if (what == "large") put(path, std::string(101, 'x'));
        if (what == "loop") fs::create_symlink(path, path);
        if (what == "socket") bindSocket(path);
        if (what == "through a file") put(path, "x");
        if (what == "device") return "/dev/zero";
        if (what == "long") return at(std::string(300, 'x'));
        if (what == "no folder") return at("nowhere/file");
        return what == "through a file" ? path + "/x" : path;
    }

    static void bindSocket(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        QCOMPARE(bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        close(socket);
    }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(FileTest)
#include "tst_file.moc"
