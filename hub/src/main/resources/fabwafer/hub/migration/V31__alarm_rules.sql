-- The rules that raise alarms of wafers, as they are now, and every version they had. definition: a
-- JSON object as the REST interface writes it. Versions are only ever added.
create table alarm_rules (
  id          integer primary key autoincrement,
  version     bigint not null,
  definition  text not null,
  changed     bigint not null,
  changed_by  text
);
create table alarm_rule_versions (
  id          integer primary key autoincrement,
  rule        integer not null references alarm_rules (id),
  version     bigint not null,
  definition  text not null,
  changed     bigint not null,
  changed_by  text,
  note        text,
  unique (rule, version)
);
create trigger alarm_rule_versions_are_not_changed before update on alarm_rule_versions
begin
  select raise(abort, 'versions of rules are never changed');
end;
create trigger alarm_rule_versions_are_kept before delete on alarm_rule_versions
begin
  select raise(abort, 'versions of rules are never removed');
end;

-- What a rule keeps of a stream of wafers, written in the transaction that stores a wafer: what was
-- committed was judged once. A state of another version is none.
create table alarm_rule_states (
  rule     bigint not null,
  stream   text not null,
  version  bigint not null,
  state    text not null,
  changed  bigint not null,
  primary key (rule, stream)
);

-- Lots (or single wafers, where no lot is told) that rules hold. state: shadow (noted alone),
-- proposed, held, dismissed, released. received: when the hub stored the wafer.
create table holds (
  id           integer primary key autoincrement,
  rule         bigint not null,
  alarm        integer not null references alarms (id),
  fab          text not null,
  camera       text not null,
  lot          text,
  imgid        text not null,
  timestamp    bigint not null,
  received     bigint not null,
  reason       text not null,
  state        text not null,
  opened       bigint not null,
  held         bigint,
  held_by      text,
  sent         bigint,
  closed       bigint,
  closed_by    text
);
create index holds_by_state on holds (state, id);
create index holds_by_lot on holds (fab, lot, state);
