-- What programs send instead of a session. hash: SHA-256 of the token, which is shown once.
create table api_tokens (
  id         integer primary key autoincrement,
  hash       text not null unique,
  owner      text not null references accounts (name) on delete cascade,
  name       text not null,
  scopes     text not null,
  created    bigint not null,
  expires    bigint not null,
  last_used  bigint
);
create index api_tokens_by_owner on api_tokens (owner, id);

-- Accounts of an OpenID provider: who it says they are. They have no password here.
alter table accounts add column issuer text;
alter table accounts add column subject text;
create unique index accounts_by_subject on accounts (issuer, subject) where subject is not null;
