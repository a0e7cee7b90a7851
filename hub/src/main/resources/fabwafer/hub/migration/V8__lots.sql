-- What a wafer's file says of it stays in classifications.more; here is what wafers are chosen by.
alter table classifications add column lot text;
create index classifications_by_lot on classifications (lot, timestamp, imgid) where lot is not null;
