-- Which rounds not to trust blindly: incomplete, with lost or left-out rows, or with captures that were not on.
select
  round_key, map, round, started_at, end_reason, rows_lost, rows_rejected, tracker_errors,
  array(select key || ' ' || value from jsonb_each_text(captures) where value <> 'on' order by key) as captures_not_on
from rounds
where excluded_at is null and (
  not is_complete or rows_lost > 0 or rows_rejected > 0 or tracker_errors > 0
  or exists (select from jsonb_each_text(captures) where value <> 'on')
)
order by started_at, round_key;
