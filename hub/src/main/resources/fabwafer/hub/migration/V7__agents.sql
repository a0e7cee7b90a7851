-- Which agents speak for a camera: two may, of one shared folder. A device that does not say who it
-- is stands here as the agent ''. folder: the id of the folder that it shares, null if it shares none.
create table agents (
  fab         text not null,
  camera      text not null,
  agent       text not null,
  state       text not null,
  role        text,
  folder      text,
  last_heard  bigint not null,
  primary key (fab, camera, agent)
);

-- What is wrong with a device; null for the alarms of wafers. The pattern of such an alarm is its kind.
alter table alarms add column message text;

-- Files of the archive that retention took out of the table images and that are still to go.
create table doomed_files (
  fab      text not null,
  camera   text not null,
  imgid    text not null,
  version  integer not null,
  primary key (fab, camera, imgid, version)
);
create index images_by_received on images (received);
create index classifications_by_received on classifications (received);
