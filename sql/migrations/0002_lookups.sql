-- Names of the numbers that the engine gives to weapons, means of death, classes and teams.
--
-- Facts refer to them by number without foreign key: a newer engine may know a weapon that these tables do not, and
-- its rounds are to be imported all the same. So join them with a left join.

create table weapons (
  weapon smallint primary key,
  id text not null unique,
  name text not null,
  kind text not null
);
comment on table weapons is 'the engine''s weapons';
comment on column weapons.weapon is 'the engine''s number';
comment on column weapons.id is 'the engine''s name in lower case, without prefix';
comment on column weapons.name is 'the name to show to people';
comment on column weapons.kind is 'what it is for: melee, pistol, smg, rifle and so on';
insert into weapons (weapon, id, name, kind) values
  (0, 'none', 'none', 'none'),
  (1, 'knife', 'Knife', 'melee'),
  (2, 'luger', 'Luger', 'pistol'),
  (3, 'mp40', 'MP 40', 'smg'),
  (4, 'grenade_launcher', 'German grenade', 'grenade'),
  (5, 'panzerfaust', 'Panzerfaust', 'launcher'),
  (6, 'flamethrower', 'Flamethrower', 'flamethrower'),
  (7, 'colt', 'Colt', 'pistol'),
  (8, 'thompson', 'Thompson', 'smg'),
  (9, 'grenade_pineapple', 'American grenade', 'grenade'),
  (10, 'sten', 'Sten', 'smg'),
  (11, 'medic_syringe', 'Syringe', 'medical'),
  (12, 'ammo', 'Ammo pack', 'supply'),
  (13, 'arty', 'Artillery', 'support_fire'),
  (14, 'silencer', 'Silenced Luger', 'pistol'),
  (15, 'dynamite', 'Dynamite', 'mine'),
  (16, 'smoketrail', 'Smoke trail', 'none'),
  (17, 'mapmortar', 'Map mortar', 'mortar'),
  (18, 'verybigexplosion', 'Explosion', 'none'),
  (19, 'medkit', 'Medkit', 'medical'),
  (20, 'binoculars', 'Binoculars', 'tool'),
  (21, 'pliers', 'Pliers', 'tool'),
  (22, 'smoke_marker', 'Airstrike marker', 'support_fire'),
  (23, 'kar98', 'K98 rifle', 'rifle'),
  (24, 'carbine', 'M1 carbine', 'rifle'),
  (25, 'garand', 'Garand', 'rifle'),
  (26, 'landmine', 'Landmine', 'mine'),
  (27, 'satchel', 'Satchel charge', 'mine'),
  (28, 'satchel_det', 'Satchel detonator', 'tool'),
  (29, 'smoke_bomb', 'Smoke bomb', 'supply'),
  (30, 'mobile_mg42', 'Mobile MG 42', 'machine_gun'),
  (31, 'k43', 'K43', 'rifle'),
  (32, 'fg42', 'FG 42', 'rifle'),
  (33, 'dummy_mg42', 'Mounted gun', 'machine_gun'),
  (34, 'mortar', 'Granatwerfer', 'mortar'),
  (35, 'akimbo_colt', 'Akimbo Colts', 'pistol'),
  (36, 'akimbo_luger', 'Akimbo Lugers', 'pistol'),
  (37, 'gpg40', 'GPG 40', 'launcher'),
  (38, 'm7', 'M7', 'launcher'),
  (39, 'silenced_colt', 'Silenced Colt', 'pistol'),
  (40, 'garand_scope', 'Garand (scoped)', 'scoped_rifle'),
  (41, 'k43_scope', 'K43 (scoped)', 'scoped_rifle'),
  (42, 'fg42_scope', 'FG 42 (scoped)', 'scoped_rifle'),
  (43, 'mortar_set', 'Granatwerfer (set up)', 'mortar'),
  (44, 'medic_adrenaline', 'Adrenaline', 'medical'),
  (45, 'akimbo_silencedcolt', 'Akimbo silenced Colts', 'pistol'),
  (46, 'akimbo_silencedluger', 'Akimbo silenced Lugers', 'pistol'),
  (47, 'mobile_mg42_set', 'Mobile MG 42 (set up)', 'machine_gun'),
  (48, 'knife_kabar', 'Ka-Bar knife', 'melee'),
  (49, 'mobile_browning', 'Mobile Browning', 'machine_gun'),
  (50, 'mobile_browning_set', 'Mobile Browning (set up)', 'machine_gun'),
  (51, 'mortar2', 'M2 mortar', 'mortar'),
  (52, 'mortar2_set', 'M2 mortar (set up)', 'mortar'),
  (53, 'bazooka', 'Bazooka', 'launcher'),
  (54, 'mp34', 'MP 34', 'smg'),
  (55, 'airstrike', 'Airstrike', 'support_fire');

create table means_of_death (
  means_of_death smallint primary key,
  id text not null unique,
  name text not null,
  kind text not null,
  has_region boolean not null
);
comment on table means_of_death is 'the engine''s means of death: what caused damage or a kill';
comment on column means_of_death.means_of_death is 'the engine''s number';
comment on column means_of_death.id is 'the engine''s name in lower case, without prefix';
comment on column means_of_death.name is 'the name to show to people';
comment on column means_of_death.kind is 'how it does damage: bullet, melee, fire, explosive, world or other';
comment on column means_of_death.has_region is 'whether the engine counts a hit region for its hits';
insert into means_of_death (means_of_death, id, name, kind, has_region) values
  (0, 'unknown', 'Unknown', 'other', false),
  (1, 'machinegun', 'Mounted gun', 'bullet', false),
  (2, 'browning', 'Mounted Browning', 'bullet', false),
  (3, 'mg42', 'Mounted MG 42', 'bullet', false),
  (4, 'grenade', 'Grenade', 'explosive', false),
  (5, 'knife', 'Knife', 'melee', false),
  (6, 'luger', 'Luger', 'bullet', true),
  (7, 'colt', 'Colt', 'bullet', true),
  (8, 'mp40', 'MP 40', 'bullet', true),
  (9, 'thompson', 'Thompson', 'bullet', true),
  (10, 'sten', 'Sten', 'bullet', true),
  (11, 'garand', 'Garand', 'bullet', true),
  (12, 'silencer', 'Silenced Luger', 'bullet', true),
  (13, 'fg42', 'FG 42', 'bullet', true),
  (14, 'fg42scope', 'FG 42 (scoped)', 'bullet', true),
  (15, 'panzerfaust', 'Panzerfaust', 'explosive', false),
  (16, 'grenade_launcher', 'German grenade', 'explosive', false),
  (17, 'flamethrower', 'Flamethrower', 'fire', false),
  (18, 'grenade_pineapple', 'American grenade', 'explosive', false),
  (19, 'mapmortar', 'Map mortar', 'explosive', false),
  (20, 'mapmortar_splash', 'Map mortar', 'explosive', false),
  (21, 'kicked', 'Kicked', 'other', false),
  (22, 'dynamite', 'Dynamite', 'explosive', false),
  (23, 'airstrike', 'Airstrike', 'explosive', false),
  (24, 'syringe', 'Syringe', 'other', false),
  (25, 'ammo', 'Ammo pack', 'other', false),
  (26, 'arty', 'Artillery', 'explosive', false),
  (27, 'water', 'Drowned', 'world', false),
  (28, 'slime', 'Slime', 'world', false),
  (29, 'lava', 'Lava', 'world', false),
  (30, 'crush', 'Crushed', 'world', false),
  (31, 'telefrag', 'Telefragged', 'world', false),
  (32, 'falling', 'Fell', 'world', false),
  (33, 'suicide', 'Suicide', 'world', false),
  (34, 'target_laser', 'Laser', 'world', false),
  (35, 'trigger_hurt', 'Map hazard', 'world', false),
  (36, 'explosive', 'Explosion', 'explosive', false),
  (37, 'carbine', 'M1 carbine', 'bullet', true),
  (38, 'kar98', 'K98 rifle', 'bullet', true),
  (39, 'gpg40', 'GPG 40', 'explosive', false),
  (40, 'm7', 'M7', 'explosive', false),
  (41, 'landmine', 'Landmine', 'explosive', false),
  (42, 'satchel', 'Satchel charge', 'explosive', false),
  (43, 'smokebomb', 'Smoke bomb', 'other', false),
  (44, 'mobile_mg42', 'Mobile MG 42', 'bullet', false),
  (45, 'silenced_colt', 'Silenced Colt', 'bullet', true),
  (46, 'garand_scope', 'Garand (scoped)', 'bullet', true),
  (47, 'crush_construction', 'Crushed by a construction', 'other', false),
  (48, 'crush_constructiondeath', 'Crushed by a falling construction', 'other', false),
  (49, 'crush_constructiondeath_noattacker', 'Crushed by a falling construction', 'other', false),
  (50, 'k43', 'K43', 'bullet', true),
  (51, 'k43_scope', 'K43 (scoped)', 'bullet', true),
  (52, 'mortar', 'Granatwerfer', 'explosive', false),
  (53, 'akimbo_colt', 'Akimbo Colts', 'bullet', true),
  (54, 'akimbo_luger', 'Akimbo Lugers', 'bullet', true),
  (55, 'akimbo_silencedcolt', 'Akimbo silenced Colts', 'bullet', true),
  (56, 'akimbo_silencedluger', 'Akimbo silenced Lugers', 'bullet', true),
  (57, 'smokegrenade', 'Airstrike marker', 'other', false),
  (58, 'swap_places', 'Swapped places', 'other', false),
  (59, 'switchteam', 'Changed team', 'world', false),
  (60, 'shove', 'Shoved', 'world', false),
  (61, 'knife_kabar', 'Ka-Bar knife', 'melee', false),
  (62, 'mobile_browning', 'Mobile Browning', 'bullet', false),
  (63, 'mortar2', 'M2 mortar', 'explosive', false),
  (64, 'bazooka', 'Bazooka', 'explosive', false),
  (65, 'backstab', 'Backstab', 'melee', false),
  (66, 'mp34', 'MP 34', 'bullet', true);

create table classes (
  class smallint primary key,
  name text not null unique
);
comment on table classes is 'the classes of players';
comment on column classes.class is 'the engine''s number';
comment on column classes.name is 'the name to show to people';
insert into classes (class, name) values
  (0, 'Soldier'),
  (1, 'Medic'),
  (2, 'Engineer'),
  (3, 'Field ops'),
  (4, 'Covert ops');

create table teams (
  team smallint primary key,
  name text not null unique
);
comment on table teams is 'the teams';
comment on column teams.team is 'the engine''s number';
comment on column teams.name is 'the name to show to people';
insert into teams (team, name) values
  (0, 'Free'),
  (1, 'Axis'),
  (2, 'Allies'),
  (3, 'Spectators');
