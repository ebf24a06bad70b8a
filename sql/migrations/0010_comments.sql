-- Comments that told only half of what the columns hold.
comment on column combat_events.relation is 'of hit, kill and gib: how attacker and target stand to each other';
comment on column combat_events.target_health is
  'the target''s health: before a hit or kill, after anything else, hit points';
comment on column combat_events.attacker_class is 'of kill and revive: the attacker''s class, see classes';
comment on column combat_events.target_class is 'of kill, spawn and revive: the target''s class, see classes';
