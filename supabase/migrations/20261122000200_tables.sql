-- The pipeline's own tables. Times are UTC and come from the caller (p_now), never from defaults, so that local time travel holds.

-- One row: what the operator may switch without a deployment.
create table public.system_settings (
  only_row boolean primary key default true check (only_row),
  purchases_enabled boolean not null default true,
  -- Numbers per UTC day. 20 × US$8.25 is the most that a bug can spend before somebody notices.
  daily_number_cap integer not null default 20 check (daily_number_cap >= 0)
);
insert into public.system_settings default values;

-- What screening decided about an invoice. No verdict yet: somebody holds the lease and asks Xero.
create table public.screened_invoices (
  invoice_id uuid primary key,
  tenant_id uuid,
  invoice_number text,
  -- The newest version that the verdict covers, and the newest that was claimed.
  updated_utc timestamptz,
  claimed_utc timestamptz not null,
  verdict text check (verdict in ('deposit', 'near-miss', 'not-a-deposit', 'ask-operator', 'dismissed')),
  reasons jsonb not null default '[]' check (jsonb_typeof(reasons) = 'array'),
  contact_id uuid,
  contact_name text,
  contact_first_name text,
  contact_email text,
  contact_phone text,
  total_cents bigint,
  paid_cents bigint,
  lease_until timestamptz,
  announced_at timestamptz,
  created_at timestamptz not null,
  judged_at timestamptz,
  check (verdict is null or (tenant_id is not null and invoice_number is not null and updated_utc is not null))
);
create index screened_invoices_number_idx on public.screened_invoices (invoice_number);
create index screened_invoices_contact_idx on public.screened_invoices (contact_id);
create index screened_invoices_email_idx on public.screened_invoices (lower(contact_email));

-- The CRM: one paying business per run.
create table public.clients (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null,
  name text not null,
  first_name text,
  email text not null check (email like '%_@_%'),
  phone text,
  status text not null check (status in ('Deposit paid', 'Onboarding', 'Live', 'Suspended', 'Cancelled')),
  live_at timestamptz,
  created_at timestamptz not null,
  check (status <> 'Live' or live_at is not null)
);
create index clients_contact_idx on public.clients (contact_id);
create index clients_email_idx on public.clients (lower(email));

-- One client's provisioning: one execution, one deposit invoice.
create table public.provisioning_runs (
  id uuid primary key default gen_random_uuid(),
  invoice_id uuid not null unique references public.screened_invoices (invoice_id),
  tenant_id uuid not null,
  invoice_number text not null,
  client_id uuid not null unique references public.clients (id),
  execution_id text not null unique,
  status text not null default 'running' check (status in ('running', 'completed', 'cancelled')),
  redrives integer not null default 0 check (redrives >= 0),
  created_at timestamptz not null,
  completed_at timestamptz,
  -- The form: which one, since when, and when ProvisionNumber closed it to edits.
  business_id uuid unique,
  form_at timestamptz,
  form_closed_at timestamptz,
  -- The wait of AwaitOnboarding: its newest task token.
  wait_token text,
  wait_opened_at timestamptz,
  wait_closed_at timestamptz,
  -- The login: decided once, then made.
  login_planned_at timestamptz,
  login_existed_before boolean,
  login_user_id uuid,
  login_recorded_at timestamptz,
  -- The end-to-end test.
  test_nonce text unique check (length(test_nonce) >= 4),
  test_message_sid text,
  test_sent_at timestamptz,
  -- The first-week checks.
  day1_at timestamptz,
  day3_at timestamptz,
  day7_at timestamptz,
  notes text,
  check ((business_id is null) = (form_at is null)),
  check ((status = 'completed') = (completed_at is not null)),
  check ((wait_token is null) = (wait_opened_at is null)),
  check ((login_planned_at is null) = (login_existed_before is null)),
  check (login_recorded_at is null or (login_user_id is not null and login_planned_at is not null)),
  check (test_message_sid is null or test_nonce is not null),
  check (day1_at < day3_at and day3_at < day7_at)
);
create index provisioning_runs_number_idx on public.provisioning_runs (invoice_number);
create index provisioning_runs_open_idx on public.provisioning_runs (created_at) where status = 'running';
alter table public.businesses add constraint businesses_run_id_fkey foreign key (run_id) references public.provisioning_runs (id) not valid;

-- The SOP's checklist. `waiting`: the step has done its part and a person's answer is awaited.
create table public.provisioning_steps (
  run_id uuid not null references public.provisioning_runs (id) on delete cascade,
  step text not null check (step in (
    'ConfirmDeposit', 'SendConfirmation', 'AwaitOnboarding', 'ReviewOnboarding', 'ProvisionNumber', 'CreateBusiness',
    'ConfigureSettings', 'CreateLogin', 'SendTestSms', 'VerifySystem', 'GoLive', 'SendWelcome', 'CheckLogin',
    'CheckSmsActivity', 'FollowUp', 'CompleteRun')),
  position smallint not null check (position between 1 and 16),
  status text not null default 'pending' check (status in ('pending', 'running', 'waiting', 'done', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  -- First attempt, newest attempt, end of the newest attempt.
  started_at timestamptz,
  attempted_at timestamptz,
  finished_at timestamptz,
  evidence jsonb check (jsonb_typeof(evidence) = 'object'),
  error text,
  error_message text,
  -- Milliseconds that the machine worked, the client took, the operator took.
  machine_ms bigint not null default 0 check (machine_ms >= 0),
  client_ms bigint not null default 0 check (client_ms >= 0),
  operator_ms bigint not null default 0 check (operator_ms >= 0),
  primary key (run_id, step),
  unique (run_id, position),
  check ((attempts = 0) = (status = 'pending')),
  check ((attempts = 0) = (started_at is null)),
  check (status <> 'done' or finished_at is not null),
  check ((status = 'failed') = (error is not null))
);

-- Links to the form: SHA-256 in hex, never the token.
create table public.invites (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  run_id uuid not null references public.provisioning_runs (id) on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null
);
create index invites_run_idx on public.invites (run_id);

-- Numbers: reserved → requested → owned → configured; `released` went to somebody else. One active per run, each number active once.
create table public.phone_numbers (
  id uuid primary key default gen_random_uuid(),
  run_id uuid not null references public.provisioning_runs (id),
  e164 text not null check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  sid text unique,
  state text not null check (state in ('reserved', 'requested', 'owned', 'configured', 'released')),
  attempt integer not null check (attempt > 0),
  reserved_at timestamptz not null,
  requested_at timestamptz,
  owned_at timestamptz,
  configured_at timestamptz,
  released_at timestamptz,
  unique (run_id, attempt),
  check (state not in ('owned', 'configured') or (sid is not null and owned_at is not null)),
  check ((state = 'released') = (released_at is not null))
);
create unique index phone_numbers_one_active_per_run on public.phone_numbers (run_id) where state <> 'released';
create unique index phone_numbers_each_active_once on public.phone_numbers (e164) where state <> 'released';
create index phone_numbers_day_idx on public.phone_numbers (reserved_at);

-- Mails: claim, send, record. `unknown`: claimed, asked for again, and nobody knows whether it went out.
create table public.email_messages (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  template text not null,
  run_id uuid references public.provisioning_runs (id),
  to_address text not null,
  status text not null check (status in ('claimed', 'unknown', 'released', 'sent', 'delivered', 'bounced', 'complained', 'rejected')),
  claims integer not null default 1 check (claims > 0),
  message_id text,
  claimed_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz,
  settled_by text,
  settled_at timestamptz,
  check (status not in ('sent', 'delivered', 'bounced', 'complained', 'rejected') or sent_at is not null)
);
create index email_messages_run_idx on public.email_messages (run_id, template);
create index email_messages_unsettled_idx on public.email_messages (claimed_at) where status in ('claimed', 'unknown');

-- Notices to the operator, each once.
create table public.operator_notices (
  key text primary key,
  claimed_at timestamptz not null,
  claims integer not null default 1 check (claims > 0),
  sent_at timestamptz
);

-- Who may see a business.
create table public.business_members (
  business_id uuid not null references public.businesses (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'staff')),
  created_at timestamptz not null,
  last_viewed_at timestamptz,
  primary key (business_id, user_id)
);
create unique index business_members_one_owner on public.business_members (business_id) where role = 'owner';
create index business_members_user_idx on public.business_members (user_id);

-- Our own links to sign in: SHA-256 in hex, single use.
create table public.sign_in_links (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references auth.users (id) on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null
);
create index sign_in_links_user_idx on public.sign_in_links (user_id);

-- Who texts a business; `is_test`: our end-to-end test, in no statistics.
create table public.leads (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references public.businesses (id) on delete cascade,
  phone text not null check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  name text,
  is_test boolean not null default false,
  is_demo boolean not null default false,
  opted_out boolean not null default false,
  opted_out_at timestamptz,
  created_at timestamptz not null,
  last_message_at timestamptz,
  unique (business_id, phone),
  unique (id, business_id),
  check (opted_out = (opted_out_at is not null)),
  check (not (is_test and is_demo))
);
create index leads_test_phone_idx on public.leads (phone) where is_test;

-- Both sides of a conversation. An inbound SMS once per MessageSid, at most one reply to it.
create table public.messages (
  id bigint generated always as identity primary key,
  business_id uuid not null,
  lead_id uuid not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  body text not null check (length(body) <= 20000),
  message_sid text unique,
  in_reply_to text unique references public.messages (message_sid),
  media_count integer not null default 0 check (media_count >= 0),
  created_at timestamptz not null,
  constraint messages_lead_id_fkey foreign key (lead_id, business_id) references public.leads (id, business_id) on delete cascade,
  check (direction = 'outbound' or (message_sid is not null and in_reply_to is null))
);
create index messages_lead_idx on public.messages (lead_id, id);
create index messages_business_idx on public.messages (business_id, id);

create table public.bookings (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references public.businesses (id) on delete cascade,
  lead_id uuid,
  title text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'booked' check (status in ('booked', 'done', 'cancelled')),
  is_demo boolean not null default false,
  created_at timestamptz not null,
  constraint bookings_lead_id_fkey foreign key (lead_id, business_id) references public.leads (id, business_id),
  check (starts_at < ends_at)
);
create index bookings_business_idx on public.bookings (business_id, starts_at);

create table public.feedback (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references public.businesses (id) on delete cascade,
  run_id uuid references public.provisioning_runs (id),
  body text not null check (length(body) between 1 and 5000),
  created_at timestamptz not null
);

-- What people did to a run: "provisioner: pipeline, plus whoever redrove or corrected".
create table public.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null check (length(actor) between 1 and 100),
  action text not null,
  run_id uuid references public.provisioning_runs (id),
  invoice_id uuid,
  detail jsonb not null default '{}'
);
create index audit_log_run_idx on public.audit_log (run_id);
create index audit_log_invoice_idx on public.audit_log (invoice_id);
