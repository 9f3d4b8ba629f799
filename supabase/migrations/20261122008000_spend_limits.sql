-- What a purchase may cost and must leave. In Twilio's billing currency: a number is US$8.25 a month, and US$20 are some 380 texts of live clients.
-- A subaccount has no balance of its own to look at: no floor then.
alter table public.system_settings
  add column balance_floor_cents integer default 2000 check (balance_floor_cents >= 0),
  add column price_ceiling_cents integer not null default 1500 check (price_ceiling_cents >= 0),
  add column spend_currency text not null default 'USD' check (spend_currency ~ '^[A-Z]{3}$');

create function public.spend_limits() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('balanceFloorCents', s.balance_floor_cents, 'priceCeilingCents', s.price_ceiling_cents, 'currency', s.spend_currency)
    from public.system_settings s
$$;
call private.service_only('public.spend_limits');
