package fabwafer.hub.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.database.Database;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Actor EVA = Actor.user("eva", "10.0.0.7");

  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong(1_795_428_000_000L);
  private Database database;
  private AuditLog audit;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    audit = new AuditLog(database, () -> Instant.ofEpochMilli(now.get()));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void anEntry_saysWhoDidWhatToWhatFromWhere_andHoldsTheOneBefore() {
    audit.append(EVA, "account.changed", "account:tom", AuditLog.detail().put("role", "admin"));
    audit.append(Actor.HUB, "hub.started", "", AuditLog.detail());

    List<AuditEntry> newest = audit.newest(AuditQuery.ALL, Optional.empty(), 10);
    assertThat(newest).extracting(AuditEntry::id).containsExactly(2L, 1L);
    AuditEntry first = newest.getLast();
    assertThat(first.actor()).isEqualTo("user:eva");
    assertThat(first.from()).contains("10.0.0.7");
    assertThat(first.detail()).isEqualTo("{\"role\":\"admin\"}");
    assertThat(first.atMillis()).isEqualTo(now.get());
    assertThat(AuditChain.follows(newest.getFirst(), first.hash())).isTrue();
    assertThat(audit.verify()).isEqualTo(new AuditVerdict.Intact(1, 2, newest.getFirst().hash()));
  }

  @Test
  void whatIsRolledBack_leavesNoEntry() {
    assertThatThrownBy(
            () ->
                audit.write(
                    handle -> {
                      audit.append(handle, EVA, "label.given", "wafer:x", AuditLog.detail());
                      throw new IllegalStateException("no label after all");
                    }))
        .hasMessage("no label after all");
    assertThat(audit.verify()).isEqualTo(new AuditVerdict.Intact(0, 0, AuditChain.START));
  }

  @Test
  void theDatabaseRefuses_toChangeRemoveReplaceOrSkipAnEntry() {
    fill(3);
    for (String change :
        List.of(
            "update audit set actor = 'x' where id = 2",
            "delete from audit where id = 3",
            "delete from audit",
            "insert or replace into audit select 2, at, 'x', action, object, detail, address, hash"
                + " from audit where id = 2",
            "insert into audit select 5, at, actor, action, object, detail, address, hash"
                + " from audit where id = 2")) {
      assertThatThrownBy(() -> database.change(handle -> handle.execute(change)))
          .as(change)
          .hasStackTraceContaining("audit ent");
    }
    assertThat(audit.verify()).isInstanceOf(AuditVerdict.Intact.class);
  }

  @Test
  void whoeverGoesAroundTheDatabasesRules_isFound_withTheFirstBrokenEntry() throws SQLException {
    fill(5);
    outside("update audit set object = 'other' where id = 4");
    assertThat(audit.verify())
        .isEqualTo(
            new AuditVerdict.Broken(
                4, "its hash does not fit what it says and the entry before" + " it"));
    outside("delete from audit where id = 2");
    assertThat(audit.verify())
        .isEqualTo(new AuditVerdict.Broken(2, "it is missing; the next one is 3"));
  }

  @Test
  void aCutByHand_isFoundToo() throws SQLException {
    fill(5);
    outside("delete from audit where id <= 2");
    outside("insert into audit_cuts select 2, 'x', 5");
    assertThat(audit.verify()).isInstanceOf(AuditVerdict.Broken.class);
  }

  @Test
  void aCut_removesTheOldest_tellsOfItself_andTheChainGoesOn() {
    fill(5);
    long edge = now.get();
    fill(2);

    assertThat(audit.cut(Actor.HUB, edge, true)).isEqualTo(5);
    assertThat(audit.verify()).isInstanceOf(AuditVerdict.Intact.class);
    assertThat(audit.cut(Actor.HUB, edge, false)).isEqualTo(5);
    assertThat(audit.cut(Actor.HUB, edge, false)).isZero();
    fill(1);
    assertThat(audit.verify())
        .isInstanceOfSatisfying(
            AuditVerdict.Intact.class,
            intact -> {
              assertThat(intact.first()).isEqualTo(6);
              assertThat(intact.last()).isEqualTo(9);
            });
    AuditEntry cut = audit.newest(AuditQuery.ALL, Optional.empty(), 2).getLast();
    assertThat(cut.action()).isEqualTo("audit.cut");
    assertThat(cut.detail()).startsWith("{\"first\":1,\"last\":5,\"lastHash\":\"");

    assertThat(audit.cut(Actor.HUB, Long.MAX_VALUE, false)).isEqualTo(4);
    assertThat(audit.verify())
        .isInstanceOfSatisfying(
            AuditVerdict.Intact.class, intact -> assertThat(intact.first()).isEqualTo(10));
  }

  @Test
  void strangeTexts_areShortenedAndReadBackAsTheyWereHashed() {
    audit.append(
        new Actor("user:\ud800\n" + "x".repeat(400), Optional.of("\u0000")),
        "a\u2028b",
        "\udfff",
        AuditLog.detail().put("text", "\ud800" + "y".repeat(600)).put("line", "a\nb"));
    assertThat(audit.verify()).isInstanceOf(AuditVerdict.Intact.class);
    AuditEntry entry = audit.newest(AuditQuery.ALL, Optional.empty(), 1).getFirst();
    assertThat(entry.actor()).hasSize(AuditLog.MAX_CHARS + 1).startsWith("user:??x");
    assertThat(entry.detail()).contains("y…").contains("a\\nb");
  }

  @Test
  void aHugeDetail_isLeftOut_withItsLength() {
    var detail = AuditLog.detail();
    for (int i = 0; i < 100; i++) {
      detail.put("field" + i, "z".repeat(400));
    }
    audit.append(EVA, "a.b", "", detail);
    assertThat(audit.newest(AuditQuery.ALL, Optional.empty(), 1).getFirst().detail())
        .startsWith("{\"shortenedFromChars\":");
  }

  @Test
  void entries_areFoundByActorActionObjectAndTime() {
    audit.append(EVA, "account.changed", "account:tom", AuditLog.detail());
    audit.append(EVA, "account.removed", "account:tim", AuditLog.detail());
    now.addAndGet(1_000);
    audit.append(Actor.HUB, "accounting", "x", AuditLog.detail());

    assertThat(found(Optional.of("user:eva"), Optional.empty(), Optional.empty())).hasSize(2);
    assertThat(found(Optional.empty(), Optional.of("account"), Optional.empty())).hasSize(2);
    assertThat(found(Optional.empty(), Optional.empty(), Optional.of("account:tim"))).hasSize(1);
    assertThat(
            audit.newest(
                new AuditQuery(
                    Optional.empty(), Optional.empty(), Optional.empty(), now.get(), now.get()),
                Optional.empty(),
                10))
        .extracting(AuditEntry::id)
        .containsExactly(3L);
  }

  @Test
  void anExportForASpreadsheet_holdsNoFormula() throws IOException {
    audit.append(
        new Actor("=HYPERLINK(\"http://evil\")", Optional.empty()),
        "+1",
        "@x, \"quoted\"",
        AuditLog.detail());
    String csv = exported(AuditExport.Format.CSV);
    assertThat(csv.lines().toList().getLast())
        .contains("\"'=HYPERLINK(\"\"http://evil\"\")\",\"'+1\",\"'@x, \"\"quoted\"\"\"");
    assertThat(exported(AuditExport.Format.JSONL)).contains("\"actor\":\"=HYPERLINK");
  }

  @Test
  void theSameAgain_isCounted_notWrittenAgain() {
    try (RepeatedEvents strangers =
        new RepeatedEvents(audit, () -> Instant.ofEpochMilli(now.get()))) {
      for (int i = 0; i < 1_000; i++) {
        strangers.note(Actor.anyone("10.0.0.9"), "session.refused", "account", AuditLog.detail());
      }
      assertThat(audit.newest(AuditQuery.ALL, Optional.empty(), 10)).hasSize(1);
      now.addAndGet(Duration.ofMinutes(1).toMillis());
      strangers.writeDue();
      assertThat(audit.newest(AuditQuery.ALL, Optional.empty(), 10).getFirst().detail())
          .isEqualTo("{\"further\":999}");
    }
  }

  @Test
  void aFloodOfDifferentEvents_isBounded_andCounted() {
    try (RepeatedEvents strangers =
        new RepeatedEvents(audit, () -> Instant.ofEpochMilli(now.get()))) {
      for (int i = 0; i < RepeatedEvents.MAX_AN_HOUR + 50; i++) {
        strangers.note(Actor.anyone("10.0.0.9"), "topic.refused", "t" + i, AuditLog.detail());
      }
    }
    AuditEntry last = audit.newest(AuditQuery.ALL, Optional.empty(), 1).getFirst();
    assertThat(last.id()).isEqualTo(RepeatedEvents.MAX_AN_HOUR + 1);
    assertThat(last.action()).isEqualTo(RepeatedEvents.OVERFLOW);
    assertThat(last.detail()).isEqualTo("{\"unwritten\":50}");
  }

  private List<AuditEntry> found(
      Optional<String> actor, Optional<String> action, Optional<String> object) {
    return audit.newest(
        new AuditQuery(actor, action, object, Long.MIN_VALUE, Long.MAX_VALUE),
        Optional.empty(),
        10);
  }

  private String exported(AuditExport.Format format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AuditExport.write(audit, AuditQuery.ALL, format, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private void fill(int entries) {
    for (int i = 0; i < entries; i++) {
      audit.append(EVA, "label.given", "wafer:" + i, AuditLog.detail().put("n", i));
      now.incrementAndGet();
    }
  }

  /** As somebody with the file in their hands, who can drop every rule. */
  private void outside(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hub.db"));
        Statement statement = connection.createStatement()) {
      for (String trigger : List.of("audit_is_not_changed", "audit_is_kept", "audit_is_in_order")) {
        statement.execute("drop trigger if exists " + trigger);
      }
      statement.execute(sql);
    }
  }
}
