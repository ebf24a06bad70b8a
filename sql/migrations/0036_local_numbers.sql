-- How many were about when somebody was downed.

alter table downs
  add column axis_involved smallint,
  add column allies_involved smallint,
  add column target_allies_near smallint,
  add column target_enemies_near smallint;
comment on column downs.axis_involved is
  'living Axis players right before it who did or took damage in its fight within 5 s; the victim counts; null in no fight';
comment on column downs.allies_involved is 'the same of Allies players';
comment on column downs.target_allies_near is 'living teammates of the victim near the victim';
comment on column downs.target_enemies_near is 'living enemies of the victim near the victim';
