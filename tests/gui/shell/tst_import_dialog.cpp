// SPDX-License-Identifier: Apache-2.0
// Models of other programs as a person opens them: what the dialog says, what is chosen there, and
// the project that comes of it. Truth: the models, which are made here byte by byte.
#include <QtTest>
#include <QtWidgets>

#include "core/graph/placeholder.h"
#include "gui/models/problem_model.h"
#include "gui/shell/import_dialog.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

/// x → Relu → Reshape to rows of 12 → + bias: scores of 12 classes.
std::string scores(const std::vector<OnnxDim>& input) {
    return onnxGraph(
        {.nodes = {onnxNode("Relu", {"x"}, {"r"}), onnxNode("Reshape", {"r", "rows"}, {"flat"}),
                   onnxNode("Add", {"flat", "bias"}, {"scores"})},
         .initializers = {onnxIntegers("rows", {2}, {-1, 12}),
                          onnxFloats("bias", {12}, std::vector<float>(12, 0.25F))},
         .inputs = {onnxValue("x", OnnxFloat, input)},
         .outputs = {onnxValue("scores", OnnxFloat, {"N", 12})}});
}

/// x → Twist of a foreign domain → Relu.
std::string twisted() {
    return onnxGraph({.nodes = {onnxNode({.op = "Twist",
                                          .inputs = {"x"},
                                          .outputs = {"t"},
                                          .attributes = {onnxAttribute("angle", 0.5)},
                                          .name = "turn",
                                          .domain = "com.acme"}),
                                onnxNode("Relu", {"t"}, {"y"})},
                      .inputs = {onnxValue("x", OnnxFloat, {"N", 3})},
                      .outputs = {onnxValue("y", OnnxFloat, {"N", 3})}});
}

std::string modelOf(const std::string& graph) {
    return onnxModel({.graph = graph, .domains = {{"com.acme", 1}}});
}

const std::string plain = modelOf(scores({"N", 3, 2, 2}));

}  // namespace

class TestImportDialog : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;
    QTemporaryDir m_folder;

    WindowFixture& fixture() { return *m_fixture; }
    Document& document() { return m_fixture->bench().document; }
    QString write(const char* name, const std::string& bytes) {
        QFile file(m_folder.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly)) qFatal("a test can write its folder");
        file.write(bytes.data(), static_cast<qint64>(bytes.size()));
        return file.fileName();
    }
    /// The dialog for a model, which has been read.
    ImportDialog& look(const QString& path) {
        fixture().window().open(path);
        auto* dialog = fixture().window().findChild<ImportDialog*>();
        if (!dialog) qFatal("there is no dialog");
        wait(*dialog);
        return *dialog;
    }
    static void wait(ImportDialog& dialog) {
        const auto* facts = dialog.findChild<QLabel*>("import.facts");
        if (!QTest::qWaitFor([&] { return !facts->text().isEmpty(); }, 20'000))
            qFatal("the model is not read");
        QCoreApplication::processEvents();  // what has come is shown
    }
    template <class T>
    static T* in(QWidget& dialog, const char* name) {
        T* found = dialog.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    static QString words(QWidget& dialog, const char* label) {
        return in<QLabel>(dialog, label)->text();
    }
    static void click(QWidget& dialog, const char* button) {
        auto* found = in<QAbstractButton>(dialog, button);
        QTRY_VERIFY(found->isEnabled());
        QTest::mouseClick(found, Qt::LeftButton);
    }
    static QStringList rows(QWidget& dialog) {
        const QAbstractItemModel& model = *in<QListView>(dialog, "import.remarks")->model();
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row)
            rows << model.index(row, 0).data(ProblemModel::NodeRole).toString() + ": " +
                        model.index(row, 0).data().toString();
        return rows;
    }
    static QStringList ends(QWidget& dialog) {
        QStringList rows;
        const auto& table = *in<QTreeWidget>(dialog, "import.ends");
        for (int row = 0; row < table.topLevelItemCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < table.columnCount(); ++column)
                cells << table.topLevelItem(row)->text(column);
            rows << cells.join(' ');
        }
        return rows;
    }

    /// All numbers have come from the model's file.
    bool isWhole() {
        const auto& entries = document().graph().parameters();
        return !entries.empty() && std::ranges::all_of(entries, [](const auto& of) {
            return of.second.file && of.second.data;
        });
    }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
    }
    void cleanup() { m_fixture.reset(); }

    void saysWhatTheModelIs() {
        ImportDialog& dialog = look(write("net.onnx", plain));
        QCOMPARE(words(dialog, "import.title"), QStringLiteral("net.onnx"));
        QVERIFY(words(dialog, "import.facts").startsWith("operator set 18"));
        QVERIFY(words(dialog, "import.facts").contains("12 numbers can be trained"));
        QCOMPARE(words(dialog, "import.summary"), QStringLiteral("3 of 3 nodes are read."));
        QCOMPARE(ends(dialog),
                 QStringList({"in x float [N, 3, 2, 2]", "out scores float [N, 12]"}));
        QVERIFY(document().graph().nodes().empty());
    }

    void opensAsANewProject() {
        const QString model = write("net.onnx", plain);
        click(look(model), "import.open");
        QTRY_VERIFY(document().graph().find("loss"));
        QVERIFY(document().file().isEmpty() && document().isModified());
        QCOMPARE(document().undoStack().count(), 0);
        QCOMPARE(document().title(), QStringLiteral("net"));
        QTRY_VERIFY(document().project().unplaced.empty());
        QTRY_VERIFY(isWhole());
        for (const auto& [id, entry] : document().graph().parameters())
            QCOMPARE(QString::fromStdString(entry.file->path), model);
        fixture().find<QMenu>("file.recent")->aboutToShow();
        QCOMPARE(fixture().find<QMenu>("file.recent")->actions().value(0)->toolTip(), model);
    }

    void addsNoLossWhereNobodyWantsOne() {
        ImportDialog& dialog = look(write("net.onnx", plain));
        in<QCheckBox>(dialog, "import.loss")->click();
        QVERIFY(!in<QPushButton>(dialog, "import.open")->isEnabled());
        click(dialog, "import.open");
        QTRY_VERIFY(!document().graph().nodes().empty());
        QVERIFY(!document().graph().find("loss") && !document().graph().find("target"));
    }

    void aLossThatCannotBeIsNotOffered() {
        const std::string twist =
            onnxNode({.op = "Twist", .inputs = {"x"}, .outputs = {"y"}, .domain = "com.acme"});
        const std::string unread = onnxGraph({.nodes = {twist},
                                              .inputs = {onnxValue("x", OnnxFloat, {"N", 3})},
                                              .outputs = {onnxValue("y", OnnxFloat, {"N", 3})}});
        ImportDialog& dialog = look(write("unread.onnx", modelOf(unread)));
        const auto* loss = in<QCheckBox>(dialog, "import.loss");
        QVERIFY(!loss->isEnabled() && !loss->isChecked());
        QVERIFY2(loss->text().endsWith("(not possible: not every node is read)"),
                 qPrintable(loss->text()));
        QVERIFY2(rows(dialog).join('|').contains(
                     "No target and no loss were added, since not every node is read"),
                 qPrintable(rows(dialog).join('|')));
        click(dialog, "import.cancel");
        QTRY_VERIFY(!fixture().window().findChild<ImportDialog*>());
        const auto* offered = in<QCheckBox>(look(write("net.onnx", plain)), "import.loss");
        QVERIFY(offered->isEnabled() && offered->isChecked());
    }

    void longNamesLeaveRoomForTheRest() {
        const QString name = QString("a/very/long/").repeated(12) + "input:0";
        const std::string input = onnxValue(
            name.toStdString(), OnnxFloat,
            {"how_many_examples_there_are", 3, "the_height_of_each_image", "the_width_of_each"});
        const std::string graph =
            onnxGraph({.nodes = {onnxNode("Relu", {name.toStdString()}, {"y"})},
                       .inputs = {input},
                       .outputs = {onnxValue("y", OnnxFloat)}});
        ImportDialog& dialog = look(write("long.onnx", modelOf(graph)));
        const auto& table = *in<QTreeWidget>(dialog, "import.ends");
        const QTreeWidgetItem* row = table.topLevelItem(0);
        const int seen = table.viewport()->width();
        for (int column = 0; column < 4; ++column) {
            const int left = table.header()->sectionViewportPosition(column);
            QVERIFY(left >= 0 && left + table.header()->sectionSize(column) <= seen);
        }
        QVERIFY(table.header()->sectionSize(1) > seen / 4);
        QVERIFY(table.header()->sectionSize(2) >= table.fontMetrics().horizontalAdvance("float"));
        QCOMPARE(table.textElideMode(), Qt::ElideMiddle);
        QCOMPARE(row->toolTip(1), name);
    }

    void theLastOfTheFindingsCanBeSeenWhole() {
        std::vector<std::string> nodes;
        for (int k = 0; k < 12; ++k)
            nodes.push_back(onnxNode({.op = "Twist",
                                      .inputs = {"x"},
                                      .outputs = {k == 0 ? "y" : "y" + std::to_string(k)},
                                      .domain = "com.acme.with.a.long.name"}));
        ImportDialog& dialog = look(
            write("many.onnx", modelOf(onnxGraph({.nodes = nodes,
                                                  .inputs = {onnxValue("x", OnnxFloat, {"N", 3})},
                                                  .outputs = {onnxValue("y", OnnxFloat)}}))));
        auto& list = *in<QListView>(dialog, "import.remarks");
        list.scrollToBottom();
        const QModelIndex last = list.model()->index(list.model()->rowCount() - 1, 0);
        const QRect seen = list.visualRect(last);
        QVERIFY(list.viewport()->rect().contains(seen));
        QStyleOptionViewItem option;
        option.widget = &list;
        option.font = list.font();
        QVERIFY(seen.height() >= list.itemDelegate()->sizeHint(option, last).height());
    }

    /// Data that were never chosen cannot be located.
    void asksForDataThatWereNeverChosen() {
        click(look(write("net.onnx", plain)), "import.open");
        auto* banner = fixture().find<QWidget>("dataBanner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
        QCOMPARE(fixture().find<QPushButton>("data.locate")->text(), QStringLiteral("Choose …"));
    }

    void leavesTheDocumentAlone_data() {
        QTest::addColumn<bool>("byKey");
        QTest::newRow("button") << false;
        QTest::newRow("key") << true;
    }
    void leavesTheDocumentAlone() {
        QFETCH(bool, byKey);
        ImportDialog& dialog = look(write("net.onnx", plain));
        if (byKey)
            QTest::keyClick(&dialog, Qt::Key_Escape);
        else
            click(dialog, "import.cancel");
        QTRY_VERIFY(!fixture().window().findChild<ImportDialog*>());
        QVERIFY(document().graph().nodes().empty() && !document().isModified());
    }

    void canBeLeftWhileItReads() {
        fixture().window().open(write("net.onnx", plain));
        fixture().window().findChild<ImportDialog*>()->reject();
        QTRY_VERIFY(!fixture().window().findChild<ImportDialog*>());
        QVERIFY(document().graph().nodes().empty());
    }

    void namesWhatIsNotRead() {
        ImportDialog& dialog = look(write("twist.onnx", modelOf(twisted())));
        QVERIFY(words(dialog, "import.summary").contains("1 stays as a placeholder"));
        const QStringList said = rows(dialog);
        QVERIFY2(said.value(0).contains("Twist node 'turn' (com.acme 1)"),
                 qPrintable(said.join('|')));
        QVERIFY2(said.value(0).endsWith("it is taken to leave the shape as it is."),
                 qPrintable(said.join('|')));
        click(dialog, "import.open");
        QTRY_VERIFY(document().graph().find("turn"));
        QCOMPARE(document().graph().find("relu")->op->id, std::string_view("relu"));
        const Node& node = *document().graph().find("turn");
        QVERIFY(isPlaceholder(node));
        QCOMPARE(node.attrs.real("angle"), 0.5);
        const Error* error = document().shapes().errorOf("turn");
        QVERIFY(error);
        QVERIFY2(QString::fromStdString(error->message).contains("no such operator (com.acme 1)"),
                 error->message.c_str());
    }

    /// That a loss was added is good to know; that batches decide changes what comes out.
    void warnsOfWhatChangesAnswersAlone() {
        const std::string trained =
            onnxGraph({.nodes = {onnxNode({.op = "Dropout",
                                           .inputs = {"x", "ratio", "training"},
                                           .outputs = {"d"}}),
                                 onnxNode("Add", {"d", "bias"}, {"scores"})},
                       .initializers = {onnxFloats("ratio", {}, {0.5F}),
                                        onnxTyped("training", OnnxBool, {}, OnnxField::Int32s, {1}),
                                        onnxFloats("bias", {12}, std::vector<float>(12, 0.25F))},
                       .inputs = {onnxValue("x", OnnxFloat, {"N", 12})},
                       .outputs = {onnxValue("scores", OnnxFloat, {"N", 12})}});
        ImportDialog& dialog = look(write("trained.onnx", modelOf(trained)));
        const QStringList said = rows(dialog);
        QVERIFY2(said.size() == 2 && said[0].startsWith(": Warning: Dropout is in training mode") &&
                     said[1].startsWith(": Note: A target and a loss were added"),
                 qPrintable(said.join('|')));
        const QAbstractItemModel& model = *in<QListView>(dialog, "import.remarks")->model();
        QVERIFY(!model.index(0, 0).data(ProblemModel::NoteRole).toBool());
        QVERIFY(model.index(1, 0).data(ProblemModel::NoteRole).toBool());
    }

    void asksForSizesThatAreOpen() {
        ImportDialog& dialog = look(write("open.onnx", modelOf(scores({"N", 3, "height", 2}))));
        auto* line = in<QLineEdit>(dialog, "import.extent.height");
        QCOMPARE(line->text(), QStringLiteral("224"));
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        line->setFocus();
        QVERIFY(line->hasFocus());
        line->selectAll();
        QTest::keyClicks(line, "0");
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(dialog.isVisible());
        line->selectAll();
        QTest::keyClicks(line, "99999");
        click(dialog, "import.open");
        QVERIFY(dialog.isVisible());
        QVERIFY(line->hasFocus());
        line->selectAll();
        QTest::keyClicks(line, "8");
        click(dialog, "import.open");  // takes over what stands there
        QTRY_VERIFY(document().graph().find("x"));
        QCOMPARE(document().graph().find("x")->attrs.list("shape"),
                 (std::vector<int64_t>{3, 8, 2}));
    }

    void saysWhatIsWrongWithAFile_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("message");
        QTest::newRow("noise") << QByteArray("\x91\x7c\xd5\x1e\x5b")
                               << QStringLiteral("noise.onnx");
        QTest::newRow("cut short") << QByteArray(plain.data(), qsizetype(plain.size() / 2))
                                   << QStringLiteral("noise.onnx");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("noise.onnx");
    }
    void saysWhatIsWrongWithAFile() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, message);
        ImportDialog& dialog = look(write("noise.onnx", bytes.toStdString()));
        QVERIFY(!in<QPushButton>(dialog, "import.open")->isEnabled());
        QCOMPARE(rows(dialog).size(), 1);
        QVERIFY2(rows(dialog)[0].contains(message), qPrintable(rows(dialog)[0]));
    }

    void opensTheSameFileTwice() {
        const QString model = write("net.onnx", plain);
        for (int time = 0; time < 2; ++time) {
            click(look(model), "import.open");
            QTRY_VERIFY(!fixture().window().findChild<ImportDialog*>());
            QTRY_VERIFY(document().graph().find("loss"));
        }
    }

    void asksBeforeWorkIsLost() {
        click(look(write("net.onnx", plain)), "import.open");
        QTRY_VERIFY(document().isModified());
        const DialogAnswers person({DialogAnswers::press(QMessageBox::Cancel)});
        fixture().trigger("file.import");
        QVERIFY(person.areAllGiven());
        QVERIFY(document().graph().find("loss"));
    }

    void standsInTheMenu() {
        const QString model = write("net.onnx", plain);
        const DialogAnswers person(
            {DialogAnswers::type(model), DialogAnswers::clickWhenReady("import.open")});
        fixture().trigger("file.import");
        QTRY_VERIFY(document().graph().find("loss"));
        QVERIFY(person.areAllGiven());
    }

    void isDropped() {
        QMimeData dragged;
        dragged.setUrls({QUrl::fromLocalFile(write("net.onnx", plain))});
        QWidget* canvas = &fixture().window();
        QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &dragged, Qt::LeftButton,
                              Qt::NoModifier);
        QCoreApplication::sendEvent(canvas, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPoint(400, 300), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(canvas, &drop);
        QTRY_VERIFY(fixture().window().findChild<ImportDialog*>());
    }

    void aModelThatIsGoneIsNamed() {
        const QString model = write("gone.onnx", plain);
        click(look(model), "import.open");
        QTRY_VERIFY(document().graph().find("loss"));
        QTRY_VERIFY(isWhole());
        const QString project = m_folder.filePath("kept.vitrine");
        QVERIFY(document().saveAs(project).ok());
        QVERIFY(QFile::remove(model));
        QVERIFY(fixture().window().open(project));
        const auto troubles = [&] {
            QStringList said;
            for (const auto& [id, entry] : document().graph().parameters())
                said << QString::fromStdString(entry.trouble);
            return said.join('|');
        };
        QTRY_VERIFY2(troubles().contains("gone.onnx"), qPrintable(troubles()));
        const auto* banner = fixture().find<QWidget>("weightsBanner");
        QTRY_VERIFY(banner->isVisible());
        const QString said = fixture().find<QLabel>("weights.sentence")->text();
        QCOMPARE(said, QStringLiteral("'gone.onnx', which 1 parameter starts from, is not in '%1'.")
                           .arg(m_folder.path()));
        const QAbstractItemModel& problems = *fixture().find<QListView>("problems.list")->model();
        QStringList listed;
        for (int row = 0; row < problems.rowCount(); ++row)
            listed << problems.index(row, 0).data(ProblemModel::SentenceRole).toString();
        QCOMPARE(listed.filter("gone.onnx"), QStringList(said));
        const DialogAnswers person({DialogAnswers::type(write("moved.onnx", plain))});
        QTest::mouseClick(fixture().find<QPushButton>("weights.locate"), Qt::LeftButton);
        QVERIFY(person.areAllGiven());
        QTRY_VERIFY(isWhole());
        QVERIFY(!banner->isVisible());
        QVERIFY(document().isModified());
    }

    void aMovedFolderKeepsItsModel() {
        QVERIFY(QDir(m_folder.path()).mkpath("here"));
        const QString model = write("here/net.onnx", plain);
        click(look(model), "import.open");
        QTRY_VERIFY(document().graph().find("loss"));
        QVERIFY(document().saveAs(m_folder.filePath("here/net.vitrine")).ok());
        QVERIFY(QDir(m_folder.path()).rename("here", "there"));
        QVERIFY(fixture().window().open(m_folder.filePath("there/net.vitrine")));
        QTRY_VERIFY(isWhole());
    }
};

QTEST_MAIN(TestImportDialog)
#include "tst_import_dialog.moc"
