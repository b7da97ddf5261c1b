// SPDX-License-Identifier: Apache-2.0
// Copies between layouts on every instruction set. Truth: the element by element reference, itself
// held to the layouts' definition through ImageBuffer.
#include <QtTest/QtTest>
#include <cstring>

#include "kernels/api/copy.h"
#include "kernels/reference/copy.h"
#include "kernels/reference/image_offset.h"
#include "tests/support/kernel_harness.h"

using namespace vitrine::kernels;
using namespace vitrine::test;

Q_DECLARE_METATYPE(vitrine::kernels::ReorderProblem)
Q_DECLARE_METATYPE(vitrine::kernels::Image)

namespace {

constexpr Layout layouts[] = {Layout::RowMajor, Layout::Lanes, Layout::Blocked};

const char* nameOf(Layout layout) {
    return layout == Layout::RowMajor ? "row-major" : layout == Layout::Lanes ? "lanes" : "blocked";
}

Image with(Image image, Layout layout, int64_t halo) {
    image.layout = layout;
    image.halo = layout == Layout::RowMajor ? 0 : halo;
    return image;
}

ReorderProblem contiguous(const Image& x, const Image& y, int64_t elementBytes = 4) {
    return {x, y, {x.c * x.h * x.w, x.h * x.w, x.w, 1}, elementBytes};
}

}  // namespace

class TestReorder : public QObject {
    Q_OBJECT

  private slots:
    void referenceFollowsTheDefinitionOfLayouts_data() { pairs(); }
    void referenceFollowsTheDefinitionOfLayouts() {
        QFETCH(ReorderProblem, problem);
        const std::vector<double> values = randomFloats(problem.x.elements(), -1, 1);
        ImageBuffer x(problem.x, values), y(problem.y);
        QVERIFY(runKernel(reference::reorder(problem), {x.data(), y.data()}));
        QVERIFY(y.isSound());
        QVERIFY(y.values() == std::vector<float>(values.begin(), values.end()));
    }

    void everyByteMatchesReference_data() { pairsOnEverySet(); }
    void everyByteMatchesReference() {
        QFETCH(std::string, set);
        QFETCH(ReorderProblem, problem);
        const InstructionSetCap cap(set);
        ImageBuffer x(problem.x, randomFloats(problem.x.elements(), -1, 1));
        ImageBuffer expected(problem.y), y(problem.y);
        QVERIFY(runKernel(reference::reorder(problem), {x.data(), expected.data()}));
        const Kernel kernel = selectReorder(problem);
        QVERIFY(kernel.name.find("reference") == std::string::npos);
        QVERIFY(runKernel(kernel, {x.data(), y.data()}, true));
        QVERIFY(y.isSound());
        const auto bytes = static_cast<size_t>(problem.y.storageElements()) * sizeof(float);
        QCOMPARE(std::memcmp(y.data(), expected.data(), bytes), 0);
    }

    // Every second image, from the third channel on, rows 2 to 6 of images of 3 x 5 x 9 x 8.
    void takesAViewOfARowMajorImage_data() { sets(); }
    void takesAViewOfARowMajorImage() {
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image whole{40, 5, 9, 8}, part{20, 3, 5, 8};
        ImageBuffer x(whole, randomFloats(whole.elements(), -1, 1));
        const auto offset = reference::offsetOf(whole, 0, 2, 2, 0);
        for (const Layout layout : layouts) {
            const ReorderProblem problem{part, with(part, layout, 1), {2 * 360, 72, 8, 1}};
            ImageBuffer y(problem.y);
            QVERIFY(runKernel(selectReorder(problem), {x.data() + offset, y.data()}));
            QVERIFY(y.isSound());
            const std::vector<float> values = y.values();
            size_t next = 0;
            reference::forEachElement(part, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
                QCOMPARE(values[next++],
                         x.data()[reference::offsetOf(whole, 2 * n, c + 2, h + 2, w)]);
            });
        }
    }

    // Channels on end, as images with channels last and rows of features have them.
    void takesPixelsThatLieApart_data() { images(); }
    void takesPixelsThatLieApart() {
        QFETCH(std::string, set);
        QFETCH(Image, image);
        const InstructionSetCap cap(set);
        ImageBuffer x(image, randomFloats(image.elements(), -1, 1));
        const int64_t row = image.w * image.c;
        for (const Layout layout : {Layout::Lanes, Layout::Blocked}) {
            const ReorderProblem channelsLast{
                image, with(image, layout, 1), {image.h * row, 1, row, image.c}};
            ImageBuffer y(channelsLast.y);
            const Kernel kernel = selectReorder(channelsLast);
            QVERIFY2(kernel.name.ends_with(set), kernel.name.c_str());
            QVERIFY(runKernel(kernel, {x.data(), y.data()}));
            QVERIFY(y.isSound());
            const std::vector<float> values = y.values();
            size_t next = 0;
            reference::forEachElement(image, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
                QCOMPARE(values[next++], x.data()[(n * image.h + h) * row + w * image.c + c]);
            });
        }
    }

    void leavesPixelsThatLieApart_data() { images(); }
    void leavesPixelsThatLieApart() {
        QFETCH(std::string, set);
        QFETCH(Image, image);
        const InstructionSetCap cap(set);
        const std::vector<double> values = randomFloats(image.elements(), -1, 1);
        const int64_t row = image.w * image.c;
        for (const Layout layout : {Layout::Lanes, Layout::Blocked}) {
            ReorderProblem channelsLast{with(image, layout, 1), image, {}};
            channelsLast.yStrides = {image.h * row, 1, row, image.c};
            ImageBuffer x(channelsLast.x, values);
            Guarded<float> y(image.elements());
            const Kernel kernel = selectReorder(channelsLast);
            QVERIFY2(kernel.name.ends_with(set), kernel.name.c_str());
            QVERIFY(runKernel(kernel, {x.data(), y.data()}));
            QVERIFY(y.bandsIntact());
            size_t next = 0;
            reference::forEachElement(image, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
                QCOMPARE(y.data()[(n * image.h + h) * row + w * image.c + c],
                         static_cast<float>(values[next++]));
            });
        }
    }

    void movesEightBytesThroughAllLayouts() {
        const Image rows{18, 20, 3, 2};
        const Image lanes = with(rows, Layout::Lanes, 1), blocked = with(rows, Layout::Blocked, 0);
        Guarded<int64_t> first(rows.elements()), last(rows.elements());
        for (int64_t i = 0; i < rows.elements(); ++i) first.data()[i] = (i << 33) + i;
        Guarded<int64_t> a(lanes.storageElements(), -1), b(blocked.storageElements(), -1);
        QVERIFY(runKernel(selectReorder(contiguous(rows, lanes, 8)), {first.data(), a.data()}));
        QVERIFY(runKernel(selectReorder(contiguous(lanes, blocked, 8)), {a.data(), b.data()}));
        QVERIFY(runKernel(selectReorder(contiguous(blocked, rows, 8)), {b.data(), last.data()}));
        QVERIFY(std::ranges::equal(first.span(), last.span()));
        QVERIFY(a.bandsIntact() && b.bandsIntact() && last.bandsIntact());
    }

    void keepsTheBitsOfIntegersAndNaN_data() { sets(); }
    void keepsTheBitsOfIntegersAndNaN() {
        QFETCH(std::string, set);
        const InstructionSetCap cap(set);
        const Image rows{16, 16, 4, 4}, lanes = with(rows, Layout::Lanes, 0);
        Guarded<uint32_t> first(rows.elements()), there(lanes.storageElements()),
            back(rows.elements());
        for (int64_t i = 0; i < rows.elements(); ++i)
            first.data()[i] = (i % 2 == 0 ? 0x7F800001U : 0U) + static_cast<uint32_t>(i);
        QVERIFY(runKernel(selectReorder(contiguous(rows, lanes)), {first.data(), there.data()}));
        QVERIFY(runKernel(selectReorder(contiguous(lanes, rows)), {there.data(), back.data()}));
        QVERIFY(std::ranges::equal(first.span(), back.span()));
    }

    void bigImagesHaveSeveralParts() {
        const Image image{64, 64, 32, 32};
        for (const Layout from : layouts)
            for (const Layout to : layouts)
                QVERIFY(
                    selectReorder(contiguous(with(image, from, 0), with(image, to, 1))).parts[0] >
                    1);
    }

    /// A short element takes its own bytes and no others.
    void shortElementsComeBack() {
        roundTrip<uint8_t>();
        roundTrip<uint16_t>();
    }

  private:
    static void images() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<Image>("image");
        for (const std::string& set : instructionSets())
            for (const Image& image : {Image{17, 3, 4, 5}, Image{32, 48, 3, 2}, Image{1, 21, 2, 7},
                                       Image{35, 40, 1, 1}, Image{5, 33, 6, 1}})
                QTest::addRow("%s %dx%dx%dx%d", set.c_str(), int(image.n), int(image.c),
                              int(image.h), int(image.w))
                    << set << image;
    }

    template <class Element>
    static void roundTrip() {
        const Image rows{18, 5, 3, 4};
        Guarded<Element> x(rows.elements()), back(rows.elements());
        for (size_t i = 0; i < x.span().size(); ++i) x.span()[i] = static_cast<Element>(i * 7 + 1);
        for (const Layout layout : {Layout::Lanes, Layout::Blocked}) {
            Image planes = rows;
            planes.layout = layout;
            planes.halo = 1;
            Guarded<Element> y(planes.storageElements());
            QVERIFY(runKernel(selectReorder(contiguous(rows, planes, sizeof(Element))),
                              {x.data(), y.data()}));
            QVERIFY(runKernel(selectReorder(contiguous(planes, rows, sizeof(Element))),
                              {y.data(), back.data()}));
            QVERIFY(y.bandsIntact() && back.bandsIntact());
            QVERIFY(std::ranges::equal(x.span(), back.span()));
        }
        Guarded<Element> turned(6);
        StridedCopyProblem copy{
            .rank = 2, .shape = {3, 2}, .strides = {1, 3}, .elementBytes = sizeof(Element)};
        QVERIFY(runKernel(selectStridedCopy(copy), {x.data(), turned.data()}));
        QVERIFY(turned.bandsIntact());
        for (size_t i = 0; i < 6; ++i) QCOMPARE(turned.span()[i], x.span()[i / 2 + i % 2 * 3]);
    }

    template <class Row>
    static void forEachPair(Row row) {
        const Image images[] = {{64, 1, 28, 28}, {5, 3, 7, 9},   {35, 18, 1, 1},
                                {17, 33, 5, 5},  {32, 32, 4, 8}, {1, 1, 1, 1}};
        for (const Image& image : images)
            for (const Layout from : layouts)
                for (const Layout to : layouts)
                    for (const int64_t halo : {0, 2}) {
                        const std::string name =
                            std::string(nameOf(from)) + " to " + nameOf(to) + " halo " +
                            std::to_string(halo) + " " + std::to_string(image.n) + "x" +
                            std::to_string(image.c) + "x" + std::to_string(image.h) + "x" +
                            std::to_string(image.w);
                        row(name, contiguous(with(image, from, halo == 0 ? 0 : 1),
                                             with(image, to, halo)));
                    }
    }
    static void pairs() {
        QTest::addColumn<ReorderProblem>("problem");
        forEachPair([](const std::string& name, const ReorderProblem& problem) {
            QTest::newRow(name.c_str()) << problem;
        });
    }
    static void pairsOnEverySet() {
        QTest::addColumn<std::string>("set");
        QTest::addColumn<ReorderProblem>("problem");
        for (const std::string& set : instructionSets())
            forEachPair([&](const std::string& name, const ReorderProblem& problem) {
                QTest::newRow((set + " " + name).c_str()) << set << problem;
            });
    }
    static void sets() {
        QTest::addColumn<std::string>("set");
        for (const std::string& set : instructionSets()) QTest::newRow(set.c_str()) << set;
    }
};

QTEST_APPLESS_MAIN(TestReorder)
#include "tst_reorder.moc"
