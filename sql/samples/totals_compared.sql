-- Does another tracker count as ours does: shots, hits and kills by player and weapon in rounds that both saw, largest difference first.
with theirs as (
  select
    r.same_as_round_id as round_id,
    p.person_id,
    t.weapon_bin,
    sum(t.shots) as shots,
    sum(t.hits) as hits,
    sum(t.kills) as kills
  from rounds r
  join round_weapon_totals t using (round_id)
  join people p using (player_id)
  where r.same_as_round_id is not null and t.basis in ('round', 'difference')
  group by 1, 2, 3
),
ours as (
  select
    e.round_id,
    p.person_id,
    coalesce(w.weapon_bin, m.weapon_bin) as weapon_bin,
    count(*) filter (where e.event = 'fire') as shots,
    count(*) filter (where is_enemy_hit(e.event, e.relation, e.target_is_wounded)) as hits,
    count(*) filter (where is_enemy_kill(e.event, e.relation)) as kills
  from combat_events e
  join people p on p.player_id = e.attacker_player_id
  left join weapons w on e.event = 'fire' and w.weapon = e.weapon
  left join means_of_death m on e.event in ('hit', 'kill') and m.means_of_death = e.means_of_death
  where e.round_id = any (array(select round_id from theirs))
  group by 1, 2, 3
)
select
  r.map,
  r.started_at,
  p.name as player,
  b.name as weapon,
  theirs.shots as their_shots,
  ours.shots as our_shots,
  theirs.hits as their_hits,
  ours.hits as our_hits,
  theirs.kills as their_kills,
  ours.kills as our_kills
from theirs
left join ours using (round_id, person_id, weapon_bin)
join rounds r using (round_id)
join people p on p.player_id = theirs.person_id
left join weapon_bins b using (weapon_bin)
order by
  abs(theirs.kills - coalesce(ours.kills, 0)) + abs(theirs.hits - coalesce(ours.hits, 0)) desc,
  r.started_at, player, weapon
limit 50;
