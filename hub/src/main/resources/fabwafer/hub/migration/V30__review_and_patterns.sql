-- Wafers that reviewers may be asked about: what a label of them would teach, and how far their
-- review is (unreviewed, one, disputed, settled). Those of the random share (sampled) are given out
-- by their draw, whatever they would teach.
create table review_wafers (
  imgid      text not null,
  timestamp  bigint not null,
  teaches    double precision not null,
  reasons    text not null,
  sampled    smallint not null,
  draw       bigint not null,
  state      text not null,
  label      text,
  primary key (imgid, timestamp)
);
create index review_wafers_by_use on review_wafers (state, sampled, teaches, timestamp, imgid);
create index review_wafers_by_draw on review_wafers (state, sampled, draw);

-- What reviewers said; rows are only ever added. A reviewer's last one of a wafer counts; label is
-- null where it was taken back. kind: why the wafer was given out.
create table review_opinions (
  id          integer primary key autoincrement,
  imgid       text not null,
  timestamp   bigint not null,
  reviewer    text not null,
  label       text,
  kind        text not null,
  prediction  text not null,
  model       text not null,
  at          bigint not null
);
create index review_opinions_by_wafer on review_opinions (imgid, timestamp, id);
create index review_opinions_by_reviewer on review_opinions (reviewer, id);

-- Who is looking at a wafer now, so that no two reviewers get the same.
create table review_leases (
  imgid      text not null,
  timestamp  bigint not null,
  reviewer   text not null,
  kind       text not null,
  until      bigint not null,
  primary key (imgid, timestamp)
);

-- How many wafers a reviewer was given: the mix of what comes next depends on it.
create table review_turns (
  reviewer  text primary key,
  turns     bigint not null
);

-- New patterns that people named. state: active, merged (into another), dissolved.
create table patterns (
  id          integer primary key autoincrement,
  name        text not null,
  state       text not null,
  merged      integer references patterns (id),
  created     bigint not null,
  created_by  text not null,
  changed     bigint not null
);
create unique index patterns_by_name on patterns (lower(name)) where state = 'active';

-- How a model sees a pattern: the mean direction of its named wafers, and how near a wafer has to
-- be to count as one of it.
create table pattern_prototypes (
  pattern    integer not null references patterns (id),
  model      text not null,
  features   blob not null,
  least      double precision not null,
  primary key (pattern, model)
);

-- Wafers of patterns. named: a person said so; else the hub matched it, similarity says how near.
create table pattern_wafers (
  imgid       text not null,
  timestamp   bigint not null,
  pattern     integer not null references patterns (id),
  named       smallint not null,
  similarity  double precision not null,
  primary key (imgid, timestamp)
);
create index pattern_wafers_by_pattern on pattern_wafers (pattern, named, timestamp, imgid);

-- Wafers that fit no pattern, the last ones: what new patterns are looked for in.
create table unfitting_wafers (
  id         integer primary key autoincrement,
  imgid      text not null,
  timestamp  bigint not null,
  why        text not null,
  unique (imgid, timestamp)
);
