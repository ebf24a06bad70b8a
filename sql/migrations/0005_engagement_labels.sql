-- Rule version 2 of engagements counts the moment at which most were in it; version 1 counted everybody.

comment on column engagement_analysis.attackers is
  'players of the side that opened it, at the moment when most were in it (rule version 1: at any time): N of the label NvM';
comment on column engagement_analysis.defenders is
  'players of the other side at that moment: M of the label NvM';
