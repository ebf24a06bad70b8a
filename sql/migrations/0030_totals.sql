-- Totals: what statistics of other trackers and of the engine say of a player in a round, without moments or places.

create table weapon_bins (
  weapon_bin smallint primary key,
  id text not null unique,
  name text not null
);
comment on table weapon_bins is
  'the bins in which the engine counts shots, hits and kills by weapon: several weapons share one, see weapons and means_of_death';
comment on column weapon_bins.weapon_bin is 'the engine''s number';
comment on column weapon_bins.id is 'the engine''s name in lower case, without prefix';
comment on column weapon_bins.name is 'the name to show to people';
insert into weapon_bins (weapon_bin, id, name) values
  (0, 'knife', 'Knife'),
  (1, 'knife_kbar', 'Ka-Bar knife'),
  (2, 'luger', 'Luger'),
  (3, 'colt', 'Colt'),
  (4, 'mp40', 'MP 40'),
  (5, 'thompson', 'Thompson'),
  (6, 'sten', 'Sten'),
  (7, 'fg42', 'FG 42'),
  (8, 'panzerfaust', 'Panzerfaust'),
  (9, 'bazooka', 'Bazooka'),
  (10, 'flamethrower', 'Flamethrower'),
  (11, 'grenade', 'Grenade'),
  (12, 'mortar', 'Granatwerfer'),
  (13, 'mortar2', 'M2 mortar'),
  (14, 'dynamite', 'Dynamite'),
  (15, 'airstrike', 'Airstrike'),
  (16, 'artillery', 'Artillery'),
  (17, 'satchel', 'Satchel charge'),
  (18, 'grenadelauncher', 'Rifle grenade'),
  (19, 'landmine', 'Landmine'),
  (20, 'mg42', 'MG 42'),
  (21, 'browning', 'Browning'),
  (22, 'carbine', 'M1 carbine'),
  (23, 'kar98', 'K98 rifle'),
  (24, 'garand', 'Garand'),
  (25, 'k43', 'K43'),
  (26, 'mp34', 'MP 34'),
  (27, 'syringe', 'Syringe');

alter table weapons add column weapon_bin smallint references weapon_bins;
comment on column weapons.weapon_bin is 'the bin in which its shots are counted; null for what the engine does not count';
update weapons set weapon_bin = bin
from (values
  (1, 0), (48, 1), (2, 2), (14, 2), (36, 2), (46, 2), (7, 3), (35, 3), (39, 3), (45, 3), (3, 4), (8, 5), (10, 6),
  (32, 7), (42, 7), (5, 8), (53, 9), (6, 10), (4, 11), (9, 11), (17, 12), (34, 12), (43, 12), (51, 13), (52, 13),
  (15, 14), (22, 15), (55, 15), (13, 16), (16, 16), (28, 17), (37, 18), (38, 18), (26, 19), (30, 20), (33, 20),
  (47, 20), (49, 21), (50, 21), (24, 22), (23, 23), (25, 24), (40, 24), (31, 25), (41, 25), (54, 26), (11, 27)
) as counted (number, bin)
where weapon = number;

alter table means_of_death add column weapon_bin smallint references weapon_bins;
comment on column means_of_death.weapon_bin is
  'the bin in which its hits and kills are counted; null for what the engine does not count';
update means_of_death set weapon_bin = bin
from (values
  (5, 0), (65, 0), (61, 1), (6, 2), (12, 2), (54, 2), (56, 2), (7, 3), (45, 3), (53, 3), (55, 3), (8, 4), (9, 5),
  (10, 6), (13, 7), (14, 7), (15, 8), (64, 9), (17, 10), (4, 11), (16, 11), (18, 11), (19, 12), (20, 12), (52, 12),
  (63, 13), (22, 14), (23, 15), (57, 15), (26, 16), (42, 17), (39, 18), (40, 18), (41, 19), (1, 20), (3, 20),
  (44, 20), (2, 21), (62, 21), (37, 22), (38, 23), (11, 24), (46, 24), (50, 25), (51, 25), (66, 26), (24, 27)
) as counted (number, bin)
where means_of_death = number;

alter table round_players alter column class drop not null;
comment on column round_players.class is
  '0 soldier, 1 medic, 2 engineer, 3 field ops, 4 covert ops; null where another tracker did not record it';

create table player_totals (
  round_id integer not null references rounds on delete cascade,
  player_id integer not null references players,
  covers_rounds smallint not null check (covers_rounds in (1, 2)),
  damage_given integer,
  damage_received integer,
  team_damage_given integer,
  team_damage_received integer,
  gibs integer,
  self_kills integer,
  team_kills integer,
  team_gibs integer,
  played_ms integer,
  xp integer,
  assists integer,
  headshot_kills integer,
  times_revived integer,
  revives_given integer,
  objectives_stolen integer,
  objectives_returned integer,
  dynamites_planted integer,
  dynamites_defused integer,
  primary key (round_id, player_id)
);
create index player_totals_player on player_totals (player_id, round_id);
comment on table player_totals is
  'what the statistics of another tracker say of a player in a round, as they say it; of this round alone: round_player_totals. What a source does not count is null';
comment on column player_totals.round_id is 'the round; its source says who counted';
comment on column player_totals.player_id is 'the player';
comment on column player_totals.covers_rounds is
  '1 for sums of this round; 2 where the sums of damage, gibs, kills, time played and weapons include the first round of the match';
comment on column player_totals.damage_given is 'damage to enemies, hit points';
comment on column player_totals.damage_received is 'damage by enemies, hit points';
comment on column player_totals.team_damage_given is 'damage to teammates, hit points';
comment on column player_totals.team_damage_received is 'damage by teammates, hit points';
comment on column player_totals.gibs is 'enemies whose bodies the player destroyed';
comment on column player_totals.self_kills is 'how often the player killed themselves';
comment on column player_totals.team_kills is 'teammates killed';
comment on column player_totals.team_gibs is 'teammates whose bodies the player destroyed';
comment on column player_totals.played_ms is 'time played, ms, to a tenth of a minute';
comment on column player_totals.xp is 'experience points, of this round alone';
comment on column player_totals.assists is 'kills that the player helped with, as the source counts them, of this round alone';
comment on column player_totals.headshot_kills is 'kills by a hit to the head, of this round alone';
comment on column player_totals.times_revived is 'how often the player was revived, of this round alone';
comment on column player_totals.revives_given is 'teammates revived, of this round alone';
comment on column player_totals.objectives_stolen is 'objectives taken, of this round alone';
comment on column player_totals.objectives_returned is 'objectives returned, of this round alone';
comment on column player_totals.dynamites_planted is 'dynamite planted, of this round alone';
comment on column player_totals.dynamites_defused is 'dynamite defused, of this round alone';

create table player_weapon_totals (
  round_id integer not null,
  player_id integer not null,
  weapon_bin smallint not null,
  hits integer,
  shots integer,
  kills integer,
  deaths integer,
  headshots integer,
  primary key (round_id, player_id, weapon_bin),
  foreign key (round_id, player_id) references player_totals on delete cascade
);
comment on table player_weapon_totals is
  'what the statistics of another tracker say of a player with the weapons of a bin; of this round alone: round_weapon_totals. A count that nobody can reach, which a broken counter gave, is null';
comment on column player_weapon_totals.round_id is 'the round';
comment on column player_weapon_totals.player_id is 'the player';
comment on column player_weapon_totals.weapon_bin is 'the weapons, see weapon_bins';
comment on column player_weapon_totals.hits is 'hits';
comment on column player_weapon_totals.shots is 'shots, throws or uses';
comment on column player_weapon_totals.kills is 'enemies killed';
comment on column player_weapon_totals.deaths is 'how often the player was killed by these weapons';
comment on column player_weapon_totals.headshots is 'hits to the head';

create view totals_of_both_rounds as
select second.round_id, first.round_id as first_round_id
from rounds second
left join lateral (
  select earlier.round_id
  from rounds earlier
  where earlier.source = second.source and earlier.map = second.map and earlier.round = 1
    and earlier.server_name is not distinct from second.server_name
    and earlier.started_at < second.started_at
    and earlier.started_at >= second.started_at - interval '45 minutes'
    and coalesce((earlier.configuration ->> 'next_time_limit_ms')::integer = second.time_limit_ms, true)
    and exists (select from player_totals where round_id = earlier.round_id)
  order by earlier.started_at desc
  limit 1
) first on true
where exists (select from player_totals where round_id = second.round_id and covers_rounds = 2);
comment on view totals_of_both_rounds is
  'rounds whose totals include the first round of their match, with that round: of the same source, map and server, at most 45 minutes before, whose next time limit is this round''s; null where it is not here';

create view round_player_totals as
with compared as (
  select
    told.*,
    first.round_id as first_round_id,
    case
      when told.covers_rounds = 1 then 'round'
      when pair.first_round_id is null then 'unpaired'
      when first.round_id is null then 'difference'
      when least(told.damage_given - first.damage_given, told.damage_received - first.damage_received, told.team_damage_given - first.team_damage_given, told.team_damage_received - first.team_damage_received, told.gibs - first.gibs, told.self_kills - first.self_kills, told.team_kills - first.team_kills, told.team_gibs - first.team_gibs, told.played_ms - first.played_ms) < 0
        or exists (
          select
          from player_weapon_totals before
          left join player_weapon_totals after
            on after.round_id = told.round_id and after.player_id = told.player_id
            and after.weapon_bin = before.weapon_bin
          where before.round_id = first.round_id and before.player_id = first.player_id
            and coalesce(
              least(
                after.hits - before.hits, after.shots - before.shots, after.kills - before.kills,
                after.deaths - before.deaths, after.headshots - before.headshots
              ),
              -1
            ) < 0
        )
        then 'reconnected'
      else 'difference'
    end as basis
  from player_totals told
  left join totals_of_both_rounds pair on pair.round_id = told.round_id
  left join player_totals first on first.round_id = pair.first_round_id and first.player_id = told.player_id
)
select
  c.round_id,
  c.player_id,
  c.basis,
  case when c.basis = 'difference' then first_round_id end as first_round_id,
  c.damage_given - case when c.basis = 'difference' then coalesce(f.damage_given, 0) else 0 end as damage_given,
  c.damage_received - case when c.basis = 'difference' then coalesce(f.damage_received, 0) else 0 end as damage_received,
  c.team_damage_given - case when c.basis = 'difference' then coalesce(f.team_damage_given, 0) else 0 end as team_damage_given,
  c.team_damage_received - case when c.basis = 'difference' then coalesce(f.team_damage_received, 0) else 0 end as team_damage_received,
  c.gibs - case when c.basis = 'difference' then coalesce(f.gibs, 0) else 0 end as gibs,
  c.self_kills - case when c.basis = 'difference' then coalesce(f.self_kills, 0) else 0 end as self_kills,
  c.team_kills - case when c.basis = 'difference' then coalesce(f.team_kills, 0) else 0 end as team_kills,
  c.team_gibs - case when c.basis = 'difference' then coalesce(f.team_gibs, 0) else 0 end as team_gibs,
  c.played_ms - case when c.basis = 'difference' then coalesce(f.played_ms, 0) else 0 end as played_ms,
  c.xp,
  c.assists,
  c.headshot_kills,
  c.times_revived,
  c.revives_given,
  c.objectives_stolen,
  c.objectives_returned,
  c.dynamites_planted,
  c.dynamites_defused
from compared c
left join player_totals f on f.round_id = c.first_round_id and f.player_id = c.player_id;
comment on view round_player_totals is
  'totals of a player in one round. basis says how they are known: round (the source counts this round alone), difference (its sums less those of the first round), unpaired (sums of both rounds where the first is not here, or of one where the game has only one: do not add them up), reconnected (a sum is lower than in the first round: as the source says, since the player came back)';

create view round_weapon_totals as
select
  w.round_id,
  w.player_id,
  w.weapon_bin,
  p.basis,
  w.hits - coalesce(f.hits, 0) as hits,
  w.shots - coalesce(f.shots, 0) as shots,
  w.kills - coalesce(f.kills, 0) as kills,
  w.deaths - coalesce(f.deaths, 0) as deaths,
  w.headshots - coalesce(f.headshots, 0) as headshots
from player_weapon_totals w
join round_player_totals p using (round_id, player_id)
left join player_weapon_totals f
  on f.round_id = p.first_round_id and f.player_id = w.player_id and f.weapon_bin = w.weapon_bin;
comment on view round_weapon_totals is
  'totals of a player with the weapons of a bin in one round; basis as in round_player_totals';

comment on column totals_of_both_rounds.round_id is 'the second round';
comment on column totals_of_both_rounds.first_round_id is 'the first round; null where it is not here';
comment on column round_player_totals.round_id is 'the round';
comment on column round_player_totals.player_id is 'the player';
comment on column round_player_totals.basis is 'how the totals are known: round, difference, unpaired or reconnected';
comment on column round_player_totals.first_round_id is 'the round whose sums were taken off; null where none were';
comment on column round_player_totals.damage_given is 'damage to enemies, hit points';
comment on column round_player_totals.damage_received is 'damage by enemies, hit points';
comment on column round_player_totals.team_damage_given is 'damage to teammates, hit points';
comment on column round_player_totals.team_damage_received is 'damage by teammates, hit points';
comment on column round_player_totals.gibs is 'enemies whose bodies the player destroyed';
comment on column round_player_totals.self_kills is 'how often the player killed themselves';
comment on column round_player_totals.team_kills is 'teammates killed';
comment on column round_player_totals.team_gibs is 'teammates whose bodies the player destroyed';
comment on column round_player_totals.played_ms is 'time played, ms, to a tenth of a minute';
comment on column round_player_totals.xp is 'experience points';
comment on column round_player_totals.assists is 'kills that the player helped with, as the source counts them';
comment on column round_player_totals.headshot_kills is 'kills by a hit to the head';
comment on column round_player_totals.times_revived is 'how often the player was revived';
comment on column round_player_totals.revives_given is 'teammates revived';
comment on column round_player_totals.objectives_stolen is 'objectives taken';
comment on column round_player_totals.objectives_returned is 'objectives returned';
comment on column round_player_totals.dynamites_planted is 'dynamite planted';
comment on column round_player_totals.dynamites_defused is 'dynamite defused';
comment on column round_weapon_totals.round_id is 'the round';
comment on column round_weapon_totals.player_id is 'the player';
comment on column round_weapon_totals.weapon_bin is 'the weapons, see weapon_bins';
comment on column round_weapon_totals.basis is 'how the totals are known: round, difference, unpaired or reconnected';
comment on column round_weapon_totals.hits is 'hits';
comment on column round_weapon_totals.shots is 'shots, throws or uses';
comment on column round_weapon_totals.kills is 'enemies killed';
comment on column round_weapon_totals.deaths is 'how often the player was killed by these weapons';
comment on column round_weapon_totals.headshots is 'hits to the head';
