-- Who may write at the broker. cameras: names between commas, empty for all of the fab. credential
-- counts the credentials a device had, so that a connection made with an earlier one is known.
create table devices (
  name              text not null primary key,
  fab               text not null,
  cameras           text not null,
  state             text not null,
  credential        bigint not null,
  password_hash     text,
  key_sha256        text unique,
  certificate_ends  bigint,
  token_sha256      text unique,
  token_ends        bigint,
  created           bigint not null,
  created_by        text not null,
  last_seen         bigint,
  last_address      text
);

-- One row, counted up with every change but last_seen: a running hub sees what commands change.
create table device_changes (
  version  bigint not null
);
insert into device_changes (version) values (0);
