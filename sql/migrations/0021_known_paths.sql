-- What an import found at a path, so that the next one need not open what is still the same there.

create table known_paths (
  path text primary key check (octet_length(path) <= 1000),
  size_bytes bigint not null,
  modified_ns bigint not null,
  changed_ns bigint not null,
  contents json not null,
  read_at timestamptz not null default now(),
  prox_version text not null
);
create index known_paths_read_at on known_paths (read_at);

comment on table known_paths is
  'what an import found at a path when it read it: an import that meets the same size and times there takes it from here and does not open the file; what is stored says import_files, by content';
comment on column known_paths.path is 'absolute path of the file or archive, on the machine that imported it';
comment on column known_paths.size_bytes is 'size of the file at the path, bytes';
comment on column known_paths.modified_ns is 'when its content was changed last, by the file system, ns since 1970';
comment on column known_paths.changed_ns is
  'when its content, name or rights were changed last, by the file system, ns since 1970: no program can set it back';
comment on column known_paths.contents is
  'what was found in it: of each round file what its header and trailer say, and the hash of its content';
comment on column known_paths.read_at is 'when it was read; after 180 days the row goes, and the file is read once more';
comment on column known_paths.prox_version is 'version of prox that read it; another one reads the file again';
