-- The fights of the latest session by their size.
select label, engagements, won_by_attackers, won_by_defenders, undecided, round(mean_duration_ms / 1000) as seconds
from session_engagements
where session_started_at = (select max(session_started_at) from sessions)
order by engagements desc, label;
