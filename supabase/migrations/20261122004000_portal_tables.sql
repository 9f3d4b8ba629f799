-- The portal's tables and columns. `if not exists`: the conversation's own migrations may have brought some of them already.

alter table public.leads
  add column if not exists is_trial boolean not null default false,
  add column if not exists outcome text check (outcome in ('won', 'lost')),
  add column if not exists outcome_at timestamptz,
  -- Since when a person answers this lead by hand; null: the assistant does.
  add column if not exists taken_over_at timestamptz;
create index if not exists leads_newest_idx on public.leads (business_id, last_message_at desc);
create index if not exists leads_created_idx on public.leads (business_id, created_at);
create index if not exists messages_recent_idx on public.messages (business_id, created_at);

alter table public.businesses
  -- Set once: who deletes the demo does not get it again from a redrive.
  add column if not exists demo_created_at timestamptz;

-- Null: by SMS and e-mail, the form's addresses, every topic, 24 months.
alter table public.business_settings
  -- No automatic reply goes out; inbound SMS are still stored and alerted.
  add column if not exists replies_paused boolean not null default false,
  add column if not exists reply_tone text not null default 'friendly' check (reply_tone in ('friendly', 'professional', 'relaxed')),
  add column if not exists notify_by text,
  add column if not exists notify_phone text,
  add column if not exists notify_email text,
  add column if not exists reply_topics text[]
    check (reply_topics <@ array['services', 'hours', 'service-area', 'booking-times', 'payment-methods', 'call-out-fee']),
  -- What the business wants said, in its own words.
  add column if not exists reply_facts text check (length(reply_facts) <= 1000),
  add column if not exists retention_months integer check (retention_months between 1 and 120);

alter table public.bookings
  add column if not exists created_by uuid,
  add column if not exists updated_at timestamptz,
  -- iCalendar's SEQUENCE: a calendar takes the higher one.
  add column if not exists revision integer not null default 0;

alter table public.feedback
  add column if not exists kind text not null default 'bug' check (kind in ('bug', 'confusion', 'feature', 'wrong-reply')),
  add column if not exists message_id bigint references public.messages (id) on delete set null,
  add column if not exists user_id uuid references auth.users (id) on delete set null,
  add column if not exists page text check (length(page) <= 200),
  add column if not exists status text not null default 'new' check (status in ('new', 'seen', 'closed'));
create index if not exists feedback_business_idx on public.feedback (business_id, created_at);

alter table public.audit_log
  add column if not exists business_id uuid references public.businesses (id) on delete set null,
  add column if not exists actor_user_id uuid;
create index if not exists audit_log_business_idx on public.audit_log (business_id, id);

alter table public.provisioning_runs
  add column if not exists form_reviewed_at timestamptz,
  add column if not exists form_reviewed_by text;

-- CoreSentia's own people. A row is made by hand in the table editor: no code can make an operator.
create table public.operators (
  user_id uuid primary key references auth.users (id) on delete cascade,
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null
);

-- A text that a person sends to a lead. `unknown`: claimed, and nobody knows whether it went out; it is never sent twice.
create table public.manual_replies (
  message_id bigint primary key references public.messages (id) on delete cascade,
  business_id uuid not null references public.businesses (id) on delete cascade,
  form_key uuid not null,
  sent_by uuid not null,
  status text not null default 'pending' check (status in ('pending', 'claimed', 'sent', 'failed', 'unknown')),
  claimed_at timestamptz,
  sent_at timestamptz,
  created_at timestamptz not null,
  unique (business_id, form_key)
);

-- Opted-out numbers of leads that were deleted: SHA-256 over business and number, so that the wish outlives the person's data.
create table public.opt_out_hashes (
  business_id uuid not null references public.businesses (id) on delete cascade,
  phone_hash text not null check (phone_hash ~ '^[0-9a-f]{64}$'),
  opted_out_at timestamptz not null,
  primary key (business_id, phone_hash)
);

-- Addresses of iCalendar feeds: SHA-256 in hex, never the token. One per business.
create table public.calendar_feeds (
  business_id uuid primary key references public.businesses (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  created_by uuid not null,
  created_at timestamptz not null
);

-- The first-login walkthrough: one row per step that a person has done or skipped.
create table public.walkthrough_steps (
  business_id uuid not null,
  user_id uuid not null,
  step text not null check (step in ('set-password', 'see-demo', 'text-number', 'check-hours', 'delete-demo')),
  status text not null check (status in ('done', 'skipped')),
  at timestamptz not null,
  primary key (business_id, user_id, step),
  foreign key (business_id, user_id) references public.business_members (business_id, user_id) on delete cascade
);

create table public.member_invitations (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  business_id uuid not null references public.businesses (id) on delete cascade,
  email text not null check (email like '%_@_%' and length(email) <= 200 and email = lower(email)),
  invited_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  withdrawn_at timestamptz
);
create index member_invitations_business_idx on public.member_invitations (business_id);

-- A new sign-in e-mail: one link to the old address, one to the new; applied when both were used.
create table public.email_changes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  new_email text not null check (new_email like '%_@_%' and length(new_email) <= 200 and new_email = lower(new_email)),
  old_token_hash text not null unique check (old_token_hash ~ '^[0-9a-f]{64}$'),
  new_token_hash text not null unique check (new_token_hash ~ '^[0-9a-f]{64}$'),
  old_confirmed_at timestamptz,
  new_confirmed_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  applied_at timestamptz,
  withdrawn_at timestamptz,
  check (applied_at is null or (old_confirmed_at is not null and new_confirmed_at is not null)),
  check (old_token_hash <> new_token_hash)
);
create unique index email_changes_one_open on public.email_changes (user_id) where applied_at is null and withdrawn_at is null;

-- Counters of a fixed window. `key` holds hashes, never an address or a number.
create table public.rate_limits (
  key text not null check (length(key) <= 200),
  window_start timestamptz not null,
  hits integer not null check (hits > 0),
  primary key (key, window_start)
);
create index rate_limits_age_idx on public.rate_limits (window_start);

-- Failed sign-ins of known people per UTC day: the SOP watches for login issues.
create table public.sign_in_failures (
  user_id uuid not null references auth.users (id) on delete cascade,
  day date not null,
  failures integer not null check (failures > 0),
  primary key (user_id, day)
);

-- An owner lets CoreSentia read the conversations for a while.
create table public.access_grants (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references public.businesses (id) on delete cascade,
  granted_by uuid not null,
  granted_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  check (expires_at > granted_at and expires_at <= granted_at + interval '7 days')
);
create index access_grants_business_idx on public.access_grants (business_id, expires_at);

-- Step 7's temporary member.
create table public.test_identities (
  run_id uuid primary key references public.provisioning_runs (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null
);

do $$
declare table_name text;
begin
  foreach table_name in array array[
    'operators', 'manual_replies', 'opt_out_hashes', 'calendar_feeds', 'walkthrough_steps', 'member_invitations', 'email_changes',
    'rate_limits', 'sign_in_failures', 'access_grants', 'test_identities']
  loop
    execute format('alter table public.%I enable row level security', table_name);
    execute format('revoke all on public.%I from public, anon, authenticated', table_name);
    execute format('grant all on public.%I to service_role', table_name);
  end loop;
end $$;
