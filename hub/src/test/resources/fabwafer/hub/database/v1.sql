-- The database of a hub whose newest migration was V1, with a row or more in each table.
CREATE TABLE alarm_wafers (
  alarm        integer not null references alarms (id) on delete cascade,
  imgid        text not null,
  timestamp    bigint not null,
  probability  double precision not null,
  primary key (alarm, timestamp, imgid)
);
INSERT INTO "alarm_wafers" VALUES(1,'wafer0',1700000000000,0.9);
CREATE TABLE alarms (
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
INSERT INTO "alarms" VALUES(1,'faba','camera1','Donut','open',1700000000000,1700000000000,1,'wafer0','wafer0',0.9,1700000001000,1700000001000,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE classification_hours (
  fab         text not null,
  camera      text not null,
  hour        bigint not null,
  prediction  text not null,
  wafers      bigint not null,
  primary key (fab, camera, hour, prediction)
);
INSERT INTO "classification_hours" VALUES('faba','camera1',472222,'Donut',1);
INSERT INTO "classification_hours" VALUES('faba','camera1',472222,'none',1);
INSERT INTO "classification_hours" VALUES('faba','camera1',472222,'Loc',1);
CREATE TABLE classifications (
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
INSERT INTO "classifications" VALUES('wafer0',1700000000000,'faba','camera1','Donut',0.9,'{"lot":"L7"}',1,1700000001000);
INSERT INTO "classifications" VALUES('wafer1',1700000000001,'faba','camera1','none',0.9,NULL,1,1700000001001);
INSERT INTO "classifications" VALUES('wafer2',1700000000002,'faba','camera1','Loc',0.9,NULL,0,1700000001002);
CREATE TABLE fabs (
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
INSERT INTO "fabs" VALUES('faba','camera1',1700000000000,1700000002000,'online',1700000000000,'m1','0.1.0',0,10000);
CREATE TABLE "flyway_schema_history" (
    "installed_rank" INT NOT NULL PRIMARY KEY,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INT,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
    "execution_time" INT NOT NULL,
    "success" BOOLEAN NOT NULL
);
INSERT INTO "flyway_schema_history" VALUES(1,'1','baseline','SQL','V1__baseline.sql',633246502,'','2026-11-23 16:45:16.632',92,1);
CREATE TABLE images (
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
INSERT INTO "images" VALUES('faba','camera1','wafer0',1700000000000,0,70,'0000000000000000000000000000000000000000000000000000000000000000',1,1700000001000);
INSERT INTO "images" VALUES('faba','camera1','wafer1',1700000000001,0,70,'0000000000000000000000000000000000000000000000000000000000000001',1,1700000001000);
INSERT INTO "images" VALUES('faba','camera1','wafer9',1700000000009,0,70,'0000000000000000000000000000000000000000000000000000000000000009',0,1700000001000);
CREATE TABLE outbox (
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
INSERT INTO "outbox" VALUES(1,1,'webhook','waiting','{"alarm":1}',2,1700000001000,1700000001000,1700600000000,NULL,NULL);
CREATE TABLE quarantine (
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
INSERT INTO "quarantine" VALUES(1,'d','fabwafer/faba/camera1/img/x','faba','camera1','not JSON',X'7B',1,1,3,1700000000000,1700000000000);
CREATE TABLE unwritten_images (
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
INSERT INTO "unwritten_images" VALUES(1,'faba','camera1','waferp',1700000000005,X'89504E47','ab',1700000001000);
CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success");
CREATE INDEX classifications_by_time on classifications (timestamp, imgid);
CREATE INDEX classifications_by_fab on classifications (fab, timestamp, imgid);
CREATE INDEX classifications_by_camera on classifications (fab, camera, timestamp, imgid);
CREATE INDEX classifications_by_prediction on classifications (prediction, timestamp, imgid);
CREATE INDEX classifications_without_image on classifications (timestamp, imgid) where has_image = 0;
CREATE INDEX classification_hours_by_hour on classification_hours (hour);
CREATE INDEX images_without_classification on images (timestamp, fab, camera, imgid, version)
  where has_classification = 0;
CREATE INDEX alarms_by_situation on alarms (fab, camera, pattern, last_seen);
CREATE INDEX alarms_by_state on alarms (state, last_counted);
CREATE INDEX alarms_by_time on alarms (last_seen, id);
CREATE INDEX outbox_due on outbox (way, state, next_try);
CREATE INDEX quarantine_by_time on quarantine (last_received, id);
