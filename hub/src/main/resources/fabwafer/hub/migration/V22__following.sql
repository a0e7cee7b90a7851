-- The place of a classification in the order in which followers see them: given once its image is
-- here, or was waited for long enough; null until then. It never changes and is never given twice.
alter table classifications add column arrival bigint;
update classifications set arrival = placed.place
  from (select imgid, timestamp, row_number() over (order by received, timestamp, imgid) as place
        from classifications) as placed
  where placed.imgid = classifications.imgid and placed.timestamp = classifications.timestamp;
create unique index classifications_by_arrival on classifications (arrival)
  where arrival is not null;
create index classifications_waiting on classifications (received, timestamp, imgid)
  where arrival is null;

-- One row: the last place that was given. Kept apart, as the newest classifications may be removed.
create table arrivals (
  last  bigint not null
);
insert into arrivals (last) select coalesce(max(arrival), 0) from classifications;

-- How far each follower is: it has seen every classification up to this place. skipped: those that
-- it failed at for good.
create table followers (
  name     text not null primary key,
  arrival  bigint not null,
  skipped  bigint not null
);
