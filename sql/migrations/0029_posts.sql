-- What was told to chats: so that each session and round is told once.

create table posts (
  channel text not null,
  kind text not null check (kind in ('session', 'round')),
  round_key text not null,
  post_key text not null,
  state text not null check (state in ('sending', 'sent', 'unsure')),
  message_id text,
  claimed_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (channel, kind, round_key)
);
create index posts_key on posts (post_key);
comment on table posts is 'what was posted to chats (prox discord post, prox webhook post): one row a round of the message';
comment on column posts.channel is 'the place that was posted to; without its secret';
comment on column posts.kind is 'what the message is about: a session, or a single round';
comment on column posts.round_key is 'a round that the message is about; kept when the round is forgotten, so that it is not told again';
comment on column posts.post_key is 'the message: the same in all of its rows';
comment on column posts.state is
  'sending: a run is about to post it, or was killed; sent: the chat took it; unsure: nobody knows whether it did';
comment on column posts.message_id is 'id that the chat gave the message; null where it gives none';
comment on column posts.claimed_at is 'when a run began to post it';
comment on column posts.settled_at is 'when that run knew how it went; null before';
