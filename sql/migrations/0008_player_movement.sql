-- Where players were and which ways they took, cell by cell, summed up over a round: what pictures of a map are drawn
-- from, without reading all samples. The import sums up positions as they pass by; the sums survive their pruning.

alter table rounds add column movement_cell_units integer check (movement_cell_units > 0);

comment on column rounds.movement_cell_units is
  'side of the cells of player_movement, units: the heatmap''s when the round was recorded; null when nothing is there';

alter table player_lives
  add column first_ms integer,
  add column last_ms integer;

comment on column player_lives.first_ms is 'round time of the first sample, ms; null when the positions were pruned before it was kept';
comment on column player_lives.last_ms is 'round time of the last sample, ms; null like first_ms';

create table player_movement (
  round_id integer not null references rounds on delete cascade,
  player_id integer not null references players,
  team smallint not null check (team in (1, 2)),
  class smallint not null,
  cell_x smallint[] not null,
  cell_y smallint[] not null,
  samples integer[] not null,
  stationary_ms integer[] not null,
  speed_sum_ups double precision[] not null,
  way_from_x smallint[] not null,
  way_from_y smallint[] not null,
  way_to_x smallint[] not null,
  way_to_y smallint[] not null,
  way_times integer[] not null,
  primary key (round_id, player_id, team, class)
);

comment on table player_movement is
  'where a player was and which ways the player took in a round, as arrays: player_cells and player_ways have a row for each element; kept when positions are pruned';
comment on column player_movement.round_id is 'the round; its movement_cell_units are the side of a cell';
comment on column player_movement.player_id is 'the player';
comment on column player_movement.team is '1 Axis, 2 Allies';
comment on column player_movement.class is 'class, see classes';
comment on column player_movement.cell_x is 'the cells: floor(x / side)';
comment on column player_movement.cell_y is 'of each cell floor(y / side)';
comment on column player_movement.samples is 'of each cell the samples in it';
comment on column player_movement.stationary_ms is 'of each cell the time spent stationary, ms';
comment on column player_movement.speed_sum_ups is 'of each cell the sum of the speeds of the samples, units a second';
comment on column player_movement.way_from_x is 'the ways: cell_x of the sample before';
comment on column player_movement.way_from_y is 'of each way cell_y of the sample before';
comment on column player_movement.way_to_x is 'of each way cell_x of the sample after';
comment on column player_movement.way_to_y is 'of each way cell_y of the sample after';
comment on column player_movement.way_times is 'of each way how often it was taken';

create view player_cells as
select
  round_id, player_id, team, class,
  unnest(cell_x) as cell_x,
  unnest(cell_y) as cell_y,
  unnest(samples) as samples,
  unnest(stationary_ms) as stationary_ms,
  unnest(speed_sum_ups) as speed_sum_ups
from player_movement;

comment on view player_cells is 'where players were: for each player, team and class the cells of the map that the player was in';
comment on column player_cells.round_id is 'the round; its movement_cell_units are the side of a cell';
comment on column player_cells.player_id is 'the player';
comment on column player_cells.team is '1 Axis, 2 Allies';
comment on column player_cells.class is 'class, see classes';
comment on column player_cells.cell_x is 'floor(x / side)';
comment on column player_cells.cell_y is 'floor(y / side)';
comment on column player_cells.samples is 'samples in the cell; each stands for the round''s prox_sample_ms, see rounds.configuration';
comment on column player_cells.stationary_ms is 'time spent stationary, ms';
comment on column player_cells.speed_sum_ups is
  'sum of the speeds of the samples, units a second; divided by samples, the mean';

create view player_ways as
select
  round_id, player_id, team, class,
  unnest(way_from_x) as from_x,
  unnest(way_from_y) as from_y,
  unnest(way_to_x) as to_x,
  unnest(way_to_y) as to_y,
  unnest(way_times) as times
from player_movement;

comment on view player_ways is
  'ways that players took: from the cell of a sample to another cell of the next one, within one life and not across gaps';
comment on column player_ways.round_id is 'the round; its movement_cell_units are the side of a cell';
comment on column player_ways.player_id is 'the player';
comment on column player_ways.team is '1 Axis, 2 Allies';
comment on column player_ways.class is 'class, see classes';
comment on column player_ways.from_x is 'cell_x of the sample before';
comment on column player_ways.from_y is 'cell_y of the sample before';
comment on column player_ways.to_x is 'cell_x of the sample after';
comment on column player_ways.to_y is 'cell_y of the sample after';
comment on column player_ways.times is 'how often the way was taken';

-- The rounds that are stored, one after another: what is in memory is bounded, however many they are.
do $$
declare
  stored record;
begin
  for stored in
    select
      round_id,
      case
        when configuration ->> 'prox_heatmap_cell_units' ~ '^([89]|[1-9][0-9]{1,3})$'
          and configuration ->> 'prox_sample_ms' ~ '^[1-9][0-9]{0,5}$'
        then (configuration ->> 'prox_heatmap_cell_units')::integer
      end as cell_units,
      2 * (substring(configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::integer as gap_ms
    from rounds
    where position_rows > 0 and positions_pruned_at is null
    order by round_id
  loop
    update player_lives l
    set first_ms = s.first_ms, last_ms = s.last_ms
    from (
      select player_id, slot, life, team, class, min(time_ms) as first_ms, max(time_ms) as last_ms
      from player_positions
      where round_id = stored.round_id
      group by player_id, slot, life, team, class
    ) s
    where l.round_id = stored.round_id
      and (l.player_id, l.slot, l.life, l.team, l.class) = (s.player_id, s.slot, s.life, s.team, s.class);

    continue when stored.cell_units is null;
    update rounds set movement_cell_units = stored.cell_units where round_id = stored.round_id;

    with samples as (
      select
        player_id, team, class, time_ms, stationary_ms, speed_ups,
        floor(x / stored.cell_units::float8)::integer as x,
        floor(y / stored.cell_units::float8)::integer as y,
        lag(time_ms) over life as from_ms,
        lag(floor(x / stored.cell_units::float8)::integer) over life as from_x,
        lag(floor(y / stored.cell_units::float8)::integer) over life as from_y
      from player_positions
      where round_id = stored.round_id
      window life as (partition by player_id, slot, life, team, class order by time_ms)
    ),
    cells as (
      select
        player_id, team, class, x, y,
        count(*) as samples, sum(stationary_ms) as stationary_ms, sum(speed_ups::float8) as speed_sum_ups
      from samples
      group by player_id, team, class, x, y
    ),
    ways as (
      select player_id, team, class, from_x, from_y, x, y, count(*) as times
      from samples
      where time_ms - from_ms <= stored.gap_ms and (from_x, from_y) <> (x, y)
      group by player_id, team, class, from_x, from_y, x, y
    )
    insert into player_movement
    select
      stored.round_id, player_id, team, class,
      c.x, c.y, c.samples, c.stationary_ms, c.speed_sum_ups,
      coalesce(w.from_x, '{}'), coalesce(w.from_y, '{}'), coalesce(w.x, '{}'), coalesce(w.y, '{}'), coalesce(w.times, '{}')
    from (
      select
        player_id, team, class, array_agg(x) as x, array_agg(y) as y, array_agg(samples) as samples,
        array_agg(stationary_ms) as stationary_ms, array_agg(speed_sum_ups) as speed_sum_ups
      from cells
      group by player_id, team, class
    ) c
    left join (
      select
        player_id, team, class, array_agg(from_x) as from_x, array_agg(from_y) as from_y, array_agg(x) as x,
        array_agg(y) as y, array_agg(times) as times
      from ways
      group by player_id, team, class
    ) w using (player_id, team, class);
  end loop;
end $$;
