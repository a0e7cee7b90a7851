-- What the follower `yield` keeps, so that no chart scans wafers. wafers: classified; measured: of
-- those, the ones whose dies are known; yields, yield_squares: sums of their yield ratios and of
-- the ratios' squares. product is empty where the wafer's file names none.
create table wafer_hours (
  start          bigint not null,
  fab            text not null,
  camera         text not null,
  product        text not null,
  prediction     text not null,
  wafers         bigint not null,
  measured       bigint not null,
  dies           bigint not null,
  failing        bigint not null,
  yields         double precision not null,
  yield_squares  double precision not null,
  primary key (start, fab, camera, product, prediction)
);

-- The same by day (UTC), for long times.
create table wafer_days (
  start          bigint not null,
  fab            text not null,
  camera         text not null,
  product        text not null,
  prediction     text not null,
  wafers         bigint not null,
  measured       bigint not null,
  dies           bigint not null,
  failing        bigint not null,
  yields         double precision not null,
  yield_squares  double precision not null,
  primary key (start, fab, camera, product, prediction)
);

create table lots (
  lot            text not null,
  fab            text not null,
  camera         text not null,
  product        text not null,
  first_seen     bigint not null,
  last_seen      bigint not null,
  wafers         bigint not null,
  defects        bigint not null,
  measured       bigint not null,
  dies           bigint not null,
  failing        bigint not null,
  yields         double precision not null,
  yield_squares  double precision not null,
  primary key (lot, fab, camera, product)
);
create index lots_by_time on lots (last_seen, lot, fab, camera, product);

create table lot_predictions (
  lot         text not null,
  fab         text not null,
  camera      text not null,
  product     text not null,
  prediction  text not null,
  wafers      bigint not null,
  primary key (lot, fab, camera, product, prediction)
);

-- Dies and failing dies by position, of the wafers of one grid (rows x columns of dies). stack: see
-- DieStack.
create table stacked_days (
  start    bigint not null,
  fab      text not null,
  camera   text not null,
  product  text not null,
  height   integer not null,
  width    integer not null,
  wafers   bigint not null,
  stack    blob not null,
  primary key (start, fab, camera, product, height, width)
);
create table stacked_lots (
  lot      text not null,
  fab      text not null,
  camera   text not null,
  product  text not null,
  height   integer not null,
  width    integer not null,
  wafers   bigint not null,
  stack    blob not null,
  primary key (lot, fab, camera, product, height, width)
);

-- Limits of control charts that a person froze; the newest of a scope counts. fab, camera, product:
-- empty for all. Rows are only ever added.
create table baselines (
  id         integer primary key autoincrement,
  fab        text not null,
  camera     text not null,
  product    text not null,
  measure    text not null,
  bucket     text not null,
  version    bigint not null,
  from_time  bigint not null,
  to_time    bigint not null,
  points     bigint not null,
  inspected  bigint not null,
  centre     double precision not null,
  spread     double precision not null,
  made       bigint not null,
  made_by    text not null,
  comment    text not null,
  unique (fab, camera, product, measure, bucket, version)
);
