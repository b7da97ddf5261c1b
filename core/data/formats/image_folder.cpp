// SPDX-License-Identifier: Apache-2.0
// Data format "image_folder": a folder of pictures for each class.
#include <fmt/format.h>

#include <map>
#include <memory>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/data/data_identity.h"
#include "core/data/formats/picture_fields.h"
#include "core/data/pictures/mask_pairs.h"
#include "core/data/pictures/picture_examples.h"
#include "core/data/pictures/picture_folder.h"

namespace vitrine::formats::image_folder {

namespace {

constexpr std::string_view measuredChoices[] = {"validation", "test"};

constexpr FieldSpec fields[] = {
    pictureHeight,
    pictureWidth,
    pictureChannels,
    pictureFit,
    pictureBackground,
    testShare("Share of each class that is kept for testing, drawn by the seed. Where the folder "
              "has train and test folders, those hold."),
    brokenPictures,
    addition({.id = "measured_on",
              .title = "Measured on",
              .type = FieldType::Choice,
              .defaultText = "validation",
              .help = "Which folder is the test part where there are train, val and test folders. "
                      "The other one is left aside.",
              .choices = measuredChoices})};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]."},
    {.name = "label", .dtype = DType::I32, .help = "The class: a folder's name."}};

void addRemarks(const PictureFolder& pictures, Dataset& set) {
    vitrine::addRemarks(pictures.passedOver, set);
    for (const std::string& name : pictures.emptyClasses)
        set.remarks.push_back({"M12",
                               fmt::format("class '{}' has no picture", printable(name, 60)),
                               {},
                               "It is a class all the same.",
                               "Take its folder away, or put pictures there."});
    std::map<std::string, std::string> byLetters;
    for (const std::string& name : pictures.classes) {
        const auto [other, isNew] = byLetters.try_emplace(smallLetters(name), name);
        if (!isNew)
            set.remarks.push_back(
                {"M08",
                 fmt::format("classes '{}' and '{}' differ in small and large letters alone",
                             printable(other->second, 60), printable(name, 60)),
                 {},
                 "They are two classes.",
                 "Put their pictures into one folder where they are meant to be one."});
    }
    if (pictures.withoutClass > 0)
        set.remarks.push_back(
            {"V10",
             fmt::format("{} no class in the file of annotations",
                         countOf(pictures.withoutClass, "test picture has", "test pictures have")),
             {},
             "They were left out.",
             {}});
    if (!pictures.leftAside.empty())
        set.remarks.push_back(
            {"M01",
             fmt::format("folder '{}' is in no part", printable(pictures.leftAside, 60)),
             {},
             "It was left aside.",
             "Choose with 'Measured on' which one is the test part."});
}

struct Listed {
    std::vector<PictureFile> files;  ///< training part first
    PictureFolder folder;            ///< without its files
    int64_t train = 0;
};

Result<Listed> list(const Attrs& attrs, const DataRequest& request) {
    auto pictures = listPictureFolder(
        request.folder, request.stop,
        attrs.text("measured_on") == "test" ? MeasuredOn::Test : MeasuredOn::Validation);
    if (!pictures) return pictures.error();
    if (!pictures->hasParts) splitByClass(*pictures, attrs.real("test_share"), request.seed);
    Listed listed{std::move(pictures->train), {}, 0};
    listed.train = std::ssize(listed.files);
    listed.files.insert(listed.files.end(), pictures->test.begin(), pictures->test.end());
    listed.folder = std::move(pictures).value();
    return listed;
}

PictureSet pictureSet(const std::vector<PictureFile>& files, int64_t train, const PictureForm& form,
                      const DataRequest& request) {
    PictureSet set{.train = train, .readBytes = {form.bytes()}};
    auto paths = std::make_shared<std::vector<std::string>>();
    for (const PictureFile& file : files) {
        set.classes.push_back(file.label);
        paths->push_back(file.path);
    }
    set.files = paths;
    set.numbers.addNumbers<int32_t>(set.classes);
    set.read = [paths, form, folder = request.folder](int64_t index, std::span<std::byte> record) {
        const std::string& file = (*paths)[static_cast<size_t>(index)];
        return readPictureInto(folder + '/' + file, printable(file), form, record);
    };
    return set;
}

/// TIFF files may hold several pictures. Said where the first file does: the others are not looked
/// at when the folder is opened.
void addPagesRemark(const PictureFile& first, const DataRequest& request, Dataset& set) {
    const std::string path = pathIn(request, first.path), title = printable(first.path);
    const auto info = lookAtPictureFile(path, title);
    if (!info || info->kind != PictureKind::Tiff) return;
    const auto bytes = readFile(path, {.stop = request.stop});
    const auto whole = bytes ? lookAtPicture(*bytes, title) : Result<PictureInfo>(bytes.error());
    if (!whole || whole->pages < 2) return;
    set.remarks.push_back({"M05",
                           fmt::format("{} holds {}; of such a file the first is taken", title,
                                       countOf(whole->pages, "picture")),
                           {},
                           "The others were left out.",
                           "Save each picture in a file of its own."});
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const auto listed = list(attrs, request);
    if (!listed) return listed.error();
    const std::vector<PictureFile>& files = listed->files;
    const auto form = pictureForm(attrs, listed->train, [&](int64_t index) {
        const std::string& file = files[static_cast<size_t>(index)].path;
        return lookAtPictureFile(pathIn(request, file), printable(file));
    });
    if (!form) return form.error();
    Dataset set;
    set.columns = {{.name = "image", .dtype = DType::U8, .shape = form->shape()},
                   {.name = "label", .dtype = DType::I32, .classes = listed->folder.classes}};
    addRemarks(listed->folder, set);
    addPagesRemark(files.front(), request, set);
    VITRINE_TRY(
        openPictures(pictureSet(files, listed->train, *form, request), attrs, request, set));
    DataIdentity identity("image_folder", attrs);
    identity.addGenerator(2, listed->folder.hasParts ? 0 : request.seed);
    const std::string text = identityText(files);
    identity.addFile("files", std::as_bytes(std::span(text)));
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

/// Folders of pictures and of masks look like two classes.
bool recognise(const std::string& folder, Attrs&) {
    return isPictureFolder(folder) && !findMaskPairs(folder);
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "image_folder",
    .title = "Image folders",
    .summary =
        "PNG, JPEG, BMP, PPM, PGM, TIFF and WebP pictures in a folder for each class, or in train, "
        "val "
        "and test folders with these inside.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::image_folder
