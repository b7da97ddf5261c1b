// SPDX-License-Identifier: Apache-2.0
// Data format "mask_folder": pictures and, in a folder of their own, masks of what they show.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/data/data_identity.h"
#include "core/data/formats/picture_fields.h"
#include "core/data/pictures/mask_file.h"
#include "core/data/pictures/mask_pairs.h"
#include "core/data/pictures/picture_examples.h"
#include "core/data/sampling.h"

namespace vitrine::formats::mask_folder {

namespace {

constexpr FieldSpec fields[] = {
    pictureHeight,
    pictureWidth,
    pictureChannels,
    pictureFit,
    pictureBackground,
    {.id = "levels",
     .title = "Levels",
     .type = FieldType::IntList,
     .minimum = 0,
     .maximum = 255,
     .help = "Numbers in the masks that are class 0, 1, …: 0, 255 for masks in black and white. "
             "Empty: a pixel's number is its class (a palette's index), and 0 and 255 are two "
             "classes where the masks that are looked at have nothing else."},
    {.id = "class_names",
     .title = "Classes",
     .type = FieldType::Text,
     .help = "Their names with commas between. Empty: the lines of classes.txt in the folder, or "
             "as many numbers as there are in the masks that are looked at."},
    testShare("Share of the pictures that is kept for testing, drawn by the seed. Where the folder "
              "has parts for training and testing, those hold."),
    brokenPictures};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]."},
    {.name = "mask",
     .dtype = DType::U8,
     .help = "A class number for each pixel [1, H, W]; 255 where the mask says none."}};

struct Listed {
    std::vector<MaskPair> pairs;  ///< training part first
    int64_t train = 0;
    bool hasParts = false;
};

void addRemarks(const MaskPairs& found, const MaskFolders& folders, Dataset& set) {
    vitrine::addRemarks(found.passedOver, set);
    const int64_t alone = found.imagesAlone + found.masksAlone;
    if (alone == 0) return;
    set.remarks.push_back(
        {"M01",
         fmt::format("{} without a mask in '{}', and {} without a picture{}",
                     countOf(found.imagesAlone, "picture is", "pictures are"),
                     printable(folders.masks, 60), countOf(found.masksAlone, "mask", "masks"),
                     found.firstAlone.empty()
                         ? ""
                         : fmt::format("; the first: '{}'", printable(found.firstAlone, 80))),
         {},
         "They were left out.",
         "A mask is called as its picture, but for its ending."});
}

/// Keeps a share for testing, drawn by the seed.
void split(Listed& listed, double share, uint64_t seed) {
    std::vector<MaskPair>& pairs = listed.pairs;
    std::vector<int32_t> order(pairs.size());
    shuffledOrder(seed, 0, order);
    const auto tested =
        std::min(pairs.size() - 1, static_cast<size_t>(share * static_cast<double>(pairs.size())));
    std::vector<char> isTested(pairs.size());
    for (size_t i = 0; i < tested; ++i) isTested[static_cast<size_t>(order[i])] = 1;
    std::vector<MaskPair> train, test;
    for (size_t i = 0; i < pairs.size(); ++i)
        (isTested[i] ? test : train).push_back(std::move(pairs[i]));
    listed.train = std::ssize(train);
    std::ranges::move(test, std::back_inserter(train));
    pairs = std::move(train);
}

Error noPairs(const std::string& folder, std::string_view why) {
    return {"M01",
            fmt::format("'{}' {}; wanted two folders side by side, images and masks (or "
                        "JPEGImages and SegmentationClass), with equal names in them",
                        printable(folder), why),
            {{}, "data.folder", folder, 0},
            "Nothing was imported.",
            "Choose the folder that holds both."};
}

Result<Listed> list(const Attrs& attrs, const DataRequest& request, Dataset& set) {
    const auto layout = findMaskPairs(request.folder);
    if (!layout) return noPairs(request.folder, "has no such folders");
    auto train = listMaskPairs(request.folder, layout->train, request.stop);
    if (!train) return train.error();
    addRemarks(*train, layout->train, set);
    if (train->pairs.empty()) return noPairs(request.folder, "has no picture with a mask");
    Listed listed{std::move(train->pairs), 0, layout->test.has_value()};
    listed.train = std::ssize(listed.pairs);
    if (!layout->test) {
        split(listed, attrs.real("test_share"), request.seed);
        return listed;
    }
    auto test = listMaskPairs(request.folder, *layout->test, request.stop);
    if (!test) return test.error();
    addRemarks(*test, *layout->test, set);
    std::ranges::move(test->pairs, std::back_inserter(listed.pairs));
    return listed;
}

/// Which numbers some masks have, spread over all of them.
std::array<bool, 256> numbersSeen(const Listed& listed, const DataRequest& request) {
    constexpr int64_t most = 32;
    std::array<bool, 256> seen{};
    const auto count = std::ssize(listed.pairs);
    for (int64_t i = 0; i < std::min(count, most); ++i) {
        const int64_t at = count <= most ? i : i * (count / most);
        const std::string& file = listed.pairs[static_cast<size_t>(at)].mask.path;
        const auto mask = readMaskFile(pathIn(request, file), printable(file));
        if (!mask) continue;  // told when it is read for training
        for (const uint8_t number : mask->pixels) seen[number] = true;
    }
    return seen;
}

std::vector<std::string> namesIn(const Attrs& attrs, const std::string& folder) {
    std::vector<std::string> names;
    const auto add = [&](std::string_view name) {
        while (!name.empty() && (name.front() == ' ' || name.front() == '\t'))
            name.remove_prefix(1);
        while (!name.empty() && (name.back() == ' ' || name.back() == '\r')) name.remove_suffix(1);
        if (!name.empty() && isUtf8(name)) names.emplace_back(name);
    };
    const std::string_view chosen = attrs.text("class_names");
    for (size_t at = 0; at < chosen.size();) {
        const size_t end = std::min(chosen.find(',', at), chosen.size());
        add(chosen.substr(at, end - at));
        at = end + 1;
    }
    if (!names.empty()) return names;
    std::ifstream stream(std::filesystem::path(folder) / "classes.txt");
    for (std::string line; names.size() < noClass && std::getline(stream, line);) add(line);
    return names;
}

Result<MaskForm> maskForm(const Attrs& attrs, const DataRequest& request, const Listed& listed,
                          std::vector<std::string>& names) {
    MaskForm form{.levels = attrs.list("levels")};
    names = namesIn(attrs, request.folder);
    const auto seen = numbersSeen(listed, request);
    const auto between = std::span(seen).subspan(1, noClass - 1);
    if (form.levels.empty() && seen[noClass] && std::ranges::none_of(between, std::identity()))
        form.levels = {0, noClass};
    if (form.levels.empty() && names.empty()) {
        size_t count = 2;
        for (size_t i = 0; i < noClass; ++i)
            if (seen[i]) count = std::max(count, i + 1);
        names.resize(count);
    }
    if (!form.levels.empty() && names.empty()) names.resize(form.levels.size());
    for (size_t i = 0; i < names.size(); ++i)
        if (names[i].empty()) names[i] = std::to_string(i);
    form.classes = std::ssize(names);
    if (form.levels.empty() || form.levels.size() == names.size()) return form;
    return Error{"V10",
                 fmt::format("{} are named, and {}", countOf(names.size(), "class", "classes"),
                             countOf(form.levels.size(), "level")),
                 {{}, "class_names", {}, 0},
                 "Nothing was imported.",
                 "Name as many classes as levels."};
}

PictureSet pictureSet(const Listed& listed, const MaskForm& form, const std::string& folder) {
    PictureSet set{.train = listed.train,
                   .readBytes = {form.size.bytes(), form.size.height * form.size.width}};
    auto images = std::make_shared<std::vector<std::string>>(),
         masks = std::make_shared<std::vector<std::string>>();
    for (const MaskPair& pair : listed.pairs) {
        images->push_back(pair.image.path);
        masks->push_back(pair.mask.path);
    }
    set.files = images;
    set.read = [images, masks, form, folder](int64_t index,
                                             std::span<std::byte> record) -> Result<void> {
        const auto at = static_cast<size_t>(index);
        const auto pixels = static_cast<size_t>(form.size.bytes());
        VITRINE_TRY(readPictureInto(folder + '/' + (*images)[at], printable((*images)[at]),
                                    form.size, record.first(pixels)));
        return readMaskInto(folder + '/' + (*masks)[at], printable((*masks)[at]), form,
                            record.subspan(pixels));
    };
    return set;
}

std::string fingerprint(const Attrs& attrs, const DataRequest& request, const Listed& listed,
                        const Dataset& set) {
    std::vector<PictureFile> files;
    for (const MaskPair& pair : listed.pairs) {
        files.push_back(pair.image);
        files.push_back(pair.mask);
    }
    DataIdentity identity("mask_folder", attrs);
    identity.addGenerator(1, listed.hasParts ? 0 : request.seed);
    const std::string text = identityText(files);
    identity.addFile("files", std::as_bytes(std::span(text)));
    return identity.text(set);
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    Dataset set;
    const auto listed = list(attrs, request, set);
    if (!listed) return listed.error();
    std::vector<std::string> names;
    auto form = maskForm(attrs, request, *listed, names);
    if (!form) return form.error();
    const auto size = pictureForm(attrs, listed->train, [&](int64_t index) {
        const std::string& file = listed->pairs[static_cast<size_t>(index)].image.path;
        return lookAtPictureFile(pathIn(request, file), printable(file));
    });
    if (!size) return size.error();
    form->size = *size;
    set.columns = {{.name = "image", .dtype = DType::U8, .shape = size->shape()},
                   {.name = "mask",
                    .dtype = DType::U8,
                    .shape = {1, size->height, size->width},
                    .classes = std::move(names)}};
    VITRINE_TRY(openPictures(pictureSet(*listed, *form, request.folder), attrs, request, set));
    set.fingerprint = fingerprint(attrs, request, *listed, set);
    if (request.progress) request.progress(1.0);
    return set;
}

bool recognise(const std::string& folder, Attrs&) { return findMaskPairs(folder).has_value(); }

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "mask_folder",
    .title = "Pictures with masks",
    .summary =
        "PNG, JPEG, BMP, PPM, PGM, TIFF and WebP pictures in one folder (images) and masks with "
        "equal names in another (masks), side by side or in train and val folders.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::mask_folder
