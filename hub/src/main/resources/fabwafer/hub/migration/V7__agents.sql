-- Which agents speak for a camera: two may, of one shared folder. A device that does not say who it
-- is stands here as the agent ''. folder: the id of the folder that it shares, null if it shares none.
create table agents (
  fab         text not null,
  camera      text not null,
  agent       text not null,
  state       text not null,
  role        text,
  folder      text,
  problems    text,
  last_heard  bigint not null,
  primary key (fab, camera, agent)
);

-- What is wrong with a device just now; one row a device and kind, kept as long as it lasts.
create table device_alarms (
  id        integer primary key autoincrement,
  fab       text not null,
  camera    text not null,
  kind      text not null,
  message   text not null,
  opened    bigint not null,
  closed    bigint,
  notified  bigint
);
create unique index device_alarms_standing on device_alarms (fab, camera, kind)
  where closed is null;
create index device_alarms_by_time on device_alarms (opened, id);
