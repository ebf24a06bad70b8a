-- One definition of each number: what was written out in every query becomes a function or a column. docs/metrics.md lists
-- them.

-- Functions that the planner puts into the query that calls them: they cost nothing.

create function is_enemy_kill(event combat_event, relation combat_relation) returns boolean
  language sql immutable parallel safe
  return event = 'kill' and relation = 'enemy';
comment on function is_enemy_kill is 'whether a combat event is a kill: a living enemy was downed';

create function is_living_hit(event combat_event, target_is_wounded boolean) returns boolean
  language sql immutable parallel safe
  return event = 'hit' and not coalesce(target_is_wounded, false);
comment on function is_living_hit is 'whether a combat event is a hit on somebody who was not down yet';

create function is_enemy_hit(event combat_event, relation combat_relation, target_is_wounded boolean) returns boolean
  language sql immutable parallel safe
  return event = 'hit' and relation = 'enemy' and not coalesce(target_is_wounded, false);
comment on function is_enemy_hit is 'whether a combat event is a hit that counts: on a living enemy';

create function own_players(side engagement_side, attackers smallint, defenders smallint) returns smallint
  language sql immutable parallel safe
  return case side when 'attackers' then attackers else defenders end;
comment on function own_players is 'players of a participant''s own side of an engagement: N of NvM';

create function enemy_players(side engagement_side, attackers smallint, defenders smallint) returns smallint
  language sql immutable parallel safe
  return case side when 'attackers' then defenders else attackers end;
comment on function enemy_players is 'players of the side against a participant of an engagement: M of NvM';

-- Accuracy: which shots and hits it counts, and which weapon struck.

alter table weapons add column has_accuracy boolean;
update weapons set has_accuracy = kind in ('pistol', 'smg', 'rifle', 'scoped_rifle', 'machine_gun');
alter table weapons alter column has_accuracy set not null;
comment on column weapons.has_accuracy is
  'whether its shots count in accuracy: those of weapons that fire bullets, each of which hits at most one player';

alter table means_of_death
  add column has_accuracy boolean,
  add column weapons smallint[] not null default '{}';
update means_of_death set has_accuracy = kind = 'bullet';
alter table means_of_death alter column has_accuracy set not null;
comment on column means_of_death.has_accuracy is 'whether its hits count in accuracy: those of bullets';
comment on column means_of_death.weapons is
  'the weapons that strike with it, see weapons; the first stands for a hit by none of them that is in hand';

update means_of_death m
set weapons = s.weapons::smallint[]
from (
  values
    ('machinegun', '{33}'), ('browning', '{33}'), ('mg42', '{33}'),
    ('grenade', '{4,9}'), ('grenade_launcher', '{4}'), ('grenade_pineapple', '{9}'),
    ('knife', '{1}'), ('knife_kabar', '{48}'), ('backstab', '{1,48}'),
    ('luger', '{2}'), ('colt', '{7}'), ('silencer', '{14}'), ('silenced_colt', '{39}'),
    ('akimbo_colt', '{35}'), ('akimbo_luger', '{36}'), ('akimbo_silencedcolt', '{45}'), ('akimbo_silencedluger', '{46}'),
    ('mp40', '{3}'), ('thompson', '{8}'), ('sten', '{10}'), ('mp34', '{54}'),
    ('garand', '{25}'), ('garand_scope', '{40}'), ('k43', '{31}'), ('k43_scope', '{41}'),
    ('fg42', '{32}'), ('fg42scope', '{42}'), ('kar98', '{23}'), ('carbine', '{24}'),
    ('gpg40', '{37}'), ('m7', '{38}'), ('panzerfaust', '{5}'), ('bazooka', '{53}'), ('flamethrower', '{6}'),
    ('mobile_mg42', '{30,47}'), ('mobile_browning', '{49,50}'),
    ('mortar', '{34,43}'), ('mortar2', '{51,52}'), ('mapmortar', '{17}'), ('mapmortar_splash', '{17}'),
    ('dynamite', '{15}'), ('landmine', '{26}'), ('satchel', '{27}'),
    ('airstrike', '{55}'), ('arty', '{13}'), ('smokegrenade', '{22}'), ('smokebomb', '{29}'),
    ('syringe', '{11}'), ('ammo', '{12}'), ('explosive', '{18}')
) s (id, weapons)
where m.id = s.id;

create function struck_weapon(weapon smallint, weapons smallint[]) returns smallint
  language sql immutable parallel safe
  return case when weapon = any (weapons) then weapon else weapons[1] end;
comment on function struck_weapon is
  'the weapon that struck: the one in hand if it strikes with the means of death, else the first that does';

-- Kills that held, and kills that a revive undid. Derived, see sql/derive/kill_outcomes.sql.

alter table combat_events add column is_undone boolean;
comment on column combat_events.is_undone is 'of a kill: whether a revive undid it; derived from the rows that follow';

-- What two did together in a fight that became part of another one names the number of the fight that is gone. It belongs
-- to the fight that its first player was in then. Derived, see sql/derive/fights_of_acts.sql.

comment on column proximity_events.engagement is
  'the engagement it belongs to, the one that is left where two became one; null where none was open';
comment on column proximity_events.start_ms is
  'when it began, ms of round time: the crossfire''s first hit, the beginning of the draw, the death that was avenged';

-- Time alive: from spawn or revive to death, leaving or the round's end, to the server frame. Samples stand for it.

alter table player_lives add column alive_ms integer;
comment on column player_lives.alive_ms is
  'time alive, ms: from spawn or revive to death, leaving or the round''s end, to the server frame; without a combat file samples times prox_sample_ms';
comment on column player_lives.samples is
  'samples of the life, 0 where it was too short for one; all of a player''s together stand for alive_ms';
comment on column player_lives.first_ms is
  'round time of the first sample, ms; null without sample, or when the positions were pruned before it was kept';
comment on column player_cells.samples is
  'samples in the cell; all of a player''s together stand for the time alive, see player_lives';

-- How far teammates were from each other, over all samples. The import sums them up as positions pass by, like player_movement.

create table teammate_distances (
  round_id integer not null references rounds on delete cascade,
  player_id integer not null references players,
  teammate_player_id integer not null references players,
  team smallint not null check (team in (1, 2)),
  samples integer not null,
  near_samples integer,
  distance_sum_units double precision not null,
  primary key (round_id, player_id, teammate_player_id, team),
  check (player_id < teammate_player_id)
);
comment on table teammate_distances is
  'how far two players of a team were from each other, summed up over all samples in which both were alive; kept when positions are pruned';
comment on column teammate_distances.round_id is 'the round';
comment on column teammate_distances.player_id is 'the one of the two with the smaller id';
comment on column teammate_distances.teammate_player_id is 'the other';
comment on column teammate_distances.team is '1 Axis, 2 Allies';
comment on column teammate_distances.samples is 'samples in which both were alive; each stands for the round''s prox_sample_ms';
comment on column teammate_distances.near_samples is
  'of these, those in which the two were near: within the round''s prox_near_units; null when that is not known';
comment on column teammate_distances.distance_sum_units is 'sum of the distances in the samples, units';

-- Of pruned rounds nothing but the old sums is left: one moment in five seconds, and near was another distance.
insert into teammate_distances
select
  round_id, player_id, teammate_player_id, team,
  round(together_ms / (substring(configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::float8),
  null,
  mean_distance_units
    * round(together_ms / (substring(configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::float8)
from teammate_synergy
join rounds using (round_id)
where positions_pruned_at is not null and together_ms > 0 and mean_distance_units is not null
  and configuration ->> 'prox_sample_ms' ~ '^[1-9][0-9]{0,5}$';

alter table teammate_synergy add column engagements_lost smallint;
comment on column teammate_synergy.engagements_lost is 'of these, those that the other side won';
comment on column teammate_synergy.together_ms is 'time in which both were alive, ms: samples times prox_sample_ms';
comment on column teammate_synergy.near_ms is
  'of this, the time in which they were near: within the round''s prox_near_units, ms; null when that is not known';

-- What each player did.

alter table player_engagement_stats
  add column kills_undone smallint,
  add column deaths_undone smallint,
  add column located_hits integer,
  add column engagements_opened smallint,
  add column duels_lost smallint,
  add column outnumbered_lost smallint;

comment on column player_engagement_stats.lives is 'lives in which the player was alive';
comment on column player_engagement_stats.alive_ms is
  'time alive, ms: from spawn or revive to death, leaving or the round''s end, see player_lives';
comment on column player_engagement_stats.kills_undone is 'of the kills, those that a revive undid';
comment on column player_engagement_stats.deaths_undone is 'of the deaths, those that a revive undid';
comment on column player_engagement_stats.bullets_fired is 'shots that count in accuracy, see weapons.has_accuracy';
comment on column player_engagement_stats.bullet_hits is
  'hits on living enemies that count in accuracy, see means_of_death.has_accuracy';
comment on column player_engagement_stats.located_hits is
  'of the bullet hits, those whose region the engine told';
comment on column player_engagement_stats.head_hits is 'of the located hits, those that struck the head';
comment on column player_engagement_stats.engagements_opened is 'of the engagements, those that the player opened by the first hit';
comment on column player_engagement_stats.duels_lost is 'duels that the player lost';
comment on column player_engagement_stats.outnumbered_lost is 'of the outnumbered, those that the other side won';

create or replace view player_profiles as
select
  s.player_id,
  p.name,
  p.is_bot,
  count(distinct round_id) as rounds,
  p.first_seen_at,
  p.last_seen_at,
  sum(alive_ms) as alive_ms,
  sum(kills) as kills,
  sum(deaths) as deaths,
  sum(kills)::real / nullif(sum(deaths), 0) as kill_death_ratio,
  sum(kills) filter (where alive_ms is not null) * 60000.0::real / nullif(sum(alive_ms), 0) as kills_per_minute,
  sum(damage_given) as damage_given,
  sum(damage_received) as damage_received,
  sum(damage_given) filter (where alive_ms is not null) * 60000.0::real / nullif(sum(alive_ms), 0)
    as damage_per_minute,
  sum(bullet_hits)::real / nullif(sum(bullets_fired), 0) as accuracy,
  sum(head_hits)::real / nullif(sum(located_hits), 0) as head_hit_share,
  sum(team_kills) as team_kills,
  sum(self_kills) as self_kills,
  sum(gibs) as gibs,
  sum(revives) as revives,
  sum(engagements) as engagements,
  sum(engagements_won)::real / nullif(sum(engagements_won + engagements_lost), 0) as engagement_win_rate,
  sum(duels) as duels,
  sum(duels_won)::real / nullif(sum(duels_won + duels_lost), 0) as duel_win_rate,
  sum(outnumbered) as outnumbered,
  sum(outnumbered_won)::real / nullif(sum(outnumbered_won + outnumbered_lost), 0) as outnumbered_win_rate,
  sum(escapes) as escapes,
  sum(solo_kills) as solo_kills,
  sum(crossfires) as crossfires,
  sum(baits_drawn) as baits_drawn,
  sum(baits_punished) as baits_punished,
  sum(trade_kills) as trade_kills,
  sum(deaths_traded) as deaths_traded,
  sum(deaths_traded) / nullif(sum(deaths) filter (where deaths_traded is not null), 0)::real as traded_death_share,
  sum(distance_units::float8) as distance_units,
  sum(stationary_ms)::real / nullif(sum(alive_ms), 0) as stationary_share,
  sum(kills_undone) as kills_undone,
  sum(deaths_undone) as deaths_undone,
  sum(engagements_opened) as engagements_opened
from player_engagement_stats s
join players p using (player_id)
group by s.player_id, p.name, p.is_bot, p.first_seen_at, p.last_seen_at;

comment on column player_profiles.alive_ms is 'time alive, ms: from spawn or revive to death, leaving or the round''s end';
comment on column player_profiles.accuracy is
  'share of the bullets fired that hit a living enemy, see weapons.has_accuracy and means_of_death.has_accuracy';
comment on column player_profiles.head_hit_share is 'share of the hits with a known region that struck the head';
comment on column player_profiles.duel_win_rate is 'share won of the duels that one of the two won';
comment on column player_profiles.outnumbered_win_rate is 'share won of the outnumbered engagements that one side won';
comment on column player_profiles.kills_undone is 'of the kills, those that a revive undid';
comment on column player_profiles.deaths_undone is 'of the deaths, those that a revive undid';
comment on column player_profiles.engagements_opened is 'of the engagements, those that the player opened by the first hit';

create or replace view head_to_head as
with meetings as (
  select attacker_player_id as player_id, target_player_id as opponent_player_id, 1 as kills, 0 as deaths,
    0 as duels, 0 as duels_won, 0 as duels_lost
  from combat_events
  where is_enemy_kill(event, relation) and attacker_player_id is not null and target_player_id is not null
  union all
  select target_player_id, attacker_player_id, 0, 1, 0, 0, 0
  from combat_events
  where is_enemy_kill(event, relation) and attacker_player_id is not null and target_player_id is not null
  union all
  select player_id, enemy_player_id, 0, 0, 1,
    coalesce(winner_team = team, false)::integer,
    coalesce(winner_team <> team, false)::integer
  from engagement_analysis
  where attackers = 1 and defenders = 1
  union all
  select enemy_player_id, player_id, 0, 0, 1,
    coalesce(winner_team <> team, false)::integer,
    coalesce(winner_team = team, false)::integer
  from engagement_analysis
  where attackers = 1 and defenders = 1
)
select
  player_id,
  opponent_player_id,
  sum(kills) as kills,
  sum(deaths) as deaths,
  sum(duels) as duels,
  sum(duels_won) as duels_won,
  sum(duels_lost) as duels_lost
from meetings
group by player_id, opponent_player_id;

create or replace view teammate_duos as
with sums as (
  select
    s.player_id,
    s.teammate_player_id,
    count(*) - count(other_side.team) as rounds,
    sum(s.together_ms) as together_ms,
    sum(s.near_ms) as near_ms,
    sum(s.together_ms) filter (where s.near_ms is not null) as near_known_ms,
    sum(s.mean_distance_units * s.together_ms) as distance_units_ms,
    sum(s.together_ms) filter (where s.mean_distance_units is not null) as distance_known_ms,
    sum(s.engagements) as engagements,
    sum(s.engagements_won) as engagements_won,
    sum(s.engagements_lost) as engagements_lost,
    sum(s.crossfires) as crossfires,
    sum(s.crossfires) filter (where s.together_ms is not null) as crossfires_while_together,
    sum(s.crossfire_damage) as crossfire_damage,
    sum(s.baits) as baits,
    sum(s.trades) as trades,
    sum(s.revives) as revives
  from teammate_synergy s
  left join teammate_synergy other_side
    on s.team = 2 and other_side.team = 1 and other_side.round_id = s.round_id
    and other_side.player_id = s.player_id and other_side.teammate_player_id = s.teammate_player_id
  group by s.player_id, s.teammate_player_id
)
select
  s.player_id,
  s.teammate_player_id,
  p.name as player_name,
  t.name as teammate_name,
  s.rounds,
  s.together_ms,
  s.near_ms::real / nullif(s.near_known_ms, 0) as near_share,
  s.distance_units_ms::real / nullif(s.distance_known_ms, 0) as mean_distance_units,
  s.engagements,
  s.engagements_won::real / nullif(s.engagements_won + s.engagements_lost, 0) as engagement_win_rate,
  s.crossfires,
  s.crossfires_while_together * 600000.0::real / nullif(s.together_ms, 0) as crossfires_per_10_minutes,
  s.crossfire_damage,
  s.baits,
  s.trades,
  s.revives
from sums s
join players p on p.player_id = s.player_id
join players t on t.player_id = s.teammate_player_id;

comment on column teammate_duos.near_share is
  'share of this time in which they were near: within the rounds'' prox_near_units';
comment on column teammate_duos.engagement_win_rate is 'share won of these that one side won';

comment on column session_engagements.label is
  'the size from the side that opened it: 1v2 is one who opened it against two';

-- The derived tables above are computed again for each stored round, after this migration.

alter table rounds add column derived_version smallint not null default 0;
comment on column rounds.derived_version is
  'version of the statements that computed what is derived from the round; `prox db migrate` computes it again where they are newer';
