-- What a wafer's file says of it stays in classifications.more; here is what wafers are chosen by.
alter table classifications add column product text;
update classifications set product = json_extract(more, '$.product')
  where more like '%"product"%' and json_type(more, '$.product') = 'text' and json_extract(more, '$.product') <> '';
create index classifications_by_product on classifications (product, timestamp, imgid) where product is not null;
