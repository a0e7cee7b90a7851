-- Runs from labels to a champion. stage: what it does or did last; state: whether it goes on.
create table pipeline_runs (
  id         integer primary key autoincrement,
  stage      text not null check (stage in ('snapshot', 'train', 'gate', 'test', 'approval', 'delivery')),
  state      text not null check (state in ('running', 'waiting', 'failed', 'cancelled', 'done')),
  started    bigint not null,
  started_by text not null,
  why        text not null,
  ended      bigint,
  -- The labels it knows, and the last one of them; null without training.
  snapshot   text,
  last_label bigint,
  -- What it trains from, and what came of it.
  parent     text,
  candidate  text,
  epoch      integer not null default 0,
  epochs     integer not null default 0,
  message    text
);
-- One at a time: they would train on the same cores and want the same place in test.
create unique index one_open_run on pipeline_runs ((state in ('running', 'waiting')))
  where state in ('running', 'waiting');
