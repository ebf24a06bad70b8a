-- Rows lost are told by each file: a file that takes the place of another takes its count with it.

alter table import_files add column rows_lost integer check (rows_lost >= 0);
comment on column import_files.rows_lost is
  'rows that the server''s disk refused, as the trailer says; 0 for a file without one, null for a file of which nothing is stored';
-- Of rounds that were stored before, only the sum is known: one complete file of each has it.
update import_files as file set rows_lost = case when file.sha256 = (
    select sha256 from import_files as other
    where other.round_id = file.round_id and other.status = 'imported'
    order by is_complete desc nulls last, sha256 limit 1)
  then rounds.rows_lost else 0 end
from rounds where rounds.round_id = file.round_id and file.status = 'imported';
