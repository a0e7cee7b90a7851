-- wafers: a situation of wafers; device: a device says so; system: the hub found it about itself,
-- its models or its data, and subject says about what. Alarms of the last two have a message, and
-- pattern holds what kind of trouble.
alter table alarms add column kind text not null default 'wafers';
update alarms set kind = 'device' where message is not null;
alter table alarms add column subject text;

-- Suppressed: it stays quiet until then.
alter table alarms add column suppressed_until bigint;
alter table alarms add column suppressed_by text;
alter table alarms add column suppress_reason text;

-- What a resolved one was: confirmed, false or test; null where nobody said.
alter table alarms add column cause text;

-- Which rule opened it, of which version; the stream of wafers that the rule follows (a camera and
-- pattern, a fab, a product), and in one sentence why: null for alarms of hubs before there were
-- rules. Theirs was the first rule, made of the settings.
alter table alarms add column rule bigint;
alter table alarms add column rule_version bigint;
alter table alarms add column stream text;
alter table alarms add column reason text;
update alarms set rule = 1, rule_version = 1, stream = fab || '/' || camera || ' ' || pattern
  where kind = 'wafers';
create index alarms_by_rule on alarms (rule, stream, last_seen);
create index alarms_by_kind on alarms (kind, state, id);

-- What happened to an alarm, and who did it; null: the hub. Rows are only ever added.
create table alarm_events (
  id      integer primary key autoincrement,
  alarm   integer not null references alarms (id) on delete cascade,
  at      bigint not null,
  person  text,
  what    text not null,
  words   text
);
create index alarm_events_by_alarm on alarm_events (alarm, id);
create trigger alarm_events_are_not_changed before update on alarm_events
begin
  select raise(abort, 'what happened to an alarm is never changed');
end;

-- Notices of other things than alarms leave by the same table; topic names what a notice is about,
-- and a notice is sent once a topic and way.
create table outbox_of_topics (
  id          integer primary key autoincrement,
  topic       text not null,
  alarm       integer references alarms (id) on delete cascade,
  way         text not null,
  state       text not null,
  notice      text not null,
  tries       integer not null,
  created     bigint not null,
  next_try    bigint not null,
  expires     bigint not null,
  ended       bigint,
  last_error  text,
  unique (topic, way)
);
insert into outbox_of_topics (id, topic, alarm, way, state, notice, tries, created, next_try,
                              expires, ended, last_error)
  select id, 'alarm-' || alarm, alarm, way, state, notice, tries, created, next_try, expires,
         ended, last_error from outbox;
drop table outbox;
alter table outbox_of_topics rename to outbox;
create index outbox_due on outbox (way, state, next_try);
