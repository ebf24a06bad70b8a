-- Lives of players, summed up: what means over time and their intervals are taken from, without reading all samples of
-- all others. Computed from the positions of a round whenever it is imported, see sql/derive; survives their pruning.

create table player_lives (
  round_id integer not null references rounds on delete cascade,
  player_id integer not null references players,
  slot smallint not null,
  life integer not null,
  team smallint not null check (team in (1, 2)),
  class smallint not null,
  samples integer not null,
  crouching_samples integer not null,
  prone_samples integer not null,
  sprinting_samples integer not null,
  stationary_ms integer not null,
  speed_sum_ups double precision not null,
  distance_units double precision not null,
  primary key (round_id, player_id, slot, life, team, class)
);

comment on table player_lives is 'one life of a player, summed up over its samples; kept when positions are pruned';
comment on column player_lives.round_id is 'the round';
comment on column player_lives.player_id is 'the player';
comment on column player_lives.slot is 'client slot';
comment on column player_lives.life is 'which life of the player, counted from 1 in the round';
comment on column player_lives.team is '1 Axis, 2 Allies';
comment on column player_lives.class is 'class in that life, see classes';
comment on column player_lives.samples is
  'samples of the life; each stands for the round''s prox_sample_ms, see rounds.configuration';
comment on column player_lives.crouching_samples is 'of the samples, those crouching';
comment on column player_lives.prone_samples is 'of the samples, those prone';
comment on column player_lives.sprinting_samples is 'of the samples, those sprinting';
comment on column player_lives.stationary_ms is 'time spent stationary, ms';
comment on column player_lives.speed_sum_ups is 'sum of the speeds of the samples, units a second; divided by samples, the mean';
comment on column player_lives.distance_units is 'distance travelled, units';

insert into player_lives
select
  round_id, player_id, slot, life, team, class, count(*),
  count(*) filter (where stance = 1), count(*) filter (where stance = 2), count(*) filter (where is_sprinting),
  sum(stationary_ms), sum(speed_ups::float8), sum(distance_units::float8)
from player_positions
group by round_id, player_id, slot, life, team, class;
