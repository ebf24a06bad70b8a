-- Which version of the format the files of a round have: what a later version brought, they do not know.

alter table import_files add column format_version smallint check (format_version > 0);
comment on column import_files.format_version is
  'version of the format that the file has; null for a file whose header could not be read';
-- Until now there was one version. A refused file may have had any.
update import_files set format_version = 1 where status in ('imported', 'superseded');

alter table rounds add column format_version smallint not null default 1 check (format_version > 0);
comment on column rounds.format_version is
  'the lowest version of the format among the files of the round: what a later version brought was not recorded, and is null';
