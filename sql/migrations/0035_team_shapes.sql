-- How teams stood and moved, second by second: made of positions while a round is imported, and kept when these are pruned.
-- Not tied to `rounds` by a foreign key: its check would cost more than storing the row. Deleting a round deletes them.

create type team_move as enum ('push', 'regroup');

create table team_shapes (
  round_id integer not null,
  time_ms integer not null,
  middle_x integer not null,
  middle_y integer not null,
  middle_z integer not null,
  team smallint not null check (team in (1, 2)),
  players smallint not null,
  nearest_units smallint,
  spread_units smallint,
  groups smallint not null,
  largest_group smallint not null,
  isolated smallint,
  moving smallint,
  moving_together smallint,
  enemy_units smallint,
  line_percent smallint,
  primary key (round_id, time_ms, team)
);
comment on table team_shapes is
  'how the living players of a team stood in a second of a round; made of positions, without them there are no rows; see docs/metrics.md';
comment on column team_shapes.round_id is 'the round';
comment on column team_shapes.time_ms is 'beginning of the second, ms of round time';
comment on column team_shapes.middle_x is 'where the player in the middle was: the one whose distances to the others add up to least, units';
comment on column team_shapes.middle_y is 'y of the player in the middle, units';
comment on column team_shapes.middle_z is 'z of the player in the middle, units';
comment on column team_shapes.team is '1 Axis, 2 Allies';
comment on column team_shapes.players is 'living players with a position in the second';
comment on column team_shapes.nearest_units is 'mean distance of each to their nearest teammate, at most 32767; null for one player, units';
comment on column team_shapes.spread_units is 'median distance of the others to the player in the middle, at most 32767; null for one player, units';
comment on column team_shapes.groups is 'number of groups: players at most 700 units apart are in one, directly or by way of others';
comment on column team_shapes.largest_group is 'players in the largest group';
comment on column team_shapes.isolated is 'players further than 1200 units from every teammate; null for one player';
comment on column team_shapes.moving is 'players who moved at 80 units/s or faster since the second before; null where no position of the second before is known';
comment on column team_shapes.moving_together is 'those of them who moved the same way (45 degrees) as a moving teammate at most 700 units away; null as moving is';
comment on column team_shapes.enemy_units is 'distance between the two nearest players of both teams, at most 32767; null without living enemies, units';
comment on column team_shapes.line_percent is
  'where the line between the teams lies on the straight way from where this team''s middle was first to where the other''s was; 0 own end, 100 the other''s; null where these are less than 500 units apart';

create table team_moves (
  round_id integer not null,
  from_ms integer not null,
  to_ms integer not null,
  x integer not null,
  y integer not null,
  z integer not null,
  team smallint not null check (team in (1, 2)),
  move team_move not null,
  players smallint not null,
  team_players smallint not null,
  approach_units smallint,
  enemy_units smallint,
  primary key (round_id, team, move, from_ms)
);
comment on table team_moves is 'pushes and regroupings of teams, by the rules in docs/metrics.md';
comment on column team_moves.round_id is 'the round';
comment on column team_moves.from_ms is 'of a push, when it began; of a regrouping, the last second in which the team was split; ms of round time';
comment on column team_moves.to_ms is 'of a push, when it ended; of a regrouping, the first second in which they were together; ms of round time';
comment on column team_moves.x is 'where it ended: of a push, the player next to the enemy; of a regrouping, the player in the middle of the team; units';
comment on column team_moves.y is 'y of where it ended, units';
comment on column team_moves.z is 'z of where it ended, units';
comment on column team_moves.team is '1 Axis, 2 Allies';
comment on column team_moves.move is 'push or regroup';
comment on column team_moves.players is 'of a push, the most players who advanced in one second; of a regrouping, the players who came together';
comment on column team_moves.team_players is 'living players of the team at its end';
comment on column team_moves.approach_units is 'of a push, how far the players who advanced came towards the enemy, on average; null for a regrouping, units';
comment on column team_moves.enemy_units is 'distance to the nearest enemy at its end, at most 32767; null without living enemies, units';

create table moving_pairs (
  round_id integer not null,
  player_id integer not null,
  teammate_player_id integer not null,
  moving_s integer not null,
  together_s integer not null,
  team smallint not null check (team in (1, 2)),
  primary key (round_id, player_id, teammate_player_id, team),
  check (player_id < teammate_player_id)
);
comment on table moving_pairs is 'who moved with whom: pairs of teammates who moved in the same seconds of a round';
comment on column moving_pairs.round_id is 'the round';
comment on column moving_pairs.player_id is 'the player of the two with the smaller id';
comment on column moving_pairs.teammate_player_id is 'the other player of the two';
comment on column moving_pairs.moving_s is 'seconds in which both moved, at 80 units/s or faster';
comment on column moving_pairs.together_s is 'of these, the seconds in which they were at most 700 units apart and moved the same way (45 degrees)';
comment on column moving_pairs.team is '1 Axis, 2 Allies';
