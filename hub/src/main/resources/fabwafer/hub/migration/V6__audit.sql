-- Who did what to what, from where. Rows are only ever added, at the end and without a gap; hash
-- holds a row and the hash of the one before it (docs/hub.md says how).
create table audit (
  id       bigint not null primary key,
  at       bigint not null,
  actor    text not null,
  action   text not null,
  object   text not null,
  detail   text not null,
  address  text,
  hash     text not null
);
create index audit_by_time on audit (at);
create index audit_by_actor on audit (actor, id);
create index audit_by_action on audit (action, id);

-- Where the oldest rows were cut off: the last that went, its hash, and the row that tells of it.
create table audit_cuts (
  last_removed  bigint not null primary key,
  hash          text not null,
  entry         bigint not null
);

create trigger audit_is_in_order before insert on audit
when new.id <> 1 + coalesce((select max(id) from audit),
                            (select max(last_removed) from audit_cuts), 0)
begin
  select raise(abort, 'an audit entry must follow the last one');
end;

create trigger audit_is_not_changed before update on audit
begin
  select raise(abort, 'audit entries are never changed');
end;

create trigger audit_is_kept before delete on audit
when old.id > coalesce((select max(last_removed) from audit_cuts), 0)
begin
  select raise(abort, 'audit entries are never removed, but for the oldest by a cut');
end;

create trigger audit_cuts_are_not_changed before update on audit_cuts
begin
  select raise(abort, 'cuts of the audit are never changed');
end;

create trigger audit_cuts_are_kept before delete on audit_cuts
begin
  select raise(abort, 'cuts of the audit are never removed');
end;
