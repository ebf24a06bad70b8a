-- Models that prox fitted to the rounds of this database, and how right they were.

create table models (
  model_id serial primary key,
  sha256 text not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('round', 'fight')),
  version smallint not null,
  features text[] not null,
  intercept double precision not null,
  coefficients double precision[] not null,
  scales double precision[] not null,
  draws jsonb not null,
  rounds integer not null,
  matches integer not null,
  observations integer not null,
  bots boolean not null,
  fingerprint text not null,
  seed integer not null,
  evaluation jsonb not null,
  prox_version text not null,
  trained_at timestamptz not null default now()
);
create index models_kind on models (kind, trained_at);
comment on table models is
  'models of who wins, fitted by `prox model train`: the one of a kind that was trained last is used';
comment on column models.model_id is 'number of the model';
comment on column models.sha256 is 'of all that the model is: the same data and seed give the same';
comment on column models.kind is 'round: who wins the round, at any moment; fight: who wins a fight, at its first hit';
comment on column models.version is 'version of what the features mean; models of another version are not used';
comment on column models.features is 'names of the features, see docs/metrics.md';
comment on column models.intercept is 'log-odds where all features are 0';
comment on column models.coefficients is 'what one more of each feature adds to the log-odds, in the order of features';
comment on column models.scales is 'standard deviation of each feature where the model was fitted';
comment on column models.draws is
  'the same fitted to matches drawn anew: [[intercept, coefficients …], …]; intervals are made of them';
comment on column models.rounds is 'rounds that it was fitted to';
comment on column models.matches is 'matches that these rounds are of';
comment on column models.observations is 'moments of rounds, or fights, that it was fitted to';
comment on column models.bots is 'whether rounds of bots were among them';
comment on column models.fingerprint is 'SHA-256 of the observations: what the model was fitted to';
comment on column models.seed is 'seed of folds and draws';
comment on column models.evaluation is 'how right it was on matches that it did not see, see docs/metrics.md';
comment on column models.prox_version is 'version of the program that fitted it';
comment on column models.trained_at is 'when it was fitted';
