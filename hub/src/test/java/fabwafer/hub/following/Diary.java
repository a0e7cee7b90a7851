package fabwafer.hub.following;

import fabwafer.hub.database.Database;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** A follower that writes down each wafer it sees, with its yield ratio where it has a map. */
class Diary implements WaferFollower {
  private final String name;
  private final Start start;

  Diary(String name) {
    this(name, Start.BEGINNING);
  }

  Diary(String name, Start start) {
    this.name = name;
    this.start = start;
  }

  static void open(Database database) {
    database.change(
        handle ->
            handle.execute(
                "create table if not exists diary (id integer primary key autoincrement,"
                    + " name text not null, wafer text not null)"));
  }

  /** What a follower of that name wrote, in its order. */
  static List<String> read(Database database, String name) {
    return database.read(
        handle ->
            handle
                .createQuery("select wafer from diary where name = :name order by id")
                .bind("name", name)
                .mapTo(String.class)
                .list());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Start start() {
    return start;
  }

  @Override
  public void follow(Handle handle, FollowedWafer wafer) throws Exception {
    handle.execute(
        "insert into diary (name, wafer) values (?, ?)",
        name,
        wafer.classification().imgid() + wafer.map().map(map -> " " + map.yieldRatio()).orElse(""));
  }
}
