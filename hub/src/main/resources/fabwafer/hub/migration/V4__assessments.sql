-- What a prediction message says beside its label stays in classifications.more; here is what
-- wafers are chosen by. decision: accept or review, null where the message did not say.
alter table classifications add column decision text;
create index classifications_by_decision on classifications (decision, timestamp, imgid)
  where decision is not null;

-- The patterns on each wafer: those that its message says, else its prediction; none is no pattern.
create table wafer_patterns (
  pattern    text not null,
  timestamp  bigint not null,
  imgid      text not null,
  primary key (pattern, timestamp, imgid)
);
insert into wafer_patterns (pattern, timestamp, imgid)
  select prediction, timestamp, imgid from classifications where prediction <> 'none';
