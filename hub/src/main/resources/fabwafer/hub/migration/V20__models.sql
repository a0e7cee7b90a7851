-- Models by content: id is the SHA-256 of the ONNX file; the files lie in models/<id>.zip. A row is
-- never removed: what classified a wafer stays known.
create table models (
  id          text primary key,
  parent      text,
  stage       text not null check (stage in ('candidate', 'test', 'challenger', 'champion', 'retired')),
  origin      text not null check (origin in ('program', 'import', 'training')),
  card        text not null,
  bytes       bigint not null,
  sha256      text not null,
  -- The labels it was trained with; null where it was not trained here.
  snapshot    text,
  note        text,
  created     bigint not null,
  created_by  text not null
);
-- At most one of each: who answers, and who is on the way to it.
create unique index one_champion on models (stage) where stage = 'champion';
create unique index one_challenger on models ((stage in ('test', 'challenger'))) where stage in ('test', 'challenger');

-- Who did what to a model; the audit holds the same and is cut, this stays with the model.
create table model_events (
  id      integer primary key autoincrement,
  model   text not null references models (id),
  at      bigint not null,
  actor   text not null,
  action  text not null,
  detail  text not null
);
create index model_events_by_model on model_events (model, id);

-- One row a person; they go when the model leaves the test.
create table model_approvals (
  model   text not null references models (id),
  person  text not null,
  at      bigint not null,
  comment text,
  primary key (model, person)
);

-- What the gate said; the newest counts.
create table model_verdicts (
  id       integer primary key autoincrement,
  model    text not null references models (id),
  champion text,
  at       bigint not null,
  passed   integer not null,
  verdict  text not null
);
create index model_verdicts_by_model on model_verdicts (model, id);

-- Every champion in the order in which they came. rolled_back: it was taken back, and no rollback
-- leads to it again.
create table champions (
  id          integer primary key autoincrement,
  model       text not null references models (id),
  since       bigint not null,
  rolled_back integer not null default 0
);
