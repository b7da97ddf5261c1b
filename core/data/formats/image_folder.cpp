// SPDX-License-Identifier: Apache-2.0
// Data format "image_folder": a folder of pictures for each class.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <limits>
#include <mutex>
#include <thread>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/guard.h"
#include "core/base/memory.h"
#include "core/data/data_identity.h"
#include "core/data/pictures/picture.h"
#include "core/data/pictures/picture_folder.h"
#include "core/data/pictures/resize.h"
#include "core/data/stored_examples.h"

namespace vitrine::formats::image_folder {

namespace {

constexpr std::string_view channelChoices[] = {"as_they_are", "grey", "colour"};
constexpr std::string_view fitChoices[] = {"refuse", "stretch", "letterbox", "crop"};
constexpr std::string_view brokenChoices[] = {"stop", "skip"};
constexpr std::string_view backgroundChoices[] = {"white", "black"};

constexpr FieldSpec fields[] = {
    {.id = "height",
     .title = "Height",
     .type = FieldType::Int,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 8192,
     .unit = "pixels",
     .help = "Of all pictures as the network sees them; 0: as the first one has it."},
    {.id = "width",
     .title = "Width",
     .type = FieldType::Int,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 8192,
     .unit = "pixels",
     .help = "Of all pictures as the network sees them; 0: as the first one has it."},
    {.id = "channels",
     .title = "Channels",
     .type = FieldType::Choice,
     .defaultText = "as_they_are",
     .help = "As the first picture has them, or grey (weights 0.299, 0.587, 0.114), or red, green "
             "and blue.",
     .choices = channelChoices},
    {.id = "fit",
     .title = "Other sizes",
     .type = FieldType::Choice,
     .defaultText = "refuse",
     .help = "What happens to a picture of another size: it is refused by name; stretched; made "
             "smaller or larger as a whole, with black bars beside it; or its middle is cut out. "
             "Bilinear, with antialiasing.",
     .choices = fitChoices},
    {.id = "background",
     .title = "Background",
     .type = FieldType::Choice,
     .defaultText = "white",
     .help = "What lies behind pictures that can be seen through.",
     .choices = backgroundChoices},
    {.id = "test_share",
     .title = "Test share",
     .type = FieldType::Real,
     .defaultNumber = 0.2,
     .minimum = 0,
     .maximum = 0.9,
     .help =
         "Share of each class that is kept for testing, drawn by the seed. Where the folder has "
         "train and test folders, those hold."},
    {.id = "broken",
     .title = "Broken pictures",
     .type = FieldType::Choice,
     .defaultText = "stop",
     .help = "Whether a picture that cannot be read stops the import, or is left out.",
     .choices = brokenChoices}};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]."},
    {.name = "label", .dtype = DType::I32, .help = "The class: a folder's name."}};

struct Wanted {
    int64_t height = 0, width = 0;
    int channels = 3;
    int fit = 0;  ///< in fitChoices
    Background background = Background::White;
    int64_t bytes() const { return height * width * channels; }
};

Error imported(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path;
    return error;
}

std::string pathOf(const DataRequest& request, const PictureFile& file) {
    return (std::filesystem::path(request.folder) / file.path).string();
}

/// The first picture that can be read says what is not chosen.
Result<Wanted> wantedOf(const Attrs& attrs, const DataRequest& request,
                        const std::vector<PictureFile>& files) {
    Wanted wanted{.height = attrs.integer("height"), .width = attrs.integer("width")};
    wanted.fit = static_cast<int>(std::ranges::find(fitChoices, attrs.text("fit")) - fitChoices);
    if (attrs.text("background") == "black") wanted.background = Background::Black;
    Error first;
    for (const PictureFile& file : files) {
        const std::string path = pathOf(request, file);
        const auto bytes = readFile(path, {.stop = request.stop});
        const auto info = bytes ? lookAtPicture(*bytes, printable(file.path))
                                : Result<PictureInfo>(bytes.error());
        if (!info) {
            first = imported(info.error(), path);
            if (attrs.text("broken") == "stop") return first;
            continue;
        }
        if (wanted.height == 0) wanted.height = info->height;
        if (wanted.width == 0) wanted.width = info->width;
        wanted.channels = attrs.text("channels") == "as_they_are" ? info->channels
                          : attrs.text("channels") == "grey"      ? 1
                                                                  : 3;
        return wanted;
    }
    return first;
}

Result<void> checkMemory(int64_t pictures, const Wanted& wanted, const DataRequest& request) {
    const int64_t there = request.memoryBytes > 0 ? request.memoryBytes : availableMemory();
    const bool isTooMany = pictures > std::numeric_limits<int64_t>::max() / wanted.bytes();
    const int64_t needed =
        isTooMany ? std::numeric_limits<int64_t>::max() : pictures * wanted.bytes();
    if (needed <= there) return {};
    return Error{"H02",
                 fmt::format("{} pictures of {} × {} × {} need {}, and {} of memory are there",
                             fmt::group_digits(pictures), wanted.channels, wanted.height,
                             wanted.width, sizeText(needed), sizeText(there)),
                 {},
                 "Nothing was imported.",
                 "Choose a smaller height and width, or close other programs."};
}

Error otherSize(const std::string& title, const Picture& picture, const Wanted& wanted) {
    Error error{"M09",
                fmt::format("{} is {} × {} pixels, the others are {} × {}", title, picture.height,
                            picture.width, wanted.height, wanted.width),
                {},
                {},
                "Choose with 'Other sizes' what becomes of such pictures."};
    error.place.field = "fit";
    return error;
}

/// One picture as the network sees it: [C, H, W].
Result<void> readPicture(const PictureFile& file, const DataRequest& request, const Wanted& wanted,
                         std::span<std::byte> place) {
    const std::string title = printable(file.path);
    const auto bytes = readFile(pathOf(request, file), {.stop = request.stop});
    if (!bytes) return bytes.error();
    auto decoded = decodePicture(*bytes, title, wanted.background);
    if (!decoded) return decoded.error();
    Picture picture = withChannels(std::move(decoded).value(), wanted.channels);
    const bool isOther = picture.height != wanted.height || picture.width != wanted.width;
    if (isOther && wanted.fit == 0) return otherSize(title, picture, wanted);
    if (isOther)
        picture =
            fitted(picture, wanted.height, wanted.width, static_cast<PictureFit>(wanted.fit - 1));
    const auto count = static_cast<size_t>(wanted.height * wanted.width);
    const auto channels = static_cast<size_t>(wanted.channels);
    for (size_t c = 0; c < channels; ++c)
        for (size_t i = 0; i < count; ++i)
            place[c * count + i] = std::byte{picture.pixels[i * channels + c]};
    return {};
}

/// Decodes all pictures of a part, on all threads. What is broken is the same whoever comes first.
class Decoder {
  public:
    Decoder(const std::vector<PictureFile>& files, const DataRequest& request, const Wanted& wanted,
            bool skips)
        : m_files(files),
          m_request(request),
          m_wanted(wanted),
          m_skips(skips),
          m_pixels(files.size() * static_cast<size_t>(wanted.bytes())),
          m_isBroken(files.size()),
          m_firstBroken(files.size()) {}

    Result<void> run(double from, double share) {
        std::vector<std::thread> threads;
        for (int i = 1; i < m_request.threads; ++i) threads.emplace_back([this] { work({}); });
        work([&](double done) {
            if (m_request.progress) m_request.progress(from + share * done);
        });
        for (std::thread& thread : threads) thread.join();
        if (m_isOutOfMemory) return outOfMemoryError("reading pictures");
        if (m_request.stop.stop_requested()) return stoppedError();
        if (m_firstBroken < m_files.size() && !m_skips) return m_error;
        return {};
    }

    /// Those that could be read.
    ExampleSet examples() {
        const auto each = static_cast<size_t>(m_wanted.bytes());
        std::vector<int32_t> labels;
        for (size_t i = 0; i < m_files.size(); ++i) {
            if (m_isBroken[i]) continue;
            if (labels.size() < i)
                std::copy_n(m_pixels.begin() + static_cast<std::ptrdiff_t>(i * each), each,
                            m_pixels.begin() + static_cast<std::ptrdiff_t>(labels.size() * each));
            labels.push_back(m_files[i].label);
        }
        m_pixels.resize(labels.size() * each);
        auto stored = std::make_shared<StoredExamples>();
        stored->addColumn(std::move(m_pixels), m_wanted.bytes());
        stored->addNumbers<int32_t>(labels);
        return {static_cast<int64_t>(labels.size()), std::move(stored), 0};
    }

    int64_t broken() const { return std::ranges::count(m_isBroken, char{1}); }
    const Error& firstError() const { return m_error; }

  private:
    void work(const std::function<void(double)>& tell) noexcept {
        try {
            for (size_t i = m_next++; i < m_files.size() && !isOver(); i = m_next++) {
                const auto each = static_cast<size_t>(m_wanted.bytes());
                const auto read = readPicture(m_files[i], m_request, m_wanted,
                                              std::span(m_pixels).subspan(i * each, each));
                if (!read) note(i, read.error());
                if (tell && i % 64 == 0)
                    tell(static_cast<double>(i) / static_cast<double>(m_files.size()));
            }
        } catch (const std::bad_alloc&) {
            m_isOutOfMemory = true;
        }
    }
    bool isOver() {
        if (m_request.stop.stop_requested() || m_isOutOfMemory) return true;
        if (m_skips) return false;
        const std::lock_guard lock(m_mutex);
        return m_firstBroken < m_files.size();
    }
    void note(size_t place, const Error& error) {
        const std::lock_guard lock(m_mutex);
        m_isBroken[place] = 1;
        if (place >= m_firstBroken) return;
        m_firstBroken = place;
        m_error = imported(error, pathOf(m_request, m_files[place]));
    }

    const std::vector<PictureFile>& m_files;
    const DataRequest& m_request;
    const Wanted& m_wanted;
    const bool m_skips;
    std::vector<std::byte> m_pixels;
    std::vector<char> m_isBroken;
    std::atomic<size_t> m_next{0};
    std::atomic<bool> m_isOutOfMemory{false};
    std::mutex m_mutex;  ///< guards what follows, and m_isBroken
    size_t m_firstBroken;
    Error m_error;
};

Error skipped(const Decoder& train, const Decoder& test, size_t all) {
    const bool isInTrain = train.broken() > 0;
    Error remark = isInTrain ? train.firstError() : test.firstError();
    remark.message = fmt::format("{} of {} pictures cannot be read, the first: {}",
                                 fmt::group_digits(train.broken() + test.broken()),
                                 fmt::group_digits(all), remark.message);
    remark.kept = "They were left out.";
    return remark;
}

/// What stands in class folders and is no picture that is read, and classes without any.
void addRemarks(const PictureFolder& pictures, Dataset& set) {
    if (!pictures.endings.empty()) {
        std::string kinds;
        int64_t count = 0;
        for (const auto& [ending, files] : pictures.endings) {
            kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", files,
                                 ending.empty() ? "without an ending" : printable(ending, 20));
            count += files;
        }
        set.remarks.push_back(
            {"M05",
             fmt::format("{} in the class folders {} no {}: {}", countOf(count, "file"),
                         count == 1 ? "is" : "are", pictureKinds, kinds),
             {},
             "They were left out.",
             "Save pictures of other formats in one of these."});
    }
    for (const std::string& name : pictures.emptyClasses)
        set.remarks.push_back({"M12",
                               fmt::format("class '{}' has no picture", printable(name, 60)),
                               {},
                               "It is a class all the same.",
                               "Take its folder away, or put pictures there."});
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    auto listed = listPictureFolder(request.folder, request.stop);
    if (!listed) return listed.error();
    PictureFolder& pictures = *listed;
    if (!pictures.hasParts) splitByClass(pictures, attrs.real("test_share"), request.seed);
    const auto wanted = wantedOf(attrs, request, pictures.train);
    if (!wanted) return wanted.error();
    const size_t all = pictures.train.size() + pictures.test.size();
    VITRINE_TRY(checkMemory(static_cast<int64_t>(all), *wanted, request));

    const bool skips = attrs.text("broken") == "skip";
    const double share = static_cast<double>(pictures.train.size()) / static_cast<double>(all);
    Decoder train(pictures.train, request, *wanted, skips),
        test(pictures.test, request, *wanted, skips);
    VITRINE_TRY(train.run(0, share));
    VITRINE_TRY(test.run(share, 1 - share));
    Dataset set;
    set.columns = {{.name = "image",
                    .dtype = DType::U8,
                    .shape = {wanted->channels, wanted->height, wanted->width}},
                   {.name = "label", .dtype = DType::I32, .classes = pictures.classes}};
    addRemarks(pictures, set);
    if (train.broken() + test.broken() > 0) set.remarks.push_back(skipped(train, test, all));
    set.train = train.examples();
    set.test = test.examples();
    DataIdentity identity("image_folder", attrs);
    identity.addGenerator(1, pictures.hasParts ? 0 : request.seed);
    for (const ExampleSet* part : {&set.train, &set.test})
        if (part->count > 0)
            identity.addFile("pixels", {part->value(0, 0).data(),
                                        static_cast<size_t>(part->count * wanted->bytes())});
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

bool recognise(const std::string& folder, Attrs&) { return isPictureFolder(folder); }

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "image_folder",
    .title = "Image folders",
    .summary =
        "PNG, JPEG, BMP, PPM, PGM, TIFF and WebP pictures in a folder for each class, or in train "
        "and test folders with these inside.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::image_folder
