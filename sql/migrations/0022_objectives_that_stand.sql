-- Whether an objective stands at the beginning: files say it since format version 3.

alter table objectives add column stands boolean;

comment on column objectives.stands is
  'whether it stands where the recording begins, see docs/format.md; null where the file''s format version does not say it';
