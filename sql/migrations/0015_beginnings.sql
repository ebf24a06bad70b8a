-- What continues an unfinished file must begin as it does: nothing else takes its place.

alter table import_files
  add column beginning_bytes bigint check (beginning_bytes >= 0),
  add column beginning_sha256 text check (beginning_sha256 ~ '^[0-9a-f]{64}$');
comment on column import_files.beginning_bytes is
  'of an unfinished file, the bytes that a file which continues it begins with: all before its trailer, of the heatmap the header; null for a complete file, and for one that was stored by an earlier prox';
comment on column import_files.beginning_sha256 is
  'SHA-256 of these bytes, lower-case hex';
