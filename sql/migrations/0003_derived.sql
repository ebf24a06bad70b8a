-- Tables that are computed from the facts of a round, whenever the round is imported: see sql/derive. They survive the
-- pruning of positions.

create table player_engagement_stats (
  round_id integer not null references rounds on delete cascade,
  player_id integer not null references players,
  team smallint not null check (team in (1, 2)),
  lives smallint,
  alive_ms integer,
  stationary_ms integer,
  distance_units real,
  kills smallint,
  team_kills smallint,
  deaths smallint,
  self_kills smallint,
  gibs smallint,
  revives smallint,
  revived smallint,
  damage_given integer,
  damage_received integer,
  team_damage_given integer,
  bullets_fired integer,
  bullet_hits integer,
  head_hits integer,
  engagements smallint,
  engagements_won smallint,
  engagements_lost smallint,
  duels smallint,
  duels_won smallint,
  outnumbered smallint,
  outnumbered_won smallint,
  escapes smallint,
  solo_kills smallint,
  crossfires smallint,
  baits_drawn smallint,
  baits_punished smallint,
  trade_kills smallint,
  deaths_traded smallint,
  primary key (round_id, player_id, team)
);
create index player_engagement_stats_player on player_engagement_stats (player_id, round_id);

comment on table player_engagement_stats is
  'what each player did in a round, for each team that the player was in; a number is null when its file is missing';
comment on column player_engagement_stats.round_id is 'the round';
comment on column player_engagement_stats.player_id is 'the player';
comment on column player_engagement_stats.team is '1 Axis, 2 Allies';
comment on column player_engagement_stats.lives is 'lives in which the player was seen alive';
comment on column player_engagement_stats.alive_ms is 'time from the first to the last sample of each life, ms';
comment on column player_engagement_stats.stationary_ms is 'time spent stationary, ms';
comment on column player_engagement_stats.distance_units is 'distance travelled, units';
comment on column player_engagement_stats.kills is 'enemies downed';
comment on column player_engagement_stats.team_kills is 'teammates downed';
comment on column player_engagement_stats.deaths is 'how often the player was downed, by whomever';
comment on column player_engagement_stats.self_kills is 'of the deaths, those by the player or the world';
comment on column player_engagement_stats.gibs is 'downed enemies whose body the player destroyed';
comment on column player_engagement_stats.revives is 'teammates revived';
comment on column player_engagement_stats.revived is 'how often the player was revived';
comment on column player_engagement_stats.damage_given is 'effective damage to living enemies, hit points';
comment on column player_engagement_stats.damage_received is 'effective damage by enemies while alive, hit points';
comment on column player_engagement_stats.team_damage_given is 'effective damage to living teammates, hit points';
comment on column player_engagement_stats.bullets_fired is 'shots with pistols, submachine guns and rifles';
comment on column player_engagement_stats.bullet_hits is 'hits on living enemies with these weapons';
comment on column player_engagement_stats.head_hits is 'of the bullet hits, those that struck the head';
comment on column player_engagement_stats.engagements is 'engagements that the player took part in';
comment on column player_engagement_stats.engagements_won is 'of these, those that the player''s side won';
comment on column player_engagement_stats.engagements_lost is 'of these, those that the other side won';
comment on column player_engagement_stats.duels is 'engagements of one against one';
comment on column player_engagement_stats.duels_won is 'duels that the player won';
comment on column player_engagement_stats.outnumbered is 'engagements in which the other side had more players';
comment on column player_engagement_stats.outnumbered_won is 'of these, those that the player''s side won';
comment on column player_engagement_stats.escapes is
  'engagements that others opened and that ended because the sides got away from each other';
comment on column player_engagement_stats.solo_kills is 'enemies downed in engagements without a teammate';
comment on column player_engagement_stats.crossfires is 'crossfires, whoever of the two hit first';
comment on column player_engagement_stats.baits_drawn is 'baits in which the player drew the fire';
comment on column player_engagement_stats.baits_punished is 'baits in which the player punished';
comment on column player_engagement_stats.trade_kills is 'teammates avenged by a trade kill';
comment on column player_engagement_stats.deaths_traded is 'deaths that a teammate avenged by a trade kill';


create table teammate_synergy (
  round_id integer not null references rounds on delete cascade,
  player_id integer not null references players,
  teammate_player_id integer not null references players,
  team smallint not null check (team in (1, 2)),
  together_ms integer,
  near_ms integer,
  mean_distance_units real,
  engagements smallint,
  engagements_won smallint,
  crossfires smallint,
  crossfire_damage integer,
  baits smallint,
  trades smallint,
  revives smallint,
  primary key (round_id, player_id, teammate_player_id, team),
  check (player_id < teammate_player_id)
);
create index teammate_synergy_player on teammate_synergy (player_id, teammate_player_id);
create index teammate_synergy_teammate on teammate_synergy (teammate_player_id);

comment on table teammate_synergy is
  'how two players of a team played together in a round; a number is null when its file is missing';
comment on column teammate_synergy.round_id is 'the round';
comment on column teammate_synergy.player_id is 'the one of the two with the smaller id';
comment on column teammate_synergy.teammate_player_id is 'the other';
comment on column teammate_synergy.team is '1 Axis, 2 Allies';
comment on column teammate_synergy.together_ms is 'time in which both were alive, ms';
comment on column teammate_synergy.near_ms is 'of this, the time in which they were within 600 units, ms';
comment on column teammate_synergy.mean_distance_units is
  'mean distance between the two while both were alive, units; null when they never were';
comment on column teammate_synergy.engagements is 'engagements in which both took part on the same side';
comment on column teammate_synergy.engagements_won is 'of these, those that their side won';
comment on column teammate_synergy.crossfires is 'crossfires of the two';
comment on column teammate_synergy.crossfire_damage is 'effective damage in these crossfires, hit points';
comment on column teammate_synergy.baits is 'baits in which one drew the fire and the other punished';
comment on column teammate_synergy.trades is 'trade kills by which one avenged the other';
comment on column teammate_synergy.revives is 'how often one revived the other';
