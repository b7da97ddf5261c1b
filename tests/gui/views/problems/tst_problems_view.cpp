// SPDX-License-Identifier: Apache-2.0
// The list of problems as a dock: what is told of a set-up before anything is started.
#include <QTemporaryDir>
#include <QtTest>
#include <QtWidgets>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 20'000 * test::slowness;

}  // namespace

class ProblemsViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void saysWhatAStartWouldMeet_data() {
        QTest::addColumn<std::string>("network");
        QTest::addColumn<QStringList>("rows");
        QTest::newRow("nothing") << std::string(test::smallNetwork) << QStringList{};
        QTest::newRow("a warning")
            << std::string(
                   "x[1,28,28] -> flatten -> linear(out_features=10) -> tanh as head -> "
                   "cross_entropy(labels)")
            << QStringList{"Warning: tanh 'head' keeps logits between -1 and 1"};
        QTest::newRow("a refusal, said once")
            << std::string("x[1,28,28] -> conv2d(out_channels=1 kernel=3 padding=1) -> mse(x)")
            << QStringList{"mse 'mse': it compares with input 'x'"};
        QTest::newRow("images of other extents, with a warning")
            << std::string(
                   "x[1,28,27] -> flatten -> linear(out_features=10) -> relu as head -> "
                   "cross_entropy(labels)")
            << QStringList{"input 'x' takes images of [1, 28, 27], the data have [1, 28, 28]",
                           "Warning: relu 'head' keeps logits from being negative"};
    }
    void saysWhatAStartWouldMeet() {
        QFETCH(std::string, network);
        QFETCH(QStringList, rows);
        Document document;
        RunController run(document);
        run.setFallbackFolder(m_folder.path(), true);
        Selection selection;
        Theme theme{ThemeKind::Dark};
        ActionBook actions(theme);
        QVERIFY(document
                    .open(test::saveInto(m_folder.path(), QStringLiteral("small"),
                                         test::smallProject(network)))
                    .ok());
        const std::unique_ptr<QWidget> dock(
            open({document, run, selection, theme, actions}, "problems"));
        const auto* list = dock->findChild<QListView*>(QStringLiteral("problems.list"));
        QTRY_VERIFY_WITH_TIMEOUT(run.data() && (run.tape() || run.planError()), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), static_cast<int>(rows.size()),
                                  patienceMs);
        for (int row = 0; row < rows.size(); ++row) {
            const QString said = list->model()->index(row, 0).data().toString();
            QVERIFY2(said.startsWith(rows[row]), qPrintable(said));
        }
    }

  private:
    static QWidget* open(const ViewContext& context, const char* id) {
        for (const ViewDescriptor* view : allViews())
            if (std::string_view(view->id) == id) return view->create(context, nullptr);
        qFatal("there is no view %s", id);
    }

    QTemporaryDir m_folder;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::ProblemsViewTest)
#include "tst_problems_view.moc"
