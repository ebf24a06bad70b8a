-- What was refused before its content was known: a path that cannot be read, a damaged archive, a bad name.

create table refused_paths (
  label_sha256 text primary key check (label_sha256 ~ '^[0-9a-f]{64}$'),
  path_sha256 text not null check (path_sha256 ~ '^[0-9a-f]{64}$'),
  label text not null,
  error_code text not null,
  error_message text not null,
  refused_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  prox_version text not null
);
create index refused_paths_path on refused_paths (path_sha256);

comment on table refused_paths is
  'what the import refused before it knew the content: paths that cannot be read, damaged archives, bad names; a row goes when the import can read the path again';
comment on column refused_paths.label_sha256 is 'SHA-256 of the path, or of the archive and the path in it, lower-case hex';
comment on column refused_paths.path_sha256 is 'SHA-256 of the path of the file that was opened: the archive of an entry, lower-case hex';
comment on column refused_paths.label is 'the path, or the archive and the path in it, shortened';
comment on column refused_paths.error_code is 'why it was refused: a stable code';
comment on column refused_paths.error_message is 'the reason in words';
comment on column refused_paths.refused_at is 'when it was refused for this reason for the first time';
comment on column refused_paths.seen_at is 'when it was refused last';
comment on column refused_paths.prox_version is 'version of the program that refused it last';
