-- Sessions get names and tags, and begin and end where people say so.

create table session_names (
  round_id integer primary key references rounds on delete cascade,
  name text not null check (name <> '')
);
comment on table session_names is
  'names that people gave to sessions (prox session name), at each of their rounds: a session has the name of the first of its rounds that has one, so that it keeps it when rounds come or go';
comment on column session_names.round_id is 'a round of the session';
comment on column session_names.name is 'the session''s name';

create table session_tags (
  round_id integer not null references rounds on delete cascade,
  tag text not null check (tag <> ''),
  primary key (round_id, tag)
);
comment on table session_tags is
  'tags that people gave to sessions, like a season or a cup (prox session tag), at each of their rounds: a session has the tags of all of its rounds';
comment on column session_tags.round_id is 'a round of the session';
comment on column session_tags.tag is 'the tag, in lower case';

create table session_bounds (
  server_name text not null,
  bound_at timestamptz not null,
  is_break boolean not null,
  primary key (server_name, bound_at)
);
comment on table session_bounds is
  'where people said that a session ends or goes on (prox session split and join), whatever the break between its rounds';
comment on column session_bounds.server_name is 'name of the server; empty where it was not recorded';
comment on column session_bounds.bound_at is
  'when the round started at which it is: what holds is said of the time from the start of the round before';
comment on column session_bounds.is_break is 'true where a new session begins, false where the one before goes on';

create or replace view sessions as
with played as (
  select
    round_id, server_name, coalesce(server_name, '') as server, started_at,
    started_at + end_ms * interval '1 millisecond' as played_until,
    lag(started_at, 1, '-infinity') over (
      partition by coalesce(server_name, '') order by started_at, round_id
    ) as previous_at
  from rounds
  where excluded_at is null and same_as_round_id is null
),
opened as (
  select
    *,
    coalesce(
      (
        select bool_or(is_break)
        from session_bounds b
        where b.server_name = played.server and b.bound_at > previous_at and b.bound_at <= started_at
      ),
      started_at - max(played_until) over (
        partition by server order by started_at, round_id rows between unbounded preceding and 1 preceding
      ) > interval '90 minutes',
      true
    ) as is_first
  from played
),
numbered as (
  select *, count(*) filter (where is_first) over (partition by server order by started_at, round_id) as number
  from opened
),
labelled as (
  select
    server,
    number,
    min(started_at) as session_started_at,
    max(played_until) as session_ended_at,
    (array_agg(n.name order by started_at, round_id) filter (where n.name is not null))[1] as name,
    coalesce(array_agg(distinct t.tag order by t.tag) filter (where t.tag is not null), '{}') as tags
  from numbered
  left join session_names n using (round_id)
  left join session_tags t using (round_id)
  group by server, number
),
ranked as (
  select
    *,
    to_char(session_started_at at time zone 'UTC', 'YYYY-MM-DD-HH24MI') as minute,
    row_number() over (
      partition by date_trunc('minute', session_started_at) order by session_started_at, server, number
    ) as place
  from labelled
)
select
  round_id,
  server_name,
  minute || case when place > 1 then '-' || place else '' end as session,
  session_started_at,
  session_ended_at,
  name,
  tags
from numbered
join ranked using (server, number);
comment on view sessions is
  'the session of each round that counts: the rounds of one server without a break of more than 90 minutes, so that midnight does not matter, unless session_bounds says otherwise; of a round that two sources saw one counts';
comment on column sessions.name is 'the name that people gave it; null without one';
comment on column sessions.tags is 'the tags that people gave it, in order';
