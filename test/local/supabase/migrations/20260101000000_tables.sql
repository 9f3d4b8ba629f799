-- Every kind of column, constraint and trigger that the product's migrations may use.
create type public.run_status as enum ('pending', 'paid', 'live');
create type public.member_role as enum ('owner', 'staff');

create table public.businesses (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(trim(name)) > 0),
  slug text generated always as (lower(regexp_replace(name, '[^a-zA-Z0-9]+', '-', 'g'))) stored,
  secret_note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default clock_timestamp()
);

create table public.business_members (
  business_id uuid not null references public.businesses (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role public.member_role not null default 'owner',
  primary key (business_id, user_id)
);

create table public.runs (
  id uuid primary key default gen_random_uuid(),
  email text not null unique,
  invoice_id text,
  status public.run_status not null default 'pending',
  payload jsonb not null default '{}',
  tags text[] not null default '{}',
  price numeric(10, 2) not null default 0,
  big bigint not null default 0,
  created_at timestamptz not null default now()
);
create unique index runs_invoice_id_key on public.runs (invoice_id) where invoice_id is not null;

create table public.steps (
  run_id uuid not null references public.runs (id) on delete cascade,
  step text not null,
  status text not null default 'queued' check (status in ('queued', 'running', 'done')),
  attempts int not null default 0,
  context jsonb not null default '{}',
  unique (run_id, step)
);

create table public.leads (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references public.businesses (id) on delete cascade,
  name text not null,
  phone text,
  created_at timestamptz not null default now()
);

create table public.bookings (
  id bigint generated always as identity primary key,
  business_id uuid not null references public.businesses (id),
  during tstzrange not null,
  local_day date,
  local_time time
);

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  email text
);

create function public.touch() returns trigger language plpgsql as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;
create trigger businesses_touch before update on public.businesses for each row execute function public.touch();

create function public.add_profile() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email) values (new.id, new.email);
  return new;
end $$;
create trigger users_add_profile after insert on auth.users for each row execute function public.add_profile();
