-- What was refused and is gone from its folder since is remembered, and no longer counted.

alter table refused_paths
  add column path text,
  add column gone_at timestamptz;
alter table import_files
  add column path text,
  add column gone_at timestamptz,
  add constraint import_files_gone check (gone_at is null or status = 'rejected');
create index import_files_rejected on import_files (path) where status = 'rejected';

comment on column refused_paths.path is
  'absolute path of the file that was opened, the archive of an entry, shortened; null where an earlier prox did not keep it';
comment on column refused_paths.gone_at is
  'when an import of a folder above no longer found it there; null while it is there, or nobody looked';
comment on column import_files.path is
  'of a rejected file: absolute path of the file, or of its archive, shortened; null where an earlier prox did not keep it';
comment on column import_files.gone_at is
  'of a rejected file: when an import of a folder above no longer found this content there; null while it is there, or nobody looked';

-- Paths that were given from the folder of the command cannot be found again.
update refused_paths set path = label where label like '/%';
update import_files set path = label where status = 'rejected' and label like '/%';

comment on table refused_paths is
  'what the import refused before it knew the content: paths that cannot be read, damaged archives, bad names; a row goes when the import can read the path again, and 30 days after the path is gone';
