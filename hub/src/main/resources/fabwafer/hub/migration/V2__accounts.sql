-- Who may use the hub. Names are in lower case; passwords as Argon2id hashes with their parameters.
create table accounts (
  name           text not null primary key,
  password_hash  text not null,
  role           text not null,
  created        bigint not null
);

-- Who is logged in. id_hash: SHA-256 of what the browser holds, so that a copy of the database
-- opens no session.
create table sessions (
  id_hash    text not null primary key,
  account    text not null references accounts (name) on delete cascade,
  created    bigint not null,
  last_used  bigint not null
);
create index sessions_by_account on sessions (account, last_used);
