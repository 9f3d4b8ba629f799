-- The SOP's own three tables. CoreSentia's project already holds them with rows, so this file only ever adds: columns without
-- defaults that would rewrite history, and rules that spare the old rows (partial indexes, checks that look at our own rows only).

create table if not exists public.client_onboarding (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now()
);
create table if not exists public.businesses (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now()
);
create table if not exists public.business_settings (
  business_id uuid primary key references public.businesses (id) on delete cascade
);

-- A form is known by its businessId ("UUID generated on submission"): an older table's own id may be of any type.
-- `form` is the whole answer as it was checked; the columns beside it are for reading in the table editor.
alter table public.client_onboarding
  add column if not exists business_id uuid,
  add column if not exists business_name text,
  add column if not exists contact_name text,
  add column if not exists email text,
  add column if not exists phone text,
  add column if not exists created_at timestamptz default now(),
  add column if not exists form jsonb,
  add column if not exists submitted_at timestamptz,
  add column if not exists updated_at timestamptz;
create unique index if not exists client_onboarding_business_id_key on public.client_onboarding (business_id) where form is not null;
create index if not exists client_onboarding_email_idx on public.client_onboarding (lower(email)) where form is not null;
alter table public.client_onboarding add constraint client_onboarding_form_is_complete
  check (form is null or (business_id is not null and email is not null and submitted_at is not null and jsonb_typeof(form) = 'object')) not valid;

-- `time_zone` (IANA) has no default on purpose: an old row without one is unknown, not Sydney. `run_id` marks what the pipeline made.
alter table public.businesses
  add column if not exists business_name text,
  add column if not exists phone_number text,
  add column if not exists status text,
  add column if not exists subscription_status text,
  add column if not exists created_at timestamptz default now(),
  add column if not exists time_zone text,
  add column if not exists run_id uuid;
create unique index if not exists businesses_run_id_key on public.businesses (run_id);
create unique index if not exists businesses_pipeline_number_key on public.businesses (phone_number) where run_id is not null;
create index if not exists businesses_phone_number_idx on public.businesses (phone_number);
alter table public.businesses add constraint businesses_made_by_the_pipeline_are_complete
  check (run_id is null or (
    business_name is not null and phone_number ~ '^\+[1-9][0-9]{6,14}$' and status is not null
    and subscription_status is not null and time_zone is not null
  )) not valid;

-- Minutes. The shape of working_hours is guarded by a trigger on writes, so that old rows of another shape can stay.
alter table public.business_settings
  add column if not exists business_id uuid references public.businesses (id) on delete cascade,
  add column if not exists working_hours jsonb,
  add column if not exists default_travel_buffer integer,
  add column if not exists default_job_duration integer,
  add column if not exists updated_at timestamptz;
create index if not exists business_settings_business_id_idx on public.business_settings (business_id);

-- An older table may demand columns that the pipeline does not know: every insert of ours would fail on them.
do $$
declare found_column record;
begin
  for found_column in
    select c.table_name, c.column_name
      from information_schema.columns c
     where c.table_schema = 'public'
       and c.is_nullable = 'NO' and c.column_default is null and c.is_identity = 'NO' and c.is_generated = 'NEVER'
       and (c.table_name, c.column_name) not in (
         ('client_onboarding', 'business_id'), ('client_onboarding', 'business_name'), ('client_onboarding', 'contact_name'),
         ('client_onboarding', 'email'), ('client_onboarding', 'phone'), ('client_onboarding', 'created_at'),
         ('businesses', 'id'), ('businesses', 'business_name'), ('businesses', 'phone_number'), ('businesses', 'status'),
         ('businesses', 'subscription_status'), ('businesses', 'created_at'),
         ('business_settings', 'business_id'), ('business_settings', 'working_hours'),
         ('business_settings', 'default_travel_buffer'), ('business_settings', 'default_job_duration'))
       and c.table_name in ('client_onboarding', 'businesses', 'business_settings')
       and not exists (
         select from information_schema.key_column_usage k
           join information_schema.table_constraints t using (constraint_schema, constraint_name)
          where t.constraint_type = 'PRIMARY KEY' and k.table_schema = 'public'
            and k.table_name = c.table_name and k.column_name = c.column_name)
  loop
    raise notice 'column %.% becomes optional: the pipeline does not fill it', found_column.table_name, found_column.column_name;
    execute format('alter table public.%I alter column %I drop not null', found_column.table_name, found_column.column_name);
  end loop;
end $$;
