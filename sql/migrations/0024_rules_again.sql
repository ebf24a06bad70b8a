-- Rules applied again: which version of a rule made the rows of a round, and whether on the game server or here.

create type rule_name as enum ('engagement', 'crossfire', 'bait', 'trade', 'heatmap');
comment on type rule_name is 'the rules; engagement finds the participants too';

create type rule_place as enum ('server', 'prox');
comment on type rule_place is
  'where a rule was applied: on the game server, as the file came, or by prox to the stored facts';

create table round_rules (
  round_id integer not null references rounds on delete cascade,
  rule rule_name not null,
  version integer,
  derived_by rule_place not null,
  positions_ms integer check (positions_ms > 0),
  derived_at timestamptz not null default now(),
  primary key (round_id, rule)
);
comment on table round_rules is
  'which rules were applied to a round, by whom, in which version; a rule without a row was not, so that what it finds is not known';
comment on column round_rules.round_id is 'the round';
comment on column round_rules.rule is 'the rule';
comment on column round_rules.version is
  'version of the rule; null where the game server found nothing, whose file does not say the version then, or where the capture failed';
comment on column round_rules.derived_by is 'where the rule was applied';
comment on column round_rules.positions_ms is
  'of a rule that prox applied to positions which lie further apart than the rule looks: how far, ms; between them players are taken to move straight on. Null where the rule saw what it had to';
comment on column round_rules.derived_at is 'when it was stored';

alter table engagement_analysis add column derived_by rule_place not null default 'server';
alter table engagement_participants add column derived_by rule_place not null default 'server';
alter table proximity_events add column derived_by rule_place not null default 'server';
alter table proximity_heatmap
  add column rule_version integer not null default 1,
  add column derived_by rule_place not null default 'server';
comment on column engagement_analysis.derived_by is 'who made the row: the game server, or prox from the stored facts';
comment on column engagement_participants.derived_by is 'see engagement_analysis.derived_by';
comment on column proximity_events.derived_by is 'see engagement_analysis.derived_by';
comment on column proximity_heatmap.derived_by is 'see engagement_analysis.derived_by';
comment on column proximity_heatmap.rule_version is 'version of the rule that made the row; 1 of all that game servers made';
comment on column rounds.engagement_rows is
  'stored rows of engagements, participants, crossfires, baits and trades; null where no rule that finds them was applied';
comment on column rounds.heatmap_rows is 'stored rows of the heatmap; null where there is none';

insert into round_rules (round_id, rule, version, derived_by)
select r.round_id, rule, max(rule_version), 'server'
from rounds r
cross join unnest(enum_range(null::rule_name)) as rule
left join (
  select round_id, 'engagement'::rule_name as rule, rule_version from engagement_analysis
  union all
  select round_id, record::text::rule_name, rule_version from proximity_events
  union all
  select round_id, 'heatmap', rule_version from proximity_heatmap
) found using (round_id, rule)
where case when rule = 'heatmap' then r.heatmap_rows is not null else r.engagement_rows is not null end
  and coalesce(r.captures ->> rule::text, 'on') not in ('off', 'unavailable')
group by r.round_id, rule;
update round_rules set version = null
from rounds r
where r.round_id = round_rules.round_id and r.captures ->> rule::text = 'failed';
