-- What the follower `yield` saw of a wafer. dies: 0 where unknown, null until it was followed;
-- height, width: of its wafer map, in dies; stacked: its wafer map is in the stacked maps.
alter table classifications add column dies integer;
alter table classifications add column failing integer;
alter table classifications add column height integer;
alter table classifications add column width integer;
alter table classifications add column stacked smallint not null default 0;
create index classifications_by_size on classifications (height, width, timestamp, imgid) where height is not null;

-- It follows from the first wafer again, so that all of it can be taken back with a wafer.
delete from wafer_hours;
delete from wafer_days;
delete from lots;
delete from lot_predictions;
delete from stacked_days;
delete from stacked_lots;
delete from followers where name = 'yield';

-- As classification_hours, by day (UTC), for long times.
create table classification_days (
  fab         text not null,
  camera      text not null,
  day         bigint not null,
  prediction  text not null,
  wafers      bigint not null,
  primary key (fab, camera, day, prediction)
);
insert into classification_days (fab, camera, day, prediction, wafers)
  select fab, camera, hour - (hour % 86400000 + 86400000) % 86400000, prediction, sum(wafers)
  from classification_hours group by 1, 2, 3, 4;

create index reviewed_wafers_corrected on reviewed_wafers (timestamp, imgid) where corrected = 1;
create index reviewed_wafers_corrected_by_camera on reviewed_wafers (fab, camera, timestamp, imgid) where corrected = 1;
