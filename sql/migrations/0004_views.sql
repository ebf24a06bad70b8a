-- Views to ask questions of. Two that others stand on (sessions, player_names), and five analytic ones:
-- player_profiles, head_to_head, teammate_duos, map_hotspots, session_engagements.
--
-- All count every round that is stored, incomplete ones too. A share or rate is null where nothing was counted.

create index engagement_analysis_enemy on engagement_analysis (enemy_player_id, round_id);


create view player_names as
select
  player_id,
  name,
  count(distinct round_id) as rounds,
  min(started_at) as first_seen_at,
  max(started_at) as last_seen_at
from round_players
join rounds using (round_id)
group by player_id, name;

comment on view player_names is 'the names that each player has used';
comment on column player_names.player_id is 'the player';
comment on column player_names.name is 'a name, colour codes included';
comment on column player_names.rounds is 'rounds in which the player had this name';
comment on column player_names.first_seen_at is 'start of the earliest of them';
comment on column player_names.last_seen_at is 'start of the latest of them';


create view sessions as
with played as (
  select round_id, server_name, started_at, started_at + end_ms * interval '1 millisecond' as played_until
  from rounds
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
)
select
  round_id,
  server_name,
  to_char(
    min(started_at) over (partition by server_name, number) at time zone 'UTC', 'YYYY-MM-DD-HH24MI'
  ) as session,
  min(started_at) over (partition by server_name, number) as session_started_at,
  max(played_until) over (partition by server_name, number) as session_ended_at
from numbered;

comment on view sessions is
  'the session of each round: the rounds of one server without a break of more than 90 minutes, so that midnight does '
  'not matter';
comment on column sessions.round_id is 'the round';
comment on column sessions.server_name is 'name of the server';
comment on column sessions.session is 'the session by the start of its first round in UTC, like 2026-11-23-2030';
comment on column sessions.session_started_at is 'when its first round started';
comment on column sessions.session_ended_at is 'when its last round ended';


create view player_profiles as
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
  sum(head_hits)::real / nullif(sum(bullet_hits), 0) as head_hit_share,
  sum(team_kills) as team_kills,
  sum(self_kills) as self_kills,
  sum(gibs) as gibs,
  sum(revives) as revives,
  sum(engagements) as engagements,
  sum(engagements_won)::real / nullif(sum(engagements_won + engagements_lost), 0) as engagement_win_rate,
  sum(duels) as duels,
  sum(duels_won)::real / nullif(sum(duels), 0) as duel_win_rate,
  sum(outnumbered) as outnumbered,
  sum(outnumbered_won)::real / nullif(sum(outnumbered), 0) as outnumbered_win_rate,
  sum(escapes) as escapes,
  sum(solo_kills) as solo_kills,
  sum(crossfires) as crossfires,
  sum(baits_drawn) as baits_drawn,
  sum(baits_punished) as baits_punished,
  sum(trade_kills) as trade_kills,
  sum(deaths_traded) as deaths_traded,
  sum(deaths_traded) / nullif(sum(deaths) filter (where deaths_traded is not null), 0)::real as traded_death_share,
  sum(distance_units::float8) as distance_units,
  sum(stationary_ms)::real / nullif(sum(alive_ms), 0) as stationary_share
from player_engagement_stats s
join players p using (player_id)
group by s.player_id, p.name, p.is_bot, p.first_seen_at, p.last_seen_at;

comment on view player_profiles is 'each player over all rounds: how much, how well and how they fight';
comment on column player_profiles.player_id is 'the player';
comment on column player_profiles.name is 'the name most recently used, colour codes included';
comment on column player_profiles.is_bot is 'whether it is a bot';
comment on column player_profiles.rounds is 'rounds played';
comment on column player_profiles.first_seen_at is 'start of the first of them';
comment on column player_profiles.last_seen_at is 'start of the last of them';
comment on column player_profiles.alive_ms is 'time alive, ms';
comment on column player_profiles.kills is 'enemies downed';
comment on column player_profiles.deaths is 'how often the player was downed, by whomever';
comment on column player_profiles.kill_death_ratio is 'kills for each death';
comment on column player_profiles.kills_per_minute is 'kills for each minute alive';
comment on column player_profiles.damage_given is 'effective damage to living enemies, hit points';
comment on column player_profiles.damage_received is 'effective damage by enemies while alive, hit points';
comment on column player_profiles.damage_per_minute is 'damage given for each minute alive, hit points';
comment on column player_profiles.accuracy is
  'share of the shots with pistols, submachine guns and rifles that hit a living enemy';
comment on column player_profiles.head_hit_share is 'share of these hits that struck the head';
comment on column player_profiles.team_kills is 'teammates downed';
comment on column player_profiles.self_kills is 'deaths by the player or the world';
comment on column player_profiles.gibs is 'downed enemies whose body the player destroyed';
comment on column player_profiles.revives is 'teammates revived';
comment on column player_profiles.engagements is 'engagements that the player took part in';
comment on column player_profiles.engagement_win_rate is 'share won of the engagements that one side won';
comment on column player_profiles.duels is 'engagements of one against one';
comment on column player_profiles.duel_win_rate is 'share of the duels that the player won';
comment on column player_profiles.outnumbered is 'engagements in which the other side had more players';
comment on column player_profiles.outnumbered_win_rate is 'share of these that the player''s side won';
comment on column player_profiles.escapes is 'engagements opened by others that the player''s side got away from';
comment on column player_profiles.solo_kills is 'enemies downed in engagements without a teammate';
comment on column player_profiles.crossfires is 'crossfires, whoever of the two hit first';
comment on column player_profiles.baits_drawn is 'baits in which the player drew the fire';
comment on column player_profiles.baits_punished is 'baits in which the player punished';
comment on column player_profiles.trade_kills is 'teammates avenged by a trade kill';
comment on column player_profiles.deaths_traded is 'deaths that a teammate avenged by a trade kill';
comment on column player_profiles.traded_death_share is 'share of the deaths that a teammate avenged';
comment on column player_profiles.distance_units is 'distance travelled, units';
comment on column player_profiles.stationary_share is 'share of the time alive spent stationary';


create view head_to_head as
with meetings as (
  select attacker_player_id as player_id, target_player_id as opponent_player_id, 1 as kills, 0 as deaths,
    0 as duels, 0 as duels_won, 0 as duels_lost
  from combat_events
  where event = 'kill' and relation = 'enemy' and attacker_player_id is not null and target_player_id is not null
  union all
  select target_player_id, attacker_player_id, 0, 1, 0, 0, 0
  from combat_events
  where event = 'kill' and relation = 'enemy' and attacker_player_id is not null and target_player_id is not null
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

comment on view head_to_head is 'each player against each opponent: a row for both ways of looking at it';
comment on column head_to_head.player_id is 'the player';
comment on column head_to_head.opponent_player_id is 'the opponent';
comment on column head_to_head.kills is 'how often the player downed the opponent';
comment on column head_to_head.deaths is 'how often the opponent downed the player';
comment on column head_to_head.duels is 'engagements of the two alone';
comment on column head_to_head.duels_won is 'of these, those that the player won';
comment on column head_to_head.duels_lost is 'of these, those that the opponent won';


create view teammate_duos as
select
  s.player_id,
  s.teammate_player_id,
  p.name as player_name,
  t.name as teammate_name,
  count(distinct round_id) as rounds,
  sum(together_ms) as together_ms,
  sum(near_ms)::real / nullif(sum(together_ms), 0) as near_share,
  sum(mean_distance_units * together_ms)::real / nullif(sum(together_ms) filter (where mean_distance_units is not null), 0)
    as mean_distance_units,
  sum(engagements) as engagements,
  sum(engagements_won)::real / nullif(sum(engagements), 0) as engagement_win_rate,
  sum(crossfires) as crossfires,
  sum(crossfires) filter (where together_ms is not null) * 600000.0::real / nullif(sum(together_ms), 0)
    as crossfires_per_10_minutes,
  sum(crossfire_damage) as crossfire_damage,
  sum(baits) as baits,
  sum(trades) as trades,
  sum(revives) as revives
from teammate_synergy s
join players p on p.player_id = s.player_id
join players t on t.player_id = s.teammate_player_id
group by s.player_id, s.teammate_player_id, p.name, t.name;

comment on view teammate_duos is 'each two players over all rounds in which they were teammates';
comment on column teammate_duos.player_id is 'the one with the smaller id';
comment on column teammate_duos.teammate_player_id is 'the other';
comment on column teammate_duos.player_name is 'name of the one, colour codes included';
comment on column teammate_duos.teammate_name is 'name of the other, colour codes included';
comment on column teammate_duos.rounds is 'rounds as teammates';
comment on column teammate_duos.together_ms is 'time in which both were alive, ms';
comment on column teammate_duos.near_share is 'share of this time in which they were within 600 units';
comment on column teammate_duos.mean_distance_units is 'mean distance between the two while both were alive, units';
comment on column teammate_duos.engagements is 'engagements in which both took part on the same side';
comment on column teammate_duos.engagement_win_rate is 'share of these that their side won';
comment on column teammate_duos.crossfires is 'crossfires of the two';
comment on column teammate_duos.crossfires_per_10_minutes is 'crossfires for each ten minutes in which both were alive';
comment on column teammate_duos.crossfire_damage is 'effective damage in these crossfires, hit points';
comment on column teammate_duos.baits is 'baits in which one drew the fire and the other punished';
comment on column teammate_duos.trades is 'trade kills by which one avenged the other';
comment on column teammate_duos.revives is 'how often one revived the other';


create view map_hotspots as
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
  select round_id, map, (configuration ->> 'prox_heatmap_cell_units')::integer as cell_units from rounds
) r using (round_id)
group by map, cell_units, cell_x, cell_y, team;

comment on view map_hotspots is
  'kills and deaths by map, cell and team over all rounds: where each team kills from, and where it dies';
comment on column map_hotspots.map is 'name of the map';
comment on column map_hotspots.cell_units is
  'size of a cell, units; rounds recorded with different sizes are never added up';
comment on column map_hotspots.cell_x is 'floor(x / cell size)';
comment on column map_hotspots.cell_y is 'floor(y / cell size)';
comment on column map_hotspots.x is 'middle of the cell, units';
comment on column map_hotspots.y is 'middle of the cell, units';
comment on column map_hotspots.team is '1 Axis, 2 Allies';
comment on column map_hotspots.rounds is 'rounds in which something happened here to this team';
comment on column map_hotspots.kills is 'enemies downed by players of this team who stood here';
comment on column map_hotspots.deaths is 'players of this team downed here by enemies';
comment on column map_hotspots.kill_share is 'kills of all kills and deaths: above one half, the place is good for the team';


create view session_engagements as
select
  session,
  server_name,
  session_started_at,
  attackers,
  defenders,
  attackers || 'v' || defenders as label,
  count(*) as engagements,
  count(*) filter (where winner_team = team) as won_by_attackers,
  count(*) filter (where winner_team <> team) as won_by_defenders,
  count(*) filter (where winner_team is null) as undecided,
  count(*) filter (where outcome = 'escape') as escapes,
  sum(kills) as kills,
  sum(deaths) as deaths,
  avg(time_ms - start_ms)::real as mean_duration_ms,
  avg(damage_given + damage_received)::real as mean_damage
from engagement_analysis
join sessions using (round_id)
group by session, server_name, session_started_at, attackers, defenders;

comment on view session_engagements is
  'the fights of each session by their size: how many, who won, how long, how much damage';
comment on column session_engagements.session is 'the session, see sessions';
comment on column session_engagements.server_name is 'name of the server';
comment on column session_engagements.session_started_at is 'when the session''s first round started';
comment on column session_engagements.attackers is 'players of the side that opened the fight';
comment on column session_engagements.defenders is 'players of the other side';
comment on column session_engagements.label is 'the size as players say it: 2v1 is two attackers, one defender';
comment on column session_engagements.engagements is 'number of engagements of this size';
comment on column session_engagements.won_by_attackers is 'of these, those that the side won that opened them';
comment on column session_engagements.won_by_defenders is 'of these, those that the other side won';
comment on column session_engagements.undecided is 'of these, those that nobody won';
comment on column session_engagements.escapes is 'of these, those that ended because the sides got away from each other';
comment on column session_engagements.kills is 'enemies downed by the attackers';
comment on column session_engagements.deaths is 'attackers downed';
comment on column session_engagements.mean_duration_ms is 'mean time from beginning to end, ms';
comment on column session_engagements.mean_damage is 'mean effective damage of both sides together, hit points';
