// SPDX-License-Identifier: Apache-2.0
// Pixels against torchvision and Pillow, for given amounts. Truth: tests/golden/transforms.py. They
// cut off where we round to the nearest byte, so that 1 is where equal is meant; where they differ
// from each other by more, the reason stands at the row.
#include <QtTest/QtTest>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <numbers>

#include "core/data/pixels/blur.h"
#include "core/data/pixels/colour.h"
#include "core/data/pixels/crop.h"
#include "core/data/pixels/resample.h"
#include "core/data/pixels/warp.h"
#include "core/io/safetensors.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

const SafetensorsFile& golden() {
    static const SafetensorsFile file = [] {
        auto loaded = loadSafetensors(VITRINE_SOURCE_DIR "/tests/golden/transforms.safetensors");
        if (!loaded) qFatal("%s", loaded.error().text().c_str());
        return std::move(loaded).value();
    }();
    return file;
}

WorkedImage imageOf(const std::string& name) {
    const TensorView* tensor = golden().find(name);
    if (!tensor) qFatal("no tensor %s", name.c_str());
    return {tensor->shape, test::numbersIn<uint8_t>(tensor->bytes)};
}

using Work = std::function<void(WorkedImage&)>;

/// A case of the script, by its name there.
struct Peer {
    std::string name;
    Work work;
    int tolerance = 0;
};

Work resizing(Resampling way, bool antialias, int height, int width) {
    return [=](WorkedImage& x) { resample(x, height, width, way, antialias); };
}

void addResizings(std::vector<Peer>& peers) {
    for (const auto& [h, w] : {std::pair(11, 13), std::pair(46, 62), std::pair(16, 50)}) {
        const auto size = fmt::format("{}x{}", h, w);
        peers.push_back({"bilinear" + size + ".pil", resizing(Resampling::Bilinear, true, h, w)});
        peers.push_back({"bicubic" + size + ".pil", resizing(Resampling::Bicubic, true, h, w)});
        peers.push_back({"lanczos" + size + ".pil", resizing(Resampling::Lanczos, true, h, w)});
        // torchvision rounds once, behind both axes.
        peers.push_back({"bilinear" + size + ".tv", resizing(Resampling::Bilinear, true, h, w), 1});
        peers.push_back({"plain" + size + ".tv", resizing(Resampling::Bilinear, false, h, w), 1});
        peers.push_back({"nearest" + size + ".tv", resizing(Resampling::Nearest, true, h, w)});
    }
}

constexpr Between bilinear{.isNearest = false}, nearest{.isNearest = true, .fill = 9};

Work warping(const Affinity& affinity, const Between& between = bilinear,
             std::optional<Point> centre = {}) {
    return [=](WorkedImage& x) {
        warp(x, inverse(affinity, centre.value_or(middleOf(x.shape))), between);
    };
}

void addGeometry(std::vector<Peer>& peers) {
    for (const int degrees : {30, -77, 90})
        peers.push_back({fmt::format("rotate{}.tv", degrees),
                         warping({.degrees = static_cast<double>(degrees)}), 1});
    for (const char* who : {"tv", "pil"})
        peers.push_back(
            {fmt::format("rotate29nearest.{}", who), warping({.degrees = 29}, nearest)});
    // Their angles are clockwise here.
    peers.push_back(
        {"affine.tv",
         warping({.degrees = 20, .scale = 1.25, .shearX = 10, .shearY = -15, .moved = {3, -2}}),
         1});
    peers.push_back(
        {"shear.tv",
         warping({.shearX = std::atan(0.2) * 180 / std::numbers::pi}, bilinear, Point{-0.5, -0.5}),
         1});
    // Their points count from the image's corner, ours from the middle of its first pixel.
    peers.push_back({"perspective.tv",
                     [](WorkedImage& x) {
                         warp(x,
                              *inverse({{{-.5, -.5}, {29.5, -.5}, {29.5, 21.5}, {-.5, 21.5}}},
                                       {{{3.5, 1.5}, {27.5, 4.5}, {24.5, 20.5}, {.5, 18.5}}}),
                              bilinear);
                     },
                     1});
    const std::map<std::string, Border> borders{{"constant", Border::Fill},
                                                {"edge", Border::Edge},
                                                {"reflect", Border::Reflect},
                                                {"symmetric", Border::Symmetric}};
    for (const auto& [name, border] : borders)
        peers.push_back({"crop_" + name + ".tv", [border = border](WorkedImage& x) {
                             crop(x, {1 - 5, 8 - 5}, x.shape[1], x.shape[2], border, 9);
                         }});
    peers.push_back({"resized_crop.pil", [](WorkedImage& x) {
                         crop(x, {4, 6}, 13, 21);
                         resample(x, 20, 24, Resampling::Bilinear, true);
                     }});
}

void addColours(std::vector<Peer>& peers) {
    const auto each = [&](const char* name, const char* who, auto work, int tolerance) {
        for (const double factor : {0.0, 0.4, 1.7})
            peers.push_back({fmt::format("{}{:.1f}.{}", name, factor, who),
                             [=](WorkedImage& x) { work(x, factor); }, tolerance});
    };
    each("brightness", "tv", brighten, 1);
    each("contrast", "pil", changeContrast, 1);
    each("saturation", "pil", saturate, 1);
    each("sharpness", "tv", sharpen, 1);
    each("sharpness", "pil", sharpen, 1);
    for (const double turns : {-0.4, 0.07, 0.5})
        peers.push_back(
            {fmt::format("hue{}.tv", turns), [=](WorkedImage& x) { turnHue(x, turns); }, 1});
    peers.push_back({"grey.pil", [](WorkedImage& x) { makeGrey(x, GreyWeights::Bt601, 1); }});
    peers.push_back({"blur.tv", [](WorkedImage& x) { blur(x, gaussian(1.3, 4)); }, 1});
    peers.push_back({"invert.tv", invert});
    peers.push_back({"solarize.tv", [](WorkedImage& x) { solarize(x, 178.5); }});
    peers.push_back({"posterize3.tv", [](WorkedImage& x) { posterize(x, 3); }});
    peers.push_back({"autocontrast.tv",
                     [](WorkedImage& x) {
                         for (uint8_t& pixel : x.pixels) pixel = pixel / 2 + 31;
                         stretchContrast(x);
                     },
                     1});
    peers.push_back({"equalize.tv", equalize});
    peers.push_back({"equalize.pil", equalize});
}

std::vector<Peer> allPeers() {
    std::vector<Peer> peers;
    addResizings(peers);
    addGeometry(peers);
    addColours(peers);
    std::vector<Peer> all;
    for (const char* picture : {"noise.", "smooth."})
        for (Peer peer : peers) {
            peer.name = picture + peer.name;
            all.push_back(std::move(peer));
        }
    all.push_back({"noise.bend.tv",
                   [](WorkedImage& x) {
                       const auto bend = test::numbersIn<float>(golden().find("bend")->bytes);
                       const auto plane = std::span(bend).first(bend.size() / 2);
                       displace(x, plane, std::span(bend).subspan(plane.size()), bilinear);
                   },
                   1});
    return all;
}

}  // namespace

class PeersTest : public QObject {
    Q_OBJECT

  private slots:
    void pixelsAreThoseOfPeers_data() {
        QTest::addColumn<int>("number");
        const auto peers = allPeers();
        for (size_t i = 0; i < peers.size(); ++i)
            QTest::addRow("%s", peers[i].name.c_str()) << static_cast<int>(i);
    }
    void pixelsAreThoseOfPeers() {
        QFETCH(int, number);
        const Peer peer = allPeers()[static_cast<size_t>(number)];
        WorkedImage image = imageOf(peer.name.substr(0, peer.name.find('.')));
        const WorkedImage wanted = imageOf(peer.name);
        peer.work(image);
        QCOMPARE(image.shape.text(), wanted.shape.text());
        QCOMPARE(image.pixels.size(), wanted.pixels.size());
        int most = 0;
        size_t many = 0;
        for (size_t i = 0; i < image.pixels.size(); ++i) {
            const int off = std::abs(int{image.pixels[i]} - int{wanted.pixels[i]});
            most = std::max(most, off);
            many += off > peer.tolerance;
        }
        QVERIFY2(
            most <= peer.tolerance,
            fmt::format("off by {}; {} of {} pixels", most, many, image.pixels.size()).c_str());
    }
};

QTEST_APPLESS_MAIN(PeersTest)
#include "tst_peers.moc"
