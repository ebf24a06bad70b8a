-- Named areas of maps: what people call the places. Reports apply them when they read, so that a changed area needs no new import.

create table map_areas (
  map text not null,
  name text not null check (name <> ''),
  outline_units double precision[],
  spots_units integer[],
  min_z_units integer,
  max_z_units integer,
  primary key (map, name),
  check ((outline_units is null) <> (spots_units is null)),
  check ((min_z_units is null) = (max_z_units is null) and coalesce(min_z_units < max_z_units, true)),
  check (outline_units is not null or min_z_units is null)
);
comment on table map_areas is
  'named areas of maps (prox map area): an outline, with a floor where it has one, or spots like those of the game''s location files';
comment on column map_areas.map is 'the map, in lower case';
comment on column map_areas.name is 'what people call it';
comment on column map_areas.outline_units is
  'x and y of each corner, one after another, seen from above; array_to_string(outline_units, '','')::polygon @> point(x, y) says whether a place is inside; null for spots, units';
comment on column map_areas.spots_units is
  'x, y and z of each spot, one after another: a place outside all outlines has the name of its nearest spot, at most 1024 units away; null for an outline, units';
comment on column map_areas.min_z_units is 'where the floor begins; null where all heights belong to the area, units';
comment on column map_areas.max_z_units is 'where the floor ends, not part of it any more; null where all heights belong to the area, units';
