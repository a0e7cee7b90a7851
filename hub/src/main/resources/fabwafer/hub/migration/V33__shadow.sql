-- Models in shadow: a row each time a model was put into test beside a champion ('' where there was
-- none). wafers: those it answered; failed: those it failed on; unseen: those without a wafer map.
create table shadow_runs (
  id        integer primary key autoincrement,
  model     text not null,
  champion  text not null,
  test      bigint not null,
  since     bigint not null,
  wafers    bigint not null default 0,
  same      bigint not null default 0,
  failed    bigint not null default 0,
  unseen    bigint not null default 0,
  unique (model, test, champion)
);

-- Wafers by what was published of them and what the model in shadow said.
create table shadow_labels (
  run        integer not null references shadow_runs (id),
  champion   text not null,
  candidate  text not null,
  wafers     bigint not null,
  primary key (run, champion, candidate)
);

-- The last wafers, each with both labels: what reviews, which come later, are held against.
create table shadow_wafers (
  id         integer primary key autoincrement,
  run        integer not null references shadow_runs (id),
  imgid      text not null,
  timestamp  bigint not null,
  fab        text not null,
  camera     text not null,
  champion   text not null,
  candidate  text not null,
  unique (run, imgid, timestamp)
);
create index shadow_wafers_differing on shadow_wafers (run, id) where champion <> candidate;
create index shadow_wafers_by_wafer on shadow_wafers (imgid, timestamp);
