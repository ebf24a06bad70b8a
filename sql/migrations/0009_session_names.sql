-- Sessions of two servers may begin in the same minute: the second gets a name of its own, like 2026-11-23-2030-2.
create or replace view sessions as
with played as (
  select round_id, server_name, started_at, started_at + end_ms * interval '1 millisecond' as played_until
  from rounds
),
opened as (
  select
    *,
    coalesce(
      started_at - max(played_until) over (
        partition by server_name order by started_at, round_id rows between unbounded preceding and 1 preceding
      ) > interval '90 minutes',
      true
    ) as is_first
  from played
),
numbered as (
  select *, count(*) filter (where is_first) over (partition by server_name order by started_at, round_id) as number
  from opened
),
timed as (
  select
    round_id,
    server_name,
    min(started_at) over (partition by server_name, number) as session_started_at,
    max(played_until) over (partition by server_name, number) as session_ended_at
  from numbered
),
ranked as (
  select
    *,
    to_char(session_started_at at time zone 'UTC', 'YYYY-MM-DD-HH24MI') as minute,
    dense_rank() over (
      partition by date_trunc('minute', session_started_at) order by session_started_at, server_name
    ) as place
  from timed
)
select
  round_id,
  server_name,
  minute || case when place > 1 then '-' || place else '' end as session,
  session_started_at,
  session_ended_at
from ranked;

comment on column sessions.session is
  'the session by the start of its first round in UTC, like 2026-11-23-2030; -2 follows where another server''s began in that minute';
