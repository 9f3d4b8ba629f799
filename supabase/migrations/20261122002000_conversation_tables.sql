-- What a conversation is made of beside its messages: what the lead told, what was offered and booked, consent, and who is at the keyboard.

alter table public.leads
  add column suburb text check (length(suburb) <= 60),
  add column job text check (length(job) <= 200),
  add column urgency text check (urgency in ('emergency', 'today', 'soon', 'flexible')),
  add column preferred_time text check (length(preferred_time) <= 60),
  -- ISO 639-1 of what the lead writes, if it is not English.
  add column language text check (language ~ '^[a-z]{2}$'),
  -- The business's owner tries the number: answered like a lead, never counted, no real booking.
  add column is_trial boolean not null default false,
  -- What the newest reply asked, and which times it offered (ISO 8601 UTC): the next message may be the answer.
  add column asked text check (asked in ('suburb', 'job', 'urgency', 'time', 'choice')),
  add column offered jsonb not null default '[]' check (jsonb_typeof(offered) = 'array'),
  -- A person handles this lead: the machine stays quiet.
  add column taken_over_at timestamptz,
  add column urgent_at timestamptz,
  add column person_wanted_at timestamptz,
  add column spam_at timestamptz,
  -- `Lead Captured` is on the bus: that the lead exists, that it is urgent, that it wants a person.
  add column announced_at timestamptz,
  add column announced_urgent_at timestamptz,
  add column announced_person_at timestamptz;
create index leads_unannounced_idx on public.leads (created_at) where announced_at is null and not is_test and not is_trial and not is_demo;

-- `wants_answer`: neither a keyword nor a machine's text. `handled_at`: the conversation has moved on from it, with or without a reply.
alter table public.messages
  add column wants_answer boolean not null default false,
  add column handled_at timestamptz;
create index messages_unanswered_idx on public.messages (lead_id, id) where direction = 'inbound' and wants_answer;

-- The message that booked: a repeated webhook books once. One time, one lead.
alter table public.bookings add column booked_by_sid text unique references public.messages (message_sid) on delete set null;
create unique index bookings_each_time_once on public.bookings (business_id, starts_at)
  where status = 'booked' and lead_id is not null and not is_demo;
create index bookings_lead_idx on public.bookings (lead_id) where status = 'booked';

alter table public.business_settings
  add column if not exists reply_tone text not null default 'friendly' check (reply_tone in ('friendly', 'professional', 'relaxed')),
  add column if not exists replies_paused boolean not null default false;

-- Who may be written to and why (Spam Act 2003): `inferred` by writing first. Rows are only ever added.
create table public.consent_log (
  id bigint generated always as identity primary key,
  business_id uuid not null,
  lead_id uuid not null,
  kind text not null check (kind in ('inferred', 'opted-out', 'opted-in')),
  message_sid text not null,
  -- What the lead wrote, shortened.
  words text not null check (length(words) <= 160),
  at timestamptz not null,
  constraint consent_log_lead_id_fkey foreign key (lead_id, business_id) references public.leads (id, business_id) on delete cascade,
  unique (message_sid, kind)
);
create index consent_log_lead_idx on public.consent_log (lead_id, id);

alter table public.consent_log enable row level security;
revoke all on public.consent_log from public, anon, authenticated;
grant all on public.consent_log to service_role;
grant select (id, business_id, lead_id, kind, words, at) on public.consent_log to authenticated;
create policy "a member reads its consent log" on public.consent_log for select to authenticated using (private.is_member(business_id));

grant select (suburb, job, urgency, preferred_time, language, is_trial, taken_over_at, urgent_at, person_wanted_at, spam_at)
  on public.leads to authenticated;
grant select (reply_tone, replies_paused), update (reply_tone, replies_paused) on public.business_settings to authenticated;
