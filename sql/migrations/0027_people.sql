-- Players put right by hand: several GUIDs of one person, names that people chose, players who are hidden. No fact changes.

create function plain_name(name text) returns text
  language sql immutable parallel safe
  return regexp_replace(
    regexp_replace(name, '\^[^^]', '', 'g'),
    '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]', '', 'g');
comment on function plain_name is 'a name without colour codes, control and format characters';

alter table players
  add column plain_name text generated always as (plain_name(name)) stored,
  add column person_id integer references players,
  add column chosen_name text check (chosen_name <> ''),
  add column hidden_number integer unique;
create index players_plain_name on players (lower(plain_name));
create index players_person on players (person_id) where person_id is not null;
comment on column players.plain_name is 'the latest name without colour codes, control and format characters';
comment on column players.person_id is
  'the player whose second GUID this is, as people said (prox player merge); null for a player of their own. Join the view people: it knows the person';
comment on column players.chosen_name is 'the name that people chose in place of the latest one (prox player rename); null without one';
comment on column players.hidden_number is
  'number under which people see a player who is hidden (prox player hide); null for a player who is not';

create view player_aliases as
select p.player_id, coalesce(p.person_id, s.person_id, p.same_as_player_id) as person_id
from players p
left join players s on s.player_id = p.same_as_player_id
where p.person_id is not null or p.same_as_player_id is not null;
comment on view player_aliases is
  'players who are somebody else: second GUIDs of a person, and players known by 8 characters of a GUID whose owner is known';
comment on column player_aliases.player_id is 'the player in every other table';
comment on column player_aliases.person_id is 'who it is, see people';

create view people as
with others as (
  select
    a.person_id,
    min(p.first_seen_at) as first_seen_at,
    max(p.last_seen_at) as last_seen_at,
    (array_agg(p.name order by p.last_seen_at desc nulls last, p.player_id))[1] as name
  from player_aliases a
  join players p using (player_id)
  group by a.person_id
)
select
  p.player_id,
  m.player_id as person_id,
  case
    when m.hidden_number is not null then 'hidden player ' || m.hidden_number
    when m.chosen_name is not null then m.chosen_name
    when o.last_seen_at > coalesce(m.last_seen_at, '-infinity') then o.name
    else m.name
  end as name,
  case when m.hidden_number is null then m.guid end as guid,
  m.is_bot,
  least(m.first_seen_at, o.first_seen_at) as first_seen_at,
  greatest(m.last_seen_at, o.last_seen_at) as last_seen_at,
  m.hidden_number is not null as is_hidden,
  m.hidden_number is not null or m.chosen_name is not null as is_renamed
from players p
left join player_aliases a using (player_id)
join players m on m.player_id = coalesce(a.person_id, p.player_id)
left join others o on o.person_id = m.player_id;
comment on view people is 'who each player is, and how reports name them: the one definition of merged, renamed and hidden players';
comment on column people.player_id is 'the player in every other table';
comment on column people.person_id is 'the person: the same for all GUIDs of one; the player_id of one of them';
comment on column people.name is
  'the chosen name, else the latest name of all GUIDs, colour codes included; "hidden player" and a number for who is hidden';
comment on column people.guid is 'the person''s GUID, that of person_id; null for a person without one, and for one who is hidden';
comment on column people.is_bot is 'whether the person was a bot when last seen';
comment on column people.first_seen_at is 'start of the earliest round of this person';
comment on column people.last_seen_at is 'start of the latest round of this person';
comment on column people.is_hidden is 'whether the person is hidden';
comment on column people.is_renamed is 'whether name stands in place of every name that the person has used';

create view seats as
select
  s.round_id, s.slot, s.from_ms, s.player_id, p.person_id,
  case when p.is_renamed then p.name else s.name end as name,
  s.team, s.class, s.is_bot
from round_players s
join people p using (player_id);
comment on view seats is 'round_players as reports name people: who played in a slot, and from when';
comment on column seats.round_id is 'the round';
comment on column seats.slot is 'client number on the server';
comment on column seats.from_ms is 'round time at which this began to hold, ms';
comment on column seats.player_id is 'the player in the slot';
comment on column seats.person_id is 'who that is, see people';
comment on column seats.name is 'the name at that time, or the one that stands in its place, colour codes included';
comment on column seats.team is '0 none, 1 Axis, 2 Allies, 3 spectator';
comment on column seats.class is '0 soldier, 1 medic, 2 engineer, 3 field ops, 4 covert ops';
comment on column seats.is_bot is 'whether it is a bot';

create or replace view player_names as
select
  person_id as player_id,
  s.name,
  count(distinct round_id) as rounds,
  min(started_at) as first_seen_at,
  max(started_at) as last_seen_at
from seats s
join rounds using (round_id)
where excluded_at is null
group by person_id, s.name;

create or replace view player_profiles as
select
  p.person_id as player_id,
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
join people p using (player_id)
where not p.is_hidden and s.round_id <> all (array(select round_id from rounds where excluded_at is not null or same_as_round_id is not null))
group by p.person_id, p.name, p.is_bot, p.first_seen_at, p.last_seen_at;

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
  p.person_id as player_id,
  o.person_id as opponent_player_id,
  sum(kills)::bigint as kills,
  sum(deaths)::bigint as deaths,
  sum(duels)::bigint as duels,
  sum(duels_won)::bigint as duels_won,
  sum(duels_lost)::bigint as duels_lost
from (
  select
    player_id, opponent_player_id, sum(kills) as kills, sum(deaths) as deaths, sum(duels) as duels,
    sum(duels_won) as duels_won, sum(duels_lost) as duels_lost
  from meetings
  group by player_id, opponent_player_id
) m
join people p on p.player_id = m.player_id
join people o on o.player_id = m.opponent_player_id
group by p.person_id, o.person_id;

create or replace view teammate_duos as
with known as (
  select
    s.*,
    least(p.person_id, t.person_id) as person_id,
    greatest(p.person_id, t.person_id) as teammate_person_id
  from teammate_synergy s
  join people p on p.player_id = s.player_id
  join people t on t.player_id = s.teammate_player_id
  where p.person_id <> t.person_id
),
sums as (
  select
    s.person_id as player_id,
    s.teammate_person_id as teammate_player_id,
    count(distinct s.round_id) as rounds,
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
  from known s
  where s.round_id <> all (array(select round_id from rounds where excluded_at is not null or same_as_round_id is not null))
  group by s.person_id, s.teammate_person_id
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
join people p on p.player_id = s.player_id
join people t on t.player_id = s.teammate_player_id;
