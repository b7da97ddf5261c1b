// SPDX-License-Identifier: Apache-2.0
// Damaged files through the decoder: the program survives each, whatever becomes of the decoder,
// and every answer is a picture of a size that can be, arrays as they were listed, or one Error.
// Which damage makes an outside library fail is not kept: deaths are counted.
#include <QtTest>

#include <array>
#include <fstream>

#include "core/base/rng.h"
#include "core/data/pictures/picture.h"
#include "core/decode/array_file.h"
#include "core/decode/decoder_pool.h"
#include "core/io/safetensors.h"
#include "tests/support/counts.h"

using namespace vitrine;
using namespace vitrine::decode;

namespace {

const std::string files = VITRINE_SOURCE_DIR "/tests/core/data/formats/files/";

/// A slice, or in the long tests 10^6 over all kinds.
int slice(int usual, int all) { return std::getenv("VITRINE_LONG") ? all : usual; }

std::vector<std::string> pictures(bool areTiff) {
    const auto golden =
        loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/decoded_pictures.safetensors");
    if (!golden) qFatal("%s", golden.error().text().c_str());
    std::vector<std::string> seeds;
    for (const auto& [number, text] : golden->metadata) {
        const auto bytes = golden->find(number + ".file")->bytes;
        std::string file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (areTiff ? file.starts_with("II") || file.starts_with("MM") : file.starts_with("RIFF"))
            seeds.push_back(std::move(file));
    }
    return seeds;
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Damage that leaves everything else in its place, so that what is damaged is still reached: bits,
/// bytes, numbers at borders of their types, pieces of other files; now and then a cut.
class Damage {
  public:
    explicit Damage(std::vector<std::string> seeds)
        : m_seeds(std::move(seeds)), m_rng(1616, RngStream::Test) {}

    std::string next() {
        std::string bytes = m_seeds[pick(m_seeds.size())];
        for (size_t i = 1 + pick(4); i > 0; --i) change(bytes);
        if (pick(10) == 0) bytes.resize(pick(bytes.size()));
        return bytes;
    }

  private:
    size_t pick(size_t bound) { return m_rng.below(static_cast<uint32_t>(bound)); }

    void change(std::string& bytes) {
        constexpr std::array<uint64_t, 8> borders{0,          1,          0x7F,       0xFFFF,
                                                  0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, ~uint64_t{0}};
        const size_t at = pick(pick(2) == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 256));
        const size_t left = bytes.size() - at;
        switch (pick(4)) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << pick(8)));
                break;
            case 1:
                bytes[at] = static_cast<char>(m_rng.next());
                break;
            case 2: {
                const uint64_t number = borders[pick(borders.size())];
                const size_t width = std::min(left, size_t{1} << pick(4));
                for (size_t i = 0; i < width; ++i)
                    bytes[at + i] = static_cast<char>(number >> (8 * i));
                break;
            }
            default: {
                const std::string& other = m_seeds[pick(m_seeds.size())];
                const std::string piece = other.substr(pick(other.size()), 1 + pick(24));
                bytes.replace(at, std::min(left, piece.size()), piece, 0,
                              std::min(left, piece.size()));
            }
        }
    }

    const std::vector<std::string> m_seeds;
    Rng m_rng;
};

/// The decoder crashed, hung, or answered nonsense.
bool isItsFault(const Error& error) {
    return error.message.find("decoder") != std::string::npos ||
           error.message.find("decoding it took") != std::string::npos;
}

bool isOneOf(const Error& error, std::initializer_list<std::string_view> codes) {
    return !error.message.empty() && std::ranges::find(codes, error.code) != codes.end();
}

}  // namespace

class DecoderFuzzTest : public QObject {
    Q_OBJECT

  private slots:
    void damagedPictures_data() {
        QTest::addColumn<bool>("areTiff");
        QTest::addColumn<int>("count");
        QTest::newRow("TIFF") << true << slice(6000, 600'000);
        QTest::newRow("WebP") << false << slice(1000, 300'000);
    }
    void damagedPictures() {
        QFETCH(bool, areTiff);
        QFETCH(int, count);
        const auto seeds = pictures(areTiff);
        QVERIFY(seeds.size() > 5);
        Damage damage(seeds);
        const int64_t before = pictureDecoders().failed();
        int decoded = 0, refused = 0;
        for (int i = 0; i < count; ++i) {
            const std::string file = damage.next();
            const auto picture = decodePicture(std::as_bytes(std::span(file)), "it");
            if (picture) {
                QCOMPARE(picture->pixels.size(),
                         static_cast<size_t>(picture->width * picture->height * picture->channels));
                ++decoded;
            } else {
                QVERIFY2(isOneOf(picture.error(), {"M02", "M03", "M04", "M05", "M13"}),
                         picture.error().text().c_str());
                ++refused;
            }
        }
        QVERIFY(decoded > count / 100);
        QVERIFY(refused > count / 10);
        const int64_t failed = pictureDecoders().failed() - before;
        qInfo("%d decoded, %d refused, the decoder ended %lld times", decoded, refused,
              static_cast<long long>(failed));
        test::printCount(count,
                         areTiff ? "damaged TIFF files survived" : "damaged WebP files survived");
        test::printCount(failed, areTiff ? "ends of the decoder over damaged TIFF files"
                                         : "ends of the decoder over damaged WebP files");
    }

    void damagedArrays_data() {
        QTest::addColumn<bool>("areHdf5");
        QTest::addColumn<int>("count");
        QTest::newRow("HDF5") << true << slice(120, 60'000);
        QTest::newRow("MATLAB") << false << slice(120, 40'000);
    }
    void damagedArrays() {
        QFETCH(bool, areHdf5);
        QFETCH(int, count);
        std::vector<std::string> seeds;
        if (areHdf5)
            for (const char* name : {"keras.h5", "groups.hdf5", "one_part.h5", "not_read.h5",
                                     "pair/train_catvnoncat.h5", "four/level_2_split_test_x.h5"})
                seeds.push_back(contents(files + name));
        else
            for (const char* name : {"svhn/train_32x32.mat", "svhn/test_32x32.mat"})
                seeds.push_back(contents(files + name));
        Damage damage(seeds);
        QTemporaryDir folder;
        const std::string path = folder.filePath("file").toStdString();
        int opened = 0, read = 0, refused = 0, ended = 0;
        for (int i = 0; i < count; ++i) {
            std::ofstream(path, std::ios::binary | std::ios::trunc) << damage.next();
            auto file = ArrayFile::open(path, areHdf5 ? Kind::Hdf5 : Kind::Mat,
                                        {.patience = std::chrono::seconds(5)});
            if (!file) {
                QVERIFY2(isOneOf(file.error(), {"G04", "G09", "M05", "M13"}),
                         file.error().text().c_str());
                ended += isItsFault(file.error());
                ++refused;
                continue;
            }
            ++opened;
            for (const ArrayInfo& array : file->arrays()) {
                if (array.itemBytes() * array.items() > 1 << 26) continue;
                const auto values = file->read(array.name, {});
                if (values) {
                    QCOMPARE(values->size(),
                             static_cast<size_t>(array.itemBytes() * array.items()));
                    ++read;
                } else {
                    QVERIFY2(isOneOf(values.error(), {"N07", "G09", "M05", "M13", "G06"}),
                             values.error().text().c_str());
                    ended += isItsFault(values.error());
                    if (isItsFault(values.error())) break;
                }
            }
        }
        QVERIFY(read > count / 4);
        QVERIFY(refused > count / 50);
        qInfo("%d opened, %d arrays read, %d refused, the decoder ended %d times", opened, read,
              refused, ended);
        test::printCount(count,
                         areHdf5 ? "damaged HDF5 files survived" : "damaged MATLAB files survived");
        test::printCount(ended, areHdf5 ? "ends of the decoder over damaged HDF5 files"
                                        : "ends of the decoder over damaged MATLAB files");
    }
};

QTEST_GUILESS_MAIN(DecoderFuzzTest)
#include "tst_decoder_fuzz.moc"
