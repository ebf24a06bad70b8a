-- Rounds that somebody leaves out of reports, or deletes for good, and a ledger of what people put right by hand.

alter table rounds
  add column excluded_at timestamptz,
  add column excluded_reason text,
  add constraint rounds_excluded check ((excluded_at is null) = (excluded_reason is null));
create index rounds_excluded on rounds (round_id) where excluded_at is not null;
comment on column rounds.excluded_at is
  'when somebody left the round out of all reports (prox round exclude); null for a round that counts';
comment on column rounds.excluded_reason is 'why it is left out, in the words of who did it; null for a round that counts';

alter type import_status add value 'forgotten';
comment on type import_status is
  'fate of a file: stored; was stored until another file of its round took its place; not stored, see error_code; was stored until somebody deleted its round, see forgotten_rounds';

create table forgotten_rounds (
  round_key text primary key,
  map text not null,
  started_at timestamptz not null,
  reason text not null,
  forgotten_at timestamptz not null default now()
);
comment on table forgotten_rounds is
  'rounds that somebody deleted (prox round forget): imports leave their files out, whatever the files are called, until one is asked to bring them back';
comment on column forgotten_rounds.round_key is 'the round that all of its files name';
comment on column forgotten_rounds.map is 'name of the map';
comment on column forgotten_rounds.started_at is 'when play began';
comment on column forgotten_rounds.reason is 'why, in the words of who did it; empty where they gave no reason';
comment on column forgotten_rounds.forgotten_at is 'when the round was deleted';

create table corrections (
  correction_id serial primary key,
  action text not null,
  subject text not null,
  details jsonb not null default '{}',
  reason text not null default '',
  made_at timestamptz not null default now(),
  undone_at timestamptz
);
create index corrections_subject on corrections (subject, action) where undone_at is null;
comment on table corrections is
  'what people put right by hand, beside what was recorded: a row for each time, which stays when it is undone';
comment on column corrections.correction_id is 'its number, in order of happening';
comment on column corrections.action is 'what was done, like round exclude or round forget';
comment on column corrections.subject is 'to what: the key of a round';
comment on column corrections.details is 'what belongs to it, by action';
comment on column corrections.reason is 'why, in the words of who did it; empty where they gave no reason';
comment on column corrections.made_at is 'when it was done';
comment on column corrections.undone_at is 'when it was undone, or another one took its place; null while it holds';

-- What is summed up over rounds leaves those out that do not count.

create or replace view sessions as
with played as (
  select round_id, server_name, started_at, started_at + end_ms * interval '1 millisecond' as played_until
  from rounds
  where excluded_at is null
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
  'the session of each round that counts: the rounds of one server without a break of more than 90 minutes, so that midnight does not matter';

create or replace view player_names as
select
  player_id,
  name,
  count(distinct round_id) as rounds,
  min(started_at) as first_seen_at,
  max(started_at) as last_seen_at
from round_players
join rounds using (round_id)
where excluded_at is null
group by player_id, name;

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
where s.round_id <> all (array(select round_id from rounds where excluded_at is not null))
group by s.player_id, p.name, p.is_bot, p.first_seen_at, p.last_seen_at;

create or replace view head_to_head as
with kills as (
  select attacker_player_id, target_player_id
  from combat_events
  where is_enemy_kill(event, relation) and attacker_player_id is not null and target_player_id is not null
    and round_id <> all (array(select round_id from rounds where excluded_at is not null))
),
duels as (
  select player_id, enemy_player_id, winner_team, team
  from engagement_analysis
  where attackers = 1 and defenders = 1
    and round_id <> all (array(select round_id from rounds where excluded_at is not null))
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
  where s.round_id <> all (array(select round_id from rounds where excluded_at is not null))
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
  where excluded_at is null
) r using (round_id)
group by map, cell_units, cell_x, cell_y, team;
