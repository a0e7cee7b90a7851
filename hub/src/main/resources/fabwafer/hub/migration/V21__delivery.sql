-- Which model each camera was told to use last; payload is the signed order as it is published.
create table model_orders (
  fab      text not null,
  camera   text not null,
  sequence bigint not null unique,
  model    text not null,
  -- The model that the camera was told to use before; null: the one it was installed with.
  before   text,
  payload  blob not null,
  given    bigint not null,
  primary key (fab, camera)
);

-- What each agent said of its model last.
create table model_reports (
  fab              text not null,
  camera           text not null,
  agent            text not null,
  state            text not null,
  serving          text not null,
  sequence         bigint not null,
  desired_sequence bigint not null,
  received         bigint not null,
  reason           text,
  previous         text,
  wafers           bigint not null,
  errors           bigint not null,
  compared         bigint not null,
  disagreements    bigint not null,
  mean_millis      double precision not null,
  previous_millis  double precision not null,
  at               bigint not null,
  primary key (fab, camera, agent)
);

create table rollouts (
  id          integer primary key autoincrement,
  model       text not null,
  -- The champion before, to go back to where a camera has no order of its own; null: none.
  champion    text,
  state       text not null check (state in ('running', 'done', 'stopped', 'rolled-back')),
  stages      text not null,
  stage       integer not null,
  stage_since bigint not null,
  reason      text,
  created     bigint not null,
  created_by  text not null,
  ended       bigint
);
-- One at a time: two would give one camera two orders.
create unique index one_rollout on rollouts (state) where state = 'running';

create table rollout_cameras (
  rollout integer not null references rollouts (id),
  fab     text not null,
  camera  text not null,
  stage   integer not null,
  -- The model it had before; null: the one it was installed with.
  before  text,
  primary key (rollout, fab, camera)
);
