// SPDX-License-Identifier: Apache-2.0
// A million examples that are drawn by code: no event costs the window's thread more than a frame
// (16 ms), whatever is asked for, sorted or changed. Truth: its CPU time.
#include <QtTest>
#include <QtWidgets>

#include "core/data/drawn_examples.h"
#include "gui/theme/theme.h"
#include "gui/views/data/data_panel.h"
#include "gui/views/data/sample_grid.h"
#include "gui/views/data/samples_page.h"
#include "tests/gui/support/measuring_application.h"

namespace vitrine::gui {

namespace {

constexpr int64_t trainCount = 800'000, testCount = 200'000;
constexpr double frameSeconds = 0.016;
constexpr int patienceMs = 60'000;

/// Example i has the label i mod 3 and grey pixels.
ExampleSet drawn(int64_t count) {
    const auto draw = [](int64_t index, std::span<std::byte> record) {
        std::ranges::fill(record, static_cast<std::byte>(0));
        std::ranges::fill(record.first(16), static_cast<std::byte>(index % 251));
        record[16] = static_cast<std::byte>(index % 3);
    };
    return {count, DrawnExamples::create(
                       {.count = count, .columnBytes = {16, 4}, .draw = draw, .threads = 0})};
}

std::shared_ptr<const Dataset> million() {
    auto dataset = std::make_shared<Dataset>();
    dataset->columns = {{.name = "image", .dtype = DType::U8, .shape = {1, 4, 4}},
                        {.name = "label", .dtype = DType::I32, .classes = {"ape", "bee", "cat"}}};
    dataset->train = drawn(trainCount);
    dataset->test = drawn(testCount);
    return dataset;
}

/// Every fifth answer is wrong.
Predictions answers(int64_t count, int64_t epoch) {
    Predictions made{.epoch = epoch, .classes = {}, .probabilities = {}, .losses = {}};
    for (int64_t i = 0; i < count; ++i) {
        const bool isWrong = (i + epoch) % 5 == 0;
        made.classes.push_back(static_cast<int32_t>((i + isWrong) % 3));
        made.probabilities.push_back(0.5F);
        made.losses.push_back(static_cast<float>((i * 7919 + epoch) % 10'007) / 1000);
    }
    return made;
}

}  // namespace

class ManySamplesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void noEventIsLongerThanAFrame() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers slow the window down: this measures the program as people have it");
#endif
        Theme theme(ThemeKind::Dark);
        DataPanel panel(theme);
        m_panel = &panel;
        panel.resize(900, 500);
        panel.setColumns("image", "label");
        connect(&panel, &DataPanel::changesEdited, this,
                [&](const std::vector<DataChange>& changes) { panel.setChanges(changes); });
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto data = million();
        application().startMeasuring();
        call("other data", [&] { panel.setData(data); });
        QTRY_VERIFY_WITH_TIMEOUT(panel.keeper().source().table->hasClasses(), patienceMs);
        showAnswers();
        lookThrough();
        change();
        for (const auto& costs : {application().slotCosts(), application().paintCosts()}) {
            QVERIFY(!costs.empty());
            qInfo("the longest event: %.1f ms, %s", 1000 * costs.front().seconds,
                  qPrintable(costs.front().what));
            QVERIFY2(costs.front().seconds < frameSeconds, qPrintable(costs.front().what));
        }
        qInfo("the longest call: %.1f ms, %s", 1000 * m_longest, m_longestCall);
        QVERIFY2(m_longest < frameSeconds, m_longestCall);
    }

  private:
    static test::MeasuringApplication& application() {
        return *static_cast<test::MeasuringApplication*>(QApplication::instance());
    }
    template <class Work>
    void call(const char* what, Work work) {
        const double before = test::threadSeconds();
        work();
        const double seconds = test::threadSeconds() - before;
        if (seconds < m_longest) return;
        m_longest = seconds;
        m_longestCall = what;
    }
    SampleFinder& finder() { return m_panel->samples().grid().finder(); }
    SamplesModel& model() { return m_panel->samples().grid().model(); }
    void choose(const char* box, int index) {
        auto* combo = m_panel->findChild<QComboBox*>(QLatin1String(box));
        call(box, [&] { combo->setCurrentIndex(index); });
        QTRY_VERIFY_WITH_TIMEOUT(!finder().isSearching(), patienceMs);
    }

    void showAnswers() {
        for (const int64_t epoch : {1, 2, 3}) {
            const Predictions said = answers(testCount, epoch);
            call("answers", [&] { m_panel->setPredictions(said); });
            QTest::qWait(20);
        }
    }

    void lookThrough() {
        choose("samplesPart", 1);
        choose("samplesOrder", 1);  // the largest loss first
        QCOMPARE(model().samples(), testCount);
        QCOMPARE(model().index(0).data(SamplesModel::LossRole).toFloat(), 10.006F);
        choose("samplesOrder", 3);  // most changed answers
        choose("samplesShown", 2);  // wrong
        QCOMPARE(model().samples(), testCount / 5);
        choose("samplesShown", 0);
        choose("samplesPart", 2);
        choose("samplesOrder", 0);
        auto* search = m_panel->findChild<QLineEdit*>(QStringLiteral("samplesSearch"));
        call("search", [&] { search->setText(QStringLiteral("n 79999")); });
        QTRY_COMPARE_WITH_TIMEOUT(model().samples(), int64_t{11}, patienceMs);
        call("search", [&] { search->clear(); });
        QTRY_COMPARE_WITH_TIMEOUT(model().samples(), trainCount + testCount, patienceMs);
        call("page", [&] { model().setPage(4321); });
        QTest::qWait(50);
    }

    void change() {
        auto* list = m_panel->findChild<QListView*>(QStringLiteral("samplesList"));
        list->setCurrentIndex(model().index(7));
        call("exclude", [&] { QTest::keyClick(list, Qt::Key_Delete); });
        const int64_t place = model().placeAt(7);
        const auto isExcluded = [&] {
            return m_panel->keeper().source().table->changeOf(place).isExcluded;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isExcluded(), patienceMs);
        QCOMPARE(model().page(), 4321);
    }

    DataPanel* m_panel = nullptr;
    double m_longest = 0;
    const char* m_longestCall = "";
};

}  // namespace vitrine::gui

int main(int argc, char** argv) {
    vitrine::test::MeasuringApplication application(argc, argv);
    vitrine::gui::ManySamplesTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_many_samples.moc"
