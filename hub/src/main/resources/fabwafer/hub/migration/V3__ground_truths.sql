-- Labels that people gave; rows are only ever added. at: when, milliseconds since 1970.
create table ground_truths (
  id            integer primary key autoincrement,
  imgid         text not null,
  timestamp     bigint not null,
  fab           text not null,
  camera        text not null,
  ground_truth  text not null,
  reviewer      text not null,
  comment       text,
  at            bigint not null
);
create index ground_truths_by_wafer on ground_truths (imgid, timestamp, id);
create index ground_truths_by_camera on ground_truths (fab, camera, id);

-- The newest label of each wafer, which is the one that counts; corrected: it is not the
-- prediction. Written in the transaction that adds the label.
create table reviewed_wafers (
  imgid      text not null,
  timestamp  bigint not null,
  fab        text not null,
  camera     text not null,
  corrected  smallint not null,
  newest     integer not null references ground_truths (id),
  primary key (imgid, timestamp)
);
create index reviewed_wafers_by_time on reviewed_wafers (timestamp, imgid);
create index reviewed_wafers_by_camera on reviewed_wafers (fab, camera, timestamp, imgid);
