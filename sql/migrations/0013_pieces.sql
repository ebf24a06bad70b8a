-- Rounds in pieces, where the modules were reloaded in the middle, and recordings that did not see the beginning.

alter type round_end_reason add value 'began_late';

alter table rounds add column began_ms integer, add column pieces smallint;
comment on column rounds.began_ms is
  'round time when the recording began, ms; null in files of format version 1, which do not say it';
comment on column rounds.pieces is
  'of how many pieces the round was put together, see docs/importing.md; null in files of format version 1, which do not say it';
comment on column rounds.end_reason is
  'why the recording ended, or why it is not complete: began_late where it did not see the beginning';

alter table import_files add column piece smallint not null default 1;
comment on column import_files.piece is
  'which piece of the round: 1, or more where the modules were reloaded in the middle of it';
