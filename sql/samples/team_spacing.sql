-- How the spacing of Axis and Allies differs, by map and side, at equal numbers of living players: teams without bots, seconds with at least two
-- players. The 95 % interval treats rounds as the sample (a ratio of sums over rounds); with few rounds it is too narrow.
with chosen as (
  select r.round_id, r.map, t.team,
    case when r.attacking_team = t.team then 'attack' when r.attacking_team is not null then 'defence' end as side
  from rounds r
  cross join teams t
  where t.team in (1, 2) and r.excluded_at is null and r.same_as_round_id is null
    and not exists (
      select from round_players s where s.round_id = r.round_id and s.team = t.team and s.is_bot
    )
),
sums as (
  select
    c.map, c.team, c.side, s.players, s.round_id, count(*)::float8 as seconds,
    sum(s.nearest_units)::float8 as nearest, sum(s.spread_units)::float8 as spread,
    sum(s.isolated)::float8 / s.players as isolated, sum(s.largest_group)::float8 / s.players as largest
  from team_shapes s
  join chosen c on c.round_id = s.round_id and c.team = s.team
  where s.players >= 2
  group by c.map, c.team, c.side, s.players, s.round_id
),
means as (
  select *, sum(nearest) over same / sum(seconds) over same as mean_nearest
  from sums
  window same as (partition by map, team, side, players)
)
select
  m.map, t.name as team, m.side, m.players, count(*) as rounds, sum(m.seconds)::bigint as seconds,
  round(min(m.mean_nearest)::numeric) as nearest_units,
  case when count(*) > 1 then round((1.96 * sqrt(count(*) / (count(*) - 1.0) * sum((m.nearest - m.mean_nearest * m.seconds) ^ 2))
    / sum(m.seconds))::numeric) end as nearest_plus_minus,
  round((sum(m.spread) / sum(m.seconds))::numeric) as spread_units,
  round((100 * sum(m.isolated) / sum(m.seconds))::numeric) as isolated_percent,
  round((100 * sum(m.largest) / sum(m.seconds))::numeric) as in_largest_group_percent
from means m
join teams t on t.team = m.team
group by m.map, t.name, m.side, m.players
order by m.map, m.side nulls last, m.players, t.name;
