-- Rounds that other trackers recorded. What a source does not record is null: nobody knows it, and it is not 0.

alter table rounds
  alter column game_type drop not null,
  alter column time_limit_ms drop not null,
  alter column server_name drop not null,
  alter column engine_version drop not null,
  alter column lua_version drop not null,
  alter column rows_lost drop not null,
  alter column tracker_errors drop not null,
  add column source text not null default 'prox' check (source <> ''),
  add column source_notes text[] not null default '{}',
  add column same_as_round_id integer references rounds on delete set null;
create index rounds_same_as on rounds (same_as_round_id) where same_as_round_id is not null;

comment on column rounds.round_key is
  'identity of the round: made on the game server, the same in all of its files; of another tracker''s round made of source, start and map';
comment on column rounds.match_key is
  'identity of the match: the two rounds of a stopwatch map share it; of another tracker''s round the round key';
comment on column rounds.source is
  'whose files the round came from: prox for our own tracker, else the name of another one''s format: proximity, oksii, …';
comment on column rounds.source_notes is
  'what is to be known of a round of another tracker, in fixed words, see docs/importing.md: clock_shifted, clock_uncertain, …';
comment on column rounds.same_as_round_id is
  'the round that another source saw of the same match: it counts, and this one does not; null for a round that counts';
comment on column rounds.tracker_version is
  'version of the tracker that recorded the round; of another tracker with its name, like proximity 6.11';
comment on column rounds.format_version is
  'the lowest version of the format among the files of the round: what a later version brought was not recorded, and is null; 1 for another tracker''s';
comment on column rounds.captures is
  'what was recorded: {capture: state}, the worst state of any file: `on`, `by_state`, `off`, `unavailable`, `failed`; of another tracker also `partly`, and `unknown` where its file does not tell whether it was on';
comment on column rounds.game_type is
  'the engine''s number: 2 objective, 3 stopwatch, 4 campaign, 5 last man standing, 6 map voting; null when not recorded';
comment on column rounds.time_limit_ms is 'the round''s time limit, ms; 0 for none, null when not recorded';
comment on column rounds.server_name is 'the server''s name, colour codes included; null when not recorded';
comment on column rounds.engine_version is 'version of the game on the server; null when not recorded';
comment on column rounds.lua_version is 'the Lua that ran the tracker; null when not recorded';
comment on column rounds.rows_lost is
  'rows that the tracker could not write, because the disk refused them; null when not recorded';
comment on column rounds.tracker_errors is 'errors that the tracker caught in itself; null when not recorded';

alter table player_positions
  alter column velocity_x_ups drop not null,
  alter column velocity_y_ups drop not null,
  alter column velocity_z_ups drop not null,
  alter column speed_ups drop not null,
  alter column pitch_deg drop not null,
  alter column yaw_deg drop not null,
  alter column stationary_ms drop not null,
  alter column distance_units drop not null,
  alter column stance drop not null,
  alter column health drop not null,
  alter column class drop not null,
  alter column weapon drop not null,
  alter column is_sprinting drop not null,
  alter column is_zoomed drop not null,
  alter column is_mounted drop not null,
  alter column is_moving drop not null;
comment on table player_positions is
  'where every living player was: one row for each player and sample, by default one a second; what another tracker did not record is null';
comment on column player_positions.speed_ups is
  'length of the velocity vector, of rounds of proximity only its horizontal part, units per second';

alter table players
  add column is_by_name boolean not null default false,
  add column same_as_player_id integer references players on delete set null;
create unique index players_by_name on players (name) where is_by_name;
create index players_guid_beginning on players (left(guid, 8));
comment on table players is
  'one row for each player, told apart by GUID; a client without GUID is a player of its own in each round, and in files that have no GUIDs at all one player for each name';
comment on column players.guid is
  'the client''s GUID as the server knows it; null for a client that has none; the first 8 characters where a source has no more';
comment on column players.is_by_name is
  'whether nothing but the name tells this player apart, because the source has no GUIDs: others may have played under it';
comment on column players.same_as_player_id is
  'of a player known by 8 characters of a GUID: the only player whose GUID begins with them; null while there is none, or several';

comment on column import_files.sha256 is
  'SHA-256 of the file''s content after unpacking, lower-case hex; of another tracker''s file, of what it says of the round and kind';
comment on column import_files.kind is
  'which of the files of a round, or of another tracker''s file the part that would be in it; null when its header could not be read';

-- Of a round that two sources saw, one counts.

create or replace view sessions as
with played as (
  select round_id, server_name, started_at, started_at + end_ms * interval '1 millisecond' as played_until
  from rounds
  where excluded_at is null and same_as_round_id is null
),
opened as (
  select
    *,
    coalesce(
      started_at - max(played_until) over (
        partition by server_name order by started_at, round_id rows between unbounded preceding and 1 preceding
      ) > interval '90 minutes',
      true
    ) as is_first
  from played
),
numbered as (
  select *, count(*) filter (where is_first) over (partition by server_name order by started_at, round_id) as number
  from opened
),
timed as (
  select
    round_id,
    server_name,
    min(started_at) over (partition by server_name, number) as session_started_at,
    max(played_until) over (partition by server_name, number) as session_ended_at
  from numbered
),
ranked as (
  select
    *,
    to_char(session_started_at at time zone 'UTC', 'YYYY-MM-DD-HH24MI') as minute,
    dense_rank() over (
      partition by date_trunc('minute', session_started_at) order by session_started_at, server_name
    ) as place
  from timed
)
select
  round_id,
  server_name,
  minute || case when place > 1 then '-' || place else '' end as session,
  session_started_at,
  session_ended_at
from ranked;
comment on view sessions is
  'the session of each round that counts: the rounds of one server without a break of more than 90 minutes, so that midnight does not matter; of a round that two sources saw one counts';

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
where s.round_id <> all (array(select round_id from rounds where excluded_at is not null or same_as_round_id is not null))
group by s.player_id, p.name, p.is_bot, p.first_seen_at, p.last_seen_at;

create or replace view head_to_head as
with kills as (
  select attacker_player_id, target_player_id
  from combat_events
  where is_enemy_kill(event, relation) and attacker_player_id is not null and target_player_id is not null
    and round_id <> all (array(select round_id from rounds where excluded_at is not null or same_as_round_id is not null))
),
duels as (
  select player_id, enemy_player_id, winner_team, team
  from engagement_analysis
  where attackers = 1 and defenders = 1
    and round_id <> all (array(select round_id from rounds where excluded_at is not null or same_as_round_id is not null))
),
meetings as (
  select attacker_player_id as player_id, target_player_id as opponent_player_id, 1 as kills, 0 as deaths,
    0 as duels, 0 as duels_won, 0 as duels_lost
  from kills
  union all
  select target_player_id, attacker_player_id, 0, 1, 0, 0, 0
  from kills
  union all
  select player_id, enemy_player_id, 0, 0, 1,
    coalesce(winner_team = team, false)::integer,
    coalesce(winner_team <> team, false)::integer
  from duels
  union all
  select enemy_player_id, player_id, 0, 0, 1,
    coalesce(winner_team <> team, false)::integer,
    coalesce(winner_team = team, false)::integer
  from duels
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
  where s.round_id <> all (array(select round_id from rounds where excluded_at is not null or same_as_round_id is not null))
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

create or replace view map_hotspots as
select
  map,
  cell_units,
  cell_x,
  cell_y,
  (cell_x + 0.5)::real * cell_units as x,
  (cell_y + 0.5)::real * cell_units as y,
  team,
  count(*) as rounds,
  sum(kills) as kills,
  sum(deaths) as deaths,
  sum(kills)::real / nullif(sum(kills + deaths), 0) as kill_share
from proximity_heatmap
join (
  select round_id, map, (configuration ->> 'prox_heatmap_cell_units')::integer as cell_units
  from rounds
  where excluded_at is null and same_as_round_id is null
) r using (round_id)
group by map, cell_units, cell_x, cell_y, team;
