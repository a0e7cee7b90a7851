-- Times are milliseconds since 1970. Names of columns say the unit where it is not the wafer's time.

-- One row a stored prediction. The same wafer delivered twice is one row: imgid + timestamp.
create table classifications (
  imgid        text not null,
  timestamp    bigint not null,
  fab          text not null,
  camera       text not null,
  prediction   text not null,
  probability  double precision not null,
  more         text,
  has_image    smallint not null,
  received     bigint not null,
  primary key (imgid, timestamp)
);
create index classifications_by_time on classifications (timestamp, imgid);
create index classifications_by_fab on classifications (fab, timestamp, imgid);
create index classifications_by_camera on classifications (fab, camera, timestamp, imgid);
create index classifications_by_prediction on classifications (prediction, timestamp, imgid);
create index classifications_without_image on classifications (timestamp, imgid) where has_image = 0;

-- Wafers a fab, camera, hour (of the wafer's time) and prediction: defect rates without a scan.
create table classification_hours (
  fab         text not null,
  camera      text not null,
  hour        bigint not null,
  prediction  text not null,
  wafers      bigint not null,
  primary key (fab, camera, hour, prediction)
);
create index classification_hours_by_hour on classification_hours (hour);

-- What the archive holds. version 0 is <imgid>.png itself; later ones are other bytes of that name.
create table images (
  fab                 text not null,
  camera              text not null,
  imgid               text not null,
  timestamp           bigint not null,
  version             integer not null,
  bytes               bigint not null,
  sha256              text not null,
  has_classification  smallint not null,
  received            bigint not null,
  primary key (fab, camera, imgid, timestamp, version)
);
create index images_without_classification on images (timestamp, fab, camera, imgid, version)
  where has_classification = 0;

-- Images that came while the archive could not be written; they go there as soon as it can.
create table unwritten_images (
  id         integer primary key autoincrement,
  fab        text not null,
  camera     text not null,
  imgid      text not null,
  timestamp  bigint not null,
  image      blob not null,
  sha256     text not null,
  received   bigint not null,
  unique (fab, camera, imgid, timestamp, sha256)
);

-- The cameras of the fabs: everyone who ever sent something valid.
create table fabs (
  fab          text not null,
  camera       text not null,
  first_seen   bigint not null,
  last_seen    bigint not null,
  state        text,
  state_since  bigint,
  model        text,
  version      text,
  spooled      bigint,
  spool_limit  bigint,
  primary key (fab, camera)
);

-- One row a situation: a pattern that a camera keeps seeing.
create table alarms (
  id               integer primary key autoincrement,
  fab              text not null,
  camera           text not null,
  pattern          text not null,
  state            text not null,
  first_seen       bigint not null,
  last_seen        bigint not null,
  wafers           bigint not null,
  first_imgid      text not null,
  last_imgid       text not null,
  max_probability  double precision not null,
  opened           bigint not null,
  last_counted     bigint not null,
  acknowledged     bigint,
  acknowledged_by  text,
  closed           bigint,
  closed_by        text,
  comment          text
);
create index alarms_by_situation on alarms (fab, camera, pattern, last_seen);
create index alarms_by_state on alarms (state, last_counted);
create index alarms_by_time on alarms (last_seen, id);

create table alarm_wafers (
  alarm        integer not null references alarms (id) on delete cascade,
  imgid        text not null,
  timestamp    bigint not null,
  probability  double precision not null,
  primary key (alarm, timestamp, imgid)
);

-- Notices that have to leave the hub, one a way out.
create table outbox (
  id          integer primary key autoincrement,
  alarm       integer not null references alarms (id) on delete cascade,
  way         text not null,
  state       text not null,
  notice      text not null,
  tries       integer not null,
  created     bigint not null,
  next_try    bigint not null,
  expires     bigint not null,
  ended       bigint,
  last_error  text,
  unique (alarm, way)
);
create index outbox_due on outbox (way, state, next_try);

-- Refused messages. The same message refused again is counted, not kept again.
create table quarantine (
  id              integer primary key autoincrement,
  digest          text not null unique,
  topic           text not null,
  fab             text,
  camera          text,
  reason          text not null,
  payload         blob not null,
  kept_bytes      bigint not null,
  payload_bytes   bigint not null,
  times           bigint not null,
  first_received  bigint not null,
  last_received   bigint not null
);
create index quarantine_by_time on quarantine (last_received, id);
