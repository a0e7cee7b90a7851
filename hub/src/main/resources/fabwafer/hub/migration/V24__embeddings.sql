-- Models whose embeddings are kept: a number takes less room a wafer than a model's id.
create table embedding_models (
  id     integer primary key autoincrement,
  model  text not null unique
);

-- What a model sees in a wafer, as a direction: one signed byte a feature. A wafer has one for
-- each model that looked at it; a later row has a greater id.
create table wafer_embeddings (
  id         integer primary key autoincrement,
  model      integer not null references embedding_models (id),
  imgid      text not null,
  timestamp  bigint not null,
  features   blob not null,
  unique (imgid, timestamp, model)
);
