-- When its reviewer took a label back, milliseconds since 1970; null: it stands. What was taken
-- back is no wafer's label any more, and nobody learns from it.
alter table ground_truths add column withdrawn bigint;

-- Whether the reviewer was told what the model says (0) or not (1) before the opinion.
alter table review_leases add column blind smallint not null default 0;
alter table review_opinions add column blind smallint not null default 0;
