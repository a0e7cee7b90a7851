-- What each camera shows: samples of its wafers, then (reference) and now, as counts. state: a JSON
-- object, see CameraState. centre: the sum of the first embeddings, of the model, as floats.
create table watch_cameras (
  fab       text not null,
  camera    text not null,
  model     text not null,
  centred   integer not null,
  centre    blob,
  state     text not null,
  drifting  smallint not null,
  primary key (fab, camera)
);

-- Reviewed wafers of the random share whose message had a conformal set, the last ones of a model
-- and label. probability: what the model gave for the label that people said. truth: id of that label.
create table watch_reviews (
  imgid        text not null,
  timestamp    bigint not null,
  model        text not null,
  label        text not null,
  covered      smallint not null,
  probability  double precision not null,
  truth        bigint not null,
  primary key (imgid, timestamp)
);
create index watch_reviews_by_label on watch_reviews (model, label, truth);

-- How often the sets held the label, by model and label. tightened: the least probability by which
-- the hub widens the sets; null where it does not.
create table watch_coverage (
  model      text not null,
  label      text not null,
  reviewed   bigint not null,
  covered    bigint not null,
  stated     double precision not null,
  slipping   smallint not null,
  tightened  double precision,
  primary key (model, label)
);

-- One row: the last label that was looked at.
create table watch_labels (
  last  bigint not null
);
insert into watch_labels (last) values (0);
