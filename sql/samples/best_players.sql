-- Who fights best: players with at least 3 rounds by damage a minute alive, bots left out.
select
  name, rounds, kills, deaths,
  round(kill_death_ratio::numeric, 2) as kill_death_ratio,
  round(damage_per_minute::numeric, 1) as damage_per_minute,
  round(100 * accuracy::numeric, 1) as accuracy_percent,
  round(100 * duel_win_rate::numeric, 1) as duels_won_percent
from player_profiles
where rounds >= 3 and not is_bot
order by player_profiles.damage_per_minute desc nulls last, name
limit 20;
